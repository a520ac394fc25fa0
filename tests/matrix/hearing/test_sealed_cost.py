"""What cannot be opened yet, much of it: it fills neither disk nor time, and what others say is heard meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import Peer
from tests.held import Holds, held
from tests.matrix.hearer import Bot
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, ROOM

pytestmark = pytest.mark.slow

LENGTH, AT_ONCE, TIMES = 54_000, 10, 35
MOST_BYTES = 16 << 20
HOLD_S = 0.1
"""What one step may take; half of it is the answer of the homeserver itself, half a million bytes long."""


async def test_a_member_who_sends_much_that_cannot_be_opened(server: FakeHomeserver, tmp_path: Path) -> None:
    """Nineteen million bytes of Bob's, whose keys do not come; then keys of others, each of which could open them."""
    bot, holds = Bot(server, tmp_path), Holds()
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        content = bob.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "x"})
        for _ in range(TIMES):
            for number in range(AT_ONCE):
                server.say(ROOM, BOB, content | {"ciphertext": f"{number}" + "A" * LENGTH})
            await bot.until_caught_up()
        assert sum(len(sealed.raw) for sealed in bot.sealed.kept.values()) <= MOST_BYTES
        with held(holds):
            for number in range(5):
                await bot.until_caught_up()
                device = Peer(server, ALICE, f"TABLET{number}")
                server.announce(ALICE)
                await bot.until_caught_up()
                device.share(ROOM, BOT, DEVICE)
                await bot.until_caught_up()
            alice.share(ROOM, BOT, DEVICE)
            alice.say(ROOM, "!status")
            await bot.until(lambda: bot.texts() == ["!status"])
    assert holds.longest < HOLD_S
