"""Tells devices that get no key why, so that their owners read something better than "waiting for this message"."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from nio.crypto import OlmDevice

from bot.core.names import RoomId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_state import MEGOLM
from bot.ports import ChatError
from bot.sentences import languages
from bot.sentences.po import sentences

_UNVERIFIED = "m.unverified"
_REASON = " / ".join(sentences(language)["withheld.unverified"] for language in reversed(languages()))
"""In clear and to be read by whoever has the device, in every language."""


class Withheld:
    """Says it once for each session and device. What fails is not tried again: it is a courtesy and no duty."""

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
