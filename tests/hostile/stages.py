"""Where attacks are played: a bot, people and their rooms, set up as a test wants them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.demo.homeserver import Homeserver
from tests.bots import PACE, Bot
from tests.hostile.evil import Evil
from tests.hostile.scene import Scene
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk

WATCHED = "tests.hostile.watched_bot"
LEADS, READS = ("admin", "coordinator"), ("observer",)


@asynccontextmanager
async def staged(
    homeserver: Homeserver,
    folder: Path,
    *,
    alice: Sequence[str] = LEADS,
    bob: Sequence[str] = READS,
    others: Mapping[str, Sequence[str]] | None = None,
    options: str = "",
    pace: int = PACE,
    more: Mapping[str, Any] | None = None,
) -> AsyncIterator[Scene]:
    """Set up two incidents, of which Bob is in the first; *options* are those of both openings.

    *others* are people of the configuration who have no client.
    """
    accounts = [await register(homeserver, name) for name in ("alice", "bob", "cellule", "mallory")]
    people = {accounts[0].user: alice, accounts[1].user: bob, **(others or {})}
    async with Evil(homeserver.url) as evil:
        bot = Bot(folder, homeserver, accounts[2], people, url=evil.url, module=WATCHED, pace=pace, more=more)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(bot)
            peers = [await stack.enter_async_context(Peer(homeserver, one, meet=[bot.user])) for one in accounts[:2]]
            yield await _set(homeserver, evil, bot, peers, accounts[3], options)


async def _set(
    homeserver: Homeserver, evil: Evil, bot: Bot, peers: Sequence[Peer], mallory: Account, options: str
) -> Scene:
    a, b = peers
    control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
    talks = [control]
    for title in ("Host down", "Backups encrypted"):
        talks.append(await opened(control, title, [talk.room for talk in talks], options))
    await talks[1].ask(f"!invite {b.user}", "is invited|already")
    await b.wait_room(inviter=bot.user)
    return Scene(
        homeserver=homeserver,
        evil=evil,
        bot=bot,
        control=control,
        alice=talks[1],
        other=talks[2],
        bob=Talk(peer=b, room=talks[1].room, bot=bot.user),
        mallory=mallory,
        known={(peer.user, peer.device) for peer in peers},
    )


async def opened(control: Talk, title: str, known: Sequence[str], options: str = "") -> Talk:
    """Open an incident from the control room, and return its room once the first steps stand there."""
    await control.ask(f"!open {title} --playbook provider-hit {options}", title)
    talk = control.in_room((await control.peer.wait_room(inviter=control.bot, known=known)).id)
    await talk.hear("Start here")
    return talk
