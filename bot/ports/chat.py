"""The rooms, and those who verify us."""

from __future__ import annotations

from collections.abc import Collection, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.core.facts import Enclosed, EncryptedFile
from bot.core.names import EventId, RoomId, UserId
from bot.core.people.accounts import Found
from bot.core.people.trust import TheirIdentity
from bot.ports.incoming import Comparison

MOST_FETCHED = 5_000_000
"""The largest file that is read, in bytes."""


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
class Option:
    """One answer of a poll."""

    id: str
    """What a vote says. No other poll has it, so that no vote can be moved from one to another."""
    text: str
    word: str
    """What it stands for, as a reply to the poll would say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A question that is answered by tapping one of its answers. Whoever reads the room sees who gave which."""

    question: str
    options: tuple[Option, ...]

    def chosen(self, answers: tuple[str, ...]) -> Option | None:
        """Return the one answer that a vote chooses; None when it chooses none of ours, or several."""
        return next((option for option in self.options if answers == (option.id,)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One encrypted message: words, a file with words beside it, or a poll, or its end, with words in their place."""

    body: str
    html: str
    """Within Matrix's subset; empty when the body says it all."""
    rings: bool = False
    """True for `m.text`, which notifies; False for `m.notice`."""
    stands: bool = False
    """True for `m.text` too, though it calls nobody: it is to be read before all else, and apps draw a notice grey."""
    mentions: tuple[UserId, ...] = ()
    mentions_room: bool = False
    thread: EventId | None = None
    reply_to: EventId | None = None
    """The message that it answers, where apps are to show that."""
    replaces: EventId | None = None
    """The event of ours this one is an edit of."""
    file: Attachment | None = None
    """Its message is then the file, and *body* its caption, or the file's name again. Never an edit."""
    enclosed: Enclosed | None = None
    """The same of a file that lies encrypted already: it is not sent again."""
    poll: Poll | None = None
    """Its message is then the poll, and *body* what apps show that know no polls. Never an edit, nor with a file."""
    ends: EventId | None = None
    """The poll of ours that ends with it; *body* is for the same apps."""

    def __post_init__(self) -> None:
        kinds = (self.replaces, self.file, self.enclosed, self.poll, self.ends)
        if sum(kind is not None for kind in kinds) > 1:
            raise ValueError("an edit brings neither file nor poll, and each of these stands alone")


class Accounts(Protocol):
    """What is known of people: their accounts, devices and identities. It raises what `Chat` does."""

    def identity_of(self, user: UserId) -> TheirIdentity:
        """Return what is known of the identity of *user*."""

    def reads(self, user: UserId) -> bool:
        """Say whether any device of *user* may get our keys, as far as we know it."""

    async def look_up(self, users: Collection[UserId], found: MutableMapping[UserId, Found]) -> None:
        """Ask about the accounts of *users*, strangers too, and put into *found* what is said of each as it comes.

        Nothing of it is kept. Whom it does not put in could not be asked; it raises nothing for that. Whoever calls
        it sees to it that it ends in time.
        """

    async def trust(self, user: UserId, master: str) -> None:
        """Know *user* by *master* from now on; whatever else is published of them is a change."""


class Chat(Accounts, Protocol):
    """The rooms. What does not succeed raises BusyError, UnreachableError or RefusedError, and nothing else."""

    uninvited: dict[RoomId, tuple[UserId, ...]]
    """Whom the last `create_room` of a room could not invite: a wrong id, or their server is away."""

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
        """Look for each of these in its room before it is sent: an earlier run may have sent it, long ago."""

    async def pin(self, room: RoomId, event: EventId) -> None:
        """Make *event* the room's only pinned one."""

    async def fetch(self, file: EncryptedFile, *, most: int = MOST_FETCHED) -> bytes:
        """Get an encrypted file and open it; one of more than *most* bytes, or not what its sender made, is refused.

        One that is larger than its sender says is never held whole.
        """

    async def erase(self, room: RoomId, only: EventId | None = None) -> int:
        """Delete every message of *room*, put everybody out, leave it, and forget its keys; or *only* one of ours.

        Returns how many messages the homeserver did not let us delete; of a single one that is a refusal. All of
        them take as long as the homeserver's limits want; begun again, it goes on where it was.
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

    def begin(self, user: UserId) -> None:
        """Ask the apps of *user* to compare emoji with us; what came of it is news like that of any other."""

    def waiting(self) -> tuple[Comparison, ...]:
        """Return what somebody should compare now."""

    def settle(self, id_: str, *, same: bool, by: UserId | None = None) -> bool:
        """Go on with a verification, or end it as a mismatch; False when it does not wait, or no longer.

        *by* is who compared; None for the operator, at the machine.
        """
