"""Which organisations of a list are there already, however the list spells them, and what it says otherwise of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from bot.core.facts import CascadeRow, Member
from bot.core.incident import Incident, Status
from bot.core.language import key_of
from bot.core.names import Question, UserId

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
class Cell:
    """What a list says otherwise in one column."""

    name: str
    old: str
    """Empty where nothing was said before."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list beside what is known. What it leaves empty it does not say otherwise."""

    row: CascadeRow
    known: CascadeRow | None
    """The organisation that it is; None when it is new."""
    reads: Mapping[str, str] = field(default_factory=dict)
    """Columns that are more than cells, by their plain names: which question each answers, or "" for all others."""
    is_double: bool = False
    """Another line is that organisation too, under the name that it has: nothing of this one counts."""
    is_merged: bool = False
    """It was there under this name until it was merged into the one that it is."""

    @property
    def is_renamed(self) -> bool:
        """Say whether only its people tell that it is the one that is there."""
        return self.known is not None and not self.is_merged and self.row.key not in (self.known.key, self.known.called)

    @property
    def joining(self) -> tuple[Member, ...]:
        """Return who stands in it and did not before, or in a further role."""
        before = {} if self.known is None else {member.user: set(member.roles) for member in self.known.people}
        return tuple(one for one in self.row.people if one.user not in before or set(one.roles) - before[one.user])

    @property
    def leaving(self) -> tuple[UserId, ...]:
        """Return who stood in it before and does not now."""
        stay = {member.user for member in self.row.people}
        return tuple(one.user for one in (self.known.people if self.known else ()) if one.user not in stay)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Return what it says otherwise in columns that are nothing but cells, and as answers."""
        if self.known is None:
            return ()
        before = {plain(name): cell for name, cell in self.known.columns.items()}
        found = (self._cell(name, before.get(plain(name), "")) for name in self.row.columns)
        return tuple(cell for cell in found if cell is not None)

    def _cell(self, name: str, old: str) -> Cell | None:
        """Return what column *name* says otherwise than *old*; None when it does not, or is no cell."""
        new, answers = self.row.columns[name], self.known.answers if self.known else {}
        question = self.reads.get(plain(name))
        if question is None:
            return Cell(name=name, old=old, new=new) if _is_other(new, old) else None
        was = answers.get(Question(question), "")
        if not question or self.row.answers.get(Question(question)) == was:
            return None
        return Cell(name=name, old=old or was, new=new)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return what it says otherwise than the line that is kept."""
        new, old = self.row, self.known
        if old is None or self.is_double or self.is_merged:
            return ()
        found = {
            Difference.NAME: _is_other(new.organisation, old.organisation),
            Difference.PEOPLE: bool(self.joining or self.leaving),
            Difference.LANGUAGE: new.language != old.language,
            Difference.AWARE: new.aware is not None and new.aware != old.aware,
            Difference.REST: bool(self.cells) or any(old.answers.get(key) != said for key, said in new.answers.items()),
        }
        return tuple(difference for difference, is_there in found.items() if is_there)

    @property
    def amended(self) -> CascadeRow | None:
        """Return the line that counts if what it says otherwise does, under the key that it has; None without such."""
        new, old = self.row, self.known
        if old is None or not self.differences:
            return None
        is_later = new.aware is not None and new.aware != old.aware
        spelled = {plain(name): name for name in old.columns}
        return replace(
            new,
            key=old.key,
            organisation=new.organisation if _is_other(new.organisation, old.organisation) else old.organisation,
            called="" if new.key == old.key else new.key,
            aware=new.aware if is_later else old.aware,
            source=new.source if is_later else old.source,
            answers={**old.answers, **new.answers},
            columns={**old.columns, **{spelled.get(plain(name), name): cell for name, cell in new.columns.items()}},
        )


def _is_other(new: str, old: str) -> bool:
    """Say whether *new* is another text than *old*; one that only lost accents on its way through a file is none."""
    return new.split() != old.split() and (key_of(new) != key_of(old) or len(new.encode()) >= len(old.encode()))


@lru_cache(maxsize=1024)
def plain(column: str) -> str:
    """Return what tells a column apart, however its name is spelled: the same few, asked for each line."""
    return key_of(column)


def match(
    rows: Sequence[CascadeRow],
    known: Mapping[str, CascadeRow],
    *,
    by_people: bool = True,
    reads: Mapping[str, str] | None = None,
    unsaid: AbstractSet[str] = frozenset(),
) -> tuple[Line, ...]:
    """Return each of *rows* with the organisation of *known* that it is: by its name, else by people of no other.

    One that was merged is *known* by its former name, too. *reads* is as in `Line`; the keys *unsaid* are those of rows
    that name no language.
    """
    merged = {key for key, row in known.items() if row.key != key}
    named = _named(rows, known)
    renamed = _renamed(rows, known, named) if by_people else {}
    current = {row.key for row in rows if (one := named.get(row.key)) is not None and row.key == _name(one)}

    def line(row: CascadeRow) -> Line:
        one = named.get(row.key) or renamed.get(row.key)
        said = replace(row, language=one.language) if one is not None and row.key in unsaid else row
        is_merged = row.key in merged
        is_double = one is not None and not is_merged and row.key != _name(one) and _name(one) in current
        return Line(row=said, known=one, reads=reads or {}, is_double=is_double, is_merged=is_merged)

    return tuple(map(line, rows))


def _name(row: CascadeRow) -> str:
    """Return the key of the name that an organisation has now."""
    return row.called or row.key


def _named(rows: Iterable[CascadeRow], known: Mapping[str, CascadeRow]) -> Mapping[str, CascadeRow]:
    """Return, by the keys of *rows*, which are known by the name that they have, or had."""
    now = {_name(one): one for one in known.values()}
    found = ((row.key, now.get(row.key) or known.get(row.key)) for row in rows)
    return {key: one for key, one in found if one is not None}


def _renamed(
    rows: Sequence[CascadeRow], known: Mapping[str, CascadeRow], named: Mapping[str, CascadeRow]
) -> Mapping[str, CascadeRow]:
    """Return, by its new key, whose name changed: some of its people are the same, and all of those of it alone."""
    listed = {one.key for one in named.values()}
    before, now = _only_of(known.values()), _only_of(rows)
    found: dict[str, str] = {}
    for row in rows:
        were = {before[member.user] for member in row.people if member.user in before and member.user in now}
        if row.key not in named and len(were) == 1 and not were & listed:
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
