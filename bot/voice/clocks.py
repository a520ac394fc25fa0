"""Legal clocks in full, and their reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.core.alarms import legal_time
from bot.core.clocks import Clock, Filed, Running, SetAside, Suspected
from bot.core.facts import Rang, RepeatRang, StepsRang, UpdateRang
from bot.core.incident import Incident
from bot.core.playbook import Language
from bot.voice.catalogue import own, say, word
from bot.voice.lengths import length_words
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.timeline import happened
from bot.voice.times import date_words, elapsed, left, moment, span
from bot.voice.wording import (
    aside_key,
    clock_title,
    cut,
    later_reading,
    people,
    person,
    role_word,
    short,
    time_left,
)


def clocks(incident: Incident, now: datetime) -> Text:
    """Return every clock of the incident: where it stands, who owes what to whom, which text says so."""
    language, found = incident.language, incident.clocks()
    if not found:
        return render(say(language, "clocks.none"))
    entries = bullets(_entry(incident, clock, now) for clock in found)
    return render(paragraphs(say(language, "clocks.title"), entries, say(language, "clocks.end")))


Reminded = Rang | StepsRang | UpdateRang | RepeatRang


def remind(facts: Sequence[Reminded], incident: Incident) -> Text:
    """Return the message of reminders that rang together. Whom it mentions is the caller's part."""
    return render(paragraphs(*(_reminder(fact, incident) for fact in facts)))


def _reminder(fact: Reminded, incident: Incident) -> Piece:
    return _clock_reminder(fact, incident) if isinstance(fact, Rang) else happened(fact, incident)


def _clock_reminder(fact: Rang, incident: Incident) -> Piece:
    """Return a reminder: which clock, until when, what to do."""
    clock = incident.clock(fact.rule)
    if clock is None or not isinstance(clock.state, Running):
        return happened(fact, incident)
    now = legal_time(clock.state, incident.pace, fact.at)
    is_overdue = fact.due is not None and now > fact.due + timedelta(minutes=1)
    return paragraphs(
        _remind_head(incident, clock, fact, now),
        _remind_what(incident, clock, is_overdue=is_overdue),
        _late_mark(fact, incident),
    )


def _remind_head(incident: Incident, clock: Clock, fact: Rang, now: datetime) -> Piece:
    language = incident.language
    if fact.due is None:
        return say(language, "remind.open", rule=fact.rule, title=clock_title(incident, clock))
    mark = say(language, "remind.drill") if incident.drill else Piece("")
    key = "remind.soft" if clock.rule.soft else "remind.due"
    head = say(
        language,
        key,
        rule=fact.rule,
        title=clock_title(incident, clock),
        due=moment(fact.due, incident.zone, language),
        left=left(fact.due, now, language),
    )
    return join((mark, head), " ") if incident.drill else head


def _remind_what(incident: Incident, clock: Clock, *, is_overdue: bool) -> Piece:
    language, rule = incident.language, clock.rule
    late = say(language, "remind.overdue", words=own(rule.late, language)) if is_overdue else Piece("")
    reading = later_reading(incident, clock) if is_overdue else Piece("")
    key_to = "remind.to.channel" if rule.channel else "remind.to"
    where = say(language, key_to, to=own(rule.to, language), channel=rule.channel)
    key = "remind.do.overdue" if is_overdue else "remind.do"
    return paragraphs(join((late, reading)), join((where, say(language, key, rule=rule.id))))


def _late_mark(fact: Rang, incident: Incident) -> Piece:
    if not fact.late_by:
        return Piece("")
    return say(incident.language, "remind.late", late=span(fact.late_by, incident.language))


def _entry(incident: Incident, clock: Clock, now: datetime) -> Piece:
    language, rule = incident.language, clock.rule
    owners = people(incident, incident.owners(rule)) or word(language, "owners.room")
    return join(
        (
            say(language, "clock.title", rule=rule.id, title=clock_title(incident, clock)),
            _state(incident, clock, now),
            say(language, "clock.who", who=own(rule.who, language), to=own(rule.to, language)),
            say(language, "clock.channel", channel=rule.channel) if rule.channel else Piece(""),
            say(language, "clock.needs", needs=own(rule.needs, language)) if rule.needs else Piece(""),
            say(
                language,
                "clock.owner",
                role=role_word(rule.owner, language),
                owners=owners,
            ),
            _source(clock, language),
        )
    )


def _state(incident: Incident, clock: Clock, now: datetime) -> Piece:
    language, zone, state = incident.language, incident.zone, clock.state
    match state:
        case Suspected():
            return _suspected(clock, language)
        case Running():
            return _running(incident, clock, state, now)
        case Filed(at=at, by=by, reference=reference):
            return say(
                language,
                "clock.filed",
                at=moment(at, zone, language),
                by=person(incident, by),
                reference=cut(reference, 500),
            )
        case SetAside(at=at, by=by, reason=reason):
            key, when = aside_key("clock.aside", clock.rule.id), moment(at, zone, language)
            return say(language, key, at=when, by=person(incident, by), reason=cut(reason, 500))
        case _:
            assert_never(state)


def _suspected(clock: Clock, language: Language) -> Piece:
    return say(
        language,
        "clock.suspected",
        rule=clock.rule.id,
        trigger=own(clock.rule.trigger, language),
        length=length_words(clock.rule.length, language),
    )


def _running(incident: Incident, clock: Clock, state: Running, now: datetime) -> Piece:
    language, zone = incident.language, incident.zone
    if state.due is None:
        spent = elapsed(state.aware, legal_time(state, incident.pace, now), language)
        strict = say(language, "clock.open", since=spent)
    else:
        key = "clock.soft" if clock.rule.soft else "clock.running"
        strict = say(
            language,
            key,
            due=moment(state.due, zone, language),
            left=time_left(incident, state, state.due, now),
        )
    return join((strict, later_reading(incident, clock), awareness(incident, state)))


def awareness(incident: Incident, state: Running) -> Piece:
    """Return since when a clock runs, who says so, and on which ground."""
    language, at = incident.language, moment(state.aware, incident.zone, incident.language)
    if state.by is None:
        return say(language, "clock.aware.chained", at=at, rule=short(state.source))
    key = "clock.aware.source" if state.source else "clock.aware"
    return say(language, key, at=at, by=person(incident, state.by), source=short(state.source, 200))


def _source(clock: Clock, language: Language) -> Piece:
    rule, read = clock.rule, clock.rule.read_on
    law = say(
        language,
        f"clock.source.{rule.proof.value}",
        source=rule.source,
        url=rule.source_url,
        read=date_words(read.year, read.month, read.day, language),
    )
    if not rule.by_contract:
        return law
    return join((say(language, "clock.by_contract", length=length_words(rule.length, language)), law))
