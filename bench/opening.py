"""From `!open` to eight responders reading the first step, against the calls that an opening cannot do without."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.people import Person

FIRST_STEP = "Start here"
WARM_UP = 2
PAUSE_S = 3.0
"""Between two openings: longer than Cellule's edit of the card waits."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """A bot that opens rooms, and where to tell it to."""

    user: str
    room: str
    command: str
    """With `{}` where the title goes."""


async def measure(
    people: Sequence[Person], openers: Mapping[str, Opener], turns: int, tell: Tell = print
) -> Mapping[str, Sequence[float]]:
    """Return each one's times in milliseconds, turns interleaved; the first of *people* types."""
    times: dict[str, list[float]] = {name: [] for name in openers}
    names = list(openers)
    for turn in range(-WARM_UP, turns):
        for name in names if turn % 2 else reversed(names):
            took = await _turn(people, openers[name], f"Exercise {turn + WARM_UP}")
            if turn >= 0:
                times[name].append(took)
            await asyncio.sleep(PAUSE_S)
        if turn >= 0:
            tell(f"  {turn + 1} of {turns} openings")
    return times


async def _turn(people: Sequence[Person], opener: Opener, title: str) -> float:
    marks = [len(person.read) for person in people]
    typed = await people[0].send(opener.room, opener.command.format(title))
    reads = await asyncio.gather(
        *(person.wait_message(opener.user, FIRST_STEP, mark=mark) for person, mark in zip(people, marks, strict=True))
    )
    return (max(read.at for read in reads) - typed) * 1000
