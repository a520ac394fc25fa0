"""Whatever people type: an answer or none, never a failure; and no fact by somebody who has no right to make one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from random import Random

import pytest

from bot.commands.table import ROWS
from bot.core.names import RoomId, UserId
from bot.service.outcome import Later
from tests.core.build import ALICE, BOB, ERIN, GUEST
from tests.hostile.fuzz.cases import any_text, case, fuzz
from tests.service.shell import Shell

WORDS = [word for row in ROWS for words in row.words.values() for word in words]
ARGUMENTS = (
    *("D1", "GDPR-33-1", "FR-LOPMI", "processor", "yes", "unknown", "now", "18:00", "2026-03-27 18:00", "03/04", "2h"),
    *(
        "--playbook",
        "provider-hit",
        "--severity",
        "high",
        "--lang",
        "fr",
        "--drill",
        "--to",
        "--next",
        'sector="health"',
        "open",
        "pause",
        "cancel",
        "csv",
        "silent",
        '"quoted',
        "@erin:example.org",
        "erin",
    ),
    *("dpo", "admin", "confirm", "7", "9" * 400, "-1", "0", "1e9999", "99999999999h", "2026-02-30", "9999-12-31 23:59"),
    *(
        "\u200b",
        "\u202e",
        "\ufeff",
        "\u2066",
        "\x00",
        "\x07",
        "\u0301" * 30,
        "\U0001f9d1\u200d\U0001f692",
        "\u0665",
        "\ud800",
        "<b>",
    ),
    *("**x**", "[x](javascript:x)", "https://example.org/" + "a" * 3000, "x" * 48_000, "\n", "\n!note x", "> !close"),
)


class Typing:
    """An incident that is under way, in which Erin may only read."""

    def __init__(self) -> None:
        self.shell = Shell()
        asyncio.run(self._open())

    async def _open(self) -> None:
        async with self.shell.life():
            await self.shell.open()
            await self.shell.type("!invite @erin:example.org observer")
            await self.shell.type("!aware GDPR-33-1 now")

    async def facts(self, body: str, sender: UserId, room: RoomId) -> int:
        """Return how many facts *body* would make."""
        typed = self.shell.message(body, room=room, sender=sender)
        outcome = await self.shell.service._inbox.outcome(typed, self.shell.clock.now())
        if isinstance(outcome, Later):
            outcome = outcome.make(self.shell.service.books.incident(outcome.stream))
        return len(outcome.facts)


class Failures(logging.Handler):
    """Keeps what was logged as a failure of ours."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")


@pytest.fixture(scope="module")
def typing() -> Iterator[tuple[Typing, Failures]]:
    failures = Failures()
    logger = logging.getLogger("bot.service")
    logger.addHandler(failures)
    yield Typing(), failures
    logger.removeHandler(failures)


def typed(chance: Random) -> str:
    """Return something like a command, or nothing like one."""
    parts = [chance.choice(("!", "!", "!", "!", "\uff01", "", " !", "\u200b!", "> !")) + chance.choice(WORDS)]
    parts += [chance.choice(ARGUMENTS) for _ in range(chance.randint(0, 4))]
    text = " ".join(parts)
    for _ in range(chance.choice((0, 0, 1, 3))):
        place = chance.randint(0, len(text))
        text = text[:place] + any_text(chance, 4) + text[place + chance.randint(0, 2) :]
    return any_text(chance, 200) if chance.random() < 0.1 else text


@fuzz("typed text")
def test_typed_text(typing: tuple[Typing, Failures], chance: Random) -> None:
    scene, failures = typing
    failures.seen.clear()
    with case("typed text") as count:
        body, sender = typed(chance), chance.choice((ALICE, BOB, ERIN, ERIN, GUEST))
        room = scene.shell.room if chance.random() < 0.7 else scene.shell.control_room
        made = asyncio.run(scene.facts(body, sender, room))
        count.accepted += made if sender in {ERIN, GUEST} else 0
        assert failures.seen == []
    assert count.accepted == 0
