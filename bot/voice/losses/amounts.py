"""Amounts and sums in words: `12 h 30 (IT)`, `4,200 EUR`. An estimate says that it is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import assert_never

from bot.core.costs.amounts import Amount, CostKind, Effort, Money
from bot.core.costs.totals import Total
from bot.core.language import Language
from bot.sentences.money import figure
from bot.sentences.typography import NO_BREAK
from bot.voice.catalogue import word
from bot.voice.wording import role_word

_MINUTE = timedelta(minutes=1)


def amount_words(amount: Amount, language: Language, *, estimated: bool = False) -> str:
    """Return an amount as people read it."""
    words = _amount(amount, language)
    return word(language, "cost.estimated", amount=words) if estimated else words


def _amount(amount: Amount, language: Language) -> str:
    match amount:
        case Money():
            return f"{figure(amount.units, amount.digits, language)}{NO_BREAK}{amount.currency}"
        case Effort(minutes=minutes, role=role):
            hours = hours_words(minutes, language)
            if role is None:
                return hours
            return word(language, "cost.hours.of", hours=hours, role=role_word(role, language))
        case _:
            assert_never(amount)


def hours_words(minutes: int, language: Language) -> str:
    """Return a length of work or of an outage to the minute, never in days: `37 h 05`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return word(language, "time.minutes", minutes=rest).replace(" ", NO_BREAK)
    if not rest:
        return word(language, "time.hours", hours=figure(hours, 0, language)).replace(" ", NO_BREAK)
    words = word(language, "time.hours_minutes", hours=figure(hours, 0, language), minutes=f"{rest:02}")
    return words.replace(" ", NO_BREAK)


def length_words(length: timedelta, language: Language) -> str:
    """Return how long an outage lasts, to the minute."""
    return hours_words(length // _MINUTE, language)


def kind_word(kind: CostKind, language: Language) -> str:
    """Return the word for a kind of cost."""
    return word(language, f"cost.kind.{kind}")


def total_words(total: Total, language: Language) -> str:
    """Return a sum: hours, then each currency; what is estimated stands apart."""
    incurred = " · ".join(_sums(total.minutes, total.money, language))
    estimated = " · ".join(_sums(total.estimated_minutes, total.estimated_money, language))
    if not estimated:
        return incurred
    if not incurred:
        return word(language, "cost.estimated", amount=estimated)
    return word(language, "cost.besides", incurred=incurred, estimated=estimated)


def _sums(minutes: int, money: Mapping[str, Money], language: Language) -> Iterator[str]:
    if minutes:
        yield hours_words(minutes, language)
    yield from (_amount(amount, language) for amount in money.values())
