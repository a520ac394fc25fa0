"""The floor of a cascade: the same createRoom calls, as many in flight, by a client that does nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp

from bench.many import Many, post
from bench.people import PASSWORD
from bot.core.names import UserId
from bot.matrix.rooms import Rooms
from bot.ports import RoomPlan

_names = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wire:
    """What making the body of a call asks of the homeserver: nothing but which version its rooms have."""

    capabilities: Mapping[str, Any]

    async def ask(self, _method: str, _path: tuple[str, ...]) -> Mapping[str, Any]:
        return self.capabilities


async def bare_rooms(made: Many, invited: Sequence[str], width: int) -> list[float]:
    """Make a room for each of *invited* and return when each was made, in seconds from the first call on."""
    name = f"bare-{next(_names)}"
    user = await made.homeserver.register(name, PASSWORD)
    times: list[float] = []
    async with aiohttp.ClientSession() as session:
        login: dict[str, object] = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": PASSWORD,
        }
        token = str((await post(session, made.homeserver, "", "login", login))["access_token"])
        bodies = await _bodies(session, made, token, UserId(user), invited)
        begun, waiting = time.monotonic(), iter(bodies)

        async def work() -> None:
            for creation in waiting:
                await post(session, made.homeserver, token, "createRoom", creation)
                times.append(time.monotonic() - begun)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(width):
                tasks.create_task(work())
    return times


async def _bodies(
    session: aiohttp.ClientSession, made: Many, token: str, me: UserId, invited: Sequence[str]
) -> list[dict[str, Any]]:
    """Return what Cellule itself would ask for."""
    address = f"{made.homeserver.url}/_matrix/client/v3/capabilities"
    async with session.get(address, headers={"Authorization": f"Bearer {token}"}) as answer:
        wire = _Wire(capabilities=await answer.json())
    # Of all that rooms are made with, the body of the call needs only this.
    rooms = Rooms(wire, None, None, None, me=me, federate=True)  # type: ignore[arg-type]
    plans = [
        RoomPlan(name=f"Bare Room {number}", invite=(UserId(guest),), admins=()) for number, guest in enumerate(invited)
    ]
    return [await rooms._creation(plan, list(plan.invite)) for plan in plans]
