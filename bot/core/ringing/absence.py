"""What an absence of the bot cost an incident, derived from where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clocks.rules import Running, wall_time
from bot.core.incident import Incident, Status
from bot.core.ringing.alarms import Brief, alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What came while nobody in the room could hear of it."""

    codename: str
    is_rung_late: bool
    """Whether a reminder fell into that time."""
    ended: tuple[datetime, ...]
    """Which due times passed, on the wall, earliest first."""


def missed(incident: Incident, since: datetime, until: datetime) -> Missed | None:
    """Return what came in an open *incident* between *since* and *until*; None when nothing did.

    Its reminders may wait still, or have rung meanwhile: into the void, or at once when the bot came back.
    """
    if incident.status is not Status.OPEN:
        return None
    running = [state for state in incident.clock_states.values() if isinstance(state, Running)]
    due = (wall_time(state, incident.pace, state.due) for state in running if state.due is not None)
    ended = tuple(sorted(at for at in due if since < at <= until))
    rang = [incident.steps_rang_at, *(state.rang_at for state in (*running, *incident.supposed.values()))]
    is_rung_late = any(at is not None and at > since for at in rang) or _waited(incident, since, until)
    return Missed(codename=incident.codename, is_rung_late=is_rung_late, ended=ended) if is_rung_late or ended else None


def _waited(incident: Incident, since: datetime, until: datetime) -> bool:
    # Of a promised bulletin is kept that it rang, not when: without that it stands at its time again.
    waiting = alarms(replace(incident, update_rang=None), until)
    return any(since < alarm.at <= until for alarm in waiting if not isinstance(alarm, Brief))
