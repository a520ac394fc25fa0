"""A new playbook is sound before anybody has changed it, and nothing is ever written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cli.template import TEMPLATES, NewPlaybookError, write_new
from bot.core.language import Language
from bot.host.shipped import playbooks_folder
from bot.library.lint import check
from bot.library.playbooks import load
from bot.sentences import languages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))


def new(id: str, folder: Path) -> tuple[Path, ...]:
    return write_new(id, folder, playbooks_folder())


def test_it_comes_in_every_language_and_passes_the_check_as_it_is(folder: Path) -> None:
    files = new("lost-laptop", folder)

    assert sorted(path.name for path in files) == ["lost-laptop.en.md", "lost-laptop.fr.md"]
    assert check([folder]) == ()
    assert {("lost-laptop", language) for language in languages()} <= set(load(folder))


def test_it_shows_every_label_and_a_question_that_waits_for_another(folder: Path) -> None:
    new("lost-laptop", folder)

    assert set(TEMPLATES) == set(languages())
    for language in languages():
        playbook = load(folder)["lost-laptop", language]
        first, second = playbook.steps()
        assert first.mandatory
        assert first.target is not None
        assert first.evidence
        assert second.when.clauses
        assert [asked.name for asked in playbook.questions if asked.when.clauses] == ["processor"]


def test_its_example_of_a_clock_works_once_it_is_uncommented(folder: Path) -> None:
    english, french = new("lost-laptop", folder)
    for path, label in ((english, "- **Clock:** GDPR-33-1\n"), (french, "- **Délai :** GDPR-33-1\n")):
        text = path.read_text("utf-8")
        clocks = "# clocks:\n#   - rule: GDPR-33-1\n#     when: personal-data = yes or unknown\n"
        assert text.count(clocks) == 1
        step = text.index("- **Source", text.index("### N1"))
        served = text[:step] + label + text[step:]
        path.write_text(served.replace(clocks, clocks.replace("# ", "")), "utf-8")

    assert check([folder]) == ()
    assert [watched.rule for watched in load(folder)["lost-laptop", Language("fr")].clocks] == ["GDPR-33-1"]


@pytest.mark.parametrize("id", ["", "Lost", "lost laptop", "../lost", "lost_laptop", "lost-", "perdu.fr", "é"])
def test_an_id_that_is_none_is_refused_with_an_example(folder: Path, id: str) -> None:
    before = sorted(folder.iterdir())

    with pytest.raises(NewPlaybookError, match="like lost-laptop"):
        new(id, folder)

    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("taken", ["mine.en.md", "mine.fr.md"])
def test_what_is_there_is_never_written_over(folder: Path, taken: str) -> None:
    (folder / taken).write_text("mine", "utf-8")

    with pytest.raises(NewPlaybookError, match=f"{taken} is there already"):
        new("mine", folder)

    assert (folder / taken).read_text("utf-8") == "mine"
    assert len(list(folder.glob("mine.*"))) == 1


def test_a_folder_that_holds_no_playbooks_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NewPlaybookError, match=r"copy the shipped ones first: cp -r .+playbooks"):
        new("mine", tmp_path)

    assert list(tmp_path.iterdir()) == []
