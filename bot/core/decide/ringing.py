"""Deciding what rings: every reminder whose time has come, once; and for whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.facts import Rang, Reminder, StepsRang
from bot.core.incident import Incident
from bot.core.names import StepId, UserId
from bot.core.people.roster import Role
from bot.core.ringing.alarms import Brief, FindingDue, PointDue, Repeat, ReviewDue, Ring, StepsDue, UpdateDue, alarms
from bot.core.ringing.paging import has_acted, is_seen, unseen
from bot.core.ringing.reminders import TOGETHER, Subject, subjects

_Rings = Ring | StepsDue | UpdateDue | Repeat | ReviewDue | FindingDue | PointDue
ON_TIME = timedelta(seconds=60)
"""A reminder that rings within this of its time is not called late."""
ON_TIME_IN_DRILL = timedelta(seconds=2)


def brief(incident: Incident, now: datetime) -> tuple[facts.Briefed, ...]:
    """Return the brief for late joiners, if its time has come."""
    is_due = any(isinstance(alarm, Brief) and alarm.at <= now for alarm in alarms(incident, now))
    return (facts.Briefed(at=now, users=incident.unbriefed),) if is_due else ()


def ring(incident: Incident, now: datetime) -> tuple[Reminder, ...]:
    """Return everything whose time has come, the earliest first. Each is a fact once it was said."""
    waiting = [alarm for alarm in alarms(incident, now) if not isinstance(alarm, Brief)]
    rings = any(alarm.at <= now for alarm in waiting)
    until = now + TOGETHER if rings and incident.pace == 1 else now
    return tuple(_rang(incident, alarm, now) for alarm in waiting if alarm.at <= until)


def still(incident: Incident, reminders: Iterable[Reminder], now: datetime) -> tuple[Reminder, ...]:
    """Return those of *reminders* that are still to be said, as they are *now*: how late, for whom, which steps."""
    wanted = subjects(reminders)
    due = (_only(reminder, wanted) for reminder in ring(incident, now))
    return tuple(reminder for reminder in due if reminder is not None)


def lateness(incident: Incident, reminder: Reminder, now: datetime) -> timedelta:
    """Return how late *reminder* is if it is said *now*: not at all ahead of its time, or when something undid it."""
    about = subjects([reminder])
    times = (at for at, other in _waiting(incident, now) if subjects([other]) & about)
    return max(now - min(times, default=now), timedelta(0))


def instead(incident: Incident, reminders: Sequence[Reminder], now: datetime) -> tuple[Reminder, ...]:
    """Return what is to be said *now* where *reminders* were chosen: these, or all that is due if one was overtaken."""
    left = still(incident, reminders, now)
    return left if subjects(left) == subjects(reminders) else ring(incident, now)


def called(incident: Incident, reminder: Reminder) -> tuple[UserId, ...]:
    """Return whom *reminder* is for; nobody means the whole room."""
    match reminder:
        case Rang(rule=rule, level=level):
            return incident.circle(incident.rules[rule], level)
        case StepsRang(steps=steps):
            return _workers(incident, steps)
        case facts.UpdateRang():
            return _promisers(incident)
        case facts.RepeatRang() | facts.PointRang():
            return incident.leaders()
        case facts.ReviewRang(number=number):
            return _deciders(incident, number)
        case facts.FindingRang():
            return _followers(incident, reminder)
        case _:
            assert_never(reminder)


# --- what could not be said -----------------------------------------------------------------------------------


def unsaid(incident: Incident, now: datetime) -> tuple[tuple[datetime, Reminder], ...]:
    """Return what waits to ring and was not told of elsewhere, with its time."""
    told = subjects(fact.reminder for fact in incident.undelivered)
    return tuple((at, reminder) for at, reminder in _waiting(incident, now) if not told >= subjects([reminder]))


# --- whom the room did not reach -------------------------------------------------------------------------------


def awaited(
    incident: Incident,
    reachable: Collection[UserId],
    after: timedelta,
    then: Callable[[datetime], Incident],
    now: datetime,
) -> tuple[tuple[datetime, UserId], ...]:
    """Return who is to be paged outside the room, and when: *after* a reminder of which nothing was heard of them.

    It is whom the reminder called; where none of them is *reachable*, or it called the whole room, who answers for it.
    *then* returns the incident with who was on duty at a moment: whoever comes on duty later was not called.
    """
    found: dict[UserId, datetime] = {}
    for reminder in unseen(incident, now):
        for user in _paged_for(then(reminder.at), reminder, reachable):
            at = reminder.at + after
            if not is_seen(incident, user, reminder.at):
                found[user] = min(found.get(user, at), at)
    return tuple(sorted((at, user) for user, at in found.items()))


def is_awaited(
    incident: Incident,
    page: facts.Paged,
    reachable: Collection[UserId],
    then: Callable[[datetime], Incident],
    now: datetime,
) -> bool:
    """Say whether the person of *page* is waited for as they were when it was asked for: see `awaited`.

    Of a deputy it is said of whom they stand in for. Who left was called, too: a homeserver can make people leave.
    """
    user = page.instead_of or page.user
    before = [reminder for reminder in unseen(incident, now) if reminder.at <= page.at]
    standing = [reminder for reminder in before if not has_acted(incident, user, reminder.at)]
    rooms = ((reminder, room) for reminder in standing for room in _with_who_left(then(reminder.at)))
    is_called = any(user in _paged_for(room, reminder, reachable) for reminder, room in rooms)
    return is_called and not has_acted(incident, page.user, page.at)


def _with_who_left(incident: Incident) -> tuple[Incident, Incident]:
    return incident, replace(incident, left=frozenset())


def _paged_for(incident: Incident, reminder: Reminder, reachable: Collection[UserId]) -> tuple[UserId, ...]:
    answering = incident.answerers(incident.rules[reminder.rule]) if isinstance(reminder, Rang) else ()
    circles = (called(incident, reminder), answering, incident.leaders())
    found = (tuple(user for user in circle if user in reachable) for circle in circles)
    return next((users for users in found if users), ())


# --- one ------------------------------------------------------------------------------------------------------


def _waiting(incident: Incident, now: datetime) -> Iterator[tuple[datetime, Reminder]]:
    """Return what waits to ring, as it would ring *now*, with its time."""
    waiting = (alarm for alarm in alarms(incident, now) if not isinstance(alarm, Brief))
    return ((alarm.at, _rang(incident, alarm, now)) for alarm in waiting)


def _rang(incident: Incident, alarm: _Rings, now: datetime) -> Reminder:  # noqa: PLR0911 - a table
    match alarm:
        case Ring(rule=rule, rung=rung, due=due, level=level, aware=aware):
            late_by = _lateness(incident, alarm.at, now)
            return Rang(at=now, rule=rule, rung=rung, due=due, late_by=late_by, level=level, aware=aware)
        case StepsDue(steps=steps):
            return StepsRang(at=now, steps=steps)
        case UpdateDue(promised=promised):
            return facts.UpdateRang(at=now, promised=promised)
        case Repeat():
            return facts.RepeatRang(at=now)
        case ReviewDue(number=number, due=due):
            return facts.ReviewRang(at=now, number=number, due=due)
        case FindingDue(number=number, day=day, rung=rung):
            return facts.FindingRang(at=now, number=number, day=day, rung=rung)
        case PointDue(at=at):
            return facts.PointRang(at=now, due=at)
        case _:
            assert_never(alarm)


def _lateness(incident: Incident, at: datetime, now: datetime) -> timedelta:
    tolerated = ON_TIME_IN_DRILL if incident.drill else ON_TIME
    return now - at if now - at > tolerated else timedelta(0)


def _only(reminder: Reminder, wanted: frozenset[Subject]) -> Reminder | None:
    """Return what of *reminder* is *wanted*."""
    if isinstance(reminder, StepsRang):
        steps = tuple(step for step in reminder.steps if ("step", step) in wanted)
        return replace(reminder, steps=steps) if steps else None
    return reminder if wanted >= subjects([reminder]) else None


def _promisers(incident: Incident) -> tuple[UserId, ...]:
    """Return who keeps a promise: whoever gave it, if they are here, communication, and who leads."""
    first = _if_here(incident, incident.update_promised_by)
    return tuple(dict.fromkeys((*first, *incident.on_call(Role.COMMS), *incident.leaders())))


def _deciders(incident: Incident, number: int) -> tuple[UserId, ...]:
    """Return who looks at a decision again: whoever took it, if they are here, and who leads."""
    first = _if_here(incident, incident.decisions[number].taken.by)
    return tuple(dict.fromkeys((*first, *incident.leaders())))


def _followers(incident: Incident, rang: facts.FindingRang) -> tuple[UserId, ...]:
    """Return who is called for a finding: its owner, if they are here; else, and once its day passed, who leads too."""
    first = _if_here(incident, incident.findings[rang.number].owner)
    return first if first and not rang.rung else tuple(dict.fromkeys((*first, *incident.leaders())))


def _if_here(incident: Incident, user: UserId | None) -> tuple[UserId, ...]:
    return (user,) if user is not None and user in incident.roster and user not in incident.left else ()


def _workers(incident: Incident, steps: tuple[StepId, ...]) -> tuple[UserId, ...]:
    """Return who is to do *steps*: whoever took each on, else the holders of its role, else who leads.

    Who left the room hears nothing there; when nobody is left to name, the room is meant.
    """
    found: dict[UserId, None] = {}
    for step in incident.playbook.steps():
        if step.id in steps:
            assigned = incident.step_state(step.id).assigned or step.role
            assigned = step.role if assigned in incident.behind else assigned
            people = incident.on_call(assigned) if isinstance(assigned, Role) else (assigned,)
            found |= dict.fromkeys(user for user in people or incident.leaders() if user not in incident.left)
    return tuple(found)
