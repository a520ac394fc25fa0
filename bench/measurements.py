"""The table of what can be measured: each part, its sizes, and what measures it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import alarms, cascade, cold, doors, engines, growth, scale
from bench.figures import against_floor, against_peers
from bench.runs import measure_echo, measure_opening, measure_peers

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured; 0 where the part has no such thing."""

    turns: int = 0
    rooms: int = 0

    def __str__(self) -> str:
        counted = ((self.turns, "turns"), (self.rooms, "rooms"))
        return ", ".join(f"{count} {what}" for count, what in counted if count)

    def is_smaller_than(self, whole: Size) -> bool:
        """Say whether a run of this size says less than the part is meant to."""
        return self.turns < whole.turns or self.rooms < whole.rooms


Measure = Callable[[Path, Size, Tell], Coroutine[Any, Any, Mapping[str, Any]]]
"""Measures in an empty folder; see `kept.Run.keep` for what is returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One part."""

    title: str
    measure: Measure
    short: Size | None
    """None if it has no short form: it takes too long."""
    long: Size
    whole: Size
    """The least that says what the part is meant to say: a smaller run never takes a whole one's place."""

    def is_in(self, form: str) -> bool:
        """Say whether it is measured when nobody names it."""
        return form == "long" or self.short is not None

    def size(self, form: str, *, turns: int | None, rooms: int | None) -> Size:
        """Return the size of a form, but for what was asked for; what the part does not have is not asked of it."""
        size = self.long if form == "long" or self.short is None else self.short
        if turns and size.turns:
            size = replace(size, turns=turns)
        if rooms and size.rooms:
            size = replace(size, rooms=rooms)
        return size


async def _echo(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    times = await measure_echo(folder, size.turns, tell)
    return against_floor(times, {"echo_ratio_p50": 50, "echo_ratio_p99": 99})


async def _engines(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await engines.measure(folder, size.turns, size.rooms, tell)


async def _peers(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    times, left_out = await measure_peers(folder, size.turns, tell)
    return {**against_peers(times), "left_out": left_out}


async def _opening(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return against_floor(await measure_opening(folder, size.turns, tell), {"open_ratio": 50})


async def _cascade(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await cascade.measure(folder, size.rooms, tell)


async def _limits(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await cascade.measure_limited(folder, size.rooms, tell)


async def _cold(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await cold.measure(folder, size.rooms, tell)


async def _growth(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await growth.measure(folder, size.rooms, size.turns, tell)


async def _scale(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await scale.measure(folder, size.rooms, tell)


async def _doors(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await doors.measure(folder, size.turns, tell)


async def _alarms(folder: Path, size: Size, tell: Tell) -> Mapping[str, Any]:
    return await alarms.measure(folder, size.rooms, tell)


MEASUREMENTS: Mapping[str, Measurement] = {
    "echo": Measurement(
        title="From a command to its answer, against a bare echo",
        measure=_echo,
        short=Size(turns=300),
        long=Size(turns=1_000),
        whole=Size(turns=300),
    ),
    "engines": Measurement(
        title="All of that, kept in PostgreSQL against kept in a file",
        measure=_engines,
        short=None,
        long=Size(turns=500, rooms=1_200),
        whole=Size(turns=500, rooms=1_200),
    ),
    "peers": Measurement(
        title="The same, against the peers",
        measure=_peers,
        short=Size(turns=60),
        long=Size(turns=300),
        whole=Size(turns=60),
    ),
    "opening": Measurement(
        title="From !open to eight readers of the first step, against the bare calls",
        measure=_opening,
        short=Size(turns=7),
        long=Size(turns=21),
        whole=Size(turns=7),
    ),
    "cascade": Measurement(
        title="Rooms opened by one command, against the homeserver's own createRoom",
        measure=_cascade,
        short=Size(rooms=24),
        long=Size(rooms=1_200),
        whole=Size(rooms=1_200),
    ),
    "limits": Measurement(
        title="Rooms opened by one command, under the limits that a new homeserver has (about an hour of waiting)",
        measure=_limits,
        short=None,
        long=Size(rooms=60),
        whole=Size(rooms=60),
    ),
    "cold": Measurement(
        title="From a cold start with many rooms to the first answer, against the first sync",
        measure=_cold,
        short=Size(rooms=60),
        long=Size(rooms=1_200),
        whole=Size(rooms=1_200),
    ),
    "growth": Measurement(
        title="From a command to its answer, with many rooms against one",
        measure=_growth,
        short=Size(turns=60, rooms=60),
        long=Size(turns=300, rooms=1_200),
        whole=Size(turns=300, rooms=1_200),
    ),
    "scale": Measurement(
        title="Very many organisations, without a homeserver",
        measure=_scale,
        short=None,
        long=Size(rooms=100_000),
        whole=Size(rooms=100_000),
    ),
    "doors": Measurement(
        title="From a link to the first line that is read, each in a browser of their own (needs Chromium)",
        measure=_doors,
        short=None,
        long=Size(turns=67),
        whole=Size(turns=67),
    ),
    "alarms": Measurement(
        title="How late alarms are, and whether one is lost or doubled",
        measure=_alarms,
        short=Size(rooms=60),
        long=Size(rooms=1_200),
        whole=Size(rooms=1_200),
    ),
}
