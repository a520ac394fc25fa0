"""The timeline: one line for each fact, who and what; and the same sentence alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.core import facts
from bot.core.incident import Incident
from bot.voice.catalogue import say
from bot.voice.incident.happened import happened
from bot.voice.markup import Moment, Piece, Text, bullets, paragraphs, render
from bot.voice.times import heading

LARGEST = 18_000
"""Bytes of body and HTML together; of more, the oldest lines are left out."""
_HEAD_OF_CHAIN = 12


def timeline(records: Sequence[facts.Recorded[facts.Fact | facts.DeskFact]], incident: Incident) -> Text:
    """Return the last facts, oldest first, and the head of the chain that proves them."""
    kept = list(records)
    text = _timeline(kept, incident)
    while len(text.body.encode()) + len(text.html.encode()) > LARGEST and len(kept) > 1:
        kept = kept[max(1, len(kept) // 8) :]
        text = _timeline(kept, incident)
    return text


def announce(fact: facts.Fact | facts.DeskFact, incident: Incident) -> Text:
    """Return the sentence that says what happened, as the timeline has it."""
    return render(happened(fact, incident))


def _timeline(records: Sequence[facts.Recorded[facts.Fact | facts.DeskFact]], incident: Incident) -> Text:
    language = incident.language
    if not records:
        return render(say(language, "timeline.none"))
    days = [
        paragraphs(say(language, "timeline.day", day=name), bullets(_line(record, incident) for record in of_day))
        for name, of_day in groupby(records, key=lambda record: _day(record, incident))
    ]
    last = records[-1]
    head = say(language, "timeline.head", number=str(last.number), digest=last.digest[:_HEAD_OF_CHAIN])
    return render(paragraphs(say(language, "timeline.title"), *days, head))


def _day(record: facts.Recorded[facts.Fact | facts.DeskFact], incident: Incident) -> Moment:
    return heading(record.fact.at, incident.zone, incident.language)


def _line(record: facts.Recorded[facts.Fact | facts.DeskFact], incident: Incident) -> Piece:
    time = f"{record.fact.at.astimezone(incident.zone):%H:%M}"
    return say(incident.language, "timeline.line", time=time, what=happened(record.fact, incident))
