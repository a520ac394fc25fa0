"""Where clocks stand, in words that count from no moment: the lines of the card, and its first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from tests.chaos.judge import times
from tests.chaos.judge.case import Case, Clock
from tests.chaos.judge.lines import LATE, RUNS, WAITS, clock_line, clock_name, name, people, reading, say, word
from tests.chaos.judge.text import Hole, Text, Window, joined

SOON = timedelta(days=6)


def first_line(case: Case, at: datetime) -> Text:
    """The clock that ends first and the step that is next: all that a banner shows."""
    parts = () if case.is_closed else tuple(part for part in (_first_clock(case, at), _first_step(case)) if part)
    mark = (f"[{word(case, 'drill')}] ",) if case.is_drill else ()
    return (*mark, *joined(parts, " · ")) if parts else ()


def standing_line(case: Case, rule: str, at: datetime) -> Text:
    """Until when a clock runs, or since when it is overdue."""
    clock = case.clocks.get(rule) or (None if case.is_closed else case.supposed.get(rule))
    if clock is None or clock.state not in ("runs", "supposed") or (not clock.runs and clock.due is None):
        waits = clock is None or clock.state == "supposed"
        return (clock_name(case.rules[rule], WAITS),) if waits and not case.is_closed else clock_line(case, rule, at)
    kind = "open" if clock.due is None else _tone(case, clock)
    sign = RUNS if clock.runs else WAITS
    # What was not overdue when it was closed does not become so: nobody looks any more.
    if clock.due is not None and case.legal(clock, case.closed_at or at) > clock.due:
        kind, sign = f"{kind}.overdue", LATE
    due, since = (_near(case, moment) if moment else "" for moment in (clock.due, clock.aware))
    line = say(case, f"stands.{kind}", clock=clock_name(case.rules[rule], sign), due=due, since=since)
    return joined((line, reading(case, clock) if clock.runs else ()))


def _tone(case: Case, clock: Clock) -> str:
    rule = case.rules[clock.rule]
    if not clock.runs:
        return "supposed"
    return "business" if rule.is_business else "soft" if rule.is_soft else "running"


def _near(case: Case, at: datetime) -> str:
    return times.near(at, case.language, case.opened_at.astimezone(times.ZONE).year)


def _first_clock(case: Case, at: datetime) -> Text:
    ends = [(clock.due, clock.rule, clock) for clock in case.ringing() if clock.due]
    if not ends:
        return ()
    due, rule, clock = min(ends, key=lambda end: end[:2])
    is_overdue = case.legal(clock, at) > due
    kind = "overdue" if is_overdue else _tone(case, clock)
    shown = (_near(case, due),) if is_overdue else _soon(case, clock, due)
    return say(case, f"first.{kind}", clock=case.rules[rule].called or rule, due=shown)


def _soon(case: Case, clock: Clock, due: datetime) -> Text:
    """The weekday alone in the last six days."""
    soon, far = times.weekday(due, case.language), _near(case, due)
    since = case.wall(clock, due - SOON)

    def when(words: str) -> Window:
        if words == soon:
            return Window(since, case.wall(clock, due))
        return Window(datetime.min.replace(tzinfo=UTC), since)

    return (Hole(f"{re.escape(far)}|{re.escape(soon)}", when),)


def _first_step(case: Case) -> Text:
    steps = sorted(case.open_steps(), key=lambda step: not step.is_mandatory)
    if not steps:
        return ()
    to = case.work(steps[0].id).to or steps[0].role
    who = name(to) if to.startswith("@") else people(case.holders(to)) or word(case, to)
    return (f"{steps[0].id} {who}",)
