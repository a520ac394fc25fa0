"""An AsyncClient that people in the room, people outside it and the homeserver cannot stop, deceive or drain.

It holds no policy of the bot's: whoever needs a Matrix client with sound encryption may use it.
The numbers are those of ADR 1's list of nio's defects.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from aiohttp import ClientResponse
from nio import (
    BadEvent,
    ErrorResponse,
    Event,
    KeysClaimError,
    KeysClaimResponse,
    KeysQueryError,
    KeysQueryResponse,
    KeysUploadError,
    KeysUploadResponse,
    LocalProtocolError,
    MatrixRoom,
    MegolmEvent,
    PowerLevelsEvent,
    Response,
    RoomEncryptionEvent,
    RoomInfo,
    RoomMemberEvent,
    RoomSendError,
    RoomSendResponse,
    SyncError,
    SyncResponse,
    UnknownBadEvent,
)
from nio.crypto import ENCRYPTION_ENABLED
from nio.store import MatrixStore

from bot.core.names import DeviceId, EventId, UserId
from bot.matrix.guard.answers import AskedClaim, WholeKeysQuery, WholeSync
from bot.matrix.guard.crypto_store import CryptoStore, open_crypto
from bot.matrix.guard.decryption import Locked, Missing, Opened, Outcome, Refused, open_event
from bot.matrix.guard.olm import GuardedOlm, Knows
from bot.matrix.guard.own_keys import SIGNED_KEY
from bot.matrix.guard.transport import GuardedTransport
from bot.matrix.guard.trust import DevicePolicy, Trust
from bot.matrix.http.bodies import aside
from bot.matrix.http.connection import TIMEOUT_S
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.untrusted import Surviving, silence_nio
from bot.matrix.http.wire import Wire
from bot.ports import UNCOUNTED, CryptoRows

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=Response)
UNANSWERED_REST_S = 60.0
"""How long a server that did not give its device lists is left alone."""


TURN_S = 0.015
"""Seconds for which a sync response is processed before other tasks run."""
MOST_CLAIMED = 40
"""Devices that a one-time key is claimed of at a time, and taken in without a turn for others."""
MOST_PICTURES = 10_000
"""Rooms of which nio draws a picture."""


class GuardedClient(GuardedTransport):
    """nio's client with every path from the network to its state and its keys guarded.

    It calls none of nio's callbacks for events: whoever uses it reads the answers, in which it puts what opens.

    *knows* says who is anybody to us: of strangers nothing is kept and nothing is asked. *policy* says whose devices
    are trusted. Neither has a default, and neither changes: whatever a client opens or sends was judged by them.
    """

    olm: GuardedOlm | None

    def __init__(  # noqa: PLR0913 - what it may not do without
        self,
        homeserver: str,
        user: str,
        device_id: str,
        *,
        crypto: CryptoRows,
        knows: Knows,
        policy: DevicePolicy,
        proxy: str | None,
    ) -> None:
        if not ENCRYPTION_ENABLED:
            raise RuntimeError("nio has no encryption here. Install the extra: pip install 'matrix-nio[e2e]'")
        silence_nio()
        super().__init__(homeserver, user, device_id, proxy=proxy)
        self._crypto = crypto
        self._knows = knows
        self._policy = policy
        self._trust: Trust | None = None
        self._wire = Wire(self)
        self._devices_lock = asyncio.Lock()
        self._upload_lock = asyncio.Lock()
        self._unanswered: dict[str, float] = {}
        self.unsigned: set[UserId] = set()
        """Who publishes no cross-signing identity, by the last answer about each."""
        self.counts = UNCOUNTED
        """What is told of failures: the gateway sets it, before anything is heard."""

    def load_store(self) -> None:
        """Load nothing, where nio would: see `load_keys`."""

    async def load_keys(self) -> None:
        """Load the keys of this device, once."""
        if self.olm is not None:
            return
        if not self.user_id or not self.device_id:
            raise LocalProtocolError("Keys belong to a device: log in first.")
        self._take_keys(await open_crypto(self._crypto, DeviceId(self.device_id)))

    def _take_keys(self, store: CryptoStore) -> None:
        self.store = cast("MatrixStore", store)
        self.olm = GuardedOlm(self.user_id, store.device, store, self._knows)
        self._trust = Trust(self.olm, self._policy)
        self.encrypted_rooms = store.load_encrypted_rooms()

    async def close(self) -> None:
        """End the connections and forget the keys. What is not durable yet goes with the next write, or is not."""
        await super().close()
        self.olm, self.store, self._trust = None, None, None

    async def send(self, *request: Any, **how: Any) -> ClientResponse:
        """Send one request, once all is durable that it rests on: the ratchet that is in it, the keys it publishes."""
        await self._crypto.settle()
        return await super().send(*request, **how)

    @property
    def machine(self) -> GuardedOlm:
        """The Olm machine of this device, which exists once its keys are loaded."""
        if self.olm is None:
            raise LocalProtocolError("The keys are not loaded.")
        return self.olm

    @property
    def trust(self) -> Trust:
        """Whose devices are trusted, which is known once the keys are loaded."""
        if self._trust is None:
            raise LocalProtocolError("The keys are not loaded.")
        return self._trust

    # --- sync --------------------------------------------------------------------------------------------

    async def sync(
        self,
        timeout: int | None = 0,  # noqa: ASYNC109 - nio's signature
        sync_filter: Any = None,
        since: str | None = None,
        full_state: bool | None = None,  # noqa: FBT001 - nio's signature
        set_presence: str | None = None,
    ) -> SyncResponse | SyncError:
        """Sync once. `next_batch` stays where it is until `acknowledge`: an answer that was not kept comes again."""
        asked = {
            "since": since or self.next_batch,
            "timeout": str(timeout) if timeout else "",
            "filter": json.dumps(sync_filter, separators=(",", ":")) if isinstance(sync_filter, dict) else sync_filter,
            "full_state": "" if full_state is None else str(full_state).lower(),
            "set_presence": set_presence,
        }
        patience_s = (timeout or 0) / 1000 + TIMEOUT_S
        return await self._ask(
            WholeSync.from_dict,
            "GET",
            ("sync",),
            query={name: value for name, value in asked.items() if value},
            # A first answer with the state of a thousand rooms takes its time.
            timeout_s=patience_s * 10 if full_state else patience_s,
        )

    async def _ask(self, read: Callable[[JsonObject], R], method: str, path: tuple[str, ...], **how: Any) -> R:
        """Take an answer into the client's state, as *read* reads it; a long one is read in a thread.

        nio takes a tenth of a millisecond for each event of a sync.
        """
        answer = await self._wire.exchange(method, path, **how)
        response = await aside(answer.size, partial(read, answer.told))
        await self.receive_response(response)
        return response

    def acknowledge(self, response: SyncResponse) -> None:
        """Go on after *response* with the next sync: everything in it is kept."""
        self.next_batch = response.next_batch

    async def receive_response(self, response: Response) -> None:
        """Take an answer into the client's state; an error never changes it (nio forgets the token on some).

        The devices of one person are taken in at a time: between two others have their turn.
        """
        if isinstance(response, WholeKeysQuery):
            for user, devices in response.device_keys.items():
                await super().receive_response(WholeKeysQuery({user: devices}, {}, whole=response.whole))
                await asyncio.sleep(0)
        elif not isinstance(response, ErrorResponse):
            await super().receive_response(response)

    async def _handle_sync(self, response: SyncResponse) -> None:
        await self._in_turns(self._taking_in(response))

    async def _in_turns(self, steps: Iterator[None]) -> None:
        """Do *steps*, many in one transaction and none by halves; between two transactions others have their turn.

        After a kill the same answer comes again. What was read of it before stays as it was left.
        """
        is_done = False
        while not is_done:
            with self.machine.store.transaction():
                until = time.monotonic() + TURN_S
                is_done = not any(time.monotonic() >= until for _ in steps)
            await asyncio.sleep(0)

    def _taking_in(self, response: SyncResponse) -> Iterator[None]:
        machine = self.machine
        for place, event in enumerate(response.to_device_events):
            response.to_device_events[place] = machine.handle_to_device_event(event) or event
            yield
        if machine.from_strangers:
            logger.warning("%d to-device messages of strangers passed over", machine.from_strangers)
            machine.from_strangers = 0
        for room_id, info in response.rooms.join.items():
            yield from self._enter(room_id, info)
        for room_id, info in response.rooms.leave.items():
            yield from self._guarded(room_id, None, info.timeline.events)
            self._forget(room_id)
        self._note_keys(response)

    def _enter(self, room_id: str, info: RoomInfo) -> Iterator[None]:
        room = self._room(room_id)
        for event in info.state:
            if room is not None:
                self._apply(room, event)
            yield
        yield from self._guarded(room_id, room, info.timeline.events)
        if room is not None:
            # Members come whole with every room, so nio need not ask for them before it sends.
            room.members_synced = True
            if room.encrypted:
                self.machine.update_tracked_users(room)
        yield

    def _room(self, room_id: str) -> MatrixRoom | None:
        """Return nio's picture of the room, a new one if there is room for it."""
        if room_id not in self.rooms and len(self.rooms) < MOST_PICTURES:
            self.rooms[room_id] = MatrixRoom(room_id, self.user_id, encrypted=room_id in self.encrypted_rooms)
        return self.rooms.get(room_id)

    def _guarded(self, room_id: str, room: MatrixRoom | None, events: list[object]) -> Iterator[None]:
        """Replace in *events* what opens, keep what is locked and what is plain, drop what is refused."""
        kept: list[object] = []
        for event in events:
            if not isinstance(event, MegolmEvent):
                if room is not None:
                    self._apply(room, event)
                kept.append(event)
            elif (said := self._opened(event, room_id)) is not None:
                kept.append(said)
            yield
        events[:] = kept

    def _opened(self, event: MegolmEvent, room_id: str) -> Any:
        match self.open(event, room_id):
            case Opened(event=said):
                return said
            case Locked(missing=missing):
                if missing is Missing.OWN_KEY:
                    logger.warning("encrypted event waits: the key held is not from a device of its sender")
                return event
            case Refused(fault=fault):
                logger.warning("encrypted event dropped: %s", fault)
                self.counts.undecryptable()
                return None

    async def guarded(self, room_id: str, events: list[object]) -> list[object]:
        """Do with *events* of a room's past what is done with those of a sync; state among them changes nothing."""
        kept = list(events)
        await self._in_turns(self._guarded(room_id, None, kept))
        return kept

    def open(self, event: MegolmEvent, room_id: str) -> Outcome:
        """Open an encrypted event of *room_id*, now or again later. Decrypted content never becomes room state (D4)."""
        event.room_id = room_id
        trust = self.trust
        outcome = open_event(self.machine, event, room_id, trust.is_trusted)
        if isinstance(outcome, Opened) and trust.doubts(EventId(event.event_id), UserId(event.sender), outcome.device):
            return Locked(Missing.WORD)
        return outcome

    def _apply(self, room: MatrixRoom, event: Any) -> None:
        """Let nio's picture of the room follow a state event. It is no authority: nio's merge of it is too loose."""
        if isinstance(event, BadEvent | UnknownBadEvent) or "state_key" not in event.source:
            return
        with Surviving("state event"):
            if isinstance(event, RoomMemberEvent):
                if room.handle_membership(event):
                    self.invalidate_outbound_session(room.room_id)
            elif event.source["state_key"] == "":
                self._apply_single(room, event)

    def _apply_single(self, room: MatrixRoom, event: Event) -> None:
        if isinstance(event, PowerLevelsEvent):
            # nio merges, so whoever was taken off the list would keep their level (D8).
            room.power_levels = event.power_levels
            for user in room.users.values():
                user.power_level = event.power_levels.get_user_level(user.user_id)
            return
        room.handle_event(event)
        if isinstance(event, RoomEncryptionEvent) and room.room_id not in self.encrypted_rooms:
            # Kept for good: a room never becomes unencrypted again, whatever its state says.
            self.encrypted_rooms.add(room.room_id)
            self.machine.store.save_encrypted_rooms({room.room_id})

    def _forget(self, room_id: str) -> None:
        self.rooms.pop(room_id, None)
        self.machine.outbound_group_sessions.pop(room_id, None)

    def _note_keys(self, response: SyncResponse) -> None:
        machine = self.machine
        # Zero is a count too (D6).
        if response.device_key_count.signed_curve25519 is not None:
            machine.uploaded_key_count = response.device_key_count.signed_curve25519
        if isinstance(response, WholeSync) and response.unused_fallback is not None:
            machine.unused_fallback = response.unused_fallback
        machine.add_changed_users(set(response.device_list.changed))
        machine.tracked_users.difference_update(response.device_list.left)
        now = asyncio.get_running_loop().time()
        for user in [user for user, until in self._unanswered.items() if until <= now]:
            del self._unanswered[user]
            machine.users_for_key_query.add(user)

    # nio would decrypt these by itself, past the guard. They stay encrypted until `open`.

    def _handle_messages_response(self, response: object) -> None:
        pass

    def _handle_context_response(self, response: object) -> None:
        pass

    def device_of(self, event: Any) -> DeviceId | None:
        """Name the device that a decrypted event is bound to, or None if it is not decrypted."""
        if not event.decrypted:
            return None
        if event.sender == self.user_id and event.sender_key == self.machine.account.identity_keys["curve25519"]:
            return DeviceId(self.machine.device_id)
        device = self.device_store.device_from_sender_key(event.sender, event.sender_key)
        return None if device is None else DeviceId(device.id)

    def decrypt_event(self, event: MegolmEvent) -> Any:
        """Open an event of a known room, as nio's own method does; raises LocalProtocolError when it does not open."""
        match self.open(event, event.room_id):
            case Opened(event=said):
                return said
            case _:
                raise LocalProtocolError("The event does not open.")

    # --- keys --------------------------------------------------------------------------------------------

    async def keys_upload(self) -> KeysUploadResponse | KeysUploadError | None:
        """Upload what the server lacks of our keys; None when it lacks nothing."""
        async with self._upload_lock:
            if not self.should_upload_keys:
                return None
            with self.machine.store.transaction():
                keys = self.machine.share_keys()
            read: Callable[[JsonObject], KeysUploadResponse | KeysUploadError] = KeysUploadResponse.from_dict
            answer = await self._ask(read, "POST", ("keys", "upload"), body=keys)
            # That they are published comes once. Offered again, a key could be given to two.
            await self._crypto.settle()
            if isinstance(answer, KeysUploadResponse) and "fallback_keys" in keys:
                self.machine.unused_fallback = True
            return answer

    async def keys_claim(self, user_set: Any) -> KeysClaimResponse | KeysClaimError:
        """Claim one-time keys of the first of these devices: what the others lack is claimed next time."""
        devices = ((user, one) for user, ids in user_set.items() for one in ids)
        asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for user, device in islice(devices, MOST_CLAIMED):
            asked[user][device] = SIGNED_KEY
        read = partial(AskedClaim.from_dict, asked=asked)
        return await self._ask(read, "POST", ("keys", "claim"), body={"one_time_keys": asked})

    async def keys_query(self) -> KeysQueryResponse | KeysQueryError:
        """Ask for the device lists of everybody whose list may be out of date."""
        machine = self.machine
        # The homeserver refuses the whole request for one malformed user id.
        asked = {user for user in machine.users_for_key_query if user.startswith("@") and ":" in user}
        machine.users_for_key_query = set()
        machine.queries += 1
        query = machine.queries
        read = partial(WholeKeysQuery.from_dict, asked=asked)
        body: JsonObject = {"device_keys": {user: [] for user in asked}}
        answer: KeysQueryResponse | KeysQueryError | None = None
        try:
            answer = await self._ask(read, "POST", ("keys", "query"), body=body)
        finally:
            if not isinstance(answer, KeysQueryResponse):
                machine.users_for_key_query |= asked
        if isinstance(answer, KeysQueryResponse):
            rest = asyncio.get_running_loop().time() + UNANSWERED_REST_S
            self._unanswered.update(dict.fromkeys(asked - answer.device_keys.keys(), rest))
            machine.note_answered(asked, query)
            # Whose devices changed is said once; what was learned of them must outlive that word.
            await self._crypto.settle()
        if isinstance(answer, WholeKeysQuery):
            for user, has_identity in answer.identities.items():
                (self.unsigned.discard if has_identity else self.unsigned.add)(UserId(user))
        return answer

    async def refresh_devices(self) -> bool:
        """Bring the device lists up to date; False when the server did not answer. Costs nothing when they are (D9)."""
        async with self._devices_lock:
            if not self.should_query_keys:
                return True
            return isinstance(await self.keys_query(), KeysQueryResponse)

    async def room_send(
        self,
        room_id: str,
        message_type: str,
        content: dict[Any, Any],
        tx_id: str | None = None,
        ignore_unverified_devices: bool = False,  # noqa: FBT001, FBT002 - nio's signature
    ) -> RoomSendResponse | RoomSendError:
        """Send, to the devices the members have now."""
        if not await self.refresh_devices():
            raise LocalProtocolError("The device lists could not be brought up to date.")
        answer: RoomSendResponse | RoomSendError = await super().room_send(
            room_id, message_type, content, tx_id, ignore_unverified_devices
        )
        return answer
