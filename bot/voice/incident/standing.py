"""Where clocks stand, in words that stay true: the lines of the card, and its first, which is all a banner shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.clocks.rules import Clock, Rule, Running, Suspected, legal_time
from bot.core.incident import Incident, Status
from bot.core.names import name_of
from bot.core.people.roster import Role
from bot.core.playbook import Step
from bot.core.ringing.supposed import ringing_clocks
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, join
from bot.voice.times import weekday_hour
from bot.voice.wording import (
    Sign,
    clock_line,
    clock_name,
    later_reading,
    marked,
    near_opening,
    people,
    person,
    provisional,
    role_word,
)

_THIS_WEEK = timedelta(days=6)
"""A due time that is nearer is told by its weekday alone."""


def first_line(incident: Incident, now: datetime) -> Piece:
    """Return the clock that ends first and the step that is next; nothing of an incident that is closed."""
    if incident.status is Status.CLOSED:
        return Piece("")
    parts = [words for words in (_first_clock(incident, now), _first_step(incident)) if words]
    if not parts:
        return Piece("")
    return say(incident.language, "card.first", what=marked(incident, " · ".join(parts)))


def standing_line(incident: Incident, clock: Clock, now: datetime) -> Piece:
    """Return a clock in one or two lines: until when it runs, or since when it is overdue."""
    supposed = incident.supposed.get(clock.rule.id) if incident.status is not Status.CLOSED else None
    running = clock.state if isinstance(clock.state, Running) else supposed
    if running is None or (running is supposed and running.due is None):
        waits = isinstance(clock.state, Suspected) and incident.status is not Status.CLOSED
        # The card says below all of them how one is started.
        name = clock_name(Sign.WAITS, clock.rule, incident.language)
        return name if waits else clock_line(incident, clock, now)
    due = "" if running.due is None else provisional(near_opening(running.due, incident), running, incident)
    is_late = _is_overdue(incident, running, now)
    sign = Sign.LATE if is_late else Sign.WAITS if running is supposed else Sign.RUNS
    key = f"card.clock.{_kind(incident, clock.rule, running)}{'.overdue' if is_late else ''}"
    name = clock_name(sign, clock.rule, incident.language)
    line = say(incident.language, key, clock=name, due=due, since=near_opening(running.aware, incident))
    return join((line, later_reading(incident, clock)))


def _kind(incident: Incident, rule: Rule, running: Running) -> str:
    return "open" if running.due is None else _tone(incident, rule)


def _tone(incident: Incident, rule: Rule) -> str:
    """Return who set the due time of a clock, or that nobody started it."""
    if rule.id in incident.supposed:
        return "supposed"
    if rule.is_contract:
        return "contract"
    if rule.may_wait:
        return "business" if rule.is_business else "soft"
    return "running"


def _is_overdue(incident: Incident, running: Running, now: datetime) -> bool:
    """Say whether it is overdue; of an incident that is closed, whether it was when it was closed."""
    until = incident.closed_at if incident.status is Status.CLOSED and incident.closed_at is not None else now
    return running.due is not None and legal_time(running, incident.pace, until) > running.due


# --- the first line -----------------------------------------------------------------------------------------------


def _first_clock(incident: Incident, now: datetime) -> str:
    """Return until when the clock runs that ends first, or is supposed to; nothing while none has a due time."""
    running = [(clock, clock.state) for clock in ringing_clocks(incident) if isinstance(clock.state, Running)]
    ends = [(state.due, clock, state) for clock, state in running if state.due is not None]
    if not ends:
        return ""
    due, clock, state = min(ends, key=lambda end: (end[0], end[1].rule.id))
    key = "overdue" if _is_overdue(incident, state, now) else _tone(incident, clock.rule)
    name = name_of(clock.rule.id, clock.rule.called, incident.language)
    return word(
        incident.language,
        f"card.first.{key}",
        clock=name,
        due=provisional(_soon(incident, state, due, now), state, incident),
    )


def _soon(incident: Incident, running: Running, due: datetime, now: datetime) -> str:
    is_soon = timedelta() <= due - legal_time(running, incident.pace, now) < _THIS_WEEK
    return weekday_hour(due, incident.zone, incident.language) if is_soon else near_opening(due, incident)


def _first_step(incident: Incident) -> str:
    """Return the next mandatory step, else the next one, with who does it."""
    steps = sorted(incident.open_steps(), key=lambda step: not step.mandatory)
    return f"{steps[0].id} {_who(incident, steps[0])}" if steps else ""


def _who(incident: Incident, step: Step) -> str:
    to = incident.step_state(step.id).assigned or step.role
    if not isinstance(to, Role):
        return person(incident, to)
    return people(incident, incident.present(to)) or role_word(to, incident.language)
