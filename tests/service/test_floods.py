"""A member who floods the room takes nobody's answer and no reminder, and hears of it once."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

import pytest

from bot.core.names import EventId, InputId, RoomId, UserId
from bot.core.ringing.alarms import Ring, alarms
from bot.ports import Batch, Content, Message, UnreachableError, Unreadable
from bot.service.upkeep.budget import BURST
from tests.core.build import ALICE, BOB, GUEST, HOUR
from tests.fakes.clock import FakeClock
from tests.service.meddling import SameRooms
from tests.service.shell import Shell

SECOND = timedelta(seconds=1)
MANY = 500
TOO_FAST = "Wait a little"


class BusyClock(FakeClock):
    """Every look at it takes ten milliseconds: work has its price."""

    def now(self) -> datetime:
        return self.advance(timedelta(milliseconds=10))


class SlowRooms(SameRooms):
    """Saying something takes a while."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.rang_at: list[datetime] = []

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        await asyncio.sleep(0)
        said = await super().say(room, content, txn=txn, readers=readers)
        at = self._shell.clock.advance(timedelta(milliseconds=100))
        if content.rings:
            self.rang_at.append(at)
        return said


class DeadElsewhere(SameRooms):
    """The homeserver of those who are invited is down."""

    async def invite(self, room: RoomId, user: UserId) -> None:
        raise UnreachableError("down")


def flood(shell: Shell, body: str, count: int = MANY) -> list[Message]:
    return [shell.message(body.format(number), room=shell.room, sender=BOB) for number in range(count)]


async def at_work(shell: Shell) -> None:
    """Open an incident, and be there for a while: what comes from now on was not sent while we were away."""
    await shell.open()
    await shell.receive()
    shell.clock.advance(SECOND)


def index(shell: Shell, words: str) -> int:
    return next(place for place, content in enumerate(shell.said()) if words in content.body)


async def test_a_flood_is_cut_to_the_budget_told_once_and_counted(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    async with shell.life():
        await at_work(shell)
        before = len(shell.said())
        with caplog.at_level(logging.WARNING):
            await shell.receive(*flood(shell, "!note {}"))
        said = [content.body for content in shell.said()[before:] if not content.replaces]
        # The last one finds nothing left to wait for, and is answered.
        assert len(said) == BURST + 2
        assert TOO_FAST in said[-2]
        assert shell.service.commands_dropped == MANY - BURST - 1
        assert len(caplog.records) == 1
        assert "bob" not in caplog.text
        assert not await shell.store.waiting()


async def test_anothers_command_is_answered_before_the_backlog(shell: Shell) -> None:
    async with shell.life():
        await at_work(shell)
        alices = shell.message("!note alice was here", room=shell.room, sender=ALICE)
        await shell.receive(*flood(shell, "!wrong{}"), alices, *flood(shell, "!wrong{}"))
        facts = await shell.store.history(shell.incident().id, last=1)
        assert "alice was here" in str(facts[0].fact)
        assert shell.service.commands_dropped >= 2 * MANY - BURST - 1
        answers = [content.body for content in shell.said() if not content.replaces]
        assert answers.index("Noted in the timeline.") <= index(shell, "!wrong0") + BURST


async def test_a_reminder_that_comes_due_in_the_middle_rings_within_its_second(shell: Shell) -> None:
    shell.clock = BusyClock()
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1")
        due = min(alarm.at for alarm in alarms(shell.incident(), shell.clock.now()) if isinstance(alarm, Ring))
    shell.chat = slow = SlowRooms(shell)
    async with shell.life() as service:
        flooding = Batch(events=tuple(flood(shell, "!status")), token="s-flood")
        shell.clock.move_to(due - SECOND)
        await service.receive(flooding)
        while not shell._is_quiet():
            await asyncio.sleep(0)
            await shell.alarm_clock.ring_due(shell.clock.now())
        assert len(slow.rang_at) == 1
        assert due <= slow.rang_at[0] <= due + SECOND
        assert shell.clock.now() > due + SECOND, "the flood took longer than that"


async def test_what_rings_overtakes_answers_that_wait_and_answers_keep_their_order(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1")
        shell.chat.faults.extend([UnreachableError("down")] * 2)
        before = len(shell.said())
        shell.clock.advance(72 * HOUR)
        await shell.receive(*(shell.message(f"!note {number}", room=shell.room) for number in range(3)))
        await shell.pass_time(HOUR / 60)
        said = shell.said()[before:]
        assert said[0].rings
        assert [content.body for content in said if content.body == "Noted in the timeline."] == (
            ["Noted in the timeline."] * 3
        )


async def test_an_invitation_that_another_homeserver_never_answers_holds_up_nothing_else(
    shell: Shell,
) -> None:
    async with shell.life() as service:
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1")
        service.performer.chat = DeadElsewhere(shell)
        await shell.receive(shell.message(f"!invite {GUEST}", room=shell.room))
        await shell.receive(shell.message("!note after it", room=shell.room))
        quiet = len(shell.said())
        assert "Noted in the timeline." in [content.body for content in shell.said()]
        await shell.pass_time(25 * HOUR)
        said = shell.said()[quiet:]
        new = [content for content in said if not content.replaces]
        assert [content.rings for content in new] == [False, True], "the checkpoint of the day, and the reminder"
        service.performer.chat = shell.chat
        await shell.pass_time(HOUR / 60)
        assert GUEST in shell.chat.rooms[shell.room].present


async def test_who_waits_for_each_answer_is_never_too_fast(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        for number in range(3 * BURST):
            assert await shell.type(f"!note {number}", sender=BOB) == "Noted in the timeline."
        assert shell.service.commands_dropped == 0


async def test_a_reminder_can_be_acknowledged_over_the_budget_and_talk_costs_nothing(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(25 * HOUR)
        await shell.receive()
        shell.clock.advance(SECOND)
        ack = shell.message("!ack", room=shell.room, sender=BOB)
        await shell.receive(*flood(shell, "hello {}"), *flood(shell, "!status", BURST + 1), ack)
        said = [content.body for content in shell.said()]
        assert sum(TOO_FAST in body for body in said) == 1
        assert any(body.startswith("Seen: GDPR-33-1") for body in said)
        assert shell.service.commands_dropped == 1


async def test_acknowledging_nothing_over_and_over_is_cut_like_anything_else(shell: Shell) -> None:
    async with shell.life():
        await at_work(shell)
        before = len(shell.said())
        await shell.receive(*flood(shell, "!ack"))
        assert len(shell.said()) <= before + BURST + 2


async def test_what_cannot_be_read_is_answered_within_the_budget_too(shell: Shell) -> None:
    async with shell.life():
        await at_work(shell)
        before = len(shell.said())
        sealed = [
            Unreadable(id=InputId(f"$s{number}"), room=shell.room, sender=BOB, received_at=shell.clock.now())
            for number in range(MANY)
        ]
        await shell.receive(*sealed)
        assert len(shell.said()) <= before + BURST + 2
        assert sum(TOO_FAST in content.body for content in shell.said()) == 1


async def test_what_was_typed_while_we_were_away_is_not_taken_for_a_flood(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
    async with shell.life():
        await shell.receive(*flood(shell, "!note {}", 3 * BURST))
        shell.clock.advance(timedelta(minutes=2))
        await shell.receive(*flood(shell, "!note {}", 2 * BURST))
        assert shell.service.commands_dropped == 0
        shell.clock.advance(SECOND)
        await shell.receive(*flood(shell, "!note {}", 2 * BURST))
        assert shell.service.commands_dropped > 0


async def test_after_a_crash_in_a_flood_nothing_of_it_is_done_twice(shell: Shell) -> None:
    async with shell.life() as service:
        incident = await shell.open()
        batch = Batch(events=tuple(flood(shell, "!note {}", BURST)), token="s-flood")
        await service.receive(batch)
    async with shell.life() as service:
        await shell.settle()
        await service.receive(batch)
        await shell.settle()
        notes = [recorded for recorded in await shell.store.history(incident.id) if "Noted" in str(recorded.fact)]
        assert len(notes) == BURST
