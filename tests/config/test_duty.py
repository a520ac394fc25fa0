"""Rotas as they are written."""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli.checks.duty import look_at_duty
from bot.cli.checks.findings import Level
from bot.config import load
from bot.core.duty.rota import Rota
from bot.core.people.roster import Role
from tests.config.files import changed, fill, problems_of, write

ALICE = "@alice:example.org"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
GOOD = {"weeks": [ALICE, "nobody"], "since": date(2026, 11, 30), "change": "monday 09:00"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def test_a_rota_is_read_and_changes_on_monday_at_nine_when_nothing_is_said(folder: Path) -> None:
    written = {"coordinator": GOOD, "dpo": {"weeks": [ALICE], "since": "2026-11-30"}}
    config = load(write(folder, changed(duty=written)))
    nine = time(9)
    assert config.duty == {
        Role.COORDINATOR: Rota(weeks=(ALICE, None), since=date(2026, 11, 30), hour=nine),  # type: ignore[arg-type]
        Role.DPO: Rota(weeks=(ALICE,), since=date(2026, 11, 30), hour=nine),  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("written", [None, {}])
def test_without_rotas_nothing_changes(folder: Path, written: object) -> None:
    assert load(write(folder, changed(duty=written))).duty == {}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"coordinator": {**GOOD, "weeks": []}}, "duty.coordinator.weeks: must be a list of 1 to 104 Matrix ids"),
        ({"coordinator": {**GOOD, "weeks": [ALICE] * 10_000}}, "duty.coordinator.weeks: must be a list of 1 to 104"),
        ({"coordinator": {**GOOD, "weeks": [ALICE, None]}}, "duty.coordinator.weeks: nothing is not a Matrix id"),
        ({"coordinator": {**GOOD, "weeks": ["alice"]}}, 'duty.coordinator.weeks: "alice" is not a Matrix id'),
        ({"coordinator": {**GOOD, "since": "soon"}}, "duty.coordinator.since: must be a day, like 2026-11-30"),
        ({"coordinator": {**GOOD, "since": 5}}, "duty.coordinator.since: must be a day"),
        ({"coordinator": {**GOOD, "since": date(1999, 1, 4)}}, "duty.coordinator.since: must be a day"),
        (
            {"coordinator": {**GOOD, "since": date(2026, 12, 2)}},
            "duty.coordinator.since: is a wednesday, and duty changes on monday; write 2026-11-30",
        ),
        ({"coordinator": {**GOOD, "change": "mondays"}}, 'duty.coordinator.change: "mondays" is not a day of the week'),
        ({"coordinator": {**GOOD, "change": 9}}, "duty.coordinator.change: 9 is not a day of the week"),
        ({"coordinator": {**GOOD, "week": []}}, "duty.coordinator.week: is not a key of Cellule; did you mean weeks?"),
        ({"coordinator": {"since": GOOD["since"]}}, "duty.coordinator.weeks: is missing"),
        ({"coordinators": GOOD}, 'duty.coordinators: "coordinators" is not a role'),
        (["coordinator"], "duty: must be a group of roles, each like {weeks: ["),
    ],
)
def test_what_is_wrong_is_told_with_what_to_write(folder: Path, written: Any, told: str) -> None:
    (problem,) = problems_of(folder, changed(duty=written))
    assert problem.startswith(told), problem


def test_check_names_holes_and_who_has_not_the_role(folder: Path) -> None:
    rotas = {"coordinator": GOOD, "dpo": {"weeks": [ALICE, "@bob:example.org"], "since": "2026-11-30"}}
    found = [str(one) for one in look_at_duty(load(write(folder, changed(duty=rotas))), NOW)]
    assert found[0] == (
        "warning  duty: coordinator: nobody is on duty from 2026-12-07 09:00 to 2026-12-14 09:00; "
        "everybody of the role is called then"
    )
    assert f"warning  duty: dpo: {ALICE} is in the rota, and has not that role under people" in "\n".join(found)
    assert len([one for one in found if "coordinator" in one]) == 4


def test_check_says_that_there_is_no_hole_and_that_there_is_no_rota(folder: Path) -> None:
    rotas = {"coordinator": {**GOOD, "weeks": [ALICE]}}
    assert [str(one) for one in look_at_duty(load(write(folder, changed(duty=rotas))), NOW)] == [
        "ok  duty: coordinator: no hole in the next 8 weeks"
    ]
    (none,) = look_at_duty(load(write(folder, changed())), NOW)
    assert "no role has a rota" in str(none)


@pytest.mark.parametrize("page", ["docs/duty.md", "docs/fr/exploitation.md"])
def test_the_rota_of_the_page_is_read_and_has_the_hole_that_it_shows(folder: Path, page: str) -> None:
    text = (Path(__file__).parents[2] / page).read_text("utf-8")
    (block,) = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "duty:" in block]
    written = yaml.safe_load(block)
    people = {ALICE: ["admin", "coordinator"], "@bob:example.org": ["coordinator", "dpo"]}
    config = load(write(folder, changed(people=people, duty=written["duty"])))
    assert written.get("people", people) == people
    assert len([one for one in look_at_duty(config, NOW) if one.level is Level.WARNING]) == 2
