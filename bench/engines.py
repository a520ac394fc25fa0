"""Cellule that keeps all in PostgreSQL against Cellule that keeps it in a file: what people wait for, in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from bench import alarms, cold
from bench.database import postgres
from bench.figures import against_floor
from bench.many import Tell
from bench.runs import measure_echo, measure_opening

OPENINGS = 21
"""Turns of answers for each turn of an opening."""


async def measure(folder: Path, turns: int, rooms: int, tell: Tell) -> dict[str, Any]:
    """Return what answers and openings take beside a database, and for each engine a cold start and the alarms."""
    with postgres() as server:
        answers = await measure_echo(folder / "echo", turns, tell, server.new_state())
        openings = await measure_opening(folder / "opening", max(1, turns // OPENINGS), tell, server.new_state())
        found = {
            "file": await _with_many(folder / "file", rooms, tell, lambda: None),
            "database": await _with_many(folder / "database", rooms, tell, server.new_state),
        }
    late = found["database"]["alarms"]
    starts = {engine: median(one["cold"]["cold"]["starts_s"]) for engine, one in found.items()}
    opened = _against_file(openings, {"engine_open_ratio": 50})
    answered = _against_file(answers, {"engine_ratio_p50": 50, "engine_ratio_p99": 99})
    return {
        **opened,
        **answered,
        "intervals_95": {**answered["intervals_95"], **opened["intervals_95"]},
        "openings": opened["bots"],
        "engine_cold_ratio": round(starts["database"] / starts["file"], 3),
        "engine_alarm_late_p99_s": late["alarm_late_p99_s"],
        "engine_alarms_lost": late["alarms_lost"],
        "engine_alarms_doubled": late["alarms_doubled"],
        "engines": found,
    }


async def _with_many(folder: Path, rooms: int, tell: Tell, place: Callable[[], str | None]) -> dict[str, Any]:
    return {
        "cold": await cold.measure(folder / "cold", rooms, tell, place()),
        "alarms": await alarms.measure(folder / "alarms", rooms, tell, place()),
    }


def _against_file(times: Mapping[str, Any], percents: Mapping[str, float]) -> dict[str, Any]:
    return against_floor(times, percents, of="database", floor="cellule")
