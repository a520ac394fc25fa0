"""What happens while a reminder, or the news of a silent room, is on its way: nothing of it is lost for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.facts import Rang
from bot.core.incident import Incident
from bot.core.names import EventId, IncidentId, RoomId, RuleId, UserId
from bot.core.people.quiet import QuietHours
from bot.ports import Batch, BusyError, Content, RoomPlan, UnreachableError
from bot.service.upkeep.control import CONTROL_ROOM_NAME
from tests.core.build import ALICE, BOB, CAROL, DAY, HOUR, HOURS_72, HOUSE, MINUTE
from tests.fakes.chat import FakeChat
from tests.service.cascades import children_of, open_cascade
from tests.service.shell import Shell

SECOND = timedelta(seconds=1)


class Slow(FakeChat):
    """Its homeserver asks once to wait with something that is to ring, or answers it late, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.room: RoomId | None = None
        self.busy_for: timedelta | None = None
        self.answers: asyncio.Event | None = None
        self.is_lost = False

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        if not content.rings or room != self.room:
            return await super().say(room, content, txn=txn, readers=readers)
        if self.busy_for is not None:
            wait, self.busy_for = self.busy_for, None
            raise BusyError(wait)
        event = await super().say(room, content, txn=txn, readers=readers)
        if self.answers is not None:
            answers, self.answers = self.answers, None
            await answers.wait()
            if self.is_lost:
                raise UnreachableError("TimeoutError")
        return event


class Stuck(FakeChat):
    """Its homeserver answers some requests with a failure, for ever."""

    def __init__(self, is_stuck: Callable[[str], bool]) -> None:
        super().__init__()
        self._is_stuck = is_stuck

    async def create_room(self, plan: RoomPlan) -> RoomId:
        self._unless_stuck(plan.name)
        return await super().create_room(plan)

    async def invite(self, room: RoomId, user: UserId) -> None:
        self._unless_stuck(user)
        await super().invite(room, user)

    async def remove(self, room: RoomId, user: UserId) -> None:
        self._unless_stuck(user)
        await super().remove(room, user)

    def _unless_stuck(self, what: str) -> None:
        if self._is_stuck(what):
            raise UnreachableError("HTTP 500")


class Speechless(Stuck):
    """It fails with some messages too."""

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        self._unless_stuck(content.body)
        return await super().say(room, content, txn=txn, readers=readers)


@pytest.fixture
def chat() -> Slow:
    return Slow()


@pytest.fixture
def shell(chat: Slow) -> Shell:
    shell = Shell()
    shell.chat = chat
    return shell


async def rung(shell: Shell, id: IncidentId | None = None, of: RuleId | None = None) -> list[str]:
    facts = [record.fact for record in await shell.store.history(id or shell.incident().id)]
    return [fact.rung for fact in facts if isinstance(fact, Rang) and of in (None, fact.rule)]


async def let_it_ring(shell: Shell) -> None:
    """Let what is due be sent, though its answer may not come."""
    await shell.alarm_clock.ring_due(shell.clock.now())
    for _ in range(500):
        await asyncio.sleep(0)


async def pass_hearing(shell: Shell, span: timedelta) -> None:
    """Let time pass in which the homeserver answers our question for news."""
    until = shell.clock.now() + span
    while shell.clock.now() < until:
        shell.service.drain.look_again()
        await shell.pass_time(min(MINUTE, until - shell.clock.now()))


# --- the same clock afterwards --------------------------------------------------------------------------------


async def test_an_overtaken_reminder_is_said_as_the_newest_and_the_clock_rings_on(chat: Slow, shell: Shell) -> None:
    async with shell.life():
        await shell.open(options="--playbook provider-hit --drill")
        chat.room = shell.room
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(90 * SECOND)
        before, chat.busy_for = await rung(shell), 12 * SECOND
        await shell.pass_time(MINUTE)
        assert len(await rung(shell)) >= len(before) + 4
    async with shell.life():
        before = await rung(shell)
        await shell.pass_time(MINUTE)
        assert len(await rung(shell)) >= len(before) + 5


async def test_what_quiet_hours_overtake_on_its_way_rings_in_the_morning_and_all_the_rest_in_time(chat: Slow) -> None:
    shell = Shell(replace(HOUSE, quiet=QuietHours.between("21:00", "07:00")))
    shell.chat = chat
    async with shell.life():
        await shell.open()
        chat.room = shell.room
        await shell.type("!clock add Payroll 2026-11-26 20:59:45")
        await shell.pass_time(10 * HOUR + 59 * MINUTE + 44 * SECOND)
        chat.busy_for = 20 * SECOND
        await shell.pass_time(3 * DAY)
        rungs = [name for name in await rung(shell, of=RuleId("PAYROLL")) if name in {"T-48", "T-24", "T"}]
        assert rungs[:3] == ["T-48", "T-24", "T"]


async def test_when_the_wall_clock_is_set_back_under_a_reminder_it_rings_at_its_time(chat: Slow, shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        chat.room = shell.room
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(DAY - SECOND)
        chat.busy_for = 20 * SECOND
        shell.clock.advance(SECOND)
        await shell.settle()
        shell.service.drain.look_again()
        shell.clock.set_back(10 * MINUTE)
        shell.service.drain.look_again()
        await shell.settle()
        assert await rung(shell) == []
        await shell.pass_time(10 * MINUTE)
        assert await rung(shell) == ["T-48"]


async def test_a_reminder_of_the_old_due_time_counts_for_no_corrected_clock(chat: Slow, shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        chat.room = shell.room
        shell.clock.advance(50 * HOUR)
        await shell.type("!aware GDPR-33-1 -50h")
        await shell.pass_time(21 * HOUR - SECOND)
        await shell.type("!ack", sender=BOB)
        shell.clock.advance(SECOND)
        chat.answers = answers = asyncio.Event()
        await let_it_ring(shell)
        correction = shell.message("!aware GDPR-33-1 -4h we knew only this morning", room=shell.room, sender=BOB)
        await shell.service.receive(Batch(events=(correction,), token="corrected"))
        await let_it_ring(shell)
        answers.set()
        await shell.settle()
        said = len(await rung(shell))
        await shell.pass_time(70 * HOUR)
        assert list(dict.fromkeys((await rung(shell))[said:]))[:7] == [
            *("T-48", "T-24", "T-12", "T-6", "T-3", "T-1", "T"),
        ]


async def test_what_was_told_elsewhere_of_the_old_due_time_is_told_of_the_corrected_one_too(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(47 * HOUR)
        await shell.type("!ack", sender=BOB)
        room = shell.chat.rooms[shell.room]
        room.world_readable = True
        await shell.pass_time(HOUR + MINUTE)
        assert [fact.reminder.rung for fact in shell.incident().undelivered if isinstance(fact.reminder, Rang)] == [
            "T-24"
        ]
        await shell.type("!aware GDPR-33-1 -2h only known since this morning", sender=BOB)
        assert not shell.incident().undelivered
        await shell.pass_time(47 * HOUR)
        (fact, *_) = (fact for fact in shell.incident().undelivered if isinstance(fact.reminder, Rang))
        state = shell.incident().clock_states[HOURS_72]
        assert isinstance(fact.reminder, Rang)
        assert fact.reminder.due == getattr(state, "due", None)


# --- the news of silent rooms ---------------------------------------------------------------------------------


async def two_clocks(shell: Shell) -> tuple[Incident, Incident]:
    """Open two incidents whose first reminders are a minute apart, and stand just before the first."""
    first = await shell.open("First")
    assert first.room is not None
    await shell.type("!aware GDPR-33-1", room=shell.room)
    await shell.pass_time(61 * SECOND)
    await shell.open("Second")
    await shell.type("!aware GDPR-33-1", room=shell.room)
    await shell.pass_time(DAY - 62 * SECOND)
    return shell.service.books.incident(first.id) or first, shell.incident()


@pytest.mark.parametrize("is_lost", [True, False])
async def test_a_room_that_falls_silent_while_another_is_told_of_is_told_of_too(
    chat: Slow, shell: Shell, *, is_lost: bool
) -> None:
    async with shell.life():
        first, second = await two_clocks(shell)
        assert first.room is not None
        assert second.room is not None
        chat.room, chat.answers, chat.is_lost = shell.control_room, asyncio.Event(), is_lost
        answers = chat.answers
        chat.rooms[first.room].world_readable = True
        shell.clock.advance(2 * SECOND)
        await let_it_ring(shell)
        chat.rooms[first.room].world_readable = is_lost
        shell.clock.advance(20 * SECOND)
        await let_it_ring(shell)
        chat.rooms[second.room].world_readable = True
        shell.clock.advance(45 * SECOND)
        await let_it_ring(shell)
        answers.set()
        await shell.pass_time(10 * MINUTE)
        told = [content.body for content in shell.said(shell.control_room) if content.rings]
        assert first.codename in told[0]
        assert any(second.codename in body for body in told[1:])


# --- what the homeserver does not take ------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["!invite @eve:dead.example dpo", "!remove carol"])
async def test_a_person_the_homeserver_fails_with_holds_no_answer_back_and_that_is_told(command: str) -> None:
    shell = Shell()
    shell.chat = Stuck(lambda what: what in {"@eve:dead.example", CAROL})
    async with shell.life():
        await shell.open()
        await shell.type(command)
        await pass_hearing(shell, 2 * MINUTE)
        assert (await shell.type("!help")).startswith("Commands")
        before = len(shell.said())
        await pass_hearing(shell, 6 * MINUTE)
        (told,) = [content for content in shell.said()[before:] if not content.replaces]
        assert "is not invited yet" in told.body or "is still in" in told.body
        await pass_hearing(shell, HOUR)
        assert len([content for content in shell.said()[before:] if not content.replaces]) == 1


async def test_an_answer_the_homeserver_fails_with_is_told_in_the_control_room_and_comes_once_it_may() -> None:
    failures = ["HTTP 500"]
    shell = Shell()
    shell.chat = Speechless(lambda what: bool(failures) and what.startswith("Commands"))
    async with shell.life():
        await shell.open()
        assert await shell.type("!help") == ""
        await pass_hearing(shell, 10 * MINUTE)
        (rang,) = [content for content in shell.said(shell.control_room) if content.rings]
        assert f"Nothing can be said in {shell.incident().codename}" in rang.body
        failures.clear()
        await pass_hearing(shell, 2 * MINUTE)
        assert shell.said()[-1].body.startswith("Commands")
        assert not shell.service.drain.lanes.silent


async def test_a_room_the_homeserver_fails_to_make_is_told_and_its_reminders_reach_people() -> None:
    failures = ["HTTP 500"]
    shell = Shell()
    shell.chat = Stuck(lambda what: bool(failures) and what != CONTROL_ROOM_NAME)
    async with shell.life():
        await shell.type("!open Host down --playbook provider-hit", room=shell.control_room)
        await pass_hearing(shell, 10 * MINUTE)
        (rang,) = [content for content in shell.said(shell.control_room) if content.rings]
        assert f"Nothing can be said in {shell.incident().codename}" in rang.body
        failures.clear()
        await pass_hearing(shell, 2 * MINUTE)
        assert shell.incident().room is not None


async def test_rooms_of_organisations_that_are_never_made_hold_up_no_others() -> None:
    stuck = dict[str, None]()
    shell = Shell()
    shell.chat = Stuck(lambda what: bool(shell.service.books.incidents()) and what in _first(stuck, what, shell))
    async with shell.life():
        rows = (f"Firm {n};{ALICE};2026-11-24 09:30" for n in range(40))
        parent = await open_cascade(shell, "\n".join(["organisation;people;aware", *rows]))
        await pass_hearing(shell, 20 * MINUTE)
        children = children_of(shell, parent.id)
        assert len(children) == 40
        assert sum(child.room is None for child in children) == len(stuck) == 16
        await pass_hearing(shell, DAY)
        silent = next(child for child in children_of(shell, parent.id) if child.room is None)
        assert silent.undelivered, "its reminders are told elsewhere"


def _first(stuck: dict[str, None], name: str, shell: Shell) -> dict[str, None]:
    """Take the first sixteen rooms of organisations for those that are never made."""
    of_organisations = {child.codename for child in shell.service.books.incidents() if child.parent is not None}
    if len(stuck) < 16 and name in of_organisations:
        stuck[name] = None
    return stuck


# --- said, and not confirmed ----------------------------------------------------------------------------------


async def lose_an_answer(chat: Slow, shell: Shell) -> asyncio.Event:
    """Let a clock ring an hour past its due time; the answer is lost once the event is set."""
    await shell.open()
    chat.room = shell.room
    await shell.type("!aware GDPR-33-1")
    await shell.pass_time(73 * HOUR - SECOND)
    chat.answers = answers = asyncio.Event()
    chat.is_lost = True
    shell.clock.advance(SECOND)
    await let_it_ring(shell)
    assert (await rung(shell))[-1] == "T"
    return answers


def overdue(shell: Shell) -> list[str]:
    first_lines = (content.body.partition("\n")[0] for content in shell.said() if content.rings)
    return [line.replace("\u00a0", " ") for line in first_lines if "overdue" in line]


async def test_a_reminder_that_was_said_and_overtaken_before_that_was_confirmed_is_a_fact(
    chat: Slow, shell: Shell
) -> None:
    async with shell.life():
        answers = await lose_an_answer(chat, shell)
        answers.set()
        await let_it_ring(shell)
        shell.clock.advance(HOUR)
        await shell.pass_time(SECOND)
        assert (await rung(shell))[-3:] == ["T", "T+1", "T+2"]
        assert overdue(shell) == ["GDPR-33-1: overdue by 1 h", "GDPR-33-1: overdue by 2 h"]


async def test_a_reminder_that_was_said_before_a_crash_is_a_fact_though_its_clock_was_stopped_since(
    chat: Slow, shell: Shell
) -> None:
    async with shell.life():
        await lose_an_answer(chat, shell)
        filed = shell.message("!filed GDPR-33-1 no. 1", room=shell.room, sender=BOB)
        await shell.service.receive(Batch(events=(filed,), token="filed"))
    async with shell.life():
        await shell.pass_time(3 * HOUR)
        assert (await rung(shell))[-2:] == ["T", "T+1"]
        assert overdue(shell) == ["GDPR-33-1: overdue by 1 h"]
