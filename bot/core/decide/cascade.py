"""Deciding on cascades: which list is meant, whom it adds, and whether more rooms are opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.cascade import Cascade, Going, Progress
from bot.core.commands import CancelCascade, PauseCascade, ResumeCascade
from bot.core.desk import Desk
from bot.core.errors import IncidentClosed
from bot.core.facts import (
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    FileOffered,
)
from bot.core.incident import Incident, Status
from bot.core.names import RoomId, UserId
from bot.core.organisations.errors import (
    AlreadyCancelled,
    AlreadyPaused,
    NoCascade,
    NoListSent,
    NothingLeftToOpen,
    StillOpening,
)
from bot.core.organisations.matching import Line

LIST_LASTS = timedelta(hours=1)
"""A list that was sent longer ago is not meant any more."""

Steer = PauseCascade | ResumeCascade | CancelCascade


def list_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> FileOffered:
    """Return the list that *user* sent last in *room*; raises NoListSent."""
    offered = desk.files.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoListSent
    return offered


def extend(
    lines: Sequence[Line], playbook: str, by: UserId, now: datetime, *, confirmed_by: UserId | None = None
) -> CascadeExtended | None:
    """Add the organisations that are not there yet; None when all are."""
    new = tuple(line.row for line in lines if line.known is None)
    if not new:
        return None
    return CascadeExtended(at=now, by=by, playbook=playbook, rows=new, confirmed_by=confirmed_by)


def steer(
    incident: Incident, command: Steer, progress: Progress, by: UserId, now: datetime
) -> CascadePaused | CascadeResumed | CascadeCancelled:
    """Pause, resume or cancel the opening of rooms. Raises RuleError."""
    cascade = cascade_of(incident)
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    if progress.done == progress.total:
        raise NothingLeftToOpen
    match command:
        case PauseCascade():
            _refuse_still(cascade.going)
            return CascadePaused(at=now, by=by)
        case CancelCascade():
            if cascade.going is Going.CANCELLED:
                raise AlreadyCancelled
            return CascadeCancelled(at=now, by=by)
        case ResumeCascade():
            if cascade.going is Going.RUNNING and not progress.failed:
                raise StillOpening
            return CascadeResumed(at=now, by=by)
        case _:
            assert_never(command)


def cascade_of(incident: Incident) -> Cascade:
    """Return the organisations of *incident*; raises NoCascade."""
    if incident.cascade is None:
        raise NoCascade
    return incident.cascade


def _refuse_still(going: Going) -> None:
    if going is Going.PAUSED:
        raise AlreadyPaused
    if going is Going.CANCELLED:
        raise AlreadyCancelled
