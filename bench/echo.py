"""From a command to its encrypted answer: Cellule against others, turn by turn in one run on one homeserver."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bench.people import Person

WARM_UP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A bot in an encrypted room with the person, and what to type there."""

    user: str
    room: str
    command: str
    """With `{}` where the turn's number goes."""


async def measure(alice: Person, rivals: Mapping[str, Rival], turns: int) -> Mapping[str, list[float]]:
    """Return each rival's latencies in milliseconds, from the moment of typing to the moment of reading."""
    latencies: dict[str, list[float]] = {name: [] for name in rivals}
    names = list(rivals)
    for turn in range(turns + WARM_UP):
        # Every rival goes first equally often, so a drift of the machine falls on all alike.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            took = await _turn(alice, rivals[name], turn)
            if turn >= WARM_UP:
                latencies[name].append(took)
    return latencies


async def _turn(alice: Person, rival: Rival, turn: int) -> float:
    started = time.perf_counter()
    typed = await alice.send(rival.room, rival.command.format(turn))
    answer = await alice.wait_message(rival.room, rival.user, started)
    return (answer.at - typed) * 1000
