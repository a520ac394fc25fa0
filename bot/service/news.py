"""What machines of others are told: which facts are calls, to whom, once each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core import facts
from bot.core.incident import Incident
from bot.core.names import InputId, RuleId
from bot.core.ringing.rungs import is_at_or_past_due
from bot.core.ringing.supposed import ringing_clock
from bot.ports import HookCall, HookEvent, Task
from bot.service.tasks import task_id

LANE = "hook:"
"""Prefix of the lanes of calls: each machine has its own, beside those of rooms."""
_Fact = facts.Fact | facts.DeskFact


def calls(
    wanted: Mapping[str, frozenset[HookEvent]], happened: Iterable[_Fact], before: Incident | None, input: InputId
) -> tuple[Task, ...]:
    """Return the rows that tell of what *happened*; *before* is the incident as it was, None before it began.

    That a clock is overdue is told once for each due time, however often its reminders say so.
    """
    found: dict[str, Task] = {}
    for number, fact in enumerate(happened):
        call, once = _news(fact, before)
        for hook in sorted(wanted) if call is not None else ():
            if call is not None and call.event in wanted[hook]:
                id = task_id(InputId(f"{LANE}{hook}:{call.event}:{once or input}"), 0 if once else number)
                found[id] = Task(id=id, lane=f"{LANE}{hook}", action=replace(call, hook=hook))
    return tuple(found.values())


def _news(fact: _Fact, before: Incident | None) -> tuple[HookCall | None, str]:
    """Return what is told, and what it is told once for; where that is nothing, once for its input."""
    match fact:
        case facts.Opened():
            opened = HookCall(hook="", event=HookEvent.OPENED, codename=fact.codename, drill=fact.drill, at=fact.at)
            return opened, ""
        case facts.Closed() if before is not None:
            return _about(before, HookEvent.CLOSED, fact.at), ""
        case facts.ClockFiled(rule=rule) if before is not None:
            running = ringing_clock(before, rule)
            return _about(before, HookEvent.FILED, fact.at, rule, running.due if running else None), ""
        case (facts.Rang() as rang) | facts.NotDelivered(reminder=facts.Rang() as rang) if before is not None:
            if _is_first_past_due(before, rang):
                overdue = _about(before, HookEvent.OVERDUE, fact.at, rang.rule, rang.due)
                return overdue, f"{before.id}:{rang.rule}:{rang.due}"
    return None, ""


def _about(
    incident: Incident, event: HookEvent, at: datetime, rule: RuleId | None = None, due: datetime | None = None
) -> HookCall:
    """Return a call without a name; a clock of the firm has none, since that is what people typed."""
    known = incident.rules.get(rule) if rule is not None else None
    shown = None if known is None or known.is_private else rule
    return HookCall(hook="", event=event, codename=incident.codename, drill=incident.drill, at=at, rule=shown, due=due)


def _is_first_past_due(before: Incident, rang: facts.Rang) -> bool:
    """Say whether it is the first reminder at the due time or past it, said in the room or elsewhere."""
    running = ringing_clock(before, rang.rule)
    said = running.rung if running is not None and rang.is_of(running) else ()
    elsewhere = (fact.reminder for fact in before.undelivered if isinstance(fact.reminder, facts.Rang))
    told = (other.rung for other in elsewhere if (other.rule, other.due) == (rang.rule, rang.due))
    return rang.due is not None and is_at_or_past_due(rang.rung) and not any(map(is_at_or_past_due, (*said, *told)))
