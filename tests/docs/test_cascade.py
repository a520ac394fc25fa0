"""What the page on cascades says of a list is what is read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands.organisations import MOST_ROWS, Ground, Meaning, read_organisations
from bot.core.language import Language
from bot.core.names import UserId
from bot.host.shipped import playbooks_folder
from bot.library import playbooks
from bot.papers.tables import LARGEST, read_table
from bot.service.organisations.cascading import CHILD_PLAYBOOK, PARENT_PLAYBOOKS
from bot.service.outbox.gate import WIDTH
from bot.service.outbox.urgency import Urgency
from tests.docs.pages import ROOT, read

PAGE = read("docs/cascade.md")
SHIPPED = playbooks.load(playbooks_folder())
GROUND = Ground(
    playbook=SHIPPED[CHILD_PLAYBOOK, Language("en")],
    language=Language("en"),
    own=UserId("@cellule:example.org"),
    zone=ZoneInfo("Europe/Paris"),
    now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
)
SAMPLES = {"language": "fr", "langue": "fr", "aware": "2026-11-23 14:30", "connaissance": "2026-11-23 14:30"}


def columns(row: int) -> list[str]:
    """Return the names in the first cell of a row of the table."""
    lines = PAGE.partition("| column | holds |")[2].splitlines()
    cells = [line.split("|")[1] for line in lines if line.startswith("|")]
    return re.findall(r"`([^`]+)`", cells[row + 1])


def test_the_example_is_a_list_without_mistakes() -> None:
    found = read_organisations(read_table((ROOT / "docs/examples/organisations.csv").read_bytes(), "x.csv"), GROUND)
    assert found.wrong == ()
    assert [row.organisation for row in found.rows] == ["Cabinet Martin", "Dupont & Cie", "Harbour Logistics"]
    assert [column.name for column in found.columns if column.meaning is Meaning.KEPT] == ["city"]
    assert all("personal-data" in row.answers for row in found.rows)


@pytest.mark.parametrize("name", columns(0))
def test_every_name_of_the_column_of_organisations_is_one(name: str) -> None:
    assert len(read_organisations([(1, (name, "people")), (2, ("x", "@a:example.org"))], GROUND).rows) == 1


@pytest.mark.parametrize("name", [*columns(1), *columns(2), *columns(3), *columns(4)])
def test_every_other_name_of_a_column_is_known(name: str) -> None:
    cell = SAMPLES.get(name, "@b:example.org")
    found = read_organisations([(1, ("client", "people", name)), (2, ("x", "@a:example.org", cell))], GROUND)
    assert found.wrong == ()
    assert found.columns[-1].meaning is not Meaning.KEPT


def test_figures_and_playbooks_are_the_programs() -> None:
    assert f"{LARGEST // 10**6} MB and {MOST_ROWS:,} organisations" in PAGE
    assert WIDTH - Urgency.BULK == 8
    assert "Eight rooms are made at a time" in PAGE
    assert f"playbook is\n  [`{PARENT_PLAYBOOKS[0]}`]" in PAGE
    assert f"playbook `{CHILD_PLAYBOOK}`" in PAGE
    assert {*PARENT_PLAYBOOKS, CHILD_PLAYBOOK} <= {id for id, _ in SHIPPED}
