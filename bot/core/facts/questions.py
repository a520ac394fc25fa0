"""What organisations ask whoever coordinates them, and what they are answered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed, Happened
from bot.core.names import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqNews:
    """What was kept for all organisations since one of them was told of it last."""

    questions: tuple[str, ...]
    """The first few, as all may read them."""
    more: int
    """How many more there are."""
    answers: int
    """How many answers of the parent there were: what a later one keeps is news again."""


# --- in a child's stream ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(Deed):
    """Somebody of the organisation asked. Its words stand here and nowhere else: they go with the child's purge."""

    number: int
    """Counts from 1 within the parent, over all organisations."""
    text: str
    bulletin: int | None = None
    """The bulletin it was a reply to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReceived(Happened):
    """An answer of the parent goes to this organisation."""

    answer: int
    """Which of the parent's answers, counted from 1."""
    numbers: tuple[int, ...]
    """The questions of this organisation that it answers."""
    text: str


# --- in the parent's stream ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsGathered(Happened):
    """Questions came in, and are shown together in the parent's room."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsPosted(Happened):
    """A message in the parent's room shows questions: it is taken back when one of their organisations is purged."""

    event: EventId
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsAnswered(Deed):
    """Whoever leads the parent answered questions."""

    numbers: tuple[int, ...]
    text: str
    kept: str | None = None
    """The question as all organisations may read it, with its answer; None when it is not kept for them."""


QuestionFact = QuestionAsked | AnswerReceived | QuestionsGathered | QuestionsPosted | QuestionsAnswered
