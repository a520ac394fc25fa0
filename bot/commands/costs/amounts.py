"""Amounts as people type them: `4200 EUR`, `4 200,50 €`, `€4,200.50`, `12h`, `12h30`, `90 min`, `1.5 h`."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from bot.commands.line import Line
from bot.commands.reasons import BadArgumentError, Why
from bot.commands.words import any_of, words
from bot.core.costs.amounts import MOST_MINUTES, MOST_UNITS, Amount, Effort, Money
from bot.core.language import fold
from bot.sentences.money import currencies

_ABOUT = words("time.about")
_CALLED = {word: code for code in ("EUR", "GBP") for word in words(f"currency.{code}")}
"""What people call a currency beside its three letters; a bare dollar is nobody's."""
_SPACE = "[ \u00a0\u202f]"
_NUMBER = rf"(?P<sign>[-−–]?)\s*(?P<number>[0-9](?:[0-9]|[.,'’](?=[0-9])|{_SPACE}(?=[0-9]{{3}}(?![0-9])))*)"
_UNIT = r"(?P<unit>[^\W\d_]{1,12}|[€£$¥])"


def _any(key: str) -> str:
    """Return a pattern for the words under *key* of more than a letter, and `h`: an `m` may be a million."""
    return any_of(word for word in words(key) if len(word) > 1 or word == "h")


_HOURS, _MINUTES = _any("time.hour"), _any("time.minute")
_EFFORT = re.compile(
    rf"{_NUMBER}\s*(?:(?P<hours>{_HOURS})(?:\s?(?P<odd>[0-5]?[0-9])\s?(?:{_MINUTES})|(?P<half>[0-5][0-9])|(?<=\sh)\s(?P<apart>[0-5][0-9]))?"
    rf"|(?:{_MINUTES}))(?!\w)",
    re.IGNORECASE,
)
_MINUTES_APART = re.compile(r"\s+[0-5][0-9](?!\w)")
"""`12h 30`: minutes, or thirty of something."""
_BEFORE = re.compile(rf"(?P<minus>[-−–]?)\s*{_UNIT}\s*{_NUMBER}(?!\w)")
_AFTER = re.compile(rf"{_NUMBER}(?:\s*{_UNIT})?(?!\w)")
_MARKS = re.compile(rf"{_SPACE}|['’]")
_GROUPED = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,4})(?:[.,](?P<rest>[0-9]+))?"
)
_PLAIN = re.compile(r"(?P<whole>[0-9]{1,16})(?:[.,](?P<rest>[0-9]+))?")
_FIGURES_OF_A_GROUP = 3


def read_amount(line: Line) -> tuple[Amount, bool, Line]:
    """Return the amount that *line* begins with, whether it is an estimate, and the line after it.

    Raises:
        BadArgumentError: there is none, or one that cannot be kept as it is.
    """
    estimated, text = _estimated(line.rest)
    found = _EFFORT.match(text) or _money_before(text) or _AFTER.match(text)
    if found is None:
        raise BadArgumentError(Why.NOT_AN_AMOUNT, given=" ".join(line.rest.split()[:4]))
    given, parts = found.group().strip(), found.groupdict()
    if found.re is _EFFORT and parts["hours"] and not _odd(parts) and (torn := _MINUTES_APART.match(text, found.end())):
        raise BadArgumentError(Why.NOT_AN_AMOUNT, given=given + torn.group())
    amount = _effort(parts, given) if found.re is _EFFORT else _money(parts, given)
    if parts["sign"] or parts.get("minus"):
        raise BadArgumentError(Why.NEGATIVE_AMOUNT, given=given)
    return amount, estimated, replace(line, rest=text[found.end() :].strip())


def begins_with_amount(text: str) -> bool:
    """Say whether *text* begins with figures, or with a currency and figures: an amount is meant, good or not."""
    _, rest = _estimated(text)
    return rest.lstrip("-−– ")[:1].isdigit() or _money_before(rest) is not None


def _estimated(text: str) -> tuple[bool, str]:
    stripped = text.lstrip()
    if stripped[:1] in ("~", "≈"):
        return True, stripped[1:].lstrip()
    first, _, rest = stripped.partition(" ")
    return (True, rest.lstrip()) if rest and fold(first) in _ABOUT else (False, stripped)


def _money_before(text: str) -> re.Match[str] | None:
    """Return an amount whose currency stands before it: a word that is none begins no amount."""
    found = _BEFORE.match(text)
    return found if found is not None and _currency(found["unit"]) is not None else None


def _currency(unit: str) -> str | None:
    return unit.upper() if unit.upper() in currencies() else _CALLED.get(fold(unit))


def _money(parts: dict[str, str | None], given: str) -> Money:
    unit = parts["unit"]
    if unit is None:
        raise BadArgumentError(Why.AMOUNT_WITHOUT_UNIT, given=given)
    code = _currency(unit)
    if code is None:
        raise BadArgumentError(Why.UNKNOWN_CURRENCY, given=unit)
    digits = currencies()[code]
    value = _value(parts["number"] or "", digits, given)
    return Money(units=_whole(value.scaleb(digits), MOST_UNITS, given), digits=digits, currency=code)


def _odd(parts: dict[str, str | None]) -> str | None:
    """Return the minutes beside the hours."""
    return parts["odd"] or parts["half"] or parts["apart"]


def _effort(parts: dict[str, str | None], given: str) -> Effort:
    value = _value(parts["number"] or "", _FIGURES_OF_A_GROUP, given)
    odd = _odd(parts)
    if odd and value != int(value):
        raise BadArgumentError(Why.NOT_AN_AMOUNT, given=given)
    minutes = value * 60 + int(odd or 0) if parts["hours"] else value
    return Effort(minutes=_whole(minutes, MOST_MINUTES, given))


def _value(number: str, digits: int, given: str) -> Decimal:
    """Return what *number* says.

    Three figures behind the only mark are thousands, since no amount has so many decimals. Where one may have, nobody
    can say which is meant.
    """
    figures = _MARKS.sub("", number)
    grouped, plain = _GROUPED.fullmatch(figures), _PLAIN.fullmatch(figures)
    found = grouped or plain
    is_ambiguous = grouped is not None and plain is not None and digits >= _FIGURES_OF_A_GROUP
    if found is None or is_ambiguous or len(found["rest"] or "") > digits:
        raise BadArgumentError(Why.NOT_AN_AMOUNT, given=given)
    return Decimal(f"{re.sub('[.,]', '', found['whole'])}.{found['rest'] or '0'}")


def _whole(value: Decimal, most: int, given: str) -> int:
    if value == 0:
        raise BadArgumentError(Why.NEGATIVE_AMOUNT, given=given)
    if value != int(value) or value > most:
        raise BadArgumentError(Why.NOT_AN_AMOUNT, given=given)
    return int(value)
