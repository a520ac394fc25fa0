"""Contradictions in words: one line each, and where they are said."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.conditions import UNKNOWN
from bot.core.contradictions import Conflict, Contradiction, contradictions
from bot.core.facts import Fact, RiskDecided
from bot.core.incident import Incident
from bot.core.names import Question
from bot.core.risk import RiskLevel
from bot.voice.catalogue import say, word
from bot.voice.details import label_of, value_words
from bot.voice.markup import Piece, bullets, paragraphs
from bot.voice.wording import answer_word, short


def all_contradictions(incident: Incident) -> Piece:
    """Return every contradiction under a title; an empty piece when there is none."""
    return _titled("contradictions.title", contradictions(incident), incident)


def new_contradictions(fact: Fact, before: Incident, after: Incident) -> Piece:
    """Return the contradictions that *fact* made, under a title; an empty piece when it made none."""
    known = contradictions(before)
    came = (one for one in contradictions(after) if one not in known and not _is_followed(fact, one))
    return _titled("contradictions.came", came, after)


def contradiction_line(one: Contradiction, incident: Incident) -> Piece:
    """Return one contradiction as a sentence."""
    language, answers = incident.language, incident.answers

    def shown(name: str) -> str:
        return short(value_words(Question(name), answers.get(Question(name), UNKNOWN), incident))

    is_stop = one.kind is Conflict.STOPPED_ORDER
    return say(
        language,
        f"contradiction.{one.kind.value}",
        against=", ".join(label_of(Question(name), incident) for name in one.against),
        level=word(language, f"risk.level.{incident.risk.level.value}") if incident.risk else "",
        answer=answer_word(answers.get(_asked(one.kind), UNKNOWN), language),
        start=shown("stopped-from" if is_stop else "attack-start"),
        end=shown("stopped-until" if is_stop else "attack-end"),
        headcount=shown("headcount"),
    )


def _asked(kind: Conflict) -> Question:
    return Question("high-risk" if kind is Conflict.HIGH_RISK else "fifty-staff")


def _titled(key: str, found: Iterable[Contradiction], incident: Incident) -> Piece:
    lines = bullets(contradiction_line(one, incident) for one in found)
    return paragraphs(say(incident.language, key), lines) if lines.source else Piece("")


def _is_followed(fact: Fact, one: Contradiction) -> bool:
    """Say whether the answer to the question follows the decision in the same breath."""
    is_high = isinstance(fact, RiskDecided) and fact.level is RiskLevel.HIGH
    return is_high and one.kind is Conflict.HIGH_RISK
