"""People with devices of their own on a real homeserver: what they can read is the proof of what was sent to them."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from pathlib import Path
from types import MethodType
from typing import Any, Self, cast

from nio import LoginResponse, MegolmEvent, SyncResponse

from bot.core.names import EventId, RoomId, UserId
from bot.demo.homeserver import Homeserver
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.decryption import Opened
from bot.matrix.guard.trust import DevicePolicy
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.chat import MatrixChat
from bot.matrix.speaking.key_delay import KEY_DELAY_S
from bot.ports import Content, RoomPlan
from tests.fakes.vault import MemoryVault
from tests.kept_keys import rows_in
from tests.matrix.listeners import EVERY_DEVICE, everybody
from tests.patience import PATIENCE_S
from tests.servers import Account, register

_devices = itertools.count(1)
FIRST_USE = FirstUse()


class Person:
    """Somebody with one logged-in device."""

    def __init__(self, account: Account, client: GuardedClient) -> None:
        self.account = account
        self.client = client
        self.wire = Wire(client)
        self.user = UserId(account.user)
        self.timelines: dict[str, dict[str, Any]] = {}
        self.used: set[RoomId] = set()
        """Rooms that are used already, when another is made."""

    @classmethod
    async def log_in(cls, url: str, account: Account, folder: Path, policy: DevicePolicy = EVERY_DEVICE) -> Self:
        device = f"DEVICE{next(_devices)}"
        crypto = rows_in(folder / device)
        client = GuardedClient(url, account.user, device, crypto=crypto, knows=everybody, policy=policy, proxy=None)
        answer = await client.login(account.password, device_name="Test")
        assert isinstance(answer, LoginResponse), answer
        await client.load_keys()
        person = cls(account, client)
        await client.keys_upload()
        await person.sync()
        return person

    async def sync(self, timeout_ms: int = 0) -> None:
        response = await self.client.sync(timeout=timeout_ms)
        assert isinstance(response, SyncResponse), response
        self.client.acknowledge(response)
        for room, info in response.rooms.join.items():
            timeline = self.timelines.setdefault(room, {})
            timeline.update({event.event_id: event for event in info.timeline.events if hasattr(event, "event_id")})
        await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.refresh_devices()

    async def join(self, room: RoomId) -> None:
        await self.wire.ask("POST", ("rooms", room, "join"), {})

    async def leave(self, room: RoomId) -> None:
        await self.wire.ask("POST", ("rooms", room, "leave"), {})

    async def invite(self, room: RoomId, other: UserId) -> None:
        await self.wire.ask("POST", ("rooms", room, "invite"), {"user_id": other})

    async def set_state(self, room: RoomId, kind: str, **content: object) -> None:
        await self.wire.ask("PUT", ("rooms", room, "state", kind, ""), content)

    async def event(self, room: RoomId, event: EventId) -> Any:
        """Wait for *event*, and open it if the key and the device can be had."""
        async with asyncio.timeout(PATIENCE_S):
            while event not in self.timelines.get(room, {}):
                await self.sync(200)
        found = self.timelines[room][event]
        if not isinstance(found, MegolmEvent):
            return found
        # What its key and its device need was asked for by now; the first sync after brings the rest.
        for _ in range(2):
            outcome = self.client.open(found, room)
            if isinstance(outcome, Opened):
                return outcome.event
            await self.sync()
        return found

    async def read(self, room: RoomId, event: EventId) -> str | None:
        """Return the body of *event*, or None when it cannot be read: everything sent before it has arrived."""
        found = await self.event(room, event)
        return None if isinstance(found, MegolmEvent) else found.source["content"].get("body")

    async def raw(self, room: RoomId, event: EventId) -> dict[str, Any]:
        """Return *event* as the homeserver has it."""
        return await self.wire.ask("GET", ("rooms", room, "event", event))


class Bot(Person):
    """The one that speaks through MatrixChat."""

    chat: MatrixChat

    def __init__(self, account: Account, client: GuardedClient) -> None:
        super().__init__(account, client)
        self.vault = MemoryVault()

    def open_chat(
        self,
        *,
        federate: bool = True,
        key_delay_s: float | None = KEY_DELAY_S,
    ) -> MatrixChat:
        """Begin anew with the same vault, as after a restart."""
        self.chat = MatrixChat(
            self.client,
            self.vault,
            holds=lambda room: room in self.used,
            federate=federate,
            key_delay_s=key_delay_s,
        )
        return self.chat


def part_of(method: object) -> Any:
    """Return the part of the half that speaks which has a method of the port."""
    return cast("MethodType", method).__self__


class Town:
    """Logs people in and closes all their clients at the end."""

    def __init__(self, homeserver: Homeserver, folder: Path) -> None:
        self.homeserver = homeserver
        self.folder = folder
        self._people: list[Person] = []

    async def person(self, stem: str = "alice", *, url: str | None = None) -> Person:
        return await self.device_of(await register(self.homeserver, stem), url=url)

    async def device_of(self, account: Account, *, url: str | None = None) -> Person:
        """Log *account* in on a new device."""
        person = await Person.log_in(url or self.homeserver.url, account, self.folder)
        self._people.append(person)
        return person

    async def bot(self, *, url: str | None = None, policy: DevicePolicy = FIRST_USE, federate: bool = True) -> Bot:
        """Log a bot in, past the homeserver's own address if *url* is given."""
        account = await register(self.homeserver, "cellule")
        bot = await Bot.log_in(url or self.homeserver.url, account, self.folder, policy)
        bot.open_chat(federate=federate)
        self._people.append(bot)
        return bot

    async def close(self) -> None:
        for person in self._people:
            await person.client.close()


async def say(bot: Bot, room: RoomId, body: str, *readers: Person) -> EventId:
    content = Content(body=body, html="")
    return await bot.chat.say(room, content, txn=secrets.token_hex(8), readers=frozenset(p.user for p in readers))


async def opened(bot: Bot, *people: Person, admins: tuple[Person, ...] = ()) -> RoomId:
    """Let the bot make a room and invite *people*."""
    return await bot.chat.create_room(plan(*people, admins=admins))


def plan(*people: Person, admins: tuple[Person, ...] = ()) -> RoomPlan:
    return RoomPlan(
        name=secrets.token_hex(4),
        invite=tuple(person.user for person in people),
        admins=tuple(person.user for person in admins),
    )
