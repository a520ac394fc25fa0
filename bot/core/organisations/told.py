"""What an organisation was told and asked, folded: see `bot.core.evolve`."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident

Told = facts.BulletinReceived | facts.BulletinRead | facts.QuestionAsked | facts.AnswerReceived


def told(incident: Incident, fact: Told) -> Incident:
    """Return the organisation's incident after *fact*."""
    match fact:
        case facts.BulletinReceived():
            return replace(incident, bulletins=(*incident.bulletins, fact))
        case facts.BulletinRead(numbers=numbers, at=at):
            return replace(incident, read={**dict.fromkeys(numbers, at), **incident.read})
        case facts.QuestionAsked():
            return replace(incident, questions=(*incident.questions, fact))
        case facts.AnswerReceived():
            return replace(incident, answered=(*incident.answered, fact))
        case _:
            assert_never(fact)
