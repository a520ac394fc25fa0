"""`cellule playbook draft` at the console."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.cli import main
from bot.host.shipped import playbooks_folder
from tests.library.plans.files import french_plan, listed, saved


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.docx").write_bytes(saved(french_plan()))
    return Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))


def draft(folder: Path, to: str, *more: str, plan: str = "plan.docx") -> int:
    return main(["playbook", "draft", str(folder.parent / plan), "--to", str(folder / to), *more])


def test_it_speaks_the_language_of_the_locale(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert draft(folder, "notre-plan.fr.md", "--lang", "fr") == 0

    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "compris : 3 phases, 8 étapes ; rôles : coordinator, it, management, dpo" in said
    assert "GDPR-33-1 : F2 (le plan dit 4 jours, c’est plus tard que le délai)" in said
    assert "  - GDPR-34 : Informer les personnes concernées" in said
    assert "RGPD (GDPR) art. 34(1), lu le 2026-11-24 : https://eur-lex.europa.eu/eli/reg/2016/679/oj" in said
    assert "Désactivés, et non cherchés : NIS2-24, NIS2-72, NIS2-FIN" in said


def test_the_check_refuses_the_draft_by_its_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draft(folder, "notre-plan.fr.md")
    capsys.readouterr()

    assert main(["playbook", "check", str(folder / "notre-plan.fr.md")]) == 1
    assert "notre-plan.fr.md:6: still to be filled in: `[À COMPLÉTER" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("to", "more", "told"),
    [
        ("plan.md", (), "is not named as a playbook is"),
        ("plan.xx.md", (), "is not named as a playbook is"),
        ("Plan.fr.md", (), "is not named as a playbook is"),
        ("plan.fr.txt", (), "is not named as a playbook is"),
        ("plan.fr.md", ("--lang", "en"), "is not named after the language en"),
        ("ransomware.fr.md", (), "is there already; choose another id"),
        ("../plan.fr.md", (), "is no folder of playbooks"),
    ],
)
def test_nothing_is_written_where_it_should_not_be(
    folder: Path, capsys: pytest.CaptureFixture[str], to: str, more: tuple[str, ...], told: str
) -> None:
    before = sorted(folder.parent.rglob("*"))
    assert draft(folder, to, *more) == 2
    assert told in capsys.readouterr().err
    assert sorted(folder.parent.rglob("*")) == before


def test_a_plan_that_cannot_be_read_is_said_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder.parent / "large.docx").write_bytes(b"x" * 20_000_001)
    for name, told in (
        ("none.docx", "No such file or directory"),
        ("old.docx", "the file has the format of older programs"),
        ("large.docx", "the file has more than 20 MB"),
    ):
        assert draft(folder, "plan.fr.md", plan=name) == 2
        said = capsys.readouterr().err
        assert told in said
        assert said.count("\n") == 1


def test_a_folder_that_takes_no_file_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert draft(folder, f"{'a' * 300}.fr.md") == 1
    assert "a.fr.md: File name too long" in capsys.readouterr().err


def test_a_link_to_nowhere_is_not_written_through(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plan.fr.md").symlink_to(folder / "nowhere.fr.md")
    assert draft(folder, "plan.fr.md") == 2
    assert "plan.fr.md is there already" in capsys.readouterr().err
    assert not (folder / "nowhere.fr.md").exists()


def test_a_step_that_names_two_clocks_is_said_to_stop_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parent / "plan.docx").write_bytes(saved(listed("Notifier la CNIL et informer les personnes concernées")))
    assert draft(folder, "plan.fr.md") == 0
    assert "(named in A1, which stops another clock: it needs a step of its own)" in capsys.readouterr().out


def test_clocks_that_the_folder_lacks_or_has_not_in_force_are_said_not_to_be_looked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = folder / "clocks.yaml"
    text = catalogue.read_text("utf-8").replace("- id: FR-LOPMI\n", "- id: FR-OURS\n", 1)
    catalogue.write_text(text.replace("valid_from: 2024-06-01", "valid_from: 2034-06-01", 1), "utf-8")
    assert draft(folder, "plan.fr.md") == 0
    assert "or not in force today, and not looked for: FR-EDITEUR, FR-LOPMI\n" in capsys.readouterr().out


def test_a_plan_that_names_every_clock_lacks_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = (
        *("GDPR-33-1", "GDPR-33-2", "GDPR-33-4", "GDPR-33-5", "GDPR-34", "FR-LOPMI", "FR-INS-5", "FR-INS-2"),
        *("FR-AP-30", "FR-AP-CSE", "FR-AP-15", "FR-FSN", "FR-EDITEUR"),
    )
    (folder.parent / "plan.docx").write_bytes(saved(listed(*(f"DPO : faire ({rule})" for rule in named))))
    assert draft(folder, "plan.fr.md") == 0
    said = capsys.readouterr().out
    assert "none in force in that folder was found without a step: by words alone, which is no proof" in said
    assert "Switched off, and not looked for: NIS2-24, NIS2-72, NIS2-FIN" in said
    assert "absent" not in said
    assert "Not understood" not in said
    assert "Not copied" not in said
