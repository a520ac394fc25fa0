"""What would come of a list before anything is opened: who is reached, who is not, and how long it takes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.facts import CascadeRow
from bot.core.names import UserId
from bot.core.organisations.lists.matching import Line
from bot.core.people.accounts import Found

NOT_REACHED = tuple(found for found in Found if found is not Found.PROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person of a list, where they stand in it first."""

    number: int
    """Of the line."""
    row: CascadeRow
    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What would come of the new lines of a list, and of those that name other people than before."""

    people: Mapping[Found, tuple[Listed, ...]]
    """In the order of the list; without what is said of nobody."""
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
    found: Mapping[UserId, Found],
    each: timedelta | None,
) -> DryRun:
    """Return what would come of *lines*, whose *numbers* are by the keys of their rows.

    *found* is what is known of people; of all others nothing is.
    """
    seen: dict[UserId, Listed] = {}
    for line in lines:
        for user in _new_people(line):
            seen.setdefault(user, Listed(number=numbers.get(line.row.key, 0), row=line.row, user=user))
    people = {one: tuple(each for each in seen.values() if found.get(each.user, Found.UNASKED) is one) for one in Found}
    return DryRun(
        people={one: listed for one, listed in people.items() if listed},
        rooms=sum(line.known is None for line in lines),
        each=each,
    )


def _new_people(line: Line) -> Iterator[UserId]:
    there = {member.user for member in line.known.people} if line.known is not None else set()
    return (member.user for member in line.row.people if member.user not in there)
