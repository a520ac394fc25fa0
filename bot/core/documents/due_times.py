"""The due times of an incident as a calendar wants them: those that stand, and those to take out again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.core.clocks.rules import ClockState, Filed, Running, SetAside, Suspected, wall_time
from bot.core.details import NEXT_UPDATE, moment_of
from bot.core.incident import Incident
from bot.core.names import Question, RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTime:
    """One due time, on the wall."""

    name: RuleId | Question
    """The rule of its clock, or NEXT_UPDATE for the bulletin that was promised."""
    number: int
    """Tells the clocks of an incident apart without naming them; 0 for the bulletin. It never changes."""
    at: datetime
    stands: bool
    """False once the clock was filed or set aside."""
    is_proposed: bool = False
    """It counts from an hour of which the organisation has not said whether it is right."""


def due_times(incident: Incident) -> tuple[DueTime, ...]:
    """Return the due times of clocks that run or ran, and the bulletin that was promised; earliest first."""
    return tuple(sorted((*_clocks(incident), *_bulletin(incident)), key=lambda due: due.at))


def _clocks(incident: Incident) -> Iterator[DueTime]:
    for number, (rule, state) in enumerate(incident.clock_states.items(), start=1):
        running = _ran(state)
        if running is not None and running.due is not None:
            at = wall_time(running, incident.pace, running.due)
            proposed = running.proposed
            yield DueTime(name=rule, number=number, at=at, stands=state is running, is_proposed=proposed)


def _ran(state: ClockState) -> Running | None:
    match state:
        case Running():
            return state
        case Filed(running=running) | SetAside(running=running):
            return running
        case Suspected():
            return None
        case _:
            assert_never(state)


def _bulletin(incident: Incident) -> Iterator[DueTime]:
    promised = moment_of(incident.answers, NEXT_UPDATE)
    if promised is not None:
        yield DueTime(name=NEXT_UPDATE, number=0, at=promised, stands=True)
