"""What would come of a list before anything is opened: who is reached, who is not, what may be there twice. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.facts import CascadeRow
from bot.core.language import key_of
from bot.core.names import UserId
from bot.core.organisations.matching import Line
from bot.core.people.accounts import Found

NOT_REACHED = tuple(found for found in Found if found is not Found.PROVED)
_MOST_ALIKE = 3
"""Whoever stands in more lines than that advises them, or leads them all: it says nothing of the organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person of a list, where they stand in it first."""

    number: int
    """Of the line."""
    row: CascadeRow
    user: UserId


class Alike(StrEnum):
    """Why two organisations may be one."""

    NAMES = "names"
    """But for signs and spaces they are called the same."""
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """Organisations that are told apart, and may be one. One at least would get a room."""

    alike: Alike
    rows: tuple[CascadeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What would come of the new lines of a list, and of those that name other people than before."""

    people: Mapping[Found, tuple[Listed, ...]]
    """In the order of the list; without what is said of nobody."""
    twice: tuple[Twice, ...]
    rooms: int
    """How many would be made."""
    each: timedelta | None = None
    """How long the homeserver's limits make each of them take; None while none was met."""

    @property
    def total(self) -> int:
        """How many people were asked about."""
        return sum(map(len, self.people.values()))

    @property
    def not_reached(self) -> int:
        """How many of them cannot read now, as far as is known."""
        return self.total - len(self.people.get(Found.PROVED, ()))

    @property
    def takes(self) -> timedelta | None:
        """How long it takes until the last room is made; None while that is not known."""
        return None if self.each is None else self.rooms * self.each


def to_look_up(lines: Iterable[Line]) -> frozenset[UserId]:
    """Return whom the homeserver is to be asked about: who is new in the list."""
    return frozenset(user for line in lines for user in _new_people(line))


def dry_run(
    lines: Sequence[Line],
    numbers: Mapping[str, int],
    known: Iterable[CascadeRow],
    found: Mapping[UserId, Found],
    each: timedelta | None,
) -> DryRun:
    """Return what would come of *lines*, whose *numbers* are by the keys of their rows.

    *known* are the organisations that have a room, *found* what is known of people; of all others nothing is.
    """
    seen: dict[UserId, Listed] = {}
    for line in lines:
        for user in _new_people(line):
            seen.setdefault(user, Listed(number=numbers.get(line.row.key, 0), row=line.row, user=user))
    people = {one: tuple(each for each in seen.values() if found.get(each.user, Found.UNASKED) is one) for one in Found}
    return DryRun(
        people={one: listed for one, listed in people.items() if listed},
        twice=tuple(_twice(lines, known)),
        rooms=sum(line.known is None for line in lines),
        each=each,
    )


def _new_people(line: Line) -> Iterator[UserId]:
    there = {member.user for member in line.known.people} if line.known is not None else set()
    return (member.user for member in line.row.people if member.user not in there)


def _twice(lines: Sequence[Line], known: Iterable[CascadeRow]) -> Iterator[Twice]:
    """Yield which of the new organisations may be another of the list, or one that is there."""
    new = {line.row.key for line in lines if line.known is None}
    matched = {line.known.key for line in lines if line.known is not None}
    rows = [*(line.row for line in lines), *(row for row in known if row.key not in matched)]
    told: set[frozenset[str]] = set()
    for alike, groups in ((Alike.NAMES, _by_name(rows)), (Alike.PEOPLE, _by_people(rows))):
        for group in groups:
            keys = frozenset(row.key for row in group)
            if len(group) > 1 and keys & new and keys not in told:
                told.add(keys)
                yield Twice(alike=alike, rows=tuple(group))


def _by_name(rows: Iterable[CascadeRow]) -> Iterable[list[CascadeRow]]:
    groups: dict[str, list[CascadeRow]] = {}
    for row in rows:
        groups.setdefault("".join(filter(str.isalnum, key_of(row.organisation))) or row.key, []).append(row)
    return groups.values()


def _by_people(rows: Sequence[CascadeRow]) -> Iterable[list[CascadeRow]]:
    """Yield who has the same people, without those who stand in the lines of many."""
    often = Counter(member.user for row in rows for member in row.people)
    groups: dict[frozenset[UserId], list[CascadeRow]] = {}
    for row in rows:
        own = frozenset(member.user for member in row.people if often[member.user] <= _MOST_ALIKE)
        groups.setdefault(own, []).append(row)
    groups.pop(frozenset(), None)
    return groups.values()
