"""The floor of a cascade: the calls that it cannot do without, made by a client that does nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bench.bare_opener import CARD, STEPS
from bench.many import Many
from bench.organisations import Firm
from bench.people import PASSWORD
from bot.core.names import UserId
from bot.matrix.speaking.rooms import Rooms
from bot.ports import RoomPlan

KEY = "x" * 1_000
"""About as long as a room key that is encrypted for one device."""
SEALED = {"algorithm": "m.megolm.v1.aes-sha2", "device_id": "BARE", "sender_key": "x" * 43, "session_id": "x" * 43}
_numbers = count()


async def bare_rooms(made: Many, firms: Sequence[Firm], width: int, *, with_words: bool = False) -> list[float]:
    """Make a room for each of *firms* and return when each was there, in seconds from the first call on.

    *with_words*, a room is there once its key was handed over, two messages as long as Cellule's are in it, and one of
    them is pinned. They are not really encrypted and nothing is read back, which the homeserver cannot tell.
    """
    times: list[float] = []
    async with _bare(made) as bare:
        bodies = [await bare.creation(f"Bare Room {number}", firm) for number, firm in enumerate(firms)]
        begun, waiting = time.monotonic(), iter(zip(firms, bodies, strict=True))

        async def work() -> None:
            for firm, body in waiting:
                room = str((await bare.ask("POST", ("createRoom",), body))["room_id"])
                if with_words:
                    await bare.tell(room, firm)
                times.append(time.monotonic() - begun)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(width):
                tasks.create_task(work())
    return times


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bare:
    """A client that makes one call after the other."""

    session: aiohttp.ClientSession
    address: str
    user: UserId

    async def ask(self, method: str, path: Sequence[str], body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        address = "/".join((self.address, *(quote(part, safe="") for part in path)))
        async with self.session.request(method, URL(address, encoded=True), json=body) as answer:
            told: dict[str, Any] = await answer.json()
            if not answer.ok:
                raise RuntimeError(f"{path[0]}: {told.get('errcode')}")
            return told

    async def creation(self, name: str, firm: Firm) -> Mapping[str, Any]:
        """Return what Cellule itself would ask for."""
        guest = UserId(firm.user)
        plan = RoomPlan(name=name, invite=(guest,), admins=())
        # The body needs only somebody to ask which version the homeserver's rooms have.
        rooms = Rooms(self, None, None, None, me=self.user, holds=lambda _: False, federate=True)  # type: ignore[arg-type]
        return await rooms._creation(plan, [guest])

    async def tell(self, room: str, firm: Firm) -> None:
        key = {"messages": {firm.user: {firm.device: {"ciphertext": KEY}}}}
        await self.ask("PUT", ("sendToDevice", "org.example.bare", _txn()), key)
        card = await self._say(room, CARD)
        await self._say(room, STEPS)
        await self.ask("PUT", ("rooms", room, "state", "m.room.pinned_events", ""), {"pinned": [card]})

    async def _say(self, room: str, body: str) -> str:
        # Base64 makes four letters of three.
        content = {**SEALED, "ciphertext": body + "x" * (len(body) // 3)}
        answer = await self.ask("PUT", ("rooms", room, "send", "m.room.encrypted", _txn()), content)
        return str(answer["event_id"])


def _txn() -> str:
    return f"bare-{next(_numbers)}"


@asynccontextmanager
async def _bare(made: Many) -> AsyncIterator[_Bare]:
    user = await made.homeserver.register(_txn(), PASSWORD)
    address = f"{made.homeserver.url}/_matrix/client/v3"
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user}, "password": PASSWORD}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{address}/login", json=login) as answer:
            token = (await answer.json())["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        yield _Bare(session=session, address=address, user=UserId(user))
