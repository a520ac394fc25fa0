"""Reminders: nothing lost, nothing doubled, nothing early."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clocks.rules import LADDER, ladder, rung_name
from bot.core.commands import Acknowledge, Close, File, SetAware, Snooze
from bot.core.evolve import fold
from bot.core.facts import (
    Acknowledged,
    ClockFiled,
    ClockSetAside,
    Closed,
    Joined,
    PersonInvited,
    Rang,
    Resumed,
)
from bot.core.happenings import TimeCame
from bot.core.incident import Incident
from bot.core.names import RuleId
from bot.core.people.roster import Role
from bot.core.ringing.alarms import Brief, Ring, alarms
from bot.core.ringing.reminders import TOGETHER
from bot.core.ringing.rungs import is_repeated
from tests.core.build import (
    BOB,
    CAROL,
    CHAINED_30_DAYS,
    DAY,
    FIVE_DAYS,
    GUEST,
    HOUR,
    HOURS_72,
    MINUTE,
    NO_FIGURE,
    NOW,
    OPENED,
    RULES,
    act,
    came,
    drill,
    grow,
    incident,
    met,
    running,
    started,
    waived,
)

DUE = NOW + 72 * HOUR
RUNGS = ["T-48", "T-24", "T-12", "T-6", "T-3", "T-1", "T"]
SECOND = timedelta(seconds=1)


def rings(incident: Incident, now: datetime) -> list[tuple[str, datetime]]:
    return [(alarm.rung, alarm.at) for alarm in alarms(incident, now) if isinstance(alarm, Ring)]


def wake(incident: Incident, now: datetime) -> tuple[Incident, list[str]]:
    """Let the time come and return what rang."""
    facts = came(incident, now)
    return grow(incident, *facts), [fact.rung for fact in facts if isinstance(fact, Rang)]


def once(heard: list[str]) -> list[str]:
    """Return what was heard without the reminders that were said once more, right after themselves."""
    return [name for before, name in zip(["", *heard], heard, strict=False) if name != before]


def test_a_started_clock_waits_for_its_whole_ladder_and_the_first_overdue_hour() -> None:
    waiting = rings(incident(started()), NOW)
    assert waiting == [*((rung_name(before), DUE - before) for before in LADDER), ("T+1", DUE + HOUR)]
    assert [name for name, _ in waiting] == [*RUNGS, "T+1"]


def test_an_alarm_names_its_rule_and_its_due_time() -> None:
    first = alarms(incident(started()), NOW)[0]
    assert first == Ring(at=DUE - 48 * HOUR, rule=HOURS_72, rung="T-48", due=DUE, level=0, aware=NOW)


def test_alarms_of_several_clocks_come_earliest_first() -> None:
    mixed = incident(started(), started(FIVE_DAYS), started(RuleId("HOUSE-24")))
    moments = [alarm.at for alarm in alarms(mixed, NOW)]
    assert moments == sorted(moments)
    assert {alarm.rule for alarm in alarms(mixed, NOW) if isinstance(alarm, Ring)} == {HOURS_72, FIVE_DAYS, "HOUSE-24"}


def test_rungs_before_the_clock_was_recorded_never_ring() -> None:
    late = incident(started(aware=NOW - 30 * HOUR))
    assert next(name for name, _ in rings(late, NOW)) == "T-24"


def test_a_rung_that_falls_on_the_moment_of_recording_is_left_to_the_confirmation() -> None:
    assert next(name for name, _ in rings(incident(started(aware=NOW - 24 * HOUR)), NOW)) == "T-24"


def test_a_clock_recorded_overdue_rings_at_its_next_full_hour() -> None:
    overdue = incident(started(aware=NOW - 77 * HOUR - 30 * MINUTE))
    assert rings(overdue, NOW) == [("T+6", NOW + 30 * MINUTE)]


def test_a_clock_recorded_at_its_due_time_rings_an_hour_later() -> None:
    assert rings(incident(started(aware=NOW - 72 * HOUR)), NOW) == [("T+1", NOW + HOUR)]


def test_late_rungs_each_stand_for_themselves_and_say_how_late_they_are() -> None:
    facts = came(incident(started()), DUE - 5 * HOUR)
    rang = [(fact.rung, fact.late_by) for fact in facts if isinstance(fact, Rang)]
    assert rang == [("T-48", 43 * HOUR), ("T-24", 19 * HOUR), ("T-12", 7 * HOUR), ("T-6", HOUR)]


def test_a_reminder_within_a_minute_is_on_time() -> None:
    clock = incident(started())
    on_time, late = (came(clock, DUE - 48 * HOUR + span) for span in (MINUTE, MINUTE + SECOND))
    assert [fact.late_by for fact in on_time if isinstance(fact, Rang)] == [timedelta(0)]
    assert [fact.late_by for fact in late if isinstance(fact, Rang)] == [MINUTE + SECOND]


def test_in_a_drill_two_seconds_are_late_already() -> None:
    facts = came(drill(started()), NOW + 27 * SECOND)
    assert [(fact.rung, fact.late_by) for fact in facts if isinstance(fact, Rang)] == [("T-48", 3 * SECOND)]


def test_overdue_hours_missed_while_down_collapse_into_the_newest() -> None:
    clock, rang = wake(incident(started()), DUE - 2 * MINUTE)
    clock, rang = wake(clock, DUE + 10 * HOUR + 20 * MINUTE)
    assert rang == ["T", "T+10"]
    assert rings(clock, DUE + 10 * HOUR + 20 * MINUTE) == [("T+11", DUE + 11 * HOUR)]


def test_an_overdue_clock_rings_every_hour_and_rests_for_a_day_at_most_once_it_was_acknowledged() -> None:
    clock, _ = wake(incident(started()), DUE)
    for hour in range(1, 30):
        clock, rang = wake(clock, DUE + hour * HOUR)
        assert rang == [f"T+{hour}"]
    seen_at = DUE + 29 * HOUR + MINUTE
    clock = act(clock, Acknowledge(), BOB, seen_at)
    assert rings(clock, seen_at) == [("T+53", DUE + 53 * HOUR)]
    clock, _ = wake(clock, DUE + 53 * HOUR)
    assert rings(clock, DUE + 53 * HOUR) == [("T+54", DUE + 54 * HOUR)]


def test_what_rings_next_of_a_clock_is_repeated_once_it_rang_at_its_due_time_or_where_it_has_none() -> None:
    early, _ = wake(incident(started()), DUE - HOUR)
    late, _ = wake(early, DUE)
    open_ended = running(incident(started(NO_FIGURE)), NO_FIGURE)
    assert [is_repeated(state) for state in (running(early), running(late), open_ended)] == [False, True, True]


def test_an_acknowledgement_before_the_due_time_does_not_silence_what_comes_after() -> None:
    clock, _ = wake(incident(started()), DUE - HOUR)
    clock = act(clock, Acknowledge(), BOB, DUE - MINUTE)
    assert [name for name, _ in rings(clock, DUE)] == ["T", "T+1"]


def test_acknowledging_an_early_rung_late_does_not_silence_the_overdue_ones() -> None:
    clock, _ = wake(incident(started()), DUE - HOUR)
    down_until = DUE + 2 * HOUR + MINUTE
    clock = act(clock, Acknowledge(), BOB, down_until)  # typed before the bot noticed that the due time has passed
    clock, rang = wake(clock, down_until + SECOND)
    assert rang == ["T", "T+2"]
    assert [name for name, _ in rings(clock, down_until + SECOND)] == ["T+3"]


@pytest.mark.parametrize(
    "stop",
    [
        ClockFiled(at=NOW + HOUR, by=BOB, rule=HOURS_72, reference="CNIL 42", filed_at=NOW + HOUR),
        ClockSetAside(at=NOW + HOUR, by=BOB, rule=HOURS_72, reason="no personal data"),
        Closed(at=NOW + HOUR, by=BOB, summary=""),
    ],
    ids=["filed", "set aside", "closed"],
)
def test_what_is_stopped_never_rings(stop: ClockFiled | ClockSetAside | Closed) -> None:
    room = incident(started(), stop, rules=RULES[:1])
    assert alarms(room, DUE + DAY) == ()
    assert came(room, DUE + DAY) == ()


def test_a_clock_without_a_figure_never_rings() -> None:
    assert alarms(incident(started(NO_FIGURE), rules=RULES[1:2]), DUE) == ()


def test_a_room_that_is_not_made_yet_rings_nothing_and_then_all_that_was_missed() -> None:
    opening = fold((OPENED, started()))
    assert opening is not None
    assert alarms(opening, DUE) == ()


def test_a_resumed_incident_rings_what_it_missed_and_says_so() -> None:
    asleep = drill(started(), Closed(at=NOW + SECOND, by=BOB, summary=""))
    awake = grow(asleep, Resumed(at=NOW + 67 * SECOND, by=BOB))
    _, rang = wake(awake, NOW + 67 * SECOND)
    assert rang == RUNGS[:4]


def test_a_correction_counts_anew_from_the_corrected_time() -> None:
    clock, _ = wake(incident(started()), NOW + 25 * HOUR)
    later = NOW + 25 * HOUR
    clock = act(clock, SetAware(rule=HOURS_72, when=NOW + 12 * HOUR, source="the host's mail"), BOB, later)
    assert rings(clock, later)[0] == ("T-48", NOW + 36 * HOUR)


def test_a_waived_clock_that_is_started_again_rings_again() -> None:
    clock = waived(incident(started()), now=NOW + HOUR)
    clock = act(clock, SetAware(rule=HOURS_72, when=NOW), BOB, NOW + 2 * HOUR)
    assert [name for name, _ in rings(clock, NOW + 2 * HOUR)] == [*RUNGS, "T+1"]


def test_a_clock_started_by_a_filing_has_a_ladder_of_its_own() -> None:
    clock = act(incident(started()), File(rule=HOURS_72, reference="42"), BOB, NOW + DAY)
    ladder = [alarm for alarm in alarms(clock, NOW + DAY) if isinstance(alarm, Ring)]
    assert {alarm.rule for alarm in ladder} == {CHAINED_30_DAYS}
    assert ladder[0].due == NOW + DAY + 720 * HOUR


# --- snooze -------------------------------------------------------------------------------------------------


def snoozed(clock: Incident, now: datetime, span: timedelta) -> Incident:
    return act(clock, Snooze(rule=HOURS_72, span=span), BOB, now)


def test_a_snooze_moves_the_last_rung_inside_it_to_its_end() -> None:
    clock, _ = wake(incident(started()), DUE - 13 * HOUR)
    clock = snoozed(clock, DUE - 13 * HOUR, 8 * HOUR)
    assert rings(clock, DUE - 13 * HOUR)[:2] == [("T-6", DUE - 5 * HOUR), ("T-3", DUE - 3 * HOUR)]


def test_a_rung_swallowed_by_a_snooze_does_not_come_back_after_it() -> None:
    clock, _ = wake(incident(started()), DUE - 13 * HOUR)
    clock = snoozed(clock, DUE - 13 * HOUR, 8 * HOUR)
    clock, rang = wake(clock, DUE - 5 * HOUR)
    assert rang == ["T-6"]
    clock = act(clock, Acknowledge(), BOB, DUE - 5 * HOUR)
    assert [name for name, _ in rings(clock, DUE - 5 * HOUR)] == ["T-3", "T-1", "T", "T+1"]


def test_a_rung_swallowed_by_a_snooze_does_not_come_back_in_the_next_snooze() -> None:
    clock, _ = wake(incident(started()), DUE - 13 * HOUR)
    clock, _ = wake(snoozed(clock, DUE - 13 * HOUR, 8 * HOUR), DUE - 5 * HOUR)
    clock = snoozed(clock, DUE - 4 * HOUR, 2 * HOUR)
    assert rings(clock, DUE - 4 * HOUR)[0] == ("T-3", DUE - 2 * HOUR)


def test_a_snooze_made_shorter_keeps_its_silence_until_the_new_end() -> None:
    clock, _ = wake(incident(started()), DUE - 13 * HOUR)
    clock = snoozed(clock, DUE - 13 * HOUR, 8 * HOUR)
    clock = snoozed(clock, DUE - 11 * HOUR, 3 * HOUR)
    assert rings(clock, DUE - 11 * HOUR)[:2] == [("T-12", DUE - 8 * HOUR), ("T-6", DUE - 6 * HOUR)]


def test_a_rung_on_the_very_end_of_a_snooze_rings_alone() -> None:
    clock, _ = wake(incident(started()), DUE - 13 * HOUR)
    clock, rang = wake(snoozed(clock, DUE - 13 * HOUR, 7 * HOUR), DUE - 6 * HOUR)
    assert rang == ["T-6"]


def test_a_snooze_without_a_rung_inside_changes_nothing() -> None:
    clock, _ = wake(incident(started()), DUE - 24 * HOUR)
    clock = act(clock, Acknowledge(), BOB, DUE - 24 * HOUR)
    before = rings(clock, DUE - 23 * HOUR)
    assert rings(snoozed(clock, DUE - 23 * HOUR, HOUR), DUE - 23 * HOUR) == before


def test_a_rung_missed_before_the_snooze_is_not_lost_in_it() -> None:
    clock = snoozed(incident(started()), DUE - 40 * HOUR, 20 * HOUR)
    _, rang = wake(clock, DUE - 40 * HOUR)
    assert rang == ["T-48"]


# --- drills and civil time ----------------------------------------------------------------------------------


def test_a_drill_plays_72_hours_in_72_seconds() -> None:
    waiting = rings(drill(started()), NOW)
    assert waiting[0] == ("T-48", NOW + 24 * SECOND)
    assert waiting[6] == ("T", NOW + 72 * SECOND)


def test_an_overdue_drill_rings_every_ten_seconds_and_not_every_second() -> None:
    clock, _ = wake(drill(started()), NOW + 72 * SECOND)
    heard: list[tuple[int, str]] = []
    for second in range(72, 93):
        clock, rang = wake(clock, NOW + second * SECOND)
        heard.extend((second, name) for name in rang)
    assert heard == [(82, "T+10"), (92, "T+20")]


@pytest.mark.parametrize("pace", [1000, 3600, 1_000_000])
def test_a_drill_forgotten_for_years_still_lets_the_bot_start(pace: int) -> None:
    clock = drill(started(), pace=pace)
    for years in (3, 20, 400):
        clock, rang = wake(clock, NOW + years * 365 * DAY)
        assert len(set(rang)) == len(rang)


def test_the_ladder_is_in_elapsed_hours_when_civil_time_jumps() -> None:
    moments = [at for _, at in rings(incident(started()), NOW)]
    assert moments[1] == datetime(2026, 3, 29, 17, 0, tzinfo=UTC)  # T-24: 18:00 in Paris was 17:00 UTC, is 16:00 UTC
    assert moments[6] - NOW == 72 * HOUR


def test_a_clock_set_back_rings_nothing_twice() -> None:
    clock, rang = wake(incident(started()), DUE - 20 * HOUR)
    assert rang == ["T-48", "T-24"]
    clock, rang = wake(clock, DUE - 60 * HOUR)
    assert rang == []
    clock, rang = wake(clock, DUE - 12 * HOUR)
    assert rang == ["T-12"]


# --- briefs -------------------------------------------------------------------------------------------------


def test_late_joiners_within_half_a_minute_get_one_brief() -> None:
    room = incident(
        PersonInvited(at=NOW, by=BOB, user=GUEST, roles=(Role.LEGAL,)),
        Joined(at=NOW, user=GUEST),
        started(),
    )
    assert alarms(room, NOW)[0] == Brief(at=NOW + 30 * SECOND)


def test_a_closed_incident_keeps_its_brief_to_itself() -> None:
    late = incident(PersonInvited(at=NOW, by=BOB, user=GUEST, roles=(Role.LEGAL,)), Joined(at=NOW, user=GUEST))
    closed = act(late, Close(), now=NOW + SECOND)
    assert alarms(closed, NOW + DAY) == ()
    assert came(closed, NOW + DAY) == ()


# --- whatever the wake-ups ----------------------------------------------------------------------------------

MOMENTS = st.lists(st.integers(min_value=0, max_value=100 * 3600), max_size=40).map(sorted)


@pytest.mark.no_cover
@settings(max_examples=200, deadline=None)
@given(MOMENTS)
def test_every_rung_rings_exactly_once_whatever_the_wake_up_times(moments: list[int]) -> None:
    clock = incident(started())
    heard: list[str] = []
    for moment in (NOW + seconds * SECOND for seconds in [*moments, 100 * 3600]):
        clock, rang = wake(clock, moment)
        assert sum(name.startswith("T+") for name in rang) <= 1
        assert all(moment >= DUE - before - TOGETHER for before in LADDER if rung_name(before) in rang)
        assert wake(clock, moment)[1] == []
        heard.extend(rang)
    assert [name for name in once(heard) if not name.startswith("T+")] == RUNGS
    assert len(set(heard)) == len(once(heard))
    assert all(heard.count(name) <= 2 for name in heard)


@pytest.mark.no_cover
@settings(max_examples=100, deadline=None)
@given(MOMENTS, st.integers(min_value=2, max_value=5000))
def test_following_the_next_alarm_hears_each_rung_on_time(extra: list[int], pace: int) -> None:
    clock = drill(started(), pace=pace)
    heard: list[str] = []
    strays = [NOW + seconds * SECOND / pace for seconds in extra]
    for _ in range(20 + len(strays)):
        following = alarms(clock, NOW)[0].at
        moment = min([following, *strays])
        strays = [stray for stray in strays if stray > moment]
        facts = came(clock, moment)
        assert all(fact.late_by == timedelta(0) for fact in facts if isinstance(fact, Rang))
        clock = grow(clock, *facts)
        heard.extend(fact.rung for fact in facts if isinstance(fact, Rang))
    assert heard[:7] == RUNGS
    assert len(set(heard)) == len(heard)


@pytest.mark.no_cover
@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12), st.booleans())
def test_whatever_is_snoozed_rings_in_order_and_the_last_of_it_at_the_end(
    moves: list[tuple[int, int]],
    acknowledged: bool,
) -> None:
    clock, now, quiet_until = incident(started()), NOW, NOW
    heard: list[str] = []
    for wait, span in [*moves, (80, 0)]:
        stop = now + wait * HOUR
        while (waiting := alarms(clock, now)) and (following := waiting[0].at) <= stop:
            now = following
            clock, rang = wake(clock, now)
            assert len(rang) == 1
            assert now >= quiet_until
            heard.extend(rang)
            if acknowledged:
                clock = act(clock, Acknowledge(), BOB, now)
        now = stop
        if span and now + span * HOUR < DUE:
            clock, quiet_until = snoozed(clock, now, span * HOUR), now + span * HOUR
            passed = [name for name, at in ladder(DUE) if now < at <= quiet_until]
            assert [name for name, at in rings(clock, now) if at == quiet_until][-1:] == passed[-1:] or not passed
    assert once(heard) == heard or not acknowledged
    order = [-int(name.removeprefix("T") or 0) for name in once(heard)]
    assert order == sorted(set(order), reverse=True)
    assert "T" in heard


def test_acknowledging_an_unknown_or_stopped_clock_changes_nothing() -> None:
    stopped = incident(started(), ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="none"), rules=RULES[:1])
    seen = grow(stopped, Acknowledged(at=NOW, by=CAROL, rules=(HOURS_72, NO_FIGURE)))
    known = {BOB: NOW, CAROL: NOW}
    assert seen == replace(stopped, heard=known, acted=known, rhythm=seen.rhythm)


def test_a_happening_of_an_hour_ago_is_met_once() -> None:
    clock = met(incident(started()), TimeCame(), DUE)
    assert met(clock, TimeCame(), DUE) == clock
