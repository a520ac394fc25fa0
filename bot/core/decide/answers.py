"""Deciding on answers: questions of the playbook, and details for drafts and register."""

from __future__ import annotations

import re
from datetime import datetime

from bot.core.commands import Answer
from bot.core.conditions import UNKNOWN
from bot.core.details import Detail, Kind, find_detail
from bot.core.errors import UnknownQuestion, WrongAnswer, WrongDetail
from bot.core.facts import Answered
from bot.core.incident import Incident
from bot.core.names import Question, UserId
from bot.core.spelling import fold

_LINK = re.compile(r"https://\S+\.\S+")


def answer(incident: Incident, command: Answer, by: UserId, now: datetime) -> Answered:
    """Answer a question of the playbook with one of its values, or give a detail."""
    asked = incident.playbook.question(command.question)
    if asked is not None:
        if command.value not in asked.values:
            raise WrongAnswer(asked.name, command.value, asked.values)
        return Answered(at=now, by=by, question=asked.name, value=command.value)
    detail = find_detail(command.question)
    if detail is None:
        raise UnknownQuestion(command.question, tuple(known.name for known in incident.playbook.questions))
    return Answered(at=now, by=by, question=detail.name, value=_checked(detail, command.value))


def _checked(detail: Detail, value: str) -> str:
    if value == UNKNOWN:
        return value
    match detail.kind:
        case Kind.TEXT:
            return value
        case Kind.MOMENT:
            return datetime.fromisoformat(value).isoformat()
        case Kind.COUNT if any(sign.isdigit() for sign in value):
            return value
        case Kind.LINKED if _LINK.search(value):
            return value
        case Kind.CHOICE | Kind.CHOICES:
            return _chosen(detail, value)
        case Kind.COUNT | Kind.LINKED:
            raise WrongDetail(detail.name, value, detail.kind, ())


def _chosen(detail: Detail, value: str) -> str:
    """Return the values that were named, in the order of the detail."""
    named = {fold(word) for word in re.split(r"[\s,;/+]+", value) if word}
    is_known = named <= set(detail.values) and bool(named)
    if not is_known or (detail.kind is Kind.CHOICE and len(named) > 1):
        raise WrongDetail(detail.name, value, detail.kind, detail.values)
    return ", ".join(known for known in detail.values if known in named)


def detail_name(typed: str) -> Question:
    """Return the canonical name of what somebody typed after `!fact`: a detail's own, or the text as a question."""
    detail = find_detail(typed)
    return detail.name if detail else Question(typed.casefold())
