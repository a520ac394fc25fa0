"""What happened to the organisations of a cascade, day by day: computed from when it happened, kept nowhere. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum

from bot.core.clocks.rules import Filed
from bot.core.organisations.bulletins import own_people
from bot.core.organisations.rollup import Line, Rollup


class Event(StrEnum):
    """What is counted of a day."""

    REACHED = "reached"
    """Somebody of an organisation came into its room, for the first time."""
    FILED = "filed"
    """A legal clock was filed."""
    ASKED = "asked"
    """An organisation put a question."""
    CLOSED = "closed"
    """An incident was closed, and is not open again."""


def history(found: Rollup) -> Mapping[date, Mapping[Event, int]]:
    """Return how often each event came on each day, in the parent's zone, the first day first; empty days are none."""
    days: dict[date, Counter[Event]] = {}
    for line in found.lines:
        for event, at in _events(found, line):
            days.setdefault(at.astimezone(found.parent.zone).date(), Counter())[event] += 1
    return {day: days[day] for day in sorted(days)}


def _events(found: Rollup, line: Line) -> Iterator[tuple[Event, datetime]]:
    child = line.child
    if child is None:
        return
    came = [child.came[user] for user in own_people(found.parent, child) if user in child.came]
    if came:
        yield Event.REACHED, min(came)
    yield from ((Event.FILED, state.at) for state in line.clocks.values() if isinstance(state, Filed))
    yield from ((Event.ASKED, question.at) for question in child.questions)
    if child.closed_at is not None:
        yield Event.CLOSED, child.closed_at
