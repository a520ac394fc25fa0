"""Deciding on answers: questions of the playbook, and details for drafts and register."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from bot.core.commands import Answer
from bot.core.conditions import UNKNOWN
from bot.core.decide.asking import ask, need
from bot.core.details import ABOUT, APPROXIMATE, HAPPENED, NEXT_UPDATE, Detail, Kind, find_detail
from bot.core.errors import AnswerNeedsReason, TimeInFuture, TimeInPast, UnknownQuestion, WrongAnswer, WrongDetail
from bot.core.facts import Answered, Answering, Certainty, ConfirmationAsked
from bot.core.incident import Incident
from bot.core.judging.errors import DutyOnSupposition, NothingToRuleOut
from bot.core.language import fold
from bot.core.names import Question, RuleId, UserId, name_of
from bot.core.people.roster import Right
from bot.core.playbook import Asked, Playbook

_LINK = re.compile(r"https://[^\s./:]+\.\S")


def answer(incident: Incident, command: Answer, by: UserId, now: datetime) -> tuple[Answered | ConfirmationAsked, ...]:
    """Answer a question of the playbook with one of its values, or give a detail.

    A "no" with which a duty of the law leaves is a decision: it needs the right, a reason and a second person. Not in
    a drill. What contradicts an earlier answer is kept all the same: see `bot.core.contradictions`.
    """
    question, value = canonical(incident.playbook, command, now)
    if command.certainty is Certainty.RULED_OUT:
        return _ruled_out(incident, question, value, by, now)
    left = duties_left_out(incident, question, value) if value == "no" and not incident.drill else ()
    if not left:
        said = Answered(
            at=now, by=by, question=question, value=value, reason=command.reason, certainty=command.certainty
        )
        return (said,)
    need(incident, by, Right.CLOCK)
    if command.certainty is not None and command.certainty.is_open:
        raise DutyOnSupposition(_called(incident, question), left)
    if not command.reason:
        raise AnswerNeedsReason(_called(incident, question), value, left)
    act = Answering(question=question, value=value, reason=command.reason, rules=left, certainty=command.certainty)
    return (ask(incident, act, by, now),)


def _ruled_out(incident: Incident, question: Question, value: str, by: UserId, now: datetime) -> tuple[Answered, ...]:
    """Rule a value out; where it was the answer, that is unknown again, so that no duty leaves unseen."""
    if value in ("yes", "no", UNKNOWN):
        raise NothingToRuleOut(_called(incident, question), value)
    gone = Answered(at=now, by=by, question=question, value=value, certainty=Certainty.RULED_OUT)
    if incident.answers.get(question) != value:
        return (gone,)
    return (gone, Answered(at=now, by=by, question=question, value=UNKNOWN))


def _called(incident: Incident, question: Question) -> str:
    """Return what people call a question; a detail is kept under its name."""
    asked = incident.playbook.question(question)
    return name_of(question, asked.called if asked else {}, incident.language)


def duties_left_out(incident: Incident, question: Question, value: str) -> tuple[RuleId, ...]:
    """Return the clocks of the law that leave the incident with that answer."""
    answered = replace(incident, answers={**incident.answers, question: value})
    stay = {clock.rule.id for clock in answered.clocks()}
    return tuple(clock.rule.id for clock in incident.clocks() if clock.rule.id not in stay and not clock.rule.may_wait)


def canonical(playbook: Playbook, command: Answer, now: datetime) -> tuple[Question, str]:
    """Return the question that is meant and the value that is kept. Raises RuleError."""
    asked, detail = playbook.question(command.question), find_detail(command.question)
    if asked is not None:
        return asked.name, _accepted(playbook, asked, command.value)
    if detail is not None:
        return detail.name, _checked(detail, command.value, now)
    known = tuple(name_of(one.name, one.called, playbook.language) for one in playbook.questions)
    raise UnknownQuestion(command.question, known)


def _accepted(playbook: Playbook, asked: Asked, value: str) -> str:
    """Return the value of *asked* that was meant, whatever its case and accents."""
    meant = next((known for known in asked.values if fold(known) == fold(value)), None)
    if meant is None:
        raise WrongAnswer(name_of(asked.name, asked.called, playbook.language), value, asked.values)
    return meant


def _checked(detail: Detail, value: str, now: datetime) -> str:
    if value == UNKNOWN:
        return value
    match detail.kind:
        case Kind.TEXT:
            return value
        case Kind.MOMENT:
            return _moment(detail, value, now)
        case Kind.COUNT if any(sign.isdigit() for sign in value):
            return value
        case Kind.LINKED if _LINK.search(value):
            return value
        case Kind.CHOICE | Kind.CHOICES:
            return _chosen(detail, value)
        case Kind.COUNT | Kind.LINKED:
            raise WrongDetail(detail.name, value, detail.kind, ())
        case _:
            assert_never(detail.kind)


def _moment(detail: Detail, value: str, now: datetime) -> str:
    """Return the moment, or what stands for one; what happened cannot be to come, what is promised cannot be past."""
    if value in detail.values:
        return value
    about = ABOUT if detail.name in APPROXIMATE and value.startswith(ABOUT) else ""
    try:
        given = datetime.fromisoformat(value.removeprefix(about))
    except ValueError:
        raise WrongDetail(detail.name, value, detail.kind, ()) from None
    if given.tzinfo is None:
        raise WrongDetail(detail.name, value, detail.kind, ())
    if detail.name in HAPPENED and given > now:
        raise TimeInFuture(given, now)
    if detail.name == NEXT_UPDATE and given <= now:
        raise TimeInPast(given, now)
    return about + given.astimezone(UTC).isoformat()


def _chosen(detail: Detail, value: str) -> str:
    """Return the values that were named, in the order of the detail."""
    named = {fold(word) for word in re.split(r"[\s,;/+]+", value) if word}
    is_known = named <= set(detail.values) and bool(named)
    if not is_known or (detail.kind is Kind.CHOICE and len(named) > 1):
        raise WrongDetail(detail.name, value, detail.kind, detail.values)
    return ", ".join(known for known in detail.values if known in named)
