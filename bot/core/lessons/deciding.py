"""Deciding on findings: note, give, end. An incident takes all of that once it is closed, too."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

from bot.core import commands
from bot.core.decide.asking import need
from bot.core.facts import FindingDone, FindingDropped, FindingFact, FindingGiven, FindingNoted
from bot.core.incident import Incident
from bot.core.lessons.errors import DayOver, FindingEnded, UnknownFinding
from bot.core.lessons.findings import Finding
from bot.core.names import UserId
from bot.core.people.guests import find_proved
from bot.core.people.roster import Right

OfFindings = commands.NoteFinding | commands.GiveFinding | commands.FinishFinding | commands.DropFinding


def of_findings(incident: Incident, act: OfFindings, by: UserId, now: datetime) -> FindingFact:
    """Return what *act* makes of the findings. Raises RuleError."""
    need(incident, by, Right.ACT)
    match act:
        case commands.NoteFinding(text=text):
            owner, day = _owner(incident, act.owner), _day(incident, act.day, now)
            number = max(incident.findings, default=0) + 1
            return FindingNoted(at=now, by=by, number=number, text=text, owner=owner, day=day)
        case commands.GiveFinding():
            number = _open(incident, act.number).number
            owner, day = _owner(incident, act.owner), _day(incident, act.day, now)
            return FindingGiven(at=now, by=by, number=number, owner=owner, day=day)
        case commands.FinishFinding(text=text):
            return FindingDone(at=now, by=by, number=_open(incident, act.number).number, text=text)
        case commands.DropFinding(reason=reason):
            return FindingDropped(at=now, by=by, number=_open(incident, act.number).number, reason=reason)
        case _:
            assert_never(act)


def find_finding(incident: Incident, number: int) -> Finding:
    """Return the finding of that number. Raises UnknownFinding."""
    found = incident.findings.get(number)
    if found is None:
        raise UnknownFinding(number, max(incident.findings, default=0))
    return found


def _open(incident: Incident, number: int) -> Finding:
    found = find_finding(incident, number)
    if found.ended is not None:
        raise FindingEnded(number)
    return found


def _owner(incident: Incident, who: str) -> UserId | None:
    """Return whom *who* names, somebody of the roster whom somebody vouched for and compared; None when it is empty."""
    return find_proved(who, incident.roster, incident.doors) if who else None


def _day(incident: Incident, day: date | None, now: datetime) -> date | None:
    today = now.astimezone(incident.zone).date()
    if day is not None and day < today:
        raise DayOver(day, today)
    return day
