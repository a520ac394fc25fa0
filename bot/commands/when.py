"""Times and durations as people type them. Pure: now and the zone are arguments, results are in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.commands.reasons import BadArgumentError, Why
from bot.commands.words import any_of, words
from bot.core.language import fold
from bot.sentences import languages
from bot.sentences.po import said

MOST_TOKENS = 3
"""`hier à 18h`: no time is written in more words."""

_EXAMPLE_HOUR = time(14, 30)


def _any(*keys: str) -> str:
    """Return a pattern for the words of every language for *keys*."""
    return any_of({word for key in keys for word in words(f"time.{key}")})


_NOW = words("time.now")
_AHEAD = re.compile(rf"\+|(?:{_any('ahead')}) ")
_DAYS_BACK = {
    word: back for day, back in (("today", 0), ("yesterday", 1), ("tomorrow", -1)) for word in words(f"time.{day}")
}

_HOUR = r"(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?|h(?P<minute_h>[0-5]\d)?)"
_OFFSET = r"(?P<offset>z|[+-](?:0\d|1[0-4]):?[0-5]\d)?"
_DAY = rf"(?P<day>{_any('today', 'yesterday', 'tomorrow')})"
_ISO = r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<date>\d\d)"
_SLASHED = r"(?P<left>\d{1,2})(?:/|[.-](?=\d{1,2}[.-]20))(?P<right>\d{1,2})(?:[/.-](?P<slashed_year>20\d\d))?"
_TIME = re.compile(rf"(?:(?:{_DAY}|{_ISO}|{_SLASHED})(?:t|\s+(?:(?:{_any('at')})\s+)?))?{_HOUR}\s?{_OFFSET}")
_DATE_ONLY = re.compile(rf"{_DAY}|{_ISO}|{_SLASHED}")
_SPAN = re.compile(
    rf"(?:(?P<days>\d{{1,3}})\s?(?:{_any('day')}))?"
    rf"\s?(?:(?P<hours>\d{{1,4}})\s?(?:{_any('hour')})(?P<odd>[0-5]\d)?)?"
    rf"\s?(?:(?P<minutes>\d{{1,4}})\s?(?:{_any('minute')}))?"
)

_WEEKDAYS = words("time.weekday_short")
_FILLERS = {*words("time.filler"), *_WEEKDAYS, *(f"{day}." for day in _WEEKDAYS)}
_DAY_WORD = re.compile(_any("weekday", "today", "yesterday", "tomorrow", "part_of_day"))
_MONTH = re.compile(rf"(?:{_any('month')})[.,]?")
MONTHS = {
    word: number
    for word in words("time.month")
    for number in range(1, 13)
    if any(fold(said(f"month.full.{number}", language)[0]).startswith(word) for language in languages())
}
"""By each word for a month, as `fold` spells it."""
_ABOUT = re.compile(rf"(?:{_any('about')})(?:\s+|(?<=~)|(?=\d))(?:(?:le|the)\s+)?")
_IN_WORDS = re.compile(
    rf"(?:(?:{_any('weekday', 'weekday_short')})[.,]?\s+)?(?:(?:le|the|on)\s+)?"
    rf"(?P<date>\d{{1,2}})(?:{_any('ordinal')})?\s+(?P<month>{_any('month')})\b[.,]?"
    rf"(?:\s+(?P<year>20\d\d),?)?(?:\s+(?:{_any('at')}))?\s+(?P<hour>\S.*)"
)
_UNIT = re.compile(rf"(?:{_any('unit')})[.,]?")
_NUMBER = re.compile(rf"\d{{1,4}}(?:{_any('ordinal')})?,?")
_DIGITS_AND_MARKS = re.compile(
    rf"\d{{1,2}}[:h]\d.*|[+-]?\d+(?:[-/.:ht+z]\d*)+[,;]?|[+-]\d+[a-z]*|\d{{1,4}}(?:{_any('stuck')})"
)
_HOUR_ONLY = re.compile(_HOUR)
_DATE_END = re.compile(r"\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{2,4})?,?")


def read_time(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the time that the whole of *text* says, in UTC; None when it is not written as one.

    Raises:
        BadArgumentError: it is written as a time but names none, or more than one.
    """
    plain = _plain(text)
    if plain in _NOW:
        return now.astimezone(UTC)
    if re.fullmatch(r"\dh", plain):
        raise BadArgumentError(Why.AMBIGUOUS_HOUR, given=text, clock=f"0{plain[0]}:00", ago=f"-{plain}")
    if plain.startswith("-") and (span := _read_span(plain[1:])):
        return (now - span).astimezone(UTC)
    if (ahead := _AHEAD.match(plain)) and (span := _read_span(plain[ahead.end() :])):
        return (now + span).astimezone(UTC)
    if match := _TIME.fullmatch(plain):
        return _moment(match, text, now, zone)
    if match := _DATE_ONLY.fullmatch(plain):
        raise _without_hour(match, text, now.astimezone(zone))
    return None


def read_day(text: str, now: datetime, zone: ZoneInfo) -> date | None:
    """Return the day that the whole of *text* says; None when it is not written as one.

    Raises:
        BadArgumentError: it is written as a day but names none, or more than one.
    """
    match = _DATE_ONLY.fullmatch(_plain(text))
    return _civil(match, text, now.astimezone(zone), time(0)).date() if match else None


def take_about(text: str) -> tuple[bool, str]:
    """Return whether *text* begins with a word like `about`, and what follows it."""
    plain = _plain(text)
    found = _ABOUT.match(plain)
    return (True, plain[found.end() :]) if found else (False, text)


def in_figures(text: str, now: datetime, zone: ZoneInfo) -> str:
    """Return *text* with a date of the past in figures, if its month is a word. Without a year, the last such day."""
    found = _IN_WORDS.fullmatch(_plain(text))
    if found is None:
        return text
    today = now.astimezone(zone)
    month, day = MONTHS[found["month"]], int(found["date"])
    year = int(found["year"] or today.year - ((month, day) > (today.month, today.day)))
    hour = re.sub(r"\s*h\s*", "h", found["hour"])
    return f"{year}-{month:02}-{day:02} {hour}"


def read_span(text: str) -> timedelta:
    """Return the duration that *text* says: `2h`, `1h30`, `30min`, `1d`.

    Raises:
        BadArgumentError: it says none, or zero.
    """
    span = _read_span(_plain(text))
    if not span:
        raise BadArgumentError(Why.NOT_A_SPAN, given=text)
    return span


def refuse_if_time_like(text: str, now: datetime, zone: ZoneInfo) -> None:
    """Refuse *text* when it begins like a time that could not be read, so that it is not taken for something else.

    Raises:
        BadArgumentError: it begins like a time.
    """
    tokens = text.split(maxsplit=MOST_TOKENS + 3)[: MOST_TOKENS + 3]
    plain = [_plain(token) for token in tokens]
    start = next((index for index, token in enumerate(plain) if token not in _FILLERS), len(plain))
    if _begins_like_time(*[*plain[start:], "", ""][:2]):
        raise BadArgumentError(Why.NOT_A_TIME, given=" ".join(tokens[: start + 2]), example=_iso(now.astimezone(zone)))


def refuse_torn_date(before: str, text: str, now: datetime, zone: ZoneInfo) -> None:
    """Refuse an hour (*text*) whose date, written in a way we do not read, was left standing in *before*.

    Raises:
        BadArgumentError: it would otherwise be taken for an hour of today.
    """
    tokens = [_plain(token) for token in before.rsplit(maxsplit=2)[-2:]]
    if not tokens or not _HOUR_ONLY.fullmatch(_plain(text)):
        return
    named_year = tokens[-1].isdigit() and _MONTH.fullmatch(tokens[0])
    if named_year or any(pattern.fullmatch(tokens[-1]) for pattern in (_DATE_END, _DAY_WORD, _MONTH)):
        raise BadArgumentError(Why.NOT_A_TIME, given=f"{tokens[-1]} {text}", example=_iso(now.astimezone(zone)))


def _begins_like_time(first: str, following: str) -> bool:
    counted = _NUMBER.fullmatch(first) and (_MONTH.fullmatch(following) or _UNIT.fullmatch(following))
    month_first = _MONTH.fullmatch(first) and following[:1].isdigit()
    return bool(counted or month_first or _DAY_WORD.fullmatch(first) or _DIGITS_AND_MARKS.fullmatch(first))


def _plain(text: str) -> str:
    return fold(text.strip().replace("−", "-").replace("–", "-").replace("’", "'"))


def _read_span(plain: str) -> timedelta | None:
    match = _SPAN.fullmatch(plain)
    if match is None:
        return None
    days, hours, odd, minutes = (int(match[name] or 0) for name in ("days", "hours", "odd", "minutes"))
    return timedelta(days=days, hours=hours, minutes=odd + minutes)


def _moment(match: re.Match[str], text: str, now: datetime, zone: ZoneInfo) -> datetime:
    offset = _offset(match["offset"])
    local_now = now.astimezone(offset or zone)
    hour = time(int(match["hour"]), int(match["minute"] or match["minute_h"] or 0), int(match["second"] or 0))
    civil = _civil(match, text, local_now, hour)
    return civil.replace(tzinfo=offset).astimezone(UTC) if offset else _in_zone(civil, text, zone)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "z":
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)


def _civil(match: re.Match[str], text: str, local_now: datetime, hour: time) -> datetime:
    """Return the naive local time; refuse dates that do not exist or read two ways."""
    if match["left"]:
        return _slashed(match, text, local_now, hour)
    if match["year"]:
        civil = _combine(int(match["year"]), int(match["month"]), int(match["date"]), hour)
        if civil is None:
            raise BadArgumentError(Why.NOT_A_TIME, given=text, example=_iso(local_now))
        return civil
    return datetime.combine(local_now.date() - timedelta(days=_DAYS_BACK.get(match["day"] or "today", 0)), hour)


def _slashed(match: re.Match[str], text: str, local_now: datetime, hour: time) -> datetime:
    """Accept only day/month/year that no other custom reads differently."""
    left, right = int(match["left"]), int(match["right"])
    year = int(match["slashed_year"] or local_now.year)
    french, american = _combine(year, right, left, hour), _combine(year, left, right, hour)
    readings = [_iso(reading) for reading in (french, american) if reading]
    if len(set(readings)) == 2:
        raise BadArgumentError(Why.AMBIGUOUS_DATE, given=text, first=readings[0], second=readings[1])
    if french and match["slashed_year"]:
        return french
    raise BadArgumentError(Why.NOT_A_TIME, given=text, example=[*readings, _iso(local_now)][0])


def _combine(year: int, month: int, day: int, hour: time) -> datetime | None:
    try:
        return datetime(year, month, day, hour.hour, hour.minute, hour.second)  # noqa: DTZ001 - civil time; _in_zone follows
    except ValueError:
        return None


def _in_zone(civil: datetime, text: str, zone: ZoneInfo) -> datetime:
    """Give a civil time its offset; refuse one that clocks skipped or showed twice."""
    first, second = civil.replace(tzinfo=zone, fold=0), civil.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == civil
    readings = sorted(moment.astimezone(UTC).astimezone(zone) for moment in (first, second))
    earlier, later = (reading.isoformat(timespec="minutes") for reading in readings)
    raise BadArgumentError(Why.TIME_TWICE if exists else Why.TIME_SKIPPED, given=text, first=earlier, second=later)


def _without_hour(match: re.Match[str], text: str, local_now: datetime) -> BadArgumentError:
    try:
        civil = _civil(match, text, local_now, _EXAMPLE_HOUR)
    except BadArgumentError as ambiguous:
        return ambiguous
    return BadArgumentError(Why.TIME_WITHOUT_HOUR, given=text, example=_iso(civil))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
