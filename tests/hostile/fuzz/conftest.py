from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.fuzz.cases import ALL_CASES
from tests.hostile.fuzz.listener import Listener

LONGEST_S = 4 * 3600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ALL_CASES and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(LONGEST_S))


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
