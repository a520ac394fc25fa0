"""Findings in words: all of them, one, and the answer to who noted, gave or ended one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.lessons.findings import Finding
from bot.core.names import UserId
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import date_words, moment
from bot.voice.wording import and_more, cut, person, short

_MOST = 40


def findings(incident: Incident) -> Text:
    """Return every finding on a line, what is open first."""
    language = incident.language
    listed = sorted(incident.findings.values(), key=lambda finding: finding.ended is not None)
    shown = bullets(_line(incident, finding) for finding in listed[:_MOST])
    more = and_more("count.findings", len(listed) - _MOST, language)
    none = say(language, "findings.none")
    return render(
        paragraphs(say(language, "findings.title"), shown if listed else none, more, say(language, "findings.how"))
    )


def finding(incident: Incident, found: Finding) -> Text:
    """Return one finding in full."""
    language, noted = incident.language, found.noted
    head = say(
        language,
        "lesson.one",
        number=str(found.number),
        text=cut(noted.text),
        by=person(incident, noted.by),
        at=moment(noted.at, incident.zone, language),
    )
    how = say(language, "lesson.how", number=str(found.number)) if found.ended is None else Piece("")
    return render(paragraphs(head, _state(incident, found), how))


def _line(incident: Incident, found: Finding) -> Piece:
    head = say(incident.language, "lesson.line", number=str(found.number), text=short(found.noted.text, 160))
    return join((head, _state(incident, found)))


def _state(incident: Incident, found: Finding) -> Piece:
    """Return who does something about it and by when, or what became of it."""
    language, ended = incident.language, found.ended
    if ended is None:
        owner, day = owner_words(found.owner, incident), day_words(found.day, language)
        return say(language, "lesson.open", owner=owner, day=day)
    by, at = person(incident, ended.by), moment(ended.at, incident.zone, language)
    match ended:
        case facts.FindingDone(text=text):
            return say(language, "lesson.done.text" if text else "lesson.done", by=by, at=at, text=short(text, 300))
        case facts.FindingDropped(reason=reason):
            return say(language, "lesson.dropped", by=by, at=at, reason=short(reason, 300))
        case _:
            assert_never(ended)


def owner_words(owner: UserId | None, incident: Incident) -> str:
    """Return who does something about a finding, or that nobody was named."""
    return word(incident.language, "lesson.nobody") if owner is None else person(incident, owner)


def day_words(day: date | None, language: Language) -> str:
    """Return by when, or that no day was named."""
    return word(language, "lesson.no_day") if day is None else date_words(day, language)


def found(fact: facts.FindingFact, after: Incident) -> Piece:
    """Return the answer to who noted a finding, said more of it, or ended it."""
    language, now = after.language, after.findings[fact.number]
    number = str(fact.number)
    match fact:
        case facts.FindingNoted():
            head = say(language, "confirm.finding.noted", number=number, text=short(fact.text, 160))
        case facts.FindingGiven():
            head = say(language, "confirm.finding.given", number=number)
        case facts.FindingDone():
            return say(language, "confirm.finding.done", number=number)
        case facts.FindingDropped():
            return say(language, "confirm.finding.dropped", number=number)
        case _:
            assert_never(fact)
    return join((head, *_rings(now, after)))


def _rings(now: Finding, after: Incident) -> Iterable[Piece]:
    """Yield when it rings and for whom, or what is missing for that."""
    language, number = after.language, str(now.number)
    owner, day = owner_words(now.owner, after), day_words(now.day, language)
    if now.day is None:
        yield say(language, "confirm.finding.silent", number=number, owner=owner)
    else:
        key = "confirm.finding.rings" if now.owner else "confirm.finding.leaders"
        yield say(language, key, number=number, owner=owner, day=day)
