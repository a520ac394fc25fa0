"""Deciding that a second person carries out what another asked for."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core import facts
from bot.core.clocks.rules import Filed, Running
from bot.core.commands import GiveConfirmation
from bot.core.decide.answers import duties_left_out
from bot.core.decide.asking import need
from bot.core.decide.lifecycle import silenced_by_closing
from bot.core.decide.risk import risk_decided
from bot.core.errors import (
    ConfirmationLapsed,
    MoreClocksRunning,
    NothingToConfirm,
    NotTheSecondPerson,
    Overtaken,
    WhichToConfirm,
)
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.organisations.bulletins import announced
from bot.core.organisations.corrections import still_stands
from bot.core.organisations.repair import repaired, stands
from bot.core.people.two_persons import is_alone, right_to, second_persons, waiting


def confirm(incident: Incident, command: GiveConfirmation, by: UserId, now: datetime) -> tuple[facts.Fact, ...]:
    """Carry out exactly what was shown when it was asked for, in the name of who asked."""
    asked = _meant(incident, command.number, by, now)
    given = facts.ConfirmationGiven(at=now, by=by, number=asked.number, asked_by=asked.by, act=asked.act)
    return (given, _carried_out(incident, asked, by, now))


def _meant(incident: Incident, number: int | None, by: UserId, now: datetime) -> facts.ConfirmationAsked:
    """Return what *by* confirms: the act of that number, and never another that waits by the time it is read."""
    waits = waiting(incident, now)
    if number is None and waits:
        raise WhichToConfirm(tuple(asked.number for asked in waits))
    meant = next((asked for asked in incident.asked if asked.number == number), None)
    if meant is None:
        raise NothingToConfirm
    if meant not in waits:
        raise ConfirmationLapsed(meant.number)
    others = second_persons(incident, meant.by, meant.act, meant.at)
    if is_alone(meant.act):
        need(incident, by, right_to(meant.act))
    elif by not in others:
        raise NotTheSecondPerson(others)
    return meant


def _carried_out(  # noqa: C901, PLR0911, PLR0912 - a table: one for each act
    incident: Incident, asked: facts.ConfirmationAsked, by: UserId, now: datetime
) -> facts.Fact:
    match asked.act:
        case facts.Closing(summary=summary, rules=rules):
            more = tuple(rule for rule in silenced_by_closing(incident) if rule not in rules)
            if more:
                raise MoreClocksRunning(more)
            return facts.Closed(at=now, by=asked.by, summary=summary)
        case facts.Removal(user=user):
            return facts.PersonRemoved(at=now, by=asked.by, user=user)
        case facts.Waiving(rule=rule, reason=reason):
            if not _stands(incident, asked.act):
                raise Overtaken(asked.number)
            return facts.ClockSetAside(at=now, by=asked.by, rule=rule, reason=reason, confirmed_by=by)
        case facts.RiskDeciding(level=level, reason=reason):
            return risk_decided(incident, level, reason, asked.by, now, confirmed_by=by)
        case facts.Answering(question=question, value=value, rules=rules):
            if duties_left_out(incident, question, value) != rules:
                raise Overtaken(asked.number)
            return facts.Answered(
                at=now,
                by=asked.by,
                question=question,
                value=value,
                reason=asked.act.reason,
                confirmed_by=by,
                certainty=asked.act.certainty,
            )
        case facts.Announcing(next_update=promised):
            if (promised is not None and promised <= now) or not still_stands(incident, asked.act.replaces):
                raise Overtaken(asked.number)
            return announced(incident, asked.act, asked.by, now)
        case facts.Merging() | facts.RemovingBelow():
            if not stands(incident, asked.act):
                raise Overtaken(asked.number)
            return repaired(incident, asked.act, asked.by, now)
        case facts.Lifting():
            if incident.held is None:
                raise Overtaken(asked.number)
            return facts.HoldLifted(at=now, by=asked.by, confirmed_by=by)
        case _:
            assert_never(asked.act)


def _stands(incident: Incident, act: facts.Waiving) -> bool:
    """Say whether the clock is still what it was when somebody asked to set it aside."""
    clock = incident.clock(act.rule)
    if clock is None or isinstance(clock.state, Filed):
        return False
    if isinstance(clock.state, Running):
        return act.runs and clock.state.due == act.due
    return not act.runs
