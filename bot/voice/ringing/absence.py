"""What the control room reads when the bot comes back: no titles and no names of clocks, others may read it there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.language import Language
from bot.core.ringing.absence import Missed
from bot.voice.catalogue import counted, say
from bot.voice.markup import HOLE, Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment, span

SHOWN = 10
"""How many incidents one list names."""


def away(
    since: datetime, until: datetime, missed: Sequence[Missed], messages: int, zone: ZoneInfo, language: Language
) -> Text:
    """Return that the bot was away, and what came meanwhile."""
    head = say(
        language,
        "absence.away",
        since=moment(since, zone, language),
        until=moment(until, zone, language),
        length=span(until - since, language),
    )
    typed = counted(language, "absence.messages", messages)
    came = say(language, "absence.typed", messages=typed) if messages else say(language, "absence.nothing.typed")
    return render(paragraphs(head, *_lost(missed, zone, language), came))


def _lost(missed: Sequence[Missed], zone: ZoneInfo, language: Language) -> tuple[Piece, ...]:
    if not missed:
        return (say(language, "absence.nothing.missed"),)
    ended = [_ended(one, zone, language) for one in missed if one.ended]
    late = [say(language, "absence.late.room", codename=one.codename) for one in missed if one.is_rung_late]
    head = say(language, "absence.ended") if ended else Piece("")
    where = join(_some(late, language), ", ")
    return head, bullets(_some(ended, language)), say(language, "absence.late", where=where) if late else Piece("")


def _ended(one: Missed, zone: ZoneInfo, language: Language) -> Piece:
    at = join((Piece(HOLE, (moment(at, zone, language),)) for at in one.ended), ", ")
    return say(language, "absence.ended.line", codename=one.codename, at=at)


def _some(pieces: Sequence[Piece], language: Language) -> Sequence[Piece]:
    """Return the first of *pieces*, and how many more there are."""
    more = len(pieces) - SHOWN
    return pieces if more <= 0 else [*pieces[:SHOWN], say(language, "absence.more", count=str(more))]
