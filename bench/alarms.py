"""Very many alarms: how late each reminder is in its room, and whether one is lost or doubled when the bot is killed.

In each room one reminder falls due while it is measured, and nine more wait. Late is the time from when it is due until
the homeserver has the encrypted message. Half of them come first; then the bot is killed and started again while others
fall due, and what came is counted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bench import figures
from bench.bots import rss_mb, started
from bench.many import RUNG, Many, Tell, many, pending, state_of
from bot.core.facts import Rang
from bot.core.incident import Incident
from bot.core.ringing.alarms import Ring, alarms

PER_SECOND = 4.0
"""How many reminders fall due in a second: with the edit of its card each is two messages for one homeserver."""
BEGIN = timedelta(seconds=20)
SETTLES_S = 20.0
AT_ONCE = 8


async def measure(folder: Path, rooms: int, tell: Tell, database: str | None = None) -> dict[str, Any]:
    """Return how late, how many lost and how many doubled."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(many(folder / "many", rooms, tell, database))
        # Written first, the facts need a moment themselves.
        begin = BEGIN + timedelta(seconds=rooms / 200)
        incidents = await made.fill([begin + timedelta(seconds=number / PER_SECOND) for number in range(rooms)])
        due = {str(incident.room): next_ring(incident) for incident in incidents}
        waiting, half = pending(incidents), sorted(due.values())[rooms // 2]
        async with started(made.config) as running:
            tell(f"  {waiting} alarms wait; half of the reminders come until {half:%H:%M:%S}")
            await _until(half)
            rss = rss_mb(running.pid)
            await _until(half + timedelta(seconds=rooms / PER_SECOND / 8))
            running.kill()
            await running.wait()
        killed = datetime.now(UTC)
        async with started(made.config) as running:
            back = datetime.now(UTC)
            await _until(max(due.values()))
            await asyncio.sleep(SETTLES_S)
            rss = max(rss, rss_mb(running.pid))
        facts, said = await _rang(made, incidents), await said_in(made, list(due))
    # In the order they were due: what was late together shows.
    before = sorted((at, room) for room, at in due.items() if at < half)
    late = [(said[room][0] - at).total_seconds() for at, room in before if said[room]]
    return {
        "alarm_late_p99_s": round(figures.percentile(late, 99), 3),
        "alarms_lost": sum(not said[room] for room in due) + sum(count == 0 for count in facts.values()),
        "alarms_doubled": sum(len(times) > 1 for times in said.values()) + sum(count > 1 for count in facts.values()),
        "alarms": {
            "rooms": rooms,
            "alarms": waiting,
            "rss_mb": rss,
            "due_per_second": PER_SECOND,
            "late_p50_s": round(figures.percentile(late, 50), 3),
            "late_max_s": round(max(late), 3),
            "measured": len(late),
            "late_s": [round(seconds, 3) for seconds in late],
            "killed_for_s": round((back - killed).total_seconds(), 1),
            "due_while_killed": sum(killed <= at <= back for at in due.values()),
        },
    }


def next_ring(incident: Incident) -> datetime:
    """Return when the reminder that is measured is due."""
    return next(
        alarm.at for alarm in alarms(incident, datetime.now(UTC)) if isinstance(alarm, Ring) and alarm.rung == RUNG
    )


async def _until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


async def _rang(made: Many, incidents: Sequence[Incident]) -> Counter[str]:
    """Count the facts that say of each incident that its reminder rang."""
    counted: Counter[str] = Counter({incident.id: 0 for incident in incidents})
    async with state_of(made.config.parent) as store:
        for incident in incidents:
            for record in await store.history(incident.id):
                counted[incident.id] += isinstance(record.fact, Rang) and record.fact.rung == RUNG
    return counted


async def said_in(made: Many, rooms: Sequence[str]) -> dict[str, list[datetime]]:
    """Return when the homeserver was given each encrypted message of the bot that is no edit, by room."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {made.crowd.responder_token}"}) as session:

        async def times(room: str) -> list[datetime]:
            address = f"{made.homeserver.url}/_matrix/client/v3/rooms/{room}/messages"
            async with gate, session.get(address, params={"dir": "b", "limit": "100"}) as answer:
                events = (await answer.json())["chunk"]
            return sorted(
                datetime.fromtimestamp(event["origin_server_ts"] / 1000, UTC)
                for event in events
                if event["type"] == "m.room.encrypted"
                and event["sender"] == made.crowd.bot
                and "m.relates_to" not in event["content"]
            )

        return dict(zip(rooms, await asyncio.gather(*map(times, rooms)), strict=True))
