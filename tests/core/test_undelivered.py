"""Reminders that could not be said: what they are about, what of them is left, and when they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.decide.ringing import instead, lateness, ring, still, unsaid
from bot.core.facts import ClockFiled, NotDelivered, Rang, Reminder, RepeatRang, StepsRang, UpdateRang
from bot.core.incident import Incident
from bot.core.names import StepId
from bot.core.ringing.reminders import subjects, without
from bot.core.ringing.silence import Silence, silence
from tests.core.build import (
    BOB,
    DAY,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    PLAYBOOK,
    grow,
    incident,
    running,
    started,
)

D1, D2 = StepId("D1"), StepId("D2")
T48 = NOW + DAY


def rang(room: Incident, rung: str = "T-48") -> Rang:
    return Rang(at=T48, rule=HOURS_72, rung=rung, due=running(room).due, late_by=timedelta())


def told(reminder: Reminder) -> NotDelivered:
    return NotDelivered(at=T48, reminder=reminder, code=Silence.WORLD_READABLE)


@pytest.mark.parametrize("other", [StepsRang(at=NOW, steps=(D1, D2)), UpdateRang(at=NOW, promised=T48)])
def test_a_reminder_of_one_kind_leaves_those_of_others(other: Reminder) -> None:
    room = incident(started())
    assert without((told(other), told(rang(room))), rang(room, "T-24")) == (told(other),)
    assert without((told(other),), other) == ()
    assert without((told(rang(room)), told(RepeatRang(at=NOW))), RepeatRang(at=T48)) == (told(rang(room)),)


def test_a_reminder_of_another_due_time_is_another() -> None:
    room = incident(started())
    later = grow(room, started(at=NOW + MINUTE))
    assert subjects([rang(room)]) != subjects([rang(later)])
    assert without((told(rang(room)),), rang(later)) == (told(rang(room)),)


def test_what_was_told_elsewhere_is_over_once_its_clock_has_another_due_time_or_stops() -> None:
    room = grow(incident(started(), started(FIVE_DAYS)), told(rang(incident(started()))))
    assert len(room.undelivered) == 1
    assert len(grow(room, started(FIVE_DAYS, at=NOW + MINUTE)).undelivered) == 1
    assert grow(room, started(at=NOW + MINUTE)).undelivered == ()
    filed = ClockFiled(at=T48, by=BOB, rule=HOURS_72, reference="CNIL-1", filed_at=T48)
    assert grow(room, filed).undelivered == ()


def test_a_reminder_that_was_overtaken_by_a_correction_does_not_count_for_the_clock() -> None:
    room = incident(started())
    corrected = grow(room, started(at=NOW + MINUTE), rang(room))
    assert running(corrected).rung == ()
    assert running(grow(room, rang(room))).rung == ("T-48",)


def test_what_is_still_to_be_said_is_as_it_is_now() -> None:
    room = incident(started())
    assert [one.rung for one in still(room, [rang(room)], T48) if isinstance(one, Rang)] == ["T-48"]
    assert still(room, [rang(room, "T-24")], T48) == ()
    assert [type(one) for _, one in unsaid(room, T48)][:1] == [Rang]
    assert rang(room) not in [one for _, one in unsaid(grow(room, told(rang(room))), T48)]


def test_of_several_steps_those_are_said_that_are_wanted() -> None:
    steps = (replace(one, target=30 * MINUTE) for one in PLAYBOOK.phases[0].steps)
    book = replace(PLAYBOOK, phases=(replace(PLAYBOOK.phases[0], steps=tuple(steps)),))
    room, at = incident(playbook=book), NOW + HOUR
    (both,) = still(room, [StepsRang(at=NOW, steps=(D1, D2))], at)
    assert isinstance(both, StepsRang)
    assert both.steps == (D1, D2)
    assert still(room, [StepsRang(at=NOW, steps=(D2,))], at) == (replace(both, steps=(D2,)),)
    assert still(room, [], at) == ()


@pytest.mark.parametrize(("code", "why"), [("WORLD_READABLE", Silence.WORLD_READABLE), ("M_X", Silence.REFUSED)])
def test_a_code_says_why_a_room_is_silent(code: str, why: Silence) -> None:
    assert silence(code) is why


def names(reminders: tuple[Reminder, ...]) -> list[str]:
    return [one.rung for one in reminders if isinstance(one, Rang)]


def test_what_was_chosen_is_said_or_all_that_is_due_once_one_of_it_was_overtaken() -> None:
    room, now = incident(started()), NOW + 3 * DAY + 2 * HOUR
    assert names(instead(room, [rang(room, "T")], now)) == ["T"]
    assert instead(room, [rang(room, "T"), rang(room, "T+1")], now) == ring(room, now)
    assert instead(room, [UpdateRang(at=NOW, promised=NOW)], now) == ring(room, now)


def test_how_late_a_reminder_is_counts_from_its_own_time() -> None:
    room = incident(started())
    assert lateness(room, rang(room), T48 + 2 * MINUTE) == 2 * MINUTE
    assert lateness(room, rang(room, "T-24"), T48 + 2 * MINUTE) == timedelta()  # said with it, ahead of its time
    assert lateness(grow(room, rang(room)), rang(room), T48 + HOUR) == timedelta()  # undone: it waits no longer
