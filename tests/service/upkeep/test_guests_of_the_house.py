"""Guests of the house: at once whom the operator let in, others once they are proved; out of all at their end."""

from __future__ import annotations

import pytest

from bot.core.people.roster import Role
from bot.ports import DESK
from bot.service.links import Person
from tests.core.build import ALICE, DAY, HOUR, MINUTE
from tests.service.guests import COUNSEL, OTHER, Doorway


@pytest.fixture
def shell() -> Doorway:
    return Doorway()


async def test_whom_the_operator_let_in_is_of_the_house_at_once(shell: Doorway) -> None:
    async with shell.life():
        people = (Person(name="Duty officer", roles=(Role.ADMIN,)), Person(name="Engineer", roles=(Role.IT,)))
        await shell.service.links.let_in(people, shell.clock.now() + DAY)
        officer, engineer = list(shell.keeper.ways)
        shell.keeper.come(COUNSEL, officer)
        shell.keeper.come(OTHER, engineer)
        await shell.look_at_door()
        assert shell.is_of_the_house(COUNSEL) == {Role.ADMIN}
        assert shell.is_of_the_house(OTHER) == {Role.IT}
        control = shell.chat.rooms[shell.control_room]
        assert control.members[COUNSEL] == "invite"
        assert OTHER not in control.members
        for user in (COUNSEL, OTHER):
            (greeting,) = shell.chat.read_by(shell.room_of(user), user)
            assert "You are in" in greeting.body
        assert "Duty officer" in shell.said(shell.control_room)[-2].body
        await shell.pass_time(3 * DAY)
        await shell.look_at_door()
        assert shell.is_of_the_house(COUNSEL) == {Role.ADMIN}
        assert shell.verifications.begun == []


async def test_who_comes_by_a_door_of_the_control_room_is_of_the_house_once_proved(shell: Doorway) -> None:
    async with shell.life():
        await shell.type("!door coordinator Partner", room=shell.control_room)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        assert shell.is_of_the_house() == frozenset()
        (greeting,) = shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL)
        assert "First alice has to compare emoji with you" in greeting.body
        assert "not of the house until then" in shell.said(shell.control_room)[-1].body
        await shell.look_at_door()
        assert shell.verifications.begun == [COUNSEL]
        incident = await shell.open()
        assert COUNSEL not in incident.roster
        said = await shell.type("!list", room=shell.room_of(COUNSEL), sender=COUNSEL)
        assert "compare emoji" in said
        await shell.compares()
        asked = shell.said(shell.control_room)[-1]
        assert "Is it really Partner?" in asked.body
        assert ALICE in asked.mentions
        assert "it is the same" in await shell.type("!verify k4f7qz yes 0471", room=shell.control_room)
        await shell.proves()
        assert shell.is_of_the_house() == {Role.COORDINATOR}
        assert "You are in" in shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL)[-1].body
        assert COUNSEL in (await shell.open("Another")).roster


async def test_an_unproved_guest_of_the_house_commands_nothing_where_somebody_invites_them(shell: Doorway) -> None:
    async with shell.life():
        await shell.type("!door coordinator Partner", room=shell.control_room)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.open()
        await shell.type(f"!invite {COUNSEL} coordinator")
        await shell.move(COUNSEL, room=shell.room, present=True)
        assert "compare emoji" in await shell.type("!close over", sender=COUNSEL)


async def test_at_the_end_of_a_door_of_the_house_they_are_out_of_all_they_came_into(shell: Doorway) -> None:
    async with shell.life():
        first = await shell.open("First")
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.ADMIN, Role.COORDINATOR)),),
                                         shell.clock.now() + DAY)  # fmt: skip
        await shell.pass_time(MINUTE)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.move(COUNSEL, room=shell.control_room, present=True)
        await shell.pass_time(MINUTE)
        second = await shell.open("Second")
        assert COUNSEL in second.roster
        await shell.pass_time(MINUTE)
        assert "is out" in await shell.type("!door 1 close", room=shell.control_room)
        await shell.look_at_door()
        assert shell.is_of_the_house() == frozenset()
        assert shell.chat.rooms[shell.control_room].members[COUNSEL] == "leave"
        assert COUNSEL not in shell.incident().roster
        assert shell.chat.rooms[shell.room].members[COUNSEL] == "leave"
        assert first.id != second.id
        assert await shell.facts(DESK) == ["DoorOpened", "GuestCame", "DoorEnded", "DoorSettled"]
        assert await shell.service.guests.look() is None


async def test_the_operators_guest_whose_door_changes_its_word_is_out_of_all(shell: Doorway) -> None:
    async with shell.life():
        people = (Person(name="Officer", roles=(Role.COORDINATOR,)),)
        await shell.service.links.let_in(people, shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.open()
        assert COUNSEL in shell.incident().roster
        shell.keeper.come(OTHER)
        await shell.look_at_door()
        assert COUNSEL not in shell.incident().roster
        assert shell.is_of_the_house() == shell.is_of_the_house(OTHER) == frozenset()


async def test_who_was_in_an_incident_before_stays_there(shell: Doorway) -> None:
    async with shell.life():
        await shell.open()
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.IT,)),), shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        await shell.look_at_door()
        await shell.pass_time(MINUTE)
        await shell.type("!door 1 close", room=shell.control_room)
        await shell.pass_time(MINUTE)
        await shell.type(f"!invite {COUNSEL} it")
        await shell.look_at_door()
        assert COUNSEL in shell.incident().roster


async def test_who_is_out_before_they_were_greeted_is_not(shell: Doorway) -> None:
    async with shell.life():
        await shell.service.links.let_in((Person(name="Officer", roles=(Role.IT,)),), shell.clock.now() + DAY)
        shell.keeper.come(COUNSEL)
        shell.chat.without_device.add(COUNSEL)
        await shell.look_at_door()
        await shell.type("!door 1 close", room=shell.control_room)
        await shell.look_at_door()
        shell.chat.without_device.clear()
        await shell.pass_time(HOUR)
        assert shell.chat.read_by(shell.room_of(COUNSEL), COUNSEL) == ()
