"""What came to an organisation, what it asked, was mended, or a machine said, folded: see `bot.core.evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.core import facts
from bot.core.facts.alerts import AlertFact
from bot.core.facts.repair import RepairFact
from bot.core.incident import Incident
from bot.core.names import Question
from bot.core.organisations.repaired import repaired

ORGANISATION = Question("organisation")
"""The detail that is its name."""

Told = (
    facts.RoomRefused
    | facts.RoomRetried
    | facts.LineAmended
    | facts.BulletinReceived
    | facts.BulletinRead
    | facts.QuestionAsked
    | facts.AnswerReceived
    | RepairFact
    | AlertFact
)


def told(incident: Incident, fact: Told) -> Incident:  # noqa: C901, PLR0911 - a table
    """Return the organisation's incident after *fact*."""
    match fact:
        case facts.RoomRefused(code=code):
            return replace(incident, room_refused=code)
        case facts.RoomRetried():
            return replace(incident, room_refused="")
        case facts.LineAmended():
            return _amended(incident, fact)
        case facts.BulletinReceived():
            return replace(incident, bulletins=(*incident.bulletins, fact))
        case facts.BulletinRead(numbers=numbers, at=at):
            return replace(incident, read={**dict.fromkeys(numbers, at), **incident.read})
        case facts.QuestionAsked():
            return replace(incident, questions=(*incident.questions, fact))
        case facts.AnswerReceived():
            return replace(incident, answered=(*incident.answered, fact))
        case facts.FirmsMerged() | facts.RemovedBelow() | facts.RepairDone() | facts.FirmTookIn() | facts.FirmMoved():
            return repaired(incident, fact)
        case facts.AlertTaken() | facts.AlertChanged():
            return incident  # the desk knows which alerts are its own
        case _:
            assert_never(fact)


def _amended(incident: Incident, fact: facts.LineAmended) -> Incident:
    """Let the line count; its name is also the answer, where nobody gave another one."""
    name = {ORGANISATION: fact.organisation} if ORGANISATION in fact.answers else {}
    return replace(
        incident,
        answers={**incident.answers, **name},
        organisation=fact.organisation,
        language=fact.language,
        columns=fact.columns,
        profile={**incident.profile, **fact.answers},
        amended=fact.number,
    )
