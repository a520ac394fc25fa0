"""The half that hears, whole: what reaches the service, when, and what is kept in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.core.names import EventId, RoomId, UserId
from bot.core.trust import Distrust
from bot.matrix.guard import GuardedClient
from bot.matrix.hearing import Hearing
from bot.matrix.sightings import Sightings, Strangers
from bot.matrix.sync import SyncLoop
from bot.matrix.trust import DevicePolicy, FirstUse
from bot.ports import Batch, Incoming, Membership, Message, Sealed, Unreadable
from tests.fakes.homeserver import FakeHomeserver, Json
from tests.fakes.peer import MEGOLM, Peer
from tests.fakes.vault import MemoryVault
from tests.matrix.listeners import ALICE, BOB, BOT, DEVICE, MALLORY, ROOM, eventually, guarded_client, verifications

PATIENCE_S = 10.0
OTHER = "!other:example.org"
DELIVERIES = 10


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


class MemorySealed:
    def __init__(self) -> None:
        self.kept: dict[EventId, Sealed] = {}

    async def keep(self, sealed: Sealed) -> None:
        self.kept[sealed.id] = sealed

    async def forget(self, id: EventId) -> None:
        self.kept.pop(id, None)

    async def all(self) -> tuple[Sealed, ...]:
        return tuple(self.kept.values())


class Bot:
    """What lasts of the bot, and the half that hears while it runs."""

    def __init__(self, server: FakeHomeserver, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.access_token = server.add_device(BOT, DEVICE)
        self.wall = Wall()
        self.vault = MemoryVault()
        self.sealed = MemorySealed()
        self.token: str | None = None
        self.ours = {ROOM}
        """The rooms of incidents."""
        self.heard: list[Incoming] = []
        self.invalidated: list[RoomId] = []
        self.told: list[tuple[RoomId, UserId, str, str]] = []
        self.deliveries = DELIVERIES
        """Of owed keys; below their full number more are soon due."""
        self.failing = 0
        self.client: GuardedClient | None = None
        self.policy: DevicePolicy = FirstUse()
        self.strangers = Strangers(UserId(BOT), patience_s=0)
        self.unreached: Sightings[Distrust] = Sightings(patience_s=0)
        self._hearing: Hearing | None = None
        self._news = asyncio.Condition()

    async def receive(self, batch: Batch) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError
        known = {one.id for one in self.heard}
        self.heard += [one for one in batch.events if one.id not in known]
        self.token = batch.token
        async with self._news:
            self._news.notify_all()

    async def until(self, reached: Callable[[], bool]) -> None:
        await self.server.tell()
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(reached)

    async def until_caught_up(self) -> None:
        await self.until(lambda: self.token == f"s{self.server.position}")

    async def tick(self, passed: timedelta) -> None:
        """Let time pass, and have what waits looked at."""
        self.wall.time += passed
        assert self._hearing is not None
        self._hearing._upkeep.wake()

    async def look(self, passed: timedelta) -> None:
        """Let time pass, and return once what waits was looked at."""
        looked = self.deliveries
        await self.tick(passed)
        await eventually(lambda: self.deliveries > looked)

    def texts(self) -> list[str]:
        return [one.body for one in self.heard if isinstance(one, Message)]

    def invalidate(self, room: RoomId, events: frozenset[EventId] | None = None) -> None:
        self.invalidated.append(room)

    async def tell(self, room: RoomId, user: UserId, kind: str, content: Json, *, txn: str) -> None:
        self.told.append((room, user, kind, content["m.relates_to"]["event_id"]))

    async def deliver_owed_keys(self) -> None:
        self.deliveries += 1

    def next_owed_in(self) -> float | None:
        return 0.01 if self.deliveries < DELIVERIES else None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[GuardedClient]:
        self.client = client = guarded_client(self.server, self.folder, self.access_token)
        await client.keys_upload()

        async def renew(*, soft_logout: bool) -> None:
            raise AssertionError(soft_logout)

        async def pause(seconds: float) -> None:
            await asyncio.sleep(min(seconds, 0.01))

        self._hearing = Hearing(
            client=client,
            loop=SyncLoop(client, renew=renew, jitter=lambda: 0.0, sleep=pause),
            speaking=self,
            receive=self.receive,
            vault=self.vault,
            sealed=self.sealed,
            people=frozenset({UserId(ALICE), UserId(BOB)}),
            knows=lambda user: user in {ALICE, BOB},
            policy=self.policy,
            holds=lambda room: room in self.ours,
            verifications=verifications(client, self.vault, self.wall, self),
            clock=self.wall,
            jitter=lambda: 0.0,
        )
        task = asyncio.get_running_loop().create_task(self._hearing.run(self.token))
        try:
            yield client
        finally:
            task.cancel()
            outcome = await asyncio.gather(task, return_exceptions=True)
            await client.close()
        assert isinstance(outcome[0], asyncio.CancelledError), outcome


async def test_what_was_before_the_first_token_is_not_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    alice.say(ROOM, "!old")
    async with bot.running():
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!new")
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "join"})
        await bot.until(lambda: len(bot.heard) == 2)
    assert bot.texts() == ["!new"]
    assert [(one.user, one.present) for one in bot.heard if isinstance(one, Membership)] == [(BOB, True)]
    assert bot.sealed.kept == {}
    assert set(bot.invalidated) == {ROOM}


async def test_a_gap_is_filled_in_order(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.timeline_limit = 3
    async with bot.running():
        await bot.until_caught_up()
    alice.share(ROOM, BOT, DEVICE)
    said = [f"!note {number}" for number in range(250)]
    for body in said:
        alice.say(ROOM, body)
    async with bot.running():
        await bot.until(lambda: len(bot.heard) == len(said))
    assert bot.texts() == said


async def test_what_was_said_before_we_came_is_not_heard(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    server.timeline_limit = 2
    async with bot.running():
        await bot.until_caught_up()
    alice.share(ROOM, BOT, DEVICE)
    server.make_room(OTHER, ALICE)
    alice.send_olm(BOT, DEVICE, "m.room_key", alice.room_key(OTHER))
    alice.say(OTHER, "!before")
    server.set_state(OTHER, BOT, "m.room.member", BOT, {"membership": "join"})
    for number in range(5):
        alice.say(OTHER, f"!after {number}")
    async with bot.running():
        await bot.until(lambda: len(bot.heard) == 5)
    assert bot.texts() == [f"!after {number}" for number in range(5)]


async def test_a_message_is_heard_once_its_key_comes_even_after_a_restart(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        assert bot.heard == []
        assert len(bot.sealed.kept) == 1
    async with bot.running():
        alice.send_olm(BOT, DEVICE, "m.room_key", key)
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.sealed.kept == {}


async def test_a_message_from_a_device_not_known_yet_is_heard_without_another_answer(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice = Peer(server, ALICE, "PHONE")
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!status")
        await bot.until(lambda: bot.texts() == ["!status"])
    assert bot.sealed.kept == {}


async def test_the_first_words_of_somebody_who_comes_are_heard_in_their_place(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running() as client:
        await bot.until_caught_up()
        bob = Peer(server, BOB, "PHONE")
        server.set_state(ROOM, BOT, "m.room.member", BOB, {"membership": "invite"})
        await bot.until_caught_up()
        await eventually(lambda: BOB in client.machine.tracked_users)
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "join"})
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!one")
        server.set_state(ROOM, BOB, "m.room.member", BOB, {"membership": "leave"})
        await bot.until(lambda: len(bot.heard) == 3)
    assert [type(one) for one in bot.heard] == [Membership, Message, Membership]


async def test_after_the_grace_period_the_sender_is_told_once_and_still_heard_later(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice, mallory = Peer(server, ALICE, "PHONE"), Peer(server, MALLORY, "EVIL")
    server.make_room(ROOM, ALICE, MALLORY, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        mallory.say(ROOM, "!close")
        await bot.until_caught_up()
        await bot.tick(timedelta(seconds=59))
        server.announce(BOB)
        await bot.until_caught_up()
        assert bot.heard == []
        await bot.tick(timedelta(seconds=2))
        await bot.until(lambda: len(bot.heard) == 1)
        await bot.tick(timedelta(seconds=120))
        server.announce(BOB)
        await bot.until_caught_up()
    assert [one.room for one in bot.heard if isinstance(one, Unreadable)] == [ROOM]
    assert len(bot.heard) == 1
    assert all(sealed.answered for sealed in bot.sealed.kept.values())
    async with bot.running():
        await bot.tick(timedelta(days=8))
        server.announce(BOB)
        await bot.until_caught_up()
        await bot.until(lambda: bot.sealed.kept == {})


def asked_for(server: FakeHomeserver) -> list[str]:
    """Return the sessions whose keys Alice's phone was asked for."""
    inbox = [event for _, event in server.devices[ALICE, "PHONE"].inbox]
    requests = [event["content"] for event in inbox if event["type"] == "m.room_key_request"]
    assert all(one["action"] == "request" and one["requesting_device_id"] == DEVICE for one in requests)
    assert len({one["request_id"] for one in requests}) == len(requests)
    return [one["body"]["session_id"] for one in requests]


async def test_a_key_that_did_not_come_is_asked_for_and_taken_from_its_author(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        again = alice.room_key_again(ROOM)
        alice.say(ROOM, "!status")
        alice.say(ROOM, "!list")
        await bot.until_caught_up()
        await bot.tick(timedelta(seconds=4))
        server.announce(BOB)
        await bot.until_caught_up()
        assert asked_for(server) == []
        await bot.tick(timedelta(seconds=2))
        await eventually(lambda: asked_for(server) == [alice.group.session_id])
        alice.send_olm(BOT, DEVICE, "m.forwarded_room_key", again)
        await bot.until(lambda: bot.texts() == ["!status", "!list"])
        await bot.look(timedelta(seconds=30))
    assert len(asked_for(server)) == 1


async def test_a_key_is_asked_for_three_times_and_then_its_sender(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        for _ in range(13):
            await bot.look(timedelta(seconds=5))
            server.announce(BOB)
            await bot.until_caught_up()
    assert asked_for(server) == [alice.group.session_id] * 3
    assert [type(one) for one in bot.heard] == [Unreadable]


async def test_a_session_that_another_names_first_is_still_asked_of_its_author(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        content = alice.payload(ROOM, "m.room.message", {"msgtype": "m.text", "body": "!status"})
        server.say(ROOM, BOB, content)
        server.say(ROOM, ALICE, content)
        await bot.until_caught_up()
        await bot.look(timedelta(seconds=6))
        await eventually(lambda: asked_for(server) == [alice.group.session_id])
    assert len(bob.server.devices[BOB, "PHONE"].inbox) == 1


async def test_a_key_that_another_passes_on_opens_nothing(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    alice, bob = Peer(server, ALICE, "PHONE"), Peer(server, BOB, "PHONE")
    server.make_room(ROOM, ALICE, BOB, BOT)
    async with bot.running():
        await bot.until_caught_up()
        again = alice.room_key_again(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        bob.send_olm(BOT, DEVICE, "m.forwarded_room_key", again)
        # As if it were his own: then it is not of Alice's device.
        bob.send_olm(BOT, DEVICE, "m.forwarded_room_key", again | {"sender_key": bob.curve25519})
        await bot.until_caught_up()
        bob.share(ROOM, BOT, DEVICE)
        bob.say(ROOM, "!list")
        await bot.until(lambda: bot.texts() == ["!list"])
    assert bot.texts() == ["!list"]


async def test_while_the_homeserver_is_not_heard_nobody_is_told_that_a_key_is_missing(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        key = alice.room_key(ROOM)
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
    # The key comes while we are away, and for a while after that nothing is to be heard.
    bot.wall.time += timedelta(minutes=5)
    alice.send_olm(BOT, DEVICE, "m.room_key", key)
    server.refusals += [(502, {})] * 20
    async with bot.running():
        await bot.until(lambda: bot.heard != [])
    assert bot.texts() == ["!status"]
    assert len(bot.heard) == 1


async def test_who_is_not_heard_for_a_while_is_told_with_the_next_answer(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        alice.say(ROOM, "!status")
        await bot.until_caught_up()
        await bot.look(timedelta(minutes=5))
        assert bot.heard == []
        server.announce(BOB)
        await bot.until(lambda: len(bot.heard) == 1)
    assert isinstance(bot.heard[0], Unreadable)


async def test_a_room_that_becomes_none_of_ours_is_left_while_we_hear(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE, MALLORY, BOT)
    server.make_room(OTHER, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        assert not asked(server, OTHER, "leave")
        server.set_state(OTHER, ALICE, "m.room.member", MALLORY, {"membership": "invite"})
        await server.tell()
        await eventually(lambda: asked(server, OTHER, "leave"))
    assert not asked(server, ROOM, "leave")


async def test_an_inbox_that_fails_for_a_while_loses_and_doubles_nothing(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    alice = Peer(server, ALICE, "PHONE")
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        bot.failing = 3
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!one")
        await bot.until(lambda: bot.texts() == ["!one"])
        alice.say(ROOM, "!two")
        await bot.until(lambda: bot.texts() == ["!one", "!two"])


async def test_keys_are_refilled_while_it_runs(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    async with bot.running():
        await bot.until_caught_up()
        server.devices[BOT, DEVICE].one_time_keys.clear()
        server.announce(ALICE)
        await server.tell()
        await eventually(lambda: bool(server.devices[BOT, DEVICE].one_time_keys))


def invitation(inviter: str, *, encrypted: bool = True) -> list[Json]:
    member = {
        "type": "m.room.member",
        "state_key": BOT,
        "sender": inviter,
        "content": {"membership": "invite"},
    }
    encryption = {
        "type": "m.room.encryption",
        "state_key": "",
        "sender": inviter,
        "content": {"algorithm": MEGOLM},
    }
    return [member, encryption] if encrypted else [member]


def came_to(server: FakeHomeserver, room: str) -> bool:
    return BOT in server.rooms[room].members()


def asked(server: FakeHomeserver, room: str, verb: str) -> bool:
    return any(path.endswith(f"/{room}/{verb}") for _, path in server.requests)


async def test_owed_keys_are_delivered_when_they_are_due_though_nothing_is_heard(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    bot = Bot(server, tmp_path)
    bot.deliveries = 0
    server.make_room(ROOM, ALICE, BOT)
    async with bot.running():
        await bot.until_caught_up()
        await eventually(lambda: bot.deliveries >= DELIVERIES)


async def test_an_invitation_of_one_of_our_people_is_followed(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    server.make_room(ROOM, ALICE)
    # Waiting since before the first start.
    server.invite(BOT, ROOM, invitation(ALICE))
    alice = Peer(server, ALICE, "PHONE")
    async with bot.running():
        await eventually(lambda: asked(server, ROOM, "join"))
        await bot.until_caught_up()
        alice.share(ROOM, BOT, DEVICE)
        alice.say(ROOM, "!help")
        await bot.until(lambda: bot.texts() == ["!help"])
    assert not asked(server, ROOM, "leave")


async def test_other_invitations_are_declined(server: FakeHomeserver, tmp_path: Path) -> None:
    bot = Bot(server, tmp_path)
    stranger, plain, readable = "!stranger:example.org", "!plain:example.org", "!readable:example.org"
    for room in (stranger, plain, readable):
        server.make_room(room, ALICE)
    server.set_state(readable, ALICE, "m.room.history_visibility", "", {"history_visibility": "world_readable"})
    async with bot.running():
        await bot.until_caught_up()
        server.invite(BOT, stranger, invitation(MALLORY))
        server.invite(BOT, plain, invitation(ALICE, encrypted=False))
        server.invite(BOT, readable, invitation(ALICE))
        await server.tell()
        await eventually(lambda: all(asked(server, room, "forget") for room in (stranger, plain, readable)))
    assert not asked(server, stranger, "join")
    assert not asked(server, plain, "join")
    assert not any(came_to(server, room) for room in (stranger, plain, readable))
