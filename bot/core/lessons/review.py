"""What the record itself says of how an incident was handled: when, how often, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core import facts
from bot.core.clocks.rules import Clock, Filed, SetAside, wall_time
from bot.core.details import DISCOVERED, moment_of
from bot.core.documents.register import running_of
from bot.core.incident import Incident, StepStatus
from bot.core.names import Question, RuleId
from bot.core.playbook import Step

Record = facts.Recorded[facts.Fact | facts.DeskFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What can be counted. The rest is for people to say."""

    discovered: datetime | None
    """The first sign, where somebody gave its hour."""
    opened: datetime
    first_step: datetime | None
    """When the first step was done."""
    first_decision: datetime | None
    closed: datetime | None
    done: tuple[Step, ...]
    skipped: tuple[Step, ...]
    left: tuple[Step, ...]
    """Mandatory ones that nobody settled."""
    reopened: int
    """How often a step that was done was not."""
    corrected: tuple[Question, ...]
    """What was answered more than once, and differently."""
    repeated: Mapping[RuleId, int]
    """Clocks whose reminder went to a wider circle since nobody answered, or rang past the end; how often."""
    undelivered: int
    """Reminders that could not be said in their room."""


def review(incident: Incident, records: Iterable[Record]) -> Review:
    """Return what *records*, all facts of *incident*, say of how it was handled."""
    found = [record.fact for record in records]
    steps = incident.needed_steps()
    states = {step.id: incident.step_state(step.id).status for step in steps}
    return Review(
        discovered=moment_of(incident.answers, DISCOVERED),
        opened=incident.opened_at,
        first_step=_first(found, facts.StepDone),
        first_decision=_first(found, facts.DecisionTaken),
        closed=incident.closed_at,
        done=tuple(step for step in steps if states[step.id] is StepStatus.DONE),
        skipped=tuple(step for step in steps if states[step.id] is StepStatus.SKIPPED),
        left=tuple(step for step in incident.open_steps() if step.mandatory),
        reopened=sum(isinstance(fact, facts.StepReopened) for fact in found),
        corrected=_corrected(found),
        repeated=Counter(fact.rule for fact in found if isinstance(fact, facts.Rang) and _is_repeated(fact)),
        undelivered=sum(isinstance(fact, facts.NotDelivered) for fact in found),
    )


def _first(found: Sequence[facts.Fact | facts.DeskFact], kind: type[facts.Fact]) -> datetime | None:
    return next((fact.at for fact in found if isinstance(fact, kind)), None)


def _is_repeated(fact: facts.Rang) -> bool:
    return fact.level > 0 or (fact.due is not None and fact.at > fact.due)


def _corrected(found: Sequence[facts.Fact | facts.DeskFact]) -> tuple[Question, ...]:
    values: dict[Question, set[str]] = {}
    for fact in found:
        if isinstance(fact, facts.Answered) and fact.certainty is not facts.Certainty.RULED_OUT:
            values.setdefault(fact.question, set()).add(fact.value)
    return tuple(question for question, given in values.items() if len(given) > 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How a clock of the law ended."""

    clock: Clock
    due: datetime | None
    """On the wall; None without a figure, or where it never ran."""
    ended: datetime | None
    """When it was filed, or set aside; None while it was neither."""

    @property
    def is_after(self) -> bool:
        """Say whether it was filed after its due time."""
        state = self.clock.state
        return isinstance(state, Filed) and self.due is not None and state.at > self.due

    @property
    def is_late(self) -> bool:
        """Say whether a limit was missed by it: a target of practice is none."""
        return self.is_after and not self.clock.rule.soft


def kept_clocks(incident: Incident) -> tuple[Kept, ...]:
    """Return how each clock of *incident* ended, those of the firm too."""
    return tuple(_kept(incident, clock) for clock in incident.clocks())


def _kept(incident: Incident, clock: Clock) -> Kept:
    running, state = running_of(clock), clock.state
    due = None if running is None or running.due is None else wall_time(running, incident.pace, running.due)
    return Kept(clock=clock, due=due, ended=state.at if isinstance(state, Filed | SetAside) else None)
