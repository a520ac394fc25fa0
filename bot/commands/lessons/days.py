"""Days to come as people type them: `15 Jan`, `1er février 2027`, `Friday`, `in 3 weeks`, `2027-01-15`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NoReturn

from bot.commands.line import Line
from bot.commands.reasons import BadArgumentError, Why
from bot.commands.when import MONTHS, read_day
from bot.commands.words import any_of, words
from bot.core.language import fold
from bot.sentences import languages
from bot.sentences.po import said

_TWO_MONTHS_AHEAD = timedelta(days=60)


def _any(*keys: str) -> str:
    """Return a pattern for the words of every language for *keys*."""
    return any_of({word for key in keys for word in words(key)})


_WEEKDAYS = {
    fold(word): number
    for key in ("weekday", "weekday_short")
    for language in languages()
    for number, word in enumerate(said(f"typed.time.{key}", language))
}
_FILLER = re.compile(rf"(?:(?:{_any('finding.on')})\s+)+")
_NUMBERED = rf"(?P<day>\d{{1,2}})(?:{_any('time.ordinal')})?"
_DAY = rf"(?:{_any('time.weekday', 'time.weekday_short')})[.,]?\s+(?:(?:{_any('finding.on')})\s+)?"
_DATE = re.compile(
    rf"(?:{_DAY})?{_NUMBERED}\s+(?:of\s+)?(?P<month>{_any('time.month')})\b[.,]?(?:\s+(?P<year>20\d\d))?"
)
_MONTH_FIRST = re.compile(rf"(?:{_DAY})?(?P<month>{_any('time.month')})\b\.?\s+{_NUMBERED}(?:,?\s+(?P<year>20\d\d))?")
_SPAN = re.compile(
    rf"(?:(?:{_any('time.ahead')})\s+)?(?P<count>\d{{1,3}})\s?(?:(?P<weeks>{_any('finding.week')})|{_any('time.day')})"
)
_LIKE_A_DAY = re.compile(rf"{_NUMBERED}(?:\s+(?:{_any('time.month')})\b.*)?|\d+[/.-]\d.*")


def read_day_to_come(text: str, line: Line) -> date | None:
    """Return the day that the whole of *text* says, without a year the next such one; None when it says none.

    Raises BadArgumentError: it is written as a day but names none, or more than one.
    """
    plain = _FILLER.sub("", fold(text.strip().rstrip(".!")), count=1)
    today = line.now.astimezone(line.zone).date()
    if plain in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[plain] - today.weekday() - 1) % 7 + 1)
    if span := _SPAN.fullmatch(plain):
        return today + timedelta(days=int(span["count"]) * (7 if span["weeks"] else 1))
    if found := _DATE.fullmatch(plain) or _MONTH_FIRST.fullmatch(plain):
        dated = _dated(found, today)
        return _refuse(text, today) if dated is None else dated
    try:
        day = read_day(plain, line.now, line.zone)
    except BadArgumentError as bad:
        if bad.reason.why is Why.AMBIGUOUS_DATE:
            raise
        _refuse(text, today)
    return _refuse(text, today) if day is None and _LIKE_A_DAY.fullmatch(plain) else day


def _dated(found: re.Match[str], today: date) -> date | None:
    """Return the day; None where there is no such one."""
    years = (int(found["year"]),) if found["year"] else (today.year, today.year + 1)
    for year in years:
        try:
            day = date(year, MONTHS[found["month"]], int(found["day"]))
        except ValueError:
            continue
        if found["year"] or day >= today:
            return day
    return None


def _refuse(text: str, today: date) -> NoReturn:
    example = (today + _TWO_MONTHS_AHEAD).isoformat()
    raise BadArgumentError(Why.NOT_A_DAY, given=" ".join(text.split())[:60], example=example)
