"""What an authority may see of each organisation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.facts import Answered, CascadeRow, ClockFiled, Fact, StepDone
from bot.core.names import Question
from bot.core.organisations.authorities import Notified, notified, sector_of, siren_of
from bot.core.organisations.duties import CLOCKS, Duty
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import Line, rollup
from tests.core.build import ALICE, HOUR, NOW, grow, started
from tests.core.cascades import child, parent, row
from tests.core.test_duties import firm

SIREN, SECTOR = Question("siren"), Question("sector")
CNIL = CLOCKS[Duty.AUTHORITY]
LISTED = replace(row("Alpha"), answers={SIREN: "123 456 789", SECTOR: "health"})


def line(*facts: Fact, listed: CascadeRow = LISTED, room: bool = True) -> Line:
    made = grow(child(listed), *facts)
    return rollup(parent(rows=(listed,)), (made,) if room else (), Watch(now=NOW)).lines[0]


def recorded(*facts: Fact) -> Notified | None:
    made = replace(firm(*facts), id=child(row("Alpha")).id)
    return notified(rollup(parent(rows=(row("Alpha"),)), (made,), Watch(now=NOW)).lines[0])


def test_a_notification_is_recorded_by_its_reference_or_by_its_step_without_what_was_noted_there() -> None:
    filed = ClockFiled(at=NOW, by=ALICE, rule=CNIL, reference="CNIL 1", filed_at=NOW - HOUR)
    answered = Answered(at=NOW, by=ALICE, question=Question("personal-data"), value="yes")
    step = next(one for one in firm().playbook.steps() if one.clock == CNIL)
    done = StepDone(at=NOW, by=ALICE, step=step.id, result="done by Bob, 06 00 00 00 00")
    assert recorded(answered, started(CNIL)) is None
    assert recorded(answered, done) == Notified(at=NOW, reference="")
    assert recorded(answered, started(CNIL, aware=NOW - 2 * HOUR), filed) == Notified(at=NOW - HOUR, reference="CNIL 1")


def test_where_there_is_no_room_yet_the_list_says_what_it_can() -> None:
    unopened = line(room=False)
    assert (siren_of(unopened), sector_of(unopened), notified(unopened)) == ("123456789", "health", None)


@pytest.mark.parametrize(("said", "shown"), [("987654321", "987654321"), ("call Bob", ""), ("12345", "")])
def test_a_siren_has_nine_digits_and_is_what_was_said_last(said: str, shown: str) -> None:
    assert siren_of(line(Answered(at=NOW, by=ALICE, question=SIREN, value=said))) == shown
    assert siren_of(line(listed=row("Alpha"))) == ""
