from __future__ import annotations

import json
import logging
import os
import platform
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.hostile.fuzz.cases import ALL_CASES, counts
from tests.hostile.fuzz.listener import Listener

LONGEST_S = 4 * 3600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ALL_CASES and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(LONGEST_S))


def pytest_sessionfinish() -> None:
    figures = os.environ.get("HOSTILE_FIGURES")
    if figures and counts:
        Path(figures).write_text(json.dumps(told(), indent=2) + "\n")


def told() -> dict[str, object]:
    """Return what came of all cases, for how long one held its thread at the most, on which machine and when."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("matrix-nio", "vodozemac")},
        "tried": sum(count.tried for count in counts.values()),
        "accepted": sum(count.accepted for count in counts.values()),
        "crashed": sum(count.crashed for count in counts.values()),
        "longest_s": round(max(count.longest_s for count in counts.values()), 3),
        "by fuzzer": {name: count.told() for name, count in counts.items()},
    }


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    # In memory where that can be had: no case is about the disk.
    memory = Path("/dev/shm")
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        listener = Listener(Path(folder))
        yield listener
        listener.close()
    logging.disable(logging.NOTSET)
