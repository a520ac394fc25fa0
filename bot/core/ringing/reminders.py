"""What a reminder is about, whenever and however late it is said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bot.core.facts import NotDelivered, Reminder
from bot.core.facts.ringing import PointRang, Rang, RepeatRang, ReviewRang, StepsRang, UpdateRang

Subject = tuple[str, ...]


def subjects(reminders: Iterable[Reminder]) -> frozenset[Subject]:
    """Return what *reminders* are about."""
    return frozenset(subject for reminder in reminders for subject in _subjects(reminder))


def without(undelivered: Iterable[NotDelivered], said: Reminder) -> tuple[NotDelivered, ...]:
    """Return what is left of *undelivered* once *said* rang: of one clock, the last reminder says all."""
    return tuple(fact for fact in undelivered if not _covers(said, fact.reminder))


def _covers(said: Reminder, other: Reminder) -> bool:
    if isinstance(said, Rang):
        return isinstance(other, Rang) and (other.rule, other.due) == (said.rule, said.due)
    return bool(_subjects(said) & _subjects(other))


def _subjects(reminder: Reminder) -> frozenset[Subject]:
    match reminder:
        case Rang(rule=rule, rung=rung, due=due, aware=aware):
            of = due or aware
            return frozenset({("clock", rule, rung, of.isoformat() if of else "")})
        case StepsRang(steps=steps):
            return frozenset(("step", step) for step in steps)
        case UpdateRang(promised=promised):
            return frozenset({("update", promised.isoformat())})
        case RepeatRang():
            return frozenset({("repeat",)})
        case ReviewRang(number=number, due=due):
            return frozenset({("review", str(number), due.isoformat())})
        case PointRang():
            return frozenset({("point",)})  # the next one takes the place of one that was not said
        case _:
            assert_never(reminder)
