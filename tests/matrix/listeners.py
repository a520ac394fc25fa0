"""Two clients that hear the same: nio as it is, and nio guarded. What hits the first must not hit the second."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, MegolmEvent, SyncError, SyncResponse
from nio.store import SqliteMemoryStore

from bot.core.names import DeviceId, RoomId, UserId
from bot.matrix.guard.answers import WholeSync
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.identities import Person
from bot.matrix.guard.olm import Knows
from bot.matrix.guard.trust import Admitted, Device, DevicePolicy, Verdict
from bot.matrix.http.wire import Wire
from bot.matrix.verification.channels import Channels, Speaking
from bot.matrix.verification.keys import Keys
from bot.matrix.verification.verifications import Verifications
from bot.ports import Clock, CryptoRows, RefusedError, Vault
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.kept_keys import keys_in, rows_in

ROOM = "!incident:example.org"
ALICE, BOB, MALLORY = "@alice:example.org", "@bob:example.org", "@mallory:example.org"
BOT = "@cellule:example.org"
DEVICE = "CELLULE"


@asynccontextmanager
async def bare(server: FakeHomeserver) -> AsyncIterator[AsyncClient]:
    """nio as it is, logged in with its keys uploaded."""
    config = AsyncClientConfig(store=SqliteMemoryStore, store_sync_tokens=True)
    client = AsyncClient(server.url, BOT, DEVICE, config=config)
    client.restore_login(BOT, DEVICE, server.add_device(BOT, DEVICE))
    await client.keys_upload()
    try:
        yield client
    finally:
        await client.close()  # type: ignore[no-untyped-call]


class EveryDevice:
    """A policy that trusts them all: for tests of what is not about trust."""

    def judge(self, person: Person, devices: Sequence[Device]) -> Mapping[DeviceId, Verdict]:
        return dict.fromkeys((device.id for device in devices), Admitted())


EVERY_DEVICE = EveryDevice()


def everybody(_: UserId) -> bool:
    return True


@asynccontextmanager
async def guarded(
    server: FakeHomeserver,
    folder: Path,
    *,
    knows: Knows = everybody,
    policy: DevicePolicy = EVERY_DEVICE,
    crypto: CryptoRows | None = None,
) -> AsyncIterator[GuardedClient]:
    """The same, guarded; its keys are kept by the name of *folder*, or in *crypto*."""
    client = _logged_in(server, crypto or rows_in(folder), server.add_device(BOT, DEVICE), knows, policy)
    await client.load_keys()
    await client.keys_upload()
    try:
        yield client
    finally:
        await client.close()


def guarded_client(
    server: FakeHomeserver,
    folder: Path,
    token: str,
    *,
    knows: Knows = everybody,
    policy: DevicePolicy = EVERY_DEVICE,
) -> GuardedClient:
    """The same after a stop: what nobody waited for is gone."""
    rows = rows_in(folder)
    rows.stop()
    client = _logged_in(server, rows, token, knows, policy)
    client._take_keys(keys_in(folder, DEVICE))
    return client


def _logged_in(
    server: FakeHomeserver, rows: CryptoRows, token: str, knows: Knows, policy: DevicePolicy
) -> GuardedClient:
    client = GuardedClient(server.url, BOT, DEVICE, crypto=rows, knows=knows, policy=policy, proxy=None)
    client.restore_login(BOT, DEVICE, token)
    return client


class SpeaksNowhere:
    """The half that speaks, in a house without direct rooms."""

    async def tell(self, room: RoomId, user: UserId, kind: str, content: Json, *, txn: str) -> None:
        raise RefusedError("NOT_DIRECT")


NOWHERE = SpeaksNowhere()


def verifications(client: GuardedClient, vault: Vault, clock: Clock, speaking: Speaking = NOWHERE) -> Verifications:
    """Answer Alice and Bob who verify us from their devices."""
    wire = Wire(client)
    people = frozenset({UserId(ALICE), UserId(BOB)})
    return Verifications(
        keys=Keys(client, wire, vault), channels=Channels(wire, speaking), knows=people.__contains__, clock=clock
    )


async def pull(client: AsyncClient) -> SyncResponse:
    """Sync once, and neither acknowledge nor ask for anything."""
    answer: SyncResponse | SyncError = await client.sync(timeout=0, full_state=not client.next_batch or None)
    assert isinstance(answer, SyncResponse), answer
    return answer


async def sync(client: AsyncClient) -> SyncResponse:
    """Sync once, keep it, go on from it, and ask for the devices that have to be asked for."""
    answer = await pull(client)
    if isinstance(client, GuardedClient):
        assert isinstance(answer, WholeSync)
        await client.machine.store.settle()
        client.acknowledge(answer)
    if client.should_query_keys:
        await client.keys_query()
    return answer


def heard(answer: SyncResponse, room: str = ROOM) -> list[str]:
    """Return the texts that were decrypted."""
    if room not in answer.rooms.join:
        return []
    events: list[Any] = answer.rooms.join[room].timeline.events
    return [event.source["content"].get("body") for event in events if getattr(event, "decrypted", False)]


def still_locked(answer: SyncResponse, room: str = ROOM) -> list[MegolmEvent]:
    return [event for event in answer.rooms.join[room].timeline.events if isinstance(event, MegolmEvent)]
