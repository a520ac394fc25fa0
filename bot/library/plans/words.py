"""The words of plans: what a column is called, who a role is, how soon."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum, auto

from bot.commands.words import ROLES, words
from bot.core.language import Language, fold
from bot.core.people.roster import Role
from bot.sentences.po import said


class Column(StrEnum):
    """What a column of a plan's table says, or the words before a colon."""

    PHASE = auto()
    STAGE = auto()
    """A step or a phase: `étape`, beside a column of actions."""
    STEP = auto()
    WHO = auto()
    BY = auto()
    KEEP = auto()
    NOTE = auto()
    NAME = auto()
    CONTACT = auto()
    """A telephone number or an address."""


_COLUMNS: Mapping[str, Column] = {word: column for column in Column for word in words(f"plan.column.{column}")}
_LONGEST_HEAD = 40
_ROLES: Mapping[str, Role] = {
    **{word: role for role in Role for word in words(f"plan.role.{role}")},
    **{word: role for word, role in ROLES.items() if role is not Role.ADMIN},
}
_ROLE = re.compile(rf"\b({'|'.join(map(re.escape, sorted(_ROLES, key=len, reverse=True)))})\b")
"""The longest first: who heads a department is not the management."""
_APART = re.compile(r"\s*(?:[/,;+&\n()·]|\b(?:et|and|ou|or)\b|\s[-–—]\s)\s*")
_ARTICLE = re.compile(r"^(?:l'|(?:la|le|les|the) )")
_UNITS = {
    "minute": r"min|mn|minutes?",
    "hour": r"h|hrs?|heures?|hours?",
    "day": r"j|d|jours?|days?",
    "week": r"semaines?|weeks?",
}
_BEFORE = r"(?:(?:sous|dans les|dans|en|within|in|max|maximum|avant)\.? |[htjd] ?\+ ?|[<≤] ?)?"
_LENGTH = re.compile(
    rf"{_BEFORE}(?P<number>[1-9]\d{{0,3}}) ?(?:{'|'.join(f'(?P<{n}>{w})' for n, w in _UNITS.items())})\b"
)
_FROM = re.compile(r"(?P<unit>[hjd]) ?\+ ?(?P<number>[1-9]\d{0,3})")


def plain(text: str) -> str:
    """Return *text* as words are compared: no case, no accents, one apostrophe, single blanks."""
    return " ".join(fold(text.replace("’", "'")).split())


def column_of(head: str) -> Column | None:
    """Return what a column with this *head* says, or None."""
    if len(head) > _LONGEST_HEAD:
        return None
    whole = plain(head).strip(" ?:*.")
    parts = (whole, *(part.strip(" ?:*.") for part in _APART.split(whole)), *re.findall(r"\w+", whole))
    return next((_COLUMNS[part] for part in parts if part in _COLUMNS), None)


def label_of(text: str) -> Column | None:
    """Return which column the words before a colon stand for, or None: they are its name and nothing else."""
    return _COLUMNS.get(plain(text).strip(" ?:*."))


def role_named(text: str) -> Role | None:
    """Return the role that *text* is, and nothing else; None if it is none."""
    return _ROLES.get(_ARTICLE.sub("", plain(text).strip(" :.*()-–—")))


def roles_in(text: str) -> tuple[tuple[Role, ...], tuple[str, ...]]:
    """Return the roles that *text* names, each once, and its parts that name none."""
    roles, others = dict[Role, None](), list[str]()
    for part in filter(None, _APART.split(text)):
        found = _ROLE.findall(plain(part))
        roles.update((_ROLES[word], None) for word in found)
        if not found:
            others.append(part)
    return tuple(roles), tuple(others)


def target_of(text: str, language: Language) -> str | None:
    """Return how soon, as a playbook writes it; words stay words; None if a figure could not be read."""
    words_of = " ".join(text.split()).replace("`", "").replace("*", "")
    asked = plain(words_of)
    if found := _FROM.match(asked):
        unit, number, rest = {"h": "hour"}.get(found["unit"], "day"), int(found["number"]), asked[found.end() :]
    elif found := _LENGTH.match(asked):
        unit = next(name for name in _UNITS if found[name])
        number, rest = int(found["number"]), asked[found.end() :]
    else:
        return None if any(map(str.isdigit, asked)) else words_of
    unit, number = ("day", number * 7) if unit == "week" else (unit, number)
    written = said(f"unit.{unit}", language)
    length = f"{number} {written[0] if number == 1 else written[-1]}"
    return f"{length}; {words_of}" if rest.strip(" .") else length


def first_of(columns: Sequence[Column | None], wanted: Column) -> int | None:
    """Return the place of the first column of this kind, or None."""
    return columns.index(wanted) if wanted in columns else None
