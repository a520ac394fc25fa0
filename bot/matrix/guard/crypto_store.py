"""nio's store over the rows of ours: read whole at the start, written beside all the rest that is kept.

nio saves in the middle of what it does and takes it for durable. Here it is once `CryptoRows.settle` returned, which
the client waits for before any request leaves: see `client.GuardedClient.send`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from nio.crypto import (
    DeviceStore,
    GroupSessionStore,
    InboundGroupSession,
    OlmAccount,
    OlmDevice,
    OutgoingKeyRequest,
    Session,
    SessionStore,
    TrustState,
)

from bot.core.names import DeviceId, RoomId
from bot.matrix.guard.heard import Heard
from bot.ports import CryptoKind, CryptoRow, CryptoRows, named

RESTORED = datetime(1970, 1, 1)  # noqa: DTZ001 - nio's times have no zone
"""When an Olm session was made that came out of a backup."""

Kept = Mapping[CryptoKind, Sequence[CryptoRow]]


class OlmSessions(SessionStore):
    """Those of a backup open what was sent meanwhile; nothing is said through them, since we may have gone on since.

    A ratchet that is used again from an earlier place would encrypt two messages with one key, and its other end would
    not read the second.
    """

    def __getitem__(self, sender_key: str) -> list[Session]:
        # nio's own remembers every key it was ever asked about.
        return self._entries.get(sender_key, [])

    def get(self, sender_key: str) -> Session | None:
        """Return the session to speak through, if there is one."""
        return next((session for session in self[sender_key] if session.creation_time != RESTORED), None)


class CryptoStore:
    """What nio asks of its store, and tables of ours: room keys by sender, identities, opened messages.

    nio keys room keys by session id alone, so whoever is given a key could send it back and overwrite what its author
    sent. Here a key belongs to the device that sent it.
    """

    def __init__(self, rows: CryptoRows, kept: Kept, heard: Heard, device: str) -> None:
        """*kept* is what `rows.load` returned, *device* the one of ours whose keys are meant."""
        self._rows = rows
        self._kept = dict(kept)
        del self._kept[CryptoKind.HEARD]  # read by *heard*
        self.device = device
        """The one of ours whose keys they are."""
        self._pickle_key = self._its_pickle_key()
        self.heard = heard
        self._own_keys: dict[str, list[str]] = {
            row.scope: json.loads(row.body) for row in self._taken(CryptoKind.OWN_ROOM_KEYS)
        }

    def transaction(self) -> AbstractContextManager[None]:
        """Make everything saved inside durable at once, or not at all. Nothing may be awaited inside."""
        return self._rows.transaction()

    async def settle(self) -> None:
        """Return once everything saved so far is durable."""
        await self._rows.settle()

    # --- our own device ----------------------------------------------------------------------------------

    def load_account(self) -> OlmAccount | None:
        """Load the account of this device, None if it has none yet."""
        for row in self._taken(CryptoKind.ACCOUNT):
            if row.scope == self.device:
                kept = json.loads(row.body)
                return OlmAccount.from_pickle(kept["pickle"].encode(), self._pickle_key, kept["shared"])
        return None

    def save_account(self, account: OlmAccount) -> None:
        """Keep the account of this device."""
        self._put(
            CryptoKind.ACCOUNT,
            self.device,
            "",
            {"pickle": account.pickle(self._pickle_key).decode(), "shared": account.shared},
        )

    def load_encrypted_rooms(self) -> set[str]:
        """Load the rooms that are encrypted for good."""
        return {row.scope for row in self._taken(CryptoKind.ENCRYPTED_ROOM)}

    def save_encrypted_rooms(self, rooms: set[str]) -> None:
        """Keep that these rooms are encrypted."""
        for room in rooms:
            self._rows.put(CryptoRow(CryptoKind.ENCRYPTED_ROOM, room, "", ""))

    def load_outgoing_key_requests(self) -> dict[str, OutgoingKeyRequest]:
        """Load nothing: keys are asked for in our own way."""
        return {}

    # --- Olm sessions ------------------------------------------------------------------------------------

    def load_sessions(self) -> OlmSessions:
        """Load every Olm session."""
        sessions = OlmSessions()
        for row in self._taken(CryptoKind.SESSION):
            if row.scope == self.device:
                kept = json.loads(row.body)
                created, used = (datetime.fromisoformat(kept[time]) for time in ("created", "used"))
                session = Session.from_pickle(kept["pickle"].encode(), created, self._pickle_key, used)
                sessions.add(kept["sender_key"], session)
        return sessions

    def save_session(self, curve_key: str, session: Session) -> None:
        """Keep an Olm session with the device of that key."""
        body = {
            "sender_key": curve_key,
            "pickle": session.pickle(self._pickle_key).decode(),
            "created": session.creation_time.isoformat(),
            "used": session.use_time.isoformat(),
        }
        self._put(CryptoKind.SESSION, self.device, session.id, body)

    def forget_session(self, session_id: str) -> None:
        """Drop one Olm session."""
        self._rows.drop(CryptoKind.SESSION, self.device, session_id)

    # --- devices and identities --------------------------------------------------------------------------

    def load_device_keys(self) -> DeviceStore:
        """Load every device, with what was decided about it."""
        devices = DeviceStore()
        for row in self._taken(CryptoKind.DEVICE):
            if row.scope == self.device:
                user, id = json.loads(row.name)
                kept = json.loads(row.body)
                trust = TrustState(kept["trust"])
                devices.add(OlmDevice(user, id, kept["keys"], kept["display_name"], kept["deleted"], trust))
        return devices

    def save_device_keys(self, device_keys: Mapping[str, Mapping[str, OlmDevice]]) -> None:
        """Keep devices by user and id."""
        for devices in device_keys.values():
            for device in devices.values():
                self._keep_device(device)

    def _keep_device(self, device: OlmDevice) -> None:
        body = {
            "keys": device.keys,
            "display_name": device.display_name,
            "deleted": device.deleted,
            "trust": device.trust_state.value,
        }
        self._put(CryptoKind.DEVICE, self.device, named(device.user_id, device.id), body)

    def forget_device(self, device: OlmDevice) -> None:
        """Drop a device, its keys and what was decided about it."""
        self._rows.drop(CryptoKind.DEVICE, self.device, named(device.user_id, device.id))

    def verify_device(self, device: OlmDevice) -> bool:
        """Let the device have keys; False if it might already."""
        return self._decide(device, TrustState.verified)

    def blacklist_device(self, device: OlmDevice) -> bool:
        """Shut the device out; False if it was already."""
        return self._decide(device, TrustState.blacklisted)

    def ignore_devices(self, devices: Iterable[OlmDevice]) -> None:
        """Note that it does not matter that they were not verified. nio asks for it when it is told to ask nobody."""
        for device in devices:
            self._decide(device, TrustState.ignored)

    def _decide(self, device: OlmDevice, state: TrustState) -> bool:
        if device.trust_state is state:
            return False
        device.trust_state = state
        self._keep_device(device)
        return True

    def is_device_verified(self, device: OlmDevice) -> bool:
        """Say whether the device was verified."""
        return device.verified

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Say whether the device was shut out."""
        return device.blacklisted

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Say whether it does not matter that the device was not verified."""
        return device.ignored

    def keep_identity(self, user: str, record: str) -> None:
        """Keep what is known of somebody's cross-signing identity."""
        self._rows.put(CryptoRow(CryptoKind.IDENTITY, "", user, record))

    def load_identities(self) -> dict[str, str]:
        """Load what is known of everybody's."""
        return {row.name: row.body for row in self._taken(CryptoKind.IDENTITY)}

    # --- room keys ---------------------------------------------------------------------------------------

    def load_inbound_group_sessions(self) -> GroupSessionStore:
        """Load every room key."""
        keys = GroupSessionStore()
        for row in self._taken(CryptoKind.ROOM_KEY):
            sender_key, _ = json.loads(row.name)
            kept = json.loads(row.body)
            pickle, signing_key, chain = kept["pickle"].encode(), kept["signing_key"], kept["chain"]
            keys.add(
                InboundGroupSession.from_pickle(pickle, signing_key, sender_key, row.scope, self._pickle_key, chain)
            )
        return keys

    def save_inbound_group_session(self, session: InboundGroupSession) -> None:
        """Keep a room key under the device that sent it."""
        body = {
            "signing_key": session.ed25519,
            "chain": session.forwarding_chain,
            "pickle": session.pickle(self._pickle_key).decode(),
        }
        self._put(CryptoKind.ROOM_KEY, session.room_id, named(session.sender_key, session.id), body)

    def forget_room_key(self, room_id: str, sender_key: str, session_id: str) -> None:
        """Drop one room key. What was heard with it stays known: it might come again."""
        self._rows.drop(CryptoKind.ROOM_KEY, room_id, named(sender_key, session_id))

    def note_own_key(self, room_id: str, session_id: str, *, most: int) -> tuple[str, ...]:
        """Note a room key of our own, and return those that are older than the *most* last of the room."""
        noted = [*self._own_keys.get(room_id, ()), session_id]
        self._own_keys[room_id] = noted[-most:]
        self._put(CryptoKind.OWN_ROOM_KEYS, room_id, "", noted[-most:])
        return tuple(noted[:-most])

    def forget_room(self, room_id: str) -> None:
        """Drop the room's keys and what was heard with them."""
        self._own_keys.pop(room_id, None)
        self.heard.forget_room(room_id)
        for kind in (CryptoKind.ROOM_KEY, CryptoKind.OWN_ROOM_KEYS, CryptoKind.ENCRYPTED_ROOM):
            self._rows.drop_scope(kind, room_id)

    # --- rows --------------------------------------------------------------------------------------------

    def _taken(self, kind: CryptoKind) -> Sequence[CryptoRow]:
        """Return the rows of *kind* that were loaded, once: afterwards what is in memory goes on from them."""
        return self._kept.pop(kind, ())

    def _put(self, kind: CryptoKind, scope: str, name: str, body: object) -> None:
        self._rows.put(CryptoRow(kind, scope, name, json.dumps(body)))

    def _its_pickle_key(self) -> str:
        for row in self._taken(CryptoKind.PICKLE_KEY):
            return row.body
        key = secrets.token_hex(32)
        self._rows.put(CryptoRow(CryptoKind.PICKLE_KEY, "", "", key))
        return key


async def open_crypto(rows: CryptoRows, device: DeviceId) -> CryptoStore:
    """Return the store of that device of ours, with all that is kept of it."""
    kept = await rows.load()
    heard = await asyncio.to_thread(Heard, rows, kept[CryptoKind.HEARD])
    return CryptoStore(rows, kept, heard, device)


async def holds(rows: CryptoRows, device: DeviceId) -> bool:
    """Say whether the keys of that device of ours are kept."""
    kept = await rows.load(CryptoKind.ACCOUNT)
    return any(row.scope == device for row in kept[CryptoKind.ACCOUNT])


async def keys_of(rows: CryptoRows, room: RoomId) -> frozenset[str]:
    """Return the ids of the room's keys."""
    kept = await rows.load(CryptoKind.ROOM_KEY)
    return frozenset(json.loads(row.name)[1] for row in kept[CryptoKind.ROOM_KEY] if row.scope == room)


async def rest_sessions(rows: CryptoRows) -> None:
    """Let nothing be said any more through the Olm sessions that are kept: see `OlmSessions`. Durable on return."""
    kept = await rows.load(CryptoKind.SESSION)
    for row in kept[CryptoKind.SESSION]:
        body = json.loads(row.body) | {"created": RESTORED.isoformat()}
        rows.put(CryptoRow(row.kind, row.scope, row.name, json.dumps(body)))
    await rows.settle()
