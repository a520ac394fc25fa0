"""`cellule status` and `cellule list`: the running bot, asked at the machine it runs on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.tongue import length, say
from bot.config import Config
from bot.console.running import Listed, Standing, incidents_of, standing_of, written
from bot.voice.times import sortable

_LONGEST_TITLE = 40


async def show_status(config: Config, *, as_json: bool) -> None:
    """Print how the bot is. Raises NotRunningError."""
    told = await standing_of(config.state.folder)
    if as_json:
        print(json.dumps(written(told), ensure_ascii=False, indent=2))
    else:
        print("\n".join(columns(_standing(told, config.locale.timezone, datetime.now(UTC)))))


async def show_incidents(config: Config, *, as_json: bool) -> None:
    """Print every incident that is kept, the oldest first. Raises NotRunningError."""
    told = await incidents_of(config.state.folder)
    if as_json:
        print(json.dumps([written(row) for row in told], ensure_ascii=False, indent=2))
    elif told:
        print("\n".join(columns([_heads(), *(_row(row, config.locale.timezone) for row in told)])))
    else:
        print(say("running.none"))


def _standing(told: Standing, zone: ZoneInfo, now: datetime) -> Iterable[tuple[str, str]]:
    heard, since = told.seconds_since_sync, sortable(told.since, zone)
    sync = say("running.never") if heard is None else say("running.ago", length=length(timedelta(seconds=heard)))
    begun = (
        ("Cellule", told.version),
        (say("running.since"), f"{since} ({say('running.ago', length=length(now - told.since))})"),
    )
    health = (say("running.health"), "; ".join(told.troubles) or say("running.well"))
    if told.stands_by:
        return (*begun, (say("running.role"), say("running.waits")), health)
    return (
        *begun,
        (say("running.sync"), sync),
        (say("running.open"), str(told.incidents_open)),
        (say("running.rows"), str(told.outbox_rows)),
        (say("running.overdue"), str(told.alarms_overdue)),
        health,
    )


def _heads() -> tuple[str, ...]:
    return (
        *(say("running.head.codename"), say("running.head.title"), say("running.head.severity")),
        *(say("running.head.playbook"), say("running.head.state"), say("running.head.due")),
    )


def _row(row: Listed, zone: ZoneInfo) -> tuple[str, ...]:
    name = f"{row.organisation}: {row.title}" if row.organisation else row.title
    title = name if len(name) <= _LONGEST_TITLE else f"{name[: _LONGEST_TITLE - 1]}…"
    state = say(f"status.{row.state}")
    return (
        row.codename,
        title,
        say(f"severity.{row.severity}"),
        row.playbook,
        say("running.drill", state=state) if row.drill else state,
        f"{sortable(row.due, zone)} {row.rule}" if row.due else "–",
    )


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return *rows* with what stands below each other begun below each other."""
    kept = list(rows)
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in kept]
