"""Says things: encrypted or not at all, to the devices of the readers and to nobody else.

Public methods without a docstring implement `ports.Chat`.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from bot.core.names import EventId, RoomId, UserId
from bot.core.people.trust import Distrust
from bot.matrix.guard.trust import Trust
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.content import kind_of, message_content
from bot.matrix.speaking.devices import Devices
from bot.matrix.speaking.key_sharing import Withheld
from bot.matrix.speaking.media import Media
from bot.matrix.speaking.room_keys import RoomKey, RoomKeys
from bot.matrix.speaking.room_state import RoomState, RoomStates
from bot.matrix.speaking.strangers import Sightings, Strangers
from bot.ports import NO_DEVICE, BusyError, ChatError, Content, RefusedError, UnreachableError

LOOKED_AT = 100
"""How many of our newest events are searched. While a message is not confirmed, few others are sent in its room."""
_ATTEMPTS = 5
_LOOKS_IN_A_ROW = 20
"""The most rooms whose members are read in one go.

After a start all rooms may need it, and the upkeep of keys waits until it is done.
"""


class Sender:
    """Encrypts and sends. In a quiet room that costs one request: the message itself; for a file, two."""

    def __init__(  # noqa: PLR0913 - what it works with, put together in one place
        self,
        *,
        me: UserId,
        wire: Wire,
        states: RoomStates,
        devices: Devices,
        files: Media,
        trust: Trust,
        keys: RoomKeys,
        withheld: Withheld,
        strangers: Strangers,
        unreached: Sightings[Distrust],
    ) -> None:
        self._wire = wire
        self._me = me
        self._states = states
        self._devices = devices
        self._trust = trust
        self._keys = keys
        self._files = files
        self._withheld = withheld
        self._strangers = strangers
        self._unreached = unreached
        self._locks: defaultdict[RoomId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._readers: dict[RoomId, frozenset[UserId]] = {}
        self._has_more_to_look_at = False
        self._unconfirmed: set[str] = set()
        """Transactions whose answer was lost: the homeserver may have taken them."""

    def doubt(self, txns: Iterable[str]) -> None:
        self._unconfirmed.update(txns)

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        """Do as `ports.Chat.say`; the same *txn* may be sent again, whatever happened before.

        Refuses with NOT_ENCRYPTED, WORLD_READABLE, TOO_LARGE, or with NO_DEVICE when no reader in the room has a device
        that could ever read it. A device that cannot be given the key right now does not hold the message back: it is
        owed the key, and gets it with the next message or from `deliver_owed_keys`.
        """
        if (said := await self._recall(room, txn)) is not None:
            return said
        everybody = (await self._states.read(room)).present & readers if content.mentions_room else frozenset[UserId]()
        message = message_content(content, sorted(everybody))
        if content.file is not None:
            # Before anything of it leaves: the room must be safe, and somebody in it able to read.
            async with self._locks[room]:
                await self._shared_key(room, readers)
            message["file"] = await self._files.upload(content.file.data, txn=txn)
        return await self.send(room, kind_of(content), message, txn=txn, readers=readers)

    async def was_said(self, room: RoomId, txn: str) -> bool:
        return await self._recall(room, txn) is not None

    async def _recall(self, room: RoomId, txn: str) -> EventId | None:
        """Return the event of *txn* if it may have been sent, was not confirmed, and stands in the room.

        What is found stays in doubt: the same may be asked again, and of a row other messages too.
        """
        row = txn.partition("-")[0]
        return None if self._unconfirmed.isdisjoint({txn, row}) else await self._find(room, txn)

    async def _find(self, room: RoomId, txn: str) -> EventId | None:
        """Return the event that was sent as *txn*, or None; raises BusyError or UnreachableError.

        A homeserver knows a transaction again for a while only: Synapse for a day, others until they are restarted. But
        what a device sent it shows to that device with its transaction for ever.
        """
        wanted = json.dumps({"senders": [self._me], "types": ["m.room.encrypted"]})
        query = {"dir": "b", "limit": str(LOOKED_AT), "filter": wanted}
        try:
            page = await self._wire.ask("GET", ("rooms", room, "messages"), query=query)
        except RefusedError:
            return None  # the send will be refused too, and reported
        return _sent_as(txn, page.get("chunk"))

    async def send(
        self, room: RoomId, kind: str, content: JsonObject, *, txn: str, readers: frozenset[UserId]
    ) -> EventId:
        """Send an event of any *kind*, encrypted as `say` does."""
        async with self._locks[room]:
            key, people = await self._shared_key(room, readers)
            encrypted = self._keys.encrypt(room, key, kind, content)
            deaf = self._trust.refused(people)
        event = await self._put(room, encrypted, txn)
        await self._withheld.tell(room, key.session.id, deaf)
        return event

    async def tell(self, room: RoomId, user: UserId, kind: str, content: JsonObject, *, txn: str) -> None:
        """Send an encrypted event of any *kind*, once for each *txn*, into a room of *user* and us alone.

        Refuses with NOT_DIRECT where others are: they could not read it, and would see a hole.
        """
        state = await self._states.read(room)
        if not state.present <= {user, self._me}:
            raise RefusedError("NOT_DIRECT")
        await self.send(room, kind, content, txn=txn, readers=frozenset({user}))

    async def _put(self, room: RoomId, encrypted: JsonObject, txn: str) -> EventId:
        self._unconfirmed.add(txn)
        try:
            answer = await self._wire.ask("PUT", ("rooms", room, "send", "m.room.encrypted", txn), encrypted)
        except (BusyError, RefusedError):
            self._unconfirmed.discard(txn)
            raise
        event = ids.event_id(answer.get("event_id"))
        if event is None:
            raise UnreachableError("an answer without an event id")
        self._unconfirmed.discard(txn)
        return event

    async def deliver_owed_keys(self) -> None:
        """Try again to give room keys to the devices that are still owed one; nothing is owed, nothing is asked.

        What fails here stays owed. To be called now and then, and after a sync that brought to-device messages.
        """
        awaited = await self._keys.awaited(known=self._states.known)
        self._has_more_to_look_at = len(awaited) > _LOOKS_IN_A_ROW
        for room in awaited[:_LOOKS_IN_A_ROW]:
            try:
                await self._look_who_came(room)
            except ChatError:
                self._has_more_to_look_at = False
        for room in self._keys.owed():
            async with self._locks[room]:
                with suppress(ChatError):
                    await self._give_owed(room)

    def next_owed_in(self) -> float | None:
        """Return after how many seconds `deliver_owed_keys` can reach somebody else; None when nobody can say."""
        return 0.0 if self._has_more_to_look_at else self._keys.next_ripe_in()

    async def _look_who_came(self, room: RoomId) -> None:
        try:
            present = (await self._states.read(room)).present
        except RefusedError as refusal:
            if refusal.code != "M_FORBIDDEN":
                raise
            # We are not in the room any more, so nobody in it can get a key from us.
            present = frozenset()
        await self._keys.break_promises(room, of=self._keys.promised(room) - present)

    async def _give_owed(self, room: RoomId) -> None:
        readers = self._readers.get(room)
        if readers is not None:
            await self._shared_key(room, readers)
            return
        # We sent nothing here since the start: every key that is owed was promised by an earlier run.
        state = await self._states.read(room)
        _refuse_unsafe(state)
        people = self._keys.promised(room) & state.present
        await self._devices.refresh(people, untold=state.invited)
        await self._keys.keep_promises(room, self._trust.admitted(people))

    async def _shared_key(self, room: RoomId, readers: frozenset[UserId]) -> tuple[RoomKey, frozenset[UserId]]:
        """Return the key for the next message, shared, and those of *readers* who are there."""
        self._readers[room] = readers
        for _ in range(_ATTEMPTS):
            state = await self._states.read(room)
            _refuse_unsafe(state)
            self._strangers.look(room, state.members, readers)
            people = readers & state.present
            await self._devices.refresh(people, untold=state.invited)
            devices = self._trust.admitted(people)
            self._unreached.see(room, self._trust.unreached(user for user in people if user not in state.invited))
            if not devices:
                raise self._no_device(people)
            key = await self._keys.share(room, devices, state.rotation)
            # Somebody may have left, and a device been added or taken away, while we asked and shared.
            if self._states.is_current(room, state) and self._trust.admitted(people) == devices:
                return key, people
        raise UnreachableError("the room changes faster than its key can be shared")

    def _no_device(self, people: frozenset[UserId]) -> ChatError:
        if not all(self._devices.is_known(user) for user in people):
            return UnreachableError("the devices of the readers are not known yet")
        return RefusedError(NO_DEVICE)


def _sent_as(txn: str, chunk: object) -> EventId | None:
    for event in chunk if isinstance(chunk, list) else ():
        match event:
            case {"event_id": str(id), "unsigned": {"transaction_id": str(sent)}} if sent == txn:
                return ids.event_id(id)
    return None


def _refuse_unsafe(state: RoomState) -> None:
    if not state.encrypted:
        raise RefusedError("NOT_ENCRYPTED")
    if state.world_readable:
        raise RefusedError("WORLD_READABLE")
