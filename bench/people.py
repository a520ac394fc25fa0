"""People with plain nio clients: they type, and note to the millisecond when they could read the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, JoinError, MatrixRoom, RoomMessage, RoomSendError

from bot.demo.homeserver import Homeserver

WAIT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A message that could be decrypted, and when (monotonic seconds)."""

    room: str
    sender: str
    body: str
    at: float


class Person:
    """One nio client that joins where it is invited and keeps what it reads."""

    def __init__(self, client: AsyncClient) -> None:
        self.client = client
        self.user = client.user_id
        self.read: list[Read] = []
        self._changed = asyncio.Event()
        client.add_event_callback(self._reads, RoomMessage)
        client.add_event_callback(self._is_invited, InviteMemberEvent)
        client.add_response_callback(self._has_synced)

    async def _reads(self, room: MatrixRoom, event: RoomMessage) -> None:
        body = getattr(event, "body", "")
        self.read.append(Read(room=room.room_id, sender=event.sender, body=body, at=time.perf_counter()))

    async def _is_invited(self, room: MatrixRoom, event: InviteMemberEvent) -> None:
        if event.state_key == self.user and event.membership == "invite":
            answer = await self.client.join(room.room_id)
            if isinstance(answer, JoinError):
                raise RuntimeError(f"could not join: {answer.status_code}")

    async def _has_synced(self, _response: object) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def send(self, room: str, body: str) -> float:
        """Send encrypted and return when it was typed."""
        typed = time.perf_counter()
        content = {"msgtype": "m.text", "body": body}
        answer = await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        if isinstance(answer, RoomSendError):
            raise RuntimeError(f"could not send: {answer.status_code}")
        return typed

    async def wait(self, found: Callable[[], Read | None]) -> Read:
        """Return what *found* finds, looked for after every sync."""
        async with asyncio.timeout(WAIT_S):
            while True:
                changed = self._changed
                if (read := found()) is not None:
                    return read
                await changed.wait()

    async def wait_message(self, room: str, sender: str, after: float, text: str = "") -> Read:
        """Return the first message of *sender* in *room* read after *after* whose body has *text*."""
        return await self.wait(
            lambda: next(
                (
                    read
                    for read in self.read
                    if read.room == room and read.sender == sender and read.at > after and text in read.body
                ),
                None,
            )
        )

    async def wait_room(self, name: str = "", known: frozenset[str] = frozenset()) -> str:
        """Return the first encrypted room joined, not among *known*, whose name has *name*."""
        async with asyncio.timeout(WAIT_S):
            while True:
                changed = self._changed
                for id, room in self.client.rooms.items():
                    if id not in known and room.encrypted and name in (room.name or ""):
                        return id
                await changed.wait()


@asynccontextmanager
async def person(homeserver: Homeserver, name: str, folder: Path) -> AsyncIterator[Person]:
    """Register *name*, log in with an encrypted client, and sync until the end."""
    user = await homeserver.register(name, "password")
    store = folder / name
    store.mkdir(parents=True)
    client = AsyncClient(
        homeserver.url, user, store_path=str(store), config=AsyncClientConfig(encryption_enabled=True)
    )
    await client.login("password")
    someone = Person(client)
    first = await client.sync(timeout=0, full_state=True)
    assert first is not None
    await client.keys_upload()
    async with asyncio.TaskGroup() as tasks:
        syncing = tasks.create_task(client.sync_forever(timeout=30_000))
        try:
            yield someone
        finally:
            syncing.cancel()
    await client.close()
