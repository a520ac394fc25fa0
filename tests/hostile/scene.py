"""The bot behind a homeserver that lies, an incident under way, and honest people at strict clients of another make."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shutil
import tempfile
from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.hostile.evil import WITHIN_S, Evil
from tests.peers.views import Json
from tests.servers import Account
from tests.talks import Talk

_NOT_THE_FACTS = shutil.ignore_patterns("*.sock", "crypto.db*", "lock")
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
    _names: list[str] = field(default_factory=list)
    _before: Counter[str] = field(default_factory=Counter)
    _seen: int = 0

    async def begin(self) -> None:
        self._names.clear()
        self.expected.clear()
        self._before = await self._acts()
        self._seen = len(self._lines())

    async def named(self, words: str) -> None:
        """Wait for the line of the log that names the attack. In the end there must be just one."""
        async with asyncio.timeout(WITHIN_S):
            while not self._count(words):  # noqa: ASYNC110 - a file of another process
                await asyncio.sleep(0.05)
        self._names.append(words)

    async def holds(self) -> None:
        """See that nothing was obeyed but honest notes, that nobody else was given a key, and that the bot answers."""
        self.evil.be_honest()
        last = f"honest {next(_numbers)}"
        # In a thread of its own: the answer to what was said before may come after it.
        thread = await self.alice.say("the end")
        await self.alice.say(f"!note {last}", thread=thread)
        await self.alice.peer.wait_for(self.alice.room, "^Noted", sender=self.bot.user, thread=thread)
        made = await self._acts() - self._before
        assert sorted(made.elements()) == sorted(f"Noted: {note}" for note in (*self.expected, last))
        assert self.evil.given() <= self.known
        assert {words: self._count(words) for words in self._names} == dict.fromkeys(self._names, 1)

    async def _acts(self) -> Counter[str]:
        """Return what people did, from a copy of the bot's own store: what no answer could hide."""
        with tempfile.TemporaryDirectory() as folder:
            snapshot = copy(self.bot)
            snapshot.folder = Path(folder) / "bot"
            await asyncio.to_thread(shutil.copytree, self.bot.folder, snapshot.folder, ignore=_NOT_THE_FACTS)
            facts = await snapshot.facts()
        acts = [fact for fact in facts if getattr(fact, "by", None) is not None]
        return Counter(f"{type(fact).__name__}: {getattr(fact, 'text', fact)}" for fact in acts)

    def _count(self, words: str) -> int:
        return sum(words in line for line in self._lines()[self._seen :])

    def _lines(self) -> list[str]:
        return self.bot.log.read_text(errors="replace").splitlines()


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


def text(body: str) -> Json:
    return {"msgtype": "m.text", "body": body}
