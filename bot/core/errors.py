"""Refusals: a rule or a right says no. Each carries what its sentence needs; `bot.voice` has the words.

RuleError
├── NotAllowed            a right is missing
├── IncidentClosed        the incident is closed (or, AlreadyOpen, is not)
├── ...                   one class for each refusal, below
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.core.clocks.rules import Standing
from bot.core.details import Kind
from bot.core.language import Words
from bot.core.names import DraftId, Question, RuleId, StepId, UserId
from bot.core.people.roster import Role


class RuleError(Exception):
    """A command was understood and refused. Nothing changed. Fit to be said in the room."""


@dataclass(eq=False)
class NotAllowed(RuleError):
    """The asker holds none of the roles that give the right."""

    needed: tuple[Role, ...]


@dataclass(eq=False)
class GuestOfTheHouse(RuleError):
    """The asker is on this incident's roster and is none of the configuration's people, to whom the right belongs."""


@dataclass(eq=False)
class IncidentClosed(RuleError):
    """The incident is closed; only reading and `!resume` are left."""


@dataclass(eq=False)
class NotClosed(RuleError):
    """There is nothing to resume: the incident is open."""


@dataclass(eq=False)
class UnknownStep(RuleError):
    """No step of the playbook has this id."""

    step: StepId
    nearest: StepId | None


@dataclass(eq=False)
class StepNotNeeded(RuleError):
    """The step's condition does not hold, so it is not part of this incident now."""

    step: StepId


@dataclass(eq=False)
class StepAlreadySettled(RuleError):
    """The step is done or skipped already; reopen it first."""

    step: StepId


@dataclass(eq=False)
class StepNotSettled(RuleError):
    """The step is open, so there is nothing to reopen."""

    step: StepId


@dataclass(eq=False)
class UnknownQuestion(RuleError):
    """The playbook asks no question of this name, and no detail has it; *known* is what its questions are called."""

    question: Question
    known: tuple[str, ...]


@dataclass(eq=False)
class WrongAnswer(RuleError):
    """The question, as people call it, does not take this answer."""

    question: str
    value: str
    accepted: tuple[str, ...]


@dataclass(eq=False)
class UnknownClock(RuleError):
    """No clock of this incident has this id."""

    rule: RuleId
    known: tuple[RuleId, ...]


@dataclass(eq=False)
class ClockNotWatched(RuleError):
    """The catalogue has this clock, and this incident has not."""

    rule: RuleId
    standing: Standing
    """On the day of its opening. In force: the playbook does not name it."""
    why_off: Words | None
    """Why it is off; None when it is not."""


@dataclass(eq=False)
class UnknownRule(RuleError):
    """The catalogue has no clock of this id."""

    rule: RuleId
    known: tuple[RuleId, ...]
    """Those in force whose names are like it; all of them where none is."""


@dataclass(eq=False)
class RuleNotInForce(RuleError):
    """The catalogue has this clock, and it does not count today."""

    rule: RuleId
    standing: Standing
    why_off: Words | None
    source: str
    read: date
    """The day the source was read."""


@dataclass(eq=False)
class RuleFollowedAlready(RuleError):
    """The incident watches this clock already."""

    rule: RuleId


@dataclass(eq=False)
class ClockWaits(RuleError):
    """The clock starts with the filing of another one."""

    rule: RuleId
    after: RuleId


@dataclass(eq=False)
class TimeInFuture(RuleError):
    """What happened cannot lie in the future."""

    given: datetime
    now: datetime


@dataclass(eq=False)
class CorrectionNeedsReason(RuleError):
    """The clock already runs; another awareness time needs a source or reason."""

    rule: RuleId
    aware: datetime


@dataclass(eq=False)
class ClockAlreadyFiled(RuleError):
    """The clock was stopped with proof."""

    rule: RuleId
    reference: str


@dataclass(eq=False)
class ClockNotRunning(RuleError):
    """Only a running clock can be snoozed."""

    rule: RuleId


@dataclass(eq=False)
class FiledBeforeAware(RuleError):
    """A filing cannot be older than the awareness it answers."""

    rule: RuleId
    aware: datetime


@dataclass(eq=False)
class SnoozePastDue(RuleError):
    """A snooze never passes the due time, and what is overdue cannot be snoozed."""

    rule: RuleId
    due: datetime


@dataclass(eq=False)
class NothingToAcknowledge(RuleError):
    """No reminder is waiting for an acknowledgement."""


@dataclass(eq=False)
class AnswerNeedsReason(RuleError):
    """With that answer to the question, as people call it, duties of the law leave, and nobody said why."""

    question: str
    value: str
    rules: tuple[RuleId, ...]


@dataclass(eq=False)
class NotTheirsToAcknowledge(RuleError):
    """What waits is for others to acknowledge: its owners, their deputies, the coordinators."""

    waiting: tuple[tuple[RuleId, tuple[UserId, ...]], ...]
    """Each clock, with whose answer counts."""


@dataclass(eq=False)
class ClocksStillRunning(RuleError):
    """Closing would silence legal clocks that still run, and there is no second person to confirm it."""

    rules: tuple[RuleId, ...]


@dataclass(eq=False)
class UnknownPerson(RuleError):
    """Nobody on the roster is called that."""

    who: str
    known: tuple[UserId, ...]


@dataclass(eq=False)
class AmbiguousPerson(RuleError):
    """Several people are called that; the full Matrix id is needed."""

    who: str
    candidates: tuple[UserId, ...]


@dataclass(eq=False)
class AlreadyOnRoster(RuleError):
    """The person is on the roster already."""

    user: UserId


@dataclass(eq=False)
class NobodyVerifies(RuleError):
    """This person is not verifying the bot now, or no longer."""

    user: UserId


@dataclass(eq=False)
class OtherVerification(RuleError):
    """Another verification of this person has taken the place of the one that was compared."""

    user: UserId


@dataclass(eq=False)
class OwnVerification(RuleError):
    """Who verifies the bot cannot say for the bot that it is the same."""


@dataclass(eq=False)
class LastLeader(RuleError):
    """Without this person nobody could lead the incident."""

    user: UserId


@dataclass(eq=False)
class NoSecondPerson(RuleError):
    """The removal of somebody who can lead needs a second person, and there is none."""

    user: UserId


@dataclass(eq=False)
class NobodyToConfirm(RuleError):
    """It needs a second person, and there is none."""

    needed: tuple[Role, ...]
    """What they would have to be."""


@dataclass(eq=False)
class NobodyInTheHouse(RuleError):
    """It needs a second person of the configuration, and there is none."""

    needed: tuple[Role, ...]


@dataclass(eq=False)
class Overtaken(RuleError):
    """Since it was asked for, what it is about has changed."""

    number: int


@dataclass(eq=False)
class CameLate(RuleError):
    """It came after later messages of the same device: it may have been held back until it means something else."""


@dataclass(eq=False)
class AlreadyAsked(RuleError):
    """The same act waits for a second person."""

    number: int
    by: UserId
    until: datetime


@dataclass(eq=False)
class NothingToConfirm(RuleError):
    """Nothing of that number waits for a second person, or nothing at all."""


@dataclass(eq=False)
class ConfirmationLapsed(RuleError):
    """Nobody confirmed in time."""

    number: int


@dataclass(eq=False)
class NotTheSecondPerson(RuleError):
    """Whoever asked cannot confirm, nor whoever is to go, nor who came by them: see `bot.core.people.two_persons`."""

    others: tuple[UserId, ...]
    """Who can."""


@dataclass(eq=False)
class WhichToConfirm(RuleError):
    """Which act is confirmed must be said: another may wait by the time it is read."""

    numbers: tuple[int, ...]


@dataclass(eq=False)
class MoreClocksRunning(RuleError):
    """Since the closing was asked for, more legal clocks run than it named."""

    rules: tuple[RuleId, ...]


@dataclass(eq=False)
class UnknownPlaybook(RuleError):
    """No playbook has this id in this language."""

    playbook: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NoChoiceOffered(RuleError):
    """A number came, but no list of playbooks waits for one from this person, or it is not on it."""

    offered: int
    """How many were offered; zero when none."""


@dataclass(eq=False)
class NoIncidentToGuide(RuleError):
    """The guide was asked for outside of an incident, and none that is open has this person on its roster."""


@dataclass(eq=False)
class JustOpened(RuleError):
    """The same title was opened less than a minute ago."""

    codename: str


@dataclass(eq=False)
class WrongRoom(RuleError):
    """The command belongs to another kind of room."""

    incident_room: bool
    """True when it belongs to an incident room; else to a direct one."""


@dataclass(eq=False)
class WrongDetail(RuleError):
    """A detail does not take this value."""

    detail: Question
    value: str
    kind: Kind
    accepted: tuple[str, ...]
    """Its values when it takes only some; empty otherwise."""


@dataclass(eq=False)
class TimeInPast(RuleError):
    """What is to come cannot be past already."""

    given: datetime
    now: datetime


@dataclass(eq=False)
class ClockNameTaken(RuleError):
    """There is a clock of that name."""

    rule: RuleId


@dataclass(eq=False)
class ClockWithoutName(RuleError):
    """The name has no letter or digit to type the clock by."""

    name: str


@dataclass(eq=False)
class NotClassifiable(RuleError):
    """The clock has no second moment that could end it earlier."""

    rule: RuleId


@dataclass(eq=False)
class ClassifiedBeforeAware(RuleError):
    """The second moment lies before the awareness time."""

    rule: RuleId
    aware: datetime


@dataclass(eq=False)
class ClockHasNoAwareness(RuleError):
    """A due time of the firm was set by hand: no awareness starts or moves it."""

    rule: RuleId


@dataclass(eq=False)
class AwareAfterClassified(RuleError):
    """The awareness time lies after the second moment, which is known."""

    rule: RuleId
    classified: datetime


@dataclass(eq=False)
class UnknownDraft(RuleError):
    """There is no draft of this name; *known* is what those that there are, or those like it, are called."""

    draft: DraftId
    known: tuple[str, ...]


@dataclass(eq=False)
class DraftNotMade(RuleError):
    """Nobody has asked for this draft yet, so there is nothing to review."""

    draft: DraftId


@dataclass(eq=False)
class DraftOutdated(RuleError):
    """Facts came after the version that was shown: it has to be read again."""

    draft: DraftId


@dataclass(eq=False)
class DraftNotReviewed(RuleError):
    """Only a version that the DPO or a lawyer found right is frozen."""

    draft: DraftId


@dataclass(eq=False)
class DraftIsFrozen(RuleError):
    """This version is frozen: nothing is left to review."""

    draft: DraftId
    version: int
