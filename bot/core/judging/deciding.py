"""Deciding on decisions: they are kept as they were taken, and more may be said of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.core.commands import AmendDecision, ReviewDecision, TakeDecision
from bot.core.errors import TimeInPast
from bot.core.facts import DecisionAmended, DecisionReviewed, DecisionTaken
from bot.core.incident import Incident
from bot.core.judging.decisions import Decision
from bot.core.judging.errors import UnknownDecision
from bot.core.names import UserId
from bot.core.people.roster import Role


def take(incident: Incident, command: TakeDecision, by: UserId, now: datetime) -> DecisionTaken:
    """Keep a decision with what is known, and as what its taker decides. Raises TimeInPast."""
    _refuse_past(command.review_at, now)
    return DecisionTaken(
        at=now,
        by=by,
        number=len(incident.decisions) + 1,
        text=command.text,
        options=command.options,
        reason=command.reason,
        review_at=command.review_at,
        roles=_roles(incident, by),
        known=command.known,
    )


def amend(incident: Incident, command: AmendDecision, by: UserId, now: datetime) -> DecisionAmended:
    """Say more of a decision. Raises UnknownDecision, TimeInPast."""
    find_decision(incident, command.number)
    _refuse_past(command.review_at, now)
    return DecisionAmended(
        at=now,
        by=by,
        number=command.number,
        reason=command.reason,
        options=command.options,
        review_at=command.review_at,
    )


def review(incident: Incident, command: ReviewDecision, by: UserId, now: datetime) -> DecisionReviewed:
    """Say what came of looking at a decision again. Raises UnknownDecision."""
    find_decision(incident, command.number)
    return DecisionReviewed(at=now, by=by, number=command.number, text=command.text, roles=_roles(incident, by))


def find_decision(incident: Incident, number: int) -> Decision:
    """Return the decision of that number. Raises UnknownDecision."""
    decision = incident.decisions.get(number)
    if decision is None:
        raise UnknownDecision(number)
    return decision


def _roles(incident: Incident, user: UserId) -> tuple[Role, ...]:
    held: Iterable[Role] = incident.roster.get(user, ())
    return tuple(role for role in Role if role in held)


def _refuse_past(at: datetime | None, now: datetime) -> None:
    if at is not None and at <= now:
        raise TimeInPast(at, now)
