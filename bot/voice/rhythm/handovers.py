"""Handovers in words: what is read back to whoever comes, who took over, and who is on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.core import facts
from bot.core.conditions import UNKNOWN
from bot.core.incident import Incident
from bot.core.names import StepId, UserId
from bot.core.people.two_persons import waiting
from bot.core.replies.ballots import Ballot, Offered
from bot.core.replies.subjects import Relay
from bot.core.rhythm.deciding import steps_of
from bot.core.rhythm.state import Handover
from bot.core.rhythm.watch import on_now
from bot.voice.catalogue import say, word
from bot.voice.details import label_of, question_name
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.rhythm.points import ends_first, names, point_line
from bot.voice.rhythm.watch import for_long, watch_line
from bot.voice.times import moment
from bot.voice.wording import assignee, person, role_words, short, step_title

_MOST_STEPS, _MOST_TAKEN, _MOST_PEOPLE = 4, 3, 12


def given(fact: facts.HandoverGiven, after: Incident) -> Piece:
    """Return what is read back to whoever is to take over: what passes, and what is open."""
    return paragraphs(
        _head(fact, after),
        ends_first(after, fact.at),
        join((*_open(fact, after), for_long(after, fact.at, fact.by), point_line(after, fact.at))),
        say(after.language, "handover.how", by=person(after, fact.by), to=person(after, fact.to)),
    )


def relay_poll(fact: facts.HandoverGiven, after: Incident) -> Text:
    """Return what is tapped to acknowledge a handover."""
    language = after.language
    question = word(language, "handover.question", by=person(after, fact.by), to=person(after, fact.to))
    received = Offered(text=word(language, "handover.take"), word="received")
    return render(Piece(""), Relay(number=fact.number), ballot=Ballot(question=question, offered=(received,)))


def taken(fact: facts.HandoverTaken, after: Incident) -> Piece:
    """Return that somebody took over: what is theirs now, and that whoever hands over may rest."""
    language, by = after.language, after.rhythm.handovers[fact.number].given.by
    who = {"by": person(after, by), "to": person(after, fact.by)}
    roles = say(language, "handover.taken.roles", roles=role_words(fact.roles, language), **who)
    return join(
        (
            say(language, "handover.taken", **who),
            _steps(after, fact.steps),
            roles if fact.roles else Piece(""),
            say(language, "handover.rest", **who),
        )
    )


def handovers(incident: Incident, now: datetime) -> Text:
    """Return who is on since when, which handovers wait, and the last that were acknowledged."""
    language, found = incident.language, tuple(incident.rhythm.handovers.values())
    watches = [watch_line(incident, watch, now) for watch in on_now(incident, now)[:_MOST_PEOPLE]]
    open_ = [_line("handover.line.open", incident, one) for one in found if one.is_open]
    over = [_line("handover.line", incident, one) for one in found if one.taken][-_MOST_TAKEN:]
    return render(
        paragraphs(
            say(language, "handover.on") if watches else say(language, "handover.on.nobody"),
            bullets(watches),
            bullets((*open_, *over)),
            point_line(incident, now),
            say(language, "handover.show.how"),
        )
    )


def _line(key: str, incident: Incident, handover: Handover) -> Piece:
    given_, taken_ = handover.given, handover.taken
    at = moment(taken_.at if taken_ else given_.at, incident.zone, incident.language)
    return say(incident.language, key, by=person(incident, given_.by), to=person(incident, given_.to), at=at)


def _head(fact: facts.HandoverGiven, after: Incident) -> Piece:
    language = after.language
    text = say(language, "handover.text", text=short(fact.text, 300)) if fact.text else Piece("")
    roles = say(language, "handover.roles", roles=role_words(fact.roles, language)) if fact.roles else Piece("")
    head = say(language, "handover.given", by=person(after, fact.by), to=person(after, fact.to))
    return join((head, text, _steps(after, steps_of(after, fact.by)), roles))


def _steps(incident: Incident, ids: Iterable[StepId]) -> Piece:
    """Return which steps pass, or that none does."""
    found = [step for id in ids if (step := incident.playbook.step(id)) is not None]
    if not found:
        return say(incident.language, "handover.steps.none")
    titles = [f"{step.id} {short(step_title(incident, step), 40)}" for step in found]
    more = f" +{len(titles) - _MOST_STEPS}" if len(titles) > _MOST_STEPS else ""
    return say(incident.language, "handover.steps", steps=" · ".join(titles[:_MOST_STEPS]) + more)


def _open(fact: facts.HandoverGiven, after: Incident) -> Iterator[Piece]:
    """Yield what else is open, a line a kind: of what is not there nothing is said."""
    kinds = {
        "handover.others": list(_others(after, fact.by)),
        "handover.questions": [question_name(asked.name, after) for asked in after.open_questions()],
        "handover.unknown": list(_unknown(after)),
        "handover.reviews": list(_reviews(after)),
        "handover.waiting": [str(asked.number) for asked in waiting(after, fact.at)],
    }
    for key, found in kinds.items():
        if found:
            yield say(after.language, key, what=names(found))


def _others(incident: Incident, by: UserId) -> Iterator[str]:
    """Yield the open steps of others, with whose they are."""
    passing = steps_of(incident, by)
    for step in incident.open_steps():
        if step.id not in passing:
            yield f"{step.id} {assignee(incident, step)}"


def _unknown(incident: Incident) -> Iterator[str]:
    """Yield what was answered and is not known for sure."""
    for name, value in incident.answers.items():
        if value == UNKNOWN or incident.doubt(name) is not None:
            yield label_of(name, incident)


def _reviews(incident: Incident) -> Iterator[str]:
    for number, decision in incident.decisions.items():
        if decision.review_due is not None:
            at = moment(decision.review_due, incident.zone, incident.language)
            yield word(incident.language, "handover.review", number=str(number), at=str(at))
