"""Words of fixed meaning: those of every language count in all of them, and none means two things in one table."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.commands import words
from bot.commands.table import ROWS
from bot.core.details import DETAILS
from bot.core.language import Language, fold
from bot.sentences import languages
from bot.sentences.po import said, sentences

TABLES = sorted({key.rpartition(".")[0] for key in sentences(Language("en")) if key.startswith("typed.")})
APART = {"typed", "typed.time"}
"""Their words stand in different places: `h` is a length and a unit."""


@pytest.mark.parametrize("table", [table for table in TABLES if table not in APART])
def test_no_word_means_two_things(table: str) -> None:
    meanings: dict[str, set[str]] = {}
    for language in languages():
        for key in (key for key in sentences(language) if key.startswith(f"{table}.")):
            for word in said(key, language):
                meanings.setdefault(fold(word), set()).add(key)
    assert not {word: keys for word, keys in meanings.items() if len(keys) > 1}


@pytest.mark.parametrize("language", languages())
def test_no_word_calls_two_commands_in_one_language(language: Language) -> None:
    called = [fold(word) for row in ROWS for word in row.words[language]]
    assert sorted(called) == sorted(set(called))


@pytest.mark.parametrize(
    "table", [words.ROLES, words.SEVERITIES, words.RISK_FACTORS, words.RISK_LEVELS, words.AUDIENCES, words.LANGUAGES]
)
def test_everything_that_has_a_word_is_called_by_its_own_name_too(table: Mapping[str, str]) -> None:
    assert all(table[meaning] == meaning for meaning in table.values())


def test_a_language_is_called_in_its_own_words_and_in_those_of_others() -> None:
    called = {word: words.LANGUAGES[word] for word in ("fr", "francais", "french", "en", "english", "anglais")}
    assert called == dict.fromkeys(("fr", "francais", "french"), "fr") | dict.fromkeys(
        ("en", "english", "anglais"), "en"
    )


def test_a_detail_is_found_by_its_name_in_any_language_whatever_its_case() -> None:
    (meant,) = (detail for detail in DETAILS if detail.name == "people-count")
    assert words.find_detail("Nombre-Personnes") is words.find_detail("people-count") is meant
    assert words.find_detail("xyzzy") is None
