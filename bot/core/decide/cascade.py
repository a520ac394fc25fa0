"""Deciding on cascades: which list is meant, whom it adds, and whether more rooms are opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.cascade import Going, Progress
from bot.core.commands import CancelCascade, Invite, InviteBelow, PauseCascade, ResumeCascade
from bot.core.decide.roster import invite
from bot.core.desk import Desk
from bot.core.errors import IncidentClosed
from bot.core.facts import (
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    Enclosed,
    FileOffered,
    PersonInvited,
)
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import RoomId, UserId
from bot.core.organisations.calls import UnknownFirm
from bot.core.organisations.children import cascade_of, child_id
from bot.core.organisations.errors import (
    AlreadyCancelled,
    AlreadyPaused,
    NoFileSent,
    NoListSent,
    NothingLeftToOpen,
    StillOpening,
)
from bot.core.organisations.matching import Line

LONGEST_NAME = 120
"""Characters of the name of a file that goes along."""
LIST_LASTS = timedelta(hours=1)
"""A list that was sent longer ago is not meant any more."""

Steer = PauseCascade | ResumeCascade | CancelCascade


def list_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> FileOffered:
    """Return the list that *user* sent last in *room*; raises NoListSent."""
    offered = desk.files.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoListSent
    return offered


def enclosed_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> Enclosed:
    """Return the file that *user* sent last in *room*; raises NoFileSent."""
    offered = desk.enclosures.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoFileSent
    return Enclosed(name=" ".join(offered.name.split())[:LONGEST_NAME], size=offered.size, file=offered.file)


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


def invite_below(
    parent: Incident, children: Iterable[Incident], command: InviteBelow, by: UserId, now: datetime
) -> tuple[Incident, PersonInvited]:
    """Return the incident of an organisation, and who is invited to it. Raises RuleError."""
    cascade = cascade_of(parent)
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    wanted = key_of(command.organisation)
    ids = {child_id(parent.id, wanted)} if wanted in cascade.rows else frozenset()
    child = next((one for one in children if one.id in ids or one.codename.casefold() == wanted), None)
    if child is None:
        raise UnknownFirm(command.organisation, ())
    if child.status is Status.CLOSED:
        raise IncidentClosed
    return child, invite(child, Invite(who=command.who, role=command.role), by, now, {})


def _refuse_still(going: Going) -> None:
    if going is Going.PAUSED:
        raise AlreadyPaused
    if going is Going.CANCELLED:
        raise AlreadyCancelled
