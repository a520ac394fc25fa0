"""Moments and durations as people read them. Names of days and months are sentences, not a locale of the machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.language import Language
from bot.sentences.typography import NO_BREAK
from bot.voice.catalogue import counted, knows, word
from bot.voice.markup import Moment

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_IN_DAYS_FROM = timedelta(hours=120)
_WITH_MINUTES_BELOW = timedelta(hours=6)


def moment(at: datetime, zone: ZoneInfo, language: Language) -> Moment:
    """Return a point in time with its day and offset: `Fri 27 Nov 2026 14:30 (UTC+1)`; later `Fri 27 Nov 14:30`."""
    local = at.astimezone(zone)

    def after(earlier: Moment) -> str:
        has_year = local.year != earlier.local.year
        has_offset = local.utcoffset() != earlier.local.utcoffset() or _comes_twice(local)
        return _moment_words(local, language, has_year=has_year, has_offset=has_offset)

    return Moment.said(_moment_words(local, language), local, after)


def heading(at: datetime, zone: ZoneInfo, language: Language) -> Moment:
    """Return the day over what happened on it; always with its offset, for days on which clocks are put back."""
    local = at.astimezone(zone)
    words = word(language, "time.heading", day=day_words(local, language), offset=offset(local))
    return Moment.said(words, local, lambda _: words)


def about(at: str, language: Language) -> str:
    """Return a point in time as one that nobody knows exactly."""
    words = word(language, "time.about", at=at)
    if not isinstance(at, Moment):
        return words
    return Moment.said(words, at.local, lambda earlier: word(language, "time.about", at=at.after(earlier)))


def _moment_words(local: datetime, language: Language, *, has_year: bool = True, has_offset: bool = True) -> str:
    key = "time.moment" if has_offset else "time.moment.again"
    day = day_words(local, language, has_year=has_year)
    return word(language, key, day=day, hour=f"{local:%H:%M}", offset=offset(local))


def day_words(local: datetime, language: Language, *, has_year: bool = True) -> str:
    """Return the day of *local* with its weekday: `Fri 27 Nov 2026`."""
    weekday = word(language, f"weekday.{local.isoweekday()}")
    return word(language, "time.day", weekday=weekday, date=date_words(local, language, has_year=has_year))


def near(at: datetime, zone: ZoneInfo, language: Language, *, year: int) -> str:
    """Return a point in time without its offset, nor its year in *year*: `Mon 30 Nov 18:00`. For texts that stay.

    The hour that comes twice in autumn keeps its offset.
    """
    local = at.astimezone(zone)
    shown = word(
        language, "time.near", day=day_words(local, language, has_year=local.year != year), hour=f"{local:%H:%M}"
    )
    return f"{shown} ({offset(local)})" if _comes_twice(local) else shown


def weekday_hour(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return a point in time of the days to come: `Mon 18:00`."""
    local = at.astimezone(zone)
    weekday = word(language, f"weekday.{local.isoweekday()}")
    return word(language, "time.near", day=weekday, hour=f"{local:%H:%M}")


def sortable(at: datetime | None, zone: ZoneInfo) -> str:
    """Return a point in time as spreadsheets sort it: `2026-11-27 14:30`; nothing where there is none."""
    return "" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def zone_words(zone: ZoneInfo, language: Language) -> str:
    """Return whose time it is: `Paris time`; the zone's own name where we have no words."""
    key = f"time.zone.{zone.key}"
    return word(language, key) if knows(key) else zone.key


def letter_moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return a point in time as a letter has it: `Friday 27 November 2026 at 14:30 (Paris time)`."""
    local = at.astimezone(zone)
    hour = word(language, "time.letter.hour", hour=local.hour, minute=f"{local:%M}").replace(" ", NO_BREAK)
    day_words = letter_day(at, zone, language)
    return word(language, "time.letter.moment", day=day_words, hour=hour, zone=_place(local, zone, language))


def letter_day(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return the day in *zone* as a letter has it: `Friday 27 November 2026`."""
    local = at.astimezone(zone)
    return word(
        language,
        "time.letter.day",
        weekday=word(language, f"weekday.full.{local.isoweekday()}"),
        day=word(language, "time.letter.first") if local.day == 1 else local.day,
        month=word(language, f"month.full.{local.month}"),
        year=local.year,
    )


def _place(local: datetime, zone: ZoneInfo, language: Language) -> str:
    """Return whose time it is; the distance to UTC where we have no name, or where the hour comes twice."""
    return zone_words(zone, language) if knows(f"time.zone.{zone.key}") and not _comes_twice(local) else offset(local)


def _comes_twice(local: datetime) -> bool:
    """Say whether clocks show this hour twice, since they are put back in it."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def date_words(on: date, language: Language, *, has_year: bool = True) -> str:
    """Return a date without its weekday: `24 Nov 2026`."""
    key = "time.date" if has_year else "time.date.again"
    return word(language, key, day=on.day, month=word(language, f"month.{on.month}"), year=on.year)


def offset(local: datetime) -> str:
    """Return the distance to UTC: `UTC+1`, `UTC-3:30`, `UTC`."""
    minutes = round((local.utcoffset() or timedelta()) / _MINUTE)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def span(length: timedelta, language: Language) -> str:
    """Return a duration, never longer than it is: `37 h`, `5 h 20`, `25 min`, `12 s`."""
    return _span(length, language).replace(" ", NO_BREAK)


def _span(length: timedelta, language: Language) -> str:
    if length < _MINUTE:
        return word(language, "time.seconds", seconds=int(length.total_seconds()))
    if length >= _IN_DAYS_FROM:
        return counted(language, "time.days", length.days)
    hours, minutes = divmod(length // _MINUTE, 60)
    if not hours:
        return word(language, "time.minutes", minutes=minutes)
    if minutes and length < _WITH_MINUTES_BELOW:
        return word(language, "time.hours_minutes", hours=hours, minutes=f"{minutes:02}")
    return word(language, "time.hours", hours=hours)


def left(due: datetime, now: datetime, language: Language) -> str:
    """Return the time left until *due* or since it: `in 37 h`, `overdue by 2 h`. To the nearest minute."""
    minutes = round((due - now) / _MINUTE)
    if minutes == 0:
        return word(language, "time.now")
    key = "time.left" if minutes > 0 else "time.overdue"
    return word(language, key, length=span(abs(minutes) * _MINUTE, language))


def elapsed(since: datetime, now: datetime, language: Language) -> str:
    """Return how long ago *since* was, to the minute."""
    return span(max(timedelta(), (now.astimezone(UTC) - since) // _MINUTE * _MINUTE), language)
