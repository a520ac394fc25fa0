"""An incident: the fold of its facts, and pure questions about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.clocks import Clock, ClockState, Filed, Rule, Running, SetAside, Suspected, due_time
from bot.core.facts import (
    Acknowledged,
    Answered,
    Briefed,
    CardPosted,
    Closed,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Fact,
    Joined,
    Left,
    Noted,
    Opened,
    PersonInvited,
    PersonRemoved,
    Rang,
    Resumed,
    RoleGiven,
    RoomReady,
    Severity,
    SeveritySet,
    Snoozed,
    StepAssigned,
    StepDone,
    StepReopened,
    StepSkipped,
)
from bot.core.names import EventId, IncidentId, Question, RoomId, RuleId, StepId, UserId
from bot.core.playbook import Language, Playbook, Step
from bot.core.roster import Role

BRIEF_DELAY = timedelta(seconds=30)
"""Several people who join within this time of the first get one brief."""


class Status(StrEnum):
    """Where the incident stands."""

    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class StepStatus(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """What happened to one step so far."""

    status: StepStatus = StepStatus.OPEN
    assigned: UserId | Role | None = None
    """Who took it on; None means the holders of the step's own role."""
    text: str = ""
    """The result of a finished step, the reason of a skipped one; empty otherwise."""
    by: UserId | None = None
    at: datetime | None = None


OPEN_STEP = StepState()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Everything known about one incident. Built by `evolve`, never by hand."""

    id: IncidentId
    codename: str
    title: str
    severity: Severity
    status: Status
    language: Language
    zone: ZoneInfo
    pace: int
    drill: bool
    opened_at: datetime
    opened_by: UserId
    playbook: Playbook
    rules: Mapping[RuleId, Rule]
    closed_days: frozenset[object]
    roster: Mapping[UserId, frozenset[Role]]
    present_from_opening: frozenset[UserId]
    """People of the first roster: they can read the room from its first message."""
    joined: frozenset[UserId] = frozenset()
    room: RoomId | None = None
    card: EventId | None = None
    steps: Mapping[StepId, StepState] = field(default_factory=dict)
    answers: Mapping[Question, str] = field(default_factory=dict)
    clock_states: Mapping[RuleId, ClockState] = field(default_factory=dict)
    unbriefed: tuple[UserId, ...] = ()
    """Late joiners waiting for their brief."""
    brief_due: datetime | None = None
    closed_summary: str = ""
