from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.names import InputId, UserId
from bot.ports import Membership
from bot.service.upkeep.doors import MOST_COMINGS
from tests.core.build import ALICE, BOB, CAROL, ERIN, HOUR, MINUTE, PEOPLE
from tests.service.shell import BOT, Shell


async def test_late_joiners_within_half_a_minute_share_one_brief(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for guest in (ERIN, UserId("@guest:firm.example")):
            await shell.type(f"!invite {guest}")
            await shell.move(guest, room=shell.room, present=True)
            await shell.pass_time(timedelta(seconds=10))
        before = len(shell.said())
        await shell.pass_time(MINUTE)
        briefs = [content for content in shell.said()[before:] if not content.replaces]
        assert len(briefs) == 1
        assert set(briefs[0].mentions) == {ERIN, "@guest:firm.example"}


async def test_who_was_invited_at_the_opening_needs_no_brief(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        before = len(shell.said())
        await shell.pass_time(MINUTE)
        assert len(shell.said()) == before


async def test_what_nobody_could_read_is_said_as_soon_as_somebody_comes(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        shell.chat.without_device |= set(PEOPLE)
        await shell.receive(shell.message("!status", room=shell.room))
        before = len(shell.said())
        shell.chat.without_device.clear()
        await shell.move(BOB, room=shell.room, present=True)
        assert len(shell.said()) == before + 1


async def test_the_removed_person_gets_no_key_and_no_answer(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.move(BOB, room=shell.room, present=True)
        await shell.type("!remove bob")
        assert shell.chat.rooms[shell.room].members[BOB] == "leave"
        shell.chat.join(shell.room, BOB)
        await shell.type("!note secret")
        assert BOB not in shell.chat.rooms[shell.room].said[-1].holders
        assert not await shell.type("!status", sender=BOB)


async def test_somebody_leaving_a_room_of_no_incident_is_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.move(ALICE, room=shell.control_room, present=False)


async def test_the_bot_is_not_put_on_a_roster(shell: Shell) -> None:
    async with shell.life():
        incident = await shell.open()
        before = shell.service.books.count(incident.id)
        assert await shell.type(f"!invite {BOT}")
        assert shell.service.books.count(incident.id) == before


@pytest.mark.parametrize("who", ["@bob:example.org", "@stranger{}:example.org"])
async def test_more_comings_and_goings_than_can_be_true_are_told_once_an_hour_and_not_believed(
    shell: Shell, who: str
) -> None:
    async with shell.life():
        await shell.open()
        before, facts = len(shell.said(shell.control_room)), shell.service.books.count(shell.incident().id)
        comings = [
            Membership(
                id=InputId(f"$forged{number}"),
                room=shell.room,
                user=UserId(who.format(number)),
                present=number % 2 == 0,
                received_at=shell.clock.now(),
            )
            for number in range(2 * MOST_COMINGS)
        ]
        await shell.receive(*comings)
        assert shell.service.books.count(shell.incident().id) <= facts + MOST_COMINGS
        alarms = [said for said in shell.said(shell.control_room)[before:] if "than can be true" in said.body]
        assert len(alarms) == 1
        await shell.pass_time(HOUR)
        await shell.move(CAROL, room=shell.room, present=True)
        assert CAROL in shell.incident().joined
