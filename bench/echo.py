"""From a command to its encrypted answer: bots against each other, turn by turn in one run on one homeserver."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.people import Person

WARM_UP = 10
PAUSE_S = 0.1
"""Between two turns, so that what a bot does after its answer falls on nobody else's turn."""
FIRST_ANSWER_S = 5.0
FIRST_TRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A bot in an encrypted room with the person, what to type there, and what its answer says."""

    user: str
    room: str
    command: str
    """With `{}` where the turn's number goes."""
    answer: str
    """A part of the answer, with `{}` where the turn's number goes, if it is in there."""


Tell = Callable[[str], None]


async def greet(alice: Person, contender: Contender) -> None:
    """Type until the first answer comes: a client may need a moment to learn of the other's devices."""
    for failed in range(FIRST_TRIES):
        try:
            await turn(alice, contender, -1, FIRST_ANSWER_S)
        except TimeoutError:
            continue
        else:
            # Answers to the tries before, if they come late, belong to no turn.
            await asyncio.sleep(FIRST_ANSWER_S if failed else 0)
            return
    raise TimeoutError("it never answered in the encrypted room")


async def measure(
    alice: Person, contenders: Mapping[str, Contender], turns: int, tell: Tell = print
) -> Mapping[str, Sequence[float]]:
    """Return each one's latencies in milliseconds, from the moment of typing to the moment of reading."""
    latencies: dict[str, list[float]] = {name: [] for name in contenders}
    # In a new order each round, always the same orders: everybody follows everybody equally often.
    order, names = random.Random(1), list(contenders)
    for number in range(-WARM_UP, turns):
        order.shuffle(names)
        for name in names:
            took = await turn(alice, contenders[name], number + WARM_UP)
            if number >= 0:
                latencies[name].append(took)
            await asyncio.sleep(PAUSE_S)
        if number >= 0 and (number + 1) % 50 == 0:
            tell(f"  {number + 1} of {turns} turns")
    return latencies


async def turn(alice: Person, contender: Contender, number: int, timeout_s: float = 60.0) -> float:
    """Type once, and return after how many milliseconds the answer was read."""
    mark = len(alice.read)
    typed = await alice.send(contender.room, contender.command.format(number))
    answer = await alice.wait_message(
        contender.user, contender.answer.format(number), mark=mark, room=contender.room, timeout_s=timeout_s
    )
    return (answer.at - typed) * 1000
