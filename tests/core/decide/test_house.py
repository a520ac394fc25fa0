"""What two people of the house settle: each is of the configuration, and what was asked for is what is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.decide.house import ask, confirm, second_persons, waiting
from bot.core.desk import Desk, ask_for_direct_room, evolve_desk
from bot.core.errors import (
    AlreadyAsked,
    ConfirmationLapsed,
    NobodyInTheHouse,
    NothingToConfirm,
    NotTheSecondPerson,
    WhichToConfirm,
)
from bot.core.facts import CascadeOpening, DirectRoomReady, EncryptedFile, HouseAct, Trusting
from bot.core.names import RoomId, UserId
from bot.core.people.roster import Role
from bot.core.people.two_persons import CONFIRM_WITHIN
from tests.core.build import ALICE, BOB, CAROL, DAVE, NOW, PEOPLE

LATE = NOW + CONFIRM_WITHIN
TRUSTING = Trusting(user=BOB, master="new key")
TWO_ADMINS = {**PEOPLE, CAROL: frozenset({Role.ADMIN})}
OPENING = CascadeOpening(
    list=EncryptedFile(url="mxc://example.org/m", key="k", iv="i", sha256="s"),
    name="list.csv",
    title="Host down",
    playbook=None,
    severity=None,
    language=None,
    drill=False,
    organisations=2,
    people=4,
)


def asked(act: HouseAct = TRUSTING, by: UserId = ALICE) -> Desk:
    return evolve_desk(Desk(), ask(Desk(), TWO_ADMINS, act, by, NOW))


def test_another_admin_confirms_an_identity_but_not_the_one_it_is_about() -> None:
    assert second_persons(TWO_ADMINS, ALICE, TRUSTING) == (CAROL,)
    assert second_persons({**TWO_ADMINS, BOB: frozenset({Role.ADMIN})}, ALICE, TRUSTING) == (CAROL,)


def test_whoever_leads_confirms_a_cascade() -> None:
    assert second_persons(PEOPLE, ALICE, OPENING) == (DAVE,)


def test_what_is_confirmed_is_what_was_asked_for() -> None:
    given = confirm(asked(), TWO_ADMINS, 1, CAROL, NOW)
    assert (given.act, given.asked_by, given.by) == (TRUSTING, ALICE, CAROL)
    assert waiting(evolve_desk(asked(), given), NOW) == ()


def test_what_waits_is_not_asked_for_twice() -> None:
    with pytest.raises(AlreadyAsked):
        ask(asked(), TWO_ADMINS, TRUSTING, CAROL, NOW)
    assert ask(asked(), TWO_ADMINS, OPENING, ALICE, NOW).number == 2


def test_nothing_is_asked_for_where_nobody_could_confirm_it() -> None:
    with pytest.raises(NobodyInTheHouse):
        ask(Desk(), PEOPLE, TRUSTING, ALICE, NOW)


@pytest.mark.parametrize(
    ("number", "by", "after", "refusal"),
    [
        (None, CAROL, timedelta(), WhichToConfirm),
        (None, CAROL, CONFIRM_WITHIN, NothingToConfirm),
        (2, CAROL, timedelta(), NothingToConfirm),
        (1, CAROL, CONFIRM_WITHIN, ConfirmationLapsed),
        (1, ALICE, timedelta(), NotTheSecondPerson),
        (1, BOB, timedelta(), NotTheSecondPerson),
        (1, DAVE, timedelta(), NotTheSecondPerson),
    ],
)
def test_a_confirmation_that_does_not_count(
    number: int | None, by: UserId, after: timedelta, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        confirm(asked(), TWO_ADMINS, number, by, NOW + after)


def test_a_room_with_one_person_is_asked_for_once() -> None:
    first = ask_for_direct_room(Desk(), BOB, NOW)
    assert first is not None
    desk = evolve_desk(Desk(), first)
    room = RoomId("!bob:example.org")
    assert evolve_desk(desk, DirectRoomReady(at=NOW, user=BOB, room=room)).direct_rooms == {BOB: room}
    assert ask_for_direct_room(desk, BOB, LATE) is None
    other = ask_for_direct_room(desk, CAROL, NOW)
    assert other is not None
    assert other.codename != first.codename
