"""People who type under load, each command with a marker and a thread of its own."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from tests.chaos.model import UNREAD, Becomes, Sent
from tests.chaos.reading import is_said, thread_of
from tests.peers.peer import Peer
from tests.talks import Talk

_AT_ONCE = 10
"""How many commands one person leaves unanswered in one room: the bot drops what is typed faster than it can answer."""
ANSWERED_S = 600.0
"""In bad weather, between kills."""
_PAUSE_S = (0.1, 0.7)
_WORDS = {
    ("!note {}", "Noted"): 6,
    ("!status", ""): 1,
    ("!timeline 1", ""): 1,
    ("!nosuchword {}", ""): 1,
    ("!done", ""): 1,
}
"""What is typed, which fact it must become if any, and how often: a note, two looks, a wrong word, a wrong argument."""


class Crowd:
    """Types, and knows what was typed and which of it was answered."""

    def __init__(self, chance: random.Random, prefix: str) -> None:
        self.sent: list[Sent] = []
        self._chance = chance
        self._prefix = prefix
        self._numbers = count(1)
        self._answered: defaultdict[str, set[str]] = defaultdict(set)
        """By room, the threads with an answer."""
        self._stopped = False

    def stop(self) -> None:
        """Let everybody finish what they type, and type nothing more."""
        self._stopped = True

    def marker(self) -> str:
        return f"{self._prefix}x{next(self._numbers)}"

    async def command(self, talk: Talk, words: str, kind: str = "", *, is_marked: bool = True) -> Sent:
        """Send a command in a thread of its own; *words* get the marker, *kind* is the fact it must become."""
        marker = self.marker()
        thread = await talk.say(f"about {marker}")
        return await self._send(talk, words.format(marker), self._sent(talk, thread, marker, kind, is_marked=is_marked))

    async def be_known(self, talk: Talk) -> None:
        """Ask something: once it is answered the bot has the keys of all that was said before."""
        known = await self.command(talk, "!status")
        await talk.peer.wait_for(talk.room, ".", sender=talk.bot, thread=known.thread, within_s=ANSWERED_S)

    async def unreadable(self, talk: Talk, *, too_late: bool, times: int, lose_keys: Callable[[], None]) -> None:
        """Send notes by a session whose keys are lost from now on; *too_late*: until their sender is told so."""
        about = []
        for _ in range(times):
            marker = self.marker()
            about.append(self._sent(talk, await talk.say(f"about {marker}"), marker, "Noted"))
        lose_keys()
        await talk.peer.rotate(talk.room)
        for sent in about:
            lost = replace(sent, becomes=Becomes.NOTICE, kind="") if too_late else sent
            await self._send(talk, f"!note {sent.marker}", lost)

    async def told_unread(self, talk: Talk, times: int) -> None:
        """Wait until the sender of so many notes is told that they cannot be read."""
        last: str | None = None
        for _ in range(times):
            last = (await talk.hear(UNREAD, after=last, within_s=ANSWERED_S)).id

    async def _send(self, talk: Talk, words: str, sent: Sent) -> Sent:
        done = replace(sent, event=await talk.say(words, thread=sent.thread))
        self.sent.append(done)
        return done

    def _sent(self, talk: Talk, thread: str, marker: str, kind: str, *, is_marked: bool = True) -> Sent:
        becomes = Becomes.FACT if kind else Becomes.ANSWER
        return Sent(
            event="", room=talk.room, thread=thread, marker=marker, becomes=becomes, kind=kind, is_marked=is_marked
        )

    async def type(self, talk: Talk) -> None:
        """Type commands of all kinds in one room until `stop`."""
        while not self._stopped:
            if len(self._open_of(talk)) < _AT_ONCE:
                words, kind = self._chance.choices(list(_WORDS), list(_WORDS.values()))[0]
                await self.command(talk, words, kind)
            await asyncio.sleep(self._chance.uniform(*_PAUSE_S))

    async def chatter(self, talk: Talk, lines: int) -> None:
        """Ask something, and say so much after it that one sync does not bring it: the bot must fetch the rest."""
        await self.command(talk, "!list")
        for number in range(lines):
            await talk.say(f"chatter {number}")

    async def read(self, peer: Peer, bot: str) -> None:
        """Note which threads *peer* sees answered, until `stop`."""
        while not self._stopped:
            await self.look(peer, bot)
            await asyncio.sleep(0.7)

    async def look(self, peer: Peer, bot: str) -> None:
        for room in {sent.room for sent in self._open()}:
            seen = [event for event in await peer.timeline(room) if is_said(event, bot)]
            self._answered[room] |= {thread for event in seen if (thread := thread_of(event)) is not None}

    async def all_answered(self, peer: Peer, bot: str, *, within_s: float) -> list[str]:
        """Wait until everything is answered; return the markers of what is not in time."""
        try:
            async with asyncio.timeout(within_s):
                while self._open():
                    await self.look(peer, bot)
                    await asyncio.sleep(0.3)
        except TimeoutError:
            pass
        return [sent.marker for sent in self._open()]

    def _open(self) -> list[Sent]:
        awaited = [sent for sent in self.sent if sent.becomes is not Becomes.NOTICE]
        return [sent for sent in awaited if sent.thread not in self._answered[sent.room]]

    def _open_of(self, talk: Talk) -> list[Sent]:
        return [sent for sent in self._open() if sent.room == talk.room]
