"""What an incident keeps of its rhythm: folded from the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from bot.core import facts
from bot.core.facts.duty import CadenceSet, HandoverGiven, HandoverTaken, PointWritten, RhythmFact
from bot.core.facts.opening import Severity
from bot.core.facts.ringing import PointRang
from bot.core.names import Question, RuleId, StepId, UserId

T = TypeVar("T")

REST = timedelta(hours=6)
"""Whoever did nothing for so long rested, as far as the room can know; what they do next begins anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One handover."""

    given: HandoverGiven
    taken: HandoverTaken | None = None
    """None until whoever it is for acknowledged it."""
    is_replaced: bool = False
    """Whoever gave it gave another one before it was acknowledged."""

    @property
    def is_open(self) -> bool:
        """Say whether it waits to be acknowledged."""
        return self.taken is None and not self.is_replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came since the last point: each thing once, in the order it came."""

    since: datetime | None = None
    """When that point was; None before the first."""
    done: tuple[StepId, ...] = ()
    """Steps done or left out."""
    answered: tuple[Question, ...] = ()
    clocks: tuple[RuleId, ...] = ()
    """Clocks started, filed or set aside."""
    decisions: tuple[int, ...] = ()
    evidence: int = 0
    notes: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing of it came."""
        return replace(self, since=None) == News()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Where the rhythm of one incident stands."""

    usual: Mapping[Severity, timedelta] = field(default_factory=dict)
    """After how long a point follows the one before, as configured at the opening; none of a severity that is not in
    it, nor in incidents opened before there were points."""
    chosen: CadenceSet | None = None
    """What somebody chose instead."""
    rang: PointRang | None = None
    """The last point that rang."""
    written: PointWritten | None = None
    """The last one that somebody wrote."""
    news: News = field(default_factory=News)
    handovers: Mapping[int, Handover] = field(default_factory=dict)
    """By number, the oldest first."""
    on_since: Mapping[UserId, datetime] = field(default_factory=dict)
    """The first thing that each did after their last rest."""
    relieved: Mapping[UserId, datetime] = field(default_factory=dict)
    """Whose last handover was acknowledged, and when; they may have come back since."""


def rhythm_after(rhythm: Rhythm, fact: RhythmFact | PointRang) -> Rhythm:
    """Return *rhythm* after *fact*."""
    match fact:
        case CadenceSet():
            return replace(rhythm, chosen=fact)
        case PointRang():
            return replace(rhythm, rang=fact, news=News(since=fact.at))
        case PointWritten():
            return replace(rhythm, written=fact, news=News(since=fact.at))
        case HandoverGiven():
            return replace(rhythm, handovers=_given(rhythm.handovers, fact))
        case HandoverTaken(number=number, at=at):
            handover = replace(rhythm.handovers[number], taken=fact)
            relieved = {**rhythm.relieved, handover.given.by: at}
            return replace(rhythm, handovers={**rhythm.handovers, number: handover}, relieved=relieved)
        case _:
            assert_never(fact)


def _given(handovers: Mapping[int, Handover], fact: HandoverGiven) -> Mapping[int, Handover]:
    before = {
        number: replace(other, is_replaced=True) if other.is_open and other.given.by == fact.by else other
        for number, other in handovers.items()
    }
    return {**before, fact.number: Handover(given=fact)}


def watched(rhythm: Rhythm, user: UserId, last: datetime | None, at: datetime) -> Rhythm:
    """Return *rhythm* after *user* did something *at* that hour; *last* is when they did something before."""
    relieved, last = rhythm.relieved.get(user), last or rhythm.on_since.get(user)
    is_back = last is None or at - last >= REST or (relieved is not None and last <= relieved)
    return replace(rhythm, on_since={**rhythm.on_since, user: at}) if is_back else rhythm


def with_news(rhythm: Rhythm, fact: facts.Fact) -> Rhythm:  # noqa: PLR0911 - a table
    """Return *rhythm* with what *fact* adds to what a point tells."""
    news = rhythm.news
    match fact:
        case facts.StepDone(step=step) | facts.StepSkipped(step=step):
            return replace(rhythm, news=replace(news, done=_and(news.done, step)))
        case facts.Answered(question=question):
            return replace(rhythm, news=replace(news, answered=_and(news.answered, question)))
        case facts.ClockStarted(rule=rule) | facts.ClockFiled(rule=rule) | facts.ClockSetAside(rule=rule):
            return replace(rhythm, news=replace(news, clocks=_and(news.clocks, rule)))
        case facts.DecisionTaken(number=number):
            return replace(rhythm, news=replace(news, decisions=_and(news.decisions, number)))
        case facts.EvidenceTaken():
            return replace(rhythm, news=replace(news, evidence=news.evidence + 1))
        case facts.Noted():
            return replace(rhythm, news=replace(news, notes=news.notes + 1))
        case _:
            return rhythm


def _and(known: tuple[T, ...], new: T) -> tuple[T, ...]:
    return (*(one for one in known if one != new), new)
