"""The roll-up of a cascade: where every organisation stands, counted. Pure, over the incidents of the organisations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.core.clocks.rules import ClockState, Filed, Rule, Running, SetAside, Suspected, legal_time
from bot.core.facts import BulletinSent, CascadeRow, FirmCalled
from bot.core.incident import Incident, Status
from bot.core.names import RuleId
from bot.core.organisations.bulletins import present
from bot.core.organisations.children import child_id, firms_of
from bot.core.organisations.corrections import NoSuchBulletin, due, versions
from bot.core.organisations.duties import Duty, Kept, Steps, duties_of, steps_of
from bot.core.organisations.errors import NoCascade
from bot.core.organisations.reach import NOT_REACHED, Reach, Reaching, Watch, reach_of

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


class Receipt(StrEnum):
    """What became of one bulletin in one organisation."""

    READ = "read"
    TOLD = "told"
    """Nobody acknowledged it."""
    WAITING = "waiting"
    """It is meant, and cannot be told yet or is being told."""
    NONE = "none"
    """It is not meant, or it will not be told any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The clock of an organisation that ends first."""

    rule: RuleId
    left: timedelta
    """On the clock's own axis; negative when it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One organisation."""

    organisation: str
    room: RoomState
    row: CascadeRow | None = None
    """What the list says of it; None when the list has it no more, or it was purged."""
    child: Incident | None = None
    """None while nobody has asked for its room."""
    people: int = 0
    """How many of its own people are in the room."""
    reaching: Reaching
    clocks: Mapping[RuleId, ClockState] = field(default_factory=dict)
    standings: Mapping[RuleId, Standing] = field(default_factory=dict)
    ending: Ending | None = None
    """None where no clock runs that has a due time."""
    receipts: tuple[Receipt, ...] = ()
    """What became of each bulletin, the oldest first."""
    duties: Mapping[Duty, Kept] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)
    calls: tuple[FirmCalled, ...] = ()
    """The oldest first."""

    @property
    def proposed(self) -> frozenset[RuleId]:
        """The clocks that run since an hour of which the organisation has not said whether it is right."""
        return frozenset(rule for rule, state in self.clocks.items() if isinstance(state, Running) and state.proposed)


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
    reaches: Mapping[Reach, int]
    bulletins: tuple[Reached, ...]
    """The oldest first."""
    clocks: Mapping[RuleId, Mapping[Standing, int]]
    """The most overdue first; what nobody started is not counted of who is closed."""
    rules: Mapping[RuleId, Rule]
    """Of those clocks."""
    urgent: tuple[Urgent, ...]
    """What is over or ends soon, the earliest first."""

    def bulletin(self, number: int) -> Reached:
        """Return what became of one bulletin. Raises NoSuchBulletin."""
        found = next((reached for reached in self.bulletins if reached.bulletin.number == number), None)
        if found is None:
            raise NoSuchBulletin(number)
        return found

    def unreached(self) -> tuple[Line, ...]:
        """Return who is to be called: where a clock runs first, as it ends; then who is farthest away."""
        among = [line for line in self.lines if line.reaching.reach in NOT_REACHED]
        return tuple(sorted(among, key=_urgency))

    def by_letter(self) -> tuple[Line, ...]:
        """Return who can be written to on paper alone: nobody is there who would read anything else."""
        return tuple(line for line in self.unreached() if line.reaching.reach is not Reach.SILENT)


def rollup(parent: Incident, children: Sequence[Incident], watch: Watch) -> Rollup:
    """Return where *children* stand. Raises NoCascade when *parent* is none."""
    if parent.cascade is None:
        raise NoCascade
    lines = tuple(_lines(parent, children, watch))
    return Rollup(
        parent=parent,
        as_of=watch.now,
        lines=lines,
        rooms=Counter(line.room for line in lines),
        reaches=Counter(line.reaching.reach for line in lines),
        bulletins=tuple(_reached(sent, number, lines) for number, sent in enumerate(parent.cascade.bulletins)),
        clocks=_tallies(lines),
        rules={rule: line.child.rules[rule] for line in lines if line.child is not None for rule in line.clocks},
        urgent=tuple(sorted(_urgent(lines, watch.now), key=lambda one: one.left)),
    )


def _urgency(line: Line) -> tuple[bool, timedelta, int]:
    ending = line.ending
    return ending is None, ending.left if ending else timedelta(0), NOT_REACHED.index(line.reaching.reach)


def _lines(parent: Incident, children: Sequence[Incident], watch: Watch) -> Iterable[Line]:
    """Yield a line for each row of the files, and for a child that no row names any more."""
    there = {child.id: child for child in firms_of(parent, children)}
    for row in parent.cascade.firms.values() if parent.cascade else ():
        child = there.pop(child_id(parent.id, row.key), None)
        if child is None:
            yield _unopened(parent, row, watch)
        else:
            yield _line(parent, row, child, watch)
    yield from (_line(parent, None, child, watch) for child in there.values())


def _unopened(parent: Incident, row: CascadeRow, watch: Watch) -> Line:
    return Line(
        organisation=row.organisation,
        room=RoomState.WAITING,
        row=row,
        reaching=reach_of(parent, None, watch),
        receipts=_receipts(parent, None),
        calls=_calls(parent, row),
    )


def _line(parent: Incident, row: CascadeRow | None, child: Incident, watch: Watch) -> Line:
    clocks = {clock.rule.id: clock.state for clock in child.clocks() if not clock.rule.may_wait}
    kept = None if child.purged_at is not None else row
    return Line(
        organisation=child.organisation,
        room=_room(child),
        row=kept,
        child=child,
        people=len(present(parent, child)),
        reaching=reach_of(parent, child, watch),
        clocks=clocks,
        standings={rule: _standing(child, state, watch.now) for rule, state in clocks.items()},
        ending=_ending(child, clocks, watch.now),
        receipts=_receipts(parent, child),
        duties=duties_of(child, watch.now),
        steps=steps_of(child),
        calls=_calls(parent, kept),
    )


def _calls(parent: Incident, row: CascadeRow | None) -> tuple[FirmCalled, ...]:
    """Return the calls to it, under any of the names that it had in the list."""
    if parent.cascade is None or row is None:
        return ()
    keys = parent.cascade.keys_of(row.key)
    calls = [call for key in keys for call in parent.cascade.calls.get(key, ())]
    return tuple(sorted(calls, key=lambda call: call.at))


def _ending(child: Incident, clocks: Mapping[RuleId, ClockState], now: datetime) -> Ending | None:
    found = ((rule, _left(child, state, now)) for rule, state in clocks.items())
    running = [Ending(rule=rule, left=left) for rule, left in found if left is not None]
    return min(running, key=lambda one: one.left, default=None)


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
            if line.room is not RoomState.CLOSED or standing is not Standing.SUSPECTED:
                found[rule][standing] += 1

    def order(rule: RuleId) -> tuple[int, int, str]:
        return -found[rule][Standing.OVERDUE], -found[rule][Standing.RUNNING], rule

    return {rule: found[rule] for rule in sorted(found, key=order)}


# --- bulletins ----------------------------------------------------------------------------------------------


def _receipts(parent: Incident, child: Incident | None) -> tuple[Receipt, ...]:
    bulletins = parent.cascade.bulletins if parent.cascade else ()
    told = {received.number for received in child.bulletins} if child is not None else set[int]()
    is_closed = child is not None and child.status is Status.CLOSED
    waiting = set[int]() if is_closed else {sent.number for sent in due(versions(bulletins), child)}
    return tuple(_receipt(sent, child, told, waiting) for sent in bulletins)


def _receipt(sent: BulletinSent, child: Incident | None, told: Set[int], waiting: Set[int]) -> Receipt:
    if child is not None and sent.number in told:
        return Receipt.READ if sent.number in child.read else Receipt.TOLD
    return Receipt.WAITING if sent.number in waiting else Receipt.NONE


def _reached(bulletin: BulletinSent, number: int, lines: Iterable[Line]) -> Reached:
    found = Counter(line.receipts[number] for line in lines)
    told = found[Receipt.TOLD] + found[Receipt.READ]
    return Reached(bulletin=bulletin, told=told, acknowledged=found[Receipt.READ], waiting=found[Receipt.WAITING])
