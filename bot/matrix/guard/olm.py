"""nio's Olm machine, made to survive whatever another person or server can send it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import vodozemac
from nio import (
    EncryptedToDeviceEvent,
    ForwardedRoomKeyEvent,
    KeysClaimResponse,
    KeysQueryResponse,
    KeyVerificationEvent,
    MatrixRoom,
    RoomKeyRequest,
    RoomKeyRequestCancellation,
)
from nio.crypto import InboundGroupSession, InboundSession, Olm, OlmAccount, TrustState
from nio.crypto.device import OlmDevice
from nio.store import MatrixStore

from bot.core.names import UserId
from bot.matrix.guard.answers import WholeKeysQuery, copied
from bot.matrix.guard.bounds import Bounds
from bot.matrix.guard.crypto_store import CryptoStore
from bot.matrix.guard.identities import Identities, is_key
from bot.matrix.guard.own_keys import keys_to_upload
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.untrusted import Surviving

logger = logging.getLogger(__name__)

LOW_TIDE = 25
"""Below this many one-time keys on the server new ones go up; half of what an account may hold."""

MOST_DEVICES = 40
"""Devices of one person that are looked at: each costs most of a millisecond at first sight."""
MOST_GONE = 100
"""Devices of one person that are remembered though they are gone. Those that were trusted are forgotten last."""

Knows = Callable[[UserId], bool]
"""Says whether somebody is anybody to us."""
ToDevicePart = tuple[set[tuple[str, str]], JsonObject]


class FirstMessage(InboundSession):
    """A session made by its first message at once, so that the spent one-time key is saved as spent."""

    def __init__(self, account: OlmAccount, message: vodozemac.PreKeyMessage, identity_key: str) -> None:
        super().__init__(account, message, identity_key)
        self._first: str | None = super().decrypt(message)

    def decrypt(
        self,
        message: vodozemac.PreKeyMessage | vodozemac.AnyOlmMessage,
        unicode_errors: str = "replace",
    ) -> str:
        """Return the first message's text the first time, and decrypt afterwards."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return super().decrypt(message, unicode_errors)


class GuardedOlm(Olm):
    """Drops what is malformed one by one, keeps better room keys, and never runs out of one-time keys."""

    store: CryptoStore  # type: ignore[assignment]  # nio's own would be a database

    def __init__(self, user_id: str, device_id: str, store: CryptoStore, knows: Knows) -> None:
        super().__init__(user_id, device_id, cast("MatrixStore", store))
        self.identities = Identities(store, UserId(user_id))
        """Who people are; see `trust` for what follows from it."""
        self.queries = 0
        """How many requests for device lists were begun."""
        self._answered: dict[str, int] = {}
        self._knows = knows
        self._bounds = Bounds(
            self.account.identity_keys["curve25519"],
            store,
            self.session_store,
            self.inbound_group_store,
            self._is_listed,
        )
        self.from_strangers = 0
        """How many to-device messages of people who are not ours were passed over."""
        self.unused_fallback: bool | None = None
        """Whether the server still holds an unused fallback key; None while it has not said."""
        self._crowded: set[str] = set()
        """Who was said to have too many devices, each once."""
        self._impostors: set[tuple[str, str]] = set()
        """Devices that were shown with another signing key, each named once."""
        self.touched: set[str] = set()
        """Devices whose Olm session may be another now, by their Curve25519 key; whoever looks takes them out."""
        self._news: tuple[set[str], set[str]] = (set(), set())
        """Sessions of which a key became known, and people whose devices were told: something locked may open now."""

    def knows(self, user: str) -> bool:
        """Say whether *user* is us or one of our people: for all others nothing is kept and nothing is asked."""
        return user == self.user_id or self._knows(UserId(user))

    def ask_about(self, user: str) -> None:
        """Have the devices of *user* asked for, if they are anybody to us."""
        if self.knows(user):
            self.users_for_key_query.add(user)

    def update_tracked_users(self, room: MatrixRoom) -> None:
        """Have the devices of the room's people asked for who were not asked about yet."""
        self.add_changed_users(room.users.keys() - self.tracked_users)

    def add_changed_users(self, users: set[str]) -> None:
        """Have the devices of these people asked for again."""
        self.users_for_key_query.update(filter(self.knows, users))

    def forget_room(self, room_id: str) -> None:
        """Drop every key of the room: what was said there is ciphertext for us too.

        A trace of them may be left in the store until it is compacted, which belongs to a purge.
        """
        self._bounds.forget_room(room_id)
        self.store.forget_room(room_id)

    def rooms_of(self, session_id: str) -> tuple[str, ...]:
        """Return the rooms in which a key of that session is kept."""
        return self._bounds.rooms_of(session_id)

    def has_key_of(self, user: str, room_id: str, session_id: str) -> bool:
        """Say whether a key of that session is held which a device of *user* made."""
        by_sender = self.inbound_group_store[room_id].values() if room_id in self.rooms_of(session_id) else ()
        return any(self.bound_device(user, keys[session_id]) is not None for keys in by_sender if session_id in keys)

    def take_news(self) -> tuple[set[str], set[str]]:
        """Return of which sessions a key came, and of whom devices were told, since this was asked last."""
        news, self._news = self._news, (set(), set())
        return news

    # --- what comes in -----------------------------------------------------------------------------------

    def handle_to_device_event(self, event: object) -> Any:
        """Decrypt one to-device event, or return None; nothing it carries can raise."""
        # nio's interactive verification disagrees with every other client, and room keys are never passed on.
        if isinstance(event, KeyVerificationEvent | RoomKeyRequestCancellation):
            return None
        if isinstance(event, RoomKeyRequest):
            logger.info("request for a room key passed over")
            return None
        if isinstance(event, EncryptedToDeviceEvent) and not self.knows(event.sender):
            self.from_strangers += 1
            return None
        with Surviving("to-device message"):
            return super().handle_to_device_event(event)
        return None

    def decrypt(
        self,
        sender: str,
        sender_key: str,
        message: vodozemac.PreKeyMessage | vodozemac.AnyOlmMessage,
    ) -> Any:
        """Decrypt an Olm message; when its session cannot be made, ask for a new one."""
        held, said = len(self.session_store[sender_key]), None
        try:
            said = super().decrypt(sender, sender_key, message)
        except vodozemac.SessionCreationException:
            logger.warning("to-device message dropped: its one-time key is gone")
            self._mark_device_for_unwedging(sender, sender_key)
        finally:
            self.touched.add(sender_key)
            # A sender who names a key and encrypts nothing with it may not own it.
            if said is not None or len(self.session_store[sender_key]) > held:
                self._bounds.note_message(sender, sender_key)
        return said

    def create_session(self, one_time_key: str, curve_key: str) -> Any:
        """Open an Olm session with the device of that key."""
        self.touched.add(curve_key)
        return super().create_session(one_time_key, curve_key)

    def _create_inbound_session(
        self,
        sender: str,  # noqa: ARG002 - nio's signature
        sender_key: str,
        message: vodozemac.PreKeyMessage | vodozemac.AnyOlmMessage,
    ) -> InboundSession:
        if not isinstance(message, vodozemac.PreKeyMessage):
            raise vodozemac.SessionCreationException("not a first message")
        session = FirstMessage(self.account, message, sender_key)
        self.save_account()
        return session

    def _handle_forwarded_room_key_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> None:
        """Keep a room key that its author gives once more: it comes by the same way as the first time."""
        event = ForwardedRoomKeyEvent.from_dict(payload, sender, sender_key)
        if not isinstance(event, ForwardedRoomKeyEvent):
            return
        content = payload["content"]
        # A sender who forwards another's key could name anybody as its author.
        if content["sender_key"] != sender_key:
            logger.warning("room key dropped: it was passed on by another than its author")
            return
        signing_key = payload["keys"]["ed25519"]
        session = InboundGroupSession.import_session(content["session_key"], signing_key, sender_key, event.room_id)
        self._keep_room_key(session, event.session_id)

    def create_group_session(
        self,
        sender_key: str,
        sender_fp_key: str,
        room_id: str,
        session_id: str,
        session_key: str,
    ) -> None:
        """Keep a room key, unless we hold it from an earlier place on already."""
        self._keep_room_key(InboundGroupSession(session_key, sender_fp_key, sender_key, room_id), session_id)

    def _keep_room_key(self, session: InboundGroupSession, session_id: str) -> None:
        if session.id != session_id:
            logger.warning("room key dropped: it is not the session it says")
            return
        if ids.room_id(session.room_id) is None or not is_key(session.ed25519):
            logger.warning("room key dropped: the id of its room or its signing key is malformed")
            return
        room_id, sender_key = session.room_id, session.sender_key
        held = self.inbound_group_store.get(room_id, sender_key, session_id)
        if held is not None and held.first_known_index <= session.first_known_index:
            logger.info("room key dropped: one that opens as much is held")
            return
        self.inbound_group_store[room_id][sender_key][session_id] = session
        with self.store.transaction():
            self.save_inbound_group_session(session)
            if held is None:
                self._bounds.note_room_key(room_id, sender_key, session_id)
        self._news[0].add(session_id)

    # --- devices and claims ------------------------------------------------------------------------------

    def _handle_key_query(self, response: KeysQueryResponse) -> None:
        announced_meanwhile = set(self.users_for_key_query)
        changed: dict[str, dict[str, OlmDevice]] = {}
        for user, devices in response.device_keys.items():
            # One transaction: no device is stored without the signatures that vouch for it.
            with self.store.transaction():
                whole = response.whole if isinstance(response, WholeKeysQuery) else None
                changed[user] = self._take_list(user, self._first_of(user, devices), whole)
        self.users_for_key_query |= announced_meanwhile
        response.changed = {user: devices for user, devices in changed.items() if devices}

    def _take_list(self, user: str, devices: JsonObject, whole: JsonObject | None) -> dict[str, OlmDevice]:
        before = {id_: device.deleted for id_, device in self.device_store[user].items()}
        changed: dict[str, OlmDevice] = {}
        with Surviving("device list"):
            changed = self._take_devices(user, devices)
        after = {id_ for id_, device in self.device_store[user].items() if not device.deleted}
        self._forget_gone(user)
        if whole is not None:
            newcomers = after - before.keys() if before else set[str]()
            back = {id_ for id_ in after if before.get(id_)}
            self.identities.learn({**whole, "device_keys": {user: devices}}, {user: newcomers}, {user: back})
        return changed

    def _forget_gone(self, user: str) -> None:
        known = self.device_store[user]
        gone = [device for device in known.values() if device.deleted]
        # The store keeps them in the order in which they were first seen.
        for device in sorted(gone, key=lambda one: one.trust_state is TrustState.verified)[:-MOST_GONE]:
            del known[device.id]
            self._impostors.discard((user, device.id))
            self.store.forget_device(device)

    def _first_of(self, user: str, devices: JsonObject) -> JsonObject:
        """Return no more of *devices* than are looked at: those known, then the others by name."""
        if len(devices) <= MOST_DEVICES:
            return devices
        if user not in self._crowded:
            self._crowded.add(user)
            logger.warning("somebody has %d devices: %d of them are looked at", len(devices), MOST_DEVICES)
        known = {device.id for device in self.device_store.active_user_devices(user)}
        first = sorted(devices, key=lambda id_: (id_ not in known, id_))[:MOST_DEVICES]
        return {id_: devices[id_] for id_ in first}

    def note_answered(self, users: Iterable[str], query: int) -> None:
        """Learn that the *query*-th request for device lists, which was about *users*, was answered."""
        self._answered.update(dict.fromkeys(users, query))
        self._news[1].update(users)

    def last_answered(self, user: str) -> int:
        """Return which request about *user* was answered last; 0 when none was."""
        return self._answered.get(user, 0)

    def _take_devices(self, user: str, devices: JsonObject) -> dict[str, OlmDevice]:
        self._name_impostors(user, devices)
        sound = {id_: part for id_, given in devices.items() for part in copied([given]) if _is_sound(user, id_, part)}
        one = KeysQueryResponse({user: sound}, {})
        super()._handle_key_query(one)
        known, published = self.device_store[user], one.device_keys[user]
        back = {id_: device for id_, device in known.items() if _is_back(device, published)}
        # nio never forgives a device that was once missing from an answer.
        for device in back.values():
            device.deleted = False
        self.store.save_device_keys({user: back})
        return {**one.changed.get(user, {}), **back}

    def _name_impostors(self, user: str, devices: JsonObject) -> None:
        kept = self.device_store[user]
        others = {(user, id_) for id_, part in devices.items() if id_ in kept and _is_other(kept[id_], part)}
        if not others <= self._impostors:
            logger.warning("device list: a known device has another signing key; the known one is kept")
        self._impostors |= others

    def _handle_key_claiming(self, response: KeysClaimResponse) -> None:
        with self.store.transaction():
            for user, devices in response.one_time_keys.items():
                for device, keys in devices.items():
                    with Surviving("one-time key"):
                        super()._handle_key_claiming(KeysClaimResponse({user: {device: keys}}, {}))

    def bound_device(self, sender: str, session: InboundGroupSession) -> OlmDevice | None:
        """Return the one device of *sender* that both keys of *session* belong to, or None."""
        if session.forwarding_chain:
            return None
        own = self.account.identity_keys
        if sender == self.user_id and session.sender_key == own["curve25519"]:
            keys = {"curve25519": own["curve25519"], "ed25519": own["ed25519"]}
            return OlmDevice(sender, self.device_id, keys) if session.ed25519 == own["ed25519"] else None
        device = self.device_store.device_from_sender_key(sender, session.sender_key)
        return device if device is not None and device.ed25519 == session.ed25519 else None

    def _is_listed(self, user: str, key: str) -> bool:
        """Say whether a device of that key is on a list: on that of *user*, or else on that of anybody."""
        theirs = self.device_store.device_from_sender_key(user, key)
        return theirs is not None or any(
            device.curve25519 == key and not device.deleted for device in self.device_store
        )

    def owner_is_known(self, session: InboundGroupSession) -> bool:
        """Say whether the device that made *session* is known, whoever owns it."""
        return session.sender_key == self.account.identity_keys["curve25519"] or any(
            device.curve25519 == session.sender_key and not device.deleted for device in self.device_store
        )

    # --- our own keys ------------------------------------------------------------------------------------

    @property
    def should_upload_keys(self) -> bool:
        """Say whether the server lacks device keys, one-time keys or an unused fallback key."""
        if not self.account.shared:
            return True
        few = self.uploaded_key_count is not None and self.uploaded_key_count < LOW_TIDE
        return few or self.unused_fallback is False

    def share_keys(self) -> JsonObject:
        """Return the keys to upload."""
        return keys_to_upload(
            self,
            on_server=0 if not self.account.shared else self.uploaded_key_count or 0,
            with_fallback=not self.account.shared or self.unused_fallback is False,
        )

    def share_group_session(
        self,
        room_id: str,
        users: list[str],
        ignore_missing_sessions: bool = False,  # noqa: FBT001, FBT002 - nio's signature
        ignore_unverified_devices: bool = False,  # noqa: FBT001, FBT002
    ) -> ToDevicePart:
        """Encrypt the room key for every device in one transaction instead of one each."""
        with self.store.transaction():
            part: ToDevicePart = super().share_group_session(
                room_id, users, ignore_missing_sessions, ignore_unverified_devices
            )
        return part

    def share_group_session_parallel(
        self,
        room_id: str,
        users: list[str],
        ignore_unverified_devices: bool = False,  # noqa: FBT001, FBT002 - nio's signature
    ) -> Iterator[ToDevicePart]:
        """Do the same in parts of twenty devices."""
        with self.store.transaction():
            parts = list(super().share_group_session_parallel(room_id, users, ignore_unverified_devices))
        return iter(parts)


def _is_sound(user: str, device_id: str, device: Any) -> bool:
    """Say whether nio can read this entry of a device list without raising."""
    try:
        # vodozemac panics on an Ed25519 key of a wrong length; the other kind has the same length and only refuses.
        if ids.device_id(device_id) is None:
            return False
        for name in (f"curve25519:{device_id}", f"ed25519:{device_id}"):
            vodozemac.Curve25519PublicKey.from_base64(device["keys"][name])
        vodozemac.Ed25519PublicKey.from_base64(device["keys"][f"ed25519:{device_id}"])
        vodozemac.Ed25519Signature.from_base64(device["signatures"][user][f"ed25519:{device_id}"])
        shown = device.get("unsigned", {}).get("device_display_name", "")
        return (device["user_id"], device["device_id"]) == (user, device_id) and isinstance(shown, str | None)
    except (KeyError, TypeError, AttributeError, ValueError):
        return False


def _is_other(known: OlmDevice, published: object) -> bool:
    keys = published.get("keys") if isinstance(published, dict) else None
    return isinstance(keys, dict) and keys.get(f"ed25519:{known.id}") != known.ed25519


def _is_back(known: OlmDevice, published: JsonObject) -> bool:
    part = published.get(known.id)
    return known.deleted and part is not None and part["keys"][f"ed25519:{known.id}"] == known.ed25519
