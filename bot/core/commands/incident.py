"""What people ask for in an incident room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.facts import Certainty, Severity
from bot.core.names import DraftId, Question, RuleId, StepId
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatus:
    """Show the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOnePage:
    """Show the management's one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowNext:
    """Show what is open for the asker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTimeline:
    """Show the last facts."""

    count: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStep:
    """Show a step in full."""

    step: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishStep:
    """Mark a step done."""

    step: StepId
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkipStep:
    """Leave a step out, with a reason."""

    step: StepId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenStep:
    """Open a finished or skipped step again."""

    step: StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignStep:
    """Give a step to a person (as typed) or to the holders of a role."""

    step: StepId
    to: str | Role | None
    """None means the asker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer a question of the playbook."""

    question: Question
    value: str
    reason: str = ""
    """Why; asked for where the answer takes a duty away."""
    certainty: Certainty | None = None
    """None where it was not said how sure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuestion:
    """Show one question of the playbook, to be answered by tapping."""

    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFactor:
    """Show one question on the risk, to be answered by tapping."""

    factor: RiskFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadAnswer:
    """A line among several answers that could not be read."""

    line: str
    why: str
    details: Mapping[str, str]
    """What the sentence of *why* needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeveral:
    """Answer questions, a line each: the right ones count, whatever is wrong with the others."""

    given: tuple[Answer | UnreadAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFacts:
    """Show what is known: answers and details, and what is still asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowClocks:
    """Show the clocks, or all about one."""

    rule: RuleId | None = None
    """None means all of them, each in a few lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCalendar:
    """Hand the due times out as a calendar file."""

    in_full: bool = False
    """False: titles that say nothing to whoever sees the calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawClocks:
    """Hand the clocks out as a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAware:
    """Confirm the awareness time of a clock, which starts it."""

    rule: RuleId
    when: datetime | None = None
    """None means now."""
    source: str = ""
    confirms: bool = False
    """It is the time that was proposed; *when* and *source* say nothing then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Stop a clock with the reference of its filing."""

    rule: RuleId
    reference: str
    when: datetime | None = None
    """None means now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive:
    """Set a clock aside, with a reason."""

    rule: RuleId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """Give the second moment of a clock, such as DORA's classification as major."""

    rule: RuleId
    when: datetime | None = None
    """None means now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddClock:
    """Add a business clock."""

    name: str
    due: datetime
    owner: str | Role | None = None
    """A person (as typed) or a role; None means the coordinators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRule:
    """Watch a clock of the law that the playbook does not name."""

    rule: RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDates:
    """List what the firm's calendar of taxes and payroll has coming."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDates:
    """Let dates of the firm's calendar run as clocks."""

    dates: tuple[str, ...] = ()
    """Their ids as typed; empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRisk:
    """Show the questions on the risk to people, and what was answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighRisk:
    """Answer one question on the risk."""

    factor: RiskFactor
    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRisk:
    """Decide on the level of risk."""

    level: RiskLevel
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowScore:
    """Show how the severity is scored, and the last score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSeverity:
    """Score the severity."""

    score: Score
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDrafts:
    """List the drafts, with where each stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDraft:
    """Write a draft from the facts; a frozen one is shown as it stands."""

    draft: DraftId
    again: bool = False
    """True: write a new version though one is frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDraft:
    """Say that the last version of a draft was read and found right."""

    draft: DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeDraft:
    """Let the last version of a draft stand as it is."""

    draft: DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """Say that the reminders were seen."""

    rules: tuple[RuleId, ...] = ()
    """None of them means all that wait for the asker, and the bulletins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Let the reminders of a clock rest for a while."""

    rule: RuleId
    span: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Write a line in the timeline."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRole:
    """Give a role to a person of the roster (as typed)."""

    role: Role
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Put a person (as typed) on the roster and invite them."""

    who: str
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take a person (as typed) off the roster and out of the room."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSeverity:
    """Change the severity."""

    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBrief:
    """Post a situation brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowPeople:
    """Show who of the roster is here, since when they are on it, and whether their devices can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """End the incident."""

    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConfirmation:
    """Confirm, as the second person, what another asked for."""

    number: int | None = None
    """None means the only act that waits for the asker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """Open a closed incident again."""
