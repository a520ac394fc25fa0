"""The contract of `ports.Chat`, for the rooms in memory and for those of a real homeserver."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.core.facts import EncryptedFile
from bot.core.names import EventId, RoomId, UserId
from bot.ports import Attachment, BusyError, Chat, Content, RefusedError, RoomPlan, UnreachableError
from tests.fakes.chat import FakeChat, FakeRoom
from tests.matrix.attachments import opened_file, uploaded
from tests.matrix.between import Between, Instead, Lost, Passed
from tests.matrix.people import Bot, Person, Town

NOBODY = UserId("@nobody:example.org")


class World(ABC):
    """A chat and the people around it."""

    chat: Chat

    @abstractmethod
    async def person(self) -> UserId: ...

    @abstractmethod
    async def join(self, room: RoomId, user: UserId) -> None: ...

    @abstractmethod
    async def leave(self, room: RoomId, user: UserId) -> None: ...

    @abstractmethod
    async def membership(self, room: RoomId, user: UserId) -> str | None: ...

    @abstractmethod
    async def can_read(self, user: UserId, room: RoomId, event: EventId) -> bool: ...

    @abstractmethod
    async def file(self, user: UserId, room: RoomId, event: EventId) -> Attachment | None: ...

    @abstractmethod
    async def upload(self, data: bytes) -> EncryptedFile: ...

    @abstractmethod
    async def pinned(self, room: RoomId) -> EventId | None: ...

    @abstractmethod
    async def open_to_the_world(self, room: RoomId) -> None: ...

    @abstractmethod
    async def unencrypted_room(self, user: UserId) -> RoomId: ...

    @abstractmethod
    def limit_next(self) -> None: ...

    @abstractmethod
    def lose_next(self) -> None: ...


class FakeWorld(World):
    def __init__(self) -> None:
        self.fake = FakeChat()
        self.chat = self.fake

    async def person(self) -> UserId:
        return UserId(f"@{secrets.token_hex(4)}:example.org")

    async def join(self, room: RoomId, user: UserId) -> None:
        self.fake.join(room, user)

    async def leave(self, room: RoomId, user: UserId) -> None:
        self.fake.leave(room, user)

    async def membership(self, room: RoomId, user: UserId) -> str | None:
        return self.fake.rooms[room].members.get(user)

    async def can_read(self, user: UserId, room: RoomId, event: EventId) -> bool:
        return any(said.event == event and user in said.holders for said in self.fake.rooms[room].said)

    async def file(self, user: UserId, room: RoomId, event: EventId) -> Attachment | None:
        (said,) = (said for said in self.fake.rooms[room].said if said.event == event)
        assert (said.content.file in self.fake.files_of(room, user)) == (user in said.holders)
        return said.content.file if user in said.holders else None

    async def upload(self, data: bytes) -> EncryptedFile:
        file = EncryptedFile(url=f"mxc://example.org/{len(self.fake.media)}", key="k", iv="i", sha256="s")
        self.fake.media[file] = data
        return file

    async def pinned(self, room: RoomId) -> EventId | None:
        return self.fake.rooms[room].pinned

    async def open_to_the_world(self, room: RoomId) -> None:
        self.fake.rooms[room].world_readable = True

    async def unencrypted_room(self, user: UserId) -> RoomId:
        room = RoomId("!clear:example.org")
        plan = RoomPlan(name="clear", invite=(user,), admins=())
        self.fake.rooms[room] = FakeRoom(plan=plan, members={user: "invite"}, encrypted=False)
        return room

    def limit_next(self) -> None:
        self.fake.faults.append(BusyError(timedelta(seconds=2)))

    def lose_next(self) -> None:
        self.fake.lost = 1


class RealWorld(World):
    def __init__(self, town: Town, between: Between, bot: Bot) -> None:
        self.chat = bot.chat
        self._town = town
        self._between = between
        self._bot = bot
        self._people: dict[UserId, Person] = {}

    async def person(self) -> UserId:
        person = await self._town.person()
        self._people[person.user] = person
        return person.user

    async def join(self, room: RoomId, user: UserId) -> None:
        await self._people[user].join(room)
        self._bot.chat.invalidate(room)

    async def leave(self, room: RoomId, user: UserId) -> None:
        await self._people[user].leave(room)
        self._bot.chat.invalidate(room)

    async def membership(self, room: RoomId, user: UserId) -> str | None:
        try:
            found = await self._bot.wire.ask("GET", ("rooms", room, "state", "m.room.member", user))
        except RefusedError:
            return None
        return str(found["membership"])

    async def can_read(self, user: UserId, room: RoomId, event: EventId) -> bool:
        return await self._people[user].read(room, event) is not None

    async def file(self, user: UserId, room: RoomId, event: EventId) -> Attachment | None:
        return await opened_file(self._people[user], room, event)

    async def upload(self, data: bytes) -> EncryptedFile:
        return await uploaded(await self._town.person(), data)

    async def pinned(self, room: RoomId) -> EventId | None:
        found = await self._bot.wire.ask("GET", ("rooms", room, "state", "m.room.pinned_events", ""))
        (event,) = found["pinned"]
        return EventId(event)

    async def open_to_the_world(self, room: RoomId) -> None:
        await self._bot.set_state(room, "m.room.history_visibility", history_visibility="world_readable")
        self._bot.chat.invalidate(room)

    async def unencrypted_room(self, user: UserId) -> RoomId:
        made = await self._bot.wire.ask("POST", ("createRoom",), {"preset": "private_chat", "invite": [user]})
        return RoomId(made["room_id"])

    def limit_next(self) -> None:
        armed = True

        def meddle(_: Passed) -> Instead | None:
            nonlocal armed
            limited, armed = armed, False
            refusal = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}
            return Instead(status=429, body=refusal) if limited else None

        self._between.meddle = meddle

    def lose_next(self) -> None:
        # What is read is not lost: only what changes something.
        left = 2

        def meddle(request: Passed) -> Lost | None:
            nonlocal left
            if left and request.method != "GET" and "/keys/" not in request.path:
                left -= 2 if request.method == "POST" else 1
                return Lost()
            return None

        self._between.meddle = meddle


def plan(*people: UserId) -> RoomPlan:
    return RoomPlan(name=secrets.token_hex(4), invite=people, admins=people[:1])


FILE = Attachment(name="registre incidents.csv", mime="text/csv", data="é;1\r\n".encode() * 1000)


def content(body: str = "hello") -> Content:
    return Content(body=body, html="")


async def say(world: World, room: RoomId, *readers: UserId) -> EventId:
    return await world.chat.say(room, content(), txn=secrets.token_hex(4), readers=frozenset(readers))


class Contract:
    """What every chat does."""

    async def test_a_plan_is_one_room_however_often_it_is_asked_for(self, world: World) -> None:
        first, second = plan(), plan()
        room = await world.chat.create_room(first)
        assert await world.chat.create_room(first) == room
        assert await world.chat.create_room(second) != room

    async def test_a_room_whose_making_was_not_confirmed_is_found_again(self, world: World) -> None:
        alice = await world.person()
        wanted = plan(alice)
        world.lose_next()
        with pytest.raises(UnreachableError):
            await world.chat.create_room(wanted)
        room = await world.chat.create_room(wanted)
        assert await world.chat.create_room(wanted) == room
        assert await world.membership(room, alice) == "invite"

    async def test_at_most_ten_are_invited_with_the_room(self, world: World) -> None:
        users = [UserId(f"@nobody{number}:example.org") for number in range(11)]
        room = await world.chat.create_room(plan(*users))
        assert [await world.membership(room, user) for user in users] == ["invite"] * 10 + [None]

    async def test_inviting_again_changes_nothing(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan())
        await world.chat.invite(room, alice)
        await world.chat.invite(room, alice)
        assert await world.membership(room, alice) == "invite"
        await world.join(room, alice)
        await world.chat.invite(room, alice)
        assert await world.membership(room, alice) == "join"

    async def test_somebody_removed_or_gone_is_out_and_can_be_invited_again(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        await world.join(room, alice)
        await world.chat.remove(room, alice)
        assert await world.membership(room, alice) == "leave"
        await world.chat.remove(room, alice)
        await world.chat.remove(room, NOBODY)
        assert await world.membership(room, NOBODY) is None
        await world.chat.invite(room, alice)
        assert await world.membership(room, alice) == "invite"

    async def test_a_file_that_somebody_sent_is_fetched_and_one_that_was_changed_is_refused(self, world: World) -> None:
        file = await world.upload(FILE.data)
        assert await world.chat.fetch(file) == FILE.data
        with pytest.raises(RefusedError, match="DAMAGED"):
            await world.chat.fetch(replace(file, sha256="A" * 43))

    async def test_readers_who_are_joined_or_invited_can_read_and_nobody_else(self, world: World) -> None:
        joined, invited, no_reader = await world.person(), await world.person(), await world.person()
        room = await world.chat.create_room(plan(joined, invited, no_reader))
        await world.join(room, joined)
        await world.join(room, no_reader)
        event = await say(world, room, joined, invited, NOBODY)
        await world.join(room, invited)
        assert [await world.can_read(user, room, event) for user in (joined, invited, no_reader)] == [True, True, False]

    async def test_a_file_reaches_readers_whole_and_nobody_else(self, world: World) -> None:
        alice, bob = await world.person(), await world.person()
        room = await world.chat.create_room(plan(alice, bob))
        await world.join(room, alice)
        await world.join(room, bob)
        handed_out = Content(body=FILE.name, html="", file=FILE)
        event = await world.chat.say(room, handed_out, txn="file", readers=frozenset({alice}))
        assert await world.file(alice, room, event) == FILE
        assert await world.file(bob, room, event) is None
        assert await world.chat.say(room, handed_out, txn="file", readers=frozenset({alice})) == event

    async def test_a_file_whose_sending_was_not_confirmed_is_one_message(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        await world.join(room, alice)
        await say(world, room, alice)
        captioned = Content(body="the register", html="", file=FILE)
        world.lose_next()
        with pytest.raises(UnreachableError):
            await world.chat.say(room, captioned, txn="lost", readers=frozenset({alice}))
        event = await world.chat.say(room, captioned, txn="lost", readers=frozenset({alice}))
        assert await world.file(alice, room, event) == FILE

    async def test_after_a_removal_the_next_message_is_for_the_others(self, world: World) -> None:
        alice, bob = await world.person(), await world.person()
        room = await world.chat.create_room(plan(alice, bob))
        await world.join(room, alice)
        await world.join(room, bob)
        await say(world, room, alice, bob)
        await world.chat.remove(room, bob)
        event = await say(world, room, alice, bob)
        assert await world.can_read(alice, room, event)
        await world.chat.invite(room, bob)
        await world.join(room, bob)
        assert not await world.can_read(bob, room, await say(world, room, alice))

    async def test_the_same_transaction_is_one_message(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        first = await world.chat.say(room, content(), txn="1", readers=frozenset({alice}))
        assert await world.chat.say(room, content(), txn="1", readers=frozenset({alice})) == first
        assert await world.chat.say(room, content(), txn="2", readers=frozenset({alice})) != first

    async def test_a_message_whose_answer_was_lost_is_not_said_twice(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        await say(world, room, alice)
        world.lose_next()
        with pytest.raises(UnreachableError):
            await world.chat.say(room, content(), txn="lost", readers=frozenset({alice}))
        event = await world.chat.say(room, content(), txn="lost", readers=frozenset({alice}))
        assert await world.chat.say(room, content(), txn="lost", readers=frozenset({alice})) == event

    async def test_a_message_nobody_could_read_is_refused(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        for readers in (frozenset[UserId](), frozenset({NOBODY})):
            with pytest.raises(RefusedError, match="NO_DEVICE"):
                await world.chat.say(room, content(), txn="x", readers=readers)
        await world.join(room, alice)
        await world.leave(room, alice)
        with pytest.raises(RefusedError, match="NO_DEVICE"):
            await say(world, room, alice)

    async def test_what_is_too_large_is_refused(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        with pytest.raises(RefusedError, match="TOO_LARGE"):
            await world.chat.say(room, content("x" * 60_000), txn="x", readers=frozenset({alice}))

    async def test_an_unencrypted_room_hears_nothing(self, world: World) -> None:
        alice = await world.person()
        with pytest.raises(RefusedError, match="NOT_ENCRYPTED"):
            await say(world, await world.unencrypted_room(alice), alice)

    async def test_a_room_the_world_can_read_hears_nothing(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        await world.open_to_the_world(room)
        with pytest.raises(RefusedError, match="WORLD_READABLE"):
            await say(world, room, alice)

    async def test_one_event_is_pinned(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan(alice))
        first, second = await say(world, room, alice), await say(world, room, alice)
        await world.chat.pin(room, first)
        await world.chat.pin(room, second)
        assert await world.pinned(room) == second

    async def test_being_limited_is_told_with_the_delay_and_nothing_is_done(self, world: World) -> None:
        alice = await world.person()
        room = await world.chat.create_room(plan())
        world.limit_next()
        with pytest.raises(BusyError) as busy:
            await world.chat.invite(room, alice)
        assert busy.value.retry_after.total_seconds() == 2
        assert await world.membership(room, alice) is None

    async def test_a_room_that_is_not_ours_is_refused(self, world: World) -> None:
        alice, room = await world.person(), RoomId("!elsewhere:example.org")
        for attempt in (
            world.chat.invite(room, alice),
            world.chat.remove(room, alice),
            world.chat.pin(room, EventId("$x")),
            say(world, room, alice),
        ):
            with pytest.raises(RefusedError):
                await attempt


class TestFakeChat(Contract):
    @pytest.fixture
    def world(self) -> World:
        return FakeWorld()


class TestMatrixChat(Contract):
    @pytest_asyncio.fixture(loop_scope="session")
    async def world(self, town: Town, between: Between) -> World:
        return RealWorld(town, between, await town.bot(url=between.url))
