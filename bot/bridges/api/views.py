"""What is shown of incidents. Never a room; people and words of theirs only with *content*."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, assert_never

from bot.bridges.times import utc_text
from bot.core.clocks.rules import Clock, ClockState, Filed, Running, SetAside, Suspected, legal_time
from bot.core.incident import Incident, Status, StepStatus
from bot.core.language import Language

Row = Mapping[str, Any]
"""One item of an answer, as JSON has it: see `bot.bridges.api.document`."""


def incident_row(incident: Incident, *, content: bool) -> Row:
    """Return where *incident* stands."""
    counted = Counter(incident.step_state(step.id).status for step in incident.needed_steps())
    shown = {
        "codename": incident.codename,
        "state": incident.status.value,
        "severity": incident.severity.value,
        "drill": incident.drill,
        "opened": utc_text(incident.opened_at),
        "closed": utc_text(incident.closed_at),
        "steps": {status.value: counted[status] for status in StepStatus},
    }
    if not content:
        return shown
    return {
        **shown,
        "title": incident.title,
        "playbook": incident.playbook.title,
        "organisation": incident.organisation,
        "summary": incident.closed_summary,
    }


def clock_rows(incident: Incident, now: datetime, language: Language, *, content: bool) -> Iterator[Row]:
    """Yield the clocks of *incident*, the earliest end first."""
    for clock in incident.clocks():
        rule, running = clock.rule, _running(incident, clock)
        is_named = content or not rule.is_private
        yield {
            "codename": incident.codename,
            "drill": incident.drill,
            "rule": rule.id if is_named else None,
            "name": rule.title.to(language) if is_named else None,
            "legal": not (rule.is_business or rule.is_contract),
            "state": _state(clock.state),
            "due": utc_text(running.due) if running else None,
            "overdue": running is not None and _is_overdue(incident, clock, running, now),
        }


def step_rows(incident: Incident) -> Iterator[Row]:
    """Yield the steps that are part of *incident* now, in the playbook's order. All of it is content."""
    for step in incident.needed_steps():
        state = incident.step_state(step.id)
        yield {
            "step": step.id,
            "title": step.title,
            "text": step.action,
            "state": state.status.value,
            "mandatory": step.mandatory,
            "assigned": str(state.assigned or step.role),
            "result": state.text,
            "by": state.by,
            "at": utc_text(state.at),
        }


def _running(incident: Incident, clock: Clock) -> Running | None:
    """Return the clock as it runs, ran until it was stopped, or would run from the first information."""
    match clock.state:
        case Running() as running:
            return running
        case Filed(running=running) | SetAside(running=running):
            return running
        case Suspected():
            return incident.supposed.get(clock.rule.id)
        case _:
            assert_never(clock.state)


def _state(state: ClockState) -> str:
    match state:
        case Suspected():
            return "suspected"
        case Running():
            return "running"
        case Filed():
            return "filed"
        case SetAside():
            return "set-aside"
        case _:
            assert_never(state)


def _is_overdue(incident: Incident, clock: Clock, running: Running, now: datetime) -> bool:
    """Say whether nobody filed in time, and somebody still has to. In a drill its own faster time counts."""
    is_over = isinstance(clock.state, Filed | SetAside) or incident.status is Status.CLOSED
    return not is_over and running.due is not None and running.due < legal_time(running, incident.pace, now)
