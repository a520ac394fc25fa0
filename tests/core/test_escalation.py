"""Reminders nobody answers reach more and more people; one answer, and they begin anew with the owners."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import LADDER
from bot.core.commands import Acknowledge, AddClock, SetAware, Snooze
from bot.core.facts import Left, Member, Rang
from bot.core.incident import WHOLE_ROOM, Incident
from bot.core.names import RuleId, UserId
from bot.core.people.roster import STAND_IN, Role
from bot.core.ringing.alarms import Ring, alarms
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    SOFT,
    act,
    came,
    drill,
    grow,
    incident,
    rule,
    running,
    started,
)

DUE = NOW + 72 * HOUR
MEMBERS = (
    Member(user=BOB, roles=(Role.DPO,)),
    Member(user=ERIN, roles=(Role.LEGAL,)),
    Member(user=DAVE, roles=(Role.COORDINATOR,)),
    Member(user=CAROL, roles=(Role.IT,)),
)


def wake(clock: Incident, now: datetime, *, answered: bool = False) -> tuple[Incident, list[tuple[str, int]]]:
    """Let the time come and return what rang, with its circle."""
    facts = came(clock, now)
    clock = grow(clock, *facts)
    rang = [(fact.rung, fact.level) for fact in facts if isinstance(fact, Rang)]
    return (act(clock, Acknowledge(), BOB, now) if answered and rang else clock), rang


def follow(clock: Incident, until: datetime) -> list[tuple[str, int, timedelta]]:
    """Ring every alarm at its time and return name, circle and time before the due time."""
    heard, now = [], NOW
    while (waiting := alarms(clock, now)) and waiting[0].at <= until:
        now = waiting[0].at
        clock, rang = wake(clock, now)
        heard += [(name, level, DUE - now) for name, level in rang]
    return heard


# --- who is mentioned ---------------------------------------------------------------------------------------


def test_the_circle_widens_from_the_owner_to_the_deputy_the_coordinators_and_the_room() -> None:
    room = incident(members=MEMBERS)
    dpo = room.rules[HOURS_72]
    assert [room.circle(dpo, level) for level in range(5)] == [(BOB,), (BOB, ERIN), (BOB, ERIN, DAVE), (), ()]


def test_where_nobody_holds_the_deputys_role_the_coordinators_stand_in() -> None:
    room = incident(members=(MEMBERS[0], MEMBERS[2]))
    assert room.circle(room.rules[HOURS_72], 1) == (BOB, DAVE)


def test_where_nobody_can_be_named_the_room_is_meant_at_every_level() -> None:
    room = incident(members=(MEMBERS[1], MEMBERS[3]))
    assert [room.circle(room.rules[HOURS_72], level) for level in range(4)] == [()] * 4


def test_who_left_the_room_is_in_no_circle() -> None:
    room = incident(Left(at=NOW, user=ERIN), Left(at=NOW, user=BOB), members=MEMBERS)
    assert [room.circle(room.rules[HOURS_72], level) for level in range(3)] == [(DAVE,)] * 3


@given(
    st.dictionaries(
        st.sampled_from([ALICE, BOB, CAROL, DAVE, ERIN]), st.frozensets(st.sampled_from(list(Role)), min_size=1)
    ),
    st.sampled_from(list(Role)),
    st.frozensets(st.sampled_from([ALICE, BOB, CAROL, DAVE, ERIN])),
)
def test_no_circle_is_narrower_than_the_one_before(
    people: dict[UserId, frozenset[Role]], owner: Role, left: frozenset[UserId]
) -> None:
    members = tuple(Member(user=user, roles=tuple(roles)) for user, roles in people.items())
    room = incident(*(Left(at=NOW, user=user) for user in left if user in people), members=members)
    owned = rule(RuleId("OWNED"), Elapsed(hours=72), owner=owner)
    everybody = set(people) - left
    circles = [set(room.circle(owned, level)) or everybody for level in range(WHOLE_ROOM + 1)]
    assert all(narrow <= wide for narrow, wide in pairwise(circles))
    assert circles[-1] == everybody


def test_a_deputy_is_never_the_role_itself() -> None:
    assert all(role is not deputy for role, deputy in STAND_IN.items())


# --- when it widens -----------------------------------------------------------------------------------------


def test_unanswered_reminders_are_said_once_more_and_reach_the_room_within_two_days() -> None:
    assert follow(incident(started()), DUE + 2 * HOUR) == [
        ("T-48", 0, 48 * HOUR),
        ("T-48", 1, 42 * HOUR),
        ("T-24", 2, 24 * HOUR),
        ("T-24", 3, 21 * HOUR),
        ("T-12", 3, 12 * HOUR),
        ("T-6", 3, 6 * HOUR),
        ("T-3", 3, 3 * HOUR),
        ("T-1", 3, 1 * HOUR),
        ("T", 3, 0 * HOUR),
        ("T+1", 3, -1 * HOUR),
        ("T+2", 3, -2 * HOUR),
    ]


def test_an_acknowledgement_brings_the_next_reminder_back_to_the_owners() -> None:
    clock, first = wake(incident(started()), DUE - 48 * HOUR)
    clock, again = wake(clock, DUE - 42 * HOUR, answered=True)
    clock, following = wake(clock, DUE - 24 * HOUR)
    assert (first, again, following) == ([("T-48", 0)], [("T-48", 1)], [("T-24", 0)])


def test_an_answered_reminder_is_not_said_again() -> None:
    clock, _ = wake(incident(started()), DUE - 48 * HOUR, answered=True)
    assert alarms(clock, DUE - 48 * HOUR)[0].at == DUE - 24 * HOUR


def test_a_snooze_puts_off_the_repetition_and_still_the_next_reminder_is_for_more_people() -> None:
    clock, _ = wake(incident(started()), DUE - 48 * HOUR)
    clock = act(clock, Snooze(rule=HOURS_72, span=2 * HOUR), BOB, DUE - 47 * HOUR)
    (first, *_) = alarms(clock, DUE - 47 * HOUR)
    assert first == Ring(at=DUE - 24 * HOUR, rule=HOURS_72, rung="T-24", due=DUE, level=1, aware=NOW)


def test_a_reminder_missed_before_a_snooze_is_not_repeated_inside_it() -> None:
    clock = act(incident(started()), Snooze(rule=HOURS_72, span=20 * HOUR), BOB, DUE - 40 * HOUR)
    clock, rang = wake(clock, DUE - 40 * HOUR)
    assert rang == [("T-48", 0)]
    assert alarms(clock, DUE - 40 * HOUR)[0].at == DUE - 20 * HOUR


def test_reminders_missed_while_down_ring_for_one_circle() -> None:
    clock, rang = wake(incident(started()), DUE - 11 * HOUR)
    assert rang == [("T-48", 0), ("T-24", 0), ("T-12", 0)]
    assert wake(clock, DUE - 6 * HOUR)[1] == [("T-6", 1)]


def test_a_repetition_missed_while_down_gives_way_to_the_next_reminder() -> None:
    clock, _ = wake(incident(started()), DUE - 48 * HOUR)
    assert wake(clock, DUE - 24 * HOUR - 10 * MINUTE)[1] == []
    assert wake(clock, DUE - 24 * HOUR + MINUTE)[1] == [("T-24", 1)]


def test_a_repetition_missed_by_less_rings_and_says_how_late_it_is() -> None:
    clock, _ = wake(incident(started()), DUE - 48 * HOUR)
    (fact,) = came(clock, DUE - 40 * HOUR)
    assert isinstance(fact, Rang)
    assert (fact.rung, fact.level, fact.late_by) == ("T-48", 1, 2 * HOUR)


def test_a_correction_begins_with_the_owners_again() -> None:
    clock, _ = wake(incident(started()), DUE - 48 * HOUR)
    clock = act(clock, SetAware(rule=HOURS_72, when=NOW + HOUR, source="the call log"), BOB, DUE - 47 * HOUR)
    assert (running(clock).level, running(clock).rang_at) == (0, None)
    assert alarms(clock, DUE - 47 * HOUR)[0] == Ring(
        at=DUE + HOUR - 24 * HOUR, rule=HOURS_72, rung="T-24", due=DUE + HOUR, level=0, aware=NOW + HOUR
    )


def test_in_a_fast_drill_nothing_is_repeated_and_the_circle_widens_with_each_rung() -> None:
    clock, levels = drill(started()), []
    for hours in (24, 48, 60, 66):
        clock, rang = wake(clock, NOW + timedelta(seconds=hours))
        levels += rang
    assert levels == [("T-48", 0), ("T-24", 1), ("T-12", 2), ("T-6", 3)]


@pytest.mark.parametrize("id", [SOFT, "VAT"])
def test_a_target_and_a_due_time_of_the_firm_never_widen_and_are_said_once(id: str) -> None:
    room = act(incident(started(SOFT)), AddClock(name="vat", due=NOW + 24 * HOUR), BOB)
    heard: list[tuple[str, int]] = []
    for hours in range(27):
        facts = came(room, NOW + hours * HOUR)
        room = grow(room, *facts)
        heard += [(fact.rung, fact.level) for fact in facts if isinstance(fact, Rang) and fact.rule == id]
    assert heard == [(name, 0) for name in ("T-12", "T-6", "T-3", "T-1", "T", "T+1", "T+2")]


# --- whatever the wake-ups ----------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 30 * 60), st.booleans()), max_size=60))
def test_every_unanswered_reminder_widens_the_next_and_an_answer_narrows_it(waits: list[tuple[int, bool]]) -> None:
    clock, now, expected = incident(started()), NOW, 0
    heard: list[str] = []
    for minutes, answered in waits:
        now += minutes * MINUTE
        clock, rang = wake(clock, now, answered=answered)
        assert {level for _, level in rang} <= {expected}
        if rang:
            expected = 0 if answered else min(WHOLE_ROOM, expected + 1)
        heard += [name for name, _ in rang]
    before_due = [name for name in heard if name.startswith("T-")]
    assert all(before_due.count(name) <= 2 for name in before_due)
    assert all(heard.count(name) == 1 for name in heard if not name.startswith("T-"))
    passed = [f"T-{before // HOUR}" for before in LADDER if before and DUE - before <= now]
    assert list(dict.fromkeys(before_due))[: len(passed)] == passed
