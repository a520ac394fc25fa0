"""What whoever leads many asks of each: complaint, insurer, authority, payroll, and how many steps are done. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.clocks.rules import Filed, Running, SetAside, legal_time
from bot.core.incident import Incident, StepState, StepStatus
from bot.core.names import RuleId, StepId
from bot.core.playbook import Step


class Duty(StrEnum):
    """What is asked of each."""

    COMPLAINT = "complaint"
    INSURER = "insurer"
    AUTHORITY = "authority"
    """The notification of a breach of personal data."""
    PAYROLL = "payroll"
    SHORT_TIME = "short-time"


CLOCKS: Mapping[Duty, RuleId] = {
    Duty.COMPLAINT: RuleId("FR-LOPMI"),
    Duty.INSURER: RuleId("FR-INS-5"),
    Duty.AUTHORITY: RuleId("GDPR-33-1"),
    Duty.SHORT_TIME: RuleId("FR-AP-30"),
}
"""The clock of each; what has none is a step."""
DUTIES: Mapping[RuleId, Duty] = {rule: duty for duty, rule in CLOCKS.items()}
PAYROLL: Mapping[str, StepId] = {"provider-hit": StepId("P2")}
"""The step that keeps payroll going, by the playbook that has one."""


class Stand(StrEnum):
    """Where a duty stands. The most urgent first."""

    OVERDUE = "overdue"
    RUNNING = "running"
    OPEN = "open"
    """Nobody has begun: no clock runs."""
    DONE = "done"
    ASIDE = "aside"
    """Set aside or skipped, with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where one duty of one organisation stands."""

    stand: Stand
    at: datetime | None = None
    """When it was done or set aside; when it is due, while it runs."""
    text: str = ""
    """The reference, the result or the reason, as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How many of the mandatory steps are done or skipped."""

    done: int = 0
    of: int = 0


def duties_of(child: Incident, now: datetime) -> Mapping[Duty, Kept]:
    """Return where each duty stands that is one of *child*."""
    found = {duty: _kept(child, duty, now) for duty in Duty}
    return {duty: kept for duty, kept in found.items() if kept is not None}


def steps_of(child: Incident) -> Steps:
    """Return how far the mandatory steps of *child* are."""
    mandatory = [step for step in child.needed_steps() if step.mandatory]
    return Steps(done=sum(child.step_state(step.id).settled for step in mandatory), of=len(mandatory))


def _kept(child: Incident, duty: Duty, now: datetime) -> Kept | None:
    """Return where a duty stands: the proof of its clock counts first, then its step, then that the clock runs."""
    rule, step = CLOCKS.get(duty), _step(child, duty)
    clock = child.clock(rule) if rule is not None else None
    settled = child.step_state(step.id) if step is not None else StepState()
    match clock.state if clock is not None else None:
        case Filed(at=at, reference=reference):
            return Kept(stand=Stand.DONE, at=at, text=reference)
        case SetAside(at=at, reason=reason):
            return Kept(stand=Stand.ASIDE, at=at, text=reason)
        case _ if settled.settled:
            stand = Stand.DONE if settled.status is StepStatus.DONE else Stand.ASIDE
            return Kept(stand=stand, at=settled.at, text=settled.text)
        case Running(due=due) as running:
            is_late = due is not None and legal_time(running, child.pace, now) > due
            return Kept(stand=Stand.OVERDUE if is_late else Stand.RUNNING, at=due)
        case _:
            return None if step is None else Kept(stand=Stand.OPEN)


def _step(child: Incident, duty: Duty) -> Step | None:
    """Return the step of a duty that is part of *child* now."""
    rule, own = CLOCKS.get(duty), PAYROLL.get(child.playbook.id)
    serves = (step for step in child.needed_steps() if (step.id == own if rule is None else step.clock == rule))
    return next(serves, None)
