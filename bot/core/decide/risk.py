"""Deciding on the risk to people: answers are recorded with reasons, and a person decides."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.commands import DecideRisk, WeighRisk
from bot.core.errors import NotAllowed
from bot.core.facts import Answered, Fact, RiskDecided, RiskWeighed
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.people.roster import Right, has_right, roles_giving
from bot.core.risk import RiskLevel

_HIGH_RISK = Question("high-risk")
"""The question of playbooks on which the duty to inform people depends."""


def weigh(command: WeighRisk, by: UserId, now: datetime) -> RiskWeighed:
    """Record a level and a reason for one question."""
    return RiskWeighed(at=now, by=by, factor=command.factor, level=command.level, reason=command.reason)


def decide_risk(incident: Incident, command: DecideRisk, by: UserId, now: datetime) -> tuple[Fact, ...]:
    """Record the decision of somebody who may keep the clocks; the playbook's own question then follows it.

    No clock stops by it: not to notify is a decision of its own, recorded with `!waive` and a reason.
    """
    if not has_right(incident.roster.get(by, frozenset()), Right.CLOCK):
        raise NotAllowed(roles_giving(Right.CLOCK))
    decided = RiskDecided(at=now, by=by, level=command.level, reason=command.reason)
    answer = _high_risk(command.level)
    asked = incident.playbook.question(_HIGH_RISK)
    if asked is None or incident.answers.get(_HIGH_RISK) == answer:
        return (decided,)
    return (decided, Answered(at=now, by=by, question=_HIGH_RISK, value=answer))


def _high_risk(level: RiskLevel) -> str:
    match level:
        case RiskLevel.HIGH:
            return "yes"
        case RiskLevel.NONE | RiskLevel.RISK:
            return "no"
        case RiskLevel.UNKNOWN:
            return "unknown"
        case _:
            assert_never(level)
