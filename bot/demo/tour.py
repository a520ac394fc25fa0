"""The tour: an incident from its opening to its closing, played by two people, with a check at every step."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.core.clocks.rules import LADDER, rung_name
from bot.core.language import Words
from bot.core.names import EventId, RoomId
from bot.core.record.checkpoint import KIND
from bot.core.ringing.rungs import DRILL_OVERDUE_EVERY
from bot.demo import tour_words as words
from bot.demo.expectations import Ledger
from bot.demo.responder import Found, Responder, Said
from bot.demo.script import COMPLAINT_KNOWN_FOR, KNOWN_FOR, Script
from bot.demo.stage import ALICE, BOB, BOT, DRILL_PACE, Cast
from bot.demo.words import tell

Tick = Callable[[str, float], None]
"""Told which step held, and how many seconds it took."""

CODENAME = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")
REMINDERS_AWAITED = 2
SILENCE_AFTER_RUNG_S = 1.5
SEEN_AT_MOST = 3
"""Messages quoted when an expectation fails: the last ones."""
_RANG = re.compile(r"GDPR-33-1\W+(T(?:[-+]\d+)?)(?!\w)")


class Tour:
    """One performance."""

    def __init__(self, cast: Cast, script: Script, *, within_s: float, tick: Tick) -> None:
        self.ledger = Ledger()
        self.incident = RoomId("")
        self._cast = cast
        self._within_s = within_s
        self._tick = tick
        self._script = script
        self._complaint_started = 0.0

    async def play(self) -> None:
        """Play it all. Raises UnmetError at the first expectation that does not hold."""
        acts: tuple[tuple[Words, Callable[[], Awaitable[None]]], ...] = (
            (words.OPEN, self._open),
            (words.JOIN, self._join),
            (words.NEXT, self._next),
            (words.DONE, self._done),
            (words.FACT, self._fact),
            (words.AWARE, self._aware),
            (words.RING, self._ring),
            (words.ACK, self._ack),
            (words.FILED, self._filed),
            (words.TIMELINE, self._timeline),
            (words.CLOSE, self._close),
            (words.SILENCE, self._silence),
        )
        for title, act in acts:
            self.ledger.step = tell(title, self._cast.language)
            began = time.monotonic()
            await act()
            self._tick(self.ledger.step, time.monotonic() - began)

    # --- the acts -----------------------------------------------------------------------------------------

    async def _open(self) -> None:
        await self._ask(self._cast.alice, self._script.open, self._script.title, room=self._cast.lobby)

    async def _join(self) -> None:
        alice, bob = self._cast.people
        self.incident = await self._wait(alice, lambda: self._new_room(alice), words.IN_ROOM)
        other = await self._wait(bob, lambda: self._new_room(bob), words.IN_ROOM)
        name = await self._wait(alice, lambda: alice.rooms[self.incident] or None, words.CODENAME)
        is_neutral = CODENAME.fullmatch(name) is not None
        self._expect(is_neutral and other == self.incident, words.CODENAME, name)
        for person in self._cast.people:
            await self._read(person, words.CARD, self._script.title)
            await self._read(person, words.FIRST_STEPS, "D1", "SHA-256")

    async def _next(self) -> None:
        await self._ask(self._cast.alice, self._script.next, "D1")

    async def _done(self) -> None:
        await self._ask(self._cast.alice, self._script.done, "D1")
        await self._wait(self._cast.bob, lambda: self._card_edit(self._script.done_word), words.CARD_EDITED)

    async def _fact(self) -> None:
        await self._ask(self._cast.alice, self._script.fact, self._script.fact.split()[1])

    async def _aware(self) -> None:
        await self._ask(self._cast.alice, self._script.aware, "GDPR-33-1")

    async def _ring(self) -> None:
        for person in self._cast.people:
            await self._wait(person, lambda of=person: self._two_bells(of), words.TWO_BELLS)  # type: ignore[misc]
        first, second, *_ = self._bells(self._cast.bob)
        self._expect(first.mentions == {BOB}, words.MENTIONS_BOB, first.body)
        self._expect(second.mentions == {BOB, ALICE}, words.MENTIONS_BOTH, second.body)

    async def _ack(self) -> None:
        await self._ask(self._cast.bob, self._script.ack, "GDPR-33-1")

    async def _filed(self) -> None:
        await self._ask(self._cast.bob, self._script.filed, self._script.reference)
        rung = len(self._bells(self._cast.bob))
        answer = await self._ask(self._cast.bob, self._script.clocks, "GDPR-33-4", self._script.reference)
        self._expect(self._script.target_word in answer.body, words.FOLLOW_UP, answer.body)
        self._expect(
            len(self._bells(self._cast.bob)) == rung, words.NO_BELL_AFTER_FILING, _shown(self._bells(self._cast.bob))
        )

    async def _timeline(self) -> None:
        script = self._script
        answer = await self._ask(self._cast.alice, script.timeline, script.result, script.source, script.reference)
        rang = [match[1] for line in answer.body.splitlines() if (match := _RANG.search(line))]
        due = _in_order(rang)
        expected = tell(words.ONCE_EACH, self._cast.language, rungs=", ".join(due))
        self.ledger.expect(rang == due, expected, ", ".join(rang) or answer.body)
        bob = self._cast.bob
        await self._wait(bob, lambda: len(self._bells(bob)) == len(rang) or None, words.AS_MANY_BELLS)

    async def _close(self) -> None:
        await self._ask(self._cast.alice, self._script.complaint, "FR-LOPMI")
        self._complaint_started = time.monotonic()
        await self._ask(self._cast.alice, self._script.close, self._script.closed_word)
        bob = self._cast.bob
        await self._wait(bob, lambda: any(KIND in one.body for one in bob.transcript) or None, words.SEALED)

    async def _silence(self) -> None:
        mark = len(self._cast.bob.transcript)
        passed = time.monotonic() - self._complaint_started
        rungs = (after for _, after in _rungs(COMPLAINT_KNOWN_FOR) if after > passed)
        would_ring = next(rungs, passed + DRILL_OVERDUE_EVERY.total_seconds())
        await asyncio.sleep(would_ring - passed + SILENCE_AFTER_RUNG_S)
        await self._wait(self._cast.bob, lambda: self._card_edit(self._script.closed_word), words.CARD_CLOSED)
        said = [one for one in self._cast.bob.transcript[mark:] if one.replaces is None and one.sender == BOT]
        self._expect(not said, words.SILENT, _shown(said))

    # --- looking ------------------------------------------------------------------------------------------

    async def _ask(self, person: Responder, line: str, *answer: str, room: RoomId | None = None) -> Said:
        """Type *line* and return the bot's answer, which has every word of *answer*, once all who may have read it."""
        mark = len(person.transcript)
        await person.say(room or self.incident, line)
        expected = tell(words.ANSWER, self._cast.language, line=line, words=", ".join(answer))
        said = await self._wait_for(
            person, lambda: _from_bot(person, room or self.incident, mark, answer), expected, mark
        )
        if room is None:
            other = self._cast.bob if person is self._cast.alice else self._cast.alice
            await self._wait(other, lambda: said.id in {one.id for one in other.transcript} or None, words.BOTH_READ)
        return said

    async def _wait(self, person: Responder, find: Callable[[], Found | None], expected: Words) -> Found:
        return await self._wait_for(person, find, tell(expected, self._cast.language), 0)

    async def _wait_for(self, person: Responder, find: Callable[[], Found | None], expected: str, mark: int) -> Found:
        try:
            found = await person.wait_for(find, self._within_s)
        except TimeoutError:
            raise self.ledger.unmet(expected, _shown(person.transcript[mark:])) from None
        self.ledger.held += 1
        return found

    def _expect(self, holds: bool, expected: Words, seen: str) -> None:  # noqa: FBT001 - the very thing that is asked
        self.ledger.expect(holds, tell(expected, self._cast.language), seen)

    async def _read(self, person: Responder, expected: Words, *found: str) -> None:
        await self._wait(person, lambda: _from_bot(person, self.incident, 0, found), expected)

    def _new_room(self, person: Responder) -> RoomId | None:
        return next((room for room in person.rooms if room != self._cast.lobby), None)

    def _two_bells(self, person: Responder) -> list[Said] | None:
        bells = self._bells(person)
        return bells if len(bells) >= REMINDERS_AWAITED else None

    def _bells(self, person: Responder) -> list[Said]:
        """Return the reminders of the clock; those of steps ring besides when the machine is slow."""
        return [said for said in person.transcript if said.sender == BOT and said.rings and "GDPR-33-1" in said.body]

    def _card_edit(self, word: str) -> EventId | None:
        """Return the last edit of the card, once it says *word*."""
        edits = [said for said in self._cast.bob.transcript if said.sender == BOT and said.replaces]
        return edits[-1].id if edits and word in edits[-1].body else None


def _from_bot(person: Responder, room: RoomId, mark: int, found: tuple[str, ...]) -> Said | None:
    """Return the bot's first message after *mark*, reminders and edits left out, that has every one of *found*."""
    for said in person.transcript[mark:]:
        is_answer = said.room == room and said.sender == BOT and said.replaces is None and not said.rings
        if is_answer and all(word in said.body for word in found):
            return said
    return None


def _rungs(known_for: timedelta) -> list[tuple[str, float]]:
    """Return the reminders still to come of a drill's 72 h clock, each with the seconds until it rings."""
    left = timedelta(hours=72) - known_for
    return [(rung_name(rung), (left - rung) / timedelta(seconds=DRILL_PACE)) for rung in LADDER if rung < left]


def _in_order(rang: list[str]) -> list[str]:
    """Return the reminders of *rang* as they must have come: the ladder first, then hours overdue, once each."""
    rungs = [name for name, _ in _rungs(KNOWN_FOR)]
    overdue = sorted({name for name in rang if name.startswith("T+")}, key=lambda name: int(name.removeprefix("T+")))
    return (rungs if overdue else rungs[: len(rang)]) + overdue


def _shown(messages: list[Said]) -> str:
    return "\n".join(f"{said.sender}: {said.body}" for said in messages[-SEEN_AT_MOST:])
