"""What a reminder is about, whenever and however late it is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import assert_never

from bot.core import facts

TOGETHER = timedelta(seconds=60)
"""What would ring within this of a reminder rings with it: one message instead of several."""
Subject = tuple[str, ...]


def subjects(reminders: Iterable[facts.Reminder]) -> frozenset[Subject]:
    """Return what *reminders* are about."""
    return frozenset(subject for reminder in reminders for subject in _subjects(reminder))


def without(undelivered: Iterable[facts.NotDelivered], said: facts.Reminder) -> tuple[facts.NotDelivered, ...]:
    """Return what is left of *undelivered* once *said* rang: of one clock or finding, the last reminder says all."""
    return tuple(fact for fact in undelivered if not _covers(said, fact.reminder))


def _covers(said: facts.Reminder, other: facts.Reminder) -> bool:
    if isinstance(said, facts.Rang):
        return isinstance(other, facts.Rang) and (other.rule, other.due) == (said.rule, said.due)
    if isinstance(said, facts.FindingRang):
        return isinstance(other, facts.FindingRang) and (other.number, other.day) == (said.number, said.day)
    return bool(_subjects(said) & _subjects(other))


def _subjects(reminder: facts.Reminder) -> frozenset[Subject]:  # noqa: PLR0911 - a table
    match reminder:
        case facts.Rang(rule=rule, rung=rung, due=due, aware=aware):
            of = due or aware
            return frozenset({("clock", rule, rung, of.isoformat() if of else "")})
        case facts.StepsRang(steps=steps):
            return frozenset(("step", step) for step in steps)
        case facts.UpdateRang(promised=promised):
            return frozenset({("update", promised.isoformat())})
        case facts.RepeatRang():
            return frozenset({("repeat",)})
        case facts.ReviewRang(number=number, due=due):
            return frozenset({("review", str(number), due.isoformat())})
        case facts.FindingRang(number=number, day=day, rung=rung):
            return frozenset({("finding", str(number), day.isoformat(), str(rung))})
        case facts.PointRang():
            return frozenset({("point",)})  # the next one takes the place of one that was not said
        case _:
            assert_never(reminder)
