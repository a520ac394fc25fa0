"""Who is on duty when: the rotas as they are configured, and what was changed in chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.duty.rota import WEEK, Rota
from bot.core.facts.duty import DutyChanged, DutyFact, DutyHoleTold
from bot.core.names import UserId
from bot.core.people.roster import Role, holders

AHEAD = 8 * WEEK
"""How far holes are looked for."""
NOTICE = timedelta(days=1)
"""How long before it begins a hole is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the desk keeps of duty: changes and holes that were not over when the last of their kind came."""

    changes: tuple[DutyChanged, ...] = ()
    told: tuple[DutyHoleTold, ...] = ()


def evolve_duty(kept: Kept, fact: DutyFact) -> Kept:
    """Return what is kept after *fact*. A hole that somebody filled is told anew when it opens again."""
    match fact:
        case DutyChanged():
            changes = tuple(change for change in kept.changes if change.end > fact.at)
            told = tuple(hole for hole in kept.told if fact.away or not _overlap(hole, fact))
            return Kept(changes=(*changes, fact), told=told)
        case DutyHoleTold():
            told = tuple(hole for hole in kept.told if hole.end > fact.at)
            return Kept(changes=kept.changes, told=(*told, fact))
        case _:
            assert_never(fact)


def _overlap(hole: DutyHoleTold, change: DutyChanged) -> bool:
    return hole.role == change.role and hole.start < change.end and change.start < hole.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A time in which who is on duty does not change."""

    start: datetime
    end: datetime
    user: UserId | None
    """None: nobody is, so everybody of the role is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that says who is on duty."""

    rotas: Mapping[Role, Rota]
    people: Mapping[UserId, frozenset[Role]]
    """Of the configuration: nobody else is ever on duty, nor anybody for a role that they have not."""
    zone: ZoneInfo
    changes: tuple[DutyChanged, ...] = ()
    deputies: Mapping[UserId, UserId] = field(default_factory=dict)
    """Who is on duty in somebody's place while they cannot be."""

    def on_duty(self, role: Role, at: datetime) -> UserId | None:
        """Return who is on duty for *role* at that moment; None: there is no rota, or nobody is."""
        rota = self.rotas.get(role)
        if rota is None:
            return None
        swaps = (change.user for change in self._at(role, at) if not change.away)
        user = next(swaps, rota.whose(at, self.zone))
        can = (one for one in (user, self.deputies.get(user) if user else None) if one and self._can(one, role, at))
        return next(can, None)

    def everybody_on_duty(self, at: datetime) -> Mapping[Role, UserId]:
        """Return who is on duty at that moment for each role for which somebody is."""
        return {role: user for role in self.rotas if (user := self.on_duty(role, at)) is not None}

    def turns(self, role: Role, since: datetime, until: datetime) -> tuple[Turn, ...]:
        """Return who is on duty for *role*, which has a rota, from *since* to *until*, without a gap."""
        turns = [Turn(start=since, end=until, user=self.on_duty(role, since))]
        for at in sorted(self._moments(role, since, until)):
            if (user := self.on_duty(role, at)) != turns[-1].user:
                turns[-1] = replace(turns[-1], end=at)
                turns.append(Turn(start=at, end=until, user=user))
        return tuple(turns)

    def holes(self, role: Role, since: datetime, until: datetime) -> tuple[Turn, ...]:
        """Return the times between *since* and *until* in which nobody is on duty for *role*, which has a rota."""
        first = max(since, self.rotas[role].begins(0, self.zone))
        return tuple(turn for turn in self.turns(role, first, until) if turn.user is None and turn.start < turn.end)

    def week_end(self, role: Role, at: datetime) -> datetime:
        """Return when the week of *role*, which has a rota, ends in which *at* lies."""
        rota = self.rotas[role]
        return rota.begins(rota.number(at, self.zone) + 1, self.zone)

    def holders(self, role: Role) -> tuple[UserId, ...]:
        """Return who has *role*: whom a rota may name."""
        return holders(self.people, role)

    def _at(self, role: Role, at: datetime) -> Iterator[DutyChanged]:
        """Yield what was said of *role* for that moment, the last first."""
        return (change for change in reversed(self.changes) if change.role == role and change.start <= at < change.end)

    def _can(self, user: UserId, role: Role, at: datetime) -> bool:
        last = next((change for change in self._at(role, at) if change.user == user), None)
        return role in self.people.get(user, ()) and (last is None or not last.away)

    def _moments(self, role: Role, since: datetime, until: datetime) -> Iterable[datetime]:
        """Yield the moments between *since* and *until* at which somebody else may be on duty."""
        begins = self.week_end(role, since)
        while begins < until:
            yield begins
            begins = self.week_end(role, begins)
        for change in self.changes:
            if change.role == role:
                yield from (at for at in (change.start, change.end) if since < at < until)


def untold(plan: Plan, told: Iterable[DutyHoleTold], now: datetime) -> tuple[tuple[Role, Turn], ...]:
    """Return the holes of the time to come of which nobody was told, the first first."""
    told = tuple(told)
    holes = ((role, hole) for role in plan.rotas for hole in plan.holes(role, now, now + AHEAD))
    left = ((role, hole) for role, hole in holes if not any(_covers(one, role, hole.start) for one in told))
    return tuple(sorted(left, key=lambda one: (one[1].start, one[0])))


def _covers(told: DutyHoleTold, role: Role, at: datetime) -> bool:
    return told.role == role and told.start <= at < told.end
