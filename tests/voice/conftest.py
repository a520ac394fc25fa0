"""Golden files: `pytest tests/voice --update-golden` writes them anew; read the difference before committing it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.voice import Text

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files of the voice anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Text], None]:
    """Compare a text with its golden file: the plain body, a line, the HTML."""

    def compare(name: str, text: Text) -> None:
        path = GOLDEN / f"{name}.md"
        got = f"{text.body}\n\n---\n\n{text.html}\n"
        if request.config.getoption("--update-golden", default=False):
            path.write_text(got, "utf-8")
        assert got == path.read_text("utf-8")

    return compare
