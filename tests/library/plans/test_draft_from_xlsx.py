"""A plan that a firm keeps as a spreadsheet: one row, one step."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.cli.planning import draft
from bot.core.language import Language
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library.lint import check
from bot.library.playbooks import load
from tests.library.plans.files import book_of, english_plan, saved
from tests.library.plans.test_draft_from_docx import fill

TODAY = date(2026, 11, 29)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(playbooks_folder(), tmp_path / "ours"))


def drafted(book: Workbook, folder: Path) -> tuple[str, str]:
    """Return the playbook that was written, and what was said of it."""
    plan = folder.parent / "plan.xlsx"
    plan.write_bytes(saved(book))
    told = "\n".join(draft(plan, folder / "our-plan.en.md", "en", playbooks_folder(), TODAY))
    return (folder / "our-plan.en.md").read_text("utf-8"), told


def test_an_english_spreadsheet_becomes_a_playbook_that_the_check_takes_once_it_is_filled(folder: Path) -> None:
    text, told = drafted(english_plan(), folder)
    path = folder / "our-plan.en.md"
    assert check([path])
    assert "understood: 3 phases, 5 steps" in told
    assert "sheet 1, row 1, 1 line: About" in told
    assert "- Lessons learned within a month" in text
    assert "01632" not in text
    assert "1632 960001" not in text

    fill(path)
    assert check([folder]) == ()
    playbook = load(folder)["our-plan", Language("en")]
    assert playbook.title == "Cyber incident plan"
    assert [(phase.name, [step.title for step in phase.steps]) for phase in playbook.phases] == [
        ("Contain", ["Isolate the file server", "Tell the managing partner"]),
        ("Notify", ["Report the breach to the supervisory authority", "Warn the insurer of the claim"]),
        ("Recover", ["Rebuild the domain controllers"]),
    ]
    isolate, _, notify, *_ = playbook.steps()
    assert (isolate.role, isolate.target_text, isolate.source) == (Role.IT, "30 min", "our own plan, sheet 2, row 4")
    assert isolate.action == "Do not switch it off\n\nTool – EDR"
    assert (notify.role, notify.clock) == (Role.DPO, "GDPR-33-1")
    assert "With: legal." in notify.action


def test_without_a_column_of_phases_each_sheet_is_one_and_hidden_ones_are_not_read(folder: Path) -> None:
    book = book_of([["Étape", "Action", "Qui"], ["1", "Couper le réseau", "DSI"], ["2", "Prévenir", "RH"]])
    assert book.active is not None
    book.active.title = "Alerter"
    hidden = book.create_sheet("Mots de passe")
    hidden.append(["secret", "hunter2"])
    hidden.sheet_state = "hidden"

    text, _ = drafted(book, folder)
    assert "## A · Alerter" in text
    assert "### A2 · Prévenir\n\n- **Who:** hr" in text
    assert "hunter2" not in text


def test_a_stage_beside_the_actions_is_a_phase_unless_it_is_a_number(folder: Path) -> None:
    rows: list[list[object]] = [
        ["Étape", "Action", "Qui"],
        ["Alerter", "Couper", "DSI"],
        [None, "Prévenir", "RH"],
        ["Finir", "Noter", "DPO"],
    ]
    text, _ = drafted(book_of(rows), folder)
    assert [line for line in text.split("\n") if line.startswith("##")] == [
        "## A · Alerter",
        "### A1 · Couper",
        "### A2 · Prévenir",
        "## F · Finir",
        "### F1 · Noter",
    ]


def test_a_phase_of_which_no_row_is_a_step_is_kept(folder: Path) -> None:
    text, told = drafted(book_of([["Phase", "Action"], ["Alerter", "Couper"], ["Annexe", None]]), folder)
    assert "- Annexe" in text
    assert "sheet 1, row 3, 1 line: Annexe" in told
