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
_NAMES = {name: 1 + place % 12 for place, name in enumerate((*MONTHS["en"], *MONTHS["fr"]))}
_SAID = re.compile(
    rf"(?P<day>\S+ (?P<number>\d+) (?P<month>{'|'.join(map(re.escape, _NAMES))})) (?P<year>\d{{4}})"
    r"(?P<time>(?: à)? (?P<hour>\d\d):\d\d)? \((?P<offset>UTC(?:[+-]\d+)?)\)"
)
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


def said_once(text: str) -> str:
    """Leave out the year and the offset of each moment that has those of the one before it; a day alone keeps both."""
    year = place = ""

    def again(found: re.Match[str]) -> str:
        nonlocal year, place
        same_year, same_place = found["year"] == year, found["offset"] == place and not _comes_twice(found)
        year, place = found["year"], found["offset"]
        if not found["time"]:
            return found[0]
        years, places = "" if same_year else f" {year}", "" if same_place else f" ({place})"
        return f"{found['day']}{years}{found['time']}{places}"

    return _SAID.sub(again, text)


def _comes_twice(found: re.Match[str]) -> bool:
    """Say whether clocks are put back in that hour."""
    if not found["hour"]:
        return False
    hour = datetime(int(found["year"]), _NAMES[found["month"]], int(found["number"]), int(found["hour"]), tzinfo=ZONE)
    return hour.utcoffset() != hour.replace(fold=1).utcoffset()


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
