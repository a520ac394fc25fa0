"""The opening of an incident and its room: what stands at its beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.core.clocks.rules import Rule
from bot.core.facts.base import Deed, Happened
from bot.core.language import Language
from bot.core.names import EventId, IncidentId, Question, RoomId, UserId
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.core.playbook import Playbook


class Severity(StrEnum):
    """How bad it is; the words of the room, not a computation."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRISIS = "crisis"

    @property
    def weight(self) -> int:
        """How it compares: more is worse."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person on the roster at the opening."""

    user: UserId
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who had the room of an organisation opened, beside the person who did it."""

    organisation: str = ""
    """The body that speaks for many; empty where its room does not say."""
    people: tuple[UserId, ...] = ()
    """Who of it stands in the line of the list, and so reads along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Deed):
    """The incident began. Everything it needs later is frozen here: playbook, rules, holidays, zone."""

    incident: IncidentId
    codename: str
    title: str
    severity: Severity
    language: Language
    zone: str
    pace: float
    """How many times faster than real time reminders ring: 1, or more in a drill."""
    drill: bool
    playbook: Playbook
    rules: tuple[Rule, ...]
    closed_days: tuple[date, ...]
    members: tuple[Member, ...]
    prefilled: Mapping[Question, str] = field(default_factory=dict)
    """Answers that the organisation's profile gave beforehand."""
    quiet: QuietHours | None = None
    """When reminders that can wait do wait; None in incidents opened before there were quiet hours, or without."""
    points: Mapping[Severity, timedelta] = field(default_factory=dict)
    """After how long a situation point follows the one before; see `bot.core.rhythm.state`."""
    parent: IncidentId | None = None
    """The incident this one is a child of: one provider fell, and each of its clients has an incident of its own."""
    organisation: str = ""
    """Whose incident it is; empty without a parent."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What else the cascade's file said of the organisation, by the column's name."""
    has_calendar: bool = False
    """The house has a calendar of taxes and payroll, whose dates can be added."""
    caller: Caller | None = None
    """Without a parent None, and in incidents opened before it was kept."""
    key: str = ""
    """Of its line in the list, where that is not the key of the organisation's name; see `CascadeRow`."""
    amended: int = 0
    """The number of the last correction that the list had then; see `CascadeAmended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReady(Happened):
    """The encrypted room exists, was checked, and the people of the opening are invited."""

    room: RoomId
    uninvited: tuple[UserId, ...] = ()
    """But for these: a wrong id, or a server that was away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPosted(Happened):
    """The status card stands in the room under this event; later versions are edits of it."""

    event: EventId
    instead_of: EventId | None = None
    """Where it stood before, when it was posted anew for somebody who cannot read that."""


OpeningFact = Opened | RoomReady | CardPosted
