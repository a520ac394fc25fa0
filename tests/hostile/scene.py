"""The bot behind a homeserver that lies, an incident under way, and honest people at strict clients of another make."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.hostile.evil import WITHIN_S, Evil
from tests.hostile.kept import Kept, kept_by
from tests.hostile.watched_bot import HELD
from tests.peers.views import Json
from tests.servers import Account
from tests.talks import Talk

Words = str | re.Pattern[str]
LONGEST_HOLD_S = 0.3
"""For so long one step may keep the event loop, by the time of its own thread; the longest of old took 0.1 s."""
_GIVEN_UP = re.compile(r"refused: \w+ \(")
_NOTHING = re.compile(r"(?!)")
_numbers = itertools.count(1)


@dataclass(slots=True, kw_only=True)
class Scene:
    """What an attack is played on. `holds` says whether it was withstood."""

    homeserver: Homeserver
    evil: Evil
    bot: Bot
    control: Talk
    """Alice, who leads, in the control room."""
    alice: Talk
    """Alice in the incident's room."""
    bob: Talk
    """Bob, who may only read, there."""
    other: Talk
    """Alice in the room of another incident."""
    mallory: Account
    """Somebody with an account and nothing else."""
    known: set[tuple[str, str]] = field(default_factory=set)
    """The devices that may be given keys."""
    expected: list[str] = field(default_factory=list)
    """Notes that are written down in this test, beside the last."""
    does: Counter[str] = field(default_factory=Counter)
    """What else honest people do in this test, by the kind of the fact."""
    happens: Counter[str] = field(default_factory=Counter)
    """Facts without an author that this test must lead to, by kind."""
    may_happen: set[str] = field(default_factory=set)
    """Facts without an author of which there may be any number."""
    may_lose: Words = _NOTHING
    """What rows may be given up in this test, by their line in the log, beside what the test names."""
    rooms: int = 0
    """How many rooms may be made in this test beside those of incidents."""
    hold_s: float = LONGEST_HOLD_S
    """For how long the event loop may be held in this test."""
    _names: list[Words] = field(default_factory=list)
    _before: Kept = field(default_factory=Kept)
    _seen: int = 0
    _held: int = 0
    _made: int = 0

    async def begin(self) -> None:
        self._names.clear()
        self.expected.clear()
        self.does.clear()
        self.happens.clear()
        self.may_happen.clear()
        self.may_lose = _NOTHING
        self.rooms = 0
        self.hold_s = LONGEST_HOLD_S
        self._before = await kept_by(self.bot)
        self._seen, self._held = len(self.lines()), len(self._holds())
        self._made = self.evil.count("POST", "createRoom")

    async def named(self, words: Words) -> None:
        """Wait for the line of the log that names the attack. In the end there must be just one."""
        await self.logged(words)
        self._names.append(words)

    async def logged(self, words: Words, *, within_s: float = WITHIN_S) -> None:
        """Wait for a line of the log that has *words*; there may be more of them."""
        async with asyncio.timeout(within_s):
            while not self.count(words):  # noqa: ASYNC110 - a file of another process
                await asyncio.sleep(0.05)

    async def holds(self) -> None:
        """See that nothing was obeyed but honest notes, that nobody else was given a key, and that the bot answers.

        And what nobody does: nothing that was to ring is silent, no row was given up, no room made and no person told
        of but those of the test, and nothing held up the event loop.
        """
        self.evil.be_honest()
        last = f"honest {next(_numbers)}"
        # In a thread of its own: the answer to what was said before may come after it.
        thread = await self.alice.say("the end")
        await self.alice.say(f"!note {last}", thread=thread)
        await self.alice.peer.wait_for(self.alice.room, "^Noted", sender=self.bot.user, thread=thread)
        wrong = self._wrong(await kept_by(self.bot), last)
        assert not any(wrong.values()), {what: found for what, found in wrong.items() if found}

    def _wrong(self, kept: Kept, last: str) -> dict[str, object]:
        """Return what was not withstood: all of it must be empty."""
        made, happened = kept.acts - self._before.acts, kept.happened - self._before.happened
        wanted = Counter(f"Noted: {note}" for note in (*self.expected, last))
        for act in made - wanted:
            if self.does[act.partition(":")[0]] > wanted[act]:
                wanted[act] = made[act]
        happened = Counter({kind: count for kind, count in happened.items() if kind not in self.may_happen})
        rooms = self.evil.count("POST", "createRoom") - self._made - self.happens["RoomReady"]
        return {
            "done by nobody honest": made - wanted,
            "not done": wanted - made,
            "keys given": self.evil.given() - self.known,
            "lines of the log": {words: count for words in self._names if (count := self.count(words)) != 1},
            "told of nothing": happened - self.happens,
            "not told of": self.happens - happened,
            "did not ring": [alarm for alarm in kept.unrung if alarm not in self._before.unrung],
            "given up": self.given_up(),
            "rooms made": rooms if not 0 <= rooms <= self.rooms else 0,
            "holds of the loop": [hold for hold in self._holds()[self._held :] if hold[0] > self.hold_s],
        }

    def given_up(self) -> list[str]:
        """Return the lines that tell of a row that was given up and that this test did not name."""
        told = [line for line in self.lines()[self._seen :] if _GIVEN_UP.search(line)]
        return [line for line in told if not any(_is_in(words, line) for words in (*self._names, self.may_lose))]

    def count(self, words: Words) -> int:
        return sum(_is_in(words, line) for line in self.lines()[self._seen :])

    def lines(self) -> list[str]:
        return self.bot.log.read_text(errors="replace").splitlines()

    def _holds(self) -> list[tuple[float, str]]:
        file = self.bot.folder / HELD
        lines = file.read_text().splitlines() if file.exists() else []
        return [(float(seconds), what) for seconds, _, what in (line.partition(" ") for line in lines)]


def _is_in(words: Words, line: str) -> bool:
    return words in line if isinstance(words, str) else words.search(line) is not None


def forged(sender: str, type_: str, content: Json, **more: Any) -> Json:
    """Return an event that nobody sent."""
    name = hashlib.sha256(f"forged {next(_numbers)}".encode()).hexdigest()[:43]
    return {
        "type": type_,
        "sender": sender,
        "content": content,
        "event_id": f"${name}",
        "origin_server_ts": 1_790_000_000_000,
        "unsigned": {"age": 1},
    } | more


def gone(user: str) -> Json:
    """Return the going of somebody who was there: without what was before, it is no news."""
    before = {"prev_content": {"membership": "join"}}
    return forged(user, "m.room.member", {"membership": "leave"}, state_key=user, unsigned=before)


def text(body: str) -> Json:
    return {"msgtype": "m.text", "body": body}
