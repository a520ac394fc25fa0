"""How long a clock runs, in words."""

from __future__ import annotations

from typing import assert_never

from bot.core.clocks import lengths
from bot.core.language import Language
from bot.sentences.typography import typeset
from bot.voice.catalogue import counted, word


def length_words(length: lengths.Length, language: Language) -> str:
    """Return the length and how it is counted."""
    return typeset(_words(length, language), language)


def _words(length: lengths.Length, language: Language) -> str:  # noqa: PLR0911 - a table
    match length:
        case lengths.Elapsed(hours=hours):
            return word(language, "length.hours", hours=hours)
        case lengths.WorkingDays(days=days):
            return word(language, "length.working_days", days=days)
        case lengths.CalendarDays(days=days):
            return word(language, "length.calendar_days", days=days)
        case lengths.Months(months=months):
            return counted(language, "length.months", months)
        case lengths.EarlierOf(hours_after_aware=first, hours_after_second=second):
            return word(language, "length.earlier_of", first=first, second=second)
        case lengths.WithoutDelay():
            return word(language, "no.figure")
        case lengths.Until():
            return word(language, "length.until")
        case _:
            assert_never(length)
