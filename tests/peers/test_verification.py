"""Element Web's engine verifies the bot by emoji, in a direct room and by its device, and believes it afterwards."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.console.verifications import Console
from bot.demo.homeserver import Homeserver
from bot.voice.trust.verification import EMOJI
from tests.bots import Bot
from tests.patience import eventually
from tests.peers.peer import Peer, PeerError
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

DONE = ("done", True)
NO_SHIELD = ("NONE", None)
"""Element has nothing to say against a message."""
Emoji = Sequence[tuple[str, str]]
UNANSWERED_S = 5.0
"""For how long a stranger waits in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Alice leads and reads the control room; Bob, who is to verify the bot, is alone with it in a direct room."""

    bot: Bot
    control: Talk
    bob: Talk

    async def device(self) -> str:
        (device,) = await self.bob.peer.devices(self.bot.user)
        return device.id

    async def asked(self) -> str:
        """Return what the control room was last asked to compare."""
        said = await self.control.hear("is verifying me")
        return said.text or ""


@asynccontextmanager
async def house(homeserver: Homeserver, folder: Path) -> AsyncIterator[House]:
    alice, bob = await register(homeserver, "alice"), await register(homeserver, "bob")
    cellule = await register(homeserver, "cellule")
    bot = Bot(folder, homeserver, cellule, {alice.user: ["admin"], bob.user: ["dpo"]})
    met = [bot.user]
    async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, bob, meet=met) as b:
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        room = await b.create_room(invite=[bot.user], direct=True)
        yield House(bot=bot, control=control, bob=Talk(peer=b, room=room, bot=bot.user))


def same(shown: Emoji, asked: str) -> bool:
    """Say whether both sides show the same emoji in the same order, under the same names."""
    return " · ".join(f"{sign} {name}" for sign, name in shown) in asked


@pytest.mark.parametrize("waits_for_the_bot", [True, False])
async def test_an_app_that_verifies_the_bot_in_a_direct_room_believes_its_identity_afterwards(
    homeserver: Homeserver, tmp_path: Path, waits_for_the_bot: bool
) -> None:
    async with house(homeserver, tmp_path) as scene:
        bob = scene.bob
        if waits_for_the_bot:
            await bob.peer.wait_member(bob.room, bob.bot)
        assert await bob.peer.verified(bob.bot) == (None, False)
        shown = await bob.peer.verify(bob.bot, room=bob.room)
        asked = await scene.asked()
        assert same(shown, asked)
        typed = re.search(r"!verify \S+ yes \d{4}", asked)
        assert typed is not None
        await scene.control.ask(typed[0], "it is the same")
        await bob.peer.compare(same=True)
        assert await bob.peer.verified(bob.bot) == DONE
        await scene.control.hear("I have verified them as well")
        compared = await scene.control.ask(f"!trust {bob.peer.user}", "is known by")
        assert f"Compared by {scene.control.peer.user}" in (compared.text or "")
        assert await bob.peer.shield(await bob.ask("!about", "Fingerprint|fingerprint")) == NO_SHIELD
        assert await bob.peer.is_signed(bob.bot)
        assert "signature" not in scene.bot.tail(100), "ours on their key was taken"
        assert await unread(bob.peer, bob.bot) == []


async def test_an_app_that_verifies_the_bots_device_is_compared_on_the_operators_console(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with house(homeserver, tmp_path) as scene:
        peer, console = scene.bob.peer, Console(scene.bot.state)
        shown = await peer.verify(scene.bot.user, device=await scene.device())
        await peer.compare(same=True)
        (waiting,) = await console.waiting()
        assert (waiting.user, waiting.device) == (peer.user, peer.device)
        assert [EMOJI[place][0] for place in waiting.emoji] == [sign for sign, _ in shown]
        assert same(shown, await scene.asked())
        assert await console.settle(waiting, same=True)
        assert await peer.verified(scene.bot.user) == DONE
        await scene.control.hear("I have verified them as well")
        compared = await scene.control.ask(f"!trust {peer.user}", "is known by")
        assert "Compared by the operator" in (compared.text or "")


async def test_whoever_finds_that_it_is_not_the_same_ends_it_and_nothing_is_believed(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with house(homeserver, tmp_path) as scene:
        peer, console, bot = scene.bob.peer, Console(scene.bot.state), scene.bot.user
        await peer.wait_member(scene.bob.room, bot)
        await peer.verify(bot, room=scene.bob.room)
        await peer.compare(same=False)
        assert await peer.verified(bot) == ("m.mismatched_sas", False)
        await scene.control.hear("do not match")
        assert await console.waiting() == ()
        await peer.verify(bot, device=await scene.device())
        (waiting,) = await console.waiting()
        assert await console.settle(waiting, same=False)
        assert await peer.verified(bot) == ("m.mismatched_sas", False)


async def test_who_left_the_panel_reads_in_the_room_to_ask_once_more_and_then_succeeds(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with house(homeserver, tmp_path) as scene:
        peer, bot, room = scene.bob.peer, scene.bot.user, scene.bob.room
        await peer.wait_member(room, bot)
        await peer.verify(bot, room=room)
        with pytest.raises(PeerError, match=r"m\.user"):
            # The app forgot what it showed, and ends both.
            await peer.verify(bot, room=room)
        await scene.bob.hear("ask once more")
        shown = await peer.verify(bot, room=room)
        await peer.compare(same=True)
        (waiting,) = await Console(scene.bot.state).waiting()
        assert [EMOJI[place][0] for place in waiting.emoji] == [sign for sign, _ in shown]
        assert await Console(scene.bot.state).settle(waiting, same=True)
        assert await peer.verified(bot) == DONE


async def test_a_restart_ends_what_was_going_on_and_the_next_one_succeeds(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with house(homeserver, tmp_path) as scene:
        peer, bot = scene.bob.peer, scene.bot
        device = await scene.device()
        await peer.verify(bot.user, device=device)
        await bot.kill()
        await bot.start()
        console = Console(bot.state)
        assert await console.waiting() == ()
        await peer.compare(same=True)
        assert await peer.verified(bot.user) == ("m.unknown_transaction", False)
        await peer.verify(bot.user, device=device)
        await peer.compare(same=True)
        (waiting,) = await console.waiting()
        assert await console.settle(waiting, same=True)
        assert await peer.verified(bot.user) == DONE


async def test_a_stranger_is_not_answered(homeserver: Homeserver, tmp_path: Path) -> None:
    async with house(homeserver, tmp_path) as scene:
        mallory = await register(homeserver, "mallory")
        async with Peer(homeserver, mallory, meet=[scene.bot.user]) as peer:
            device = await scene.device()
            asking = asyncio.create_task(peer.verify(scene.bot.user, device=device, within_s=UNANSWERED_S))
            await eventually(lambda: {"event": "asked", "user": scene.bot.user} in peer.notices)
            # The bot hears of Bob later, and answers him first.
            shown = await scene.bob.peer.verify(scene.bot.user, device=device)
            assert same(shown, await scene.asked())
            with pytest.raises(PeerError, match=re.escape(f"no answer of {scene.bot.user}")):
                await asking
