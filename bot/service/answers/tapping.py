"""What is tapped instead of typed: a vote is a reply in words, and an answer ends the polls that asked for it."""

from __future__ import annotations

from collections.abc import Iterable

from bot import ports, voice
from bot.core import facts
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId
from bot.core.replies.subjects import About, Choice, Playbooks, PointAsked, Questions, Relay, Risks, incident_of
from bot.core.risk import RiskLevel
from bot.service.outcome import Outcome

ANSWERING = (
    facts.Answered
    | facts.RiskWeighed
    | facts.Opened
    | facts.AlertTaken
    | facts.AlertsDropped
    | facts.PointWritten
    | facts.HandoverTaken
)
"""Facts that answer what a poll may have asked."""


def as_typed(tapped: ports.Voted | ports.Reacted, spoken: ports.Spoken | None = None, word: str = "") -> ports.Message:
    """Return what was *tapped* as the reply it stands for."""
    return ports.Message(
        id=tapped.id,
        room=tapped.room,
        sender=tapped.sender,
        device=tapped.device if isinstance(tapped, ports.Voted) else DeviceId(""),
        body=word,
        thread=spoken.thread if spoken else None,
        sent_at=tapped.received_at,
        received_at=tapped.received_at,
        origin=tapped.origin,
        reply_to=tapped.poll if isinstance(tapped, ports.Voted) else tapped.event,
        replies_to_us=spoken is not None,
    )


def read_vote(
    vote: ports.Voted, spoken: ports.Spoken, incident: Incident | None, language: Language
) -> str | voice.Text | None:
    """Return the word that a vote stands for, or what is said instead; None when it is for no poll."""
    if spoken.is_over:
        return voice.vote_over(spoken.about, language)
    if spoken.poll is None:
        return None
    chosen = spoken.poll.chosen(vote.answers)
    if chosen is None:
        return voice.vote_unclear(language)
    for subject in spoken.about:
        match subject:
            case Questions(questions=(name,)) if incident is not None and incident.answers.get(name) == chosen.word:
                return voice.vote_stands(voice.standing_answer(spoken.about, incident) or chosen.text, language)
            case Risks(factors=(factor,)):
                return voice.risk_reason(factor, RiskLevel(chosen.word), language)
            case _:
                continue
    return chosen.word


def is_answered(poll: ports.Spoken, outcome: Outcome, offers: Iterable[facts.ChoiceOffered]) -> bool:
    """Say whether *outcome* answers what *poll* asks; *offers* are those that its author's opening settles."""
    offered, about = {offer.at for offer in offers}, poll.about
    if incident_of(about) not in (None, outcome.stream):
        return False
    return any(_answers(fact, about, offered) for fact in outcome.facts)


def _answers(fact: object, about: About, offered: Iterable[object]) -> bool:  # noqa: PLR0911 - a table
    match fact:
        case facts.Answered(question=question):
            return Questions(questions=(question,)) in about
        case facts.RiskWeighed(factor=factor):
            return Risks(factors=(factor,)) in about
        case facts.Opened():
            return any(isinstance(subject, Playbooks) and subject.offered_at in offered for subject in about)
        case facts.PointWritten():
            return any(isinstance(subject, PointAsked) for subject in about)
        case facts.HandoverTaken(number=number):
            return Relay(number=number) in about
        case facts.AlertTaken(number=number) | facts.AlertsDropped(number=number):
            return any(isinstance(one, Choice) and (one.word, one.rest) == ("alert", str(number)) for one in about)
        case _:
            return False
