"""Decisions in full: the options, the reason, who had the authority, and what was known then."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.clocks.rules import SetAside
from bot.core.evidence.items import cited
from bot.core.facts import Answered
from bot.core.incident import Incident
from bot.core.judging.decisions import Decision
from bot.core.report.pages import Block, Heading, Pairs
from bot.core.risk import Weighed
from bot.voice.catalogue import counted, word
from bot.voice.custody.things import numbers_of
from bot.voice.details import label_of, value_words
from bot.voice.incident.risk import level_word
from bot.voice.judging.decisions import authority, doubts, sureness
from bot.voice.markup import spelt_out
from bot.voice.times import moment
from bot.voice.wording import cut, people, person


def decided(incident: Incident) -> Iterator[Block]:
    """Yield each decision; at the end those that stand where they were decided."""
    language = incident.language
    for found in incident.decisions.values():
        at = moment(found.taken.at, incident.zone, language)
        head = word(language, "report.decision", number=found.taken.number, at=at, by=person(incident, found.taken.by))
        yield Heading(text=head)
        yield Pairs(rows=tuple(_rows(incident, found)))
    if others := tuple(_elsewhere(incident)):
        yield Heading(text=word(language, "report.decisions.others"))
        yield Pairs(rows=others)


def _elsewhere(incident: Incident) -> Iterator[tuple[str, str]]:
    """Yield what was decided by commands that the law hangs on: a clock set aside, an answer, the risk to people."""
    language = incident.language
    for rule, state in incident.clock_states.items():
        if isinstance(state, SetAside):
            yield word(language, "report.decided.aside", rule=rule), _said("", state, incident)
    for name, answered in incident.decided_answers.items():
        yield label_of(name, incident), _said(value_words(name, answered.value, incident), answered, incident)
    for key, weighed in (
        ("report.decided.opinion", incident.dpo_opinion),
        ("report.decided.risk", incident.risk),
    ):
        if weighed is not None:
            yield word(language, key), _said(level_word(weighed.level, language), weighed, incident)


def _said(value: str, decided: SetAside | Answered | Weighed, incident: Incident) -> str:
    """Return what was decided, why, by whom and when."""
    by = people(incident, [user for user in (decided.by, decided.confirmed_by) if user is not None])
    at = moment(decided.at, incident.zone, incident.language)
    return "\n".join(text for text in (value, cut(decided.reason), f"{by}, {at}") if text)


def _rows(incident: Incident, found: Decision) -> Iterator[tuple[str, str]]:
    language, zone, taken = incident.language, incident.zone, found.taken
    yield word(language, "report.decision.text"), cut(taken.text)
    yield word(language, "report.decision.reason"), cut(found.reason) or word(language, "report.decision.reason.none")
    if proofs := cited(f"{taken.text} {found.reason}", incident.evidence):
        yield word(language, "report.evidence"), numbers_of(proofs)
    if found.options:
        yield word(language, "report.decision.options"), "\n".join(cut(option) for option in found.options)
    yield word(language, "report.decision.authority"), spelt_out(authority(incident, found))
    yield word(language, "report.decision.known"), _known(incident, found)
    if found.review_at is not None:
        yield word(language, "report.decision.review"), moment(found.review_at, zone, language)
    for review in found.reviews:
        at, by = moment(review.at, zone, language), person(incident, review.by)
        yield word(language, "report.decision.reviewed"), f"{at}, {by}\n{cut(review.text)}"


def _known(incident: Incident, found: Decision) -> str:
    """Return up to which entry was known what, how sure it was, and what was not established then."""
    language = incident.language
    said = word(
        language,
        "report.decision.known.to",
        number=found.taken.known,
        answers=counted(language, "count.answers", len(found.answers)),
        counts=sureness(found, language),
    )
    return "\n".join((said, *(spelt_out(piece) for piece in doubts(incident, found))))
