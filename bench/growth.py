"""The same bot with one incident and with very many: the answer to a note, turn by turn in one run."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import echo, figures
from bench.bots import cellule, rss_mb, started
from bench.echo import Contender
from bench.many import ADMIN, Tell, many, pending
from bench.opening import FIRST_STEP
from bench.people import Person, person

LATER = timedelta(hours=20)
CARD_SETTLES_S = 4.0


async def measure(folder: Path, rooms: int, turns: int, tell: Tell) -> dict[str, Any]:
    """Return the ratio of medians, how sure it is, and every turn."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(many(folder / "many", rooms, tell))
        incidents = await made.fill([LATER] * rooms)
        alice = await stack.enter_async_context(person(made.homeserver, ADMIN, folder))
        roles = {alice.user: ("admin", "coordinator")}
        small = await stack.enter_async_context(cellule(made.homeserver, folder / "one", roles, "small"))
        running = await stack.enter_async_context(started(made.config))
        contenders = {"one": await opened(alice, small), "many": await opened(alice, made.crowd.bot)}
        for contender in contenders.values():
            await echo.greet(alice, contender)
        times = await echo.measure(alice, contenders, turns, tell)
        compared = {percent: figures.ratio(times["many"], times["one"], percent) for percent in (50, 99)}
        return {
            "growth_ratio": round(compared[50].value, 3),
            "growth_ratio_p99": round(compared[99].value, 3),
            "intervals_95": {"growth_ratio": compared[50].as_json(), "growth_ratio_p99": compared[99].as_json()},
            "growth": {"rooms": rooms, "alarms": pending(incidents), "rss_mb": rss_mb(running.pid)},
            "growth_turns": figures.described(times),
        }


async def opened(alice: Person, bot: str) -> Contender:
    """Have *bot* open an incident, and return it as somebody to send notes to."""
    lobby = await alice.wait_room(with_user=bot)
    mark = len(alice.read)
    await alice.send(lobby, "!open Exercise --playbook provider-hit")
    step = await alice.wait_message(bot, FIRST_STEP, mark=mark)
    await asyncio.sleep(CARD_SETTLES_S)
    return Contender(user=bot, room=step.room, command="!note {}", answer="Noted")
