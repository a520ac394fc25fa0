"""A homeserver is gone: what goes on on another one, what does not ring again, and who takes whose place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.cascade import Going
from bot.core.clocks.business import business_rule
from bot.core.decide.ringing import called, ring
from bot.core.desk import Desk, evolve_desk
from bot.core.details import NEXT_UPDATE
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    BulletinSent,
    CardPosted,
    CascadeCancelled,
    ClockAdded,
    Closed,
    Closing,
    ConfirmationAsked,
    ControlRoomReady,
    DirectRoomReady,
    DoorEnded,
    DoorOpened,
    GuestCame,
    HouseConfirmationAsked,
    HouseRelocated,
    IdentityChangeSeen,
    Joined,
    Left,
    NotDelivered,
    OfHouseDoor,
    PersonInvited,
    PersonRemoved,
    PersonReplaced,
    ProgressPosted,
    Rang,
    Relocated,
    RoomReady,
    StepAssigned,
    StepsRang,
    Trusting,
)
from bot.core.incident import Incident, Status
from bot.core.names import EventId, RoomId, StepId, UserId
from bot.core.people.guests import Door
from bot.core.people.relocating import take_place, taken_over
from bot.core.people.roster import Role
from bot.core.ringing.alarms import alarms
from bot.core.ringing.silence import Silence
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GUEST,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    OPENED,
    PLAYBOOK,
    ROOM,
    grow,
    incident,
    running,
    started,
)
from tests.core.cascades import extended, opening, row

MOVED = NOW + 20 * HOUR
RELOCATED = Relocated(at=MOVED)
NEW_ROOM = RoomReady(at=MOVED + MINUTE, room=RoomId("!new:rescue.example"))
NEW_ALICE, NEW_BOB = UserId("@quiet-tulip:rescue.example"), UserId("@round-hill:rescue.example")
OWN = UserId("@cellule:rescue.example")
HERE = PersonReplaced(at=MOVED, user=NEW_ALICE, instead_of=ALICE)
DOOR = DoorOpened(at=MOVED, by=None, number=1, door="d", roles=(Role.IT,), name="A", until=MOVED + HOUR, stays=True)


def door(user: UserId = NEW_ALICE, **changes: Any) -> Door:
    return Door(opened=replace(DOOR, **changes), came=GuestCame(at=MOVED, number=1, user=user))


def moved(*facts: Any, **changes: Any) -> Incident:
    return grow(incident(*facts, **changes), RELOCATED)


def test_of_an_open_incident_the_facts_go_on_and_the_room_and_its_people_do_not() -> None:
    waits = ConfirmationAsked(at=NOW, by=ALICE, number=1, act=Closing(summary="", rules=(HOURS_72,)))
    rang = Rang(at=NOW, rule=HOURS_72, rung="T-48", due=running(incident(started())).due, late_by=timedelta())
    here = incident(
        CardPosted(at=NOW, event=EventId("$card")),
        started(),
        rang,
        NotDelivered(at=NOW, reminder=replace(rang, rung="T-24"), code="M_FORBIDDEN"),
        Joined(at=NOW, user=ALICE),
        Joined(at=NOW, user=GUEST),
        PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.IT,)),
        Joined(at=NOW, user=GUEST),
        Left(at=NOW, user=BOB),
        waits,
        replace(DOOR, stays=False, until=MOVED),
    )
    there = evolve(here, RELOCATED)
    assert (there.status, there.room, there.card, there.room_refused) == (Status.OPENING, None, None, "")
    assert there.relocated_at == MOVED
    assert (there.roster, there.behind) == ({}, here.roster)
    assert not (there.joined | there.left | there.strangers | there.present_from_opening)
    assert (there.unbriefed, there.brief_due, there.asked, there.rang, there.undelivered) == ((), None, (), (), ())
    assert (there.clock_states, there.steps, there.answers) == (here.clock_states, here.steps, here.answers)
    assert (there.doors[1].ended, there.doors[1].is_settled) == (DoorEnded(at=MOVED, number=1), True)
    assert there.leaders() == ()


def test_a_door_that_had_ended_keeps_who_ended_it() -> None:
    ended = DoorEnded(at=NOW, number=1, by=ALICE)
    assert moved(replace(DOOR, stays=False), ended).doors[1].ended == ended


def test_nothing_rings_before_there_is_a_room_and_then_what_is_due_and_has_not_rung() -> None:
    clock = started(aware=NOW - 23 * HOUR)
    due = running(incident(clock)).due
    here = incident(clock, Rang(at=NOW + HOUR, rule=HOURS_72, rung="T-48", due=due, late_by=timedelta()))
    there = evolve(here, RELOCATED)
    late = NOW + 26 * HOUR
    assert alarms(there, late) == ()
    rung = [one.rung for one in ring(evolve(there, NEW_ROOM), late) if isinstance(one, Rang) and one.rule == HOURS_72]
    assert rung == ["T-24"]


def test_what_was_closed_stays_closed() -> None:
    there = moved(Closed(at=NOW, by=ALICE, summary="over"))
    assert (there.status, there.room, there.closed_summary) == (Status.CLOSED, None, "over")
    assert evolve(there, NEW_ROOM).status is Status.CLOSED
    assert take_place(there, door(instead_of=ALICE), OWN, MOVED) == ()


def test_whoever_comes_in_somebodys_place_has_what_was_theirs() -> None:
    vat = business_rule("VAT", NOW + 100 * HOUR, Role.COORDINATOR, NOW)
    promised = (NOW + 30 * HOUR).isoformat()
    there = moved(
        StepAssigned(at=NOW, by=ALICE, step=StepId("D1"), to=ALICE),
        StepAssigned(at=NOW, by=ALICE, step=StepId("D2"), to=BOB),
        ClockAdded(at=NOW, by=ALICE, rule=vat, person=ALICE),
        Answered(at=NOW, by=ALICE, question=NEXT_UPDATE, value=promised),
    )
    after = grow(there, NEW_ROOM, HERE)
    assert after.roster == {NEW_ALICE: frozenset({Role.ADMIN, Role.COORDINATOR})}
    assert ALICE not in after.behind
    assert (after.steps[StepId("D1")].assigned, after.steps[StepId("D2")].assigned) == (NEW_ALICE, BOB)
    assert (after.clock_people[vat.id], after.update_promised_by) == (NEW_ALICE, NEW_ALICE)
    assert after.leaders() == (NEW_ALICE,)
    assert evolve(after, Joined(at=MOVED, user=NEW_ALICE)).unbriefed == (NEW_ALICE,)


def test_nobody_whose_account_stayed_behind_is_called() -> None:
    there = moved(StepAssigned(at=NOW, by=ALICE, step=StepId("D2"), to=BOB))
    reminder = StepsRang(at=MOVED, steps=(StepId("D2"),))
    assert called(there, reminder) == ()
    dpo = grow(there, PersonReplaced(at=MOVED, user=NEW_BOB, instead_of=BOB))
    assert (dpo.leaders(), called(dpo, reminder)) == ((NEW_BOB,), (NEW_BOB,))


def test_a_place_is_taken_once_and_only_one_that_is_free() -> None:
    after = grow(moved(), HERE)
    assert evolve(after, replace(HERE, user=NEW_BOB)) == after
    both = evolve(after, PersonReplaced(at=MOVED, user=NEW_ALICE, instead_of=BOB))
    assert both.roster == {NEW_ALICE: frozenset({Role.ADMIN, Role.COORDINATOR, Role.DPO})}
    assert len(both.grants[NEW_ALICE]) == 2


def test_moved_once_more_nobody_is_forgotten() -> None:
    again = grow(moved(), HERE, NEW_ROOM, replace(RELOCATED, at=MOVED + HOUR))
    assert set(again.behind) == {NEW_ALICE, BOB, CAROL, DAVE}


def test_the_room_of_an_organisation_waits_and_its_clocks_ring_elsewhere() -> None:
    child = evolve(None, opening(row("Alpha")))
    there = grow(child, RoomReady(at=NOW, room=ROOM), started(aware=NOW - 23 * HOUR), RELOCATED)
    assert (there.status, there.room_refused) == (Status.OPENING, Silence.NO_ROOM)
    assert alarms(there, MOVED)
    assert take_place(there, door(instead_of=DAVE), OWN, MOVED) == ()


@pytest.mark.parametrize(
    ("facts", "going"), [((), Going.PAUSED), ((CascadeCancelled(at=NOW, by=ALICE),), Going.CANCELLED)]
)
def test_a_cascade_opens_no_more_rooms_by_itself(facts: tuple[Any, ...], going: Going) -> None:
    bulletin = BulletinSent(at=NOW, by=ALICE, number=1, text="x", audience="all", next_update=None, recipients=None)
    there = moved(extended(), ProgressPosted(at=NOW, event=EventId("$progress")), bulletin, *facts)
    assert there.cascade is not None
    assert (there.cascade.going, there.cascade.progress, there.cascade.bulletins) == (going, None, (bulletin,))


# --- who takes it -------------------------------------------------------------------------------------------------


def test_who_came_in_takes_the_place_of_who_they_were() -> None:
    assert take_place(moved(), door(instead_of=ALICE), OWN, MOVED) == (HERE,)
    assert take_place(grow(moved(), HERE), door(instead_of=ALICE), OWN, MOVED) == ()


def test_who_has_not_come_or_is_out_takes_none() -> None:
    waiting = Door(opened=replace(DOOR, instead_of=ALICE))
    out = replace(door(instead_of=ALICE), ended=DoorEnded(at=MOVED, number=1))
    assert [take_place(moved(), one, OWN, MOVED) for one in (waiting, out)] == [(), ()]


def test_an_admin_who_was_nobody_is_in_it_all_the_same_unless_removed() -> None:
    (invited,) = take_place(moved(), door(roles=(Role.ADMIN,)), OWN, MOVED)
    assert invited == PersonInvited(at=MOVED, by=OWN, user=NEW_ALICE, roles=(Role.ADMIN,))
    removed = grow(moved(), invited, PersonRemoved(at=MOVED, by=NEW_BOB, user=NEW_ALICE))
    assert take_place(removed, door(roles=(Role.ADMIN,)), OWN, MOVED) == ()
    assert take_place(moved(), door(roles=(Role.IT,)), OWN, MOVED) == ()


def test_people_are_known_by_what_they_were_called_else_by_their_name() -> None:
    listed = [("Alice Martin", "alice"), ("bob", ""), ("Carol Dupont", CAROL), ("dave", "nobody"), ("Erin", "")]
    assert taken_over(listed, {ALICE, BOB, CAROL, DAVE}) == (ALICE, BOB, CAROL, None, None)


def test_a_place_that_somebody_is_said_to_take_is_not_free_by_name() -> None:
    assert taken_over([("Alice", ""), ("Anna", "alice")], {ALICE}) == (None, ALICE)
    assert taken_over([("alice", "")], {ALICE, UserId("@alice:other.example")}) == (None,)


# --- the house ------------------------------------------------------------------------------------------------------


def test_the_desk_knows_no_room_and_nobody_of_before() -> None:
    desk = Desk()
    of_house = replace(DOOR, number=1)
    for fact in (
        OPENED,
        ControlRoomReady(at=NOW, room=ROOM),
        DirectRoomReady(at=NOW, user=ALICE, room=RoomId("!alone:example.org")),
        IdentityChangeSeen(at=NOW, user=BOB, master="m"),
        HouseConfirmationAsked(at=NOW, by=ALICE, number=1, act=Trusting(user=BOB, master="m")),
        OfHouseDoor(at=NOW, fact=of_house),
        OfHouseDoor(at=NOW, fact=GuestCame(at=NOW, number=1, user=GUEST)),
    ):
        desk = evolve_desk(desk, fact)
    assert desk.guests
    after = evolve_desk(desk, HouseRelocated(at=MOVED))
    assert (after.control_room, after.direct_rooms, after.changed, after.asked, after.guests) == (None, {}, {}, (), {})
    assert after.doors[1].is_settled
    assert after.opened == desk.opened
    assert after.asked_so_far == 1


def test_playbooks_go_on_as_they_were_frozen() -> None:
    assert moved().playbook == PLAYBOOK
