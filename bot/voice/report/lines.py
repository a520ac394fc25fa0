"""The timeline in full: every entry by day, what was typed with all its lines, and what was purged as purged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby

from bot.core import facts
from bot.core.incident import Incident
from bot.core.report.entries import Contents, Entry, kind_of
from bot.core.report.pages import Block, Day, Event, Prose, Timeline
from bot.voice.catalogue import word
from bot.voice.details import label_of, value_words
from bot.voice.incident.happened import FORMS, TEXTS, Form, happened
from bot.voice.markup import spelt_out
from bot.voice.times import heading
from bot.voice.wording import answer_word

LONGEST = 4_000
"""Letters of one text: the rest stands in record.json, where nothing is cut."""


def timeline(contents: Contents) -> Iterator[Block]:
    """Yield how it is read, and every entry."""
    incident, language = contents.incident, contents.incident.language
    yield Prose(text=word(language, "report.timeline.note", zone=incident.zone.key), is_aside=True)
    days = groupby(_dated(contents), key=lambda dated: dated[0])
    yield Timeline(
        days=tuple(
            Day(title=title, events=tuple(_event(entry, incident) for _, entry in of_day)) for title, of_day in days
        )
    )


def _dated(contents: Contents) -> Iterator[tuple[str, Entry]]:
    """Yield each entry with its day; one that was purged with the day of the one before it."""
    incident, day = contents.incident, ""
    for entry in contents.entries:
        if entry.fact is not None:
            day = heading(entry.fact.at, incident.zone, incident.language)
        yield day, entry


def _event(entry: Entry, incident: Incident) -> Event:
    language, fact = incident.language, entry.fact
    if fact is None:
        return Event(number=entry.number, hour="", at="", kind=None, text=word(language, "report.purged"))
    forms = _forms(fact, partial(_within, number=entry.number, incident=incident))
    source = "" if entry.device is None else word(language, "report.device", device=entry.device)
    return Event(
        number=entry.number,
        hour=f"{fact.at.astimezone(incident.zone):%H:%M}",
        at=f"{fact.at:%Y-%m-%dT%H:%M:%SZ}",
        kind=kind_of(fact),
        text=spelt_out(happened(fact, incident, forms)),
        source=source,
    )


def _forms(fact: facts.Fact, within: partial[str]) -> Mapping[str, Form]:
    """Return how the fields of *fact* are told: of an answer the label and the words, not the names of programs."""
    whole = _whole(within)
    if not isinstance(fact, facts.Answered):
        return whole
    said: Form = lambda value, incident: within(value_words(fact.question, value, incident))  # noqa: E731 - a table
    return {**whole, "question": label_of, "value": said}


def _whole(within: partial[str]) -> Mapping[str, Form]:
    """Return how the texts are told that a list in a room cuts short."""
    return {
        **dict.fromkeys((*TEXTS, "text"), lambda text, _: within(text)),
        "value": lambda value, incident: within(answer_word(value, incident.language)),
        "fact": lambda fact, incident: happened(fact, incident, _whole(within)),
        "reminder": FORMS["reminder"],
    }


def _within(text: str, *, number: int, incident: Incident) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rstrip()}… {word(incident.language, 'report.cut', number=number)}"
