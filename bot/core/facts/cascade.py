"""One incident that is that of very many organisations: a parent, and a child for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.facts.base import Deed, Happened
from bot.core.facts.desk import Enclosed
from bot.core.facts.opening import Member
from bot.core.facts.questions import FaqNews
from bot.core.language import Language
from bot.core.names import EventId, IncidentId, Question, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeRow:
    """One organisation, as the file said it."""

    key: str
    """What tells it apart from the others, however its name is spelled."""
    organisation: str
    people: tuple[Member, ...]
    language: Language
    aware: datetime | None = None
    """When it became aware of a breach, in UTC; None when the file does not say."""
    source: str = ""
    """The name of the file that says so."""
    answers: Mapping[Question, str] = field(default_factory=dict)
    """What its profile answers beforehand."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the file has of it, by the column's name: for blanks and filters of bulletins."""
    called: str = ""
    """What its name is as a key, once it was corrected; empty while the key is that of its name."""


# --- in the parent's stream ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeExtended(Deed):
    """Organisations were added, each of which gets a room. The first such fact makes the incident a parent."""

    playbook: str
    """Of the rooms to open."""
    rows: tuple[CascadeRow, ...]
    confirmed_by: UserId | None = None
    """The second person; None where the operator did it, at the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeAmended(Deed):
    """What a list says otherwise of organisations that are there counts from now on; their rooms follow."""

    number: int
    """Counts from 1 within the parent."""
    name: str
    """Of the list."""
    rows: tuple[CascadeRow, ...]
    """Their lines from now on, under the keys that they have."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """Which columns are more than cells: see `bot.core.organisations.lists.matching.Line`."""
    confirmed_by: UserId | None = None
    """As in `CascadeExtended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadePaused(Deed):
    """No more rooms are opened for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeResumed(Deed):
    """Opening goes on, also of what the homeserver had refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeCancelled(Deed):
    """No more rooms are opened; those that are there stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPosted(Happened):
    """The progress stands in the parent's room under this event; later ones are edits of it."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSent(Deed):
    """A bulletin goes to organisations."""

    number: int
    """Counts from 1 within the parent."""
    text: str
    """As typed, with its blanks."""
    audience: str
    """As typed."""
    next_update: datetime | None
    """When the next one is promised for."""
    recipients: tuple[IncidentId, ...] | None
    """The children it is for; None means all, those that are opened later too."""
    closes: bool = False
    """It is a farewell: their incidents end with it."""
    replaces: int | None = None
    """The bulletin that counts no more, for those it was for; None where this one stands by itself."""
    withdraws: bool = False
    """Nothing takes the place of what it replaces."""
    hotline: str = ""
    """The number to call, as it was given then; empty where none was."""
    enclosed: Enclosed | None = None
    """The file that goes along."""
    every: timedelta | None = None
    """The rhythm from then on: so long after each bulletin to all comes the next; nothing ends it, None leaves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmCalled(Deed):
    """Somebody telephoned an organisation, or tried to."""

    key: str
    """Which: see `CascadeRow`."""
    text: str
    """What came of it, exactly as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsErased(Happened):
    """An organisation was purged, and what was noted of calls to it with it. What stands before was chained anew."""

    calls: int
    entries: int
    """How many facts there were."""
    head: str
    """The digest of the last of them, as timelines showed it."""


# --- in a child's stream ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRefused(Happened):
    """The homeserver will not make the room."""

    code: str
    """Matrix error code, or one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRetried(Happened):
    """A room that was refused is asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmended(Deed):
    """What the list says of this organisation was corrected. People and answers that follow are facts of their own."""

    number: int
    """Of the parent's `CascadeAmended`."""
    organisation: str
    language: Language
    """Of what is said in the room from now on."""
    columns: Mapping[str, str]
    answers: Mapping[Question, str]
    """What its profile answers now."""
    was: str = ""
    """Its name before; empty where that stays."""
    spoke: Language | None = None
    """The language of the room before; None where that stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinReceived(Happened):
    """A bulletin of the parent goes to this organisation."""

    number: int
    text: str
    """Its blanks filled."""
    next_update: datetime | None
    closes: bool = False
    """The incident ends with it."""
    by: UserId | None = None
    """Who wrote it; None in those of before that was kept."""
    sent_at: datetime | None = None
    """When it was sent to all; None as above."""
    news: FaqNews | None = None
    """What was kept for all since the last one that the organisation got; None when nothing was."""
    replaces: int | None = None
    """The bulletin it got before that counts no more; None where it got none that this one corrects."""
    withdraws: bool = False
    """Nothing takes the place of what it replaces."""
    hotline: str = ""
    """The number to call; empty where none was given."""
    enclosed: Enclosed | None = None
    """The file that goes along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinRead(Deed):
    """Somebody of the organisation acknowledged bulletins."""

    numbers: tuple[int, ...]


ParentFact = (
    CascadeExtended
    | CascadeAmended
    | CascadePaused
    | CascadeResumed
    | CascadeCancelled
    | ProgressPosted
    | BulletinSent
    | FirmCalled
    | CallsErased
)
CascadeFact = ParentFact | RoomRefused | RoomRetried | LineAmended | BulletinReceived | BulletinRead
