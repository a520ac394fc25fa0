"""A finding on a real homeserver: it rings in a closed room, once, over kills; a reply ends it; the papers come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.facts import FindingDone, FindingNoted, FindingRang, Opened
from bot.core.names import InputId, UserId
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

DAYS_AGO = timedelta(days=3)
"""The reminder of the day after waits; that of the week is far."""


async def test_a_finding_rings_once_in_a_closed_room_whatever_is_killed(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    async with (
        Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator"]}) as bot,
        Peer(homeserver, alice, meet=[bot.user]) as peer,
    ):
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("Start here")
        await talk.ask("!close over", "closed")
        await talk.ask("!finding call the insurer by 2020-01-01", "lies behind")
        last = await talk.ask("!finding write the list", "^Finding 1 is kept")
        await bot.kill()
        await noted(bot, UserId(alice.user))
        for _ in range(2):
            await bot.spawn()
            await bot.kill()
        await bot.start()
        reminder = await talk.hear("Finding 2 .*was due", after=last.id)
        await bot.kill()
        await bot.start()
        await talk.ask("they work", "^Finding 2 is done", reply_to=reminder.id)
        await talk.ask("!lessons", "^Two papers from the record")
        await talk.hear(r"^drill-log-.*\.docx$")
        await talk.hear(r"^drill-lessons-.*\.docx$")
        said = [message.text or "" for message in await talk.heard()]
        assert await bot.stop() == 0
        facts = await bot.facts()
        assert await unread(peer, bot.user) == []

    assert reminder.mentioned == {alice.user}
    assert sum("was due" in text for text in said) == 1
    assert [(fact.number, fact.rung) for fact in facts if isinstance(fact, FindingRang)] == [(2, 1)]
    assert [fact.text for fact in facts if isinstance(fact, FindingDone)] == ["they work"]
    assert "backups" not in bot.log.read_text("utf-8")


async def noted(bot: Bot, by: UserId) -> None:
    """Let a finding have been noted some days ago, whose day has passed. The bot must not be running."""
    at = datetime.now(UTC) - 2 * DAYS_AGO
    day = (datetime.now(UTC) - DAYS_AGO).date()
    fact = FindingNoted(at=at, by=by, number=2, text="test the backups", owner=by, day=day)
    (opened,) = [kept for kept in await bot.facts() if isinstance(kept, Opened)]
    async with bot.open_store() as store, store.transaction() as tx:
        await tx.append(opened.incident, (fact,), input=InputId("$noted"), device=None)
