"""Makes rooms and keeps them: invitations, removals, the pinned card.

Public methods without a docstring implement `ports.Chat`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.core.names import EventId, RoomId, UserId
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.room_keys import RoomKeys
from bot.matrix.speaking.room_state import MEGOLM, RoomState, RoomStates
from bot.ports import BusyError, RefusedError, RoomPlan, UnreachableError, Vault

_log = logging.getLogger(__name__)

_INVITES_IN_ONE_CALL = 10
"""Synapse answers 400 to more."""
_ROTATION_MESSAGES = 100
_ROTATION_PERIOD_MS = 24 * 60 * 60 * 1000
"""A day, where clients take a week by themselves: a stolen session opens one day of an incident at the most."""
_CREATORS_ARE_SUPREME = 12
"""From this room version on, the creator has every power without a level and must not be given one."""
_OURS_ALONE = 150
"""More than any person has: what people set there would be read by the homeserver, and clients urge them to set it."""
_ADMINS = 100
_SETTINGS = {
    **dict.fromkeys(("m.room.name", "m.room.topic", "m.room.avatar", "m.room.canonical_alias"), _OURS_ALONE),
    "m.room.tombstone": _OURS_ALONE,
    **dict.fromkeys(("m.room.power_levels", "m.room.history_visibility", "m.room.server_acl"), _ADMINS),
    "m.room.encryption": _ADMINS,
}
"""The level each setting of a room takes. A homeserver takes this list in the place of its own."""
_LONGEST_VERSION = 9
_READS_AT_ONCE = 8
_MARKS = "room:"
"""Prefix of the vault's entry for a room, by its name: ASKED once we asked for it, then its id once it is used."""
_ASKED = b"asked"
NOT_OURS = "NOT_OURS"
"""The code of RefusedError when the homeserver answers with a room that is not the one asked for."""


class Rooms:
    """Creates rooms, invites, removes and pins."""

    def __init__(  # noqa: PLR0913 - what it works with, put together in one place
        self,
        wire: Wire,
        states: RoomStates,
        keys: RoomKeys,
        vault: Vault,
        *,
        me: UserId,
        holds: Callable[[RoomId], bool],
        federate: bool,
    ) -> None:
        """*holds* says whether a room is used already, for an incident or as the control room."""
        self._wire = wire
        self._states = states
        self._keys = keys
        self._vault = vault
        self._me = me
        self._holds = holds
        self._federate = federate
        self._default_version: int | None = None
        self._taking = asyncio.Lock()
        self.uninvited: dict[RoomId, tuple[UserId, ...]] = {}

    async def create_room(self, plan: RoomPlan) -> RoomId:
        room = await self._made_before(plan)
        if room is None:
            room = await self._make(plan)
            state = await self._states.read(room, fresh=True)
            await self._take(room, state, plan)
            if not _is_safe(state):
                await self._leave(room)
                await self._vault.put(_mark(plan.name), b"")
                raise RefusedError("UNSAFE_ROOM")
        await self._invite_missing(room, plan)
        return room

    async def invite(self, room: RoomId, user: UserId) -> None:
        if await self._membership(room, user) in {"join", "invite"}:
            return
        try:
            await self._wire.ask("POST", ("rooms", room, "invite"), {"user_id": user})
        except RefusedError:
            # They may have come in on another's invitation in the meantime.
            if await self._membership(room, user) not in {"join", "invite"}:
                raise
        finally:
            self._states.invalidate(room)

    async def remove(self, room: RoomId, user: UserId) -> None:
        # Before the kick: even when the homeserver refuses, no message may use a Megolm session that they hold.
        self._keys.set_aside(room)
        await self._keys.break_promises(room, of={user})
        if await self._membership(room, user) not in {"join", "invite", "knock"}:
            return
        try:
            await self._wire.ask("POST", ("rooms", room, "kick"), {"user_id": user})
        except RefusedError:
            if await self._membership(room, user) in {"join", "invite", "knock"}:
                raise
        finally:
            self._states.invalidate(room)
            self._keys.set_aside(room)

    async def pin(self, room: RoomId, event: EventId) -> None:
        await self._wire.ask("PUT", ("rooms", room, "state", "m.room.pinned_events", ""), {"pinned": [event]})

    # --- making -------------------------------------------------------------------------------------------------

    async def _make(self, plan: RoomPlan) -> RoomId:
        await self._vault.put(_mark(plan.name), _ASKED)
        invited = self._first_invited(plan)
        try:
            return await self._create(plan, invited)
        except BusyError:
            await self._vault.put(_mark(plan.name), b"")
            raise
        except RefusedError:
            if not invited:
                await self._vault.put(_mark(plan.name), b"")
                raise
        # Synapse refuses the whole call when one invitation is impossible, and when its limit of invitations is
        # near; in the first case the room may even exist. The room matters more: its people are invited afterwards.
        found = await self._find(plan)
        return found if found is not None else await self._make_empty(plan)

    async def _make_empty(self, plan: RoomPlan) -> RoomId:
        try:
            return await self._create(plan, [])
        except (BusyError, RefusedError):
            await self._vault.put(_mark(plan.name), b"")
            raise

    async def _create(self, plan: RoomPlan, invited: list[UserId]) -> RoomId:
        answer = await self._wire.ask("POST", ("createRoom",), await self._creation(plan, invited))
        room = ids.room_id(answer.get("room_id"))
        if room is None:
            raise UnreachableError("an answer without a room id")
        return room

    async def _take(self, room: RoomId, state: RoomState, plan: RoomPlan) -> None:
        """Use *room* for *plan*, durable on return; refuse one that is not as asked, or is used for something else.

        One plan takes its room at a time: a homeserver may answer two of them with the same.
        """
        async with self._taking:
            is_free = not self._holds(room) and room not in await self._others(plan)
            if not is_free or (state.name, state.creator) != (plan.name, self._me):
                _log.error("the homeserver gave a room that is not the one asked for; it is asked again")
                raise RefusedError(NOT_OURS)
            await self._vault.put(_mark(plan.name), room.encode())

    async def _others(self, plan: RoomPlan) -> frozenset[RoomId]:
        """Return the rooms that are used under another name than that of *plan*."""
        marks = await self._vault.named(_MARKS)
        used = {name: mark for name, mark in marks.items() if name != _mark(plan.name) and mark not in (b"", _ASKED)}
        return frozenset(RoomId(mark.decode()) for mark in used.values())

    async def _creation(self, plan: RoomPlan, invited: list[UserId]) -> JsonObject:
        levels: dict[UserId, int] = dict.fromkeys(plan.admins, _ADMINS)
        levels.pop(self._me, None)
        if await self._room_version() < _CREATORS_ARE_SUPREME:
            levels[self._me] = _OURS_ALONE
        return {
            "preset": "private_chat",
            "visibility": "private",
            "name": plan.name,
            "invite": invited,
            "creation_content": {} if self._federate else {"m.federate": False},
            "power_level_content_override": {"users": levels, "events": _SETTINGS, "invite": 50},
            "initial_state": [
                _state(
                    "m.room.encryption",
                    algorithm=MEGOLM,
                    rotation_period_msgs=_ROTATION_MESSAGES,
                    rotation_period_ms=_ROTATION_PERIOD_MS,
                ),
                _state("m.room.history_visibility", history_visibility="invited"),
                _state("m.room.guest_access", guest_access="forbidden"),
                _state("m.room.join_rules", join_rule="invite"),
            ],
        }

    async def _room_version(self) -> int:
        """Return the version the homeserver gives to new rooms; an experimental one counts as the newest we know."""
        if self._default_version is None:
            answer = await self._wire.ask("GET", ("capabilities",))
            match answer.get("capabilities"):
                case {"m.room_versions": {"default": str(version)}}:
                    is_number = version.isdecimal() and len(version) <= _LONGEST_VERSION
                    self._default_version = int(version) if is_number else _CREATORS_ARE_SUPREME
                case _:
                    # The specification's default for a homeserver that names no version.
                    self._default_version = 1
        return self._default_version

    async def _leave(self, room: RoomId) -> None:
        await self._wire.ask("POST", ("rooms", room, "leave"), {})
        self._states.invalidate(room)

    # --- finding again ------------------------------------------------------------------------------------------

    async def _made_before(self, plan: RoomPlan) -> RoomId | None:
        """Return the room that an earlier call made for *plan*, if it is there and safe."""
        kept = await self._vault.get(_mark(plan.name))
        if not kept:
            return None
        room = await self._find(plan) if kept == _ASKED else RoomId(kept.decode())
        if room is None:
            return None
        try:
            state = await self._states.read(room, fresh=True)
        except RefusedError:
            # We are not in it any more.
            return None
        if state.members.get(self._me) != "join":
            return None
        if not _is_safe(state):
            await self._leave(room)
            return None
        if kept == _ASKED:
            await self._take(room, state, plan)
        return room

    async def _find(self, plan: RoomPlan) -> RoomId | None:
        answer = await self._wire.ask("GET", ("joined_rooms",))
        joined = answer.get("joined_rooms")
        # Rooms in use have another name. There may be very many, so we do not ask for theirs.
        others = await self._others(plan)
        rooms = [
            id
            for room in (joined if isinstance(joined, list) else ())
            if (id := ids.room_id(room)) is not None and id not in others and not self._holds(id)
        ]
        gate = asyncio.Semaphore(_READS_AT_ONCE)

        async def name_of(room: RoomId) -> object:
            async with gate:
                try:
                    return (await self._wire.ask("GET", ("rooms", room, "state", "m.room.name", ""))).get("name")
                except RefusedError:
                    return None

        names = await asyncio.gather(*map(name_of, rooms))
        for room in (room for room, name in zip(rooms, names, strict=True) if name == plan.name):
            if (await self._states.read(room)).creator == self._me:
                return room
        return None

    # --- people -------------------------------------------------------------------------------------------------

    def _first_invited(self, plan: RoomPlan) -> list[UserId]:
        return [user for user in dict.fromkeys(plan.invite) if user != self._me][:_INVITES_IN_ONE_CALL]

    async def _invite_missing(self, room: RoomId, plan: RoomPlan) -> None:
        """Invite whoever the call that made the room did not; one who cannot be invited does not stop the others."""
        members = (await self._states.read(room)).members
        refused, limited = list[UserId](), None
        for user in self._first_invited(plan):
            if user in members:
                continue
            try:
                await self.invite(room, user)
            except BusyError as busy:
                limited = BusyError(busy.retry_after, invited=user)
            except RefusedError:
                refused.append(user)
            except UnreachableError:
                # If our homeserver answers this, the invited member's homeserver is the one that does not.
                await self._states.read(room, fresh=True)
                refused.append(user)
        if refused:
            self.uninvited[room] = tuple(refused)
            _log.warning("%d people could not be invited to new room %s", len(refused), ids.fingerprint(room))
        if limited is not None:
            raise limited

    async def _membership(self, room: RoomId, user: UserId) -> str | None:
        try:
            answer = await self._wire.ask("GET", ("rooms", room, "state", "m.room.member", user))
        except RefusedError as refusal:
            if refusal.code == "M_NOT_FOUND":
                return None
            raise
        membership = answer.get("membership")
        return membership if isinstance(membership, str) else None


async def room_of(vault: Vault, name: str) -> RoomId | None:
    """Return the room that was made under *name* and is used, or None if none is yet."""
    kept = await vault.get(_mark(name))
    return RoomId(kept.decode()) if kept and kept != _ASKED else None


def _is_safe(state: RoomState) -> bool:
    return (
        state.encrypted
        and state.history in {"invited", "joined"}
        and state.join_rule == "invite"
        and state.guest_access == "forbidden"
    )


def _state(kind: str, **content: object) -> JsonObject:
    return {"type": kind, "state_key": "", "content": content}


def _mark(name: str) -> str:
    return f"{_MARKS}{name}"
