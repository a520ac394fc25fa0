"""The roll-up of a cascade: where every organisation stands, counted. Pure, over the incidents of the organisations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.core.clocks.rules import ClockState, Filed, Running, SetAside, Suspected, legal_time
from bot.core.facts import BulletinSent
from bot.core.incident import Incident, Status
from bot.core.names import RuleId
from bot.core.organisations.bulletins import present
from bot.core.organisations.children import child_id
from bot.core.organisations.errors import NoCascade

SOON = timedelta(hours=24)
"""A clock that ends within this is pointed at."""


class RoomState(StrEnum):
    """Where the room of an organisation stands."""

    WAITING = "waiting"
    """Nobody has asked for it yet."""
    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"
    """The homeserver refused it."""
    CLOSED = "closed"


class Standing(StrEnum):
    """Where a legal clock of an organisation stands. The most urgent first."""

    OVERDUE = "overdue"
    RUNNING = "running"
    SUSPECTED = "suspected"
    """Nobody has said since when it is known."""
    FILED = "filed"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One organisation."""

    organisation: str
    room: RoomState
    child: Incident | None = None
    """None while nobody has asked for its room."""
    people: int = 0
    """How many of its own people are in the room."""
    clocks: Mapping[RuleId, ClockState]
    standings: Mapping[RuleId, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """A clock that ends soon, or has."""

    line: Line
    rule: RuleId
    left: timedelta
    """On the clock's own axis; negative when it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What became of a bulletin."""

    bulletin: BulletinSent
    told: int
    acknowledged: int
    waiting: int
    """Who is meant, and cannot be told yet or is being told."""

    @property
    def silent(self) -> int:
        """How many were told and have not acknowledged."""
        return self.told - self.acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """Where all organisations of *parent* stand."""

    parent: Incident
    as_of: datetime
    lines: tuple[Line, ...]
    """In the order of the files."""
    rooms: Mapping[RoomState, int]
    empty: int
    """Open rooms where nobody of the organisation is."""
    last: Reached | None
    """The last bulletin; None before the first."""
    clocks: Mapping[RuleId, Mapping[Standing, int]]
    """The most overdue first."""
    urgent: tuple[Urgent, ...]
    """What is over or ends soon, the earliest first."""


def rollup(parent: Incident, children: Sequence[Incident], now: datetime) -> Rollup:
    """Return where *children* stand at *now*. Raises NoCascade when *parent* is none."""
    if parent.cascade is None:
        raise NoCascade
    lines = tuple(_lines(parent, children, now))
    return Rollup(
        parent=parent,
        as_of=now,
        lines=lines,
        rooms=Counter(line.room for line in lines),
        empty=sum(line.room is RoomState.OPEN and not line.people for line in lines),
        last=_reached(parent, children),
        clocks=_tallies(lines),
        urgent=tuple(sorted(_urgent(lines, now), key=lambda one: one.left)),
    )


def _lines(parent: Incident, children: Sequence[Incident], now: datetime) -> Iterable[Line]:
    """Yield a line for each row of the files, and for a child that no row names any more."""
    there = {child.id: child for child in children}
    for row in parent.cascade.rows.values() if parent.cascade else ():
        child = there.pop(child_id(parent.id, row.key), None)
        if child is None:
            yield Line(organisation=row.organisation, room=RoomState.WAITING, clocks={}, standings={})
        else:
            yield _line(parent, child, now)
    yield from (_line(parent, child, now) for child in there.values())


def _line(parent: Incident, child: Incident, now: datetime) -> Line:
    is_closed = child.status is Status.CLOSED
    clocks = {
        clock.rule.id: clock.state
        for clock in child.clocks()
        if not clock.rule.may_wait and not (is_closed and isinstance(clock.state, Suspected))
    }
    return Line(
        organisation=child.organisation,
        room=_room(child),
        child=child,
        people=len(present(parent, child)),
        clocks=clocks,
        standings={rule: _standing(child, state, now) for rule, state in clocks.items()},
    )


def _room(child: Incident) -> RoomState:
    if child.status is Status.CLOSED:
        return RoomState.CLOSED
    if child.room_refused:
        return RoomState.FAILED
    return RoomState.OPENING if child.room is None else RoomState.OPEN


def _standing(child: Incident, state: ClockState, now: datetime) -> Standing:
    match state:
        case Suspected():
            return Standing.SUSPECTED
        case Filed():
            return Standing.FILED
        case SetAside():
            return Standing.ASIDE
        case Running():
            left = _left(child, state, now)
            return Standing.OVERDUE if left is not None and left < timedelta(0) else Standing.RUNNING
        case _:
            assert_never(state)


def _left(child: Incident, state: ClockState, now: datetime) -> timedelta | None:
    if not isinstance(state, Running) or state.due is None:
        return None
    return state.due - legal_time(state, child.pace, now)


def _urgent(lines: Iterable[Line], now: datetime) -> Iterable[Urgent]:
    for line in lines:
        for rule, state in line.clocks.items():
            left = _left(line.child, state, now) if line.child is not None else None
            if left is not None and left <= SOON:
                yield Urgent(line=line, rule=rule, left=left)


def _tallies(lines: Iterable[Line]) -> Mapping[RuleId, Mapping[Standing, int]]:
    found: defaultdict[RuleId, Counter[Standing]] = defaultdict(Counter)
    for line in lines:
        for rule, standing in line.standings.items():
            found[rule][standing] += 1

    def order(rule: RuleId) -> tuple[int, int, str]:
        return -found[rule][Standing.OVERDUE], -found[rule][Standing.RUNNING], rule

    return {rule: found[rule] for rule in sorted(found, key=order)}


def _reached(parent: Incident, children: Iterable[Incident]) -> Reached | None:
    if parent.cascade is None or not parent.cascade.bulletins:
        return None
    bulletin = parent.cascade.bulletins[-1]
    meant = None if bulletin.recipients is None else frozenset(bulletin.recipients)
    told = acknowledged = waiting = 0
    for child in children:
        if any(received.number == bulletin.number for received in child.bulletins):
            told += 1
            acknowledged += bulletin.number in child.read
        elif (meant is None or child.id in meant) and child.status is not Status.CLOSED:
            waiting += 1
    return Reached(bulletin=bulletin, told=told, acknowledged=acknowledged, waiting=waiting)
