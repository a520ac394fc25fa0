"""Who is let in: a list as a spreadsheet or a text editor writes it. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.commands.words import ROLES
from bot.core.language import fold
from bot.core.people.roster import Role
from bot.host.yamlfile import read_yaml
from bot.lifeboat.errors import LifeboatError

MOST = 500
MOST_BYTES = 256 * 1024
_LONGEST, _LONGEST_ID = 100, 255
_HEADS: Mapping[str, tuple[str, ...]] = {"name": ("name", "nom"), "role": ("role",), "was": ("was", "etait")}
"""As `fold` spells them."""
_YAML = (".yaml", ".yml")
BETWEEN = "+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the list: as they are called, which is theirs alone there, and what they are."""

    name: str
    roles: tuple[Role, ...]
    was: str = ""
    """What they were called on the homeserver of before, where that is not their name: an id, or its first part."""

    @property
    def written(self) -> str:
        """The roles in one word."""
        return BETWEEN.join(self.roles)


def read(data: bytes, file: str) -> tuple[Person, ...]:
    """Return the people of the list in *data*; *file* is its name. Raises LifeboatError."""
    if len(data) > MOST_BYTES:
        raise LifeboatError("lifeboat.people.many", file=file, most=MOST)
    rows = _of_yaml(data, file) if file.casefold().endswith(_YAML) else _of_csv(data, file)
    found: dict[str, Person] = {}
    for line, name, roles, was in rows:
        person = _person(file, line, name, roles, was)
        if fold(person.name) in found:
            raise LifeboatError("lifeboat.people.twice", file=file, line=line, name=person.name)
        if was and any(fold(was) == fold(other.was) for other in found.values()):
            raise LifeboatError("lifeboat.people.was_twice", file=file, line=line, name=was)
        found[fold(person.name)] = person
    if not found:
        raise LifeboatError("lifeboat.people.nobody", file=file)
    if len(found) > MOST:
        raise LifeboatError("lifeboat.people.many", file=file, most=MOST)
    if not any(Role.ADMIN in person.roles for person in found.values()):
        raise LifeboatError("lifeboat.people.no_admin", file=file)
    return tuple(found.values())


def table(people: Sequence[Person]) -> str:
    """Return the list as it is kept: CSV with a head."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    heads = tuple(_HEADS) if any(person.was for person in people) else tuple(_HEADS)[:2]
    rows.writerow(heads)
    rows.writerows((person.name, person.written, person.was)[: len(heads)] for person in people)
    return written.getvalue()


def _person(file: str, line: int, name: str, roles: Sequence[str], was: str) -> Person:
    if not name or not f"{name}{was}".isprintable() or max(len(name), len(was) - _LONGEST_ID + _LONGEST) > _LONGEST:
        raise LifeboatError("lifeboat.people.row", file=file, line=line, most=_LONGEST)
    known = [ROLES.get(fold(role.strip())) for role in roles]
    if not known or None in known:
        word = next((role.strip() for role, one in zip(roles, known, strict=True) if one is None), "")
        raise LifeboatError("lifeboat.people.role", file=file, line=line, word=word[:_LONGEST], roles=", ".join(Role))
    return Person(name=name, roles=tuple(dict.fromkeys(role for role in known if role is not None)), was=was)


_Row = tuple[int, str, Sequence[str], str]
"""The number of its line, then as `Person` has it."""


def _of_csv(data: bytes, file: str) -> Iterator[_Row]:
    try:
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    except (UnicodeDecodeError, csv.Error):
        raise LifeboatError("lifeboat.people.unread", file=file) from None
    numbered = [
        (number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1) if any(map(str.strip, row))
    ]
    name, role, was, begins = _columns([row for _, row in numbered], file)
    for number, row in numbered[begins:]:
        if len(row) <= max(name, role):
            raise LifeboatError("lifeboat.people.row", file=file, line=number, most=_LONGEST)
        yield number, row[name], row[role].split(BETWEEN), row[was] if was is not None and was < len(row) else ""


def _columns(rows: Sequence[Sequence[str]], file: str) -> tuple[int, int, int | None, int]:
    """Return where names stand, where roles, where what people were called before, and with which row people begin.

    Without a head there are two columns, and that of the roles is the one in which nothing else stands.
    """
    head = [fold(cell) for cell in rows[0]] if rows else []
    at = {key: next((head.index(word) for word in words if word in head), None) for key, words in _HEADS.items()}
    if at["name"] is not None and at["role"] is not None:
        return at["name"], at["role"], at["was"], 1
    columns = [[row[place] if place < len(row) else "" for row in rows] for place in (0, 1)]
    known = [place for place in (0, 1) if rows and all(map(_are_roles, columns[place]))]
    if len(known) != 1:
        raise LifeboatError("lifeboat.people.no_head", file=file)
    return 1 - known[0], known[0], None, 0


def _are_roles(cell: str) -> bool:
    return all(fold(word.strip()) in ROLES for word in cell.split(BETWEEN))


def _of_yaml(data: bytes, file: str) -> Iterator[_Row]:
    found, problems = read_yaml(data)
    if problems or not isinstance(found, dict):
        raise LifeboatError("lifeboat.people.unread", file=file)
    for number, (name, roles) in enumerate(found.items(), 1):
        words = roles if isinstance(roles, list) else str(roles).split(BETWEEN)
        yield number, str(name).strip(), [str(word) for word in words], ""
