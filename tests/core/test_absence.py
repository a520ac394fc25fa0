"""What an absence cost an incident."""

from __future__ import annotations

from bot.core.details import NEXT_UPDATE
from bot.core.facts import Answered, Closed, Left
from bot.core.happenings import PersonCame, TimeCame
from bot.core.ringing.absence import Missed, missed
from tests.core.build import ALICE, CAROL, DAY, HOUR, HOURS_72, MINUTE, NOW, OPENED, grow, incident, met, started

LATE = Missed(codename=OPENED.codename, is_rung_late=True, ended=())


def test_a_reminder_that_waits_still_is_late() -> None:
    assert missed(incident(started(HOURS_72)), NOW + 23 * HOUR, NOW + 25 * HOUR) == LATE


def test_a_reminder_that_rang_meanwhile_is_late_too() -> None:
    running = met(incident(started(HOURS_72)), TimeCame(), NOW + 25 * HOUR)
    assert missed(running, NOW + 23 * HOUR, NOW + 25 * HOUR) == LATE
    assert missed(running, NOW + 25 * HOUR, NOW + 26 * HOUR) is None


def test_due_times_that_passed_are_named_by_their_moment() -> None:
    found = missed(incident(started(HOURS_72)), NOW + 71 * HOUR + MINUTE, NOW + 73 * HOUR)
    assert found == Missed(codename=OPENED.codename, is_rung_late=True, ended=(NOW + 72 * HOUR,))


def test_a_promised_bulletin_is_late_whether_it_waits_or_rang() -> None:
    promised = Answered(at=NOW, by=ALICE, question=NEXT_UPDATE, value=(NOW + 4 * HOUR).isoformat())
    waiting = incident(promised)
    assert missed(waiting, NOW + 3 * HOUR, NOW + 5 * HOUR) == LATE
    assert missed(met(waiting, TimeCame(), NOW + 5 * HOUR), NOW + 3 * HOUR, NOW + 5 * HOUR) == LATE
    assert missed(met(waiting, TimeCame(), NOW + 4 * HOUR), NOW + 4 * HOUR, NOW + 5 * HOUR) is None


def test_a_brief_for_late_joiners_is_no_reminder() -> None:
    waiting = met(incident(Left(at=NOW, user=CAROL)), PersonCame(user=CAROL), NOW + HOUR)
    assert waiting.brief_due is not None
    assert missed(waiting, NOW + HOUR, NOW + 2 * HOUR) is None


def test_nothing_is_missed_where_nothing_runs() -> None:
    assert missed(incident(rules=()), NOW, NOW + 90 * DAY) is None
    closed = grow(incident(started(HOURS_72)), Closed(at=NOW + HOUR, by=ALICE, summary=""))
    assert missed(closed, NOW + 2 * HOUR, NOW + 90 * DAY) is None
