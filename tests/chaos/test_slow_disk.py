"""A disk that takes its time, and one that is full, with kills at every moment: what is not durable was never said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.facts import Noted
from bot.ports import Batch, Received
from bot.store.errors import StorageFailedError
from tests.fakes.store import MemoryStore, MemoryTransaction
from tests.service.shell import Shell


class SlowStore(MemoryStore):
    """Each write takes so many turns of the event loop, and fails while the disk is full."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0
        self.is_full = False
        self.fills_up = False
        """Whether the next batch is the last that fits."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTransaction]:
        async with super().transaction() as transaction:
            yield transaction
            await self._write()

    async def receive(self, batch: Batch) -> Received:
        await self._write()
        received = await super().receive(batch)
        self.is_full |= self.fills_up
        return received

    async def _write(self) -> None:
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.is_full:
            raise StorageFailedError("SQLITE_FULL")


def shell_on(store: SlowStore) -> Shell:
    shell = Shell()
    shell.store = store
    return shell


async def noted(shell: Shell) -> list[str]:
    history = await shell.store.history(shell.incident().id)
    return [recorded.fact.text for recorded in history if isinstance(recorded.fact, Noted)]


def answers(shell: Shell) -> int:
    return sum("Noted" in content.body for content in shell.said())


async def test_nothing_is_said_before_it_is_durable() -> None:
    store = SlowStore()
    shell = shell_on(store)
    async with shell.life():
        await shell.open()
        store.turns = 1000
        note = shell.message("!note in time", room=shell.room)
        hearing = asyncio.create_task(shell.service.receive(Batch(events=(note,), token="s99")))
        for _ in range(1500):
            await asyncio.sleep(0)
            assert answers(shell) <= len(await noted(shell))
        assert hearing.done()
        store.turns = 0
        await shell.settle()
        assert (await noted(shell), answers(shell)) == (["in time"], 1)


@given(
    turns=st.integers(0, 7),
    killed_after=st.lists(st.integers(0, 120), min_size=1, max_size=4),
    lost=st.integers(0, 3),
)
@settings(max_examples=60, deadline=None)
def test_whenever_it_is_killed_on_a_slow_disk_each_command_counts_once(
    turns: int, killed_after: list[int], lost: int
) -> None:
    asyncio.run(_killed_on_a_slow_disk(turns, killed_after, lost))


async def _killed_on_a_slow_disk(turns: int, killed_after: list[int], lost: int) -> None:
    """Hear one note more in each life, which ends after so many turns; of each the first answers are *lost*."""
    store = SlowStore()
    shell = shell_on(store)
    async with shell.life():
        await shell.open()
    notes = [shell.message(f"!note {number}", room=shell.room) for number in range(len(killed_after))]
    for number, after in enumerate(killed_after):
        store.turns = 0
        async with shell.life():
            store.turns, shell.chat.lost = turns, lost
            # As the homeserver does, which gives again what was not acknowledged.
            await shell.service.receive(Batch(events=tuple(notes[: number + 1]), token=f"s{number}"))
            for _ in range(after):
                await asyncio.sleep(0)
    store.turns = shell.chat.lost = 0
    async with shell.life():
        await shell.pass_time(timedelta(minutes=5))
        assert await noted(shell) == [str(number) for number in range(len(notes))]
        assert answers(shell) == len(notes)


async def test_a_full_disk_ends_the_run_and_loses_nothing() -> None:
    """Who cannot write falls, to be started afresh: at work, and again at each start until there is room."""
    store = SlowStore()
    shell = shell_on(store)
    async with shell.life():
        await shell.open()
        # Two, which are kept before they are applied.
        note, talk = (shell.message(body, room=shell.room) for body in ("!note on a full disk", "talk"))
    with pytest.raises(BaseExceptionGroup):
        await _fill_up_under(shell, store, Batch(events=(note, talk), token="s99"))
    for _ in range(2):
        with pytest.raises(StorageFailedError):
            async with shell.life():
                pass
    assert (await noted(shell), answers(shell)) == ([], 0)
    store.is_full = store.fills_up = False
    async with shell.life():
        await shell.settle()
        assert (await noted(shell), answers(shell)) == (["on a full disk"], 1)


async def _fill_up_under(shell: Shell, store: SlowStore, batch: Batch) -> None:
    async with shell.life():
        store.fills_up = True
        await shell.service.receive(batch)
        await shell.settle()
