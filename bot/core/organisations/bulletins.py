"""Bulletins: whom a parent tells, what the blanks become for each, and who has still to be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from bot.core.clocks.rules import Running, legal_time
from bot.core.commands import SendBulletin
from bot.core.conditions import UNKNOWN
from bot.core.details import HOTLINE
from bot.core.errors import IncidentClosed, RuleError, TimeInPast
from bot.core.facts import Announcing, BulletinReceived, BulletinSent, Enclosed
from bot.core.facts.questions import FaqNews
from bot.core.incident import Incident, Status
from bot.core.language import fold
from bot.core.names import Question, UserId
from bot.core.organisations.children import firms_of, merged_ids
from bot.core.organisations.corrections import Version, due, is_for, promise, standing, versions
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.rhythm import in_rhythm

LONGEST = 6_000
"""Characters of a bulletin, each blank counted as the longest cell: an encrypted message holds it in any script."""
LONGEST_CELL = 200
FEW = 10
"""A bulletin for more organisations than these needs a second person."""
EMPTY = "–"
"""What stands where the file says nothing."""

_BLANK = re.compile(r"\{([^{}\n]{1,60})\}")
_BETWEEN = re.compile(r"[\s_-]+")
_ORGANISATION, _CODENAME = "organisation", "codename"
_ALIASES = {"organisme": _ORGANISATION, "organization": _ORGANISATION, "nom-de-code": _CODENAME}


class Audience(StrEnum):
    """Whom a bulletin is for, besides those of a column's value."""

    ALL = "all"
    SILENT = "silent"
    """Who has not acknowledged the last bulletin they got."""
    OVERDUE = "overdue"
    """Who has a legal clock past its due time."""
    UNFILED = "unfiled"
    """Who has a legal clock that runs."""
    ABSENT = "absent"
    """Of whom nobody is in the room."""


@dataclass(eq=False)
class UnknownBlank(RuleError):
    """The text has a blank that nothing can fill."""

    blank: str
    known: tuple[str, ...]


@dataclass(eq=False)
class UnknownAudience(RuleError):
    """Neither a word for some of the organisations nor a column of the file."""

    audience: str
    columns: tuple[str, ...]


@dataclass(eq=False)
class NobodyToTell(RuleError):
    """No organisation is meant by the filter."""

    audience: str


@dataclass(eq=False)
class BulletinTooLong(RuleError):
    """It would not fit an encrypted message."""

    limit: int


@dataclass(eq=False)
class AllStillRun(RuleError):
    """Whoever a farewell is for has a clock of the law that runs: they end their incident themselves."""

    number: int
    """How many that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A bulletin, and how many it reaches."""

    bulletin: BulletinSent
    told: tuple[Incident, ...]
    """Whose rooms are open."""
    later: int
    """Whose room is not there yet: they read it once it is."""
    closed: int
    """Who would be meant, and is told nothing: their incident is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A bulletin that is shown before it is sent."""

    act: Announcing
    sending: Sending
    """What it comes to if nothing changes until somebody says yes."""
    left_out: tuple[Incident, ...] = ()
    """Whose incident is open, and whom its filter leaves out."""


def send(
    parent: Incident,
    children: Sequence[Incident],
    command: SendBulletin,
    by: UserId,
    now: datetime,
    enclosed: Enclosed | None = None,
) -> Proposed:
    """Return the bulletin that *command* would send, with what is *enclosed*, for somebody to confirm.

    Raises:
        RuleError: it is refused; nobody is told anything.
    """
    _refuse(parent, command, now)
    children = firms_of(parent, children)
    if command.replaces is None:
        act, meant = _to_those_meant(parent, children, command, now)
    else:
        act, meant = _correcting(parent, command, command.replaces, now), None
    act = replace(act, enclosed=enclosed)
    closed = sum(child.status is Status.CLOSED for child in meant or ())
    sending = sending_of(parent, children, announced(parent, act, by, now), closed=closed)
    told = len(sending.told) + sending.later
    if not told and (act.recipients is not None or act.replaces is not None):
        raise NobodyToTell(act.audience)
    left_out = () if meant is None else _others(children, meant)
    return Proposed(act=replace(act, told=told), sending=sending, left_out=left_out)


def _others(children: Iterable[Incident], meant: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return whose incidents are open, and who are none of those *meant*."""
    chosen = frozenset(child.id for child in meant)
    return tuple(child for child in children if child.status is not Status.CLOSED and child.id not in chosen)


def _refuse(parent: Incident, command: SendBulletin, now: datetime) -> None:
    """Raise RuleError when nothing can be sent here, or not so."""
    if parent.cascade is None:
        raise NoCascade
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    if command.next_update is not None and command.next_update <= now:
        raise TimeInPast(command.next_update, now)
    _check(parent, command.text)


def _to_those_meant(
    parent: Incident, children: Sequence[Incident], command: SendBulletin, now: datetime
) -> tuple[Announcing, tuple[Incident, ...]]:
    """Return what goes to those of the audience, and who these are, be they told or not. Raises RuleError."""
    meant = _meant(parent, children, command.audience, now)
    open_ = tuple(child for child in meant if child.status is not Status.CLOSED)
    told = tuple(child for child in open_ if may_end(parent, child)) if command.closes else open_
    if open_ and not told:
        raise AllStillRun(len(open_))
    is_for_all = command.audience == Audience.ALL and not command.closes
    act = Announcing(
        text=command.text,
        audience=command.audience,
        next_update=command.next_update or in_rhythm(parent, command, now),
        recipients=None if is_for_all else tuple(child.id for child in told),
        told=0,
        closes=command.closes,
        every=command.every,
        kept=len(open_) - len(told),
    )
    return replace(act, alone=parent.drill or _is_small(act)), meant


def _correcting(parent: Incident, command: SendBulletin, number: int, now: datetime) -> Announcing:
    """Return what goes to whom the bulletin *number* was for, on the yes of as many as that one. Raises RuleError."""
    version = standing(parent, number)
    return Announcing(
        text=command.text,
        audience=version.last.audience,
        next_update=command.next_update or promise(parent, version.last, now) or in_rhythm(parent, command, now),
        recipients=version.last.recipients,
        told=0,
        replaces=number,
        withdraws=command.withdraws,
        every=command.every,
        alone=parent.drill or _is_small(version.first),
    )


def _is_small(sent: Announcing | BulletinSent) -> bool:
    """Say whether it is for so few that whoever wrote it need not ask another."""
    return sent.recipients is not None and len(sent.recipients) <= FEW and not sent.closes


def announced(parent: Incident, act: Announcing, by: UserId, now: datetime) -> BulletinSent:
    """Return the bulletin that *act* is about, as the next of *parent*. Raises NoCascade."""
    if parent.cascade is None:
        raise NoCascade
    return BulletinSent(
        at=now,
        by=by,
        number=len(parent.cascade.bulletins) + 1,
        text=act.text,
        audience=act.audience,
        next_update=act.next_update,
        recipients=act.recipients,
        closes=act.closes,
        replaces=act.replaces,
        withdraws=act.withdraws,
        hotline=_hotline(parent),
        enclosed=act.enclosed,
        every=act.every,
    )


def _hotline(parent: Incident) -> str:
    """Return the number to call on one line; empty where none is known."""
    given = parent.answers.get(HOTLINE, UNKNOWN)
    return "" if given == UNKNOWN else " ".join(given.split())[:LONGEST_CELL]


def may_end(parent: Incident, child: Incident) -> bool:
    """Say whether *child* may be ended from above: no clock of the law falls silent for somebody who is there."""
    return child.drill or not any(legal_clocks_running(child)) or not present(parent, child)


def sending_of(parent: Incident, children: Sequence[Incident], sent: BulletinSent, *, closed: int = 0) -> Sending:
    """Return how many the bulletin *sent* reaches; *closed* are those meant who are told nothing."""
    children = firms_of(parent, children)
    told_before = parent.cascade.bulletins[: sent.number - 1] if parent.cascade else ()
    found = versions((*told_before, sent))
    meant = [child for child in children if _is_meant(found, sent, child)]
    open_ = [child for child in meant if child.status is not Status.CLOSED]
    told = tuple(child for child in open_ if child.status is Status.OPEN)
    rows = len(parent.cascade.firms) if parent.cascade else 0
    unopened = max(0, rows - len(children)) if sent in due(found, None) else 0
    later, shut = len(open_) - len(told) + unopened, max(closed, len(meant) - len(open_))
    return Sending(bulletin=sent, told=told, later=later, closed=shut)


def _is_meant(found: Sequence[Version], sent: BulletinSent, child: Incident) -> bool:
    """Say whether *sent* is for *child*; what corrects is for who got the wrong one, or has still to get it."""
    return is_for(sent, child) if sent.replaces is None else sent in due(found, child)


def waits_for(parent: Incident, child: Incident) -> tuple[BulletinSent, ...]:
    """Return the bulletins that *child* has still to be told, the oldest first.

    A room that is not made yet or is closed is told nothing; one that was refused ends with a farewell, for it would be
    kept for ever.
    """
    if parent.cascade is None or child.id in merged_ids(parent):
        return ()
    if child.room_refused and child.status is not Status.CLOSED:
        return tuple(sent for sent in parent.cascade.bulletins if sent.closes and is_for(sent, child))
    if child.status is not Status.OPEN or child.reached_at is None:
        return ()
    return due(versions(parent.cascade.bulletins), child)


def received(
    sent: BulletinSent,
    child: Incident,
    now: datetime,
    news: FaqNews | None = None,
    *,
    ends: bool = False,
    replaces: int | None = None,
) -> BulletinReceived:
    """Return a bulletin as *child* receives it, its blanks filled, with the *news* of what is kept for all.

    It *replaces* the one of that number, which *child* got.
    """
    return BulletinReceived(
        at=now,
        number=sent.number,
        text=fill(sent.text, child),
        next_update=sent.next_update,
        by=sent.by,
        sent_at=sent.at,
        news=news,
        closes=ends,
        replaces=replaces,
        withdraws=sent.withdraws,
        hotline=sent.hotline,
        enclosed=sent.enclosed,
    )


def fill(text: str, child: Incident) -> str:
    """Return *text* with its blanks filled for *child*."""
    cells = _cells(child)

    def put(match: re.Match[str]) -> str:
        return cells.get(_name(match[1]), "")[:LONGEST_CELL] or EMPTY

    return _BLANK.sub(put, text)


def blanks(parent: Incident) -> tuple[str, ...]:
    """Return the names of every blank that a bulletin of *parent* may have."""
    return (_ORGANISATION, _CODENAME, *columns(parent))


def columns(parent: Incident) -> tuple[str, ...]:
    """Return the columns of the parent's files, as they are spelled there, in their order."""
    rows = parent.cascade.rows.values() if parent.cascade else ()
    return tuple(dict.fromkeys(name for row in rows for name in row.columns))


def own_people(parent: Incident, child: Incident) -> frozenset[UserId]:
    """Return the people of the organisation; who leads in *parent* counts where it has nobody else."""
    return frozenset(child.roster.keys() - parent.roster.keys() or child.roster.keys())


def present(parent: Incident, child: Incident) -> frozenset[UserId]:
    """Return who of the organisation's own people is in its room."""
    return child.joined & own_people(parent, child)


def is_silent(child: Incident) -> bool:
    """Say whether nobody acknowledged the last bulletin that *child* got."""
    return bool(child.bulletins) and child.bulletins[-1].number not in child.read


def is_overdue(child: Incident, now: datetime) -> bool:
    """Say whether a legal clock is past its due time."""
    return any(
        state.due is not None and legal_time(state, child.pace, now) > state.due
        for state in legal_clocks_running(child)
    )


def legal_clocks_running(child: Incident) -> Iterable[Running]:
    """Return the clocks of the law that are started and neither filed nor set aside."""
    return (
        state
        for rule, state in child.clock_states.items()
        if isinstance(state, Running) and not child.rules[rule].may_wait
    )


def _check(parent: Incident, text: str) -> None:
    asked, known = _BLANK.findall(text), _known(parent)
    if len(text) + len(asked) * LONGEST_CELL > LONGEST:
        raise BulletinTooLong(LONGEST)
    for blank in asked:
        if _name(blank) not in known:
            raise UnknownBlank(blank, blanks(parent))


def _meant(parent: Incident, children: Iterable[Incident], audience: str, now: datetime) -> tuple[Incident, ...]:
    match audience:
        case Audience.ALL:
            return tuple(children)
        case Audience.SILENT:
            return tuple(child for child in children if is_silent(child))
        case Audience.OVERDUE:
            return tuple(child for child in children if is_overdue(child, now))
        case Audience.UNFILED:
            return tuple(child for child in children if any(legal_clocks_running(child)))
        case Audience.ABSENT:
            return tuple(child for child in children if not present(parent, child))
        case _:
            return _of_column(parent, children, audience)


def _of_column(parent: Incident, children: Iterable[Incident], audience: str) -> tuple[Incident, ...]:
    """Return those whose cell is that value, or one of several with commas between; by an id, what is answered now."""
    column, is_given, value = audience.partition("=")
    if not is_given or _name(column) not in _known(parent):
        raise UnknownAudience(audience, blanks(parent))
    wanted = {fold(one.strip()) for one in (value, *value.split(","))}
    name = _name(column)

    def cell(child: Incident) -> str:
        return fold(child.answers.get(Question(name)) or _cells(child).get(name, ""))

    return tuple(child for child in children if cell(child) in wanted)


def _known(parent: Incident) -> frozenset[str]:
    """Return what names a cell: each blank, and each answer that a list gave, by the id of its question."""
    rows = parent.cascade.rows.values() if parent.cascade else ()
    return frozenset({_name(name) for name in blanks(parent)} | {question for row in rows for question in row.answers})


def _cells(child: Incident) -> Mapping[str, str]:
    """Return what fills the blanks for *child*: what is ours, then what its line said, then what it answered."""
    file = {_name(name): " ".join(value.split()) for name, value in child.columns.items()}
    answers = {str(question): value for question, value in child.answers.items()}
    return {**answers, **file, _ORGANISATION: child.organisation, _CODENAME: child.codename}


@lru_cache(maxsize=1024)
def _name(typed: str) -> str:
    """Return the name of a blank or a column, however it is spelled: the same few, asked for each organisation."""
    plain = _BETWEEN.sub("-", fold(typed.strip()))
    return _ALIASES.get(plain, plain)
