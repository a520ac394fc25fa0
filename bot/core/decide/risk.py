"""Deciding on the risk to people: answers are recorded with reasons, and a person decides."""

from __future__ import annotations

from datetime import datetime

from bot.core.commands import DecideRisk, ScoreSeverity, WeighRisk
from bot.core.decide.asking import ask, need
from bot.core.facts import Answered, ConfirmationAsked, RiskDecided, RiskDeciding, RiskWeighed, SeverityScored
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.people.roster import Right, Role
from bot.core.people.two_persons import controllers
from bot.core.risk import RiskLevel

_HIGH_RISK = Question("high-risk")
"""The question of playbooks on which the duty to inform people depends."""


def weigh(command: WeighRisk, by: UserId, now: datetime) -> RiskWeighed:
    """Record a level and a reason for one question."""
    return RiskWeighed(at=now, by=by, factor=command.factor, level=command.level, reason=command.reason)


def score(command: ScoreSeverity, by: UserId, now: datetime) -> SeverityScored:
    """Record a calculation with its inputs. It decides nothing and answers nothing."""
    return SeverityScored(at=now, by=by, score=command.score, reason=command.reason)


def decide_risk(
    incident: Incident, command: DecideRisk, by: UserId, now: datetime
) -> tuple[RiskDecided | Answered | ConfirmationAsked, ...]:
    """Record the decision of somebody who may keep the clocks; that a risk is unlikely takes two. Not in a drill.

    A high risk answers the playbook's own question too. No clock stops by it: not to notify is a decision of its own,
    recorded with `!waive` and a reason.
    """
    need(incident, by, Right.CLOCK)
    if command.level is RiskLevel.NONE and not incident.drill:
        return (ask(incident, RiskDeciding(level=command.level, reason=command.reason), by, now),)
    decided = risk_decided(incident, command.level, command.reason, by, now)
    asked = incident.playbook.question(_HIGH_RISK)
    if command.level is not RiskLevel.HIGH or asked is None or incident.answers.get(_HIGH_RISK) == "yes":
        return (decided,)
    return (decided, Answered(at=now, by=by, question=_HIGH_RISK, value="yes"))


def risk_decided(
    incident: Incident, level: RiskLevel, reason: str, by: UserId, now: datetime, confirmed_by: UserId | None = None
) -> RiskDecided:
    """Return the decision, with the capacities in which it was taken."""
    return RiskDecided(
        at=now,
        by=by,
        level=level,
        reason=reason,
        confirmed_by=confirmed_by,
        as_dpo=Role.DPO in incident.roster.get(by, ()),
        as_controller=bool({by, confirmed_by} & set(controllers(incident))),
    )
