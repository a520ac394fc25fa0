"""The page on writing playbooks: its example is one, and its tables are what the parser reads."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.body import LABELS
from bot.library.front import Front
from bot.library.lint import check
from bot.library.playbooks import load, parse
from bot.sentences import languages
from tests.docs.pages import first_cells, passage, read

PAGE = "playbooks/README.md"


def examples() -> list[str]:
    return re.findall(r"^```markdown\n(---\n.*?)^```$", read(PAGE), re.DOTALL | re.MULTILINE)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Write the examples of the page to a folder, as its reader would."""
    shutil.copy(playbooks_folder() / rules.FILE_NAME, tmp_path)
    for text in examples():
        playbook = parse(text)
        (tmp_path / f"{playbook.id}.{playbook.language}.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_example_and_its_translation_are_sound(shelf: Path) -> None:
    assert check([shelf]) == ()
    assert set(load(shelf)) == {("lost-laptop", language) for language in languages()}


def test_the_example_shows_every_label() -> None:
    for text, language in zip(examples(), (Language("en"), Language("fr")), strict=True):
        assert [label for label in LABELS[language] if f"- **{label}" not in text] == []


def test_every_key_of_the_front_matter_is_explained_and_nothing_else_is() -> None:
    keys = [cell.strip("`") for cell in first_cells(passage(read(PAGE), "Front matter"))]
    assert set(keys) == {field.name for field in fields(Front)}


def test_every_label_is_explained_in_both_languages() -> None:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| ", passage(read(PAGE), "Phases and steps"), re.MULTILINE)[1:]
    assert rows == list(zip(LABELS[Language("en")], LABELS[Language("fr")], strict=True))


def test_every_role_is_named() -> None:
    found = re.search(r"^Roles are (.+?)\. ", read(PAGE), re.MULTILINE)
    assert found is not None
    assert set(re.findall(r"`(\w+)`", found[1])) == set(Role)


def test_every_shipped_playbook_is_linked_in_the_order_of_the_list() -> None:
    shipped = [book for book in load(playbooks_folder()).values() if book.language == Language("en")]
    linked = re.findall(r"\]\(([a-z-]+)\.en\.md\)", read(PAGE))
    assert linked == [book.id for book in sorted(shipped, key=lambda book: book.rank)]
