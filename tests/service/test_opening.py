from __future__ import annotations

from bot.core.incident import Status
from bot.core.names import RoomId, UserId
from bot.ports import RefusedError
from tests.core.build import ALICE, CAROL, DAVE, HOUSE, MINUTE
from tests.service.meddling import SameRooms, with_people
from tests.service.shell import Shell


class NobodyMore(SameRooms):
    """Lets nobody be invited."""

    async def invite(self, room: RoomId, user: UserId) -> None:
        raise RefusedError("M_FORBIDDEN")


# --- the control room ------------------------------------------------------------------------------------


async def test_the_first_start_makes_the_control_room_and_greets(shell: Shell) -> None:
    async with shell.life():
        made = shell.chat.rooms[shell.control_room]
        assert made.plan.admins == (ALICE,)
        assert "!open" in shell.said(shell.control_room)[0].body


async def test_a_restart_makes_no_second_control_room(shell: Shell) -> None:
    for _ in range(2):
        async with shell.life():
            pass
    assert len(shell.chat.rooms) == 1
    assert len(shell.chat.rooms[shell.control_room].said) == 1


async def test_who_became_admin_since_is_invited_once(shell: Shell) -> None:
    async with shell.life():
        pass
    people = {**HOUSE.people, DAVE: HOUSE.people[ALICE]}
    shell.house = with_people(people)
    async with shell.life():
        assert shell.chat.rooms[shell.control_room].members[DAVE] == "invite"
        shell.chat.leave(shell.control_room, DAVE)
    async with shell.life():
        assert shell.chat.rooms[shell.control_room].members[DAVE] == "leave"


async def test_that_a_new_admin_cannot_be_invited_is_told_in_the_control_room(shell: Shell) -> None:
    async with shell.life():
        pass
    shell.house = with_people({**HOUSE.people, DAVE: HOUSE.people[ALICE]})
    shell.chat = NobodyMore(shell)
    async with shell.life():
        assert "is not invited" in shell.said(shell.control_room)[-1].body


async def test_the_greeting_waits_for_the_first_device(shell: Shell) -> None:
    shell.chat.without_device = {ALICE}
    async with shell.life():
        assert not shell.said(shell.control_room)
        shell.chat.without_device = set()
        await shell.pass_time(MINUTE)
        assert len(shell.said(shell.control_room)) == 1


# --- opening ---------------------------------------------------------------------------------------------


async def test_opening_makes_the_room_then_shows_card_and_first_steps(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        assert incident.status is Status.OPEN
        assert shell.chat.rooms[shell.room].plan.name == incident.codename
        card, first = shell.said()
        assert "Host down" in card.body
        assert "D1" in first.body
        assert shell.chat.rooms[shell.room].pinned == incident.card


async def test_a_list_is_offered_and_a_number_takes_from_it(shell: Shell) -> None:
    async with shell.life():
        assert "1" in await shell.type("!open Host down", room=shell.control_room)
        await shell.type("2", room=shell.control_room)
        assert shell.incident().playbook.id == "provider-hit"


async def test_a_list_offered_in_an_incident_room_takes_a_number_there(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        room = shell.room
        await shell.type("!open Another host", room=room)
        await shell.type("1", room=room)
        assert shell.incident().title == "Another host"


async def test_a_number_in_an_incident_room_is_talk_when_nothing_was_offered(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        assert not await shell.type("3")


async def test_a_roster_beyond_ten_is_invited_before_the_card() -> None:
    crowd = {UserId(f"@it{number}:example.org"): HOUSE.people[CAROL] for number in range(12)}
    shell = Shell(with_people({**HOUSE.people, **crowd}))
    async with shell.life():
        await shell.open()
        made = shell.chat.rooms[shell.room]
        assert set(crowd) <= set(made.members)
        assert set(crowd) <= made.said[0].holders


async def test_a_second_opening_of_the_same_title_within_a_minute_changes_nothing(shell: Shell) -> None:
    async with shell.life():
        first = await shell.open()
        answer = await shell.type("!open host DOWN --playbook provider-hit", room=shell.control_room)
        assert first.codename in answer
        assert len(shell.service.books.incidents()) == 1
