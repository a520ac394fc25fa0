"""The rooms in memory: `ports.Chat`, held to the same contract as the real one."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection, Iterable, MutableMapping
from dataclasses import dataclass, field

from bot.core.facts import EncryptedFile
from bot.core.names import EventId, RoomId, UserId
from bot.core.people.accounts import Found
from bot.core.people.trust import TheirIdentity
from bot.matrix.speaking.content import message_content
from bot.ports import MOST_FETCHED, NO_DEVICE, Attachment, ChatError, Content, RefusedError, RoomPlan, UnreachableError

PRESENT = frozenset({"join", "invite"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in a room, and who was given its key."""

    event: EventId
    txn: str
    content: Content
    holders: frozenset[UserId]


@dataclass(slots=True, kw_only=True)
class FakeRoom:
    """A room as its homeserver would tell of it."""

    plan: RoomPlan
    members: dict[UserId, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    pinned: EventId | None = None
    encrypted: bool = True
    world_readable: bool = False
    shut: bool = False
    """We may not write in it."""
    erased: bool = False

    @property
    def present(self) -> frozenset[UserId]:
        return frozenset(user for user, membership in self.members.items() if membership in PRESENT)


class FakeChat:
    """Does what is asked at once, or fails when told to.

    `faults` holds what the next calls raise instead of doing anything; `lost` is how many of the next calls are done
    and then raise UnreachableError, as when the answer of the homeserver is lost.
    """

    def __init__(self) -> None:
        self.rooms: dict[RoomId, FakeRoom] = {}
        self.faults: deque[ChatError] = deque()
        self.lost = 0
        self.media: dict[EncryptedFile, bytes] = {}
        """What people uploaded."""
        self.doubted: set[str] = set()
        self.without_device: set[UserId] = set()
        self.identities: dict[UserId, TheirIdentity] = {}
        self.without_devices: set[UserId] = set()
        """Whose devices may get no keys of ours."""
        self.uninvited: dict[RoomId, tuple[UserId, ...]] = {}
        self.impossible: set[UserId] = set()
        """Who cannot be invited."""
        self.accounts: dict[UserId, Found] = {}
        """What is said of accounts; all others are there and can be reached."""
        self._numbers = itertools.count(1)

    # --- ports.Chat -------------------------------------------------------------------------------------------

    async def create_room(self, plan: RoomPlan) -> RoomId:
        self._may_fail()
        for room, made in self.rooms.items():
            if made.plan.name == plan.name:
                return room
        room = RoomId(f"!room{next(self._numbers)}:example.org")
        invited = {user: "invite" for user in list(dict.fromkeys(plan.invite))[:10] if user not in self.impossible}
        self.rooms[room] = FakeRoom(plan=plan, members=invited)
        self.uninvited[room] = tuple(user for user in plan.invite if user in self.impossible)
        self._may_be_lost()
        return room

    async def invite(self, room: RoomId, user: UserId) -> None:
        self._may_fail()
        members = self._room(room).members
        if members.get(user) == "ban":
            raise RefusedError("M_BAD_STATE")
        if user in self.impossible:
            raise RefusedError("M_UNKNOWN")
        if members.get(user) not in PRESENT:
            members[user] = "invite"
        self._may_be_lost()

    async def remove(self, room: RoomId, user: UserId) -> None:
        self._may_fail()
        members = self._room(room).members
        if members.get(user) in PRESENT:
            members[user] = "leave"
        self._may_be_lost()

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        self._may_fail()
        # Raises for what is too large, as the real one does.
        message_content(content)
        found = self._room(room)
        if found.shut:
            raise RefusedError("M_FORBIDDEN")
        if not found.encrypted:
            raise RefusedError("NOT_ENCRYPTED")
        if found.world_readable:
            raise RefusedError("WORLD_READABLE")
        holders = (readers & found.present) - self.without_device
        if not holders:
            raise RefusedError(NO_DEVICE)
        event = next((said.event for said in found.said if said.txn == txn), None)
        if event is None:
            event = EventId(f"$event{next(self._numbers)}")
            found.said.append(Said(event=event, txn=txn, content=content, holders=holders))
        self._may_be_lost()
        return event

    async def was_said(self, room: RoomId, txn: str) -> bool:
        return any(said.txn == txn for said in self._room(room).said)

    def doubt(self, txns: Iterable[str]) -> None:
        self.doubted.update(txns)

    async def pin(self, room: RoomId, event: EventId) -> None:
        self._may_fail()
        self._room(room).pinned = event
        self._may_be_lost()

    async def fetch(self, file: EncryptedFile, *, most: int = MOST_FETCHED) -> bytes:
        self._may_fail()
        data = self.media.get(file)
        self._may_be_lost()
        if data is None:
            raise RefusedError("DAMAGED")
        if len(data) > most:
            raise RefusedError("TOO_LARGE")
        return data

    def identity_of(self, user: UserId) -> TheirIdentity:
        return self.identities.get(user, TheirIdentity())

    def reads(self, user: UserId) -> bool:
        return user not in self.without_devices

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        found.update({user: self.accounts.get(user, Found.PROVED) for user in users})

    async def trust(self, user: UserId, master: str) -> None:
        self._may_fail()
        self.identities[user] = TheirIdentity(known=master, published=self.identity_of(user).published)
        self._may_be_lost()

    async def erase(self, room: RoomId, only: EventId | None = None) -> int:
        self._may_fail()
        found = self.rooms.get(room)
        if found is not None and only is not None:
            found.said = [said for said in found.said if said.event != only]
        elif found is not None:
            found.said.clear()
            found.members = dict.fromkeys(found.members, "leave")
            found.erased = True
        self._may_be_lost()
        return 0

    # --- what others do, and what they see --------------------------------------------------------------------

    def join(self, room: RoomId, user: UserId) -> None:
        """Let *user* in, invited or not: a homeserver can do that."""
        self._room(room).members[user] = "join"

    def leave(self, room: RoomId, user: UserId) -> None:
        self._room(room).members[user] = "leave"

    def room_named(self, name: str) -> RoomId:
        """Return the room of this name; fails when there is none."""
        return next(room for room, made in self.rooms.items() if made.plan.name == name)

    def read_by(self, room: RoomId, user: UserId) -> tuple[Content, ...]:
        """Return what *user* has read in *room*, oldest first, edits standing by themselves."""
        return tuple(said.content for said in self._room(room).said if user in said.holders)

    def files_of(self, room: RoomId, user: UserId) -> tuple[Attachment, ...]:
        """Return the files *user* can open in *room*, oldest first."""
        return tuple(content.file for content in self.read_by(room, user) if content.file is not None)

    # --- faults -----------------------------------------------------------------------------------------------

    def _room(self, room: RoomId) -> FakeRoom:
        if room not in self.rooms:
            raise RefusedError("M_FORBIDDEN")
        return self.rooms[room]

    def _may_fail(self) -> None:
        if self.faults:
            raise self.faults.popleft()

    def _may_be_lost(self) -> None:
        if self.lost:
            self.lost -= 1
            raise UnreachableError("the answer was lost")
