"""A person at an encrypted client of their own, which its owner has signed: reads what the bot says, and answers."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.core.facts import EncryptedFile
from bot.core.names import EventId, RoomId, UserId
from bot.matrix.account.cross_signing import ensure_identity
from bot.matrix.account.device_policy import CrossSigned
from bot.matrix.guard.answers import WholeSync
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.decryption import Opened
from bot.matrix.hearing.reading import encrypted_file
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.chat import MatrixChat
from bot.ports import BusyError, ChatError, Content, UnreachableError, Vault
from bot.store.sqlite import SqliteStore, open_store

_log = logging.getLogger(__name__)

SAY_ATTEMPTS = 8
LONG_POLL_MS = 20_000
REST_S = 0.3
_FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {"ephemeral": {"types": []}, "account_data": {"types": []}, "timeline": {"limit": 200}},
}
_ENCRYPTED = "m.room.encrypted"

Found = TypeVar("Found")


class LoginFailedError(RuntimeError):
    """The homeserver did not let a responder in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as this client reads it, decrypted."""

    id: EventId
    room: RoomId
    sender: UserId
    at: datetime
    body: str
    html: str
    rings: bool
    """A text that mentions somebody: their app rings."""
    mentions: frozenset[UserId] = frozenset()
    mentions_room: bool = False
    thread: EventId | None = None
    replaces: EventId | None = None
    """The message this one is an edit of."""
    file: EncryptedFile | None = None
    """Where the file lies, if the message is one."""
    name: str = ""
    """What the file is called."""


class Responder:
    """One logged-in device. Accepts every invitation and keeps a transcript of what it could read."""

    def __init__(self, client: GuardedClient, store: SqliteStore, readers: frozenset[UserId]) -> None:
        self.user = UserId(client.user_id)
        self.transcript: list[Said] = []
        self.rooms: dict[RoomId, str] = {}
        """The rooms it is in by the name each has, in the order they were joined."""
        self._client = client
        self._store = store
        self._wire = Wire(client)
        # The bot and the other responders look again at a message when they learn of its sender: none need wait.
        self._chat = MatrixChat(client, store, holds=lambda _: False, federate=False, key_delay_s=None)
        self._readers = readers
        self._sealed: dict[EventId, tuple[RoomId, Any]] = {}
        self._seen: set[EventId] = set()
        self._changed = asyncio.Event()

    @classmethod
    async def log_in(
        cls, homeserver: str, user: UserId, password: str, *, folder: Path, readers: frozenset[UserId]
    ) -> Responder:
        """Return a responder with a new device that its owner has signed; *readers* get the keys of what it says."""
        device = secrets.token_hex(5).upper()
        store = await open_store(folder, secrets.token_bytes(32))
        # Whoever is on this machine's homeserver is one of the demo's.
        client = GuardedClient(
            homeserver, user, device, crypto=store.crypto, knows=lambda _: True, policy=CrossSigned(), proxy=None
        )
        try:
            await _log_in(client, store, password)
        except BaseException:
            await client.close()
            await store.close()
            raise
        return cls(client, store, readers)

    async def close(self) -> None:
        """End the connections and close the store."""
        await self._client.close()
        await self._store.close()

    # --- reading ------------------------------------------------------------------------------------------

    @property
    def unreadable(self) -> tuple[EventId, ...]:
        """Encrypted events that came and could not be opened so far."""
        return tuple(self._sealed)

    async def run(self) -> None:
        """Sync until cancelled."""
        while True:
            try:
                await self._sync()
            except (TimeoutError, OSError, ChatError) as error:
                _log.warning("a responder could not sync: %s", type(error).__name__)
                await asyncio.sleep(REST_S)

    async def wait_for(self, find: Callable[[], Found | None], within_s: float) -> Found:
        """Return what *find* finds, looking again after every sync; TimeoutError when it finds nothing in time."""
        async with asyncio.timeout(within_s):
            while True:
                changed = self._changed
                found = find()
                if found is not None:
                    return found
                await changed.wait()

    async def follow(self) -> AsyncIterator[Said]:
        """Give every message as it comes, from the first on, for ever."""
        place = 0
        while True:
            changed = self._changed
            while place < len(self.transcript):
                yield self.transcript[place]
                place += 1
            await changed.wait()

    async def _sync(self) -> None:
        answer = await self._client.sync(timeout=LONG_POLL_MS, sync_filter=_FILTER)
        if not isinstance(answer, WholeSync):
            raise UnreachableError("a sync was refused")
        self._client.acknowledge(answer)
        for room, info in answer.rooms.join.items():
            self._take_in(RoomId(room), [*info.state, *info.timeline.events])
        await self._client.keys_upload()
        await self._client.refresh_devices()
        self._open_sealed()
        self._tell()
        for room in answer.invitations:
            await self._wire.ask("POST", ("rooms", room, "join"), {})
        await self._chat.deliver_owed_keys()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _take_in(self, room: RoomId, events: list[Any]) -> None:
        self.rooms.setdefault(room, "")
        for event in events:
            kind = event.source.get("type")
            if kind == _ENCRYPTED:
                self._sealed[EventId(event.event_id)] = (room, event)
            elif "state_key" in event.source:
                self._chat.invalidate(room)
                if kind == "m.room.name":
                    self.rooms[room] = str(event.source["content"].get("name", ""))
            elif kind == "m.room.message" and event.decrypted:
                self._keep(room, event)

    def _open_sealed(self) -> None:
        for id, (room, event) in list(self._sealed.items()):
            outcome = self._client.open(event, room)
            if isinstance(outcome, Opened):
                del self._sealed[id]
                self._keep(room, outcome.event)

    def _keep(self, room: RoomId, event: Any) -> None:
        said = _said(room, event)
        if said.id not in self._seen:
            self._seen.add(said.id)
            self.transcript.append(said)

    async def fetch(self, file: EncryptedFile) -> bytes:
        """Return a file that somebody sent, opened. Raises ChatError."""
        return await self._chat.fetch(file)

    # --- speaking -----------------------------------------------------------------------------------------

    async def say(
        self, room: RoomId, body: str, *, thread: EventId | None = None, replaces: EventId | None = None
    ) -> EventId:
        """Send a text, encrypted; wait as long as the homeserver asks when it limits us."""
        content = Content(body=body, html="", rings=True, thread=thread, replaces=replaces)
        txn = secrets.token_hex(8)
        for _ in range(SAY_ATTEMPTS):
            try:
                return await self._chat.say(room, content, txn=txn, readers=self._readers)
            except BusyError as busy:
                await asyncio.sleep(busy.retry_after.total_seconds())
            except UnreachableError:
                await asyncio.sleep(REST_S)
        raise UnreachableError("a message could not be sent")


async def _log_in(client: GuardedClient, vault: Vault, password: str) -> None:
    await client.login(password, device_name="Demo")
    if not client.logged_in:
        raise LoginFailedError(f"the homeserver refuses the login of {client.user_id}")
    await client.load_keys()
    await ensure_identity(client, vault, password=password, is_recoverable=False)


def _said(room: RoomId, event: Any) -> Said:
    content: dict[str, Any] = event.source["content"]
    relation = content.get("m.relates_to", {})
    shown = content.get("m.new_content", content)
    mentions = content.get("m.mentions", {})
    calls = bool(mentions.get("user_ids") or mentions.get("room"))
    return Said(
        id=EventId(event.event_id),
        room=room,
        sender=UserId(event.sender),
        at=datetime.fromtimestamp(event.server_timestamp / 1000, tz=UTC),
        body=str(shown.get("body", "")),
        html=str(shown.get("formatted_body", "")),
        rings=content.get("msgtype") == "m.text" and calls,
        mentions=frozenset(UserId(user) for user in mentions.get("user_ids", ())),
        mentions_room=bool(mentions.get("room")),
        thread=_target(relation, "m.thread"),
        replaces=_target(relation, "m.replace"),
        file=encrypted_file(content),
        name=str(content.get("filename", content.get("body", ""))),
    )


def _target(relation: dict[str, Any], kind: str) -> EventId | None:
    return EventId(relation["event_id"]) if relation.get("rel_type") == kind else None
