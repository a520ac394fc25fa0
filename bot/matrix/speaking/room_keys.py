"""The Megolm sessions we speak with: one per room, each with the list of devices that hold its key.

nio keeps such sessions too, but decides by its own picture of a room's members whom to share them with and when to drop
them, counts a session as shared when sharing failed, and keeps no account of who is still owed the key. So ours are
kept here and lent to nio's Olm machine for the length of one call.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from nio.crypto import OlmDevice, OutboundGroupSession

from bot.core.names import RoomId, UserId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.errors import JsonObject
from bot.matrix.speaking.content import plaintext
from bot.matrix.speaking.key_delay import KeyDelay
from bot.matrix.speaking.key_sharing import Carried, KeySharing, holder_of, lent
from bot.matrix.speaking.promised_keys import Holder, PromisedKeys, RoomsByPerson
from bot.matrix.speaking.room_state import MEGOLM, Rotation
from bot.ports import UnreachableError

_log = logging.getLogger(__name__)

_MOST_MESSAGES = 100
_LONGEST_PERIOD = timedelta(days=7)
_SHORTEST_PERIOD = timedelta(hours=1)
"""With a shorter period every message would need a new Megolm session."""
_ATTEMPTS = 3


@dataclass(slots=True, kw_only=True, eq=False)
class RoomKey:
    """One outbound Megolm session and what became of its key."""

    session: OutboundGroupSession
    due: dict[Holder, str] = field(default_factory=dict)
    """The Megolm key for each device, exported at the first message that the device may read."""
    carried: Carried = field(default_factory=Carried)


class RoomKeys:
    """Makes, shares and rotates the sessions. Callers hold a lock per room."""

    def __init__(self, client: GuardedClient, sharing: KeySharing, delay: KeyDelay, promises: PromisedKeys) -> None:
        self._client = client
        self._sharing = sharing
        self._delay = delay
        self._promises = promises
        self._keys: dict[RoomId, RoomKey] = {}
        self._unserved = RoomsByPerson()
        self._due_to: defaultdict[str, set[RoomId]] = defaultdict(set)
        """For each device, by its Curve25519 key, the rooms whose keys it was ever to get."""

    async def share(self, room: RoomId, devices: Sequence[OlmDevice], rotation: Rotation) -> RoomKey:
        """Return the session of *room* once its key was sent to every one of *devices* that can be reached.

        A new session is made when the old one is used up, or was ever sent to a device that is not among *devices* any
        more. Devices that cannot be reached now stay owed the key and are tried again at the next call. Those that may
        not have it yet are promised it, durable on return.
        """
        for _ in range(_ATTEMPTS):
            key = self._key(room, devices, rotation)
            await self._promise(room, key)
            await self._deliver(room, key, devices)
            await self.keep_promises(room, devices)
            self._note_unserved(room)
            if self._keys.get(room) is key and not key.session.expired:
                return key
        raise UnreachableError("the session was set aside while it was shared")

    def encrypt(self, room: RoomId, key: RoomKey, kind: str, content: JsonObject) -> JsonObject:
        """Encrypt an event of *room* with the session that `share` returned; its relation stays in clear."""
        machine, key.session.shared = self._client.machine, True
        # nio would escape every character outside ASCII, which makes Greek three times as long as it is.
        ciphertext = key.session.encrypt(plaintext({"type": kind, "content": content, "room_id": room}))
        encrypted: JsonObject = {
            "algorithm": MEGOLM,
            "sender_key": machine.account.identity_keys["curve25519"],
            "ciphertext": ciphertext,
            "session_id": key.session.id,
            "device_id": machine.device_id,
        }
        if "m.relates_to" in content:
            # The homeserver sorts edits and threads by it, and clients read it from here only.
            encrypted["m.relates_to"] = content["m.relates_to"]
        return encrypted

    def set_aside(self, room: RoomId) -> None:
        """Use another session for the next message of *room*."""
        self._keys.pop(room, None)
        self._unserved.put(room, frozenset())

    def owed(self) -> tuple[RoomId, ...]:
        """Return the rooms where an entitled device lacks the key and could be given it now."""
        for room in {room for curve in self._sharing.touched() for room in self._due_to.get(curve, ())}:
            self._note_unserved(room)
        promised = self._promises.people
        ripe = filter(self._delay.is_ripe, self._delay.met(self._unserved.people | promised.people))
        rooms = {room for user in ripe for room in (*self._unserved.of(user), *promised.of(user))}
        return tuple(
            room
            for room in rooms
            if any(map(self._sharing.is_worth_trying, {*self._missing(room), *self._promises.holders(room)}))
        )

    # --- promises -----------------------------------------------------------------------------------------------

    async def awaited(self, *, known: Container[RoomId]) -> tuple[RoomId, ...]:
        """Return the rooms, but those *known*, where somebody is not ripe for the keys they are promised."""
        await self._promises.load()
        return tuple(
            room
            for room in self._promises.rooms
            if room not in known and not all(map(self._delay.is_ripe, self.promised(room)))
        )

    def promised(self, room: RoomId) -> frozenset[UserId]:
        """Return who is promised keys of *room*."""
        return frozenset(UserId(user) for user, _, _ in self._promises.holders(room))

    def next_ripe_in(self) -> float | None:
        """Return after how many seconds the next person may get a promised key; None when that is not known."""
        waits = map(self._delay.ripe_in, self._delay.met(self._promises.people.people))
        return min((wait for wait in waits if wait), default=None)

    async def keep_promises(self, room: RoomId, devices: Sequence[OlmDevice]) -> None:
        """Give *devices* what they are promised and ripe for. Devices that are not among them lose the promise."""
        by_holder = {holder_of(device): device for device in devices}
        await self._promises.drop(room, lambda holder: holder not in by_holder)
        for session, keys in self._promises.of(room).items():
            current = self._keys.get(room)
            if current is not None and current.session.id == session:
                served = frozenset(holder for holder in keys if self._is_served(current, holder))
            else:
                ripe = [by_holder[holder] for holder in keys if self._sharing.is_worth_trying(holder)]
                await self._sharing.carry(room, session, keys, ripe, carried := Carried())
                served = frozenset(carried.held)
            await self._promises.settle(room, session, served)

    async def break_promises(self, room: RoomId, *, of: Collection[UserId]) -> None:
        """Forget what these people are promised in *room*."""
        await self._promises.drop(room, lambda holder: holder[0] in of)

    # --- one session --------------------------------------------------------------------------------------------

    def _key(self, room: RoomId, devices: Sequence[OlmDevice], rotation: Rotation) -> RoomKey:
        wanted = {holder_of(device) for device in devices}
        key = self._keys.get(room)
        if key is None or key.session.expired or not key.carried.sent <= wanted:
            key = self._keys[room] = RoomKey(session=self._new_session(room, rotation))
        for gone in key.due.keys() - wanted:
            del key.due[gone]
        if fresh := wanted - key.due.keys():
            key.due.update(dict.fromkeys(fresh, key.session.session_key))
            for _, _, curve in fresh:
                self._due_to[curve].add(room)
        return key

    def _new_session(self, room: RoomId, rotation: Rotation) -> OutboundGroupSession:
        olm = self._client.machine
        with lent(olm, room, None):
            # Also keeps the inbound half, so that we can read ourselves.
            olm.create_outbound_group_session(room)
            session = olm.outbound_group_sessions[room]
        session.max_messages = max(1, min(rotation.messages or _MOST_MESSAGES, _MOST_MESSAGES))
        session.max_age = max(_SHORTEST_PERIOD, min(rotation.period or _LONGEST_PERIOD, _LONGEST_PERIOD))
        return session

    # --- sharing ------------------------------------------------------------------------------------------------

    async def _promise(self, room: RoomId, key: RoomKey) -> None:
        missing = {holder: due for holder, due in key.due.items() if not self._is_served(key, holder)}
        early = {holder: due for holder, due in missing.items() if not self._delay.is_ripe(holder[0])}
        await self._promises.keep(room, key.session.id, early)

    async def _deliver(self, room: RoomId, key: RoomKey, devices: Sequence[OlmDevice]) -> None:
        missing = [device for device in devices if not self._is_served(key, holder_of(device))]
        missing = [device for device in missing if self._sharing.is_reachable(holder_of(device))]
        if not missing:
            return
        await self._sharing.carry(room, key.session.id, key.due, missing, key.carried)
        unreached = sum(not self._is_served(key, holder_of(device)) for device in missing)
        if unreached:
            _log.warning("A room key did not reach %d of %d devices; they are tried again.", unreached, len(devices))

    def _is_served(self, key: RoomKey, holder: Holder) -> bool:
        # A device that lost its Olm session opens a new one. It could not read what we sent by the old one.
        carrier = key.carried.held.get(holder)
        return carrier is not None and carrier == self._sharing.carrier(holder[2])

    def _missing(self, room: RoomId) -> list[Holder]:
        key = self._keys.get(room)
        return [] if key is None else [holder for holder in key.due if not self._is_served(key, holder)]

    def _note_unserved(self, room: RoomId) -> None:
        self._unserved.put(room, frozenset(UserId(user) for user, _, _ in self._missing(room)))
