"""What happened day by day: counted when it happened, on the days of the parent's zone."""

from __future__ import annotations

from datetime import date

from bot.core.facts import ClockFiled, Closed, Joined, Left, QuestionAsked, Resumed
from bot.core.organisations.history import Event, history
from bot.core.organisations.reach import Watch
from bot.core.organisations.rollup import rollup
from tests.core.build import ALICE, DAVE, DAY, HOUR, HOURS_72, NOW, SOFT, grow, started
from tests.core.cascades import child, parent, person_of, row

FRIDAY, SATURDAY, SUNDAY = date(2026, 3, 27), date(2026, 3, 28), date(2026, 3, 29)
ALPHA, BETA, GAMMA = (child(row(name)) for name in ("Alpha", "Beta", "Gamma"))
CAME = Joined(at=NOW, user=person_of("Alpha"))


def days(*among: object) -> dict[date, dict[Event, int]]:
    found = rollup(parent(), among, Watch(now=NOW + 9 * DAY))  # type: ignore[arg-type]
    return {day: dict(counts) for day, counts in history(found).items()}


def test_nothing_happened_where_nobody_came() -> None:
    assert days(ALPHA, grow(BETA, Joined(at=NOW, user=DAVE))) == {}


def test_an_organisation_is_reached_once_when_its_first_person_came() -> None:
    again = Joined(at=NOW + 2 * DAY, user=person_of("Alpha"))
    back = grow(ALPHA, CAME, Left(at=NOW + HOUR, user=person_of("Alpha")), again)
    late = grow(BETA, Joined(at=NOW + 5 * HOUR, user=person_of("Beta")))
    assert days(back, late) == {FRIDAY: {Event.REACHED: 2}}
    assert days(grow(BETA, Joined(at=NOW + 6 * HOUR, user=person_of("Beta")))) == {SATURDAY: {Event.REACHED: 1}}


def test_filings_of_the_law_questions_and_closings_stand_on_their_days() -> None:
    filed = ClockFiled(at=NOW + 2 * DAY, by=ALICE, rule=HOURS_72, reference="CNIL 1", filed_at=NOW + DAY)
    target = ClockFiled(at=NOW, by=ALICE, rule=SOFT, reference="x", filed_at=NOW)
    asked = [QuestionAsked(at=NOW + DAY, by=person_of("Beta"), number=number, text="?") for number in (1, 2)]
    closed = Closed(at=NOW + 2 * DAY, by=ALICE, summary="")
    among = (
        grow(ALPHA, CAME, started(), started(SOFT), filed, target),
        grow(BETA, *asked, closed),
        grow(GAMMA, Closed(at=NOW, by=ALICE, summary=""), Resumed(at=NOW, by=ALICE)),
    )
    assert days(*among) == {
        FRIDAY: {Event.REACHED: 1},
        SATURDAY: {Event.FILED: 1, Event.ASKED: 2},
        SUNDAY: {Event.CLOSED: 1},
    }
