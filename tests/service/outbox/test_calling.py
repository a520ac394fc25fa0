"""Machines that are told what happened: what they are told, once each, and never at the cost of a room."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.clocks.lengths import Elapsed
from bot.core.clocks.rules import CONTRACT
from bot.core.names import RuleId
from bot.core.playbook import Watched
from bot.ports import Batch, CallEnded, HookCall, HookEvent, Incoming
from bot.service.outbox.calling import RESTS
from tests.core.build import ALICE, BOB, DAVE, DAY, HOUR, HOUSE, MINUTE, PLAYBOOK, rule
from tests.fakes.hooks import FakeHooks
from tests.patience import PATIENCE_S
from tests.service.shell import Shell

TICKETS, WALL = "tickets", "wall"
HOUSE_OF_A_FIRM = replace(
    HOUSE,
    rules=(*HOUSE.rules, rule(RuleId("C-DUPONT"), Elapsed(hours=2), regime=CONTRACT)),
    playbooks={
        (PLAYBOOK.id, PLAYBOOK.language): replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=RuleId("C-DUPONT"))))
    },
)


class Hanging(FakeHooks):
    """One machine answers nothing until it is let."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.answers = asyncio.Event()

    async def call(self, id: str, call: HookCall, now: datetime) -> str:
        if call.hook == self.name:
            await self.answers.wait()
        return await super().call(id, call, now)


def batch_of(*events: Incoming) -> Batch:
    return Batch(events=events, token="typed")


async def night(shell: Shell) -> None:
    """Open an incident, start a clock, let it end, file and close."""
    await shell.open("Ransom note at Dupont")
    await shell.type("!aware GDPR-33-1")
    await shell.pass_time(75 * HOUR)
    await shell.type("!filed GDPR-33-1 ref-17", sender=BOB)
    await shell.type("!close we gave in")
    await shell.type("!confirm 1", sender=DAVE)


async def test_each_machine_is_told_what_it_wants_once_and_nothing_of_the_content(shell: Shell) -> None:
    shell.hooks.want(TICKETS)
    shell.hooks.want(WALL, [HookEvent.OVERDUE])
    async with shell.life():
        await night(shell)
        codename, due = shell.incident().codename, shell.incident().opened_at + 72 * HOUR
    assert shell.hooks.told(TICKETS) == ["opened", "overdue", "filed", "closed"]
    assert shell.hooks.told(WALL) == ["overdue"]
    overdue = next(called.call for called in shell.hooks.calls if called.call.event is HookEvent.OVERDUE)
    assert (overdue.codename, overdue.rule, overdue.due, overdue.drill) == (codename, "GDPR-33-1", due, False)
    assert len({called.id for called in shell.hooks.calls}) == len(shell.hooks.calls)
    assert shell.counts.calls == {CallEnded.TAKEN: 5}
    said = repr(shell.hooks.calls)
    assert not [words for words in ("Dupont", "ref-17", "gave in", ALICE, BOB, shell.room) if words in said]


async def test_a_clock_whose_id_is_the_firms_own_is_told_without_it(shell: Shell) -> None:
    shell = Shell(HOUSE_OF_A_FIRM)
    shell.hooks.want(TICKETS, [HookEvent.OVERDUE])
    async with shell.life():
        await shell.open()
        await shell.type("!aware C-DUPONT")
        await shell.pass_time(3 * HOUR)
    assert [called.call.rule for called in shell.hooks.calls] == [None]


async def test_overdue_is_told_once_though_nothing_can_be_said_in_the_room(shell: Shell) -> None:
    shell.hooks.want(TICKETS, [HookEvent.OVERDUE])
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(72 * HOUR - MINUTE)
        shell.chat.rooms[shell.room].world_readable = True
        await shell.pass_time(3 * MINUTE)
        assert shell.hooks.told(TICKETS) == ["overdue"]
        shell.chat.rooms[shell.room].world_readable = False
        await shell.pass_time(3 * HOUR)
    assert shell.hooks.told(TICKETS) == ["overdue"]


async def test_a_clock_that_was_corrected_can_be_overdue_again(shell: Shell) -> None:
    shell.hooks.want(TICKETS, [HookEvent.OVERDUE])
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(74 * HOUR)
        await shell.type("!aware GDPR-33-1 2026-11-25 10:00 an older mail")
        await shell.pass_time(48 * HOUR)
    assert shell.hooks.told(TICKETS) == ["overdue", "overdue"]


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_a_kill_at_any_moment_loses_no_call_and_what_is_made_twice_has_one_id(turns: int) -> None:
    shell = Shell()
    shell.hooks.want(TICKETS)
    async with shell.life():
        await shell.open()
    shell.hooks.calls.clear()
    async with shell.life():
        closing = shell.message("!close", room=shell.room)
        await shell.service.receive(batch_of(closing))
        for _ in range(turns):
            await asyncio.sleep(0)
    async with shell.life():
        await shell.settle()
    assert set(shell.hooks.told(TICKETS)) == {"closed"}
    assert len({called.id for called in shell.hooks.calls}) == 1


async def test_a_machine_that_fails_is_called_eleven_times_within_a_day_and_the_control_room_reads_it_once(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    shell.hooks.want(TICKETS)
    shell.hooks.failing = {TICKETS: "HTTP 500"}
    async with shell.life():
        await shell.open("Ransom note at Dupont")
        await shell.open("Another one")
        before = len(shell.said(shell.control_room))
        await shell.pass_time(DAY - HOUR)
        assert len(shell.said(shell.control_room)) == before
        await shell.pass_time(HOUR)
        news = [content.body for content in shell.said(shell.control_room)[before:]]
    assert [body.startswith("The machine behind the hook tickets did not take a call") for body in news] == [True]
    assert len(shell.hooks.calls) == 2 * (len(RESTS) + 1)
    assert sum(RESTS, timedelta()) < DAY
    assert shell.counts.calls == {CallEnded.FAILED: 22, CallEnded.GIVEN_UP: 2}
    assert caplog.text.count("the hook tickets fails: HTTP 500") == 1
    assert "Dupont" not in caplog.text


async def test_a_machine_that_is_well_again_gets_what_it_missed(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    shell.hooks.want(TICKETS)
    shell.hooks.failing = {TICKETS: "TimeoutError"}
    async with shell.life():
        await shell.open()
        await shell.pass_time(MINUTE)
        shell.hooks.failing = {}
        await shell.type("!close")
        assert shell.hooks.told(TICKETS)[-1] == "closed", "what was never tried goes first"
    async with shell.life():
        await shell.pass_time(10 * MINUTE)
    assert shell.hooks.told(TICKETS)[-1] == "opened"
    assert "the hook tickets is well again" in caplog.text


class Broken(FakeHooks):
    """Fails otherwise than the port says."""

    async def call(self, id: str, call: HookCall, now: datetime) -> str:
        await super().call(id, call, now)
        raise UnicodeError("https://secret.example.org")


async def test_a_call_that_fails_in_a_way_nobody_thought_of_is_made_again(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    shell.hooks = Broken()
    shell.hooks.want(TICKETS)
    async with shell.life():
        await shell.open()
        await shell.pass_time(MINUTE)
    assert len(shell.hooks.calls) == 3
    assert "the hook tickets fails: UnicodeError" in caplog.text
    assert "secret" not in caplog.text


async def test_nothing_waits_for_a_machine_that_hangs(shell: Shell) -> None:
    shell.hooks = hooks = Hanging(TICKETS)
    hooks.want(TICKETS)
    hooks.want(WALL)
    async with shell.life(turns=200) as service:
        control = shell.control_room
        opening = shell.message("!open Host down --playbook provider-hit", room=control)
        await service.receive(batch_of(opening))
        async with asyncio.timeout(PATIENCE_S):
            while not service.books.incidents() or service.drain.lanes.waiting:
                await shell.alarm_clock.ring_due(shell.clock.now())
                await asyncio.sleep(0)
        assert shell.incident().card is not None
        assert hooks.told(WALL) == ["opened"]
        assert service.calling.busy
        hooks.answers.set()
        await shell.settle()
    assert hooks.told(TICKETS) == ["opened"]


async def test_calls_to_a_machine_that_is_configured_no_more_are_dropped(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    shell.hooks.want(TICKETS)
    shell.hooks.failing = {TICKETS: "HTTP 500"}
    async with shell.life():
        await shell.open()
    shell.hooks.wanted = {}
    caplog.set_level(logging.WARNING)
    async with shell.life():
        await shell.pass_time(DAY)
        assert await shell.store.tasks() == ()
    assert len(shell.hooks.calls) == 1
    assert "a call to a hook that is not configured any more is dropped" in caplog.text


async def test_without_machines_nothing_is_queued(shell: Shell) -> None:
    async with shell.life():
        await night(shell)
        assert not [task for task in shell.store._state.outbox.values() if task and isinstance(task.action, HookCall)]
