"""Rules of the house that no other tool checks."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for top in ("bot", "bench", "tests") for path in (ROOT / top).rglob("*.py"))
CORE = sorted((ROOT / "bot/core").rglob("*.py"))
LONGEST, LONGEST_FLAT = 400, 600
"""Lines of a file: without its imports and docstrings, and with all."""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imported(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text("utf-8")))
    return {
        name
        for node in tree
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


@pytest.mark.parametrize("path", CORE, ids=_name)
def test_the_core_imports_only_itself_and_the_standard_library(path: Path) -> None:
    strange = {
        name
        for name in _imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("bot.core")
    }
    assert not strange


def test_no_file_is_too_long_to_be_read_in_one_sitting() -> None:
    texts = {_name(path): path.read_text("utf-8") for path in SOURCES}
    flat = {name: len(text.splitlines()) for name, text in texts.items()}
    net = {name: flat[name] - _lines_beside_the_code(text) for name, text in texts.items()}
    assert not {name: length for name, length in flat.items() if length > LONGEST_FLAT}
    assert not {name: length for name, length in net.items() if length > LONGEST}


def _lines_beside_the_code(text: str) -> int:
    """Return how many lines of *text* are imports and docstrings; what comments the value above it is one."""
    return sum(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
    )
