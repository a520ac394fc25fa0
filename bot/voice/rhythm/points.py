"""Situation points in words: what came since the last one, what is due, and how to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.core import facts
from bot.core.clocks.rules import Running, Suspected
from bot.core.incident import Incident
from bot.core.replies.ballots import Ballot, Offered
from bot.core.rhythm.points import cadence, next_point
from bot.voice.catalogue import counted, say, word
from bot.voice.details import label_of
from bot.voice.incident.standing import standing_line
from bot.voice.markup import Piece, join, paragraphs
from bot.voice.rhythm.watch import for_long
from bot.voice.times import moment, span
from bot.voice.wording import short

_MOST_CLOCKS = 3
_MOST_NAMES = 5


def point(incident: Incident, fact: facts.PointRang) -> Piece:
    """Return the point that rings: what came since the last one, what is due, who is on for long."""
    return paragraphs(
        _since(incident),
        ends_first(incident, fact.at),
        join((_open(incident), for_long(incident, fact.at))),
        say(incident.language, "remind.point.do"),
    )


def point_short(incident: Incident, fact: facts.PointRang) -> Piece:
    """Return the same among others that ring: what is due stands there already."""
    return paragraphs(
        join((_since(incident), for_long(incident, fact.at))), say(incident.language, "remind.point.do.short")
    )


def point_ballot(incident: Incident) -> Ballot:
    """Return what is tapped instead of written: that nothing is new."""
    language = incident.language
    nothing = Offered(text=word(language, "point.nothing"), word="nothing")
    return Ballot(question=word(language, "point.question"), offered=(nothing,))


def point_line(incident: Incident, now: datetime) -> Piece:
    """Return when the next point rings; an empty piece when none does, or one rings now."""
    at, every = next_point(incident, now), cadence(incident)
    if at is None or every is None or at <= now:
        return Piece("")
    language = incident.language
    return say(language, "point.next", at=moment(at, incident.zone, language), every=span(every, language))


def noted(fact: facts.PointWritten, after: Incident) -> Piece:
    """Return the answer to whoever wrote a point."""
    key = "confirm.PointWritten.text" if fact.text else "confirm.PointWritten"
    return join((say(after.language, key), point_line(after, fact.at)))


def cadence_set(fact: facts.CadenceSet, after: Incident) -> Piece:
    """Return the answer to whoever chose a cadence."""
    if fact.every is None:
        return say(after.language, "confirm.CadenceSet.off")
    head = say(after.language, "confirm.CadenceSet", every=span(fact.every, after.language))
    return join((head, point_line(after, fact.at)))


def ends_first(incident: Incident, now: datetime) -> Piece:
    """Return the clocks that end first; an empty piece where none is open."""
    clocks = [clock for clock in incident.clocks() if isinstance(clock.state, Running | Suspected)]
    if not clocks:
        return Piece("")
    lines = (standing_line(incident, clock, now) for clock in clocks[:_MOST_CLOCKS])
    return join((say(incident.language, "point.clocks"), *lines))


def names(found: Sequence[str]) -> str:
    """Return the first of some names, and how many more there are."""
    more = f" +{len(found) - _MOST_NAMES}" if len(found) > _MOST_NAMES else ""
    return ", ".join(found[:_MOST_NAMES]) + more


def _since(incident: Incident) -> Piece:
    language, news, every = incident.language, incident.rhythm.news, cadence(incident)
    since = moment(news.since or incident.opened_at, incident.zone, language)
    key = "remind.point.none" if news.is_empty else "remind.point"
    lasts = "" if every is None else span(every, language)
    return say(language, key, every=lasts, since=since, news=", ".join(_news(incident)))


def _news(incident: Incident) -> Iterator[str]:
    """Yield how many of each kind came, with the names of the last of them."""
    language, news = incident.language, incident.rhythm.news
    named: dict[str, list[str]] = {
        "count.settled": list(news.done),
        "count.clocks": list(news.clocks),
        "count.answers": [short(label_of(name, incident), 40) for name in news.answered],
        "count.decisions": [str(number) for number in news.decisions],
    }
    for key, found in named.items():
        if found:
            yield f"{counted(language, key, len(found))} ({names(found[::-1])})"
    for key, count in {"count.evidence": news.evidence, "count.notes": news.notes}.items():
        if count:
            yield counted(language, key, count)


def _open(incident: Incident) -> Piece:
    language = incident.language
    steps, questions = len(incident.open_steps()), len(incident.open_questions())
    found = [
        *([counted(language, "count.steps", steps)] if steps else []),
        *([counted(language, "count.questions", questions)] if questions else []),
    ]
    return say(language, "point.open", what=", ".join(found)) if found else Piece("")
