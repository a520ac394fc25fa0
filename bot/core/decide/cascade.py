"""Deciding on cascades: which list is meant, whom it adds, and whether more rooms are opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    CascadeRow,
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

LIST_LASTS = timedelta(hours=1)
"""A list that was sent longer ago is not meant any more."""

Steer = PauseCascade | ResumeCascade | CancelCascade


def list_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> FileOffered:
    """Return the list that *user* sent last in *room*; raises NoListSent."""
    offered = desk.files.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoListSent
    return offered


def open_parent(incidents: Iterable[Incident], title: str, *, drill: bool) -> Incident | None:
    """Return the open incident of organisations with that title, or None; a drill adds to a drill, and to nothing else.

    Otherwise organisations would take their incident for an exercise, or an exercise for an incident.
    """
    wanted = title.casefold()
    return next(
        (
            incident
            for incident in incidents
            if incident.cascade is not None
            and incident.status is not Status.CLOSED
            and incident.title.casefold() == wanted
            and incident.drill is drill
        ),
        None,
    )


def extend(
    cascade: Cascade | None,
    playbook: str,
    rows: Sequence[CascadeRow],
    by: UserId,
    now: datetime,
    *,
    confirmed_by: UserId | None = None,
) -> CascadeExtended | None:
    """Add the organisations that are not there yet; None when all are."""
    known = {} if cascade is None else cascade.rows
    new = tuple(row for row in rows if row.key not in known)
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
