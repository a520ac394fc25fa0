"""What comes in from the world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.facts import EncryptedFile
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.people.trust import Distrust


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text message that was encrypted, decrypted, and bound to a device of its sender. Never an edit or a notice."""

    id: InputId
    room: RoomId
    sender: UserId
    device: DeviceId
    body: str
    """As typed, the quoted fallback of a reply stripped."""
    thread: EventId | None
    """Root of the thread it stands in."""
    sent_at: datetime
    """By the sender's server: fine to show, never evidence."""
    received_at: datetime
    is_late: bool = False
    """It came after later messages of the same device and session: a homeserver may have held it back."""
    calls_us: bool = False
    """It mentions us, and is no reply: clients mention whoever wrote what is replied to."""
    origin: str = ""
    reply_to: EventId | None = None
    """The message it replies to; none where a client only says so for those that know no threads."""
    is_placed: bool = False
    """Where it stands is said inside the ciphertext. Else a homeserver may have put it into its thread."""
    replies_to_us: bool = False
    """Its client says that the message it replies to is ours: a hint that anybody can give, never more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """A message that somebody changed afterwards. What was typed first counts; nothing of this is carried out."""

    id: InputId
    room: RoomId
    sender: UserId
    body: str
    """As it reads now."""
    received_at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledIn:
    """Somebody of ours invited us to a room of theirs, and we are in it."""

    id: InputId
    """Ours: the same room has the same one."""
    room: RoomId
    user: UserId
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSent:
    """A file that was encrypted, as the message that names it, bound to a device of its sender. Never an edit."""

    id: InputId
    room: RoomId
    sender: UserId
    device: DeviceId
    name: str
    size: int
    """In bytes, as its sender says; 0 when they do not."""
    file: EncryptedFile | None
    """None where it lies unencrypted, or not all is said that opens it: then it is here for its caption."""
    received_at: datetime
    origin: str = ""
    caption: str = ""
    """What its sender wrote below it; empty where that is nothing but its name."""
    thread: EventId | None = None
    """See `Message`."""
    sent_at: datetime | None = None
    """See `Message`; None where that was not kept."""
    is_late: bool = False
    """See `Message`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """A vote that was encrypted, decrypted, and bound to a device of its sender."""

    id: InputId
    room: RoomId
    sender: UserId
    device: DeviceId
    poll: EventId
    """What it says it is an answer to. That may stand outside the encryption: only *answers* are proven."""
    answers: tuple[str, ...]
    """Ids of what was chosen, as the app sent them: none for a vote that is taken back."""
    received_at: datetime
    is_late: bool = False
    """See `Message`."""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A tick or a thumb at a message. It travels in clear: whoever runs the homeserver can make one up."""

    id: InputId
    room: RoomId
    sender: UserId
    """As the homeserver says."""
    event: EventId
    """The message it is at."""
    key: str
    """The sign, without its colour."""
    received_at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An encrypted message of a person whose key did not come within the grace period."""

    id: InputId
    room: RoomId
    sender: UserId
    received_at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A person came into a room, left it, or was invited to it by somebody else than us."""

    id: InputId
    room: RoomId
    user: UserId
    present: bool
    received_at: datetime
    invited: bool = False
    """True for an invitation of somebody else's: the person is not *present* yet."""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distrusted:
    """A message that could be read and was not heard: its device is not trusted."""

    id: InputId
    room: RoomId
    sender: UserId
    device: DeviceId
    why: Distrust
    received_at: datetime
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityChanged:
    """A person publishes another cross-signing identity than the one they are known by."""

    id: InputId
    """Ours: the same change has the same one."""
    user: UserId
    master: str | None
    """The new master key; None when they publish none any more."""
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Somebody whom the room is for is in it, and can read nothing of ours: none of their devices is trusted."""

    id: InputId
    """Ours: the same room, person and reason have the same one."""
    room: RoomId
    user: UserId
    why: Distrust
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCame:
    """Somebody has a device that is trusted, and nothing but the homeserver says that it is theirs, or still theirs."""

    id: InputId
    """Ours: the same device has the same one."""
    user: UserId
    device: DeviceId
    fingerprint: str
    """Its Ed25519 key."""
    received_at: datetime
    is_back: bool = False
    """It was gone from their list, and is on it again. Else they had others, and nothing vouches for this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderCame:
    """Somebody known has a device that is trusted since now: what was said before, it may never read."""

    id: InputId
    """Ours: the same device has the same one."""
    user: UserId
    device: DeviceId
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a person's app shows while it verifies us, and somebody else has to compare."""

    id: str
    code: str
    """Four digits that bind an answer to this one: another may take its place while people still compare."""
    user: UserId
    device: DeviceId
    emoji: tuple[int, ...]
    """Places in Matrix's table of 64, in order; empty when the app can only show numbers."""
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationShown:
    """A person is verifying us, and waits for their emoji to be compared with ours."""

    id: InputId
    comparison: Comparison
    received_at: datetime


class VerificationEnd(StrEnum):
    """How a verification ended."""

    VERIFIED = "verified"
    CANCELLED = "cancelled"
    """By the person, or for a newer one of theirs."""
    MISMATCH = "mismatch"
    """Something stands between them and us."""
    REFUSED = "refused"
    """Somebody on our side said that it is not the same."""
    TIMED_OUT = "timed-out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationEnded:
    """A verification whose emoji were shown has ended."""

    id: InputId
    user: UserId
    end: VerificationEnd
    received_at: datetime
    master: str | None = None
    """The master key that is proven to be theirs; None when nothing is, or they have none."""
    by: UserId | None = None
    """Who compared; None for the operator, at the machine."""
    room: RoomId | None = None
    """The room it was asked for in; None when it was asked of our device."""
    was_shown: bool = True
    """Somebody was asked to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """The homeserver is heard again after minutes in which it was not: we did not run, or were cut off from it."""

    id: InputId
    """Ours: the same absence has the same one."""
    since: datetime
    """When it was heard last."""
    messages: int
    """How many were typed meanwhile and came with this answer."""
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Misnamed:
    """A person's message came under the id of another event. It is not carried out: nothing says which one is it."""

    id: InputId
    """Ours."""
    room: RoomId
    sender: UserId
    received_at: datetime


FromEvents = Message | Edited | FileSent | Voted | Reacted | Unreadable | Distrusted | Membership
"""What was read from an event of a room. *origin* is a digest of what makes the event what it is: its room, its sender,
its kind, and its ciphertext or content. Another event under the same id has another."""
Incoming = (
    FromEvents
    | Misnamed
    | Unreached
    | IdentityChanged
    | DeviceCame
    | ReaderCame
    | CalledIn
    | VerificationShown
    | VerificationEnded
    | CameBack
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One sync response, read and guarded."""

    events: tuple[Incoming, ...]
    token: str
    """Where the next sync goes on. Kept in the same transaction as the events."""
    heard_at: datetime | None = None
    """When the homeserver gave it, kept with them; None for what comes beside its answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a batch."""

    new: tuple[Incoming, ...]
    """What was kept for the first time, in order; in the place of a refused message stands a Misnamed."""
    refused: frozenset[InputId]
    """Whose id was known already for something else."""


Receive = Callable[[Batch], Awaitable[Received]]
"""Returns once the batch is durable; raises when it is not, and the same batch will come again."""


def origin_of(incoming: Incoming) -> str:
    """Return what *incoming* was read from; empty for what was not read from an event."""
    return incoming.origin if isinstance(incoming, FromEvents) else ""


def is_another(incoming: Incoming, known: str) -> bool:
    """Say whether *incoming* is something else than what is *known* under its id. What is no event is always itself."""
    return "" not in (known, origin_of(incoming)) and origin_of(incoming) != known


def misnamed(refused: Incoming) -> Misnamed | None:
    """Return what is kept in the place of *refused*; None where no person waits for anything."""
    if isinstance(refused, Membership | Reacted) or not isinstance(refused, FromEvents):
        return None
    id = InputId(f"misnamed:{refused.id}:{refused.origin}")
    return Misnamed(id=id, room=refused.room, sender=refused.sender, received_at=refused.received_at)
