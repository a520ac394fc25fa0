"""Questions of organisations to whoever coordinates them: numbered together, answered each in its own room.

The words of a question stand in the incident of its organisation alone; the parent knows its number. So its purge takes
them away, and whatever shows questions looks them up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.core.commands.questions import AnswerQuestions, PutQuestion
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts import AnswerReceived, QuestionAsked, QuestionsAnswered
from bot.core.facts.questions import FaqNews
from bot.core.happenings import AnswerCame
from bot.core.incident import Incident, Status
from bot.core.language import fold
from bot.core.names import UserId
from bot.core.organisations.bulletins import FEW, own_people
from bot.core.organisations.children import cascade_of

LONGEST = 2_000
"""Characters of a question."""
GATHERING = timedelta(seconds=20)
"""How long a question waits for others, so that many become one message."""
REST = timedelta(minutes=3)
"""How long it is between two such messages at the least."""
SHOWN = 10
"""So many questions stand in one message; the others are counted."""
_WORD = re.compile(r"\w{4,}")
NEWS = 3
"""So many questions of the FAQ are named in a bulletin."""


@dataclass(eq=False)
class NobodyCoordinates(RuleError):
    """Nobody reads questions of this room: it is no organisation's, or whoever coordinated is done."""

    others: tuple[UserId, ...]
    """Who leads here."""


@dataclass(eq=False)
class NotCoordinated(RuleError):
    """There are neither questions nor a FAQ here: the incident has to do with no other."""


@dataclass(eq=False)
class UnknownQuestions(RuleError):
    """No question has these numbers, or its organisation was purged."""

    numbers: tuple[int, ...]


@dataclass(eq=False)
class NoSuchQuestion(RuleError):
    """Nothing is to be shown under this number here."""

    number: int


@dataclass(eq=False)
class AnswersTooMany(RuleError):
    """What so many read is a bulletin, which a second person confirms."""

    limit: int


@dataclass(eq=False)
class NotInFaq(RuleError):
    """The FAQ does not go so far."""

    number: int


@dataclass(eq=False)
class NamesAnOrganisation(RuleError):
    """Others would read who asked."""

    name: str


Above = tuple[Incident | None, Sequence[Incident]]
"""The parent of an organisation, if it has one, and all its children."""


class Form(Enum):
    """How questions of organisations are shown."""

    NEW = "new"
    """They came in."""
    OPEN = "open"
    """Somebody asked which are open."""
    ONE = "one"
    """Somebody asked about one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A question, and the organisation that asked it."""

    child: Incident
    question: QuestionAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A question that all organisations may read, and its answer."""

    answer: int
    """Which of the parent's answers, counted from 1."""
    question: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """An answer, and the questions it is for."""

    fact: QuestionsAnswered
    put: tuple[Put, ...]


# --- asking -------------------------------------------------------------------------------------------------


def ask(child: Incident, above: Above, command: PutQuestion, by: UserId, now: datetime) -> QuestionAsked:
    """Return the question that *command* puts to whoever is *above*, numbered after all that were put.

    Raises:
        RuleError: nobody reads it.
    """
    if child.status is Status.CLOSED:
        raise IncidentClosed
    parent, children = above
    if parent is None or parent.cascade is None or parent.status is Status.CLOSED:
        raise NobodyCoordinates(child.leaders())
    last = (other.questions[-1].number for other in children if other.questions)
    known = any(bulletin.number == command.bulletin for bulletin in child.bulletins)
    return QuestionAsked(
        at=now,
        by=by,
        number=max(parent.cascade.gathered, *last, 0) + 1,
        text=command.text,
        bulletin=command.bulletin if known else None,
    )


def all_put(children: Iterable[Incident]) -> tuple[Put, ...]:
    """Return all questions there are, the oldest first."""
    put = (Put(child=child, question=question) for child in children for question in child.questions)
    return tuple(sorted(put, key=lambda one: one.question.number))


def new(parent: Incident, children: Iterable[Incident]) -> tuple[Put, ...]:
    """Return the questions that were not gathered yet."""
    shown = cascade_of(parent).gathered
    return tuple(put for put in all_put(children) if put.question.number > shown)


def named(children: Iterable[Incident], numbers: Collection[int]) -> tuple[Put, ...]:
    """Return the questions with these *numbers*; those of a purged organisation are no more."""
    return tuple(put for put in all_put(children) if put.question.number in numbers)


def open_ones(parent: Incident, children: Iterable[Incident]) -> tuple[Put, ...]:
    """Return the questions that wait for an answer, the oldest first."""
    answered = {number for answer in cascade_of(parent).answers for number in answer.numbers}
    return tuple(put for put in all_put(children) if put.question.number not in answered)


def unanswered(child: Incident) -> frozenset[int]:
    """Return the numbers of the questions of *child* to which no answer came in its room."""
    return frozenset(one.number for one in child.questions).difference(*(got.numbers for got in child.answered))


def gathered_at(parent: Incident, now: datetime) -> datetime:
    """Return when what was asked *now* is shown in the parent's room."""
    last = cascade_of(parent).gathered_at
    return max(now + GATHERING, last + REST if last is not None else now)


# --- answering ----------------------------------------------------------------------------------------------


def answer(
    parent: Incident, children: Sequence[Incident], command: AnswerQuestions, by: UserId, now: datetime
) -> Answering:
    """Return the answer that *command* gives.

    Raises:
        RuleError: it is refused; nobody is told anything.
    """
    cascade_of(parent)
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    put = named(children, command.numbers)
    found = {one.question.number for one in put}
    if missing := tuple(number for number in command.numbers if number not in found):
        raise UnknownQuestions(missing)
    first = next(one.question.text for one in put if one.question.number == command.numbers[0])
    kept = (command.kept_as or first) if command.is_kept else None
    fact = QuestionsAnswered(at=now, by=by, numbers=command.numbers, text=command.text, kept=kept)
    askers = {one.child.id: one.child for one in put}.values()
    if len(askers) > FEW:
        raise AnswersTooMany(FEW)
    if kept is not None or len(askers) > 1:
        _check_names(f"{kept or ''}\n{command.text}", askers, children)
    return Answering(fact=fact, put=put)


def _check_names(text: str, askers: Iterable[Incident], children: Sequence[Incident]) -> None:
    """Refuse a text that others read, too, and that says who asked."""
    plain, written = fold(text), {fold(word) for word in _WORD.findall(text) if word[0].isupper()}
    for child in askers:
        for name in (child.organisation, child.codename, *child.roster):
            if name and re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", plain):
                raise NamesAnOrganisation(name)
        for word in _telling(child, children):
            if fold(word) in written:
                raise NamesAnOrganisation(word)


def _telling(child: Incident, children: Iterable[Incident]) -> Iterable[str]:
    """Return the words of its name that tell *child* from the others: of `Étude Durand` most people write `Durand`."""
    others = {word for other in children if other is not child for word in _WORD.findall(fold(other.organisation))}
    return (word for word in _WORD.findall(child.organisation) if fold(word) not in others)


def answers_for(parent: Incident, child: Incident) -> tuple[AnswerCame, ...]:
    """Return the answers that *child* has still to be told, the oldest first; a closed one is told nothing."""
    if not child.questions or parent.cascade is None or child.status is not Status.OPEN or child.reached_at is None:
        return ()
    told = {got.answer for got in child.answered}
    own = {question.number for question in child.questions}
    return tuple(
        AnswerCame(answer=place, numbers=tuple(sorted(own.intersection(given.numbers))), text=given.text)
        for place, given in enumerate(parent.cascade.answers, 1)
        if place not in told and own.intersection(given.numbers)
    )


def askers(got: AnswerReceived, child: Incident) -> tuple[UserId, ...]:
    """Return who asked what *got* answers, of those who are there to read it."""
    asked = (question.by for question in child.questions if question.number in got.numbers)
    return tuple(dict.fromkeys(user for user in asked if user in child.roster and user not in child.left))


def is_empty(parent: Incident, child: Incident) -> bool:
    """Say whether nobody of its organisation is in the room of *child*, which is open."""
    came = child.joined | {question.by for question in child.questions} - child.left
    return child.status is Status.OPEN and not came & own_people(parent, child)


# --- what is kept for all -----------------------------------------------------------------------------------


def faq(parent: Incident) -> tuple[Kept, ...]:
    """Return what was kept for all organisations; a later answer to the same question takes the place of the first."""
    kept: dict[int, Kept] = {}
    for place, given in enumerate(cascade_of(parent).answers, 1):
        if given.kept is not None:
            kept[given.numbers[0]] = Kept(answer=place, question=given.kept, text=given.text)
    return tuple(kept.values())


def news_for(parent: Incident, child: Incident) -> FaqNews | None:
    """Return what was kept since *child* got its last bulletin that named such news; None when nothing was."""
    told = max((bulletin.news.answers for bulletin in child.bulletins if bulletin.news), default=0)
    fresh = tuple(kept.question for kept in faq(parent) if kept.answer > told)
    if not fresh:
        return None
    return FaqNews(questions=fresh[:NEWS], more=len(fresh[NEWS:]), answers=len(cascade_of(parent).answers))
