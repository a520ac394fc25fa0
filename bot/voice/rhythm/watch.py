"""Who is on, and since when: never as a reproach."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.rhythm.watch import LONG, Watch, on_for_long
from bot.voice.catalogue import say
from bot.voice.markup import Piece, join
from bot.voice.times import span, weekday_hour
from bot.voice.wording import and_more, person

_MOST = 3
_HOUR = timedelta(hours=1)


def for_long(incident: Incident, now: datetime, going: UserId | None = None) -> Piece:
    """Return who has been on for more than ten hours, a line each; an empty piece when nobody has.

    Of who is *going* nobody need ask who takes over.
    """
    found = on_for_long(incident, now)
    lines = (
        say(
            incident.language,
            "watch.long.going" if watch.user == going else "watch.long",
            **_holes(incident, watch, now),
        )
        for watch in found[:_MOST]
    )
    return join((*lines, and_more("count.people", len(found) - _MOST, incident.language)))


def watch_line(incident: Incident, watch: Watch, now: datetime) -> Piece:
    """Return since when somebody is on."""
    length = now - watch.since
    key = "watch.line.long" if length >= LONG else "watch.line" if length >= _HOUR else "watch.line.new"
    at = weekday_hour(watch.since, incident.zone, incident.language)
    return say(incident.language, key, at=at, **_holes(incident, watch, now))


def _holes(incident: Incident, watch: Watch, now: datetime) -> dict[str, str]:
    return {"who": person(incident, watch.user), "length": span(now - watch.since, incident.language)}
