"""The severity scored by ENISA's method: how it is given, and the calculation with its inputs. Never a verdict."""

from __future__ import annotations

from bot.core.facts import SeverityScored
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.risk import SCORE_READ_ON, Score
from bot.voice.catalogue import say, word
from bot.voice.markup import Piece, Text, paragraphs, render
from bot.voice.times import date_words
from bot.voice.wording import cut, person, short


def score(incident: Incident) -> Text:
    """Return how the severity is scored, and the last score."""
    language = incident.language
    return render(paragraphs(say(language, "score.how"), last_score(incident), _end(language)))


def scored(fact: SeverityScored, after: Incident) -> Piece:
    """Return the answer to a score: the calculation, what went in, ENISA's bands, and that a person decides."""
    language, given = after.language, fact.score
    head = say(
        language,
        "confirm.SeverityScored",
        calculation=calculation(given, language),
        by=person(after, fact.by),
        reason=cut(fact.reason, 500),
    )
    inputs = say(
        language,
        "score.inputs",
        context=number(given.context, language),
        identification=number(given.identification, language),
        confidentiality=number(given.confidentiality, language),
        integrity=number(given.integrity, language),
        availability=number(given.availability, language),
        malice=number(given.malice, language),
    )
    bands = say(
        language,
        "score.bands",
        total=number(given.total, language),
        band=word(language, f"score.band.{given.band.value}"),
    )
    return paragraphs(head, inputs, bands, _end(language))


def number(hundredths: int, language: Language) -> str:
    """Return a number with its decimals as *language* writes it."""
    return f"{hundredths / 100:g}".replace(".", word(language, "score.mark"))


def calculation(score: Score, language: Language) -> str:
    """Return `3 x 1 + 1.25 = 4.25`."""
    return word(
        language,
        "score.calculation",
        context=number(score.context, language),
        identification=number(score.identification, language),
        circumstances=number(score.circumstances, language),
        total=number(score.total, language),
    )


def last_score(incident: Incident) -> Piece:
    """Return the last score and whose it is; nothing while there is none."""
    language, fact = incident.language, incident.scored
    if fact is None:
        return Piece("")
    return say(
        language,
        "score.last",
        calculation=calculation(fact.score, language),
        by=person(incident, fact.by),
        reason=short(fact.reason),
    )


def _end(language: Language) -> Piece:
    return say(language, "score.end", read=date_words(SCORE_READ_ON, language))
