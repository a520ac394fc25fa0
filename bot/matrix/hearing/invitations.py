"""Invitations: those of our people into encrypted rooms are followed, all others declined, and none is forgotten."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Never

from bot.core.names import RoomId, UserId
from bot.matrix.hearing.foreign_rooms import Access
from bot.matrix.http.backoff import Backoff
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.ids import fingerprint
from bot.matrix.speaking.room_state import MEGOLM
from bot.ports import BusyError, ChatError, RefusedError

logger = logging.getLogger(__name__)

PENDING = "matrix-invitations"
MOST = 200
"""The most invitations in the queue. Those of our people take the places of strangers'."""

Stripped = tuple[JsonObject, ...]
"""The state of a room that its homeserver shows with an invitation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What decides about an invitation."""

    room: RoomId
    inviter: str | None
    encrypted: bool

    @staticmethod
    def read(room: RoomId, state: Stripped, own: UserId) -> Invitation:
        """Read the stripped state, taking what has not the form it should as absent."""
        inviter: str | None = None
        encrypted = False
        for event in state:
            match event:
                case {"type": "m.room.member", "state_key": key, "sender": str(sender), "content": dict(content)}:
                    if key == own and content.get("membership") == "invite":
                        inviter = sender
                case {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": str(algorithm)}}:
                    encrypted = algorithm == MEGOLM
                case _:
                    continue
        return Invitation(room=room, inviter=inviter, encrypted=encrypted)


class Invitations:
    """Decides and acts in a task of its own, so that a slow or limiting homeserver never holds up the sync."""

    def __init__(
        self,
        access: Access,
        *,
        joined: Callable[[RoomId, UserId], Awaitable[None]],
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """*joined* is told of each room that somebody of ours called us into, maybe again after a stop."""
        self._access = access
        self._joined = joined
        self._backoff = Backoff(jitter)
        self._sleep = sleep
        self._pending: dict[RoomId, Invitation] = {}
        self._arrived = asyncio.Event()

    async def load(self) -> None:
        """Take up what was not decided when the program ended."""
        kept = await self._access.vault.get(PENDING)
        for row in json.loads(kept) if kept else []:
            invitation = Invitation(room=RoomId(row["room"]), inviter=row["inviter"], encrypted=row["encrypted"])
            self._pending[invitation.room] = invitation
            self._arrived.set()

    async def keep(self, invitations: Mapping[str, Stripped]) -> None:
        """Keep new invitations, durable on return."""
        if not invitations:
            return
        passed_over = 0
        for room, state in invitations.items():
            passed_over += not self._take(Invitation.read(RoomId(room), state, self._access.own))
        if passed_over:
            logger.warning("%d invitations passed over: too many wait", passed_over)
        await self._save()
        self._arrived.set()

    def _take(self, invitation: Invitation) -> bool:
        """Queue *invitation*; return False when the queue is full.

        An invitation of our people takes the place of a stranger's.
        """
        if invitation.room not in self._pending and len(self._pending) >= MOST:
            strange = (room for room, waiting in self._pending.items() if waiting.inviter not in self._access.people)
            displaced = next(strange, None) if invitation.inviter in self._access.people else None
            if displaced is None:
                return False
            del self._pending[displaced]
        self._pending[invitation.room] = invitation
        return True

    async def run(self) -> Never:
        """Act on invitations for ever."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._pending:
                wait = timedelta()
                for invitation in list(self._pending.values()):
                    wait = max(wait, await self._settle(invitation))
                # Saved once for all of them: to act twice after a stop does no harm.
                await self._save()
                if self._pending:
                    await self._sleep(self._backoff.fail(wait))
            self._backoff.succeed()

    async def _settle(self, invitation: Invitation) -> timedelta:
        """Act on one invitation; return how long the homeserver asks to wait if it is not done."""
        try:
            await self._act(invitation)
        except BusyError as busy:
            return busy.retry_after
        except RefusedError as refusal:
            logger.warning("invitation to room %s is void: %s", fingerprint(invitation.room), refusal.code)
        except ChatError as error:
            logger.warning("invitation to room %s waits: %s", fingerprint(invitation.room), type(error).__name__)
            return timedelta()
        if self._pending.get(invitation.room) is invitation:
            del self._pending[invitation.room]
        return timedelta()

    async def _act(self, invitation: Invitation) -> None:
        room = invitation.room
        if invitation.inviter not in self._access.people and self._access.holds(room):
            # We are in this room, so the invitation is a lie, and to decline it would make us leave.
            logger.warning("invitation to room %s passed over: it is ours", fingerprint(room))
        elif invitation.inviter is None or invitation.inviter not in self._access.people:
            await self._leave(room, "the inviter is not one of our people")
        elif not invitation.encrypted:
            await self._leave(room, "the room is not encrypted")
        else:
            await self._access.wire.ask("POST", ("rooms", room, "join"), {})
            state = await self._access.states.read(room, fresh=True)
            if not state.encrypted or state.world_readable or state.join_rule != "invite":
                await self._leave(room, "the room is not as private as it has to be")
            else:
                logger.info("invitation to room %s followed", fingerprint(room))
                await self._joined(room, UserId(invitation.inviter))

    async def _leave(self, room: RoomId, reason: str) -> None:
        logger.warning("invitation to room %s declined: %s", fingerprint(room), reason)
        await self._access.wire.ask("POST", ("rooms", room, "leave"), {})
        await self._access.wire.ask("POST", ("rooms", room, "forget"), {})

    async def _save(self) -> None:
        rows = [
            {"room": pending.room, "inviter": pending.inviter, "encrypted": pending.encrypted}
            for pending in self._pending.values()
        ]
        await self._access.vault.put(PENDING, json.dumps(rows).encode())
