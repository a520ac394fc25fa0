"""A door that lies: it answers on a socket as the real one does, with whatever it made up that time."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = "https://door.example.org/join"
SECRET = "Zm9yIG9uZSBwZXJzb24gYWxvbmU"
STATES = ("waiting", "claimed", *("come",) * 4, "astray", "late", "closed", "gone", "inside", "", None, 7, ["come"])


@dataclass(slots=True, kw_only=True)
class LyingDoor:
    """Says by *chance* that people came who did not, or were others, or nobody; floods, and forgets nothing."""

    chance: random.Random
    known: Sequence[str]
    """People whom no door may name."""
    slow_s: float = 0.01
    opened: list[str] = field(default_factory=list)
    """What was really asked of it."""
    _told: list[bytes] = field(default_factory=list)
    _talking: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, folder: Path) -> asyncio.AbstractServer:
        return await asyncio.start_unix_server(self._serve, folder / "door.sock")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        if "open" in asked:
            self.opened.append(asked["open"])
        if self.chance.random() < 0.05:
            await asyncio.sleep(self.slow_s)
        writer.write(self._answer(asked))
        writer.close()

    def _answer(self, asked: Any) -> bytes:
        kind = self.chance.random()
        if kind < 0.05:
            return self.chance.choice((b"", b"\n", b"{", b"[]\n", b"\xff\n", b"x" * 70_000, b"[" * 9_000 + b"\n"))
        if kind < 0.1 and self._told:
            return self.chance.choice(self._told)
        said = json.dumps(self._made_up(asked)).encode() + b"\n"
        self._told.append(said)
        return said

    def _made_up(self, asked: Any) -> Any:
        if "open" in asked:
            pages = (*(PAGE,) * 14, "https://evil.example/join", PAGE + "/more")
            return {"link": f"{self.chance.choice(pages)}#{SECRET}", "id": asked["open"]}
        if "list" in asked:
            rows = [self._row(id) for id in asked["list"]]
            return {"doors": rows + [self._row(self.chance.choice(("other", "", *self.opened))) for _ in range(3)]}
        return self.chance.choice(({"door": self._row("x")}, {"refused": "nobody"}, {"refused": "away"}, {}))

    def _row(self, id: str) -> Any:
        made = [f"@made{self.chance.randrange(99)}:example.org", f"@elsewhere{self.chance.randrange(9)}:evil.example"]
        none = ("nobody", "", None, 7, "@a b:example.org", "@" + "x" * 999)
        user = self.chance.choice([*made * 5, *self.known, *none])
        return {
            "id": id,
            "state": self.chance.choice(STATES),
            "user": user,
            "made": self.chance.choice((True, False, None, "yes")),
            "again": self.chance.choice((0, 0, 1, 10**9, -1, 10**300, True, None)),
            "settled": self.chance.choice((True, False, None)),
        }
