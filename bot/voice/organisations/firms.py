"""What is said of one organisation wherever it stands: how far it is reached, which clock ends, whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from bot.core.clocks.rules import Rule
from bot.core.facts import CascadeRow
from bot.core.language import Language, fold
from bot.core.names import Question
from bot.core.organisations.duties import DUTIES
from bot.core.organisations.reach import Reach
from bot.core.organisations.rollup import Ending, Line, Rollup, Urgent
from bot.sentences import languages
from bot.sentences.po import said
from bot.voice.catalogue import own, word
from bot.voice.times import left
from bot.voice.wording import short

_LONGEST_RULE = 40
_BETWEEN = re.compile(r"[\W\d_]+")
_CONTACT = Question("contact")


def reach_word(reach: Reach, language: Language) -> str:
    """Return how far an organisation is reached."""
    return word(language, f"reach.{reach}")


def rule_words(rule: Rule, language: Language) -> str:
    """Return what a clock is about, in a word where there is one; never its id."""
    duty = DUTIES.get(rule.id)
    return word(language, f"duty.{duty}") if duty else short(own(rule.title, language), _LONGEST_RULE)


def ending_words(ending: Ending | Urgent, line: Line, found: Rollup) -> tuple[str, str]:
    """Return which clock ends, and when; that it is provisional while nobody confirmed since when it runs."""
    language = found.parent.language
    when = left(found.as_of + ending.left, found.as_of, language)
    if ending.rule in line.proposed:
        when = word(language, "clock.provisional", words=when)
    return rule_words(found.rules[ending.rule], language), when


def contact_of(row: CascadeRow | None) -> tuple[str, str]:
    """Return whom to call and at which number, as far as the list says so, whatever its columns are called."""
    if row is None:
        return "", ""
    phones = list(dict.fromkeys(_cells(row.columns, "phone")))
    names = [name for name in _cells(row.columns, "contact") if name not in phones]
    return next(iter(names), row.answers.get(_CONTACT, "")), " / ".join(phones)


def address_of(row: CascadeRow | None) -> str:
    """Return the postal address as far as the list has it, a line for each of its columns."""
    return "" if row is None else "\n".join(dict.fromkeys(_cells(row.columns, "address")))


def _cells(columns: Mapping[str, str], kind: str) -> Iterator[str]:
    return (" ".join(cell.split()) for name, cell in columns.items() if cell.strip() and _is_called(name, kind))


@lru_cache(maxsize=1024)
def _is_called(column: str, kind: str) -> bool:
    """Say whether a word of the name of a column is one of those by which such columns are called in any language."""
    return not _words(kind).isdisjoint(_BETWEEN.split(fold(column)))


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(fold(each) for language in languages() for each in said(f"typed.column.{kind}", language))
