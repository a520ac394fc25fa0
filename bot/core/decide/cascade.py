"""Deciding on cascades: which list is meant, whom it adds, whether more rooms are opened, what is mended in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.core import commands, facts
from bot.core.cascade import Amendment, Going, Progress
from bot.core.clocks.rules import Filed, Running, SetAside
from bot.core.decide.answers import duties_left_out
from bot.core.decide.asking import ask
from bot.core.decide.roster import invite
from bot.core.desk import Desk
from bot.core.errors import AlreadyOnRoster, IncidentClosed
from bot.core.facts.repair import ParentRepair
from bot.core.incident import Incident, Status
from bot.core.names import Question, RoomId, UserId
from bot.core.organisations.children import AWARENESS, cascade_of
from bot.core.organisations.errors import (
    AlreadyCancelled,
    AlreadyPaused,
    NoFileSent,
    NoListSent,
    NothingLeftToOpen,
    StillOpening,
)
from bot.core.organisations.lists.matching import Line
from bot.core.organisations.repair import FirmOpen, merging, open_firm, repaired, room_of
from bot.core.organisations.told import ORGANISATION
from bot.core.people.naming import find_person, full_id
from bot.core.people.profile import Profile, prefill
from bot.core.people.roster import Right, has_right

LONGEST_NAME = 120
"""Characters of the name of a file that goes along."""
LIST_LASTS = timedelta(hours=1)
"""A list that was sent longer ago is not meant any more."""

Steer = commands.PauseCascade | commands.ResumeCascade | commands.CancelCascade


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
    duty of the law would leave. An hour that the line names is a proposal; what the organisation said itself stands.
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
    return (line, *_coming(child, before, after, by, now), *answered, *_hour(child, amendment, now))


def _hour(child: Incident, amendment: Amendment, now: datetime) -> Iterable[facts.ClockStarted]:
    """Yield since when the line says that the organisation knows, unless it said so itself, or the duty is settled."""
    row, state = amendment.after, child.clock_states.get(AWARENESS)
    is_settled = isinstance(state, Filed | SetAside) or (isinstance(state, Running) and not state.proposed)
    if row.aware is None or row.aware == amendment.before.aware or AWARENESS not in child.rules or is_settled:
        return
    yield facts.ClockStarted(
        at=now,
        rule=AWARENESS,
        aware=row.aware,
        by=amendment.by,
        source=row.source,
        previous=state.aware if isinstance(state, Running) else None,
        proposed=True,
    )


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
        case commands.PauseCascade():
            _refuse_still(cascade.going)
            return facts.CascadePaused(at=now, by=by)
        case commands.CancelCascade():
            if cascade.going is Going.CANCELLED:
                raise AlreadyCancelled
            return facts.CascadeCancelled(at=now, by=by)
        case commands.ResumeCascade():
            if cascade.going is Going.RUNNING and not progress.failed:
                raise StillOpening
            return facts.CascadeResumed(at=now, by=by)
        case _:
            assert_never(command)


def invite_below(
    parent: Incident, children: Iterable[Incident], command: commands.InviteBelow, by: UserId, now: datetime
) -> tuple[Incident, facts.PersonInvited]:
    """Return the incident of an organisation, and who is invited to it. Raises RuleError."""
    _, child = open_firm(parent, children, command.organisation)
    return child, invite(child, commands.Invite(who=command.who, role=command.role), by, now, {})


def reopen_below(
    parent: Incident, children: Iterable[Incident], command: commands.ReopenBelow, by: UserId, now: datetime
) -> tuple[Incident, facts.Resumed]:
    """Return the incident of an organisation, and that it is open again. Raises RuleError."""
    _, child = room_of(parent, children, command.organisation)
    if child.status is not Status.CLOSED:
        raise FirmOpen(child.organisation)
    return child, facts.Resumed(at=now, by=by)


def remove_below(
    parent: Incident, children: Iterable[Incident], command: commands.RemoveBelow, by: UserId, now: datetime
) -> ParentRepair | facts.ConfirmationAsked:
    """Take somebody out of the room of an organisation; who can lead there goes only with a second person.

    The last one who can goes too: their id may be a stranger's. Whoever confirms it reads that nobody is left.
    Raises RuleError.
    """
    key, child = open_firm(parent, children, command.organisation)
    user = find_person(command.who, child.roster)
    new = None if command.new is None else full_id(command.new) or find_person(command.new, child.roster)
    if new == user:
        raise AlreadyOnRoster(user)
    leads = has_right(child.roster[user], Right.LEAD)
    others = any(has_right(roles, Right.LEAD) for other, roles in child.roster.items() if other != user)
    act = facts.RemovingBelow(key=key, user=user, new=new, is_last=leads and not others and new is None)
    return ask(parent, act, by, now) if leads and not parent.drill else repaired(parent, act, by, now)


def merge(
    parent: Incident, children: Sequence[Incident], command: commands.MergeFirms, by: UserId, now: datetime
) -> ParentRepair | facts.ConfirmationAsked:
    """Take two organisations for one; a second person confirms that they are. Raises RuleError."""
    act = merging(parent, children, command.firms)
    return repaired(parent, act, by, now) if parent.drill else ask(parent, act, by, now)


def _refuse_still(going: Going) -> None:
    if going is Going.PAUSED:
        raise AlreadyPaused
    if going is Going.CANCELLED:
        raise AlreadyCancelled
