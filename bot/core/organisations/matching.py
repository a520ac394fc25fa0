"""Which organisations of a list are there already, however the list spells them, and what it says otherwise of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.facts import CascadeRow
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import UserId

_ENOUGH = 0.5
"""A list of which this part is there already, or more, is that of the same incident, whatever its title."""


class Difference(StrEnum):
    """What a list says otherwise than the one before."""

    NAME = "name"
    PEOPLE = "people"
    LANGUAGE = "language"
    AWARE = "aware"
    REST = "rest"
    """An answer, or any other column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list beside what is known."""

    row: CascadeRow
    known: CascadeRow | None
    """The organisation that it is; None when it is new."""
    is_merged: bool = False
    """It was there under this name until it was merged into the one that it is."""

    @property
    def is_renamed(self) -> bool:
        """Say whether only its people tell that it is the one that is there."""
        return self.known is not None and self.known.key != self.row.key and not self.is_merged

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return what it says otherwise than the line that is kept."""
        new, old = self.row, self.known
        if old is None or self.is_merged:
            return ()
        found = {
            Difference.NAME: new.organisation != old.organisation,
            Difference.PEOPLE: set(new.people) != set(old.people),
            Difference.LANGUAGE: new.language != old.language,
            Difference.AWARE: new.aware != old.aware,
            Difference.REST: new.answers != old.answers or _differ(new.columns, old.columns),
        }
        return tuple(difference for difference, is_there in found.items() if is_there)


def _differ(new: Mapping[str, str], old: Mapping[str, str]) -> bool:
    """Say whether a column that both lists have says otherwise."""
    return any(old.get(name, cell) != cell for name, cell in new.items())


def match(rows: Sequence[CascadeRow], known: Mapping[str, CascadeRow], *, by_people: bool = True) -> tuple[Line, ...]:
    """Return each of *rows* with the organisation of *known* that it is: by its name, else by people of no other.

    One that was merged is *known* by its former name, too.
    """
    renamed = _renamed(rows, known) if by_people else {}
    merged = {key for key, row in known.items() if row.key != key}
    return tuple(
        Line(row=row, known=known.get(row.key) or renamed.get(row.key), is_merged=row.key in merged) for row in rows
    )


def _renamed(rows: Sequence[CascadeRow], known: Mapping[str, CascadeRow]) -> Mapping[str, CascadeRow]:
    """Return, by its new key, whose name changed: some of its people are the same, and all of those of it alone."""
    listed = {row.key for row in rows}
    before, now = _only_of(known.values()), _only_of(rows)
    found: dict[str, str] = {}
    for row in rows:
        were = {before[member.user] for member in row.people if member.user in before and member.user in now}
        if row.key not in known and len(were) == 1 and not were & listed:
            found[row.key] = were.pop()
    often = Counter(found.values())
    return {new: known[old] for new, old in found.items() if often[old] == 1}


def _only_of(rows: Iterable[CascadeRow]) -> Mapping[UserId, str]:
    """Return whose organisation those are who stand in the line of one alone: an adviser stands in many."""
    lines: dict[UserId, set[str]] = {}
    for row in rows:
        for member in row.people:
            lines.setdefault(member.user, set()).add(row.key)
    return {user: key for user, keys in lines.items() for key in keys if len(keys) == 1}


def parent_of(
    incidents: Iterable[Incident], title: str, rows: Sequence[CascadeRow], *, drill: bool, by_people: bool = True
) -> Incident | None:
    """Return the open incident of organisations that is meant: by its title, else by the list; None when none is.

    A drill adds to a drill, and to nothing else. Otherwise organisations would take their incident for an exercise, or
    an exercise for an incident. Without *by_people* the title alone counts.
    """
    wanted = key_of(title)
    open_ = [one for one in incidents if one.cascade and one.status is not Status.CLOSED and one.drill is drill]
    named = next((one for one in open_ if key_of(one.title) == wanted), None)
    if named is not None or not by_people or not rows:
        return named
    shares = ((_share(rows, one), one) for one in open_)
    share, likely = max(shares, key=lambda found: found[0], default=(0, None))
    return likely if share >= _ENOUGH else None


def _share(rows: Sequence[CascadeRow], parent: Incident) -> float:
    """Return which part of *rows* are organisations of *parent*."""
    known = parent.cascade.known if parent.cascade else {}
    return sum(line.known is not None for line in match(rows, known)) / len(rows)
