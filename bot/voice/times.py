"""Moments and durations as people read them. Names of days and months are ours: no locale of the machine has a say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.playbook import Language
from bot.voice.typography import NO_BREAK

_DAYS = {
    Language.FRENCH: ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    Language.FRENCH: (
        *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
        *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ),
    Language.ENGLISH: ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_IN_DAYS_FROM = timedelta(hours=120)
_WITH_MINUTES_BELOW = timedelta(hours=6)


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return a point in time with its day and offset: `Fri 27 Nov 2026 14:30 (UTC+1)`."""
    local = at.astimezone(zone)
    between = " à " if language is Language.FRENCH else " "
    return f"{day(at, zone, language)}{between}{local:%H:%M} ({offset(local)})"


def day(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the day in *zone*: `Fri 27 Nov 2026`."""
    local = at.astimezone(zone)
    return f"{_DAYS[language][local.weekday()]} {local.day} {_MONTHS[language][local.month - 1]} {local.year}"


def date_words(year: int, month: int, day_of_month: int, language: Language) -> str:
    """Return a date without its weekday: `24 Nov 2026`."""
    return f"{day_of_month} {_MONTHS[language][month - 1]} {year}"


def offset(local: datetime) -> str:
    """Return the distance to UTC: `UTC+1`, `UTC-3:30`, `UTC`."""
    minutes = round((local.utcoffset() or timedelta()) / _MINUTE)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def span(length: timedelta, language: Language) -> str:
    """Return a duration, never longer than it is: `37 h`, `5 h 20`, `25 min`, `12 s`."""
    if length < _MINUTE:
        return f"{int(length.total_seconds())}{NO_BREAK}s"
    if length >= _IN_DAYS_FROM:
        return f"{length.days}{NO_BREAK}{'jours' if language is Language.FRENCH else 'days'}"
    hours, minutes = divmod(length // _MINUTE, 60)
    if not hours:
        return f"{minutes}{NO_BREAK}min"
    with_minutes = minutes and length < _WITH_MINUTES_BELOW
    return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{minutes:02}" if with_minutes else "")


def left(due: datetime, now: datetime, language: Language) -> str:
    """Return the time left until *due* or since it: `in 37 h`, `overdue by 2 h`. To the nearest minute."""
    minutes = round((due - now) / _MINUTE)
    length = span(abs(minutes) * _MINUTE, language)
    french = language is Language.FRENCH
    if minutes > 0:
        return f"dans {length}" if french else f"in {length}"
    if minutes == 0:
        return "maintenant" if french else "now"
    return f"en retard de {length}" if french else f"overdue by {length}"


def elapsed(since: datetime, now: datetime, language: Language) -> str:
    """Return how long ago *since* was, to the minute."""
    return span(max(timedelta(), (now.astimezone(UTC) - since) // _MINUTE * _MINUTE), language)
