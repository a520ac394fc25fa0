"""Devices nobody vouches for, identities that change, people nobody asked: with Element's own engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]

UNVERIFIED = "WITHHELD_FOR_UNVERIFIED_DEVICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Alice, who leads, opened an incident; Bob is in its room."""

    bot: Bot
    accounts: dict[str, Account]
    control: Talk
    alice: Talk
    bob: Talk


@asynccontextmanager
async def opened(homeserver: Homeserver, folder: Path, *, is_bob_verified: bool = True) -> AsyncIterator[Incident]:
    accounts = {stem: await register(homeserver, stem) for stem in ("alice", "bob", "cellule")}
    alice, bob = accounts["alice"], accounts["bob"]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"]}
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(Bot(folder, homeserver, accounts["cellule"], people))
        a = await stack.enter_async_context(Peer(homeserver, alice, meet=[bot.user]))
        b = await stack.enter_async_context(
            Peer(homeserver, bob, meet=[bot.user], sign=is_bob_verified, strict=is_bob_verified)
        )
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.say("!open Trust --playbook provider-hit")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await b.wait_room(inviter=bot.user)
        talks = [Talk(peer=peer, room=room, bot=bot.user) for peer in (a, b)]
        await talks[0].hear("Start here")
        yield Incident(bot=bot, accounts=accounts, control=control, alice=talks[0], bob=talks[1])


async def test_a_new_device_that_is_not_verified_reads_nothing_commands_nothing_and_is_told_why(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with opened(homeserver, tmp_path) as incident:
        alice, bob, bot = incident.alice, incident.bob, incident.bot.user
        await bob.hear("My messages go to: devices that people on the roster have verified")
        entries = await alice.entries()
        async with Peer(homeserver, incident.accounts["bob"], sign=False, strict=False, meet=[bot]) as tablet:
            ghost = Talk(peer=tablet, room=bob.room, bot=bot)
            await tablet.wait_room(inviter=bot)
            typed = await ghost.say("!note by nobody")
            told = await alice.hear("this device is not verified by you", after=typed)
            await ghost.say("!note by nobody again")
            assert (await bob.peer.decrypt(await alice.peer.event(alice.room, told.id))).text == told.text
            withheld = await tablet.wait_failure(bob.room, UNVERIFIED, sender=bot, after=typed)
            assert withheld.text is None
            assert await alice.entries() == entries
            assert [said for said in await alice.heard(after=told.id) if "not verified" in (said.text or "")] == []
        await bob.ask("!note by me", "^Noted")


async def test_whoever_verifies_and_types_at_once_is_answered(homeserver: Homeserver, tmp_path: Path) -> None:
    async with opened(homeserver, tmp_path, is_bob_verified=False) as incident:
        alice, bob = incident.alice, incident.bob
        typed = await bob.say("!next")
        await alice.hear("has no verified devices yet", after=typed)
        await bob.peer.wait_failure(bob.room, UNVERIFIED, sender=incident.bot.user)
        await bob.peer.make_identity()
        again = await bob.say("!next")
        answer = await bob.hear("Open", after=again)
        assert not [said for said in await alice.heard(after=again) if "verified" in (said.text or "")]
        assert answer.encrypted


async def test_an_identity_that_changed_is_shut_out_until_another_admin_confirms_it(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with opened(homeserver, tmp_path) as incident:
        alice, bob, control = incident.alice, incident.bob, incident.control
        await bob.ask("!note before", "^Noted")
        master = await bob.peer.make_identity()
        grouped = " ".join(master[start : start + 4] for start in range(0, len(master), 4))
        alarm = await control.hear("identity of .* changed")
        assert grouped in (alarm.text or "")
        assert alarm.mentioned == {alice.peer.user}
        await alice.hear("identity of .* changed")
        shut_out = await alice.ask("!status", "Progress")
        assert (await bob.peer.decrypt(await alice.peer.event(alice.room, shut_out.id))).failure is not None
        typed = await bob.say("!note by somebody")
        await alice.hear("your identity is another one than before", after=typed)
        await incident.bot.kill()
        await incident.bot.start()
        await control.ask(f"!trust {bob.peer.user}", "They publish another one now")
        await control.ask(f"!trust {bob.peer.user} confirm", "known by the new identity")
        await bob.ask("!note after", "^Noted")
        facts = await alice.ask("!timeline 3", r"Entry \d+")
        assert "by somebody" not in (facts.text or "")


async def test_somebody_invited_past_the_bot_gets_no_key_and_is_taken_out(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with opened(homeserver, tmp_path) as incident:
        alice, bot = incident.alice, incident.bot.user
        mallory = await register(homeserver, "mallory")
        async with Peer(homeserver, mallory, meet=[bot]) as stranger:
            before = await alice.say("watch this")
            await alice.peer.invite(alice.room, mallory.user)
            alarm = await alice.hear(f"{mallory.user} is in this room", after=before)
            await incident.control.hear(f"{mallory.user} is in the room")
            await alice.peer.wait_member(alice.room, mallory.user, "leave")
            assert (await stranger.decrypt(await alice.peer.event(alice.room, alarm.id))).text is None
        await alice.ask("!note all is well", "^Noted")
