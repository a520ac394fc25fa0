"""What the foreign client shows, in types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T", "Message", "Room", "Device", "File", "Poll")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An event as the foreign client shows it; for an edit, `text` is the new text."""

    id: str
    room: str
    sender: str
    type: str
    at: int
    """When the homeserver had it, in milliseconds since 1970."""
    encrypted: bool
    """Whether it was encrypted on the wire."""
    redacted: bool
    text: str | None
    formatted_body: str | None
    msgtype: str | None
    mentions: Mapping[str, Any] | None
    relates_to: Mapping[str, Any] | None
    replaces: str | None
    failure: str | None
    """Why it cannot be read, in the client's own code; None when it can."""
    content: Mapping[str, Any]

    @property
    def mentioned(self) -> frozenset[str]:
        return frozenset((self.mentions or {}).get("user_ids", ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    id: str
    name: str | None
    topic: str | None
    membership: str
    encrypted: bool
    inviter: str | None
    creator: str | None
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    id: str
    name: str | None
    ed25519: str | None
    signed: bool
    """Whether its owner's cross-signing identity vouches for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as the foreign client would save it."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as the foreign client shows it."""

    question: str
    kind: str
    most: int
    answers: Mapping[str, str]
    """The texts, by their ids."""
    votes: Sequence[tuple[str, Sequence[str]]]
    """Who chose what, in the order it came."""
    is_over: bool
    rings: bool
    """Whether the person's push rules notify of it."""

    def id_of(self, text: str) -> str:
        return next(id for id, known in self.answers.items() if known == text)


def made(kind: type[T], told: Json) -> T:
    """Check what peer.mjs told against the fields of *kind*: one too many or too few is an error."""
    return kind(**told)
