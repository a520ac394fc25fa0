"""Hearing takes a moment for answers, and never more than a moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.names import EventId, RoomId, UserId
from bot.ports import Batch, Content, Say
from bot.service.service import BULK_MOMENT_S
from tests.core.build import ALICE
from tests.fakes.chat import FakeChat
from tests.patience import PATIENCE_S
from tests.service.outbox.harness import row
from tests.service.shell import Shell


class HeldChat(FakeChat):
    """Says nothing before it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.free.set()

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        await self.free.wait()
        return await super().say(room, content, txn=txn, readers=readers)


async def test_more_is_asked_for_once_the_answer_is_out(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.service.ANSWER_MOMENT_S", PATIENCE_S)
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        await shell.service.hear(Batch(events=(shell.message("!note heard", room=shell.room),), token="s1"))
        assert len(shell.said()) == before + 1
        assert not shell.service.drain.busy


async def test_an_answer_that_cannot_leave_does_not_stop_the_hearing(shell: Shell) -> None:
    shell.chat = chat = HeldChat()
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        chat.free.clear()
        async with asyncio.timeout(PATIENCE_S):
            await shell.service.hear(Batch(events=(shell.message("!note held", room=shell.room),), token="s1"))
            await shell.service.hear(Batch(events=(), token="s2"))
        assert len(shell.said()) == before
        assert await shell.store.sync_token() == "s2"
        chat.free.set()
        await shell.settle()
        assert len(shell.said()) == before + 1


async def test_while_very_many_rooms_are_told_something_it_takes_longer_and_then_no_more(shell: Shell) -> None:
    shell.chat = chat = HeldChat()
    async with shell.life():
        await shell.open()
        chat.free.clear()
        said = Say(content=Content(body="x", html=""), room=shell.room, readers=frozenset({ALICE}))
        task = replace(row(1, "answer", lane="one"), action=said, bulk=True)
        async with shell.store.transaction() as tx:
            await tx.queue([task])
        shell.service.drain.add([task])
        assert shell.service.drain.moves_bulk
        begun = asyncio.get_running_loop().time()
        await shell.service.hear(Batch(events=(), token="s1"))
        assert asyncio.get_running_loop().time() - begun >= BULK_MOMENT_S
        chat.free.set()
        await shell.settle()
        assert not shell.service.drain.moves_bulk


async def test_talk_among_responders_asks_for_no_moment(shell: Shell) -> None:
    async with shell.life():
        await shell.open()
        before = len(shell.said())
        await shell.service.hear(Batch(events=(shell.message("good morning", room=shell.room),), token="s1"))
        assert len(shell.said()) == before
