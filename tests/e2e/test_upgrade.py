"""A bot of 0.1.0 whose machine gets this version in the middle of an incident: it goes on, and everybody reads it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.facts import Noted, Rang
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.docs.pages import ROOT
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

FORMER = "2f531ef"
"""The revision of 0.1.0."""


def former(folder: Path) -> bool:
    """Put the code of 0.1.0 into *folder*; False where the history does not go that far back."""
    packed = subprocess.run(
        ["git", "-C", ROOT, "archive", FORMER, "bot", "playbooks"], capture_output=True, check=False
    )
    if packed.returncode == 0:
        folder.mkdir()
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
    return packed.returncode == 0


@asynccontextmanager
async def running(bot: Bot, code: Path) -> AsyncIterator[None]:
    """Run what lies in *code* on the configuration and the state of *bot*."""
    await bot.spawn(code)
    try:
        yield
    finally:
        await bot.stop()


async def test_it_goes_on_in_the_middle_of_an_incident(homeserver: Homeserver, tmp_path: Path) -> None:
    code = tmp_path / "former"
    if not await asyncio.to_thread(former, code):
        pytest.skip("needs the history of the project up to 0.1.0")
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]}, pace=1)
    async with Peer(homeserver, alice, meet=[bot.user]) as peer:
        async with running(bot, code):
            control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
            assert "0.1.0" in ((await control.ask("!about", "Cellule")).text or "")
            await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
            talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
            await talk.hear("Start here")
            await talk.ask("!fact personal-data yes", "personal-data = yes")
            await talk.ask("!aware GDPR-33-1 -23h59", "GDPR-33-1 runs")
            await talk.ask("!note said to the old one", "^Noted")
        meanwhile = await talk.say("!note said to neither")
        async with bot:
            await talk.hear("^Noted", after=meanwhile)
            assert "0.1.0" not in ((await control.ask("!about", "Cellule")).text or "")
            await talk.ask("!note said to the new one", "^Noted")
            await talk.hear(r"GDPR-33-1[^\n]* in 4\d", after=meanwhile)
            await talk.ask("!status", "GDPR-33-1")
            assert await bot.stop() == 0
        assert await unread(peer, bot.user) == []
    facts = await bot.facts()
    notes = [fact.text for fact in facts if isinstance(fact, Noted)]
    assert notes == ["said to the old one", "said to neither", "said to the new one"]
    assert [fact.rung for fact in facts if isinstance(fact, Rang) and fact.rule == "GDPR-33-1"] == ["T-48"]
