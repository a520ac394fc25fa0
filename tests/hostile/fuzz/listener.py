"""The half of the bot that hears, on real stores and without a network: what it is fed is what a homeserver answers."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.core.names import EventId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.guard.answers import WholeKeysQuery, WholeSync
from bot.matrix.hearing.hearing import Hearing
from bot.matrix.hearing.sync import SyncLoop
from bot.matrix.http.bodies import read_json
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import Batch, FileSent, Incoming, Message, Received
from bot.store.sqlite import open_store
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.matrix.listeners import ALICE, BOT, DEVICE, MALLORY, ROOM, guarded_client, verifications

T = TypeVar("T")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


class Listener:
    """Hears Alice, who is honest, and Mallory, who is in the room too and whose device is known."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.server = FakeHomeserver()
        self.heard: list[Incoming] = []
        self.strangers, self.unreached = Strangers(UserId(BOT)), Sightings[Distrust]()
        self._numbers = itertools.count(1)
        self.run(self._open(folder))

    def close(self) -> None:
        self.run(self.client.close())
        self.run(self.store.close())
        self.runner.close()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    async def _open(self, folder: Path) -> None:
        self.client = guarded_client(
            self.server,
            folder,
            self.server.add_device(BOT, DEVICE),
            knows=lambda user: user in {ALICE, MALLORY},
            policy=FirstUse(),
        )
        self.store = await open_store(folder / "state", secrets.token_bytes(32))
        self.hearing = Hearing(
            client=self.client,
            loop=SyncLoop(self.client, renew=self._renew, jitter=lambda: 1.0),
            speaking=self,
            receive=self._receive,
            vault=self.store,
            sealed=self.store,
            people=frozenset({UserId(ALICE)}),
            holds=lambda _: True,
            verifications=verifications(self.client, self.store, self),
            clock=self,
            jitter=lambda: 1.0,
        )
        self.hearing._token = "s0"
        keys = self.client.machine.share_keys()
        device = self.server.devices[BOT, DEVICE]
        device.keys, device.one_time_keys = keys["device_keys"], keys["one_time_keys"]
        self.client.machine.account.shared = True
        self.server.make_room(ROOM, ALICE, MALLORY, BOT)
        self.alice, self.mallory = Peer(self.server, ALICE, "PHONE"), Peer(self.server, MALLORY, "EVIL")
        lists: Json = {ALICE: {"PHONE": self.alice.device_keys()}, MALLORY: {"EVIL": self.mallory.device_keys()}}
        self.learn(WholeKeysQuery.from_dict({"device_keys": lists}))
        for peer in (self.alice, self.mallory):
            peer.share(ROOM, BOT, DEVICE)
        await self._hear(self.server._answer(device, 0, whole=True))

    # --- being told ------------------------------------------------------------------------------------------

    def hears(self, answer: Any) -> list[Incoming]:
        """Be given *answer* as the body of a sync answer, and return what reached the service."""
        return self.run(self._hear(answer))

    async def _hear(self, answer: Any) -> list[Incoming]:
        try:
            body = read_json(json.dumps(answer).encode())
        except (ValueError, RecursionError):
            body = {}
        read = WholeSync.from_dict(body if isinstance(body, dict) else {})
        self.heard = []
        await self.client.receive_response(read)
        if isinstance(read, WholeSync):
            await self.hearing._keep(read)
        return self.heard

    def learn(self, answer: Any) -> None:
        """Be given an answer to a question for devices."""
        self.client.machine.handle_response(answer)  # type: ignore[no-untyped-call]

    def answer(self, *, timeline: Any = (), to_device: Any = (), **more: Any) -> Json:
        """Return a sync answer with these events."""
        room = {"timeline": {"events": list(timeline)}}
        return {
            "next_batch": f"s{next(self._numbers)}",
            "rooms": {"join": {ROOM: room}},
            "to_device": {"events": list(to_device)},
        } | more

    def still_hears(self) -> bool:
        """Say whether what Alice says now is heard as hers, and nothing else is."""
        body = f"!note {next(self._numbers)}"
        event = self.alice.say(ROOM, body)
        return [(one.sender, one.body) for one in messages(self.hears(self.answer(timeline=[event])))] == [
            (ALICE, body)
        ]

    # --- what it stands between ------------------------------------------------------------------------------

    async def _receive(self, batch: Batch) -> Received:
        received = await self.store.receive(batch)
        self.heard += batch.events
        return received

    async def _renew(self, *, soft_logout: bool) -> None:
        raise AssertionError

    def now(self) -> datetime:
        return NOW

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        pass

    async def deliver_owed_keys(self) -> None:
        pass

    def next_owed_in(self) -> float | None:
        return None


def messages(incoming: list[Incoming]) -> list[Message]:
    return [one for one in incoming if isinstance(one, Message)]


def files(incoming: list[Incoming]) -> list[FileSent]:
    return [one for one in incoming if isinstance(one, FileSent)]
