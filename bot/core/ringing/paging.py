"""Whom a room did not reach, and what became of paging them outside it: derived from what rang, and never kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.details import NEXT_UPDATE, moment_of
from bot.core.incident import Incident, PageState, Status
from bot.core.names import UserId
from bot.core.ringing.supposed import ringing_clock

_KEPT = timedelta(hours=5)
"""Longer than any reminder waits for somebody it called. Nobody is paged for an older one: the bot was down, or had no
channels, or the incident was closed, and the next reminder pages if there still is something to see."""


def paged(incident: Incident, fact: facts.Fact) -> Incident:
    """Return *incident*, to which *fact* just happened, with what it says of people who may have to be paged."""
    match fact:
        case facts.Rang() | facts.StepsRang() | facts.UpdateRang() | facts.ReviewRang() if _stands(incident, fact):
            lately = (rang for rang in incident.rang if rang.at > fact.at - _KEPT)
            return replace(incident, rang=(*lately, fact))
        case facts.Paged(number=number):
            lasting = {other: page for other, page in incident.pages.items() if page.asked.at > fact.at - _KEPT}
            return replace(incident, pages={**lasting, number: PageState(asked=fact)})
        case facts.PageTried(number=number, way=way, result=result) if number in incident.pages:
            page = incident.pages[number]
            tried = replace(page, results={**page.results, way: result})
            return replace(incident, pages={**incident.pages, number: tried})
        case _:
            return incident


def unseen(incident: Incident, now: datetime) -> Iterator[facts.Reminder]:
    """Yield the reminders of late, said or not delivered, whose matter is as it was when they rang.

    None of a fast drill, nor of the organisations of a cascade: who coordinates them would be paged a thousand times,
    and has the roll-up.
    An answer to a reminder, a snooze, a filing, a step that is done: each is a sign that somebody saw it. A tick is
    none: whoever runs the homeserver can make one up.
    """
    if incident.status is Status.CLOSED or incident.pace > 1 or incident.parent is not None:
        return
    lost = (replace(fact.reminder, at=fact.at) for fact in incident.undelivered)
    for reminder in (*incident.rang, *lost):
        if reminder.at > now - _KEPT and _stands(incident, reminder):
            yield reminder


def is_seen(incident: Incident, user: UserId, at: datetime) -> bool:
    """Say whether *user* did something after *at*, or was paged then."""
    was_paged = any(page.asked.user == user and page.asked.at >= at for page in incident.pages.values())
    return was_paged or has_acted(incident, user, at)


def has_acted(incident: Incident, user: UserId, at: datetime) -> bool:
    """Say whether *user* did something after *at*. That they came or went says nothing."""
    acted = incident.acted.get(user)
    return acted is not None and acted > at


def _stands(incident: Incident, reminder: facts.Reminder) -> bool:
    match reminder:
        case facts.Rang():
            state = ringing_clock(incident, reminder.rule)
            if state is None or not reminder.is_of(state):
                return False
            seen = (at for at in (state.acknowledged_at, state.snoozed_at) if at is not None)
            return all(at < reminder.at for at in seen)
        case facts.StepsRang(steps=steps):
            return any(step.id in steps for step in incident.open_steps())
        case facts.UpdateRang(promised=promised):
            return moment_of(incident.answers, NEXT_UPDATE) == promised
        case facts.ReviewRang(number=number, due=due):
            return incident.decisions[number].review_due == due
        case facts.RepeatRang() | facts.FindingRang() | facts.PointRang():
            return False
        case _:
            assert_never(reminder)
