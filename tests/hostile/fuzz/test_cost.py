"""Seconds of one message: no text that a homeserver takes, in any command, holds up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice, product
from random import Random
from typing import Self

import pytest

from bot.commands.table import ROWS, Place
from bot.core.details import DETAILS
from bot.core.names import RoomId
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library import drafts, playbooks, rules
from bot.sentences import languages
from tests.core.build import ALICE, HOUSE
from tests.held import Holds, held
from tests.hostile.fuzz.cases import ALL_CASES, Count, any_text, counts, fuzz
from tests.service.shell import Shell

pytestmark = pytest.mark.slow

HOLD_S = 0.05
LENGTHS = (47_900, 60_000)
"""The longest that is read, and more than a homeserver takes, in UTF-8."""
TAKEN = (4_000, 16_000, 47_500)
"""So many letters are given, each after the other: what is kept in the end is the longest that is taken."""
SHAPES = {
    "one word": "a",
    "words": "a ",
    "blanks": " ",
    "lines": "\n",
    "quoted lines": "> a\n",
    "options": "--a ",
    "an option": "--playbook a ",
    "a quote that does not end": '"a ',
    "quotes": '"" ',
    "French quotes": "« a » ",
    "numbers": "1 ",
    "digits": "9",
    "times": "18:00 ",
    "dates": "2026-03-27 ",
    "durations": "+1h ",
    "links without a dot": "https://",
    "links": "https://a.b ",
    "people": "@a:b ",
    "lists": "a,",
    "stars": "*",
    "brackets": "[",
    "backslashes": "\\",
    "entities": "&<>",
    "accents": "e\u0301",
    "marks over one letter": "\u0301",
    "marks out of order": "\u0301\u0316",
    "wide letters": "\ufb03",
    "equal signs": "a=",
    "conditions": "a=b and ",
    "families": "\U0001f9d1\u200d",
}
HEADS: dict[str, tuple[str, ...]] = {
    "trust": ("", "alice "),
    "step": ("", "D1 "),
    "done": ("", "D1 "),
    "skip": ("", "D1 "),
    "reopen": ("", "D1 "),
    "assign": ("", "D1 "),
    "fact": ("", "tolerance ", "measures ", "personal-data ", "attack-start ", "records ", "nature "),
    "clock": ("", "add ", 'add "'),
    "aware": ("", "GDPR-33-1 "),
    "filed": ("", "GDPR-33-1 "),
    "classified": ("", "GDPR-33-1 "),
    "waive": ("", "GDPR-33-1 "),
    "snooze": ("", "GDPR-33-1 "),
    "risk": ("", "breach ", "decision high "),
    "draft": ("", "cnil-initial "),
    "role": ("", "dpo "),
    "invite": ("", "@x:y "),
    "cascade": ("", "open "),
    "bulletin": ("", "--to ", "--next ", '--to "sector=a" '),
    "verify": ("", "alice yes "),
    "answer": ("", "12 ", "12 --faq ", '--faq="', "1,2,"),
}
"""What else an argument may begin with: what comes after it is read by others."""
RENEWED = 40
GIVEN = (
    *(f"!fact {detail.name} {{}}" for detail in DETAILS),
    *("!done D1 {}", "!skip D2 {}", "!risk breach high {}", "!risk decision high {}", "!filed GDPR-33-1 {}"),
    *("!aware FR-LOPMI now {}", "!waive FR-LOPMI {}", "!clock add {} +5d", *["!note {}"] * 20),
)
ASKED = (
    *(
        "status",
        "next",
        "timeline",
        "timeline 20",
        "facts",
        "clocks",
        "clocks ics full",
        "risk",
        "brief",
        "who",
        "step D1",
    ),
    *("list", "help", "about", "draft", "rollup", "rollup csv", "ack", "invite @x:y.z", "close", "resume"),
)
FULL = ("a", "a b ", "\n", "*", "[", "\\", "&<>", "| ", "# a\n", "e\u0301", "\u0301\u0316")
PLACES = (Place.INCIDENT, Place.CONTROL, Place.DIRECT)
Text = tuple[int, str]
"""Where it is typed, by its place in PLACES, and what."""
TRIES = 3
ALL = (Role.ADMIN, Role.COORDINATOR, Role.DPO, Role.LEGAL)


class Typing:
    """A house with all that is shipped, in which Alice may do everything; an incident lasts for RENEWED messages."""

    def __init__(self) -> None:
        folder = playbooks_folder()
        people = {**HOUSE.people, ALICE: frozenset(ALL)}
        shelf, known = playbooks.load(folder), rules.load(folder)
        self.house = replace(HOUSE, people=people, playbooks=shelf, rules=known, drafts=drafts.load(folder))
        self._holds = Holds()

    @contextmanager
    def watched(self) -> Iterator[Self]:
        with held(self._holds):
            yield self

    async def holds(self, texts: Iterable[Text]) -> dict[str, float]:
        """Return for how long each of *texts* held the loop."""
        waiting, found = iter(texts), dict[str, float]()
        while part := list(islice(waiting, RENEWED)):
            shell = Shell(self.house)
            async with shell.life():
                await shell.open()
                rooms = (shell.room, shell.control_room, shell.direct_room(ALICE))
                for place, body in part:
                    found[body] = await self.hold(shell, body, rooms[place])
        return found

    async def hold(self, shell: Shell, body: str, room: RoomId) -> float:
        """Return for how long *body* holds the loop; what is slow once is tried again: only the text counts."""
        for _ in range(TRIES):
            shell.clock.advance(timedelta(seconds=1))
            self._holds.longest = 0.0
            await shell.type(body, room=room)
            if self._holds.longest < HOLD_S:
                break
        return self._holds.longest


@pytest.fixture(scope="module")
def typing() -> Iterator[Typing]:
    with Typing().watched() as typing:
        yield typing


def commands(shape: str, length: int) -> Iterator[Text]:
    """Return every command with an argument of this shape, in both languages; and what is none."""
    for head in ("", "!", "!nosuchword ", "> !close\n\n"):
        yield 0, cut(head + shape * length, length)
    for row in ROWS:
        for language, head in product(languages(), HEADS.get(row.name, ("",))):
            begun = f"!{row.words[language][0]} {head}"
            yield min(map(PLACES.index, row.rooms)), cut(begun + shape * length, length)


def cut(text: str, length: int) -> str:
    """Return so much of *text* as fits into *length* bytes: what is longer is not read at all."""
    return text.encode(errors="replace")[:length].decode(errors="ignore")


def judge(name: str, holds: dict[str, float]) -> None:
    """Count them all, and fail if one of them was slow."""
    count = counts.setdefault(name, Count())
    count.tried += len(holds)
    count.longest_s = max(count.longest_s, *holds.values())
    slow = [f"{hold:.3f} s: {body[:40]!r}" for body, hold in holds.items() if hold >= HOLD_S]
    count.crashed += len(slow)
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize("shape", SHAPES)
async def test_one_message_holds_up_nothing(typing: Typing, shape: str) -> None:
    for length in LENGTHS if ALL_CASES else LENGTHS[:1]:
        judge("long messages", await typing.holds(commands(SHAPES[shape], length)))


@fuzz("messages of mixed shapes")
def test_messages_of_mixed_shapes(typing: Typing, chance: Random) -> None:
    parts = chance.sample([*SHAPES.values(), any_text(chance)], k=2)
    length, part = chance.randint(1, LENGTHS[0]), chance.randint(1, 200)
    shape = "".join(part * (times // len(part) + 1) for part, times in zip(parts, (part, 200 - part), strict=True))
    texts = chance.sample([*commands(shape, length)], k=RENEWED)
    judge("messages of mixed shapes", asyncio.run(typing.holds(texts)))


@pytest.mark.parametrize("shape", FULL if ALL_CASES else FULL[1:5:3])
async def test_in_an_incident_that_is_full_no_question_holds_up_anything(typing: Typing, shape: str) -> None:
    """Everything is given that is asked for, each as long as it may be; then everything is looked at."""
    names = sorted({id for id, _ in typing.house.drafts})
    asked = [*ASKED, *(f"draft {name}{more}" for name in names for more in ("", " reviewed", " frozen"))]
    shell = Shell(typing.house)
    async with shell.life():
        await shell.open()
        await shell.type("!aware GDPR-33-1 now")
        for command, length in product(GIVEN, TAKEN):
            await shell.type(command.format(cut((shape * length)[:length], TAKEN[-1])))
        holds = {body: await typing.hold(shell, f"!{body}", shell.room) for body in asked}
    judge("questions of a full incident", holds)
