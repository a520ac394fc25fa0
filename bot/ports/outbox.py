"""What is to be done in the world, each once: the rows of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.core.commands import Authority, MergeLetters, OpenCascade
from bot.core.effects import InvitePerson, MoveCard, PinCard, RemovePerson, SealRecord, ShowCard, ShowProgress
from bot.core.facts import EncryptedFile, FileOrigin, Reminder
from bot.core.language import Language
from bot.core.names import DraftId, EventId, IncidentId, RoomId, UserId
from bot.core.organisations.questions import Form
from bot.core.people.contacts import Way
from bot.core.people.roster import Role
from bot.core.record.checkpoint import Stamping
from bot.core.replies.subjects import About
from bot.ports.chat import Content, RoomPlan
from bot.ports.hooks import HookCall


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """Make the room of an incident, or the control room."""

    plan: RoomPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Say what is worded already."""

    content: Content
    room: RoomId | None = None
    """None for the room of the lane's incident, which may not be made yet."""
    readers: frozenset[UserId] = frozenset()
    """Whose devices get the keys, where the lane is no incident's; else those of its roster do."""
    asker: UserId | None = None
    """Who asked for it and waits."""
    asked_at: datetime | None = None
    """When the message was received that it answers; None where it answers none."""
    complains: bool = False
    """It says that another row was given up: if it is refused as well, nothing more is said."""
    about: About = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPoll:
    """End a poll that was answered, with the answer as it stands when it is sent."""

    poll: EventId
    room: RoomId
    about: About
    """What the poll asked."""
    language: Language
    thread: EventId | None = None
    """Where it stands."""
    readers: frozenset[UserId] = frozenset()
    """See `Say`."""


class RollupFile(Enum):
    """The files of a roll-up."""

    PICTURE = "picture"
    TABLE = "table"
    UNREACHED = "unreached"
    LETTERS = "letters"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRollup:
    """Hand out where all organisations stand, as a file that is made when it is sent."""

    form: RollupFile
    thread: EventId | None = None
    asker: UserId | None = None
    silent_for: timedelta | None = None
    """See `bot.core.organisations.reach.Watch`."""
    authority: Authority = Authority.CNIL
    """Whose table it is, where it is that of an authority."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetters:
    """Hand out letters to clients, as one archive that is made when it is sent: the row holds nothing of them."""

    draft: DraftId
    version: int
    at: datetime
    """When they were made: the same files come out of it."""
    numbers: tuple[int, ...]
    thread: EventId | None = None
    asker: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherQuestions:
    """Take together what the lane's organisations have asked since the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowQuestions:
    """Show questions of organisations, as they are when it is sent: the row holds nothing of them."""

    numbers: tuple[int, ...]
    form: Form
    more: int = 0
    """How many others there are that it only counts."""
    thread: EventId | None = None
    asker: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Delete a message of ours in the room of the lane's incident."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Say reminders in an incident's room, as they are when it is sent. They are facts once that is done."""

    reminders: tuple[Reminder, ...]
    """As they were when it was queued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellControlRoom:
    """Ring in the control room for rooms in which nothing can be said, as they are when it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellPerson:
    """Tell one person, in a room of their own, what cannot be said where it belongs, as it is when it is sent."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Tell one person outside the rooms that they are awaited: no row of the homeserver's, and no word of content."""

    user: UserId
    way: Way
    number: int
    """Of the page; see `bot.core.facts.Paged`."""
    until: datetime
    """It is tried again and again before then, and given up after."""
    code: str = ""
    """Of a trial: what whoever gets it types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskContact:
    """Ask one person, in a room of their own, whether the addresses hold that the configuration has when it is sent."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAlerts:
    """Tell the control room of alerts that wait for a decision, as they are when it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Know *user* by *master* from now on."""

    user: UserId
    master: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """End a comparison with what somebody says of it."""

    comparison: str
    same: bool
    by: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """Have the door's process make a way in, and hand out the link."""

    incident: IncidentId | None
    """None: into the house."""
    role: Role
    name: str
    until: datetime
    by: UserId
    language: Language
    """Of the answer."""
    room: RoomId
    readers: frozenset[UserId]
    thread: EventId | None = None
    """Where the answer goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greet:
    """Say the first words to somebody who came into the house by a door, in a room of their own."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeIn:
    """Take a file in as evidence: it is neither opened nor shown."""

    origin: FileOrigin
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Get a file that somebody sent, and do with it what the command wants."""

    file: EncryptedFile
    name: str
    """As its sender named it; its ending says what it is."""
    command: OpenCascade | MergeLetters | TakeIn
    by: UserId
    language: Language
    """Of the answer."""
    room: RoomId
    readers: frozenset[UserId]
    thread: EventId | None = None
    """Where the answer goes."""
    confirmed_by: UserId | None = None
    """The second person; None while there is none: then it is read to be shown to one."""
    shown: str = ""
    """What they were shown that it would do: see `CascadeOpening`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCheckpoint:
    """Post a checkpoint that was signed, in the room of the lane's incident. It is a fact once that is done."""

    size: int
    line: str
    at: datetime
    """When it was made."""
    stamping: Stamping
    stamp: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Take back the room of the lane's incident, and purge the incident."""


Action = (
    CreateRoom
    | InvitePerson
    | RemovePerson
    | PinCard
    | ShowCard
    | MoveCard
    | ShowProgress
    | Say
    | EndPoll
    | SendRollup
    | SendLetters
    | GatherQuestions
    | ShowQuestions
    | TakeBack
    | Ring
    | TellControlRoom
    | TellPerson
    | Page
    | AskContact
    | ProposeAlerts
    | Trust
    | Verify
    | OpenDoor
    | Greet
    | Fetch
    | SealRecord
    | PostCheckpoint
    | Erase
    | HookCall
)
"""What a row asks for. People are invited and taken out, and cards pinned, in the room of the lane's incident; in the
lanes of the desk and of the control room it is the control room."""
NAMES: Mapping[type[Action], str] = {
    CreateRoom: "create-room",
    InvitePerson: "invite",
    RemovePerson: "remove",
    PinCard: "pin",
    ShowCard: "card",
    MoveCard: "move-card",
    ShowProgress: "progress",
    Say: "say",
    EndPoll: "end-poll",
    SendRollup: "rollup",
    SendLetters: "letters",
    GatherQuestions: "gather",
    ShowQuestions: "questions",
    TakeBack: "take-back",
    Ring: "ring",
    TellControlRoom: "silence",
    TellPerson: "tell",
    Page: "page",
    AskContact: "contact",
    ProposeAlerts: "alerts",
    Trust: "trust",
    Verify: "verify",
    OpenDoor: "door",
    Greet: "greet",
    Fetch: "fetch",
    SealRecord: "seal",
    PostCheckpoint: "checkpoint",
    Erase: "erase",
    HookCall: "hook-call",
}
"""What they are called where they are stored, and in the log."""
SHOWN_ONCE: frozenset[type[Action]] = frozenset(
    {
        *(ShowCard, MoveCard, ShowProgress, GatherQuestions, SealRecord),
        *(TellControlRoom, TellPerson, AskContact, ProposeAlerts),
    }
)
"""What is worded when it is sent, and says all there is: a second one in a lane would say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row: something to do in the world, once."""

    id: str
    """Derived from the input that caused it, so a replay queues nothing new. Also the Matrix transaction id."""
    lane: str
    """Tasks of one lane are done in order: an incident's id, or a room's."""
    action: Action
    bulk: bool = False
    """Part of something for very many rooms: everything else goes first."""
    attempts: int = 0
    not_before: datetime | None = None
    """Rests until then: a deliberate delay when *attempts* is 0, a back-off otherwise."""

    @property
    def kind(self) -> type[Action]:
        """Which of the actions it is."""
        return type(self.action)

    @property
    def name(self) -> str:
        """What its kind is called."""
        return NAMES[self.kind]

    @property
    def room(self) -> RoomId | None:
        """The room it names, if it names one."""
        return self.action.room if isinstance(self.action, Say | EndPoll | Fetch) else None

    @property
    def content(self) -> Content | None:
        """What it says, if that is worded already."""
        return self.action.content if isinstance(self.action, Say) else None
