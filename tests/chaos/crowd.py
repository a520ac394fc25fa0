"""People who type under load, each command with a marker and a thread of its own."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count

from tests.chaos.judge.acts import Act
from tests.chaos.model import Sent
from tests.chaos.reading import is_said, thread_of
from tests.chaos.repertoire import Row, Turn, Typed, at_the_desk, choose
from tests.peers.peer import Peer
from tests.talks import Talk

_AT_ONCE = 10
"""How many commands are left unanswered in one room."""
_EVERY_S, _BURST = 3.3, 12.0
"""One person in one room types a command so often, and so many at once: who types faster may be told to wait."""
ANSWERED_S = 600.0
"""In bad weather, between kills."""
_PAUSE_S = (0.1, 0.7)
RULES = ("GDPR-33-1", "FR-LOPMI", "GDPR-33-4")
"""The clocks that people let rest; the last one starts with the filing of the first."""
UNREAD = "could not be decrypted|pas pu être déchiffré"
"""What a notice says."""


class Crowd:
    """Types, and knows what was typed and which of it was answered."""

    def __init__(self, chance: random.Random, prefix: str, people: Mapping[str, str]) -> None:
        """*people* are those of the rooms, by what they are called."""
        self.sent: list[Sent] = []
        self._chance = chance
        self._prefix = prefix
        self._people = people
        self._numbers = count(1)
        self._answered: defaultdict[str, set[str]] = defaultdict(set)
        """By room, the threads with an answer."""
        self._purses = dict[tuple[str, str], tuple[float, float]]()
        """By person and room, how many commands more may be typed at once, and when that was so."""
        self._stopped = False

    def stop(self) -> None:
        """Let everybody finish what they type, and type nothing more."""
        self._stopped = True

    def turn(self, talk: Talk) -> Turn:
        """Return the turn of whoever talks, with a marker of its own."""
        marker = f"{self._prefix}x{next(self._numbers)}"
        return Turn(chance=self._chance, who=talk.peer.user, marker=marker, rules=RULES, others=self._people)

    async def command(self, talk: Talk, turn: Turn, typed: Typed) -> Sent:
        """Send a command in a thread of its own."""
        thread = await talk.say(f"about {turn.marker}")
        return await self._send(talk, typed.words, self._sent(talk, thread, turn.marker, typed.act))

    async def ask(self, talk: Talk, make: Callable[..., Typed], *told: object) -> Sent:
        """Send the command that *make* makes of a turn, and of what it is *told*; wait for its answer."""
        turn = self.turn(talk)
        sent = await self.command(talk, turn, make(turn, *told))
        await talk.peer.wait_for(talk.room, ".", sender=talk.bot, thread=sent.thread, within_s=ANSWERED_S)
        return sent

    async def unreadable(self, talk: Talk, *, too_late: bool, times: int, lose_keys: Callable[[], None]) -> None:
        """Send notes by a session whose keys are lost from now on; *too_late*: until their sender is told so."""
        about = []
        for _ in range(times):
            turn = self.turn(talk)
            act = Act(kind="note", who=talk.peer.user, text=turn.marker)
            about.append(self._sent(talk, await talk.say(f"about {turn.marker}"), turn.marker, act))
        lose_keys()
        await talk.peer.rotate(talk.room)
        for sent in about:
            await self._send(talk, f"!note {sent.marker}", replace(sent, is_unread=too_late))

    async def told_unread(self, talk: Talk, times: int) -> None:
        """Wait until the sender of so many notes is told that they cannot be read."""
        last: str | None = None
        for _ in range(times):
            last = (await talk.hear(UNREAD, after=last, within_s=ANSWERED_S)).id

    def _left(self, talk: Talk) -> float:
        """Return how many commands more this person may type at once in this room; what is asked on purpose counts."""
        now = asyncio.get_running_loop().time()
        left, since = self._purses.get((talk.peer.user, talk.room), (_BURST, now))
        left = min(_BURST, left + (now - since) / _EVERY_S)
        self._purses[talk.peer.user, talk.room] = left, now
        return left

    async def _send(self, talk: Talk, words: str, sent: Sent) -> Sent:
        self._purses[talk.peer.user, talk.room] = self._left(talk) - 1, asyncio.get_running_loop().time()
        done = replace(sent, event=await talk.say(words, thread=sent.thread))
        self.sent.append(done)
        return done

    def _sent(self, talk: Talk, thread: str, marker: str, act: Act) -> Sent:
        return Sent(event="", room=talk.room, thread=thread, marker=marker, act=act)

    async def type(self, talk: Talk, rows: Mapping[Row, int]) -> None:
        """Type commands of all kinds in one room until `stop`."""
        while not self._stopped:
            if len(self._open_of(talk)) < _AT_ONCE and self._left(talk) >= 1:
                turn = self.turn(talk)
                await self.command(talk, turn, choose(rows, turn))
            await asyncio.sleep(self._chance.uniform(*_PAUSE_S))

    async def chatter(self, talk: Talk, lines: int) -> None:
        """Ask something, and say so much after it that one sync does not bring it: the bot must fetch the rest."""
        turn = self.turn(talk)
        await self.command(talk, turn, at_the_desk(turn))
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
        awaited = [sent for sent in self.sent if not sent.is_unread]
        return [sent for sent in awaited if sent.thread not in self._answered[sent.room]]

    def _open_of(self, talk: Talk) -> list[Sent]:
        return [sent for sent in self._open() if sent.room == talk.room]
