"""When situation points ring: at the cadence of the severity or one that was chosen, each once, and seldom in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.core.commands import Close, Open, SetCadence, WritePoint
from bot.core.decide.ringing import called, ring
from bot.core.desk import Desk, open_incident
from bot.core.errors import IncidentClosed, NotAllowed
from bot.core.evolve import fold
from bot.core.facts import (
    Answered,
    CadenceSet,
    ClockFiled,
    DecisionTaken,
    EvidenceTaken,
    Fact,
    Keeping,
    NotDelivered,
    Noted,
    Opened,
    PointRang,
    PointWritten,
    RoomReady,
    Severity,
    SeveritySet,
    StepDone,
    StepSkipped,
)
from bot.core.incident import Incident
from bot.core.names import IncidentId, Question, StepId
from bot.core.people.quiet import QuietHours
from bot.core.replies.about import about_reminders
from bot.core.replies.subjects import PointAsked
from bot.core.rhythm.deciding import set_cadence, write
from bot.core.rhythm.errors import CadenceOutOfBounds
from bot.core.rhythm.points import DRILL_EVERY, LONGEST, SHORTEST, cadence, next_point
from bot.core.rhythm.state import News
from bot.core.ringing.alarms import PointDue, alarms
from bot.core.ringing.paging import unseen
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    ERIN,
    HOUR,
    HOURS_72,
    HOUSE,
    MINUTE,
    NOW,
    OPENED,
    ROOM,
    act,
    asker,
    grow,
    incident,
    input_id,
)

USUAL = {Severity.CRISIS: 2 * HOUR, Severity.HIGH: 4 * HOUR}


def room(*facts: Fact, **changes: Any) -> Incident:
    return incident(*facts, rules=(), points=USUAL, **changes)


def rang(at: datetime, due: datetime | None = None) -> PointRang:
    return PointRang(at=at, due=due or at)


def wrote(at: datetime, text: str = "") -> PointWritten:
    return PointWritten(at=at, by=BOB, text=text)


def test_a_point_rings_a_cadence_after_the_room_was_made_and_after_the_last_one() -> None:
    assert alarms(room(), NOW) == (PointDue(at=NOW + 4 * HOUR),)
    (reminder,) = ring(room(), NOW + 4 * HOUR)
    assert reminder == rang(NOW + 4 * HOUR)
    assert called(room(), reminder) == (ALICE, DAVE)
    after = grow(room(), reminder)
    assert ring(after, NOW + 4 * HOUR) == ()
    assert next_point(after, NOW + 4 * HOUR) == NOW + 8 * HOUR


def test_an_incident_keeps_what_the_house_had_set_when_it_was_opened() -> None:
    house = replace(HOUSE, points=USUAL)
    opened = open_incident(Desk(), house, Open(title="x", playbook="provider-hit"), asker(), input_id(), NOW)
    assert isinstance(opened, Opened)
    assert opened.points == USUAL


def test_the_cadence_follows_the_severity_and_a_low_one_has_none() -> None:
    graver = grow(room(), SeveritySet(at=NOW, by=ALICE, severity=Severity.CRISIS))
    assert next_point(graver, NOW) == NOW + 2 * HOUR
    assert alarms(grow(room(), SeveritySet(at=NOW, by=ALICE, severity=Severity.LOW)), NOW) == ()


def test_one_that_is_a_little_late_keeps_the_hours_and_one_that_is_very_late_begins_them_anew() -> None:
    due = NOW + 4 * HOUR
    assert next_point(grow(room(), rang(due + 5 * MINUTE, due)), due) == due + 4 * HOUR
    late = due + 60 * HOUR
    assert [reminder.at for reminder in ring(room(), late)] == [late], "of those that were missed one rings"
    assert next_point(grow(room(), rang(late, due)), late) == late + 4 * HOUR


def test_incidents_of_before_ring_none_until_somebody_wants_them() -> None:
    old = incident(rules=())
    assert cadence(old) is None
    assert alarms(old, NOW + 500 * HOUR) == ()
    wanted = grow(old, CadenceSet(at=NOW + 500 * HOUR, by=ALICE, every=3 * HOUR))
    assert next_point(wanted, NOW + 500 * HOUR) == NOW + 503 * HOUR


def test_one_that_was_written_shortly_before_takes_its_place() -> None:
    due = NOW + 4 * HOUR
    assert next_point(grow(room(), wrote(due - 31 * MINUTE)), NOW) == due
    assert next_point(grow(room(), wrote(due - 29 * MINUTE)), NOW) == due + 4 * HOUR
    assert next_point(grow(room(), wrote(due)), NOW) == due + 4 * HOUR
    assert next_point(grow(room(), wrote(due + 9 * HOUR)), NOW) == due + 12 * HOUR
    assert next_point(grow(room(), rang(due), wrote(due + 5 * MINUTE)), NOW) == due + 4 * HOUR, "it answers that one"


def test_of_a_short_cadence_a_quarter_is_shortly_before() -> None:
    short = grow(room(), CadenceSet(at=NOW, by=ALICE, every=MINUTE * 20))
    assert next_point(grow(short, wrote(NOW + 14 * MINUTE)), NOW) == NOW + 20 * MINUTE
    assert next_point(grow(short, wrote(NOW + 16 * MINUTE)), NOW) == NOW + 40 * MINUTE


def test_a_point_waits_for_the_morning() -> None:
    quiet = room(quiet=QuietHours(start=time(21), end=time(7)))
    morning = datetime(2026, 3, 28, 6, 0, tzinfo=UTC)
    assert next_point(quiet, NOW) == morning
    assert ring(quiet, NOW + 5 * HOUR) == ()
    (reminder,) = ring(quiet, morning)
    assert next_point(grow(quiet, reminder), morning) == morning + 4 * HOUR, "not one for each hour of the night"


def test_a_fast_drill_and_an_organisation_of_a_cascade_have_none_unless_somebody_chose() -> None:
    drill = room(drill=True, pace=3600)
    child = room(parent=IncidentId("1"), organisation="Firm")
    assert (cadence(drill), cadence(child)) == (None, None)
    chosen = CadenceSet(at=NOW, by=ALICE, every=3 * HOUR)
    assert next_point(grow(child, chosen), NOW) == NOW + 3 * HOUR
    assert next_point(grow(drill, chosen), NOW) == NOW + DRILL_EVERY
    slow = grow(room(drill=True, pace=10), chosen)
    assert next_point(slow, NOW) == NOW + 3 * HOUR / 10


def test_a_room_that_is_not_made_or_closed_rings_none_and_one_resumed_begins_anew() -> None:
    unmade = fold([replace(OPENED, points=USUAL, rules=())])
    assert unmade is not None
    assert alarms(unmade, NOW + 9 * HOUR) == ()
    assert next_point(grow(unmade, RoomReady(at=NOW + HOUR, room=ROOM)), NOW) == NOW + 5 * HOUR
    assert alarms(act(room(), Close()), NOW + 9 * HOUR) == ()


# --- what is written ----------------------------------------------------------------------------------------------


def test_nothing_new_is_an_entry() -> None:
    fact = write(room(), WritePoint(), BOB, NOW)
    assert fact == PointWritten(at=NOW, by=BOB, text="")
    assert grow(room(), fact).rhythm.written == fact


@pytest.mark.parametrize("by", [ERIN, CAROL])
def test_who_only_reads_or_is_not_on_the_roster_writes_none(by: str) -> None:
    here = replace(room(), roster={user: roles for user, roles in room().roster.items() if user != CAROL})
    with pytest.raises(NotAllowed):
        write(here, WritePoint(), by, NOW)  # type: ignore[arg-type]  # ids are texts
    with pytest.raises(NotAllowed):
        set_cadence(here, SetCadence(every=None), by, NOW)  # type: ignore[arg-type]  # likewise


def test_none_is_written_where_all_is_over() -> None:
    with pytest.raises(IncidentClosed):
        write(act(room(), Close()), WritePoint(), ALICE, NOW)


@pytest.mark.parametrize("every", [SHORTEST - MINUTE, LONGEST + MINUTE, timedelta(0)])
def test_a_cadence_has_bounds(every: timedelta) -> None:
    with pytest.raises(CadenceOutOfBounds):
        set_cadence(room(), SetCadence(every=every), ALICE, NOW)


def test_somebody_may_want_none_any_more() -> None:
    off = grow(room(), set_cadence(room(), SetCadence(every=None), ALICE, NOW))
    assert alarms(off, NOW + 9 * HOUR) == ()
    again = set_cadence(off, SetCadence(every=SHORTEST), CAROL, NOW)
    assert next_point(grow(off, again), NOW) == NOW + SHORTEST


# --- what a point tells -------------------------------------------------------------------------------------------


def test_what_came_since_the_last_point_is_kept_each_thing_once() -> None:
    known = grow(
        room(),
        StepDone(at=NOW, by=ALICE, step=StepId("D1"), result=""),
        StepSkipped(at=NOW, by=ALICE, step=StepId("D2"), reason="x"),
        StepDone(at=NOW, by=ALICE, step=StepId("D1"), result=""),
        Answered(at=NOW, by=ALICE, question=Question("entry"), value="mail"),
        DecisionTaken(
            at=NOW, by=BOB, number=1, text="x", options=(), reason="", review_at=None, roles=(), known=1, digest="d"
        ),
        EvidenceTaken(at=NOW, by=BOB, number=1, name="x", digest="d", keeping=Keeping.WITH_HOLDER),
        Noted(at=NOW, by=BOB, text="x"),
    )
    assert known.rhythm.news == News(
        done=(StepId("D2"), StepId("D1")), answered=(Question("entry"),), decisions=(1,), evidence=1, notes=1
    )
    clocks = incident(ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="x", filed_at=NOW))
    assert clocks.rhythm.news.clocks == (HOURS_72,)
    for fact in (rang(NOW + HOUR), wrote(NOW + HOUR)):
        assert grow(known, fact).rhythm.news == News(since=NOW + HOUR)
        assert grow(known, fact).rhythm.news.is_empty
    assert not known.rhythm.news.is_empty


def test_whatever_is_replied_to_a_point_alone_is_where_things_stand() -> None:
    assert about_reminders([rang(NOW)], room()) == (PointAsked(due=NOW),)


def test_a_point_pages_nobody_and_one_that_was_not_said_is_over_with_the_next() -> None:
    assert list(unseen(grow(room(), rang(NOW)), NOW + HOUR)) == []
    lost = NotDelivered(at=NOW + 4 * HOUR, reminder=rang(NOW + 4 * HOUR), code="M_FORBIDDEN")
    assert list(unseen(grow(room(), lost), NOW + 5 * HOUR)) == []
    assert grow(room(), lost, rang(NOW + 8 * HOUR)).undelivered == ()
