"""What a list leads to beside the incidents that are there. Pure, and for a thread: it may have 5,000 lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from operator import is_

from bot.commands.organisations import Organisations
from bot.core.cascade import Cascade
from bot.core.commands import OpenCascade
from bot.core.decide.cascade import amend
from bot.core.desk import House
from bot.core.facts import CascadeAmended
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.organisations.lists.doubts import Doubts, doubts
from bot.core.organisations.lists.matching import Line, match, parent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list, and what is to be done with it."""

    name: str
    data: bytes
    command: OpenCascade
    by: UserId
    confirmed_by: UserId | None = None
    """The second person; None for the operator, at the machine."""
    amends: bool = True
    """Whether what it says otherwise is to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A list beside what is there."""

    beside: tuple[Incident, ...]
    """The incidents of organisations that there were."""
    there: Incident | None
    """The one that is meant; None when it is to be opened."""
    lines: tuple[Line, ...]
    doubts: Doubts
    amended: CascadeAmended | None
    """What it says otherwise; None when it does not."""
    does: str
    """Names all that it does to what is there: the same for two readings that do the same to the same."""

    @property
    def new(self) -> int:
        """How many get a room."""
        return sum(line.known is None for line in self.lines)

    def holds(self, parents: tuple[Incident, ...]) -> bool:
        """Say whether nothing changed since, *parents* being what is there now."""
        return len(parents) == len(self.beside) and all(map(is_, parents, self.beside))


def weigh(list_: List, read: Organisations, parents: tuple[Incident, ...], house: House, now: datetime) -> Weighed:
    """Return what a list without a mistake leads to beside *parents*, all incidents of organisations."""
    command, by_people = list_.command, not list_.command.as_new
    there = parent_of(parents, command.title, read.rows, drill=command.drill, by_people=by_people)
    cascade = there.cascade if there is not None and there.cascade is not None else Cascade()
    lines = match(read.rows, cascade.known, by_people=by_people, reads=read.reads, unsaid=read.unsaid)
    own = house.people.keys() | (there.roster.keys() if there is not None else frozenset())
    odd = doubts(lines, cascade.firms, own, _others(parents, there, drill=command.drill))
    confirmed_by = list_.confirmed_by
    amended = amend(there, lines, list_.name, list_.by, now, confirmed_by=confirmed_by) if there is not None else None
    return Weighed(
        beside=parents,
        there=there,
        lines=lines,
        doubts=odd,
        amended=amended,
        does=_does(there, lines, odd),
    )


def _others(parents: tuple[Incident, ...], there: Incident | None, *, drill: bool) -> Iterator[Incident]:
    """Yield the open incidents of organisations but the one that is meant; drills beside drills only."""
    return (one for one in parents if one is not there and one.drill is drill and one.status is not Status.CLOSED)


def _does(there: Incident | None, lines: tuple[Line, ...], odd: Doubts) -> str:
    new = tuple(line.row.key for line in lines if line.known is None)
    changed = tuple((line.known, line.row) for line in lines if line.differences)
    whole = "" if there is None else there.id, new, changed, odd.elsewhere
    return sha256(repr(whole).encode()).hexdigest()
