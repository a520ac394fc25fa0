"""Knows whose devices to ask for before a message goes out, and opens Olm sessions with those that have none."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from nio import KeysClaimResponse
from nio.crypto import OlmDevice

from bot.core.names import UserId
from bot.core.people.trust import TheirIdentity
from bot.matrix.guard.client import MOST_CLAIMED, GuardedClient
from bot.matrix.http.backoff import Cooldowns
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.ports import UnreachableError

_UNTOLD_REST_S = 30.0
_CLAIM_WAIT_MS = 5000
"""How long our homeserver may wait for another one before it answers without it."""

_Address = tuple[str, str]


class Devices:
    """Asks for devices and one-time keys, no more often than needed."""

    def __init__(self, client: GuardedClient, wire: Wire) -> None:
        self._client = client
        self._wire = wire
        self._claim_lock = asyncio.Lock()
        self._asked_at: dict[UserId, float] = {}
        self._claims: Cooldowns[_Address] = Cooldowns()

    async def refresh(self, users: frozenset[UserId], *, untold: frozenset[UserId] = frozenset()) -> None:
        """Bring what is known of the devices of *users* up to date; when it is, nothing is asked.

        The homeserver announces changes only of people we share a room with. Those never asked about are asked about
        now, and the *untold*, who are invited and not joined, again after half a minute.
        """
        now = asyncio.get_running_loop().time()
        tracked = self._client.machine.tracked_users
        for user in users:
            rested = self._asked_at.get(user, -_UNTOLD_REST_S) + _UNTOLD_REST_S <= now
            if rested and (user in untold or user not in tracked):
                self._client.machine.users_for_key_query.add(user)
                self._asked_at[user] = now
        refreshed = False
        try:
            refreshed = await self._client.refresh_devices()
        finally:
            if not refreshed:
                for user in users:
                    self._asked_at.pop(user, None)
        if not refreshed:
            raise UnreachableError("the device lists could not be read")

    def is_known(self, user: UserId) -> bool:
        """Say whether the devices of *user* were ever told; their server may not have answered ours yet."""
        return user in self._client.machine.tracked_users

    def identity_of(self, user: UserId) -> TheirIdentity:
        """Do as `ports.Chat.identity_of`."""
        person = self._client.machine.identities.person(user)
        return TheirIdentity(known=person.pinned, published=person.published)

    async def trust(self, user: UserId, master: str) -> None:
        """Do as `ports.Chat.trust`."""
        identities = self._client.machine.identities
        if identities.person(user).published != master:
            # The device list that we hold may be older than the key that was compared.
            await self.refresh(frozenset({user}), untold=frozenset({user}))
        identities.confirm(user, master)

    def reads(self, user: UserId) -> bool:
        """Do as `ports.Chat.reads`."""
        return bool(self._client.trust.admitted((user,)))

    async def claim(self, devices: Sequence[OlmDevice]) -> None:
        """Open an Olm session with each of *devices* that has none, where a one-time key can be had.

        A device that has no key left is asked for again after a minute, then ever more rarely: it must not cost a
        request for every message.
        """
        if not self._to_claim(devices):
            return
        async with self._claim_lock:
            missing = self._to_claim(devices)
            if not missing:
                return
            asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
            for device in missing:
                asked[device.user_id][device.id] = "signed_curve25519"
            answer = await self._wire.ask(
                "POST", ("keys", "claim"), {"timeout": _CLAIM_WAIT_MS, "one_time_keys": asked}
            )
            for first in range(0, len(missing), MOST_CLAIMED):
                self._open_sessions(missing[first : first + MOST_CLAIMED], answer.get("one_time_keys"))
                await asyncio.sleep(0)

    def may_claim(self, user: str, device: str) -> bool:
        """Say whether a one-time key of this device would be asked for now."""
        return not self._claims.is_resting((user, device))

    def _to_claim(self, devices: Sequence[OlmDevice]) -> list[OlmDevice]:
        return [
            device for device in devices if not self._has_session(device) and self.may_claim(device.user_id, device.id)
        ]

    def _open_sessions(self, devices: list[OlmDevice], given: object) -> None:
        keys: JsonObject = given if isinstance(given, dict) else {}
        claimed: defaultdict[str, JsonObject] = defaultdict(dict)
        for device in devices:
            of_user = keys.get(device.user_id)
            if isinstance(of_user, dict) and device.id in of_user:
                claimed[device.user_id][device.id] = of_user[device.id]
        self._client.machine.handle_response(KeysClaimResponse(claimed, {}))
        for device in devices:
            if self._has_session(device):
                self._claims.succeed((device.user_id, device.id))
            else:
                self._claims.fail((device.user_id, device.id))

    def _has_session(self, device: OlmDevice) -> bool:
        return self._client.machine.session_store.get(device.curve25519) is not None
