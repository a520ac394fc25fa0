"""A list of organisations, from the lines of its table to rows of a cascade. Every mistake is told by its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.commands.facts import one_fact
from bot.commands.line import Line
from bot.commands.names import Names
from bot.commands.reasons import BadArgumentError, Why
from bot.commands.when import read_time
from bot.commands.words import LANGUAGES, ROLES, find_detail, words
from bot.core.conditions import UNKNOWN
from bot.core.decide.answers import canonical
from bot.core.errors import RuleError
from bot.core.facts import CascadeRow, Member
from bot.core.language import Language, fold, key_of
from bot.core.names import Question, UserId
from bot.core.organisations.lists.matching import plain
from bot.core.people.naming import full_id
from bot.core.people.roster import Right, Role, has_right
from bot.core.playbook import Playbook

MOST_ROWS = 5_000
LONGEST_NAME = 200
MOST_PEOPLE = 50
"""Of one organisation."""
MOST_WRONG = 50
"""Mistakes of one line that are kept."""

_NUMBER = re.compile(r"-?\d+$")
_PERSON_END = re.compile(r"[,;\n]")
_NAMED = re.compile(r"^[^<@]*<(@[^<>\s]+)>")
"""An id as address books write it: `Alice <@alice:example.org>`."""
_SIREN, _SIREN_FORM = "siren", re.compile(r"\d{3}\s?\d{3}\s?\d{3}", re.ASCII)


class Flaw(StrEnum):
    """What is wrong with a list."""

    EMPTY = "empty"
    """Nothing stands below the names of its columns."""
    TOO_MANY = "too-many"
    """`given`: how many there may be."""
    NO_ORGANISATION_COLUMN = "no-organisation-column"
    """`given`: what the first line says instead."""
    NO_PEOPLE_COLUMN = "no-people-column"
    """`given`: what the first line says instead."""
    SAME_COLUMN = "same-column"
    """`given`: a column that there can be once only."""
    NO_ORGANISATION = "no-organisation"
    LONG_NAME = "long-name"
    TWICE = "twice"
    """`given`: the name that is in an earlier line already, `other`."""
    NO_ID = "no-id"
    """`given`: what is no Matrix id."""
    OURSELVES = "ourselves"
    """It names the bot."""
    UNKNOWN_ROLE = "unknown-role"
    NOBODY_LEADS = "nobody-leads"
    TOO_MANY_PEOPLE = "too-many-people"
    """`given`: how many there may be."""
    UNKNOWN_LANGUAGE = "unknown-language"
    UNREADABLE_TIME = "unreadable-time"
    TIME_WITHOUT_HOUR = "time-without-hour"
    AMBIGUOUS_DATE = "ambiguous-date"
    """`given`: a date with two readings, the day or the month first."""
    FUTURE = "future"
    WRONG_ANSWER = "wrong-answer"
    """`given`: the column and what stands there."""
    NO_SIREN = "no-siren"
    """`given`: what is not nine digits."""
    NO_CLIENT_COLUMN = "no-client-column"
    NO_WAY_COLUMN = "no-way-column"
    NO_CLIENT = "no-client"
    NO_WAY = "no-way"
    """The client has neither an e-mail nor an address."""
    NO_EMAIL = "no-email"
    """`given`: what is no e-mail address."""
    NO_COLUMN = "no-column"
    """`given`: the hole of the draft that no column fills."""
    EMPTY_HOLE = "empty-hole"
    """`given`: the hole that would stay empty in the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One mistake, and the line it is in."""

    line: int
    flaw: Flaw
    given: str = ""
    other: int = 0
    """Another line that has to do with it."""


class Meaning(StrEnum):
    """What a column is taken for."""

    ORGANISATION = "organisation"
    PEOPLE = "people"
    ROLE = "role"
    LANGUAGE = "language"
    AWARE = "aware"
    ANSWER = "answer"
    """Of a question or a detail."""
    KEPT = "kept"
    """For blanks and filters, as every column is."""


_PEOPLE = words("column.people")
_ONCE = (Meaning.ORGANISATION, Meaning.LANGUAGE, Meaning.AWARE)
_SINGLE = {word: meaning for meaning in _ONCE for word in words(f"column.{meaning}")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list, and what it was taken for."""

    name: str
    """As the list spells it."""
    meaning: Meaning
    of: str = ""
    """The role, or the question or detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """What a list says; where something is wrong, nothing of it counts."""

    rows: tuple[CascadeRow, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    columns: tuple[Column, ...] = ()
    """In their order; without those that have no name."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """In which line each of the rows stands, by its key."""
    unsaid: frozenset[str] = frozenset()
    """The keys of rows that name no language: they have that of the ground."""

    @property
    def reads(self) -> Mapping[str, str]:
        """Which columns are more than cells: see `bot.core.organisations.lists.matching.Line`."""
        return {
            plain(column.name): column.of if column.meaning is Meaning.ANSWER else ""
            for column in self.columns
            if column.meaning is not Meaning.KEPT
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a list is read by."""

    playbook: Playbook
    """Of the rooms to open: its questions can be columns."""
    language: Language
    """Of organisations that name none."""
    own: UserId
    zone: ZoneInfo
    now: datetime
    name: str = ""
    """Of the list."""

    @property
    def names(self) -> Names:
        """What its questions are called."""
        return Names(questions=self.playbook.questions)


def read_organisations(lines: Sequence[tuple[int, Sequence[str]]], ground: Ground) -> Organisations:
    """Return the rows of a table whose first line names its columns."""
    if len(lines) < 2:
        return Organisations(wrong=(Wrong(line=lines[0][0] if lines else 1, flaw=Flaw.EMPTY),))
    (top, header), *rest = lines
    columns = [_column(name, ground) for name in header]
    wrong = [Wrong(line=top, flaw=flaw, given=given) for flaw, given in _wrong_header(columns)]
    wrong += too_many(rest)
    if wrong:
        return Organisations(wrong=tuple(wrong))
    readers = [_Reader(line=number, ground=ground).read(columns, cells) for number, cells in rest]
    wrong = [mistake for reader in readers for mistake in reader.wrong]
    wrong += said_twice((reader.line, reader.organisation) for reader in readers)
    if wrong:
        return Organisations(wrong=tuple(sorted(wrong, key=lambda mistake: mistake.line)))
    rows = tuple(reader.row() for reader in readers)
    numbers = {row.key: reader.line for row, reader in zip(rows, readers, strict=True)}
    unsaid = frozenset(row.key for row, reader in zip(rows, readers, strict=True) if reader.language is None)
    return Organisations(rows=rows, columns=tuple(filter(None, columns)), numbers=numbers, unsaid=unsaid)


def plain_column(name: str) -> str:
    """Return what tells a column apart, however its name is spelled."""
    return re.sub(r"[\s_-]+", "-", fold(name).strip(" *:"))


def _kind(column: str) -> str:
    """Return *column* without its number: `people 2` is one more `people`."""
    return _NUMBER.sub("", column)


def _role_of(column: str) -> Role | None:
    """Return the role whose holders stand in *column*; an admin is of the house, and some names are of details."""
    role = None if find_detail(column) else ROLES.get(_kind(column))
    return None if role is Role.ADMIN else role


def _column(name: str, ground: Ground) -> Column | None:
    """Return what the column *name* is taken for; None when it has no name."""
    plain = plain_column(name)
    if not plain:
        return None
    if role := _role_of(plain):
        return Column(name=name, meaning=Meaning.ROLE, of=role)
    detail = find_detail(plain)
    meaning = Meaning.PEOPLE if _kind(plain) in _PEOPLE else _SINGLE.get(plain)
    if meaning is None and (answered := ground.names.question(plain) or (detail and detail.name)):
        return Column(name=name, meaning=Meaning.ANSWER, of=answered)
    return Column(name=name, meaning=meaning or Meaning.KEPT)


def _wrong_header(columns: Sequence[Column | None]) -> Iterator[tuple[Flaw, str]]:
    known = [column for column in columns if column is not None]
    read = ", ".join(column.name for column in known)
    if not any(column.meaning is Meaning.ORGANISATION for column in known):
        yield Flaw.NO_ORGANISATION_COLUMN, read
    if not any(column.meaning in (Meaning.PEOPLE, Meaning.ROLE) for column in known):
        yield Flaw.NO_PEOPLE_COLUMN, read
    for meaning in _ONCE:
        same = [column.name for column in known if column.meaning is meaning]
        if len(same) > 1:
            yield Flaw.SAME_COLUMN, same[1]


def too_many(lines: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Wrong]:
    """Yield what is wrong with a list that is too long, of which *lines* stand below the header."""
    if len(lines) > MOST_ROWS:
        yield Wrong(line=lines[MOST_ROWS][0], flaw=Flaw.TOO_MANY, given=str(MOST_ROWS))


def said_twice(named: Iterable[tuple[int, str]]) -> Iterator[Wrong]:
    """Yield the lines whose name stands in a line before, however it is spelled."""
    seen: dict[str, int] = {}
    for line, name in named:
        first = seen.setdefault(key_of(name), line)
        if name and first != line:
            yield Wrong(line=line, flaw=Flaw.TWICE, given=name, other=first)


_TIMES = {Why.AMBIGUOUS_DATE: Flaw.AMBIGUOUS_DATE, Why.TIME_WITHOUT_HOUR: Flaw.TIME_WITHOUT_HOUR}


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One line while it is read."""

    line: int
    ground: Ground
    wrong: list[Wrong] = field(default_factory=list)
    organisation: str = ""
    roster: dict[UserId, dict[Role, None]] = field(default_factory=dict)
    language: Language | None = None
    aware: datetime | None = None
    answers: dict[Question, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    def read(self, columns: Sequence[Column | None], cells: Sequence[str]) -> _Reader:
        """Take in the cells of the line."""
        for column, cell in zip(columns, cells, strict=False):
            if column is not None and cell:
                self._take(column, cell)
        if not self.organisation:
            self._note(Flaw.NO_ORGANISATION)
        elif len(self.organisation) > LONGEST_NAME:
            self._note(Flaw.LONG_NAME, str(LONGEST_NAME))
        self._look_at_people()
        return self

    def row(self) -> CascadeRow:
        """Return what was read; nothing was wrong."""
        return CascadeRow(
            key=key_of(self.organisation),
            organisation=self.organisation,
            people=tuple(Member(user=user, roles=tuple(roles)) for user, roles in self.roster.items()),
            language=self.language or self.ground.language,
            aware=self.aware,
            source=self.ground.name if self.aware else "",
            answers=self.answers,
            columns=self.columns,
        )

    def _take(self, column: Column, cell: str) -> None:
        match column.meaning:
            case Meaning.ORGANISATION:
                self.organisation = " ".join(cell.split())
                return
            case Meaning.PEOPLE:
                self._people(cell, None)
            case Meaning.ROLE:
                self._people(cell, Role(column.of))
            case Meaning.LANGUAGE:
                self._say_language(cell)
            case Meaning.AWARE:
                self._become_aware(cell)
            case Meaning.ANSWER:
                self._answer(column, cell)
            case Meaning.KEPT:
                pass
            case _:
                assert_never(column.meaning)
        self.columns[column.name] = cell

    def _people(self, cell: str, role: Role | None) -> None:
        """Take `@alice:example.org coordinator, @bob:example.org dpo`."""
        for part in _PERSON_END.split(cell):
            if len(self.roster) > MOST_PEOPLE or len(self.wrong) >= MOST_WRONG:
                return  # a table may have millions
            typed, *words = _NAMED.sub(r"\1 ", part.strip()).replace("(", " ").replace(")", " ").split() or [""]
            user = full_id(typed)
            if user is not None and user == self.ground.own:
                self._note(Flaw.OURSELVES, user)
            elif user is not None:
                self.roster.setdefault(user, {}).update(dict.fromkeys(self._roles(words, role)))
            elif typed:
                self._note(Flaw.NO_ID, part.strip())

    def _roles(self, words: Sequence[str], role: Role | None) -> list[Role]:
        """Return the roles that *words* name; who has none leads, unless the column names one."""
        roles = [] if role is None else [role]
        for word in words:
            known = ROLES.get(fold(word))
            if known is None or known is Role.ADMIN:
                self._note(Flaw.UNKNOWN_ROLE, word)
            else:
                roles.append(known)
        return roles or [Role.COORDINATOR]

    def _look_at_people(self) -> None:
        if len(self.roster) > MOST_PEOPLE:
            self._note(Flaw.TOO_MANY_PEOPLE, str(MOST_PEOPLE))
        is_known_wrong = any(mistake.flaw in (Flaw.NO_ID, Flaw.UNKNOWN_ROLE) for mistake in self.wrong)
        if not is_known_wrong and not any(has_right(frozenset(roles), Right.LEAD) for roles in self.roster.values()):
            self._note(Flaw.NOBODY_LEADS)

    def _say_language(self, cell: str) -> None:
        self.language = LANGUAGES.get(fold(cell))
        if self.language is None:
            self._note(Flaw.UNKNOWN_LANGUAGE, cell)

    def _become_aware(self, cell: str) -> None:
        try:
            self.aware = read_time(cell, self.ground.now, self.ground.zone)
        except BadArgumentError as unread:
            self._note(_TIMES.get(unread.reason.why, Flaw.UNREADABLE_TIME), cell)
            return
        if self.aware is None:
            self._note(Flaw.UNREADABLE_TIME, cell)
        elif self.aware > self.ground.now:
            self._note(Flaw.FUTURE, cell)

    def _answer(self, column: Column, cell: str) -> None:
        """Take an answer as `!fact` would."""
        ground = self.ground
        line = Line(rest=f"{column.of} {cell}", now=ground.now, zone=ground.zone, names=ground.names)
        try:
            question, value = canonical(self.ground.playbook, one_fact(line.rest, line), self.ground.now)
        except (BadArgumentError, RuleError):
            self._note(Flaw.WRONG_ANSWER, f"{column.name} = {cell}")
            return
        if question == _SIREN and value != UNKNOWN and not _SIREN_FORM.fullmatch(value):
            self._note(Flaw.NO_SIREN, value)
        self.answers[question] = value

    def _note(self, flaw: Flaw, given: str = "") -> None:
        if len(self.wrong) < MOST_WRONG:
            self.wrong.append(Wrong(line=self.line, flaw=flaw, given=given))
