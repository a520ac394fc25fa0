"""Reading lines as they would come from a room."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.commands import Parsed, ParsedCommand, Place, UsageError, parse
from bot.commands.names import NO_NAMES, Names
from bot.commands.reasons import Reason
from bot.core.language import Language

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, 15:00 in Paris."""


def read(
    body: str,
    *,
    place: Place = Place.INCIDENT,
    now: datetime = NOW,
    zone: ZoneInfo = PARIS,
    language: Language = Language("fr"),
    names: Names = NO_NAMES,
) -> Parsed:
    return parse(body, place=place, now=now, zone=zone, language=language, names=names)


def command(body: str, *, place: Place = Place.INCIDENT, names: Names = NO_NAMES) -> object:
    """Return the command that *body* is; mypy takes a minute to compare unions of all commands, and none for this."""
    parsed = read(body, place=place, names=names)
    assert isinstance(parsed, ParsedCommand), parsed
    return parsed.command


def refused(body: str, *, place: Place = Place.INCIDENT, names: Names = NO_NAMES) -> Reason:
    parsed = read(body, place=place, names=names)
    assert isinstance(parsed, UsageError), parsed
    return parsed.reason


def paris(text: str) -> datetime:
    """Return an ISO time of Paris in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)
