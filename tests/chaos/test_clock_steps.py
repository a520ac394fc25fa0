"""Somebody sets the machine's clock, forwards or back: no reminder is lost, and none rings twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.facts import Rang
from bot.ports import Batch, BusyError, ChatError, UnreachableError
from tests.service.shell import Shell

LADDER = ["T-48", "T-24", "T-12", "T-6", "T-3", "T-1", "T"]
HOUR = timedelta(hours=1)
SOMETHING_ELSE = Batch(events=(), token="s99")
"""The homeserver is heard every half minute."""
ACTS = st.lists(st.tuples(st.sampled_from(["pass", "step", "kill"]), st.integers(-30, 30)), max_size=8)


def step(shell: Shell, hours: int) -> None:
    """Set the clock; nothing else happens, until the alarm clock looks at it."""
    shell.clock._now += hours * HOUR


async def rang(shell: Shell) -> tuple[list[Rang], int]:
    """Return what rang, and how many messages that must have made: what rings together is one."""
    history = await shell.store.history(shell.incident().id)
    facts = [(recorded.input, recorded.fact) for recorded in history if isinstance(recorded.fact, Rang)]
    return [fact for _, fact in facts], len({input for input, _ in facts})


async def test_a_step_back_rings_nothing_again_and_a_step_forward_rings_what_it_passed() -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        await shell.pass_time(25 * HOUR)
        step(shell, -10)
        await shell.settle()
        assert [fact.rung for fact in (await rang(shell))[0]] == ["T-48"]
    async with shell.life():
        await shell.type("!ack")
        step(shell, 46)
        await shell.settle()
        facts, messages = await rang(shell)
        assert [fact.rung for fact in facts] == ["T-48", "T-24", "T-12"]
        assert len(shell.rings()) == messages == 2


@given(ACTS)
@settings(max_examples=60, deadline=None)
def test_however_the_clock_is_set_every_rung_rings_once(acts: list[tuple[str, int]]) -> None:
    asyncio.run(_played(acts))


async def _played(acts: list[tuple[str, int]]) -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1")
        due = shell.clock.now() + 72 * HOUR
    for act, hours in acts:
        async with shell.life():
            if act == "pass":
                await shell.pass_time(abs(hours) * HOUR)
            elif act == "step":
                step(shell, hours)
                await shell.settle()
    async with shell.life():
        step(shell, 0)
        await shell.pass_time(max(timedelta(), due - shell.clock.now()))
        facts, messages = await rang(shell)
        assert len(shell.rings()) == messages
    times = Counter((fact.rung, fact.level) for fact in facts)
    assert set(times.values()) == {1}
    assert [rung for rung in dict.fromkeys(fact.rung for fact in facts) if rung in LADDER] == LADDER


@pytest.mark.parametrize("fault", [BusyError(timedelta(seconds=7)), UnreachableError("down")])
async def test_a_step_back_holds_nothing_up_that_rests(fault: ChatError) -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        shell.chat.faults.append(fault)
        await shell.receive(shell.message("!note patience", room=shell.room))
        step(shell, -10)
        await shell.service.hear(SOMETHING_ELSE)
        await shell.pass_time(timedelta(minutes=1))
        assert len(shell.said()) == before + 1


async def test_a_step_back_holds_up_no_edit_of_the_card() -> None:
    shell = Shell()
    async with shell.life():
        await shell.open()
        await shell.type("!done D1")
        assert not [content for content in shell.said() if content.replaces]
        step(shell, -10)
        await shell.service.hear(SOMETHING_ELSE)
        await shell.settle()
        assert [content.replaces for content in shell.said() if content.replaces] == [shell.incident().card]
