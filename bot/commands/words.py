"""Words of fixed meaning, in every language at once: roles, severities, answers. Case and accents do not count.

Which words these are stands in the sentences, as `typed.TABLE.MEANING`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.core.details import DETAILS, Detail
from bot.core.facts import Certainty, Channel, Severity
from bot.core.language import Language, fold
from bot.core.organisations.bulletins import Audience
from bot.core.people.roster import Role
from bot.core.risk import RiskFactor, RiskLevel
from bot.sentences import languages
from bot.sentences.po import said, sentences

T = TypeVar("T")


def words(key: str) -> frozenset[str]:
    """Return the words of every language for `typed.KEY`, as `fold` spells them."""
    return frozenset(fold(word) for language in languages() for word in said(f"typed.{key}", language))


def any_of(spelt: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(spelt, key=lambda word: (-len(word), word)))


def _by_word(table: str, meanings: Iterable[T]) -> Mapping[str, T]:
    return {word: meaning for meaning in meanings for word in words(f"{table}.{meaning}")}


ROLES = _by_word("role", Role)
SEVERITIES = _by_word("severity", Severity)


def _names(meant: Language) -> frozenset[str]:
    """Return the code of a language, its own name for itself, and those that others have given it."""
    key = f"typed.language.{meant}"
    named = (said(key, language) for language in languages() if key in sentences(language))
    return frozenset(fold(word) for words in ((meant,), *named) for word in words)


LANGUAGES: Mapping[str, Language] = {word: language for language in languages() for word in _names(language)}
VALUES = _by_word("value", {value: None for detail in DETAILS for value in detail.values})
"""Values of details that take only some."""
RISK_FACTORS = _by_word("factor", RiskFactor)
RISK_LEVELS = _by_word("level", RiskLevel)
CERTAINTIES = _by_word("certainty", Certainty)
AUDIENCES = _by_word("audience", Audience)
CHANNELS = _by_word("channel", Channel)
OPTIONS = _by_word("option", ("playbook", "parent", "severity", "lang", "drill", "new", "to", "next", "with", "every"))
_DETAILS: Mapping[str, Detail] = {word: detail for detail in DETAILS for word in words(f"detail.{detail.name}")}
_ANSWERS = _by_word("answer", ("yes", "no", "unknown"))
_LONGEST_ANSWER = 100
"""No spelling of an answer has more characters."""


def canonical_answer(text: str) -> str:
    """Return `yes`, `no` or `unknown` for any spelling of them, and any other answer as it is."""
    if len(text) > _LONGEST_ANSWER:
        return text
    return _ANSWERS.get(fold(" ".join(text.replace("’", "'").split())), text)


def find_detail(name: str) -> Detail | None:
    """Return the detail that *name* names in any language; None when none does."""
    return _DETAILS.get(fold(name))
