"""The gateway on a real homeserver, with the real store: heard, answered, stopped, started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bot.config import Matrix, PasswordLogin
from bot.core.names import RoomId, UserId
from bot.host.clock import WallClock
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.gateway import Gateway, Surroundings, open_gateway
from bot.matrix.hearing.sync import LONG_POLL_MS
from bot.ports import UNCOUNTED, Batch, Content, Incoming, Membership, Message, Received
from bot.store.sqlite import SqliteStore, open_store
from tests.matrix.between import Between
from tests.matrix.people import Person, Town, plan
from tests.patience import PATIENCE_S, eventually
from tests.servers import register

KEY = b"k" * 32


class Running:
    """One run of the bot over its state folder."""

    def __init__(self, gateway: Gateway, store: SqliteStore) -> None:
        self.gateway = gateway
        self.store = store
        self.heard: list[Incoming] = []
        self._news = asyncio.Condition()

    async def receive(self, batch: Batch) -> Received:
        received = await self.store.receive(batch)
        self.heard += batch.events
        async with self._news:
            self._news.notify_all()
        return received

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(reached)

    def texts(self) -> list[str]:
        return [one.body for one in self.heard if isinstance(one, Message)]


class House:
    """The bot's account and its state folder."""

    def __init__(self, town: Town, user: str, password: Path, *people: Person) -> None:
        self.town = town
        self.url = town.homeserver.url
        self.user = user
        self.password = password
        self.people = frozenset(UserId(person.user) for person in people)
        self.rooms: set[RoomId] = set()
        """Those of incidents."""
        self.holds: Callable[[RoomId], bool] = self.rooms.__contains__

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Running]:
        folder = self.password.parent / "state"
        async with await open_store(folder, KEY) as store:
            login = PasswordLogin(file=self.password)
            account = Matrix(homeserver=self.url, user_id=UserId(self.user), login=login, device_name="Cellule")
            surroundings = Surroundings(
                account=account,
                crypto=store.crypto,
                vault=store,
                sealed=store,
                sync_token=store.sync_token,
                people=self.people,
                may_verify=self.people.__contains__,
                knows=self.people.__contains__,
                holds=self.holds,
                policy=FirstUse(),
                clock=WallClock(),
                federate=True,
                counts=UNCOUNTED,
            )
            async with open_gateway(surroundings) as gateway:
                running = Running(gateway, store)
                task = asyncio.get_running_loop().create_task(gateway.run(running.receive))
                try:
                    yield running
                finally:
                    task.cancel()
                    # It does not wait for the answer that it asked for.
                    async with asyncio.timeout(LONG_POLL_MS / 1000 / 2):
                        outcome = await asyncio.gather(task, return_exceptions=True)
            assert isinstance(outcome[0], asyncio.CancelledError), outcome


async def house(town: Town, folder: Path, *people: Person) -> House:
    account = await register(town.homeserver, "cellule")
    password = folder / "password"

    def write() -> None:
        password.write_text(account.password)
        password.chmod(0o600)

    await asyncio.to_thread(write)
    return House(town, account.user, password, *people)


async def room_of(person: Person, *, encrypted: bool = True) -> RoomId:
    encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    answer = await person.wire.ask(
        "POST", ("createRoom",), {"preset": "private_chat", "initial_state": [encryption] if encrypted else []}
    )
    return RoomId(answer["room_id"])


async def tell(person: Person, room: RoomId, body: str) -> None:
    await person.sync()
    await person.client.room_send(
        room, "m.room.message", {"msgtype": "m.text", "body": body}, ignore_unverified_devices=True
    )


async def membership(person: Person, room: RoomId, user: str) -> str:
    state = await person.wire.ask("GET", ("rooms", room, "state", "m.room.member", user))
    return str(state["membership"])


async def test_it_hears_answers_stops_and_hears_what_was_said_meanwhile(town: Town, tmp_path: Path) -> None:
    alice, bob = await town.person("alice"), await town.person("bob")
    home = await house(town, tmp_path, alice, bob)
    room = await room_of(alice)
    home.rooms.add(room)
    async with home.running() as bot:
        await alice.invite(room, UserId(home.user))
        await joined(alice, room, home.user)
        await tell(alice, room, "!one")
        await bot.until(lambda: bot.texts() == ["!one"])
        content = Content(body="heard", html="")
        event = await bot.gateway.chat.say(room, content, txn="1", readers=frozenset({alice.user}))
        assert await alice.read(room, event) == "heard"
        assert bot.gateway.seconds_since_sync is not None
    said = [f"!note {number}" for number in range(130)]
    for body in said:
        await tell(alice, room, body)
    await alice.invite(room, bob.user)
    await bob.join(room)
    async with home.running() as bot:
        await bot.until(lambda: len(bot.heard) == len(said) + 2)
        assert bot.texts() == said
        moves = [one for one in bot.heard if isinstance(one, Membership)]
        assert [(one.user, one.invited, one.present) for one in moves] == [
            (bob.user, True, False),
            (bob.user, False, True),
        ]
        await bob.sync()
        await tell(bob, room, "!two")
        await bot.until(lambda: bot.texts()[-1] == "!two")
        assert len(await bot.store.waiting()) == len(said) + 6, "the call into the room is news too"


class Holding(Between):
    """A homeserver whose syncs arrive when they are let go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def _forward(self, request: web.Request, data: bytes) -> web.Response:
        answer = await super()._forward(request, data)
        if request.path.endswith("/sync"):
            await self.let_go.wait()
        return answer


@pytest.mark.parametrize("is_late", [False, True])
async def test_what_it_hears_of_a_room_it_just_made_was_read_before(town: Town, tmp_path: Path, is_late: bool) -> None:
    """Whether it hears of the room while that is made, or once its state was read."""
    alice = await town.person("alice")
    home, direct = await house(town, tmp_path, alice), await room_of(alice)
    # Who looks whether a room is ours reads its state too, and looks at none that is; who makes one makes a new one.
    makes_rooms = asyncio.current_task()
    home.holds = lambda _: asyncio.current_task() is not makes_rooms
    async with Holding(home.url) as between:
        home.url = between.url
        async with home.running() as bot:
            await alice.invite(direct, UserId(home.user))
            await joined(alice, direct, home.user)
            if is_late:
                between.let_go.clear()
            room = await bot.gateway.chat.create_room(plan(alice))
            between.let_go.set()
            await tell(alice, direct, "!heard after it")
            await bot.until(lambda: len(bot.texts()) == 1)
            content = Content(body="first", html="")
            await bot.gateway.chat.say(room, content, txn="1", readers=frozenset({alice.user}))
            assert between.count("GET", f"rooms/{room}/state") == 1, "to see that it is safe, and never again"
            await alice.join(room)
            await tell(alice, direct, "!and after that")
            await bot.until(lambda: len(bot.texts()) == 2)
            await bot.gateway.chat.say(room, content, txn="2", readers=frozenset({alice.user}))
            assert between.count("GET", f"rooms/{room}/state") > 1, "somebody came"


async def joined(person: Person, room: RoomId, user: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await membership(person, room, user) != "join":
            await person.sync(100)
    await person.sync()


async def test_invitations_it_must_not_follow_are_declined(town: Town, tmp_path: Path) -> None:
    alice, stranger = await town.person("alice"), await town.person("mallory")
    home = await house(town, tmp_path, alice)
    strange, plain = await room_of(stranger), await room_of(alice, encrypted=False)
    await stranger.invite(strange, UserId(home.user))
    await alice.invite(plain, UserId(home.user))
    async with home.running():
        async with asyncio.timeout(PATIENCE_S):
            while (await membership(stranger, strange, home.user), await membership(alice, plain, home.user)) != (
                "leave",
                "leave",
            ):
                await stranger.sync(100)


async def test_somebody_who_drains_its_keys_does_not_make_it_unreachable(town: Town, tmp_path: Path) -> None:
    alice, bob = await town.person("alice"), await town.person("bob")
    home = await house(town, tmp_path, alice, bob)
    async with home.running() as bot:
        client = bot.gateway._client
        await eventually(lambda: client.next_batch != "")
        device = str(client.device_id)

        async def claim() -> str:
            asked = {"one_time_keys": {home.user: {device: "signed_curve25519"}}}
            answer = await alice.wire.ask("POST", ("keys", "claim"), asked)
            (key,) = answer["one_time_keys"][home.user][device].values()
            return str(key["key"])

        drained = [await claim() for _ in range(52)]
        # From the fifty-first on it is the fallback key.
        assert drained[-1] == drained[-2]
        assert len(set(drained)) == 51
        room = await room_of(bob)
        await bob.invite(room, UserId(home.user))
        await joined(bob, room, home.user)
        await tell(bob, room, "!still here")
        await bot.until(lambda: bot.texts() == ["!still here"])
        await eventually(lambda: not client.should_upload_keys)
        assert await claim() not in drained
