"""Deciding on cascades: which list is meant, whom it adds, and whether more rooms are opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.cascade import Amendment, Going, Progress
from bot.core.commands import CancelCascade, Invite, InviteBelow, PauseCascade, ResumeCascade
from bot.core.decide.answers import duties_left_out
from bot.core.decide.roster import invite
from bot.core.desk import Desk
from bot.core.errors import IncidentClosed
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import Question, RoomId, UserId
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
from bot.core.organisations.told import ORGANISATION
from bot.core.people.profile import Profile, prefill

LONGEST_NAME = 120
"""Characters of the name of a file that goes along."""
LIST_LASTS = timedelta(hours=1)
"""A list that was sent longer ago is not meant any more."""

Steer = PauseCascade | ResumeCascade | CancelCascade


def list_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> facts.FileOffered:
    """Return the list that *user* sent last in *room*; raises NoListSent."""
    offered = desk.files.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoListSent
    return offered


def enclosed_of(desk: Desk, user: UserId, room: RoomId, now: datetime) -> facts.Enclosed:
    """Return the file that *user* sent last in *room*; raises NoFileSent."""
    offered = desk.enclosures.get((user, room))
    if offered is None or now - offered.at >= LIST_LASTS:
        raise NoFileSent
    return facts.Enclosed(name=" ".join(offered.name.split())[:LONGEST_NAME], size=offered.size, file=offered.file)


def extend(
    lines: Sequence[Line], playbook: str, by: UserId, now: datetime, *, confirmed_by: UserId | None = None
) -> facts.CascadeExtended | None:
    """Add the organisations that are not there yet; None when all are."""
    new = tuple(line.row for line in lines if line.known is None)
    if not new:
        return None
    return facts.CascadeExtended(at=now, by=by, playbook=playbook, rows=new, confirmed_by=confirmed_by)


def amend(
    parent: Incident, lines: Sequence[Line], name: str, by: UserId, now: datetime, *, confirmed_by: UserId | None = None
) -> facts.CascadeAmended | None:
    """Let count what *lines* of the list *name* say otherwise; None when they do not."""
    rows = tuple(row for line in lines if (row := line.amended) is not None)
    if not rows:
        return None
    return facts.CascadeAmended(
        at=now,
        by=by,
        number=cascade_of(parent).amended + 1,
        name=name,
        rows=rows,
        reads=lines[0].reads,
        confirmed_by=confirmed_by,
    )


def amended(child: Incident, amendment: Amendment, now: datetime) -> tuple[facts.Fact, ...]:
    """Return what becomes of an organisation whose line says otherwise now.

    Whom the line names anew comes; nobody goes. What its own people answered stays, and so does an answer with which a
    duty of the law would leave. No clock is touched: an hour that a list names is for the organisation to say.
    """
    before, after, by = amendment.before, amendment.after, amendment.by
    answers = _answers(child, after)
    line = facts.LineAmended(
        at=now,
        by=by,
        number=amendment.number,
        organisation=after.organisation,
        language=after.language,
        columns=after.columns,
        answers=answers,
        was=child.organisation if after.organisation != child.organisation else "",
        spoke=child.language if after.language != child.language else None,
    )
    answered = (
        facts.Answered(at=now, by=by, question=name, value=value)
        for name, value in answers.items()
        if name != ORGANISATION
    )
    return (line, *_coming(child, before, after, by, now), *answered)


def _coming(
    child: Incident, before: facts.CascadeRow, after: facts.CascadeRow, by: UserId, now: datetime
) -> Iterable[facts.PersonInvited | facts.RoleGiven]:
    """Yield who is invited because the line names them now, and which further roles it gives to who is there."""
    was = {member.user: set(member.roles) for member in before.people}
    for member in after.people:
        has = child.roster.get(member.user, frozenset())
        if member.user not in was and (member.user not in child.roster or member.user in child.left):
            yield facts.PersonInvited(at=now, by=by, user=member.user, roles=tuple(sorted({*has, *member.roles})))
        elif member.user in child.roster:
            new = set(member.roles) - was.get(member.user, set()) - has
            yield from (facts.RoleGiven(at=now, by=by, user=member.user, role=role) for role in sorted(new))


def _answers(child: Incident, row: facts.CascadeRow) -> Mapping[Question, str]:
    """Return what the line answers otherwise than before, where nobody of the organisation gave another answer."""
    said = prefill(Profile(answers={ORGANISATION: row.organisation, **row.answers}), child.playbook)
    found: dict[Question, str] = {}
    for name, value in said.items():
        is_new, is_theirs = value != child.profile.get(name), child.answers.get(name) != child.profile.get(name)
        so_far = replace(child, answers={**child.answers, **found})
        if is_new and not is_theirs and not duties_left_out(so_far, name, value):
            found[name] = value
    return found


def steer(
    incident: Incident, command: Steer, progress: Progress, by: UserId, now: datetime
) -> facts.CascadePaused | facts.CascadeResumed | facts.CascadeCancelled:
    """Pause, resume or cancel the opening of rooms. Raises RuleError."""
    cascade = cascade_of(incident)
    if incident.status is Status.CLOSED:
        raise IncidentClosed
    if progress.done == progress.total:
        raise NothingLeftToOpen
    match command:
        case PauseCascade():
            _refuse_still(cascade.going)
            return facts.CascadePaused(at=now, by=by)
        case CancelCascade():
            if cascade.going is Going.CANCELLED:
                raise AlreadyCancelled
            return facts.CascadeCancelled(at=now, by=by)
        case ResumeCascade():
            if cascade.going is Going.RUNNING and not progress.failed:
                raise StillOpening
            return facts.CascadeResumed(at=now, by=by)
        case _:
            assert_never(command)


def invite_below(
    parent: Incident, children: Iterable[Incident], command: InviteBelow, by: UserId, now: datetime
) -> tuple[Incident, facts.PersonInvited]:
    """Return the incident of an organisation, and who is invited to it. Raises RuleError."""
    cascade = cascade_of(parent)
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    wanted = key_of(command.organisation)
    ids = {child_id(parent.id, key) for key, row in cascade.rows.items() if wanted in (key, row.called)}
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
