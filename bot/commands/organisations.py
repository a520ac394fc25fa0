"""A list of organisations, from the lines of its table to rows of a cascade. Every mistake is told by its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.commands.facts import one_fact
from bot.commands.line import Line
from bot.commands.names import Names
from bot.commands.reasons import BadArgumentError
from bot.commands.when import read_time
from bot.commands.words import LANGUAGES, ROLES, find_detail, words
from bot.core.decide.answers import canonical
from bot.core.errors import RuleError
from bot.core.facts import CascadeRow, Member
from bot.core.language import Language, fold, key_of
from bot.core.names import Question, UserId
from bot.core.people.naming import full_id
from bot.core.people.roster import Right, Role, has_right
from bot.core.playbook import Playbook

MOST_ROWS = 5_000
LONGEST_NAME = 200
MOST_PEOPLE = 50
"""Of one organisation."""
MOST_WRONG = 50
"""Mistakes of one line that are kept."""

_ORGANISATION, _PEOPLE = words("column.organisation"), words("column.people")
_LANGUAGE, _AWARE = words("column.language"), words("column.aware")
_SINGLE = (_ORGANISATION, _LANGUAGE, _AWARE)
_NUMBER = re.compile(r"-?\d+$")
_PERSON_END = re.compile(r"[,;\n]")


class Flaw(StrEnum):
    """What is wrong with a list."""

    EMPTY = "empty"
    """Nothing stands below the names of its columns."""
    TOO_MANY = "too-many"
    """`given`: how many there may be."""
    NO_ORGANISATION_COLUMN = "no-organisation-column"
    NO_PEOPLE_COLUMN = "no-people-column"
    SAME_COLUMN = "same-column"
    """`given`: a column that there can be once only."""
    NO_ORGANISATION = "no-organisation"
    LONG_NAME = "long-name"
    TWICE = "twice"
    """`given`: the name that is in an earlier line already."""
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
    FUTURE = "future"
    WRONG_ANSWER = "wrong-answer"
    """`given`: the column and what stands there."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """What a list says; where something is wrong, nothing of it counts."""

    rows: tuple[CascadeRow, ...] = ()
    wrong: tuple[Wrong, ...] = ()


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

    @property
    def names(self) -> Names:
        """What its questions are called."""
        return Names(questions=self.playbook.questions)


def read_organisations(lines: Sequence[tuple[int, Sequence[str]]], ground: Ground) -> Organisations:
    """Return the rows of a table whose first line names its columns."""
    if len(lines) < 2:
        return Organisations(wrong=(Wrong(line=lines[0][0] if lines else 1, flaw=Flaw.EMPTY),))
    (top, header), *rest = lines
    columns = [plain_column(name) for name in header]
    wrong = [Wrong(line=top, flaw=flaw, given=given) for flaw, given in _wrong_header(columns)]
    wrong += too_many(rest)
    if wrong:
        return Organisations(wrong=tuple(wrong))
    readers = [_Reader(line=number, ground=ground).read(columns, header, cells) for number, cells in rest]
    wrong = [mistake for reader in readers for mistake in reader.wrong]
    wrong += said_twice((reader.line, reader.organisation) for reader in readers)
    if wrong:
        return Organisations(wrong=tuple(sorted(wrong, key=lambda mistake: mistake.line)))
    return Organisations(rows=tuple(reader.row() for reader in readers))


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


def _wrong_header(columns: Sequence[str]) -> Iterator[tuple[Flaw, str]]:
    known = [column for column in columns if column]
    if not _ORGANISATION.intersection(known):
        yield Flaw.NO_ORGANISATION_COLUMN, ""
    if not any(_kind(column) in _PEOPLE or _role_of(column) for column in known):
        yield Flaw.NO_PEOPLE_COLUMN, ""
    for names in _SINGLE:
        same = [column for column in known if column in names]
        if len(same) > 1:
            yield Flaw.SAME_COLUMN, same[1]


def too_many(lines: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Wrong]:
    """Yield what is wrong with a list that is too long, of which *lines* stand below the header."""
    if len(lines) > MOST_ROWS:
        yield Wrong(line=lines[MOST_ROWS][0], flaw=Flaw.TOO_MANY, given=str(MOST_ROWS))


def said_twice(named: Iterable[tuple[int, str]]) -> Iterator[Wrong]:
    """Yield the lines whose name stands in a line before, however it is spelled."""
    seen: set[str] = set()
    for line, name in named:
        key = key_of(name)
        if key and key in seen:
            yield Wrong(line=line, flaw=Flaw.TWICE, given=name)
        seen.add(key)


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

    def read(self, columns: Sequence[str], header: Sequence[str], cells: Sequence[str]) -> _Reader:
        """Take in the cells of the line."""
        for column, name, cell in zip(columns, header, cells, strict=False):
            if column and cell:
                self._take(column, name, cell)
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
            answers=self.answers,
            columns=self.columns,
        )

    def _take(self, column: str, name: str, cell: str) -> None:
        role = _role_of(column)
        if column in _ORGANISATION:
            self.organisation = " ".join(cell.split())
        elif _kind(column) in _PEOPLE:
            self._people(cell, None)
        elif column in _LANGUAGE:
            self._say_language(cell)
        elif column in _AWARE:
            self._become_aware(cell)
        elif role is not None:
            self._people(cell, role)
        elif self.ground.names.question(column) or find_detail(column):
            self._answer(column, cell)
        else:
            self.columns[name] = cell

    def _people(self, cell: str, role: Role | None) -> None:
        """Take `@alice:example.org coordinator, @bob:example.org dpo`."""
        for part in _PERSON_END.split(cell):
            if len(self.roster) > MOST_PEOPLE or len(self.wrong) >= MOST_WRONG:
                return  # a table may have millions
            typed, *words = part.replace("(", " ").replace(")", " ").split() or [""]
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
        except BadArgumentError:
            self.aware = None
        if self.aware is None:
            self._note(Flaw.UNREADABLE_TIME, cell)
        elif self.aware > self.ground.now:
            self._note(Flaw.FUTURE, cell)

    def _answer(self, column: str, cell: str) -> None:
        """Take an answer as `!fact` would."""
        ground = self.ground
        line = Line(rest=f"{column} {cell}", now=ground.now, zone=ground.zone, names=ground.names)
        try:
            question, value = canonical(self.ground.playbook, one_fact(line.rest, line), self.ground.now)
            self.answers[question] = value
        except (BadArgumentError, RuleError):
            self._note(Flaw.WRONG_ANSWER, f"{column}: {cell}")

    def _note(self, flaw: Flaw, given: str = "") -> None:
        if len(self.wrong) < MOST_WRONG:
            self.wrong.append(Wrong(line=self.line, flaw=flaw, given=given))
