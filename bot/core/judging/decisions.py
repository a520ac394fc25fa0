"""Decisions: what was decided, by whom, with what was known then, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.core.facts.judgement import DecisionAmended, DecisionFact, DecisionReviewed, DecisionTaken
from bot.core.facts.ringing import ReviewRang
from bot.core.facts.work import Answered
from bot.core.names import Question, UserId
from bot.core.people.roster import Right, Role, has_right


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Where a decision stands."""

    taken: DecisionTaken
    options: tuple[str, ...]
    """As they were said last; so are reason and hour."""
    reason: str
    review_at: datetime | None
    answers: Mapping[Question, str]
    """What was answered when it was taken."""
    certain: Mapping[Question, Answered]
    """How sure that was, where somebody said so."""
    rang: datetime | None = None
    """The hour of review that has rung."""
    rang_at: datetime | None = None
    """When it rang: up to a minute before that hour, where it rang together with something else."""
    reviews: tuple[DecisionReviewed, ...] = ()
    """The oldest first."""
    backed_by: UserId | None = None
    """Who had the authority: whoever took it, or whoever looked at it again first; None while nobody had."""

    @property
    def review_due(self) -> datetime | None:
        """When it is to be looked at again; None when nobody wants that, or somebody did since."""
        at = self.review_at
        since = self.rang_at if self.rang == at else at
        return None if since is None or any(review.at >= since for review in self.reviews) else at


Decisions = Mapping[int, Decision]
"""By number, the oldest first."""


def has_authority(roles: Collection[Role]) -> bool:
    """Say whether somebody with *roles* decides: who leads the incident, or the management."""
    return Role.MANAGEMENT in roles or has_right(frozenset(roles), Right.LEAD)


def decisions_after(
    decisions: Decisions,
    fact: DecisionFact | ReviewRang,
    answers: Mapping[Question, str],
    certain: Mapping[Question, Answered],
) -> Decisions:
    """Return *decisions* after *fact*; the rest is what is known at that moment."""
    match fact:
        case DecisionTaken():
            return {**decisions, fact.number: _taken(fact, answers, certain)}
        case DecisionAmended() | DecisionReviewed() | ReviewRang():
            return {**decisions, fact.number: _after(decisions[fact.number], fact)}
        case _:
            assert_never(fact)


def _taken(fact: DecisionTaken, answers: Mapping[Question, str], certain: Mapping[Question, Answered]) -> Decision:
    return Decision(
        taken=fact,
        options=fact.options,
        reason=fact.reason,
        review_at=fact.review_at,
        answers=answers,
        certain=certain,
        backed_by=fact.by if has_authority(fact.roles) else None,
    )


def _after(decision: Decision, fact: DecisionAmended | DecisionReviewed | ReviewRang) -> Decision:
    match fact:
        case DecisionAmended(reason=reason, options=options, review_at=review_at):
            return replace(
                decision,
                reason=reason or decision.reason,
                options=options or decision.options,
                review_at=review_at or decision.review_at,
            )
        case DecisionReviewed(by=by, roles=roles):
            backed_by = decision.backed_by or (by if has_authority(roles) else None)
            return replace(decision, reviews=(*decision.reviews, fact), backed_by=backed_by)
        case ReviewRang(due=due, at=at):
            return replace(decision, rang=due, rang_at=at)
        case _:
            assert_never(fact)
