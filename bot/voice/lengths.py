"""How long a clock runs, in words."""

from __future__ import annotations

from typing import assert_never

from bot.core.clocks import lengths
from bot.core.playbook import Language
from bot.voice.catalogue import word
from bot.voice.typography import typeset


def length_words(length: lengths.Length, language: Language) -> str:
    """Return the length and how it is counted."""
    return typeset(_words(length, language), language)


def _words(length: lengths.Length, language: Language) -> str:  # noqa: PLR0911 - a table
    match length:
        case lengths.Elapsed(hours=hours):
            return word(language, "length.hours").replace("#", str(hours))
        case lengths.WorkingDays(days=days):
            return word(language, "length.working_days").replace("#", str(days))
        case lengths.CalendarDays(days=days):
            return word(language, "length.calendar_days").replace("#", str(days))
        case lengths.Months(months=months):
            key = "length.months.one" if months == 1 else "length.months.many"
            return word(language, key).replace("#", str(months))
        case lengths.EarlierOf(hours_after_aware=first, hours_after_second=second):
            words = word(language, "length.earlier_of")
            return words.replace("#1", str(first)).replace("#2", str(second))
        case lengths.WithoutDelay():
            return word(language, "no.figure")
        case lengths.Until():
            return word(language, "length.until")
        case _:
            assert_never(length)
