"""The Megolm sessions we speak with: one per room, each with the list of devices that hold its key.

nio keeps such sessions too, but decides by its own picture of a room's members whom to share them with and when to drop
them, counts a session as shared when sharing failed, and keeps no account of who is still owed the key. So ours are
kept here and lent to nio's Olm machine for the length of one call.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from nio.crypto import OlmDevice, OutboundGroupSession

from bot.core.names import RoomId
from bot.matrix.content import plaintext
from bot.matrix.devices import Devices
from bot.matrix.errors import JsonObject
from bot.matrix.guard import GuardedClient
from bot.matrix.rests import Rests
from bot.matrix.room_state import MEGOLM, Rotation
from bot.matrix.wire import Wire
from bot.ports import RefusedError, UnreachableError

_log = logging.getLogger(__name__)

_MOST_MESSAGES = 100
_LONGEST_PERIOD = timedelta(days=7)
_SHORTEST_PERIOD = timedelta(hours=1)
"""Shorter is as good as never: every message would pay for a new session."""
_ATTEMPTS = 3

_Holder = tuple[str, str, str]
"""User, device, and the Curve25519 key it was reached by."""


@dataclass(slots=True, kw_only=True, eq=False)
class RoomKey:
    """One outbound Megolm session and what became of its key."""

    session: OutboundGroupSession
    due: dict[_Holder, str] = field(default_factory=dict)
    """The key as each device is to get it: it opens the message at which the device was first entitled, and more."""
    sent: set[_Holder] = field(default_factory=set)
    """Devices the key was sent to, whether or not the homeserver confirmed it."""
    held: dict[_Holder, str] = field(default_factory=dict)
    """Devices the homeserver took the key for, each with the Olm session that carried it."""


class RoomKeys:
    """Makes, shares and rotates the sessions. Callers hold a lock per room."""

    def __init__(self, client: GuardedClient, wire: Wire, devices: Devices) -> None:
        self._client = client
        self._wire = wire
        self._devices = devices
        self._keys: dict[RoomId, RoomKey] = {}
        self._unserved: set[RoomId] = set()
        self._refused: Rests[_Holder] = Rests()
        self._carriers: dict[str, str | None] = {}
        """The Olm session with each device that was ever due a key, when we last looked."""

    async def share(self, room: RoomId, devices: Sequence[OlmDevice], rotation: Rotation) -> RoomKey:
        """Return the session of *room* once its key was sent to every one of *devices* that can be reached.

        A new session is made when the old one is used up, or was ever sent to a device that is not among *devices* any
        more. Devices that cannot be reached now stay owed the key and are tried again at the next call.
        """
        for _ in range(_ATTEMPTS):
            key = self._key(room, devices, rotation)
            await self._deliver(room, key, devices)
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
        self._unserved.discard(room)

    def owed(self) -> tuple[RoomId, ...]:
        """Return the rooms where an entitled device lacks the key and could be given it now."""
        carriers = {curve: self._carrier(curve) for curve in self._carriers}
        if carriers != self._carriers:
            self._carriers = carriers
            for room in self._keys:
                self._note_unserved(room)
        return tuple(room for room in self._unserved if any(map(self._is_worth_trying, self._missing(room))))

    # --- one session --------------------------------------------------------------------------------------------

    def _key(self, room: RoomId, devices: Sequence[OlmDevice], rotation: Rotation) -> RoomKey:
        wanted = {_holder(device) for device in devices}
        key = self._keys.get(room)
        if key is None or key.session.expired or not key.sent <= wanted:
            key = self._keys[room] = RoomKey(session=self._new_session(room, rotation))
        for gone in key.due.keys() - wanted:
            del key.due[gone]
        if fresh := wanted - key.due.keys():
            key.due.update(dict.fromkeys(fresh, key.session.session_key))
            for holder in fresh:
                self._carriers.setdefault(holder[2], self._carrier(holder[2]))
        return key

    def _new_session(self, room: RoomId, rotation: Rotation) -> OutboundGroupSession:
        olm = self._client.machine
        with self._lent(room, None):
            # Also keeps the inbound half, so that we can read ourselves.
            olm.create_outbound_group_session(room)
            session = olm.outbound_group_sessions[room]
        session.max_messages = max(1, min(rotation.messages or _MOST_MESSAGES, _MOST_MESSAGES))
        session.max_age = max(_SHORTEST_PERIOD, min(rotation.period or _LONGEST_PERIOD, _LONGEST_PERIOD))
        return session

    # --- sharing ------------------------------------------------------------------------------------------------

    async def _deliver(self, room: RoomId, key: RoomKey, devices: Sequence[OlmDevice]) -> None:
        missing = [device for device in devices if not self._is_served(key, _holder(device))]
        missing = [device for device in missing if self._is_reachable(_holder(device))]
        if not missing:
            return
        await self._devices.claim(missing)
        lots: defaultdict[str, list[OlmDevice]] = defaultdict(list)
        for device in missing:
            lots[key.due[_holder(device)]].append(device)
        for session_key, lot in lots.items():
            await self._deliver_lot(room, key, session_key, lot)
        unreached = sum(not self._is_served(key, _holder(device)) for device in missing)
        if unreached:
            _log.warning("A room key did not reach %d of %d devices; they are tried again.", unreached, len(devices))

    async def _deliver_lot(self, room: RoomId, key: RoomKey, session_key: str, devices: list[OlmDevice]) -> None:
        waiting = {(device.user_id, device.id): device for device in devices}
        while waiting:
            wrapped, messages = self._wrap(room, key, session_key, list(waiting.values()))
            if not wrapped:
                return
            batch = [waiting.pop(address) for address in wrapped]
            carriers = {holder: self._carrier(holder[2]) for holder in map(_holder, batch)}
            key.sent.update(carriers)
            try:
                await self._wire.ask("PUT", ("sendToDevice", "m.room.encrypted", str(uuid.uuid4())), messages)
            except RefusedError as refusal:
                _log.warning("The homeserver refused to carry a room key to %d devices (%s).", len(batch), refusal.code)
                for holder in carriers:
                    self._refused.fail(holder)
            else:
                key.held.update({holder: carrier for holder, carrier in carriers.items() if carrier is not None})
                for holder in carriers:
                    self._refused.succeed(holder)

    def _wrap(
        self, room: RoomId, key: RoomKey, session_key: str, devices: list[OlmDevice]
    ) -> tuple[set[tuple[str, str]], JsonObject]:
        olm = self._client.machine
        chosen = {(device.user_id, device.id) for device in devices}
        users = sorted({user for user, _ in chosen})
        others = {
            (user, device.id)
            for user in users
            for device in olm.device_store.active_user_devices(user)
            if (user, device.id) not in chosen
        }
        with self._lent(room, _Lot(key.session, session_key, passed_over=others)):
            wrapped, messages = olm.share_group_session(
                room, users, ignore_missing_sessions=True, ignore_unverified_devices=False
            )
        return wrapped, messages

    def _is_served(self, key: RoomKey, holder: _Holder) -> bool:
        # A device that has lost its Olm session opens a new one: whatever we sent by the old one it could not read.
        carrier = key.held.get(holder)
        return carrier is not None and carrier == self._carrier(holder[2])

    def _missing(self, room: RoomId) -> list[_Holder]:
        key = self._keys[room]
        return [holder for holder in key.due if not self._is_served(key, holder)]

    def _note_unserved(self, room: RoomId) -> None:
        if room in self._keys and self._missing(room):
            self._unserved.add(room)
        else:
            self._unserved.discard(room)

    def _is_reachable(self, holder: _Holder) -> bool:
        """Say whether *holder* can be written to, or a one-time key of it asked for again."""
        user, device, curve = holder
        return self._carrier(curve) is not None or self._devices.may_claim(user, device)

    def _is_worth_trying(self, holder: _Holder) -> bool:
        """Say whether to write to *holder* though nothing is said."""
        return self._is_reachable(holder) and not self._refused.is_resting(holder)

    def _carrier(self, curve: str) -> str | None:
        session = self._client.machine.session_store.get(curve)
        return None if session is None else session.id

    @contextmanager
    def _lent(self, room: RoomId, session: OutboundGroupSession | None) -> Iterator[None]:
        sessions = self._client.machine.outbound_group_sessions
        own = sessions.pop(room, None)
        if session is not None:
            sessions[room] = session
        try:
            yield
        finally:
            sessions.pop(room, None)
            if own is not None:
                sessions[room] = own


class _Lot(OutboundGroupSession):
    """What nio's Olm machine reads of a session while it wraps the key for some devices and passes over the others."""

    def __init__(self, of: OutboundGroupSession, session_key: str, *, passed_over: set[tuple[str, str]]) -> None:
        super().__init__(of._session)  # noqa: SLF001 - nio offers no other way to look at the same session
        self.users_shared_with = passed_over
        self._chosen_key = session_key

    @property
    def session_key(self) -> str:
        """The key from the message on at which these devices were entitled, not from now on."""
        return self._chosen_key


def _holder(device: OlmDevice) -> _Holder:
    return device.user_id, device.id, device.curve25519
