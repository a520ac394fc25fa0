"""Deciding on costs and outages: noted, said anew, cancelled. The right to work is asked for here: all may look."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core.commands.costs import (
    CancelCost,
    CancelOutage,
    CorrectCost,
    EndOutage,
    NoteCost,
    NoteOutage,
    RetimeOutage,
)
from bot.core.costs.amounts import Amount, Effort
from bot.core.costs.errors import CostGone, EndsBeforeItBegins, OutageGone, UnknownCost, UnknownOutage
from bot.core.costs.ledger import Cost, Outage
from bot.core.decide.asking import need
from bot.core.errors import TimeInFuture
from bot.core.evidence.deciding import find as find_evidence
from bot.core.facts.work import (
    CostCancelled,
    CostCorrected,
    CostNoted,
    OutageCancelled,
    OutageNoted,
    OutageTimed,
)
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.people.roster import Right


def note(incident: Incident, command: NoteCost, by: UserId, now: datetime) -> CostNoted:
    """Note a cost. Raises RuleError: the evidence it names is not there."""
    need(incident, by, Right.ACT)
    _refuse_unknown(incident, command.evidence)
    return CostNoted(
        at=now,
        by=by,
        number=max(incident.costs, default=0) + 1,
        amount=command.amount,
        estimated=command.estimated,
        kind=command.kind,
        text=command.text,
        evidence=command.evidence,
    )


def correct(incident: Incident, command: CorrectCost, by: UserId, now: datetime) -> CostCorrected:
    """Say a cost anew, all of it: what the command leaves out stays. Raises RuleError."""
    need(incident, by, Right.ACT)
    before = _standing(incident, command.number).now
    _refuse_unknown(incident, command.evidence)
    return CostCorrected(
        at=now,
        by=by,
        number=command.number,
        amount=_instead(before.amount, command.amount),
        estimated=command.estimated if command.amount else before.estimated,
        kind=command.kind or before.kind,
        text=command.text or before.text,
        evidence=command.evidence or before.evidence,
    )


def cancel(incident: Incident, command: CancelCost, by: UserId, now: datetime) -> CostCancelled:
    """Take a cost out of the sums. Raises RuleError."""
    need(incident, by, Right.ACT)
    cost = _standing(incident, command.number)
    return CostCancelled(at=now, by=by, number=cost.number, reason=command.reason)


def note_outage(incident: Incident, command: NoteOutage, by: UserId, now: datetime) -> OutageNoted:
    """Note an outage. Raises RuleError."""
    need(incident, by, Right.ACT)
    begin = command.begin or now
    _refuse_times(begin, command.end, now)
    number = max(incident.outages, default=0) + 1
    return OutageNoted(at=now, by=by, number=number, system=command.system, begin=begin, end=command.end)


def end_outage(incident: Incident, command: EndOutage, by: UserId, now: datetime) -> OutageTimed:
    """Say when an outage ended, or say it anew. Raises RuleError."""
    need(incident, by, Right.ACT)
    outage = _counted(incident, command.number)
    end = command.end or now
    _refuse_times(outage.begin, end, now)
    return OutageTimed(at=now, by=by, number=outage.number, begin=outage.begin, end=end)


def retime(incident: Incident, command: RetimeOutage, by: UserId, now: datetime) -> OutageTimed:
    """Say anew when an outage began. Raises RuleError."""
    need(incident, by, Right.ACT)
    outage = _counted(incident, command.number)
    end = command.end or outage.end
    _refuse_times(command.begin, end, now)
    return OutageTimed(at=now, by=by, number=outage.number, begin=command.begin, end=end)


def cancel_outage(incident: Incident, command: CancelOutage, by: UserId, now: datetime) -> OutageCancelled:
    """Take an outage out of what counts. Raises RuleError."""
    need(incident, by, Right.ACT)
    outage = _counted(incident, command.number)
    return OutageCancelled(at=now, by=by, number=outage.number, reason=command.reason)


def find_cost(incident: Incident, number: int) -> Cost:
    """Return the cost of that number. Raises UnknownCost."""
    cost = incident.costs.get(number)
    if cost is None:
        raise UnknownCost(number, max(incident.costs, default=0))
    return cost


def _instead(before: Amount, now: Amount | None) -> Amount:
    """Return the amount after a correction; hours stay those of whom they were, if that was not said anew."""
    if isinstance(before, Effort) and isinstance(now, Effort):
        return replace(now, role=now.role or before.role)
    return now or before


def _standing(incident: Incident, number: int) -> Cost:
    cost = find_cost(incident, number)
    if cost.cancelled is not None:
        raise CostGone(number)
    return cost


def _counted(incident: Incident, number: int) -> Outage:
    outage = incident.outages.get(number)
    if outage is None:
        raise UnknownOutage(number, max(incident.outages, default=0))
    if outage.cancelled is not None:
        raise OutageGone(number)
    return outage


def _refuse_unknown(incident: Incident, evidence: tuple[int, ...]) -> None:
    for number in evidence:
        find_evidence(incident, number)


def _refuse_times(begin: datetime, end: datetime | None, now: datetime) -> None:
    for given in (begin, end):
        if given is not None and given > now:
            raise TimeInFuture(given, now)
    if end is not None and end <= begin:
        raise EndsBeforeItBegins(end, begin)
