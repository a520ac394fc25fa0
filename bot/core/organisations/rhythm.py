"""The rhythm of bulletins: once it is set, each to all promises the next, at the hours that were said. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.commands import SendBulletin
from bot.core.details import NEXT_UPDATE, moment_of
from bot.core.incident import Incident

SOON = timedelta(minutes=15)
"""So long before a promised hour a bulletin is the one that was promised for it."""
NONE = timedelta(0)


def rhythm(parent: Incident) -> timedelta:
    """Return after how long each bulletin follows the one before; nothing where none was set, or it was ended."""
    bulletins = parent.cascade.bulletins if parent.cascade is not None else ()
    return next((sent.every for sent in reversed(bulletins) if sent.every is not None), NONE)


def in_rhythm(parent: Incident, command: SendBulletin, now: datetime) -> datetime | None:
    """Return for when *command* promises the next one, though it names no hour; None where no rhythm is kept.

    One that is sent between keeps what was promised; one that is late is followed at the next hour, not later.
    """
    if command.every is not None:
        return now + command.every if command.every else None
    every, promised = rhythm(parent), moment_of(parent.answers, NEXT_UPDATE)
    is_kept = command.audience == "all" and not command.closes and command.replaces is None
    if not every or promised is None or not is_kept:
        return None
    return promised + max(0, (now + SOON - promised) // every + 1) * every
