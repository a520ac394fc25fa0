"""The answering side of verifications on a homeserver of the tests, and what it says and tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.core.names import UserId
from bot.matrix.account.seeds import keep_seeds, make_seeds, public_of
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.wire import Wire
from bot.matrix.verification.channels import Channels, Speaking
from bot.matrix.verification.keys import Keys
from bot.matrix.verification.verifications import Verifications
from bot.ports import Comparison, VerificationEnd, VerificationEnded, VerificationShown
from tests.fakes.clock import FakeClock
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import Peer
from tests.fakes.vault import MemoryVault
from tests.fakes.verifier import Verifier
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, NOWHERE, guarded
from tests.patience import eventually

PHONE = "PHONE"
MASTER = "bm9ib2R5IGtub3dzIHRoaXMgbWFzdGVyIGtleSB5ZXQ"
News = VerificationShown | VerificationEnded


@dataclass(kw_only=True)
class Desk:
    """The bot's side, and what it told."""

    server: FakeHomeserver
    client: GuardedClient
    clock: FakeClock
    verifications: Verifications
    bob: Peer
    seeds: list[bytes]
    news: list[News] = field(default_factory=list)

    def hear(self, *sources: Any) -> None:
        self.verifications.hear_to_device([SimpleNamespace(source=source) for source in sources])

    async def tell(self, news: News) -> None:
        self.news.append(news)

    def told(self, device: str = PHONE, user: str = BOB) -> list[tuple[str, Json]]:
        """Return what the bot sent to a device, by kind."""
        return [
            (event["type"].removeprefix("m.key.verification."), event["content"])
            for _, event in self.server.devices[user, device].inbox
        ]

    async def next(self, kind: str, count: int = 1) -> Json:
        """Wait for the *count*-th message of a kind."""
        await eventually(lambda: [told for told, _ in self.told()].count(kind) >= count)
        return [content for told, content in self.told() if told == kind][count - 1]

    def cancelled(self) -> list[str]:
        return [content["code"] for kind, content in self.told() if kind == "cancel"]

    async def end(self) -> VerificationEnd:
        await eventually(lambda: any(isinstance(news, VerificationEnded) for news in self.news))
        return next(news.end for news in self.news if isinstance(news, VerificationEnded))

    def proven(self) -> tuple[str | None, UserId | None]:
        """Return the master key that the end tells as theirs, and who compared."""
        (ended,) = [news for news in self.news if isinstance(news, VerificationEnded)]
        return ended.master, ended.by

    @property
    def now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    def verifier(self, *, user: str = BOB, transaction: str = "t1") -> Verifier:
        return Verifier(user, PHONE, (BOT, DEVICE), transaction=transaction)

    async def shown(self, verifier: Verifier, **start: Any) -> Comparison:
        """Go on until both sides have something to show."""
        self.hear(verifier.request(self.now_ms))
        assert (await self.next("ready"))["methods"] == ["m.sas.v1"]
        self.hear(verifier.start(**start))
        accept = await self.next("accept")
        self.hear(verifier.message("key", {"key": verifier.key}))
        verifier.meet(accept, await self.next("key"))
        await eventually(lambda: bool(self.verifications.waiting()))
        return self.verifications.waiting()[0]

    def keys(self) -> dict[str, str]:
        """Return what the bot must vouch for."""
        master = public_of(self.seeds[0])
        device = self.client.machine.account.identity_keys["ed25519"]
        return {f"ed25519:{DEVICE}": device, f"ed25519:{master}": master}

    def bobs_keys(self) -> dict[str, str]:
        return {f"ed25519:{PHONE}": self.bob.ed25519, f"ed25519:{MASTER}": MASTER}


@asynccontextmanager
async def opened(server: FakeHomeserver, folder: Path, speaking: Speaking = NOWHERE) -> AsyncIterator[Desk]:
    async with guarded(server, folder) as client:
        vault, clock, seeds = MemoryVault(), FakeClock(), make_seeds()
        await keep_seeds(vault, seeds)
        wire = Wire(client)
        verifications = Verifications(
            keys=Keys(client, wire, vault),
            channels=Channels(wire, speaking),
            knows=frozenset({UserId(ALICE), UserId(BOB)}).__contains__,
            clock=clock,
        )
        bob = Peer(server, BOB, PHONE)
        server.master_keys[BOB] = {"user_id": BOB, "usage": ["master"], "keys": {f"ed25519:{MASTER}": MASTER}}
        desk = Desk(server=server, client=client, clock=clock, verifications=verifications, bob=bob, seeds=seeds)
        running = asyncio.create_task(verifications.run(desk.tell))
        try:
            yield desk
        finally:
            running.cancel()
            outcome = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(outcome[0], asyncio.CancelledError), outcome
