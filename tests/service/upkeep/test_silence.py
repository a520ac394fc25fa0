"""Rooms in which nothing can be said: nothing that was to ring there is lost, and people hear of it elsewhere."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.facts import Acknowledged, NotDelivered, Rang
from bot.core.names import EventId, RoomId, UserId
from bot.ports import Batch, Content, UnreachableError
from bot.service.upkeep.ringing import PATIENCE
from bot.service.upkeep.silences import TOLD_TOGETHER
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOUR, HOUSE, MINUTE, PEOPLE
from tests.service.cascades import open_cascade
from tests.service.meddling import NoRooms, SameRooms
from tests.service.shell import Shell

SECOND = timedelta(seconds=1)
LADDER = {"T-48": 24, "T-24": 48, "T-12": 60, "T-6": 66, "T-3": 69, "T-1": 71, "T": 72, "T+1": 73, "T+2": 74}
"""In which minute of such a drill each reminder is due."""
UNSAFE = ({"encrypted": False}, {"world_readable": True}, {"shut": True})


class Mute(SameRooms):
    """Its homeserver never answers when something is to ring in one room."""

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if room == self._shell.room and content.rings:
            raise UnreachableError("nothing came back")
        return await super().say(room, content, txn=txn, readers=readers)


@pytest.fixture
def shell() -> Shell:
    """Drills here are slow: an hour of theirs is a minute."""
    return Shell(replace(HOUSE, drill_pace=60))


async def run_a_clock(shell: Shell) -> None:
    """Open a drill in which an hour is a minute, with one clock."""
    await shell.open(options="--playbook provider-hit --drill")
    await shell.type("!aware GDPR-33-1")
    await shell.pass_time(MINUTE)


def make(shell: Shell, room: RoomId, **what: bool) -> None:
    found = shell.chat.rooms[room]
    for name, value in what.items():
        setattr(found, name, value)


def spoil(shell: Shell, how: dict[str, bool]) -> None:
    make(shell, shell.room, **how)


def heal(shell: Shell) -> None:
    make(shell, shell.room, encrypted=True, world_readable=False, shut=False)


def alone(shell: Shell, user: UserId) -> tuple[Content, ...]:
    """Return what *user* was told in the room that we made for them."""
    room = shell.service.books.desk.direct_rooms.get(user)
    return shell.said(room) if room else ()


async def facts(shell: Shell, kind: type[Rang] | type[NotDelivered]) -> list[Rang | NotDelivered]:
    history = await shell.store.history(shell.incident().id)
    return [record.fact for record in history if isinstance(record.fact, kind)]


async def rungs(shell: Shell) -> list[str]:
    return [fact.rung for fact in await facts(shell, Rang) if isinstance(fact, Rang)]


async def untold(shell: Shell) -> list[tuple[str, datetime]]:
    found = await facts(shell, NotDelivered)
    return [
        (fact.reminder.rung, fact.at)
        for fact in found
        if isinstance(fact, NotDelivered) and isinstance(fact.reminder, Rang)
    ]


# --- reminders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", UNSAFE, ids=lambda how: next(iter(how)))
async def test_over_a_whole_ladder_in_an_unsafe_room_each_rung_is_told_elsewhere_within_a_minute(
    shell: Shell, how: dict[str, bool]
) -> None:
    async with shell.life():
        await run_a_clock(shell)
        start, before = shell.clock.now() - MINUTE, shell.said()
        spoil(shell, how)
        for minutes in LADDER.values():
            told, rang = len(alone(shell, BOB)), len(shell.said(shell.control_room))
            await shell.pass_time(start + minutes * MINUTE + 31 * SECOND - shell.clock.now())
            assert len(alone(shell, BOB)) == told + 1
            assert len(shell.said(shell.control_room)) == rang + 1
        assert shell.said() == before
        assert await rungs(shell) == []
        told_at = [(rung, round((at - start) / MINUTE)) for rung, at in await untold(shell)]
        assert told_at == list(LADDER.items())
        heal(shell)
        await shell.pass_time(28 * SECOND)
        (said,) = shell.rings()
        assert "GDPR-33-1: overdue by 2" in said.body
        assert "or could say nothing in this room" in said.body
        assert await rungs(shell) == ["T-48", "T-24", "T-12", "T-6", "T-3", "T-1", "T", "T+2"]
        assert [room.why for room in (await shell.service._silences._rooms(None))[0]] == []


async def test_what_people_are_told_alone_is_the_reminder_itself_and_why_it_stands_there(shell: Shell) -> None:
    async with shell.life():
        await run_a_clock(shell)
        spoil(shell, {"world_readable": True})
        await shell.pass_time(25 * MINUTE)
        (told,) = alone(shell, BOB)
        assert told.rings
        assert told.mentions == (BOB,)
        assert f"Nothing can be said in {shell.incident().codename}: the server shows its history as" in told.body
        assert "GDPR-33-1" in told.body
        assert "!filed GDPR-33-1 REFERENCE" in told.body
        rung = shell.said(shell.control_room)[-1]
        assert rung.rings
        assert rung.mentions == (ALICE,)
        assert "reminder GDPR-33-1 T-48, due " in rung.body
        timeline = await shell.type("!timeline 30", sender=DAVE)
        assert timeline == "", "an answer waits for the room too"
        heal(shell)
        await shell.pass_time(MINUTE)
        assert "not delivered: reminder GDPR-33-1 T-48" in shell.said()[-1].body


async def test_where_nobody_has_a_device_the_control_room_is_rung_after_half_a_minute_and_nobody_else(
    shell: Shell,
) -> None:
    async with shell.life():
        await run_a_clock(shell)
        shell.chat.without_device |= set(PEOPLE) - {ALICE}
        shell.chat.leave(shell.room, ALICE)
        await shell.pass_time(23 * MINUTE + PATIENCE - SECOND)
        assert await untold(shell) == []
        await shell.pass_time(2 * SECOND)
        assert [rung for rung, _ in await untold(shell)] == ["T-48"]
        assert "nobody there has a device that can read me" in shell.said(shell.control_room)[-1].body
        assert not shell.service.books.desk.direct_rooms
        shell.chat.without_device.clear()
        await shell.pass_time(6 * SECOND)
        assert len(shell.rings()) == 1
        assert await rungs(shell) == ["T-48"]


async def test_a_reminder_the_homeserver_never_answers_is_told_elsewhere_too(shell: Shell) -> None:
    async with shell.life():
        await run_a_clock(shell)
    kept, shell.chat = shell.chat, Mute(shell)
    async with shell.life():
        await shell.pass_time(24 * MINUTE)
        assert [rung for rung, _ in await untold(shell)] == ["T-48"]
        assert "the server does not take it" in alone(shell, BOB)[-1].body
        shell.chat = kept
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert await rungs(shell) == ["T-48"]
        assert len(shell.rings()) == 1


async def test_killed_anywhere_nothing_is_lost_and_nothing_told_twice(shell: Shell) -> None:
    async with shell.life():
        await run_a_clock(shell)
        room, start = shell.room, shell.clock.now() - MINUTE
    make(shell, room, encrypted=False)
    for minutes, turns in itertools.product(LADDER.values(), range(0, 120, 3)):
        shell.clock.move_to(max(shell.clock.now() + SECOND / 10, start + minutes * MINUTE))
        async with shell.life(turns=0):
            for _ in range(turns):
                await shell.alarm_clock.ring_due(shell.clock.now())
                await asyncio.sleep(0)
    make(shell, room, encrypted=True)
    async with shell.life():
        await shell.pass_time(20 * SECOND)
        assert [rung for rung, _ in await untold(shell)] == list(LADDER)
        assert len(shell.rings()) == 1
        told = [content.body for content in alone(shell, BOB)]
        assert len(told) == len(set(told)) >= len(LADDER)


@pytest.mark.parametrize("lost", [0, 1, 3])
async def test_who_acknowledges_a_reminder_that_is_just_being_said_has_acknowledged_it(shell: Shell, lost: int) -> None:
    async with shell.life() as service:
        await run_a_clock(shell)
        shell.clock.advance(23 * MINUTE)
        shell.chat.lost = lost
        await service.ring(f"incident:{shell.incident().id}")
        await service.receive(Batch(events=(shell.message("!ack", room=shell.room, sender=BOB),), token="s-ack"))
        await shell.settle()
        await shell.pass_time(MINUTE)
        assert len(shell.rings()) == 1
        history = await shell.store.history(shell.incident().id)
        kinds = [type(record.fact) for record in history if isinstance(record.fact, Rang | Acknowledged)]
        assert kinds == [Rang, Acknowledged]


async def test_who_acknowledges_while_a_reminder_waits_for_its_room_is_answered_once_the_room_is_safe(
    shell: Shell,
) -> None:
    async with shell.life():
        await run_a_clock(shell)
        spoil(shell, {"encrypted": False})
        await shell.pass_time(24 * MINUTE)
        await shell.type("!ack", sender=BOB)
        heal(shell)
        await shell.pass_time(MINUTE)
        assert await rungs(shell) == ["T-48"]
        assert len([content for content in shell.said() if "Seen: GDPR-33-1." in content.body]) == 1


# --- the rest -------------------------------------------------------------------------------------------------


async def test_answers_wait_for_the_room_and_who_asked_is_told_alone_once_a_day(shell: Shell) -> None:
    async with shell.life():
        await run_a_clock(shell)
        spoil(shell, {"encrypted": False})
        for number in range(3):
            assert await shell.type(f"!note {number}", sender=BOB) == ""
        await shell.pass_time(MINUTE)
        for user in (ALICE, DAVE, BOB):
            (told,) = alone(shell, user)
            assert f"Nothing can be said in {shell.incident().codename}" in told.body
        assert not alone(shell, CAROL)
        (rung,) = [content for content in shell.said(shell.control_room) if content.rings]
        assert "Write nothing there." in rung.body
        heal(shell)
        await shell.pass_time(MINUTE)
        assert [content.body for content in shell.said() if "Noted" in content.body] == ["Noted in the timeline."] * 3


async def test_when_the_control_room_is_silent_the_admins_are_told_alone(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        make(shell, shell.control_room, world_readable=True)
        assert await shell.type("!list", room=shell.control_room) == ""
        (told,) = alone(shell, ALICE)
        assert "Nothing can be said in the control room" in told.body
        assert not alone(shell, DAVE)


async def test_an_incident_whose_room_is_refused_is_told_and_opens_as_soon_as_it_may(shell: Shell) -> None:
    async with shell.life():
        control, direct = shell.control_room, shell.direct_room(DAVE)
    kept, shell.chat = shell.chat, NoRooms(shell)
    async with shell.life():
        await shell.receive(shell.message("!open Host down --playbook provider-hit", room=direct, sender=DAVE))
        await shell.pass_time(HOUR)
        (rung,) = [content for content in shell.said(control) if content.rings]
        assert f"Nothing can be said in {shell.incident().codename}: the server does not let me make it" in rung.body
    shell.chat = kept
    async with shell.life():
        await shell.pass_time(MINUTE)
        assert shell.incident().room is not None
        assert len(shell.said()) == 2, "its card, and the first steps"


@pytest.mark.parametrize("are_made", [True, False])
async def test_hundreds_of_rooms_that_are_silent_are_told_in_a_few_messages(shell: Shell, *, are_made: bool) -> None:
    async with shell.life():
        aware = f"{shell.clock.now() - 22 * HOUR:%Y-%m-%d %H:%M}"
    if not are_made:
        shell.chat = NoRooms(shell)
    text = "organisation,people,aware\n" + "".join(f"Firm {n},{ERIN},{aware}\n" for n in range(20))
    async with shell.life():
        await open_cascade(shell, text)
        shell.chat.without_device |= set(PEOPLE) - {ALICE}
        before = len(shell.said(shell.control_room))
        await shell.pass_time(HOUR + 5 * MINUTE)
        told = shell.said(shell.control_room)[before:]
        assert "more rooms." in told[-1].body
        assert len(told) <= 5 * MINUTE / TOLD_TOGETHER
