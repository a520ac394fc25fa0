"""A cascade, seen from its parent: which organisations it has, whether it goes on, what was told to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.core.facts.cascade import (
    BulletinSent,
    CallsErased,
    CascadeAmended,
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    CascadeRow,
    FirmCalled,
    ParentFact,
    ProgressPosted,
)
from bot.core.facts.questions import QuestionsAnswered, QuestionsGathered, QuestionsPosted
from bot.core.facts.repair import FirmsMerged, ParentRepair, RemovedBelow
from bot.core.names import EventId, UserId

CascadeFact = ParentFact | QuestionsGathered | QuestionsPosted | QuestionsAnswered | ParentRepair


class Going(StrEnum):
    """Whether more rooms are opened."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the opening of rooms has come."""

    total: int
    done: int
    failed: int
    """Rooms that the homeserver refused."""
    going: Going
    per_minute: float | None = None
    """How fast rooms open now; None while that is not known."""
    uninvited: int = 0
    """Open rooms of which somebody could not be invited, and has not come otherwise."""

    @property
    def waiting(self) -> int:
        """How many rooms are still to be opened, but for those that were refused."""
        return self.total - self.done - self.failed

    @property
    def left(self) -> timedelta | None:
        """How long the rest takes at this pace; None when that is not known, or nothing goes on."""
        if not self.waiting or not self.per_minute or self.going is not Going.RUNNING:
            return None
        return timedelta(minutes=self.waiting / self.per_minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What a list said otherwise of one organisation, and somebody wanted to count."""

    number: int
    """Of the `CascadeAmended` that it is part of."""
    by: UserId
    before: CascadeRow
    after: CascadeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """What a parent knows of its organisations. How far each is, only its own incident knows."""

    playbook: str = ""
    """Of the rooms that are opened."""
    rows: Mapping[str, CascadeRow] = field(default_factory=dict)
    """By key, in the order of the file."""
    going: Going = Going.RUNNING
    resumes: int = 0
    """How often somebody let it go on."""
    progress: EventId | None = None
    """Where the progress stands in the parent's room."""
    bulletins: tuple[BulletinSent, ...] = ()
    """The oldest first."""
    calls: Mapping[str, tuple[FirmCalled, ...]] = field(default_factory=dict)
    """What was noted of calls to an organisation, by its key; the oldest first."""
    gathered: int = 0
    """The highest number of a question that was shown in the parent's room, or is about to be."""
    gathered_at: datetime | None = None
    posted: tuple[QuestionsPosted, ...] = ()
    """Messages that show questions of organisations."""
    answers: tuple[QuestionsAnswered, ...] = ()
    """The oldest first."""
    amended: int = 0
    """How often lines of it were amended."""
    amendments: Mapping[str, tuple[Amendment, ...]] = field(default_factory=dict)
    """By key, the oldest first."""
    repairs: tuple[ParentRepair, ...] = ()
    """What was mended in rooms below, the oldest first."""

    @property
    def merged(self) -> Mapping[str, str]:
        """Of which organisation each is part that was merged into another, by their keys."""
        return {fact.merged: fact.into for fact in self.repairs if isinstance(fact, FirmsMerged)}

    def firm(self, key: str) -> str:
        """Return the key under which the organisation *key* goes on."""
        return _end(key, self.merged)

    def keys_of(self, key: str) -> tuple[str, ...]:
        """Return *key* and those of all that were merged into it."""
        merged = self.merged
        return (key, *(other for other in merged if _end(other, merged) == key))

    @property
    def firms(self) -> Mapping[str, CascadeRow]:
        """The organisations, each once: without those that were merged into another."""
        merged = self.merged
        return {key: row for key, row in self.rows.items() if key not in merged}

    @property
    def known(self) -> Mapping[str, CascadeRow]:
        """The line of each organisation, by every key under which it was there."""
        return {**self.rows, **{key: self.rows[self.firm(key)] for key in self.merged}}


def _end(key: str, merged: Mapping[str, str]) -> str:
    while key in merged:
        key = merged[key]
    return key


def cascade_after(cascade: Cascade, fact: CascadeFact) -> Cascade:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return the cascade after *fact*. An organisation that is there already stays as it is.

    Who adds some does not let go on what somebody paused: what waits may be the list that was wrong.
    """
    match fact:
        case CascadeExtended(playbook=playbook, rows=rows):
            known = {**cascade.rows, **{row.key: row for row in rows if row.key not in cascade.rows}}
            return replace(cascade, playbook=playbook, rows=known)
        case CascadeAmended():
            return _amend(cascade, fact)
        case CascadePaused():
            return replace(cascade, going=Going.PAUSED)
        case CascadeResumed():
            return replace(cascade, going=Going.RUNNING, resumes=cascade.resumes + 1)
        case CascadeCancelled():
            return replace(cascade, going=Going.CANCELLED)
        case ProgressPosted(event=event):
            return replace(cascade, progress=event)
        case BulletinSent():
            return replace(cascade, bulletins=(*cascade.bulletins, fact))
        case FirmCalled(key=key):
            return replace(cascade, calls={**cascade.calls, key: (*cascade.calls.get(key, ()), fact)})
        case CallsErased():
            return cascade
        case QuestionsGathered(numbers=numbers, at=at):
            return replace(cascade, gathered=max(cascade.gathered, *numbers), gathered_at=at)
        case QuestionsPosted():
            return replace(cascade, posted=(*cascade.posted, fact))
        case QuestionsAnswered():
            return replace(cascade, answers=(*cascade.answers, fact))
        case FirmsMerged() | RemovedBelow():
            return replace(cascade, repairs=(*cascade.repairs, fact))
        case _:
            assert_never(fact)


def _amend(cascade: Cascade, fact: CascadeAmended) -> Cascade:
    """Let lines count as they are now: of rooms that are not opened yet at once, of others once it came there."""
    rows, amendments = dict(cascade.rows), dict(cascade.amendments)
    for row in fact.rows:
        amended = Amendment(number=fact.number, by=fact.by, before=rows[row.key], after=row)
        rows[row.key] = row
        amendments[row.key] = (*amendments.get(row.key, ()), amended)
    return replace(cascade, rows=rows, amendments=amendments, amended=fact.number)
