"""What about a list is likely a mistake, and is told before anybody says yes to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.core.facts import CascadeRow
from bot.core.incident import Incident
from bot.core.language import key_of
from bot.core.names import UserId
from bot.core.organisations.lists.matching import Line

_FEW = 3
"""Who stands in the lines of more organisations than these advises them, and is there on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Each organisation by its name."""

    missing: tuple[str, ...] = ()
    """Those that are there and stand in no line any more."""
    double: tuple[tuple[str, str], ...] = ()
    """Names of two lines that are one organisation, which had the first and has the second now."""
    alike: tuple[tuple[str, ...], ...] = ()
    """Those that have the very same people."""
    spelled: tuple[tuple[str, ...], ...] = ()
    """Those whose names differ by signs and spaces alone, where one at least would get a room."""
    strays: tuple[tuple[UserId, tuple[str, ...]], ...] = ()
    """Who stands in the lines of a few organisations that have other people besides."""
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Those that are new and have a room by another list, each with the codename of that incident."""


def doubts(
    lines: Sequence[Line],
    known: Mapping[str, CascadeRow],
    own: AbstractSet[UserId] = frozenset(),
    others: Iterable[Incident] = (),
) -> Doubts:
    """Return what is odd about a list beside what is *known*, and beside *others*, incidents of organisations.

    People are looked at where the list brings them: what was in order with the list before is not told again. Whoever
    speaks for all of them, *own*, stands in any line on purpose.
    """
    listed = {line.known.key for line in lines if line.known is not None}
    alike, strays = _shared(lines, known, own)
    return Doubts(
        missing=tuple(row.organisation for key, row in known.items() if key not in listed),
        double=tuple(
            (line.row.organisation, line.known.organisation) for line in lines if line.is_double and line.known
        ),
        alike=alike,
        spelled=tuple(_spelled(lines, known)),
        strays=strays,
        elsewhere=tuple(_elsewhere(lines, others)),
    )


def _elsewhere(lines: Sequence[Line], others: Iterable[Incident]) -> Iterator[tuple[str, str]]:
    there = {
        key: other.codename
        for other in others
        for row in (other.cascade.rows.values() if other.cascade else ())
        for key in (row.key, row.called)
    }
    for line in lines:
        if line.known is None and line.row.key in there:
            yield line.row.organisation, there[line.row.key]


def _spelled(lines: Sequence[Line], known: Mapping[str, CascadeRow]) -> Iterator[tuple[str, ...]]:
    matched = {line.known.key for line in lines if line.known is not None}
    there = ((row.organisation, False) for key, row in known.items() if key not in matched)
    groups = defaultdict[str, list[tuple[str, bool]]](list)
    for name, is_new in (*((line.row.organisation, line.known is None) for line in lines), *there):
        groups["".join(filter(str.isalnum, key_of(name))) or name].append((name, is_new))
    for group in groups.values():
        if len(group) > 1 and any(is_new for _, is_new in group):
            yield tuple(name for name, _ in group)


def _shared(
    lines: Sequence[Line], known: Mapping[str, CascadeRow], own: AbstractSet[UserId]
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[UserId, tuple[str, ...]], ...]]:
    """Return which organisations have the same people, and who else stands in a few of them."""
    counts = [line for line in lines if not line.is_double]
    rows = {**known, **{line.known.key if line.known else line.row.key: line.row for line in counts}}
    brought = {member.user for line in counts for member in line.joining}
    groups, places = defaultdict[frozenset[UserId], list[str]](list), defaultdict[UserId, list[str]](list)
    for row in rows.values():
        people = frozenset(member.user for member in row.people) - own
        groups[people].append(row.organisation)
        for user in people:
            places[user].append(row.organisation)
    alike = {people: names for people, names in groups.items() if len(names) > 1 and people & brought}
    same = frozenset(user for people in alike for user in people)
    strays = {user: names for user, names in places.items() if 1 < len(names) <= _FEW and user in brought - same}
    return tuple(map(tuple, alike.values())), tuple((user, tuple(names)) for user, names in strays.items())
