"""Findings have an owner and a day, and ring until somebody ends them: a few times, once each, closed or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.commands import Close, DropFinding, FinishFinding, GiveFinding, NoteFinding
from bot.core.decide import Act, decide
from bot.core.decide.ringing import called, ring, unsaid
from bot.core.errors import NotAllowed, UnknownPerson
from bot.core.facts import (
    DoorOpened,
    Fact,
    FindingDone,
    FindingGiven,
    FindingNoted,
    FindingRang,
    GuestCame,
    Left,
    NotDelivered,
    PurgeCause,
    Purged,
)
from bot.core.incident import Incident
from bot.core.lessons.deciding import find_finding
from bot.core.lessons.errors import DayOver, FindingEnded, UnknownFinding
from bot.core.lessons.findings import RUNGS, findings_after
from bot.core.names import UserId
from bot.core.people.errors import OwnerNotProved
from bot.core.people.roster import Role
from bot.core.replies.about import about_fact, about_reminders
from bot.core.replies.subjects import RestOf
from bot.core.ringing.alarms import FindingDue, alarms
from bot.core.ringing.paging import unseen
from bot.core.ringing.reminders import without
from tests.core.build import ALICE, BOB, CAROL, DAVE, DAY, ERIN, GUEST, HOUR, NOW, PEOPLE, act, grow, incident

BY = date(2026, 4, 10)
"""Fourteen days after the opening, in summer time."""
RINGS = datetime(2026, 4, 10, 7, 0, tzinfo=UTC)
"""Nine o'clock in Paris."""
NOTED = NoteFinding(text="test the backups", owner="@bob", day=BY)


def room(*acts: Act, by: UserId = ALICE) -> Incident:
    found = incident(rules=())
    for one in acts:
        found = act(found, one, by)
    return found


def rung(incident: Incident, now: datetime) -> Incident:
    return grow(incident, *ring(incident, now))


def test_a_finding_is_kept_and_more_is_said_of_it() -> None:
    two = room(NOTED, NoteFinding(text="write the list"))
    assert two.findings[1].noted == FindingNoted(at=NOW, by=ALICE, number=1, text="test the backups", owner=BOB, day=BY)
    assert (two.findings[2].owner, two.findings[2].day) == (None, None)
    given = act(two, GiveFinding(number=2, owner="carol"), BOB)
    dated = act(given, GiveFinding(number=2, day=BY), BOB, NOW + HOUR)
    assert (dated.findings[2].owner, dated.findings[2].day, dated.findings[2].said_at) == (CAROL, BY, NOW + HOUR)


def test_a_closed_incident_takes_all_of_it() -> None:
    closed = room(NOTED, Close(), NoteFinding(text="call them"), GiveFinding(number=2, owner="bob", day=BY))
    done = act(closed, FinishFinding(number=1, text="they work"), BOB)
    dropped = act(done, DropFinding(number=2, reason="nobody answers"), BOB)
    assert alarms(closed, NOW)
    assert alarms(dropped, NOW) == ()


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (GiveFinding(number=7, day=BY), UnknownFinding),
        (FinishFinding(number=7), UnknownFinding),
        (DropFinding(number=7, reason="x"), UnknownFinding),
        (NoteFinding(text="x", day=date(2026, 3, 26)), DayOver),
        (GiveFinding(number=1, day=date(2026, 3, 26)), DayOver),
        (NoteFinding(text="x", owner="@mallory:example.org"), UnknownPerson),
        (NoteFinding(text="x", owner="mallory"), UnknownPerson),
        (GiveFinding(number=1, owner=GUEST), OwnerNotProved),
    ],
)
def test_what_is_refused(command: Act, error: type[Exception]) -> None:
    door = DoorOpened(at=NOW, by=ALICE, number=1, door="d", roles=(Role.IT,), name="Guest", until=NOW + DAY)
    here = grow(room(NOTED), door, GuestCame(at=NOW, number=1, user=GUEST))
    with pytest.raises(error):
        decide(here, command, ALICE, NOW, PEOPLE)


def test_what_is_ended_is_ended_and_who_only_looks_on_notes_nothing() -> None:
    done = room(NOTED, FinishFinding(number=1))
    for again in (FinishFinding(number=1), DropFinding(number=1, reason="x"), GiveFinding(number=1, day=BY)):
        with pytest.raises(FindingEnded):
            decide(done, again, ALICE, NOW, PEOPLE)
    with pytest.raises(NotAllowed):
        decide(done, NOTED, ERIN, NOW, PEOPLE)
    with pytest.raises(UnknownFinding) as none:
        find_finding(incident(), 1)
    assert none.value.last == 0


def test_it_is_of_today_in_the_zone_of_the_room() -> None:
    late = datetime(2026, 3, 27, 23, 30, tzinfo=UTC)  # the 28th in Paris
    with pytest.raises(DayOver):
        decide(room(), NoteFinding(text="x", day=date(2026, 3, 27)), ALICE, late, PEOPLE)
    today = act(room(), NoteFinding(text="x", day=date(2026, 3, 27)), ALICE)  # at six in the evening
    assert [alarm.at for alarm in alarms(today, NOW)] == [datetime(2026, 3, 28, 8, 0, tzinfo=UTC)]


# --- when it rings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closes", [(), (Close(),)])
def test_it_rings_on_its_day_the_day_after_and_weekly_and_then_no_more(closes: tuple[Act, ...]) -> None:
    here, times = room(NOTED, *closes), list[timedelta]()
    while waiting := alarms(here, NOW):
        (alarm,) = waiting
        times.append(alarm.at - RINGS)
        (rang,) = ring(here, alarm.at)
        here = grow(here, rang)
    assert times == [days * DAY for days in RUNGS]


def test_of_those_that_passed_only_the_newest_rings() -> None:
    late = RINGS + 8 * DAY
    (rang,) = ring(room(NOTED), late)
    assert rang == FindingRang(at=late, number=1, day=BY, rung=7)
    assert [alarm.at for alarm in alarms(rung(room(NOTED), late), late)] == [RINGS + 14 * DAY]


def test_another_day_begins_anew_and_a_reminder_of_the_day_before_counts_for_nothing() -> None:
    here = rung(rung(room(NOTED), RINGS), RINGS + DAY)
    later = act(here, GiveFinding(number=1, day=BY + timedelta(days=5)), BOB, RINGS + 2 * DAY)
    assert alarms(later, RINGS) == (FindingDue(at=RINGS + 5 * DAY, number=1, day=BY + timedelta(days=5), rung=0),)
    old = grow(later, FindingRang(at=RINGS + 2 * DAY, number=1, day=BY, rung=7))
    assert alarms(old, RINGS) == alarms(later, RINGS)
    owned = act(here, GiveFinding(number=1, owner="carol"), BOB, RINGS + 2 * DAY)
    assert [alarm.at for alarm in alarms(owned, RINGS)] == [RINGS + 7 * DAY]


def test_without_a_day_it_is_silent_and_in_a_fast_drill_days_are_days() -> None:
    assert alarms(room(NoteFinding(text="x", owner="bob")), NOW) == ()
    drill = act(incident(rules=(), drill=True, pace=3600), NOTED, ALICE)
    assert [alarm.at for alarm in alarms(drill, NOW)] == [RINGS]


def test_where_the_room_is_gone_it_rings_once() -> None:
    gone = replace(room(NOTED, Close()), room=None)
    assert [alarm.at for alarm in alarms(gone, NOW)] == [RINGS]
    assert alarms(rung(gone, RINGS), RINGS) == ()


def test_it_calls_its_owner_and_once_its_day_passed_who_leads_too() -> None:
    here = room(NOTED)
    on_time, late = (FindingRang(at=RINGS, number=1, day=BY, rung=rung) for rung in (0, 1))
    assert called(here, on_time) == (BOB,)
    assert called(here, late) == (BOB, ALICE, DAVE)
    assert called(grow(here, Left(at=NOW, user=BOB)), on_time) == (ALICE, DAVE)
    assert called(room(NoteFinding(text="x", day=BY)), on_time) == (ALICE, DAVE)


def test_nobody_is_paged_for_it() -> None:
    assert list(unseen(rung(room(NOTED), RINGS), RINGS + HOUR)) == []


def test_what_could_not_be_said_is_over_once_a_later_one_was() -> None:
    first, later = (FindingRang(at=RINGS, number=1, day=BY, rung=rung) for rung in (0, 1))
    lost = NotDelivered(at=RINGS, reminder=first, code="M_FORBIDDEN")
    assert [reminder for _, reminder in unsaid(room(NOTED), RINGS)] == [first]
    assert unsaid(grow(room(NOTED), lost), RINGS) == ()
    assert without((lost,), later) == ()
    assert without((lost,), replace(later, number=2)) == (lost,)
    assert without((lost,), replace(later, day=BY + timedelta(days=1))) == (lost,)


def test_nothing_happens_to_a_finding_that_nobody_noted() -> None:
    assert findings_after({}, FindingDone(at=NOW, by=BOB, number=1, text="")) == {}


# --- what is replied ----------------------------------------------------------------------------------------------


def test_a_reply_to_its_reminder_is_what_was_done() -> None:
    rang = FindingRang(at=RINGS, number=1, day=BY, rung=0)
    assert about_reminders([rang], room(NOTED)) == (RestOf(word="finding", begun="1 done"),)
    assert about_reminders([rang, replace(rang, number=2)], room(NOTED)) == (), "it would not be clear which"


def test_a_reply_to_a_bare_one_says_who_and_when() -> None:
    bare = room(NoteFinding(text="x"))
    assert about_fact(bare.findings[1].noted, bare, bare) == (RestOf(word="finding", begun="1"),)
    facts: tuple[Fact, ...] = (room(NOTED).findings[1].noted, FindingGiven(at=NOW, by=BOB, number=1, day=BY))
    assert [about_fact(fact, bare, bare) for fact in facts] == [(), ()]


def test_after_a_purge_only_what_still_rings_is_there_to_ring() -> None:
    purged = grow(room(NOTED, Close()), Purged(at=NOW + DAY, cause=PurgeCause.RETENTION, entries=3, head=""))
    assert [alarm.at for alarm in alarms(purged, NOW + DAY)] == [RINGS]
