"""Sync and device-list answers read entry by entry, so that one malformed entry cannot hide the rest."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from nio import (
    DeviceList,
    DeviceOneTimeKeyCount,
    ErrorResponse,
    Event,
    InviteEvent,
    InviteInfo,
    KeysClaimError,
    KeysClaimResponse,
    KeysQueryError,
    KeysQueryResponse,
    RoomInfo,
    Rooms,
    SyncError,
    SyncResponse,
    Timeline,
    ToDeviceEvent,
)

from bot.matrix.guard.own_keys import SIGNED_KEY
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.untrusted import Surviving, is_too_deep

T = TypeVar("T")
MOST_ROOMS = 10_000
"""The most rooms of one sync response, in each of its sections."""
MOST_EVENTS = 1_000
"""Events of one room in one answer: no more than fifty are asked for."""
_MOST_NAMES = 50_000
_MOST_KEYS = 10_000
_LONGEST_PLACE = 4_096
"""Characters of a token to go on from; none is much longer than a hundred."""

logger = logging.getLogger(__name__)


@dataclass
class WholeSync(SyncResponse):
    """A sync answer with what nio leaves out: fallback keys, and the whole stripped state of an invitation."""

    unused_fallback: bool | None = None
    """Whether the server holds an unused fallback key; None when it does not say."""
    invitations: dict[str, tuple[JsonObject, ...]] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, parsed_dict: JsonObject) -> SyncResponse | SyncError:
        """Read an answer; an error of the server's, or a shape that is no answer at all, is a SyncError."""
        try:
            return cls._read(parsed_dict)
        except (KeyError, TypeError, AttributeError, ValueError):
            return SyncError(*_refusal(parsed_dict))

    @classmethod
    def _read(cls, answer: JsonObject) -> WholeSync:
        lists = answer.get("device_lists", {})
        rooms = answer.get("rooms", {})
        unused = answer.get("device_unused_fallback_key_types")
        invited = _of_rooms(rooms.get("invite", {}), _invitation)
        return cls(
            _place(answer["next_batch"]),
            Rooms(
                {room: InviteInfo(list(_parse(events, InviteEvent.parse_event))) for room, events in invited.items()},
                _of_rooms(rooms.get("join", {}), _room),
                _of_rooms(rooms.get("leave", {}), _room),
            ),
            DeviceOneTimeKeyCount(None, _count(answer)),
            DeviceList(_names(lists.get("changed")), _names(lists.get("left"))),
            list(_parse(_sent(answer.get("to_device")), ToDeviceEvent.parse_event)),
            [],
            unused_fallback=None if unused is None else SIGNED_KEY in unused,
            invitations=invited,
        )


@dataclass
class WholeKeysQuery(KeysQueryResponse):
    """A device-list answer with the cross-signing keys that nio leaves out."""

    whole: JsonObject = field(default_factory=dict)
    """The answer as it came."""

    @property
    def identities(self) -> dict[str, bool]:
        """Who of the people in the answer publishes a cross-signing identity, and who does not."""
        masters = self.whole.get("master_keys")
        return {user: isinstance(masters, dict) and isinstance(masters.get(user), dict) for user in self.device_keys}

    @classmethod
    def from_dict(
        cls, parsed_dict: JsonObject, asked: Container[str] | None = None
    ) -> KeysQueryResponse | KeysQueryError:
        """Read an answer: what it says of those *asked* about, or of all it names if None.

        Users whose part is not an object are left out, devices are judged later.
        """
        lists = parsed_dict.get("device_keys")
        if not isinstance(lists, dict):
            return KeysQueryError(*_refusal(parsed_dict))
        wanted = {user: devices for user, devices in lists.items() if asked is None or user in asked}
        if len(wanted) < len(lists):
            logger.warning("device lists of %d people passed over: nobody asked", len(lists) - len(wanted))
        sound = {
            user: {id_: device for id_, device in devices.items() if not is_too_deep(device)}
            for user, devices in wanted.items()
            if isinstance(devices, dict) and ids.user_id(user) is not None
        }
        return cls(sound, {}, whole=parsed_dict)


@dataclass
class AskedClaim(KeysClaimResponse):
    """An answer to a claim of one-time keys: those of the devices asked about, whatever else it has."""

    @classmethod
    def from_dict(
        cls, parsed_dict: JsonObject, asked: Mapping[str, Container[str]]
    ) -> KeysClaimResponse | KeysClaimError:
        """Read an answer; nio's own reading raises on one that is a refusal, or none at all."""
        given = parsed_dict.get("one_time_keys")
        if not isinstance(given, dict):
            return KeysClaimError(*_refusal(parsed_dict))
        keys = {user: devices for user, devices in given.items() if user in asked and isinstance(devices, dict)}
        return cls({user: {id_: key for id_, key in keys[user].items() if id_ in asked[user]} for user in keys}, {})


def read_events(raw: object, *, most: int = MOST_EVENTS) -> list[Any]:
    """Return the room events of a list as the homeserver gave it, in order: the *most* last of it."""
    listed = raw if isinstance(raw, list) else []
    if len(listed) > most:
        logger.warning("events dropped: a room has more of them than were asked for")
    return list(_parse(tuple(_ready(event) for event in _named(listed[-most:])), Event.parse_event))


def _named(raw: list[object]) -> Iterator[Any]:
    """Yield the events whose ids have their form. What is no object at all is told of where it is read."""
    for event in raw:
        if isinstance(event, dict) and not ids.is_event(event):
            logger.warning("event dropped: an id in it is malformed")
        else:
            yield event


def _of_rooms(part: Any, read: Callable[[JsonObject], T]) -> dict[str, T]:
    """Read the parts of an answer that are about rooms, each under the id of its room."""
    named = {name: inside for name, inside in part.items() if ids.room_id(name) is not None}
    if len(named) < len(part):
        logger.warning("rooms dropped: their ids are malformed")
    if len(named) > MOST_ROOMS:
        logger.warning("rooms dropped: an answer tells of %d, %d of them are looked at", len(named), MOST_ROOMS)
    return {name: read(inside) for name, inside in islice(named.items(), MOST_ROOMS)}


def _refusal(answer: Any) -> tuple[str, str | None, int | None, bool]:
    told = ErrorResponse.from_dict(answer)
    return told.message, told.status_code, told.retry_after_ms, told.soft_logout


def _room(part: JsonObject) -> RoomInfo:
    timeline = part.get("timeline", {})
    return RoomInfo(
        Timeline(
            read_events(list(_events(timeline))), bool(timeline.get("limited", False)), timeline.get("prev_batch")
        ),
        read_events(list(_events(part.get("state")))),
        [],
        [],
    )


def _invitation(part: JsonObject) -> tuple[JsonObject, ...]:
    return tuple(copied(event for event in _events(part.get("invite_state")) if isinstance(event, dict)))


def copied(parts: Iterable[object]) -> list[Any]:
    """Copy each of *parts* whole: nio takes things out of what it reads. One that is nested too deeply is left out."""
    return [copy.deepcopy(part) for part in parts if not is_too_deep(part)]


def _events(part: object) -> tuple[object, ...]:
    events = part.get("events", []) if isinstance(part, dict) else []
    return tuple(events) if isinstance(events, list) else ()


def _sent(part: object) -> tuple[object, ...]:
    """Return the to-device messages whose sender has the form of one; what is no object is told of where it is read."""
    events = _events(part)
    kept = [event for event in events if not isinstance(event, dict) or ids.user_id(event.get("sender")) is not None]
    if len(kept) < len(events):
        logger.warning("to-device messages dropped: the id of their sender is malformed")
    return tuple(kept)


def _place(value: object) -> str:
    """Return a place to go on from. Raises ValueError when it is too long to be one."""
    place = str(value)
    if len(place) > _LONGEST_PLACE:
        raise ValueError("a place is too long")
    return place


def _names(part: object) -> list[str]:
    named = part[:_MOST_NAMES] if isinstance(part, list) else []
    return [name for name in named if ids.user_id(name) is not None]


def _count(answer: JsonObject) -> int | None:
    """Return the one-time keys the server holds. It may leave the count out when that is none."""
    counts = answer.get("device_one_time_keys_count")
    if counts is None:
        return None
    count = counts.get(SIGNED_KEY, 0)
    # We would generate one for each that is missing.
    return count if type(count) is int and 0 <= count <= _MOST_KEYS else None


def _ready(event: object) -> Any:
    """Take away what nio would stumble over: names that are no text, and absent hints about the sender's key."""
    if not isinstance(event, dict) or not isinstance(content := event.get("content"), dict):
        return event
    if event.get("type") == "m.room.member":
        for name in ("displayname", "avatar_url"):
            if not isinstance(content.get(name), str | None):
                content.pop(name)
    if event.get("type") == "m.room.encrypted":
        content.setdefault("sender_key", "")
        content.setdefault("device_id", "")
    return event


def _parse(raw: tuple[object, ...], parse: Callable[[Any], Any]) -> Iterator[Any]:
    for entry in raw:
        if is_too_deep(entry):
            logger.warning("event dropped: nested too deeply")
            continue
        # InviteEvent takes the content out of what it is given.
        own = copy.copy(entry) if isinstance(entry, dict) else entry
        event = None
        with Surviving("event"):
            event = parse(own)
        if event is not None:
            yield event
