"""What belongs to no incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.facts.alerts import AlertDeskFact
from bot.core.facts.base import Deed, Happened
from bot.core.facts.duty import ContactFact, DutyFact
from bot.core.facts.opening import Severity
from bot.core.facts.people import DoorFact
from bot.core.facts.ringing import ChannelsFact
from bot.core.language import Language
from bot.core.names import DeviceId, EventId, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoomReady(Happened):
    """The control room exists and the admins are invited."""

    room: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRoomAsked(Happened):
    """A room of our own with one person is to be made, for what cannot be said where it belongs."""

    user: UserId
    codename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectRoomReady(Happened):
    """The room with that person exists."""

    user: UserId
    room: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOffered(Deed):
    """Somebody asked to open an incident without naming a playbook; a number from them settles it."""

    room: RoomId
    title: str
    severity: Severity
    language: Language
    drill: bool
    playbooks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedFile:
    """Where an encrypted file of a room lies, and what opens it."""

    url: str
    """`mxc://...`"""
    key: str
    """AES-256-CTR, unpadded base64url, as `m.file` has it."""
    iv: str
    sha256: str
    """Of the ciphertext, unpadded base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file that goes along with what is said, as it lies encrypted already."""

    name: str
    size: int
    """In bytes, as its sender says."""
    file: EncryptedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOffered(Deed):
    """Somebody sent a file that a command may take: a list, what is to go along with a bulletin, or evidence."""

    room: RoomId
    name: str
    size: int
    """Of the file, in bytes, as its sender says."""
    file: EncryptedFile
    is_list: bool = True
    """It may be a list; else it can only go along, or be evidence."""
    event: EventId | None = None
    """The message that names it; None where that was not kept."""
    device: DeviceId | None = None
    sent_at: datetime | None = None
    """By the sender's server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeOpening:
    """Open a room for each organisation of a list, which was read and found right."""

    list: EncryptedFile
    name: str
    """Of the list, as its sender named it."""
    title: str
    playbook: str | None
    severity: Severity | None
    language: Language | None
    drill: bool
    organisations: int
    people: int
    as_new: bool = False
    """Names alone count: see `OpenCascade`."""
    parent_playbook: str | None = None
    """Of the parent's own room; None means the one for who speaks for many."""
    amended: int = 0
    """Of how many organisations that are there the list says otherwise."""
    shown: str = ""
    """Names all that the list would do, as whoever confirms was shown it; empty where that was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusting:
    """Know somebody by another identity from now on."""

    user: UserId
    master: str
    """The master key that was shown."""


HouseAct = CascadeOpening | Trusting


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseConfirmationAsked(Deed):
    """Somebody asked for an act of the house that needs a second person; nothing is done yet."""

    number: int
    act: HouseAct


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseConfirmationGiven(Deed):
    """A second person confirmed, and it is done."""

    number: int
    asked_by: UserId
    act: HouseAct


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChangeSeen(Happened):
    """Somebody of ours publishes another cross-signing identity than the one they are known by."""

    user: UserId
    master: str | None
    """The new master key; None when they publish none any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityShown(Deed):
    """An admin was shown the changed identity that somebody publishes."""

    user: UserId
    master: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfirmed(Happened):
    """Somebody's cross-signing identity was compared with them, by its key or by emoji, and is theirs."""

    by: UserId | None
    """Who compared it; None for the operator, at the machine."""
    user: UserId
    master: str
    """The master key they are known by from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfHouseDoor(Happened):
    """Something happened to a door of the house: who comes by it belongs to no single incident."""

    fact: DoorFact


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRelocated(Happened):
    """The homeserver is gone, with the control room, the rooms of one person and everybody's account on it."""


DeskFact = (
    ControlRoomReady
    | DirectRoomAsked
    | DirectRoomReady
    | ChoiceOffered
    | FileOffered
    | HouseConfirmationAsked
    | HouseConfirmationGiven
    | IdentityChangeSeen
    | IdentityShown
    | IdentityConfirmed
    | OfHouseDoor
    | HouseRelocated
    | ChannelsFact
    | DutyFact
    | ContactFact
    | AlertDeskFact
)
