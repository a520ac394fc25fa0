"""Outages in words: which systems are out of reach, since when or from when to when, and how long that is."""

from __future__ import annotations

from datetime import datetime

from bot.core import facts
from bot.core.costs.ledger import Outage, counted, time_down
from bot.core.incident import Incident
from bot.voice.catalogue import say
from bot.voice.losses.amounts import length_words
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, short

_MOST = 20
_LONGEST = 80


def outages(incident: Incident, now: datetime) -> Text:
    """Return the outages, the first to begin first, and for how long at least one of them went on."""
    language, found = incident.language, counted(incident.outages)
    if not found:
        return render(say(language, "outages.none"))
    lines = bullets(outage_line(outage, incident, now) for outage in found[-_MOST:])
    more = and_more("count.outages", len(found) - _MOST, language)
    whole = say(language, "outages.total", length=length_words(time_down(found, now), language))
    how = say(language, "outages.how", number=str(found[-1].number))
    return render(paragraphs(say(language, "outages.title"), join((more, lines)), whole, how))


def outage_line(outage: Outage, incident: Incident, now: datetime) -> Piece:
    """Return an outage on a line."""
    language, end = incident.language, outage.end
    return say(
        language,
        "outage.line.ongoing" if end is None else "outage.line",
        number=str(outage.number),
        system=short(outage.noted.system, _LONGEST),
        begin=moment(outage.begin, incident.zone, language),
        end="" if end is None else moment(end, incident.zone, language),
        length=length_words(outage.lasts(now), language),
    )


def noted(fact: facts.OutageFact, after: Incident) -> Piece:
    """Return the answer to who noted an outage, said its times or cancelled it."""
    language, outage = after.language, after.outages[fact.number]
    if isinstance(fact, facts.OutageCancelled):
        return say(language, "confirm.OutageCancelled", number=str(fact.number))
    line = outage_line(outage, after, fact.at)
    how = say(language, "confirm.outage.how", number=str(fact.number)) if outage.end is None else Piece("")
    return join((line, how))
