"""People with plain nio clients: they type, and note to the millisecond when they could read the answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, JoinError, MatrixRoom, RoomMessage, RoomSendError

from bot.demo.homeserver import Homeserver

WAIT_S = 60.0
PASSWORD = "password"
MEGOLM = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


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
        # nio's annotations name the base class only, and take a callback for its coroutine.
        client.add_event_callback(self._reads, RoomMessage)  # type: ignore[arg-type]
        client.add_event_callback(self._is_invited, InviteMemberEvent)  # type: ignore[arg-type]
        client.add_response_callback(self._has_synced)  # type: ignore[arg-type]

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
            raise RuntimeError(f"could not send: {answer.status_code}")  # noqa: TRY004 - the server's answer
        return typed

    async def send_file(self, room: str, name: str, data: bytes) -> None:
        """Send an encrypted file."""
        answer, opener = await self.client.upload(lambda *_tries: data, encrypt=True, filesize=len(data))
        assert opener is not None
        file = {**opener, "url": answer.content_uri}
        content = {"msgtype": "m.file", "body": name, "file": file, "info": {"size": len(data)}}
        await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)

    async def wait(self, found: Callable[[], Any], timeout_s: float = WAIT_S) -> Any:
        """Return what *found* finds once it is not None, looked for after every sync."""
        async with asyncio.timeout(timeout_s):
            while (result := found()) is None:
                await self._changed.wait()
            return result

    async def wait_message(
        self, sender: str, text: str, *, mark: int, room: str | None = None, timeout_s: float = WAIT_S
    ) -> Read:
        """Return the first message of *sender* with *text* in it among those read after the first *mark*."""

        def found() -> Read | None:
            for read in self.read[mark:]:
                if read.sender == sender and text in read.body and room in {None, read.room}:
                    return read
            return None

        message: Read = await self.wait(found, timeout_s)
        return message

    async def wait_room(self, *, with_user: str, known: frozenset[str] = frozenset()) -> str:
        """Return the first encrypted room, not among *known*, that *with_user* has joined too."""

        def found() -> str | None:
            for id, room in self.client.rooms.items():
                if id not in known and room.encrypted and with_user in room.users and not room.users[with_user].invited:
                    return id
            return None

        return str(await self.wait(found))

    async def make_room(self, guest: str) -> str:
        """Make an encrypted room and return it once *guest* has joined."""
        answer = await self.client.room_create(invite=[guest], initial_state=[MEGOLM])
        room = str(answer.room_id)

        def is_in() -> bool | None:
            here = self.client.rooms.get(room)
            member = here.users.get(guest) if here else None
            return True if member and not member.invited else None

        await self.wait(is_in)
        return room


@asynccontextmanager
async def person(homeserver: Homeserver, name: str, folder: Path) -> AsyncIterator[Person]:
    """Register *name*, log in with an encrypted client, and sync until the end."""
    user = await homeserver.register(name, PASSWORD)
    store = folder / name
    store.mkdir(parents=True)
    client = AsyncClient(homeserver.url, user, store_path=str(store), config=AsyncClientConfig(encryption_enabled=True))
    await client.login(PASSWORD)
    async with listening(client) as someone:
        yield someone


@asynccontextmanager
async def listening(client: AsyncClient) -> AsyncIterator[Person]:
    """Sync with a client that is logged in until the end, and close it."""
    try:
        someone = Person(client)
        await client.sync(timeout=0, full_state=True)
        if client.should_upload_keys:
            await client.keys_upload()
        async with asyncio.TaskGroup() as tasks:
            syncing = tasks.create_task(client.sync_forever(timeout=30_000))
            try:
                yield someone
            finally:
                syncing.cancel()
    finally:
        await client.close()


def initial_state(extra: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the state of an encrypted room, with *extra* contents by type."""
    return [MEGOLM, *({"type": kind, "state_key": "", "content": dict(content)} for kind, content in extra.items())]
