"""Very many organisations without a homeserver: what their facts, outbox and alarms ask of the machine, by engine.

The facts of one incident for each are written; then a process of its own opens the state, reads all of it, finds every
alarm, and rings a thousand at once as far as their rows in the outbox, durable.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.bots import configured
from bench.database import postgres
from bench.many import Tell, facts_of
from bot.app import build_house
from bot.config import Config, load
from bot.core.desk import Desk
from bot.core.facts import Rang
from bot.core.names import InputId, RoomId, UserId
from bot.core.ringing.alarms import Ring, alarms
from bot.ports import Content, Say, Task
from bot.service.books import Books
from bot.store.moving import to_database
from bot.store.opening import open_alone
from bot.store.sqlite import SqliteStore

AT_ONCE = 50
RUNG_AT_ONCE = 1_000
RESPONDER = UserId("@alice:example.org")


async def measure(folder: Path, organisations: int, tell: Tell) -> dict[str, Any]:
    """Return what a start costs and how late the last of a thousand reminders is, in a file and in PostgreSQL."""
    people = {str(RESPONDER): ["admin", "dpo"]}
    with postgres() as server:
        written = configured("http://127.0.0.1:9", "@cellule:example.org", folder / "bot", people, server.new_state())
        await _fill(_alone(load(written)), organisations)
        found = {"file": await _seen_by_another(written, "file")}
        tell(f"  in a file: {found['file']}")
        await to_database(load(written).state)
        found["database"] = await _seen_by_another(written, "database")
        tell(f"  in PostgreSQL: {found['database']}")
    return {"organisations": organisations, "engines": found}


def _alone(config: Config) -> Config:
    return replace(config, state=replace(config.state, database=None))


async def _fill(config: Config, organisations: int) -> None:
    house = build_house(config, datetime.now(UTC))
    async with open_alone(config.state) as store:
        for first in range(0, organisations, AT_ONCE):
            async with store.transaction() as tx:
                for number in range(first, min(first + AT_ONCE, organisations)):
                    input, room = InputId(f"$opened-{number}"), RoomId(f"!{number}:example.org")
                    opened, *others = facts_of(Desk(), house, input, RESPONDER, room, timedelta(hours=1))
                    facts = (replace(opened, codename=f"Codename {number}"), *others)
                    await tx.append(opened.incident, facts, input=input, device=None)


async def _seen_by_another(config: Path, engine: str) -> Mapping[str, Any]:
    command = (sys.executable, "-m", "bench.scale", str(config), engine)
    running = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await running.communicate()
    found: Mapping[str, Any] = json.loads(told)
    return found


async def _look(config: Config) -> Mapping[str, Any]:
    began = time.monotonic()
    async with open_alone(config.state) as store:
        books = await Books.load(store)
        now = datetime.now(UTC)
        found = []
        for one in books.incidents():
            found += [(alarm, one) for alarm in alarms(one, now) if isinstance(alarm, Ring)]
            await asyncio.sleep(0)
        start_s = time.monotonic() - began
        ringing = [(alarm, one.id, one.room) for alarm, one in found if alarm.rung == "T-48"][:RUNG_AT_ONCE]
        late_s = await _ring(store, ringing)
    return {
        "alarms": len(found),
        "start_s": round(start_s, 1),
        "late_s": round(late_s, 2),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


async def _ring(store: SqliteStore, ringing: Sequence[tuple[Ring, str, RoomId | None]]) -> float:
    """Make all ring at once, each in a transaction of its own, and return after how long the last is durable."""
    began, now = time.monotonic(), datetime.now(UTC)
    for alarm, stream, room in ringing:
        said = Say(content=Content(body="72 h: 48 h left", html="", rings=True), room=room, readers=frozenset())
        async with store.transaction() as tx:
            fact = Rang(at=now, rule=alarm.rule, rung=alarm.rung, due=alarm.at, late_by=timedelta())
            await tx.append(stream, (fact,), input=InputId(f"ring:{stream}"), device=None)
            await tx.queue([Task(id=f"ring:{stream}", lane=stream, action=said)])
    return time.monotonic() - began


if __name__ == "__main__":
    _, path, engine = sys.argv
    config = load(Path(path))
    print(json.dumps(asyncio.run(_look(config if engine == "database" else _alone(config)))))
