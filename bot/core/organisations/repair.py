"""Rooms of organisations are mended from the parent's: who is meant, and what is to be done in each. Pure.

The parent's stream says what is mended, under numbers; each room is told by an input of its own, and keeps up to which
number that was done. So a kill in the middle leaves exactly what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.core import facts
from bot.core.clocks.rules import Filed, Running, SetAside
from bot.core.errors import IncidentClosed, RuleError
from bot.core.facts.repair import ParentRepair
from bot.core.happenings import RepairCame
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import IncidentId, RuleId, UserId
from bot.core.organisations.bulletins import present
from bot.core.organisations.calls import AmbiguousFirm, UnknownFirm
from bot.core.organisations.children import AWARENESS, cascade_of, child_id
from bot.core.people.roster import Role

QUOTES = '"«»“”„,;'
"""What may stand round a name, or between two."""
_MOST_WORDS = 40
Find = Callable[[IncidentId], Incident | None]
_People = Mapping[UserId, frozenset[Role]]


@dataclass(eq=False)
class FirmClosed(RuleError):
    """The incident of this organisation is closed; it is opened again first."""

    firm: str


@dataclass(eq=False)
class NoRoomYet(RuleError):
    """The room of this organisation is not made."""

    firm: str


@dataclass(eq=False)
class FirmOpen(RuleError):
    """The incident of this organisation is open: there is nothing to open again."""

    firm: str


@dataclass(eq=False)
class SameFirm(RuleError):
    """Both names are those of one organisation, which may be two that were merged."""

    firm: str


@dataclass(eq=False)
class WhichFirms(RuleError):
    """Two organisations are merged, and only one was named."""

    firm: str


# --- who is meant -------------------------------------------------------------------------------------------


def firm_of(parent: Incident, children: Iterable[Incident], typed: str) -> tuple[str, Incident | None]:
    """Return the key and the incident, if it is there, of the organisation of that whole name or codename.

    One that was merged is the one of which it is part. Raises RuleError.
    """
    cascade = cascade_of(parent)
    if parent.status is Status.CLOSED:
        raise IncidentClosed
    there = {child.id: child for child in children}
    named = _keys(parent, there.values()).get(key_of(typed))
    key = None if named is None else cascade.firm(named)
    child = None if key is None else there.get(child_id(parent.id, key))
    if key is None or (child is not None and child.purged_at is not None):
        raise UnknownFirm(typed, ())
    return key, child


def room_of(parent: Incident, children: Iterable[Incident], typed: str) -> tuple[str, Incident]:
    """Return the key and the incident of an organisation whose room is made. Raises RuleError."""
    key, child = firm_of(parent, children, typed)
    if child is None or child.room is None:
        raise NoRoomYet(cascade_of(parent).rows[key].organisation)
    return key, child


def open_firm(parent: Incident, children: Iterable[Incident], typed: str) -> tuple[str, Incident]:
    """Return the key and the open incident of an organisation. Raises RuleError."""
    key, child = room_of(parent, children, typed)
    if child.status is Status.CLOSED:
        raise FirmClosed(child.organisation)
    return key, child


def two_firms(parent: Incident, children: Sequence[Incident], typed: str) -> tuple[str, str]:
    """Return the names of two organisations that *typed* is made of, wherever the first ends. Raises RuleError."""
    known, words = _keys(parent, children), typed.split()[:_MOST_WORDS]
    halves = [(_bare(words[:place]), _bare(words[place:])) for place in range(1, len(words) + 1)]
    found = dict.fromkeys(half for half in halves if key_of(half[0]) in known and key_of(half[1]) in known)
    if len(found) > 1:
        raise AmbiguousFirm(typed, tuple(first for first, _ in found))
    if found:
        return next(iter(found))
    begun = [second for first, second in halves if key_of(first) in known]
    if begun and not begun[-1]:
        raise WhichFirms(typed)
    raise UnknownFirm(begun[-1] if begun else typed, ())


def _bare(words: Iterable[str]) -> str:
    return " ".join(words).strip(f"{QUOTES} ")


def _keys(parent: Incident, children: Iterable[Incident]) -> Mapping[str, str]:
    """Return the key of each organisation by its names, as `key_of` spells them: its own, and its codename."""
    rows = cascade_of(parent).rows
    ids = {child_id(parent.id, key): key for key in rows}
    codenames = {key_of(child.codename): ids[child.id] for child in children if child.id in ids}
    called = {row.called: key for key, row in rows.items() if row.called}
    return {**codenames, **called, **{key: key for key in rows}}


# --- taking two for one -------------------------------------------------------------------------------------


def merging(parent: Incident, children: Sequence[Incident], typed: str) -> facts.Merging:
    """Return what merging two organisations comes to, the second into the first. Raises RuleError."""
    names = two_firms(parent, children, typed)
    into, first = open_firm(parent, children, names[0])
    merged, _ = firm_of(parent, children, names[1])
    if merged == into:
        raise SameFirm(first.organisation)
    there = {child.id: child for child in children}
    people, clocks = _brought(parent, merged, there.get)
    started = _carried(first, clocks, first.opened_at)
    return facts.Merging(
        into=into,
        merged=merged,
        people=len(_newcomers(first, people)),
        rules=tuple(fact.rule for fact in started),
    )


def stands(parent: Incident, act: facts.Merging | facts.RemovingBelow) -> bool:
    """Say whether the organisations of *act* are still none but themselves."""
    cascade = cascade_of(parent)
    keys = (act.into, act.merged) if isinstance(act, facts.Merging) else (act.key,)
    return all(cascade.firm(key) == key for key in keys)


def repaired(parent: Incident, act: facts.Merging | facts.RemovingBelow, by: UserId, now: datetime) -> ParentRepair:
    """Return *act* as what is done, the next of *parent*."""
    number = len(cascade_of(parent).repairs) + 1
    match act:
        case facts.Merging(into=into, merged=merged):
            return facts.FirmsMerged(at=now, by=by, number=number, into=into, merged=merged)
        case facts.RemovingBelow(key=key, user=user, new=new):
            return facts.RemovedBelow(at=now, by=by, number=number, key=key, user=user, new=new)
        case _:
            assert_never(act)


# --- what is to be done in each room ------------------------------------------------------------------------


def repairs_for(parent: Incident, child: Incident, find: Find, now: datetime) -> tuple[RepairCame, ...]:
    """Return what has still to be done in the room of *child*, the oldest first; one that is closed waits.

    Of what waits for another room, what comes after it waits too.
    """
    if parent.cascade is None or child.status is not Status.OPEN or child.reached_at is None:
        return ()
    found = []
    for repair in parent.cascade.repairs:
        if repair.number > child.repaired and child.id in rooms_of(parent, repair):
            work = tuple(_work(parent, child, repair, find, now))
            if not work:
                break
            found.append(RepairCame(number=repair.number, facts=work))
    if child.moved is not None and _is_left(parent, child, find):
        closed = facts.Closed(at=now, by=child.moved.by, summary="")
        found.append(RepairCame(number=child.moved.number, facts=(closed,), ends=True))
    return tuple(found)


def joined_to(parent: Incident, child: Incident) -> tuple[IncidentId, ...]:
    """Return the incidents that may wait for something in the room of *child*, where they go on."""
    merged = parent.cascade.merged if parent.cascade else {}
    return tuple(child_id(parent.id, key) for key, into in merged.items() if child_id(parent.id, into) == child.id)


def rooms_of(parent: Incident, repair: ParentRepair) -> tuple[IncidentId, ...]:
    """Return the incidents in whose rooms *repair* has something to do, in the order in which it is done."""
    match repair:
        case facts.FirmsMerged(into=into, merged=merged):
            return child_id(parent.id, into), child_id(parent.id, merged)
        case facts.RemovedBelow(key=key):
            return (child_id(parent.id, key),)
        case _:
            assert_never(repair)


def _work(parent: Incident, child: Incident, repair: ParentRepair, find: Find, now: datetime) -> Iterator[facts.Fact]:
    """Yield what *repair* makes happen in the room of *child*; nothing while it waits for another room."""
    match repair:
        case facts.RemovedBelow():
            yield from _swapped(child, repair, now)
        case facts.FirmsMerged(into=into) if child.id == child_id(parent.id, into):
            yield from _took_in(parent, child, repair, find, now)
        case facts.FirmsMerged(into=into):
            yield from _moved(parent, child, repair, find(child_id(parent.id, into)), now)
        case _:
            assert_never(repair)


def _swapped(child: Incident, repair: facts.RemovedBelow, now: datetime) -> Iterator[facts.Fact]:
    yield facts.RepairDone(at=now, number=repair.number)
    roles = child.roster.get(repair.user, frozenset())
    if repair.new is not None:
        given = roles | child.roster.get(repair.new, frozenset()) or frozenset({Role.COORDINATOR})
        yield facts.PersonInvited(at=now, by=repair.by, user=repair.new, roles=tuple(sorted(given)))
    if repair.user in child.roster:
        yield facts.PersonRemoved(at=now, by=repair.by, user=repair.user)


def _took_in(
    parent: Incident, first: Incident, repair: facts.FirmsMerged, find: Find, now: datetime
) -> Iterator[facts.Fact]:
    """Yield what becomes of the first of two: it has the people of both, and the earlier hour of each clock."""
    second, row = find(child_id(parent.id, repair.merged)), cascade_of(parent).rows[repair.merged]
    people, clocks = _brought(parent, repair.merged, find)
    yield facts.FirmTookIn(
        at=now,
        by=repair.by,
        number=repair.number,
        organisation=row.organisation,
        codename=second.codename if second is not None else "",
        filed=tuple(_only_there(first, second)),
    )
    yield from _carried(first, clocks, now)
    for user, roles in _newcomers(first, people).items():
        yield facts.PersonInvited(at=now, by=repair.by, user=user, roles=tuple(sorted(roles)))


def _moved(
    parent: Incident, second: Incident, repair: facts.FirmsMerged, first: Incident | None, now: datetime
) -> Iterator[facts.Fact]:
    """Yield that the second goes on in the first, once that has its people and its clocks; it ends if it may."""
    if first is None or first.repaired < repair.number:
        return
    waits = () if may_go(parent, first, second) else tuple(_duties(second))
    yield facts.FirmMoved(
        at=now,
        by=repair.by,
        number=repair.number,
        organisation=first.organisation,
        codename=first.codename,
        waits=waits,
    )
    if not waits:
        yield facts.Closed(at=now, by=repair.by, summary="")


def may_go(parent: Incident, first: Incident, second: Incident) -> bool:
    """Say whether the second may end: no clock of the law falls silent for somebody who is there.

    It does not where it rings on in the first room, and they are there too.
    """
    there, duties = present(parent, second), _duties(second)
    if second.drill or not there or not duties:
        return True
    rings_on = all(isinstance(first.clock_states.get(rule), Running | Filed) for rule in duties)
    return rings_on and first.status is Status.OPEN and there <= first.joined


def _is_left(parent: Incident, second: Incident, find: Find) -> bool:
    """Say whether a room that goes on elsewhere may end now, and nobody opened it again since."""
    moved, key = second.moved, next(key for key in cascade_of(parent).merged if child_id(parent.id, key) == second.id)
    first = find(child_id(parent.id, cascade_of(parent).merged[key]))
    is_as_it_was = moved is not None and second.reached_at is not None and second.reached_at <= moved.at
    return is_as_it_was and first is not None and may_go(parent, first, second)


# --- what comes along ---------------------------------------------------------------------------------------


def _brought(parent: Incident, key: str, find: Find) -> tuple[_People, Mapping[RuleId, facts.ClockStarted]]:
    """Return the people and the clocks of an organisation: of its room, or of its line while there is none."""
    child, row = find(child_id(parent.id, key)), cascade_of(parent).rows[key]
    if child is not None:
        clocks = {
            rule: _start(rule, state.aware, state.by, state.source, state.recorded_at, proposed=state.proposed)
            for rule, state in _duties(child).items()
        }
        return child.roster, clocks
    people = {member.user: frozenset(member.roles) for member in row.people}
    if row.aware is None:
        return people, {}
    listed = _start(AWARENESS, row.aware, parent.opened_by, row.source, parent.opened_at, proposed=True)
    return people, {AWARENESS: listed}


def _start(
    rule: RuleId, aware: datetime, by: UserId | None, source: str, at: datetime, *, proposed: bool
) -> facts.ClockStarted:
    return facts.ClockStarted(at=at, rule=rule, aware=aware, by=by, source=source, proposed=proposed)


def _duties(child: Incident) -> Mapping[RuleId, Running]:
    """Return the clocks of the law that run."""
    return {
        rule: state
        for rule, state in child.clock_states.items()
        if isinstance(state, Running) and not child.rules[rule].may_wait
    }


def _newcomers(first: Incident, people: _People) -> _People:
    """Return who of *people* is not there, with their roles."""
    return {
        user: roles | first.roster.get(user, frozenset())
        for user, roles in people.items()
        if user not in first.roster or user in first.left
    }


def _carried(
    first: Incident, clocks: Mapping[RuleId, facts.ClockStarted], now: datetime
) -> Iterator[facts.ClockStarted]:
    """Yield the clocks that run from the hour of the other room: those that do not run yet, or from a later one.

    An hour that was only proposed there takes the place of none that the organisation itself said.
    """
    for rule, there in clocks.items():
        here = first.clock_states.get(rule)
        is_earlier = isinstance(here, Running) and there.aware < here.aware and here.proposed >= there.proposed
        is_new = not isinstance(here, Running | Filed | SetAside) and rule in first.rules
        if is_new or is_earlier:
            yield replace(there, at=now, previous=here.aware if isinstance(here, Running) else None)


def _only_there(first: Incident, second: Incident | None) -> Iterator[RuleId]:
    """Yield the clocks that were filed in the second room, and in the first not."""
    for rule, state in second.clock_states.items() if second is not None else ():
        if isinstance(state, Filed) and rule in first.rules and not isinstance(first.clock_states.get(rule), Filed):
            yield rule
