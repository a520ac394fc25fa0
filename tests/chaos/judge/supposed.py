"""Clocks of the law that nobody started: until when they would run, counted from the first information."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.chaos.judge.case import Case, Clock, due_time
from tests.chaos.judge.content import Rule


def suppose(case: Case, at: datetime) -> Case:
    """Return *case* with the clocks that ring as if they ran since what happened at *at*, or already did."""
    rows = [case.rules[rule] for rule in case.watched() if rule not in case.clocks]
    return replace(case, supposed={row.id: _supposed(case, row, at) for row in rows if not row.may_wait})


def counted(case: Case, rule: str, aware: datetime, at: datetime) -> Clock:
    """Return a clock that counts from *aware*, since *at*."""
    row = case.rules[rule]
    due = due_time(row.length, aware, case.free_days)
    aim = aware + row.aim if row.aim else None
    return Clock(
        rule=rule, state="runs", since=at, aware=aware, due=due, aim=aim if aim and (due is None or aim < due) else None
    )


def _supposed(case: Case, row: Rule, at: datetime) -> Clock:
    before, known = case.clocks.get(row.after), case.supposed.get(row.id)
    aware = min(case.opened_at, case.discovered or case.opened_at) if before is None else before.since
    if known is not None and known.aware == aware:
        return known
    return replace(counted(case, row.id, aware, at), state="supposed")
