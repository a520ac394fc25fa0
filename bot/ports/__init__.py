"""What the service needs from the world, in our words. Adapters implement these, contract tests hold them to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.commands import OpenCascade
from bot.core.facts import DeskFact, EncryptedFile, Fact, Recorded, Reminder
from bot.core.names import DeviceId, EventId, InputId, RoomId, UserId
from bot.core.playbook import Language
from bot.core.trust import TheirIdentity
from bot.ports.incoming import (
    Batch,
    CameBack,
    Comparison,
    DeviceCame,
    Distrusted,
    FileSent,
    FromEvents,
    IdentityChanged,
    Incoming,
    Membership,
    Message,
    Misnamed,
    Receive,
    Received,
    Unreached,
    Unreadable,
    VerificationEnd,
    VerificationEnded,
    VerificationShown,
    is_another,
    misnamed,
    origin_of,
)
from bot.ports.vault import Sealed, SealedEvents, Vault

__all__ = [
    "DESK",
    "NO_DEVICE",
    "SHOWN_ONCE",
    "AlarmClock",
    "Attachment",
    "Batch",
    "BusyError",
    "CameBack",
    "ChainBrokenError",
    "Chat",
    "ChatError",
    "Clock",
    "Comparison",
    "Content",
    "DeviceCame",
    "Distrusted",
    "Fetch",
    "FileSent",
    "FromEvents",
    "IdentityChanged",
    "Incoming",
    "Membership",
    "Message",
    "Misnamed",
    "Receive",
    "Received",
    "RefusedError",
    "RoomPlan",
    "Sealed",
    "SealedEvents",
    "Store",
    "Task",
    "TaskKind",
    "Transaction",
    "UnreachableError",
    "Unreached",
    "Unreadable",
    "Vault",
    "Verdict",
    "VerificationEnd",
    "VerificationEnded",
    "VerificationShown",
    "Verifications",
    "is_another",
    "misnamed",
    "origin_of",
]

# --- Chat ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """A room to create: encrypted, invite only, unfederated if the operator says so."""

    name: str
    """A codename: the homeserver reads it. Unique among our rooms, so that an unconfirmed room is found again."""
    invite: tuple[UserId, ...]
    admins: tuple[UserId, ...]
    """Who gets power level 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to hand out. The homeserver keeps it encrypted, under no name."""

    name: str
    """What people see and save it as; it travels inside the encrypted message."""
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One encrypted message, in words, or a file with the words beside it."""

    body: str
    html: str
    """Within Matrix's subset; empty when the body says it all."""
    rings: bool = False
    """True for `m.text`, which notifies; False for `m.notice`."""
    mentions: tuple[UserId, ...] = ()
    mentions_room: bool = False
    thread: EventId | None = None
    replaces: EventId | None = None
    """The event of ours this one is an edit of."""
    file: Attachment | None = None
    """Its message is then the file, and *body* its caption, or the file's name again. Never an edit."""

    def __post_init__(self) -> None:
        if self.file is not None and self.replaces is not None:
            raise ValueError("an edit brings no file")


class Chat(Protocol):
    """The rooms. What does not succeed raises BusyError, UnreachableError or RefusedError, and nothing else."""

    async def create_room(self, plan: RoomPlan) -> RoomId:
        """Create the room and check it, or find the one an unconfirmed try made. Invites the first ten."""

    async def invite(self, room: RoomId, user: UserId) -> None:
        """Invite *user*; nothing happens if they are in the room or invited."""

    async def remove(self, room: RoomId, user: UserId) -> None:
        """Take *user* out and rotate the room's session; only the rotation happens if they are not there."""

    async def say(self, room: RoomId, content: Content, *, txn: str, readers: frozenset[UserId]) -> EventId:
        """Send encrypted; the same *txn* twice is one message.

        Keys go to devices of those *readers* who are joined or invited, and to nobody else.
        """

    async def was_said(self, room: RoomId, txn: str) -> bool:
        """Say whether *txn*, which may have been taken and was not confirmed, stands in *room*."""

    def doubt(self, txns: Iterable[str]) -> None:
        """Take it that an earlier run may have said these, so long ago that the homeserver forgot: look first."""

    async def pin(self, room: RoomId, event: EventId) -> None:
        """Make *event* the room's only pinned one."""

    async def fetch(self, file: EncryptedFile) -> bytes:
        """Get an encrypted file and open it; one that is too large, or not what its sender made, is refused."""

    def identity_of(self, user: UserId) -> TheirIdentity:
        """Return what is known of the identity of *user*."""

    async def trust(self, user: UserId, master: str) -> None:
        """Know *user* by *master* from now on; whatever else is published of them is a change."""

    async def erase(self, room: RoomId) -> int:
        """Delete every message of *room*, put everybody out, leave it, and forget its keys.

        Returns how many messages the homeserver did not let us delete. It takes as long as the homeserver's limits
        want; begun again, it goes on where it was.
        """


class ChatError(Exception):
    """A request to the homeserver did not succeed."""


class BusyError(ChatError):
    """The homeserver limits us (429)."""

    def __init__(self, retry_after: timedelta, *, invited: UserId | None = None) -> None:
        super().__init__(f"limited for {retry_after.total_seconds():.1f} s")
        self.retry_after = retry_after
        self.invited = invited
        """Who cannot be invited for so long, when it is about that."""


class UnreachableError(ChatError):
    """A passing fault: no connection, a time-out, a 5xx. Trying again is right."""


NO_DEVICE = "NO_DEVICE"
"""Code of the refusal that time may heal: none of the readers has a device yet."""


class RefusedError(ChatError):
    """A lasting refusal: forbidden, not encrypted, world-readable, too large. Trying again is useless."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """Matrix error code or one of ours (`NOT_ENCRYPTED`, `WORLD_READABLE`, `NO_DEVICE`); never content."""


class Verifications(Protocol):
    """Verifications of us by people's apps, while they last: nothing of them survives a restart."""

    def waiting(self) -> tuple[Comparison, ...]:
        """Return what somebody should compare now."""

    def settle(self, id_: str, *, same: bool, by: UserId | None = None) -> bool:
        """Go on with a verification, or end it as a mismatch; False when it does not wait, or no longer.

        *by* is who compared; None for the operator, at the machine.
        """


# --- Store --------------------------------------------------------------------------------------------------

DESK = "desk"
"""The stream of what belongs to no incident. Every other stream is an incident's id."""


class TaskKind(StrEnum):
    """What an outbox row asks for."""

    CREATE_ROOM = "create-room"
    INVITE = "invite"
    REMOVE = "remove"
    SAY = "say"
    CARD = "card"
    PIN = "pin"
    TRUST = "trust"
    ERASE = "erase"
    VERIFY = "verify"
    FETCH = "fetch"
    """Get a file that somebody sent, and do what they asked for with it."""
    ROLLUP_PICTURE = "rollup-picture"
    """Hand out where all organisations stand; like the card it is made when it is sent."""
    ROLLUP_TABLE = "rollup-table"
    PROGRESS = "progress"
    """Show how far a cascade is; like the card it is worded when it is sent."""
    RING = "ring"
    """Say reminders in an incident's room, as they are when it is sent. They are facts once that is done."""
    SILENCE = "silence"
    """Ring in the control room for rooms in which nothing can be said, as they are when it is sent."""
    TELL = "tell"
    """Tell one person, in a room of their own, what cannot be said where it belongs, as it is when it is sent."""


SHOWN_ONCE = frozenset({TaskKind.CARD, TaskKind.PROGRESS, TaskKind.SILENCE, TaskKind.TELL})
"""What is worded when it is sent, and says all there is: a second one in a lane would say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody says of a comparison."""

    comparison: str
    same: bool
    by: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A file to get, and the command that wants it."""

    file: EncryptedFile
    name: str
    """As its sender named it; its ending says what it is."""
    command: OpenCascade
    by: UserId
    language: Language
    """Of the answer."""
    thread: EventId | None = None
    """Where the answer goes."""
    confirmed_by: UserId | None = None
    """The second person; None while there is none: then it is read to be shown to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One outbox row: something to do in the world, once."""

    id: str
    """Derived from the input that caused it, so a replay queues nothing new. Also the Matrix transaction id."""
    lane: str
    """Tasks of one lane are done in order: an incident's id, or a room's."""
    kind: TaskKind
    room: RoomId | None = None
    """None for a room that does not exist yet: the incident's, once it is made."""
    content: Content | None = None
    readers: frozenset[UserId] = frozenset()
    """Whose devices get the keys of a SAY, besides the incident's roster when the lane is an incident's."""
    user: UserId | None = None
    """Who is invited, taken out, known by another key or told; of a SAY, who asked and waits for the answer."""
    event: EventId | None = None
    reminders: tuple[Reminder, ...] = ()
    """Of a RING, as they were when it was queued."""
    complains: bool = False
    """It says that another row was given up: if it is refused as well, nothing more is said."""
    master: str | None = None
    """The master key that a TRUST settles on."""
    plan: RoomPlan | None = None
    verdict: Verdict | None = None
    """Of a VERIFY."""
    fetch: Fetch | None = None
    """Of a FETCH."""
    bulk: bool = False
    """Part of something for very many rooms: everything else goes first."""
    attempts: int = 0
    not_before: datetime | None = None
    """Rests until then: a deliberate delay when *attempts* is 0, a back-off otherwise."""


class Transaction(Protocol):
    """All or nothing. Everything a step of the service changes goes through one of these."""

    async def append(
        self, stream: str, facts: Sequence[Fact | DeskFact], *, input: InputId, device: DeviceId | None
    ) -> None:
        """Add facts to the end of *stream*, each chained to the one before."""

    async def rewrite(self, stream: str, records: Sequence[Recorded[Fact | DeskFact]]) -> None:
        """Put *records* in the place of all facts of *stream*, numbered and chained anew."""

    async def forget_room(self, room: RoomId, *, lane: str) -> None:
        """Forget what came from *room* and waits, and what is still to be done there or in *lane*."""

    async def queue(self, tasks: Sequence[Task]) -> None:
        """Add outbox rows: none whose id was ever queued, and of what is shown once none while one waits untried."""

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch as `Store.receive` does."""

    async def settle_input(self, id: InputId) -> bool:
        """Mark an input as applied and forget its text. False if it was applied before: then change nothing."""

    async def settle_task(self, id: str) -> None:
        """Mark an outbox row as done and forget its content."""

    async def postpone_task(self, id: str, *, until: datetime) -> None:
        """Count a failed attempt and let the row rest."""


class Store(Protocol):
    """Everything that must survive. One writer: transactions wait for each other."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction; an exception inside rolls all of it back."""

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch's events and its token in one transaction.

        Events ever seen before are dropped, and so are others under the id of one: see `Received`.
        """

    async def sync_token(self) -> str | None:
        """Return the token of the last batch received, or None before the first."""

    async def heard_at(self) -> datetime | None:
        """Return when the homeserver was heard last: the newest such time of a batch, or None before the first."""

    async def waiting(self) -> tuple[Incoming, ...]:
        """Return events not yet applied, oldest first."""

    async def streams(self) -> tuple[str, ...]:
        """Return the name of every stream that has facts."""

    async def history(self, stream: str, *, last: int | None = None) -> tuple[Recorded[Fact | DeskFact], ...]:
        """Return the facts of *stream*, or its *last* ones, oldest first. Raises ChainBrokenError."""

    async def tasks(self) -> tuple[Task, ...]:
        """Return outbox rows not done, oldest first."""

    async def compact(self) -> None:
        """Leave no trace of what was forgotten where it was kept."""


class ChainBrokenError(Exception):
    """A stored fact does not match its digest: the file was changed from outside."""


# --- time ---------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""


class AlarmClock(Protocol):
    """Wakes the service. Holds nothing that could be lost: alarms are derived from facts, and set at every start."""

    def set(self, key: str, at: datetime) -> None:
        """Ring once for *key* at *at*, or at once when that has passed; replaces the earlier setting of *key*."""

    def cancel(self, key: str) -> None:
        """Forget *key*; nothing happens if it is not set."""
