"""A moment as people type it on the console: never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1990, 2100
_FORM = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ]"
    r"(?P<time>[0-9]{2}:[0-9]{2}(:[0-9]{2})?)"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)


class MomentError(ValueError):
    """The text names no moment, or more than one; the message says what to write."""


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment *text* names, in UTC; without an offset it is civil time in *zone*.

    Raises:
        MomentError: another form (`03/04` could be two days), a day that does not exist, or a civil time
            that a change of the clocks skips or repeats.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        message = f"`{text}` is not a time; write year-month-day and hour: 2026-11-24T14:30, or 2026-11-24T14:30+01:00"
        raise MomentError(message)
    try:
        given = datetime.fromisoformat(f"{found['day']}T{found['time']}{found['offset'] or ''}")
    except ValueError as error:
        message = f"`{text}` does not exist: {error}"
        raise MomentError(message) from error
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        message = f"`{text}` lies outside the years {FIRST_YEAR} to {LAST_YEAR}"
        raise MomentError(message)
    return _from_civil(given, zone) if given.tzinfo is None else given.astimezone(UTC)


def _from_civil(given: datetime, zone: ZoneInfo) -> datetime:
    earlier, later = (given.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier.astimezone(UTC)
    readings = sorted({_iso(moment.astimezone(UTC), zone) for moment in (earlier, later)})
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == given
    what = "happens twice" if exists else "does not exist"
    message = (
        f"{given.isoformat(' ', 'minutes')} {what} in {zone.key}: the clocks change; write {' or '.join(readings)}"
    )
    raise MomentError(message)


def _iso(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="minutes")
