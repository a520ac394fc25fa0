"""What rang, and what could not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.core.clocks.rules import Running
from bot.core.facts.base import Deed, Happened
from bot.core.names import RuleId, StepId, UserId
from bot.core.people.contacts import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Happened):
    """A reminder rang."""

    rule: RuleId
    rung: str
    due: datetime | None
    """None for a clock to which the law gives no figure."""
    late_by: timedelta
    """How late it rang; zero when on time."""
    level: int = 0
    """How wide its circle was: see `incident.circle`."""
    aware: datetime | None = None
    """What the clock counted from; None in what was written down before this was."""

    def is_of(self, state: Running) -> bool:
        """Say whether it rang for the clock as it runs in *state*: one without a due time is known by its awareness."""
        if self.due is None and state.due is None:
            return self.aware in (None, state.aware)
        return self.due == state.due


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsRang(Happened):
    """The time aimed at for these steps came, and they were open."""

    steps: tuple[StepId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRang(Happened):
    """A promised bulletin is near."""

    promised: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRang(Happened):
    """A closed checklist is to be run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRang(Happened):
    """The hour came at which a decision was to be looked at again."""

    number: int
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRang(Happened):
    """The day of a finding came that nobody had ended, or some days after it did."""

    number: int
    day: date
    rung: int
    """How many days after: see `bot.core.lessons.findings`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRang(Happened):
    """The hour came at which somebody is to say where things stand."""

    due: datetime


Reminder = Rang | StepsRang | UpdateRang | RepeatRang | ReviewRang | FindingRang | PointRang
"""A fact only once it was said: until then it is what is to be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotDelivered(Happened):
    """A reminder could not be said in its room, and people were told of it elsewhere. It waits for the room."""

    reminder: Reminder
    code: str
    """Why: a Matrix error code, or one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged(Happened):
    """Somebody of whom nothing was heard since a reminder called them is to be told outside the rooms."""

    number: int
    """Counts from 1 in an incident."""
    user: UserId
    ways: tuple[Way, ...]
    """None of them: nothing is known by which they could be reached."""
    instead_of: UserId | None = None
    """Whose deputy it is who could not be reached."""


class PageResult(StrEnum):
    """What became of a page on one of its ways."""

    ACCEPTED = "accepted"
    """The far side took it; whether it reaches anybody it cannot say."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It was handed over, and no answer came: it is not sent again, so that it comes once at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTried(Happened):
    """A page was given to one of its ways, as often as it takes, and this became of it."""

    number: int
    user: UserId
    way: Way
    result: PageResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPage:
    """One page of a trial: whoever gets it types its code."""

    user: UserId
    way: Way
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsTried(Happened):
    """Every way to every person is tried, as each month."""

    month: str
    """Like `2026-12`."""
    pages: tuple[TrialPage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAnswered(Deed):
    """Somebody typed codes of a trial that were sent to them."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsReported(Happened):
    """The control room was told whom the trial of that month reached."""

    month: str


ChannelsFact = ChannelsTried | TrialAnswered | ChannelsReported
"""Of the desk."""
PageFact = Paged | PageTried
RingingFact = Reminder | NotDelivered | PageFact
