"""What the signature is for: a foreign client that excludes insecure devices reads us, and would not without it."""

from __future__ import annotations

import pytest

from bot.core.names import UserId
from bot.demo.homeserver import Homeserver
from bot.matrix.account.cross_signing import ensure_identity
from bot.ports import Content
from tests.fakes.vault import MemoryVault
from tests.matrix.people import Town
from tests.matrix.strict import room_with, say
from tests.peers.peer import Peer
from tests.servers import register

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_strict_client_reads_messages_threads_edits_and_pins(homeserver: Homeserver, town: Town) -> None:
    bot = await town.bot()
    await ensure_identity(bot.client, MemoryVault(), is_recoverable=False)
    async with Peer(homeserver, await register(homeserver, "alice"), meet=[bot.user]) as alice:
        room = await room_with(bot, alice)
        assert await alice.is_signed(bot.user)
        card = await say(bot, alice, room, Content(body="card one", html="<b>card</b> one"), "1")
        first = await alice.wait_for(room, "card one", sender=bot.user)
        edit = Content(body="card two", html="<b>card</b> two", replaces=card)
        await say(bot, alice, room, edit, "2")
        await alice.wait_for(room, "card two", sender=bot.user)
        ring = Content(body="due soon", html="", rings=True, mentions=(UserId(alice.user),), thread=card)
        await say(bot, alice, room, ring, "3")
        rung = await alice.wait_for(room, "due soon", sender=bot.user)
        await bot.chat.pin(room, card)
    assert first.encrypted
    assert rung.encrypted


async def test_a_strict_client_refuses_us_unsigned(homeserver: Homeserver, town: Town) -> None:
    bot = await town.bot()
    async with Peer(homeserver, await register(homeserver, "alice"), meet=[bot.user]) as alice:
        room = await room_with(bot, alice)
        await say(bot, alice, room, Content(body="believe me", html=""), "1")
        refused = await alice.wait_failure(room, sender=bot.user)
    assert refused.failure == "UNSIGNED_SENDER_DEVICE"
