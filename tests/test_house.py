"""Rules of the house that no other tool checks."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for top in ("bot", "bench", "tests") for path in (ROOT / top).rglob("*.py"))
CORE = sorted((ROOT / "bot/core").rglob("*.py"))
BOT = sorted((ROOT / "bot").rglob("*.py"))
LONGEST, LONGEST_FLAT = 400, 600
"""Lines of a file: without its imports and docstrings, and with all."""
LONGEST_FUNCTION = 30
"""Lines of statements in a function, but for the tables among them."""
A_RECORD = 4
"""So many fields that are filled by name are a table too."""
MOST_METHODS = 12
"""Methods of a class that others call."""
FOREIGN = {"CryptoStore", "GuardedClient", "GuardedOlm"}
"""Classes whose methods nio calls, or has."""
PORTS = {"SqliteStore"}
"""Classes that are all of a port of ours."""
STATES = {"Incident"}
"""Facts with questions that anybody asks of them: as many as there are questions."""
MOST_FILES = 17
MOST_NAMES = 7
"""Names that are imported one by one from a module of lists; whoever needs more names the module."""
LISTS = {
    "bot.core.commands",
    "bot.core.errors",
    "bot.core.facts",
    "bot.core.happenings",
    "bot.core.clocks.rules",
    "bot.ports",
}


WAITS = re.compile(r"mark\.(slow|peer|e2e)\b|homeserver: Homeserver")


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


@pytest.mark.parametrize("path", BOT, ids=_name)
def test_no_function_is_longer_than_a_screen_but_for_the_tables_in_it(path: Path) -> None:
    functions = [node for node in _nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: sum(_lines(part) - _lines_of_tables(part) for part in _body(node)) for node in functions}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}


@pytest.mark.parametrize("path", BOT, ids=_name)
def test_no_class_offers_more_than_one_can_keep_in_mind(path: Path) -> None:
    classes = [node for node in _nodes(path) if isinstance(node, ast.ClassDef)]
    offered = {node.name: sum(map(_is_offered, node.body)) for node in classes}
    assert not {
        name: count for name, count in offered.items() if count > MOST_METHODS and name not in FOREIGN | PORTS | STATES
    }


def test_no_room_has_more_files_than_one_can_look_through() -> None:
    rooms = Counter(_name(path.parent) for path in BOT)
    assert not {room: files for room, files in rooms.items() if files > MOST_FILES}


@pytest.mark.parametrize("path", BOT, ids=_name)
def test_no_file_begins_with_a_wall_of_names(path: Path) -> None:
    lists = [node for node in _nodes(path) if isinstance(node, ast.ImportFrom) and node.module in LISTS]
    assert not {node.module: len(node.names) for node in lists if len(node.names) > MOST_NAMES}


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text("utf-8")))


def _is_offered(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")


def _lines(node: ast.stmt | ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    return node.body if ast.get_docstring(node) is None else node.body[1:]


def _lines_of_tables(node: ast.AST) -> int:
    """Return how many lines are the cases of a match, the rows of a literal, or fields that are filled by name."""
    if isinstance(node, ast.Call) and not node.args and len(node.keywords) >= A_RECORD:
        return _lines(node)
    if isinstance(node, ast.Match | ast.Dict | ast.Tuple | ast.List | ast.Set):
        return _lines(node)
    return sum(map(_lines_of_tables, ast.iter_child_nodes(node)))


def test_every_test_that_waits_for_a_server_is_in_a_part_that_make_test_runs() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    told = " ".join(re.findall(r"^(?:ROOMS|HOUSE|PLAYS) := (.+)$", makefile, re.MULTILINE))
    parts = [f"tests/{part}" for part in told.split()]
    assert [part for part in parts if not (ROOT / part).exists()] == []
    waiting = [
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if WAITS.search(text := path.read_text("utf-8")) and "mark.long" not in text and path.name != "test_house.py"
    ]
    assert not [_name(path) for path in waiting if not _name(path).startswith(tuple(parts))]
