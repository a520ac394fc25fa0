"""Carries a room key to devices, in one encrypted message to each, and remembers whom the homeserver refused to serve.

nio knows how to wrap a key, but only that of the one session it thinks a room has; so ours is lent to it.
"""

from __future__ import annotations

import logging
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from nio.crypto import OlmDevice, OutboundGroupSession

from bot.core.names import RoomId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.http.backoff import Cooldowns
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.devices import Devices
from bot.matrix.speaking.key_delay import KeyDelay
from bot.matrix.speaking.promised_keys import Holder
from bot.matrix.speaking.room_state import MEGOLM
from bot.ports import ChatError, RefusedError
from bot.sentences import languages
from bot.sentences.po import sentences

_log = logging.getLogger(__name__)

_UNVERIFIED = "m.unverified"
_REASON = " / ".join(sentences(language)["withheld.unverified"] for language in reversed(languages()))
"""In clear and to be read by whoever has the device, in every language."""


@dataclass(slots=True, kw_only=True, eq=False)
class Carried:
    """What became of the key of one session."""

    sent: set[Holder] = field(default_factory=set)
    """Devices the key was sent to, whether or not the homeserver confirmed it."""
    held: dict[Holder, str] = field(default_factory=dict)
    """Devices the homeserver took the key for, each with the Olm session that carried it."""


class KeySharing:
    """Sends room keys to devices, and knows which devices can be reached."""

    def __init__(self, client: GuardedClient, wire: Wire, devices: Devices, delay: KeyDelay) -> None:
        self._client = client
        self._wire = wire
        self._devices = devices
        self._delay = delay
        self._refused: Cooldowns[Holder] = Cooldowns()

    async def carry(
        self, room: RoomId, session: str, keys: Mapping[Holder, str], devices: Sequence[OlmDevice], carried: Carried
    ) -> None:
        """Send each of *devices* its key of *session*, and write into *carried* what became of it as it is known."""
        await self._devices.claim(devices)
        lots: defaultdict[str, list[OlmDevice]] = defaultdict(list)
        for device in devices:
            lots[keys[holder_of(device)]].append(device)
        for key, lot in lots.items():
            await self._carry_lot(room, (session, key), lot, carried)

    def is_reachable(self, holder: Holder) -> bool:
        """Say whether *holder* may be written to and can be, or a one-time key of it asked for again."""
        user, device, curve = holder
        if not self._delay.is_ripe(user):
            return False
        return self.carrier(curve) is not None or self._devices.may_claim(user, device)

    def is_worth_trying(self, holder: Holder) -> bool:
        """Say whether to write to *holder* though nothing is said."""
        return self.is_reachable(holder) and not self._refused.is_resting(holder)

    def carrier(self, curve: str) -> str | None:
        """Return the id of the Olm session with the device of that key, if there is one."""
        session = self._client.machine.session_store.get(curve)
        return None if session is None else session.id

    def touched(self) -> frozenset[str]:
        """Return the devices whose Olm session may be another than when this was asked last."""
        machine = self._client.machine
        touched, machine.touched = frozenset(machine.touched), set()
        return touched

    async def _carry_lot(self, room: RoomId, key: tuple[str, str], devices: list[OlmDevice], carried: Carried) -> None:
        waiting = {(device.user_id, device.id): device for device in devices}
        while waiting:
            wrapped, messages = self._wrap(room, key, list(waiting.values()))
            if not wrapped:
                return
            batch = [waiting.pop(address) for address in wrapped]
            carriers = {holder: self.carrier(holder[2]) for holder in map(holder_of, batch)}
            carried.sent.update(carriers)
            try:
                await self._wire.ask("PUT", ("sendToDevice", "m.room.encrypted", str(uuid.uuid4())), messages)
            except RefusedError as refusal:
                _log.warning("The homeserver refused to carry a room key to %d devices (%s).", len(batch), refusal.code)
                for holder in carriers:
                    self._refused.fail(holder)
            else:
                carried.held.update({holder: carrier for holder, carrier in carriers.items() if carrier is not None})
                for holder in carriers:
                    self._refused.succeed(holder)

    def _wrap(
        self, room: RoomId, key: tuple[str, str], devices: list[OlmDevice]
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
        with lent(olm, room, _Lot(*key, passed_over=others)):
            wrapped, messages = olm.share_group_session(
                room, users, ignore_missing_sessions=True, ignore_unverified_devices=False
            )
        return wrapped, messages


class Withheld:
    """Tells devices that get no key why, so that their owners read more than "waiting for this message".

    It says it once for each session and device. What fails is not tried again: it is a courtesy and no duty.
    """

    def __init__(self, client: GuardedClient, wire: Wire) -> None:
        self._client = client
        self._wire = wire
        self._told: dict[RoomId, tuple[str, set[tuple[str, str]]]] = {}
        """By room, the last session and the devices that were told of it."""

    async def tell(self, room: RoomId, session: str, devices: Iterable[OlmDevice]) -> None:
        """Tell each of *devices* that it was not given the key of *session*.

        It travels in clear, as the specification has it: the homeserver reads what it knows already.
        """
        messages: defaultdict[str, dict[str, JsonObject]] = defaultdict(dict)
        if self._told.get(room, ("", ()))[0] != session:
            self._told[room] = (session, set())
        told = self._told[room][1]
        for device in devices:
            if (device.user_id, device.id) not in told:
                told.add((device.user_id, device.id))
                messages[device.user_id][device.id] = self._notice(room, session)
        if messages:
            with suppress(ChatError):
                await self._wire.ask(
                    "PUT", ("sendToDevice", "m.room_key.withheld", str(uuid.uuid4())), {"messages": messages}
                )

    def _notice(self, room: RoomId, session: str) -> JsonObject:
        return {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session,
            "sender_key": self._client.machine.account.identity_keys["curve25519"],
            "code": _UNVERIFIED,
            "reason": _REASON,
        }


@contextmanager
def lent(machine: GuardedOlm, room: RoomId, session: OutboundGroupSession | None) -> Iterator[None]:
    """Let nio's machine believe that *session* is the one of *room*, or that there is none."""
    sessions = machine.outbound_group_sessions
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
    """A Megolm session as nio's machine sees it while it encrypts the key for some devices and skips the others."""

    def __init__(self, session: str, key: str, *, passed_over: set[tuple[str, str]]) -> None:
        super().__init__()
        self.users_shared_with = passed_over
        self._chosen = (session, key)

    @property
    def id(self) -> str:
        """The session whose key it is."""
        return self._chosen[0]

    @property
    def session_key(self) -> str:
        """The key exported at the first message that these devices may read, not at the next one."""
        return self._chosen[1]


def holder_of(device: OlmDevice) -> Holder:
    """Return the device as it is written down beside the key it gets."""
    return device.user_id, device.id, device.curve25519
