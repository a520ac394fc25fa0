"""Soft lines: our own target before the limit, and all that a duty without a figure has to ring by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clocks.lengths import EarlierOf
from bot.core.clocks.rules import soft_line
from bot.core.commands import Acknowledge, AddClock, Classify, File, Snooze
from bot.core.facts import Rang
from bot.core.incident import Incident
from bot.core.names import RuleId
from bot.core.people.quiet import QuietHours
from bot.core.playbook import Watched
from bot.core.ringing.alarms import Ring, alarms
from bot.core.ringing.rungs import is_past_soft_line
from tests.core.build import (
    ALICE,
    BOB,
    DAY,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    MINUTE,
    NO_FIGURE,
    NOW,
    PLAYBOOK,
    RULES,
    SOFT,
    act,
    came,
    grow,
    incident,
    rule,
    running,
    started,
)

DUE = NOW + 72 * HOUR
SECOND = timedelta(seconds=1)
DORA = RuleId("DORA-4/24")
NIGHT = QuietHours(start=time(21), end=time(7))
"""In Paris. NOW is 18:00 there, on a Friday in winter time; the clocks go forward in the night to Sunday."""


def aiming(aim: timedelta, *, id: RuleId = HOURS_72, **changes: object) -> Incident:
    """Return an incident in which the clock *id* has a soft line, not started yet, and no other law waits."""
    rules = tuple(
        replace(row, aim=aim) if row.id == id else row
        for row in (*RULES, rule(DORA, EarlierOf(hours_after_aware=24, hours_after_second=4)))
        if row.id == id or row.soft
    )
    watched = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=DORA)))
    return incident(rules=rules, playbook=watched, **changes)


def rings(room: Incident, now: datetime, id: RuleId = HOURS_72) -> list[tuple[str, datetime]]:
    return [(alarm.rung, alarm.at) for alarm in alarms(room, now) if isinstance(alarm, Ring) and alarm.rule == id]


def wake(room: Incident, now: datetime) -> tuple[Incident, list[str]]:
    facts = came(room, now)
    return grow(room, *facts), [fact.rung for fact in facts if isinstance(fact, Rang)]


# --- beside a ladder ----------------------------------------------------------------------------------------


def test_a_soft_line_between_two_rungs_rings_by_itself() -> None:
    room = grow(aiming(30 * HOUR), started())
    assert rings(room, NOW)[:3] == [("T-48", DUE - 48 * HOUR), ("aim", NOW + 30 * HOUR), ("T-24", DUE - 24 * HOUR)]


def test_a_soft_line_at_a_rung_is_said_with_that_rung() -> None:
    for minutes in (-29, 0, 29):
        room = grow(aiming(48 * HOUR + minutes * MINUTE), started())
        assert [name for name, _ in rings(room, NOW)] == ["T-48", "T-24", "T-12", "T-6", "T-3", "T-1", "T", "T+1"]


def test_reminders_say_that_the_soft_line_is_past_from_half_an_hour_before_it_to_the_due_time() -> None:
    room = grow(aiming(30 * HOUR), started())
    row, state = room.rules[HOURS_72], running(room)
    past = [hours for hours in (24, 29.5, 29.75, 30, 48, 72, 73) if is_past_soft_line(row, state, NOW + hours * HOUR)]
    assert past == [29.75, 30, 48, 72]
    none = grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE))
    assert not is_past_soft_line(none.rules[NO_FIGURE], running(none, NO_FIGURE), NOW + 48 * HOUR)


def test_a_soft_line_that_was_past_when_the_clock_was_recorded_never_rings() -> None:
    room = grow(aiming(10 * HOUR), started(aware=NOW - 20 * HOUR))
    assert "aim" not in [name for name, _ in rings(room, NOW)]


def test_a_soft_line_near_a_rung_that_was_past_when_the_clock_was_recorded_rings_by_itself() -> None:
    room = grow(aiming(24 * HOUR + 20 * MINUTE), started(aware=NOW - 24 * HOUR - 10 * MINUTE))
    assert rings(room, NOW)[0] == ("aim", NOW + 10 * MINUTE)


def test_a_soft_line_is_not_said_once_more() -> None:
    room, rang = wake(grow(aiming(30 * HOUR), started()), NOW + 24 * HOUR)
    room = act(room, Acknowledge(), BOB, NOW + 24 * HOUR)
    room, rang = wake(room, NOW + 30 * HOUR)
    assert rang == ["aim"]
    assert rings(room, NOW + 30 * HOUR)[0] == ("T-24", DUE - 24 * HOUR)


def test_from_its_soft_line_to_the_first_rung_of_the_ladder_a_clock_rings_once_a_day() -> None:
    room = grow(aiming(24 * HOUR, id=FIVE_DAYS), started(FIVE_DAYS))
    heard = []
    for hours in range(24 * 5 + 5):
        room, rang = wake(room, NOW + hours * HOUR)
        heard += [(hours, name) for name in rang]
        room = act(room, Acknowledge(), ALICE, NOW + hours * HOUR) if rang else room
    assert heard == [(24, "aim"), (48, "aim+24"), (72, "aim+48"), (96, "aim+72"), (120, "aim+96")]


def test_days_past_the_soft_line_that_were_missed_ring_once() -> None:
    room, _ = wake(grow(aiming(24 * HOUR, id=FIVE_DAYS), started(FIVE_DAYS)), NOW + 24 * HOUR)
    room, rang = wake(room, NOW + 24 * HOUR * 4 + HOUR)
    assert rang == ["aim+72"]


def test_a_snooze_past_the_soft_line_moves_the_reminder_of_the_day_to_its_end() -> None:
    room, _ = wake(grow(aiming(24 * HOUR, id=FIVE_DAYS), started(FIVE_DAYS)), NOW + 24 * HOUR)
    room = act(room, Snooze(rule=FIVE_DAYS, span=30 * HOUR), BOB, NOW + 25 * HOUR)
    assert rings(room, NOW + 25 * HOUR, FIVE_DAYS)[0] == ("aim+24", NOW + 55 * HOUR)


def test_a_soft_line_inside_a_snooze_waits_for_its_end_like_any_rung() -> None:
    room = grow(aiming(30 * HOUR), started())
    room, _ = wake(room, NOW + 24 * HOUR)
    room = act(room, Snooze(rule=HOURS_72, span=10 * HOUR), BOB, NOW + 25 * HOUR)
    assert rings(room, NOW + 25 * HOUR)[:2] == [("aim", NOW + 35 * HOUR), ("T-24", DUE - 24 * HOUR)]


def test_a_soft_line_after_the_due_time_is_none() -> None:
    room = grow(aiming(80 * HOUR), started())
    assert soft_line(room.rules[HOURS_72], NOW, DUE) is None
    assert "aim" not in [name for name, _ in rings(room, NOW)]
    assert not is_past_soft_line(room.rules[HOURS_72], running(room), NOW + 71 * HOUR)


# --- a duty without a figure --------------------------------------------------------------------------------


def test_a_duty_without_a_figure_rings_at_its_soft_line_and_then_once_a_day() -> None:
    room = grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE))
    heard = []
    for hours in range(24 * 5):
        room, rang = wake(room, NOW + hours * HOUR)
        heard += [(hours, name) for name in rang]
    assert heard == [(24, "aim"), (48, "aim+24"), (72, "aim+48"), (96, "aim+72")]


def test_each_day_nobody_answers_it_reaches_more_people() -> None:
    room, levels = grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE)), []
    for days in (1, 2, 3, 4, 5):
        facts = came(room, NOW + days * DAY)
        room = grow(room, *facts)
        levels += [fact.level for fact in facts if isinstance(fact, Rang)]
    assert levels == [0, 1, 2, 3, 3]


def test_it_is_silent_once_it_was_filed_and_not_before() -> None:
    room, _ = wake(grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE)), NOW + 24 * HOUR)
    room = act(room, Acknowledge(), BOB, NOW + 25 * HOUR)
    assert rings(room, NOW + 25 * HOUR, NO_FIGURE) == [("aim+24", NOW + 48 * HOUR)]
    room = act(room, File(rule=NO_FIGURE, reference="sent"), BOB, NOW + 26 * HOUR)
    assert rings(room, NOW + 26 * HOUR, NO_FIGURE) == []


def test_days_missed_while_down_collapse_into_the_newest() -> None:
    room, rang = wake(grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE)), NOW + 5 * DAY + HOUR)
    assert rang == ["aim+96"]
    assert rings(room, NOW + 5 * DAY + HOUR, NO_FIGURE) == [("aim+120", NOW + 6 * DAY)]


def test_a_duty_recorded_after_its_soft_line_rings_within_a_day() -> None:
    room = grow(aiming(24 * HOUR, id=NO_FIGURE), started(NO_FIGURE, aware=NOW - 60 * HOUR))
    assert rings(room, NOW, NO_FIGURE) == [("aim+48", NOW + 12 * HOUR)]


def test_without_a_soft_line_a_duty_without_a_figure_never_rings() -> None:
    assert rings(incident(started(NO_FIGURE)), NOW + DAY, NO_FIGURE) == []


@pytest.mark.parametrize("pace", [1000, 3600, 1_000_000])
def test_a_drill_forgotten_for_years_still_lets_the_bot_start(pace: int) -> None:
    room = grow(aiming(24 * HOUR, id=NO_FIGURE, drill=True, pace=pace), started(NO_FIGURE))
    for years in (3, 20, 400):
        room, rang = wake(room, NOW + years * 365 * DAY)
        assert len(rang) <= 1


def test_in_a_fast_drill_the_daily_reminder_comes_no_oftener_than_every_ten_seconds() -> None:
    room = grow(aiming(24 * HOUR, id=NO_FIGURE, drill=True, pace=24 * 3600), started(NO_FIGURE))
    heard = []
    for second in range(24):
        room, rang = wake(room, NOW + timedelta(seconds=second))
        heard += [(second, name) for name in rang]
    assert heard == [(1, "aim"), (11, "aim+240"), (21, "aim+480")]


# --- quiet hours --------------------------------------------------------------------------------------------


def test_at_night_a_soft_line_waits_for_the_morning() -> None:
    room = grow(aiming(5 * HOUR, quiet=NIGHT), started())
    assert rings(room, NOW)[:2] == [("aim", NOW + 13 * HOUR), ("T-48", NOW + 24 * HOUR)]


def test_at_night_a_hard_rung_rings_and_takes_the_soft_line_that_waits_with_it() -> None:
    room = grow(aiming(20 * HOUR, quiet=NIGHT), started(aware=NOW - 17 * HOUR))
    assert rings(room, NOW)[:2] == [("T-48", NOW + 7 * HOUR), ("aim", NOW + 13 * HOUR)]
    assert is_past_soft_line(room.rules[HOURS_72], running(room), NOW + 7 * HOUR)
    room, _ = wake(room, NOW + 7 * HOUR)
    room = act(room, Acknowledge(), BOB, NOW + 7 * HOUR)
    assert rings(room, NOW + 7 * HOUR)[0] == ("T-24", NOW + 31 * HOUR)


def test_the_reminders_of_a_target_that_wait_for_the_morning_ring_as_one() -> None:
    room = incident(started(SOFT, aware=NOW - 8 * HOUR), quiet=NIGHT)
    assert rings(room, NOW, SOFT) == [
        ("T-3", NOW + 13 * HOUR),
        ("T-1", NOW + 15 * HOUR),
        ("T", NOW + 16 * HOUR),
        ("T+1", NOW + 17 * HOUR),
    ]


def test_no_reminder_waits_past_the_due_time_and_what_is_past_it_waits_again() -> None:
    room = incident(started(SOFT, aware=NOW - 18 * HOUR), quiet=NIGHT)
    hours = [(name, (at - NOW) / HOUR) for name, at in rings(room, NOW, SOFT)]
    assert hours == [("T-3", 3), ("T-1", 5), ("T", 6), ("T+1", 13)]
    room, _ = wake(room, NOW + 6 * HOUR)
    assert wake(room, NOW + 13 * HOUR - SECOND)[1] == []
    room, rang = wake(room, NOW + 13 * HOUR)
    assert rang == ["T+7"]


def test_what_was_missed_until_the_night_waits_for_the_morning_and_says_how_late_it_is() -> None:
    room = incident(started(SOFT), quiet=NIGHT)
    assert wake(room, NOW + 5 * HOUR)[1] == []
    room = incident(started(SOFT, aware=NOW - 10 * HOUR), quiet=NIGHT)  # T-12 at 20:00
    assert wake(room, NOW + 4 * HOUR)[1] == []
    facts = came(room, NOW + 13 * HOUR)
    assert [(fact.rung, fact.late_by) for fact in facts if isinstance(fact, Rang)] == [
        ("T-12", 11 * HOUR),
        ("T-1", timedelta(0)),
    ]


def test_a_due_time_of_the_firm_keeps_quiet_hours_too() -> None:
    room = act(incident(quiet=NIGHT), AddClock(name="VAT", due=NOW + 16 * HOUR), BOB)
    assert rings(room, NOW, RuleId("VAT"))[0] == ("T-3", NOW + 13 * HOUR)


def test_a_duty_without_a_figure_rings_in_the_morning_though_clocks_jump_that_night() -> None:
    room = grow(aiming(27 * HOUR, id=NO_FIGURE, quiet=NIGHT), started(NO_FIGURE))
    assert rings(room, NOW, NO_FIGURE) == [("aim", NOW + 36 * HOUR)]
    room, _ = wake(room, NOW + 36 * HOUR)
    assert rings(room, NOW + 36 * HOUR, NO_FIGURE) == [("aim+24", NOW + 60 * HOUR)]


def test_a_fast_drill_has_no_night() -> None:
    room = grow(aiming(5 * HOUR, quiet=NIGHT, drill=True, pace=3600), started())
    assert rings(room, NOW)[0] == ("aim", NOW + timedelta(seconds=5))


# --- a classification ---------------------------------------------------------------------------------------

MONDAY_8 = datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
"""08:00 in Paris, which is two hours ahead by then."""


def classified(hours: float, *, typed_after: float | None = None) -> Incident:
    """Return DORA's first notification, aware on Monday 08:00 and classified so many hours later."""
    room = grow(aiming(12 * HOUR, id=DORA), started(DORA, at=MONDAY_8))
    typed = MONDAY_8 + (hours if typed_after is None else typed_after) * HOUR
    return act(room, Classify(rule=DORA, when=MONDAY_8 + hours * HOUR), BOB, typed)


def test_a_classification_brings_the_due_time_nearer() -> None:
    assert running(classified(22), DORA).due == MONDAY_8 + 24 * HOUR  # Tuesday 06:00 leaves it at Tuesday 08:00
    assert running(classified(10), DORA).due == MONDAY_8 + 14 * HOUR
    assert running(classified(24), DORA).due == MONDAY_8 + 24 * HOUR
    assert running(classified(25), DORA).due == MONDAY_8 + 29 * HOUR


def test_reminders_begin_anew_with_the_new_due_time_and_none_rings_for_the_past() -> None:
    room = classified(10)
    now = MONDAY_8 + 10 * HOUR
    assert rings(room, now, DORA)[:3] == [("T-3", now + HOUR), ("aim", now + 2 * HOUR), ("T-1", now + 3 * HOUR)]
    assert (running(room, DORA).level, running(room, DORA).rung) == (0, ())


def test_reminders_go_on_where_the_due_time_stays() -> None:
    room, _ = wake(grow(aiming(12 * HOUR, id=DORA), started(DORA, at=MONDAY_8)), MONDAY_8 + 21 * HOUR)
    room = act(room, Classify(rule=DORA, when=MONDAY_8 + 22 * HOUR), BOB, MONDAY_8 + 22 * HOUR)
    assert running(room, DORA).rung == ("T-12", "T-6", "T-3")
    assert running(room, DORA).second == MONDAY_8 + 22 * HOUR


def test_a_late_classification_of_an_overdue_clock_gives_it_a_ladder_again() -> None:
    room, _ = wake(grow(aiming(12 * HOUR, id=DORA), started(DORA, at=MONDAY_8)), MONDAY_8 + 26 * HOUR)
    now = MONDAY_8 + 26 * HOUR
    room = act(act(room, Acknowledge(), BOB, now), Classify(rule=DORA), BOB, now)
    assert [name for name, _ in rings(room, now, DORA)] == ["T-3", "T-1", "T", "T+1"]


# --- whatever the wake-ups ----------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 80), st.lists(st.integers(1, 20 * 60), max_size=40), st.sampled_from([None, NIGHT]))
def test_whoever_is_awake_between_the_soft_line_and_the_limit_hears_of_it_and_never_early(
    aim: int, waits: list[int], quiet: QuietHours | None
) -> None:
    room, now = grow(aiming(aim * HOUR, quiet=quiet), started()), NOW
    line, heard, was_awake = room.awake(NOW + aim * HOUR, NOW), [], False
    for minutes in [*waits, 80 * 60]:
        now += minutes * MINUTE
        was_awake = was_awake or line <= now == room.awake(now, now) <= DUE
        facts = [fact for fact in came(room, now) if isinstance(fact, Rang)]
        room = grow(room, *facts)
        is_past = is_past_soft_line(room.rules[HOURS_72], running(room), now)
        heard += [now] if any(fact.rung == "aim" for fact in facts) or (facts and is_past) else []
        room = act(room, Acknowledge(), BOB, now) if facts and now < DUE else room
    assert running(room).rung.count("aim") <= 1
    assert heard or not was_awake
    assert all(moment > NOW + aim * HOUR - 31 * MINUTE for moment in heard)
