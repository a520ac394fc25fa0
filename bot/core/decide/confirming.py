"""Deciding that a second person carries out what another asked for."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.commands import GiveConfirmation
from bot.core.decide.lifecycle import silenced_by_closing
from bot.core.errors import (
    ConfirmationLapsed,
    MoreClocksRunning,
    NothingToConfirm,
    NotTheSecondPerson,
    SeveralToConfirm,
)
from bot.core.facts import Closed, Closing, ConfirmationAsked, ConfirmationGiven, Fact, PersonRemoved, Removal
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.two_persons import second_persons, waiting


def confirm(incident: Incident, command: GiveConfirmation, by: UserId, now: datetime) -> tuple[Fact, ...]:
    """Carry out exactly what was shown when it was asked for, in the name of who asked."""
    asked = _meant(incident, command.number, by, now)
    given = ConfirmationGiven(at=now, by=by, number=asked.number, asked_by=asked.by, act=asked.act)
    return (given, _carried_out(incident, asked, now))


def _meant(incident: Incident, number: int | None, by: UserId, now: datetime) -> ConfirmationAsked:
    """Return what *by* confirms: the act of that number, or the only one they could mean."""
    meant = tuple(asked for asked in incident.asked if number in (None, asked.number))
    waits = tuple(asked for asked in waiting(incident, now) if asked in meant)
    theirs = tuple(asked for asked in waits if by in second_persons(incident, asked.by, asked.act))
    if not meant:
        raise NothingToConfirm
    if not waits:
        raise ConfirmationLapsed(meant[-1].number)
    if not theirs:
        raise NotTheSecondPerson(second_persons(incident, waits[0].by, waits[0].act))
    if len(theirs) > 1:
        raise SeveralToConfirm(tuple(asked.number for asked in theirs))
    return theirs[0]


def _carried_out(incident: Incident, asked: ConfirmationAsked, now: datetime) -> Fact:
    match asked.act:
        case Closing(summary=summary, rules=rules):
            more = tuple(rule for rule in silenced_by_closing(incident) if rule not in rules)
            if more:
                raise MoreClocksRunning(more)
            return Closed(at=now, by=asked.by, summary=summary)
        case Removal(user=user):
            return PersonRemoved(at=now, by=asked.by, user=user)
        case _:
            assert_never(asked.act)
