"""The file itself: missing, empty, not YAML, a key written twice."""

from pathlib import Path

import pytest

from bot.config import ConfigError, load
from tests.config.files import TOKEN, changed, fill, only_problem, problems_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def test_a_file_that_is_not_there_is_told_with_the_command_that_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    with pytest.raises(
        ConfigError, match=rf"^{path}: there is no such file; `cellule init --config {path}` writes one$"
    ):
        load(path)


def test_a_file_that_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(Is a directory\)"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "{f}: is empty; start from config.example.yaml or `cellule init`"),
        ("# nothing yet\n", "{f}: is empty; start from config.example.yaml or `cellule init`"),
        ("- a\n", "{f}: holds a list, not groups of keys; start from config.example.yaml or `cellule init`"),
        ("matrix", "{f}: holds text, not groups of keys; start from config.example.yaml or `cellule init`"),
        ("a: b: c\n", "{f} line 1: is not YAML: mapping values are not allowed here"),
        (
            "a:\n\tb: 1\n",
            r"{f} line 2: is not YAML: found character '\t' that cannot start any token; indent with spaces",
        ),
        (
            "people:\n  @alice:example.org: [admin]\n",
            "{f} line 2: is not YAML: found character '@' that cannot start any token;"
            ' write Matrix ids in quotes, like "@alice:example.org"',
        ),
        ("a: 1\nb: [\n", "{f} line 3: is not YAML: expected the node content, but found '<stream end>'"),
        ("a: 2026-13-45\n", "{f}: holds a date or a number that does not exist; quote it"),
        ("[" * 5000, "{f}: is nested too deeply"),
        ("[" * 51 + "]" * 51, "{f}: is nested too deeply"),
        (
            "[" * 49 + "]" * 49,
            "{f}: holds a list, not groups of keys; start from config.example.yaml or `cellule init`",
        ),
        (b"\xff\xfe\x00", None),
    ],
)
def test_text_that_is_no_configuration_is_told_with_its_line(folder: Path, text: str | bytes, said: str | None) -> None:
    line = only_problem(folder, text)
    assert said is None or line == said.format(f=folder / "config.yaml")


def test_a_key_written_twice_is_told_with_both_lines(folder: Path) -> None:
    text = changed() + "state:\n  folder: state\n  folder: other\n  key_file: secrets/state.key\n"
    first = changed().splitlines().index("state:") + 1
    last = text.splitlines().index("state:", first) + 1
    assert problems_of(folder, text) == [
        f"state: is written twice, on lines {first} and {last}; keep one",
        f"state.folder: is written twice, on lines {last + 1} and {last + 2}; keep one",
    ]


@pytest.mark.parametrize("text", [f"password: !{TOKEN}", f"password: *{TOKEN}", f"a: [{TOKEN}", f"{TOKEN}: 'x\n"])
def test_a_secret_written_in_the_wrong_place_is_not_repeated(folder: Path, text: str) -> None:
    assert TOKEN not in only_problem(folder, text)


def test_a_key_that_is_itself_a_group_is_told(folder: Path) -> None:
    assert "found unhashable key" in only_problem(folder, "{a: 1}: 2\n")


def test_an_alias_is_followed_once(folder: Path) -> None:
    assert "a: is not a key of Cellule" in problems_of(folder, "a: &x {b: *x}\nc: *x\n")[0]
