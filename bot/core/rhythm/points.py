"""When the next situation point rings: at a cadence by severity, or one that somebody chose."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.incident import Incident

SOON = timedelta(minutes=30)
"""A point that somebody wrote so shortly before one rings, or within a quarter of the cadence, takes its place."""
DRILL_EVERY = timedelta(minutes=1)
"""In a fast drill points ring no oftener than this on the wall."""
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=7)
"""What a cadence may be."""


def cadence(incident: Incident) -> timedelta | None:
    """Return after how long a point follows the one before; None where none rings.

    Unless somebody chose one, none rings in a fast drill, where hours are seconds, nor for an organisation of a
    cascade, which whoever coordinates tells where things stand.
    """
    chosen = incident.rhythm.chosen
    if chosen is not None:
        return chosen.every
    if incident.pace > 1 or incident.parent is not None:
        return None
    return incident.rhythm.usual.get(incident.severity)


def next_point(incident: Incident, now: datetime) -> datetime | None:
    """Return when the next point rings, on the wall; None when none does.

    Of those that were missed one rings. It waits for the end of the quiet hours.
    """
    every = cadence(incident)
    if every is None:
        return None
    apart = every if incident.pace == 1 else max(every / incident.pace, DRILL_EVERY)
    at, written = _begin(incident) + apart, incident.rhythm.written
    soon = min(SOON, apart / 4)
    if written is not None and written.at > at - soon:
        at += ((written.at + soon - at) // apart + 1) * apart
    return incident.awake(at, now)


def _begin(incident: Incident) -> datetime:
    """Return what the cadence counts from: the last point that rang, or what began it since."""
    rhythm = incident.rhythm
    began = [incident.opened_at, incident.reached_at, rhythm.chosen.at if rhythm.chosen else None]
    if rhythm.rang is not None:
        began.append(rhythm.rang.due if rhythm.rang.at - rhythm.rang.due < SOON else rhythm.rang.at)
    return max(at for at in began if at is not None)
