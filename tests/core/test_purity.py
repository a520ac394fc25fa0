"""The core is pure: the standard library and itself, no clock, no chance, no outside."""

import ast
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "bot/core"
FILES = sorted(CORE.rglob("*.py"))
ALLOWED = frozenset(
    {
        "__future__",
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "functools",
        "hashlib",
        "json",
        "math",
        "re",
        "typing",
        "unicodedata",
        "urllib",
        "zoneinfo",
    }
)
"""What the core may import of the standard library."""
FORBIDDEN_CALLS = frozenset(
    {
        "now",
        "utcnow",
        "today",
        "fromtimestamp",
        "localtime",
        "open",
        "print",
        "input",
        "eval",
        "exec",
        "__import__",
        "getenv",
        "urlopen",
    }
)


def _tree(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def _imports(tree: list[ast.AST]) -> set[str]:
    plain = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "." * node.level for node in tree if isinstance(node, ast.ImportFrom)}


def _calls(tree: list[ast.AST]) -> set[str]:
    called = [node.func for node in tree if isinstance(node, ast.Call)]
    return {
        function.attr if isinstance(function, ast.Attribute) else function.id
        for function in called
        if isinstance(function, ast.Attribute | ast.Name)
    }


def _name(path: Path) -> str:
    return str(path.relative_to(CORE))


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_the_core_imports_itself_and_a_short_list_of_the_standard_library(path: Path) -> None:
    strange = {
        name
        for name in _imports(_tree(path))
        if not name.startswith("bot.core") and name.partition(".")[0] not in ALLOWED
    }
    assert not strange


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_the_core_reads_no_clock_and_touches_nothing_outside(path: Path) -> None:
    assert not _calls(_tree(path)) & FORBIDDEN_CALLS


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_the_core_waits_for_nothing(path: Path) -> None:
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Global)
    assert not [node for node in _tree(path) if isinstance(node, waiting)]
