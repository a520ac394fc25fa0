"""Comings and goings that a homeserver makes up: what stands in the timeline, and what rings for them, has an end."""

from __future__ import annotations

from bot.core.facts import Joined, Left, StrangerCame
from bot.core.names import UserId
from tests.core.build import GUEST, MINUTE
from tests.service.shell import Shell

TIMES, MOST = 400, 250
CAME = Joined | Left | StrangerCame


async def test_a_stranger_who_comes_and_goes_without_end(shell: Shell) -> None:
    """Four hundred times in a minute: people are told, and then left in peace; a reminder still rings."""
    async with shell.life():
        await shell.open()
        await shell.type("!fact personal-data yes")
        await shell.type("!aware GDPR-33-1 -23h")
        before = len(shell.said()) + len(shell.said(shell.control_room))
        for number in range(TIMES):
            user = GUEST if number % 2 else UserId(f"@guest{number}:firm.example")
            await shell.move(user, room=shell.room, present=True)
            await shell.move(user, room=shell.room, present=False)
        history = await shell.store.history(shell.incident().id)
        assert sum(isinstance(kept.fact, CAME) for kept in history) < MOST
        assert len(shell.said()) + len(shell.said(shell.control_room)) - before < 2 * MOST
        rung = len(shell.rings())
        await shell.pass_time(2 * 60 * MINUTE)
        assert any("GDPR-33-1" in said.body for said in shell.rings()[rung:])
