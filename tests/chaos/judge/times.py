"""Moments and durations in words, and back: which durations read like this."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Paris")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
        *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ),
}
SPAN = r"\d+ (?:days|jours)|\d+ h(?: \d\d)?|\d+ min|\d+ s"
LEFT = rf"now|maintenant|(?:in|dans|overdue by|en retard de) (?:{SPAN})"
_LONG, _SECOND = 6 * HOUR, timedelta(seconds=1)
_OVER = {"overdue by", "en retard de"}
_LEFT = re.compile(rf"(in|dans|overdue by|en retard de) ({SPAN})")
_SPAN = re.compile(r"(\d+) (days|jours|h|min|s)(?: (\d\d))?")


def day(moment: datetime, language: str) -> str:
    local = moment.astimezone(ZONE)
    return f"{DAYS[language][local.weekday()]} {local.day} {MONTHS[language][local.month - 1]} {local.year}"


def offset(moment: datetime) -> str:
    """Where the judge sits, in whole hours: `UTC+1`."""
    hours = (moment.astimezone(ZONE).utcoffset() or timedelta()) // HOUR
    return f"UTC{hours:+d}" if hours else "UTC"


def moment(at: datetime, language: str) -> str:
    between = " à " if language == "fr" else " "
    return f"{day(at, language)}{between}{at.astimezone(ZONE):%H:%M} ({offset(at)})"


def near(at: datetime, language: str, year: int) -> str:
    """The same without the hour's offset, and without its year in *year*."""
    words = day(at, language).removesuffix(f" {year}")
    return f"{words} {at.astimezone(ZONE):%H:%M}"


def weekday(at: datetime, language: str) -> str:
    local = at.astimezone(ZONE)
    return f"{DAYS[language][local.weekday()]} {local:%H:%M}"


def typed(at: datetime) -> str:
    """A moment as somebody types it, to the second."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def lengths(words: str) -> tuple[timedelta, timedelta]:
    """Return from which duration on, and up to which, *words* are right: no duration is said longer than it is."""
    found = _SPAN.fullmatch(words)
    assert found is not None, words
    count = int(found[1])
    match found[2]:
        case "days" | "jours":
            return count * DAY, (count + 1) * DAY
        case "h":
            start = count * HOUR + int(found[3] or 0) * MINUTE
            return start, start + (HOUR if start >= _LONG else MINUTE)  # minutes are said below six hours
        case "min":
            return count * MINUTE, (count + 1) * MINUTE
        case _:
            return count * _SECOND, (count + 1) * _SECOND


def left(words: str) -> tuple[timedelta, timedelta]:
    """Return how much may be left until a due time that *words* tell of, from and up to; less than nothing after it.

    It is told to the nearest minute.
    """
    half = MINUTE / 2
    if words in {"now", "maintenant"}:
        return -half, half
    found = _LEFT.fullmatch(words)
    assert found is not None, words
    least, most = lengths(found[2])
    most -= MINUTE
    return (-most - half, -least + half) if found[1] in _OVER else (least - half, most + half)


def day_end(moment: datetime) -> datetime:
    """23:59 of the day of *moment*."""
    return moment.astimezone(ZONE).replace(hour=23, minute=59, second=0, microsecond=0).astimezone(UTC)
