"""Doors: who may be let in, what the door's process says and what is believed of it, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.commands import EndDoor, GiveHandover, GiveRole, OpenDoor
from bot.core.desk import Desk, evolve_desk
from bot.core.facts import (
    Closing,
    DoorAstray,
    DoorEnded,
    DoorOpened,
    DoorSettled,
    DoorTried,
    GuestCame,
    GuestProved,
    IdentityConfirmed,
    Joined,
    OfHouseDoor,
    PersonInvited,
)
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.people import doors
from bot.core.people.doors import LASTS, LONGEST, MOST_WAITING
from bot.core.people.errors import DoorIsOver, DoorsFull, DoorTime, NoAdminByDoor, NoGuest, UnknownDoor
from bot.core.people.guests import Door, Doors, Passage, WayIn, by_door, doors_after, guest, to_be_proved, unproved
from bot.core.people.roster import Role
from bot.core.people.two_persons import second_persons
from bot.core.rhythm.deciding import give
from tests.core.build import ALICE, BOB, GUEST, HOUR, NOW, act, grow, incident

UNTIL = NOW + 24 * HOUR
OPENED = DoorOpened(at=NOW, by=ALICE, number=1, door="d1", roles=(Role.LEGAL,), name="Counsel", until=UNTIL)
CAME = GuestCame(at=NOW, number=1, user=GUEST)
PROVED = GuestProved(at=NOW, by=ALICE, number=1, user=GUEST)
SERVER = "firm.example"


def way(passage: Passage = Passage.COME, **changes: Any) -> WayIn:
    return replace(WayIn(id="d1", passage=passage, user=GUEST, made=True, again=0), **changes)


def seen(door: Door, told: WayIn | None, **how: Any) -> tuple[object, ...]:
    is_known = told is not None and told.user == ALICE
    return doors.seen(door, told, how.pop("now", NOW), is_known=is_known, server=SERVER, **how)


def the_door(*facts: Any) -> Door:
    known: Doors = {}
    for fact in (OPENED, *facts):
        known = doors_after(known, fact)
    return known[1]


def let_in(*facts: Any) -> Incident:
    return incident(OPENED, CAME, *facts)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_whoever_leads_may_let_in_anybody_but_an_admin(role: Role) -> None:
    doors.may_open({}, OpenDoor(role=role))
    with pytest.raises(NoAdminByDoor):
        doors.may_open({}, OpenDoor(role=Role.ADMIN))


@pytest.mark.parametrize("lasts", [timedelta(minutes=14), LONGEST + timedelta(seconds=1)])
def test_a_door_lasts_neither_too_short_nor_too_long(lasts: timedelta) -> None:
    with pytest.raises(DoorTime):
        doors.may_open({}, OpenDoor(role=Role.IT, lasts=lasts))
    assert doors.until(OpenDoor(role=Role.IT), NOW) == NOW + LASTS
    assert doors.until(OpenDoor(role=Role.IT, lasts=2 * HOUR), NOW) == NOW + 2 * HOUR


def test_so_many_links_wait_and_no_more() -> None:
    waiting = {number: Door(opened=replace(OPENED, number=number)) for number in range(MOST_WAITING)}
    with pytest.raises(DoorsFull):
        doors.may_open(waiting, OpenDoor(role=Role.IT))
    doors.may_open({**waiting, 0: replace(waiting[0], came=CAME)}, OpenDoor(role=Role.IT))


def test_doors_are_numbered_within_their_place() -> None:
    made = doors.opened({1: the_door()}, door="d2", roles=(Role.IT,), name="", by=BOB, until=UNTIL, now=NOW)
    assert (made.number, made.by, made.stays) == (2, BOB, False)


def test_a_door_is_ended_once() -> None:
    known = {1: the_door()}
    assert doors.end(known, EndDoor(number=1), BOB, NOW) == DoorEnded(at=NOW, number=1, by=BOB)
    with pytest.raises(DoorIsOver):
        doors.end({1: the_door(DoorEnded(at=NOW, number=1))}, EndDoor(number=1), BOB, NOW)
    with pytest.raises(UnknownDoor) as unknown:
        doors.end(known, EndDoor(number=7), BOB, NOW)
    assert unknown.value.known == ("1",)


def test_who_came_by_it_is_let_in_once() -> None:
    assert seen(the_door(), way()) == (CAME,)
    assert seen(the_door(CAME), way()) == ()
    assert seen(the_door(), way(user=UserId("@old:other.example"), made=False)) == (
        GuestCame(at=NOW, number=1, user=UserId("@old:other.example"), made=False),
    )


@pytest.mark.parametrize(
    "told",
    [
        way(user=None),
        way(user=ALICE),
        way(user=UserId("@made:evil.example")),
        way(Passage.ASTRAY),
        way(Passage.ASTRAY, user=None),
    ],
    ids=["no id", "one of ours", "made elsewhere", "astray", "astray, nobody"],
)
def test_what_no_door_of_ours_would_say_lets_nobody_in(told: WayIn) -> None:
    assert seen(the_door(), told) == (DoorAstray(at=NOW, number=1),)
    assert the_door(DoorAstray(at=NOW, number=1)).is_shut
    assert seen(the_door(DoorAstray(at=NOW, number=1)), way()) == ()


def test_another_who_comes_by_the_same_door_ends_it() -> None:
    both = (DoorAstray(at=NOW, number=1), DoorEnded(at=NOW, number=1))
    assert seen(the_door(CAME), way(user=UserId("@second:firm.example"))) == both
    assert seen(the_door(CAME), way(user=None)) == both
    assert seen(the_door(CAME), way(Passage.ASTRAY)) == both


@pytest.mark.parametrize("passage", [Passage.OPEN, Passage.OVER])
def test_while_nobody_came_nothing_happens(passage: Passage) -> None:
    assert seen(the_door(), way(passage, user=None)) == ()
    assert seen(the_door(), None) == ()
    assert seen(the_door(CAME), way(passage, user=None)) == ()


def test_that_a_link_was_used_again_is_said_once() -> None:
    tried = DoorTried(at=NOW, number=1)
    assert seen(the_door(CAME), way(again=3)) == (tried,)
    assert seen(the_door(CAME, tried), way(again=9)) == ()


def test_at_its_end_a_door_is_over_whatever_its_process_says() -> None:
    ended = (DoorEnded(at=UNTIL, number=1),)
    assert seen(the_door(), way(), now=UNTIL) == ended
    assert seen(the_door(CAME), None, now=UNTIL) == ended
    assert seen(the_door(CAME, *ended), way(), now=UNTIL) == ()
    stays = doors_after(doors_after({}, replace(OPENED, stays=True)), CAME)[1]
    assert seen(stays, way(), now=UNTIL) == ()


def test_by_a_barred_door_nobody_new_comes() -> None:
    assert seen(the_door(), way(), is_barred=True) == (DoorEnded(at=NOW, number=1),)
    assert seen(the_door(CAME), way(), is_barred=True) == ()


def confirmed(**changes: Any) -> IdentityConfirmed:
    return replace(IdentityConfirmed(at=NOW, by=ALICE, user=GUEST, master="m"), **changes)


def test_a_guest_is_proved_by_somebody_else_since_they_came() -> None:
    inside = the_door(CAME)
    assert doors.proved(inside, confirmed(), NOW) == (PROVED,)
    assert doors.proved(inside, confirmed(by=None), NOW) == (replace(PROVED, by=None),)
    for other in (None, confirmed(by=GUEST), confirmed(user=BOB), confirmed(at=NOW - HOUR)):
        assert doors.proved(inside, other, NOW) == ()
    for door in (the_door(), the_door(CAME, PROVED), the_door(CAME, DoorEnded(at=NOW, number=1))):
        assert doors.proved(door, confirmed(), NOW) == ()


def test_a_guest_is_on_the_roster_in_the_name_of_who_vouched() -> None:
    room = let_in()
    assert room.roster[GUEST] == {Role.LEGAL}
    assert [grant.by for grant in room.grants[GUEST]] == [ALICE]
    assert set(unproved(room.doors)) == {GUEST}
    assert set(unproved(grow(room, PROVED).doors)) == set()


def test_who_is_not_proved_confirms_nothing_and_keeps_no_room_led() -> None:
    leading = replace(OPENED, roles=(Role.COORDINATOR,))
    act, later = Closing(summary="", rules=()), NOW + 48 * HOUR
    room = incident(leading, CAME)
    assert GUEST not in second_persons(room, ALICE, act, later)
    assert GUEST not in room.leaders()
    assert GUEST in grow(room, PROVED).leaders()
    assert GUEST in second_persons(grow(room, PROVED), ALICE, act, later)


def test_at_its_end_a_guest_is_off_the_roster_and_known_by_name_still() -> None:
    room = let_in(DoorEnded(at=UNTIL, number=1))
    assert GUEST not in room.roster
    assert guest(room.doors, GUEST) is None
    assert by_door(room.doors, GUEST) == room.doors[1]
    assert grow(room, DoorSettled(at=UNTIL, number=1)).doors[1].is_settled


def test_of_a_door_that_nobody_opened_nothing_happens() -> None:
    nobody = incident()
    for fact in (CAME, PROVED, DoorEnded(at=NOW, number=1), DoorTried(at=NOW, number=1)):
        assert grow(nobody, fact).roster == nobody.roster
        assert grow(nobody, fact).doors == {}


def test_who_is_proved_by_a_door_of_the_house_is_of_it_until_its_end() -> None:
    desk = Desk()
    for fact in (OPENED, CAME):
        desk = evolve_desk(desk, OfHouseDoor(at=NOW, fact=fact))
    assert desk.guests == {}
    desk = evolve_desk(desk, OfHouseDoor(at=NOW, fact=PROVED))
    assert desk.guests == {GUEST: {Role.LEGAL}}
    assert evolve_desk(desk, OfHouseDoor(at=NOW, fact=DoorEnded(at=NOW, number=1))).guests == {}


def test_whom_the_operator_lets_in_is_of_the_house_at_once() -> None:
    desk = Desk()
    for fact in (replace(OPENED, by=None, stays=True), CAME):
        desk = evolve_desk(desk, OfHouseDoor(at=NOW, fact=fact))
    assert desk.guests == {GUEST: {Role.LEGAL}}


def test_nobody_who_came_by_a_link_becomes_admin_but_whom_the_operator_let_in() -> None:
    here = let_in(PROVED)
    with pytest.raises(NoAdminByDoor):
        act(here, GiveRole(role=Role.ADMIN, who=GUEST))
    assert Role.IT in act(here, GiveRole(role=Role.IT, who=GUEST)).roster[GUEST]
    there = grow(here, Joined(at=NOW, user=GUEST))
    assert give(there, GiveHandover(who=GUEST, with_roles=True), ALICE, NOW).roles == (Role.COORDINATOR,)
    invited = PersonInvited(at=NOW, by=ALICE, user=GUEST, roles=(Role.LEGAL,))
    stays = incident(replace(OPENED, by=None, stays=True), CAME, invited)
    assert Role.ADMIN in act(stays, GiveRole(role=Role.ADMIN, who=GUEST)).roster[GUEST]


def test_who_is_to_be_proved_is_so_until_somebody_did() -> None:
    known = let_in().doors
    assert to_be_proved(GUEST, {}, known) == known[1]
    assert to_be_proved(ALICE, known) is None
    assert to_be_proved(GUEST, let_in(PROVED).doors) is None
    assert to_be_proved(GUEST, let_in(DoorEnded(at=NOW, number=1)).doors) is None


def test_a_guest_to_be_proved_is_named_by_account_or_as_they_are_called() -> None:
    known = let_in().doors
    for typed in ("counsel", "@guest", "guest", GUEST):
        assert doors.to_prove(typed, known) == (GUEST, known[1])
    for typed in ("bob", ""):
        with pytest.raises(NoGuest):
            doors.to_prove(typed, known)
    with pytest.raises(NoGuest):
        doors.to_prove("counsel", let_in(PROVED).doors)
