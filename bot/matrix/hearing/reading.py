"""From nio's events to ours. Whatever has not exactly the shape of a command or of a coming and going is left out."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from nio import MegolmEvent, ReactionEvent, RoomMemberEvent, RoomMessage, RoomMessageUnknown, UnknownEvent

from bot.core.facts import EncryptedFile
from bot.core.names import DeviceId, EventId, RoomId, UserId, input_of
from bot.core.people.trust import Distrust
from bot.matrix.guard.decryption import OUTSIDE, VOTES, envelope_of
from bot.matrix.hearing import taps
from bot.matrix.http import ids
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.ids import fingerprint
from bot.matrix.speaking.content import MESSAGE
from bot.matrix.speaking.media import ADDRESS
from bot.ports import Distrusted, Edited, FileSent, Membership, Message, Reacted, Voted

logger = logging.getLogger(__name__)

Said = Message | Edited | FileSent | Voted | Distrusted
Read = Said | Reacted | Membership
_LONGEST_NAME = 255
_FILES = frozenset({"m.file", "m.image", "m.video", "m.audio"})
"""Kinds of message that bring a file: apps send pictures as such."""
_SECRETS = {
    "url": ADDRESS,
    "key": re.compile(r"[A-Za-z0-9_-]{43}=?"),
    "iv": re.compile(r"[A-Za-z0-9+/]{22}={0,2}"),
    "sha256": re.compile(r"[A-Za-z0-9+/]{43}=?"),
}
"""What each part of an encrypted file looks like."""

DeviceOf = Callable[[Any], DeviceId | None]
"""Names the device a decrypted event is bound to."""
Distrusts = Callable[[UserId, DeviceId], Distrust | None]
"""Says why a device is not trusted; None when it is."""


class Reader:
    """Reads the events of one account."""

    def __init__(self, own: UserId, device_of: DeviceOf, distrusts: Distrusts, holds: Callable[[RoomId], bool]) -> None:
        """*holds* says whether a room is one of ours: we made it, so nothing in it is older than our coming."""
        self._own = own
        self._device_of = device_of
        self._distrusts = distrusts
        self._holds = holds

    def since_we_came(self, room: RoomId, events: list[object]) -> list[object]:
        """Return *events* without those from before we came into the room that cannot be opened.

        What opens was said to us, whenever we came; and when we did, the homeserver says.
        """
        came = self._last_coming(room, events)
        kept = [event for place, event in enumerate(events) if place >= came or getattr(event, "decrypted", False)]
        cut = len(self.locked(events[:came]))
        if cut:
            logger.warning("%d encrypted events in room %s from before we came passed over", cut, fingerprint(room))
        return kept

    def we_came(self, room: RoomId, events: list[object]) -> bool:
        """Say whether we came into the room among *events*: there is nothing for us before."""
        return self._last_coming(room, events) > 0 or (bool(events) and self._is_our_coming(room, events[0]))

    def _last_coming(self, room: RoomId, events: list[object]) -> int:
        """Return the place of our last coming; 0 if we did not come, or were in the room before all of it."""
        places = (place for place in range(len(events) - 1, -1, -1) if self._is_our_coming(room, events[place]))
        return next(places, 0)

    def _is_our_coming(self, room: RoomId, event: object) -> bool:
        if self._holds(room):
            return False
        return isinstance(event, RoomMemberEvent) and event.state_key == self._own and _presence(event) is True

    def read(self, room: RoomId, events: Iterable[object], now: datetime) -> Iterator[Read]:
        """Return what people said and tapped, and who came or went, in order."""
        for event in events:
            match event:
                case RoomMemberEvent():
                    read: Read | None = self._membership(room, event, now)
                case RoomMessageUnknown(msgtype="m.key.verification.request"):
                    continue
                case RoomMessage() | UnknownEvent() if event.decrypted:
                    read = self.said(room, event, now)
                case ReactionEvent() if not event.decrypted:
                    read = self._reaction(room, event, now)
                case RoomMessage():
                    logger.warning("plain message passed over in room %s", fingerprint(room))
                    continue
                case _:
                    continue
            if read is not None:
                yield read

    def locked(self, events: Iterable[object]) -> list[MegolmEvent]:
        """Return the events that wait for a key."""
        return [event for event in events if isinstance(event, MegolmEvent) and event.sender != self._own]

    def said(self, room: RoomId, event: Any, now: datetime) -> Said | None:
        """Return what a decrypted event says; None if somebody else neither typed it, sent it as a file, nor voted."""
        content, kind = event.source.get("content"), event.source.get("type")
        device = self._device_of(event)
        if event.sender == self._own or device is None or not isinstance(content, dict):
            return None
        if kind in VOTES:
            return self._vote(room, event, device, content, now)
        return self._message(room, event, device, content, now) if kind == MESSAGE else None

    def _message(
        self, room: RoomId, event: Any, device: DeviceId, content: JsonObject, now: datetime
    ) -> Message | Edited | FileSent | Distrusted | None:
        relation = _relation(content)
        if _is_edit(content, relation):
            return self._edited(room, event, device, content, now)
        if content.get("msgtype") in _FILES:
            return self._file(room, event, device, content, now)
        body = content.get("body")
        if content.get("msgtype") != "m.text" or not isinstance(body, str):
            return None
        came = envelope_of(event)
        return self._distrusted(room, event, device, now) or Message(
            id=input_of(EventId(event.event_id)),
            room=room,
            sender=UserId(event.sender),
            device=device,
            body=_without_quote(body) if "m.in_reply_to" in relation else body,
            thread=_thread(relation),
            sent_at=_moment(event.server_timestamp, now),
            received_at=now,
            is_late=came.is_late,
            calls_us=self._is_called(content, relation),
            origin=came.origin,
            reply_to=_reply_to(relation),
            is_placed=relation.get(OUTSIDE) is not True,
            replies_to_us=self._says_it_is_ours(content, body),
        )

    def _vote(
        self, room: RoomId, event: Any, device: DeviceId, content: JsonObject, now: datetime
    ) -> Voted | Distrusted | None:
        vote, came = taps.vote(event.source["type"], content), envelope_of(event)
        if vote is None:
            return None
        poll, answers = vote
        return self._distrusted(room, event, device, now) or Voted(
            id=input_of(EventId(event.event_id)),
            room=room,
            sender=UserId(event.sender),
            device=device,
            poll=poll,
            answers=answers,
            received_at=now,
            is_late=came.is_late,
            origin=came.origin,
        )

    def _distrusted(self, room: RoomId, event: Any, device: DeviceId, now: datetime) -> Distrusted | None:
        """Return that what was said is not heard; None when its device is trusted."""
        sender = UserId(event.sender)
        why = self._distrusts(sender, device)
        if why is None:
            return None
        logger.warning("message passed over in room %s: %s", fingerprint(room), why)
        id, origin = input_of(EventId(event.event_id)), envelope_of(event).origin
        return Distrusted(id=id, room=room, sender=sender, device=device, why=why, received_at=now, origin=origin)

    def _reaction(self, room: RoomId, event: ReactionEvent, now: datetime) -> Reacted | None:
        at, sign = ids.event_id(event.reacts_to), taps.sign(event.key)
        if event.sender == self._own or at is None or sign is None:
            return None
        return Reacted(
            id=input_of(EventId(event.event_id)),
            room=room,
            sender=UserId(event.sender),
            event=at,
            key=sign,
            received_at=now,
            origin=ids.origin(room, event.source),
        )

    def _says_it_is_ours(self, content: JsonObject, body: str) -> bool:
        """Say whether the client names us as who is answered: newer ones among those it notifies, older ones quoted."""
        match content.get("m.mentions"):
            case {"user_ids": list(users)} if self._own in users:
                return True
        return body.startswith((f"> <{self._own}>", f"> * <{self._own}>"))

    def _edited(self, room: RoomId, event: Any, device: DeviceId, content: JsonObject, now: datetime) -> Edited | None:
        """Return how a message reads that was changed; None when it is no text, or its device is not trusted."""
        new = content.get("m.new_content")
        is_edit = _relation(content).get("rel_type") == "m.replace"
        body = new.get("body") if isinstance(new, dict) and new.get("msgtype") == "m.text" and is_edit else None
        if not isinstance(body, str) or self._distrusts(UserId(event.sender), device) is not None:
            return None
        return Edited(
            id=input_of(EventId(event.event_id)),
            room=room,
            sender=UserId(event.sender),
            body=body,
            received_at=now,
            origin=envelope_of(event).origin,
        )

    def _is_called(self, content: JsonObject, relation: JsonObject) -> bool:
        mentions = content.get("m.mentions")
        users = mentions.get("user_ids") if isinstance(mentions, dict) else None
        return isinstance(users, list) and self._own in users and "m.in_reply_to" not in relation

    def _file(
        self, room: RoomId, event: Any, device: DeviceId, content: JsonObject, now: datetime
    ) -> FileSent | Distrusted | None:
        """Return a file, or what is written below one that cannot be opened.

        That a device is not trusted is told of what is written below a file; else the command beside it tells.
        """
        file, came, info = encrypted_file(content), envelope_of(event), content.get("info")
        name, caption = content.get("filename", content.get("body")), _caption(content)
        if not isinstance(name, str) or (file is None and not caption):
            return None
        if self._distrusts(UserId(event.sender), device) is not None:
            return self._distrusted(room, event, device, now) if caption else None
        size, relation = info.get("size") if isinstance(info, dict) else None, _relation(content)
        return FileSent(
            id=input_of(EventId(event.event_id)),
            room=room,
            sender=UserId(event.sender),
            device=device,
            # The bot shows the name again, and invisible characters could reverse the rest of a line.
            name="".join(filter(str.isprintable, name))[-_LONGEST_NAME:],
            size=size if type(size) is int and 0 <= size < 2**53 else 0,
            file=file,
            received_at=now,
            origin=came.origin,
            caption=caption,
            thread=_thread(relation),
            sent_at=_moment(event.server_timestamp, now),
            is_late=came.is_late,
        )

    def _membership(self, room: RoomId, event: RoomMemberEvent, now: datetime) -> Membership | None:
        present, invited = _presence(event), event.membership == "invite" and event.sender != self._own
        if event.state_key == self._own or (present is None and not invited):
            return None
        return Membership(
            id=input_of(EventId(event.event_id)),
            room=room,
            user=UserId(event.state_key),
            present=present is True,
            invited=invited,
            received_at=now,
            origin=ids.origin(room, event.source),
        )


def _presence(event: RoomMemberEvent) -> bool | None:
    """Return True for a coming, False for a going or an invitation's end, None for neither: a new name, a knock."""
    # nio does not check the type of this field.
    before = event.prev_content.get("membership") if isinstance(event.prev_content, dict) else None
    if event.membership == "join" and before != "join":
        return True
    return False if before in ("join", "invite") and event.membership in {"leave", "ban"} else None


def _relation(content: JsonObject) -> JsonObject:
    relation = content.get("m.relates_to")
    return relation if isinstance(relation, dict) else {}


def _is_edit(content: JsonObject, relation: JsonObject) -> bool:
    return relation.get("rel_type") == "m.replace" or "m.new_content" in content


def encrypted_file(content: JsonObject) -> EncryptedFile | None:
    """Return where the file of a message lies and what opens it, or None when not all of that is said."""
    match content.get("file"):
        case {"v": "v2", "url": url, "key": {"alg": "A256CTR", "k": key}, "iv": iv, "hashes": {"sha256": sha256_}}:
            parts = {"url": url, "key": key, "iv": iv, "sha256": sha256_}
        case _:
            return None
    fits = all(isinstance(part, str) and _SECRETS[name].fullmatch(part) for name, part in parts.items())
    return EncryptedFile(**parts) if fits else None


def _caption(content: JsonObject) -> str:
    """Return what is written below a file: the body, where that is not its name; empty otherwise."""
    name, body = content.get("filename"), content.get("body")
    return body if isinstance(name, str) and isinstance(body, str) and body != name else ""


def _thread(relation: JsonObject) -> EventId | None:
    return ids.event_id(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None


def _reply_to(relation: JsonObject) -> EventId | None:
    if relation.get("rel_type") == "m.thread" and relation.get("is_falling_back") is True:
        return None
    answered = relation.get("m.in_reply_to")
    return ids.event_id(answered.get("event_id")) if isinstance(answered, dict) else None


def _without_quote(body: str) -> str:
    """Take off the lines of the message that is answered, which older clients put before the answer."""
    lines = body.split("\n")
    start = 0
    while start < len(lines) and lines[start].startswith("> "):
        start += 1
    if start == 0:
        return body
    if start < len(lines) and lines[start] == "":
        start += 1
    return "\n".join(lines[start:])


def _moment(timestamp_ms: int, otherwise: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(timestamp_ms / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return otherwise
