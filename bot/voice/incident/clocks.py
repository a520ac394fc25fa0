"""Clocks: all of them in a few lines each, one in full; and the firm's calendar of taxes and payroll."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from bot.core.clocks import rules
from bot.core.clocks.dates import AHEAD
from bot.core.clocks.lengths import Until
from bot.core.clocks.rules import Clock, Filed, Rule, Running, SetAside, Suspected, legal_time
from bot.core.facts import DatesAdded
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import name_of
from bot.core.replies.subjects import Clocks
from bot.voice.catalogue import own, say, word
from bot.voice.lengths import length_words
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import date_words, elapsed, moment
from bot.voice.wording import (
    aside_key,
    clock_line,
    clock_title,
    cut,
    later_reading,
    near_opening,
    people,
    person,
    role_word,
    short,
    sign_of,
    supposed,
    time_left,
)

_REMARK = re.compile(r" \([^()]* [^()]*\)$")
"""What a source says in brackets at its end: where the text was published."""


def clocks(incident: Incident, now: datetime) -> Text:
    """Return every clock of the incident in a few lines: until when, whose, under which law."""
    language, found = incident.language, incident.clocks()
    if not found:
        return render(say(language, "clocks.none"))
    entries = bullets(_short_entry(incident, clock, now) for clock in found)
    about = Clocks(rules=tuple(clock.rule.id for clock in found))
    return render(paragraphs(say(language, "clocks.title"), entries, say(language, "clocks.end")), about)


def clock(incident: Incident, clock: Clock, now: datetime, beside: Iterable[Rule] = ()) -> Text:
    """Return all about one clock: who owes what to whom, since when, and which text says so; *beside* it, proposals."""
    is_running, language = isinstance(clock.state, Running), incident.language
    stop = say(language, "clock.stop", rule=clock.rule.id) if is_running else Piece("")
    proposals = paragraphs(*(_proposal(rule, language) for rule in beside))
    words = paragraphs(_entry(incident, clock, now), proposals, join((stop, also_called(clock.rule, language))))
    return render(words, Clocks(rules=(clock.rule.id,)))


def to_start(incident: Incident, clock: Clock) -> Piece:
    """Return a clock that nobody started: what starts it, and until when it would run."""
    language = incident.language
    title = say(language, "clock.title", rule=clock.rule.id, title=clock_title(incident, clock))
    return join((title, _suspected(clock, language), supposed(incident, clock, "clock.supposed")))


def _proposal(rule: Rule, language: Language) -> Piece:
    """Return a text that is not law: what it would ask for, that it does not count, and where it stands."""
    return say(
        language,
        "clock.proposal",
        title=own(rule.title, language),
        words=own(rule.late, language),
        source=rule.source,
        url=rule.source_url,
        read=date_words(rule.read_on, language),
    )


def also_called(rule: Rule, language: Language) -> Piece:
    """Return what people may type instead of the id; an empty piece where there is nothing else."""
    name = rule.called.get(language)
    return Piece("") if name is None else say(language, "clock.called", name=name)


def _short_entry(incident: Incident, clock: Clock, now: datetime) -> Piece:
    """Return a clock that runs or might in two lines, its title and until when; any other in one."""
    language, rule, state = incident.language, clock.rule, clock.state
    sign = sign_of(incident, clock, now)
    title = say(language, "clock.short.title", sign=sign, rule=rule.id, title=clock_title(incident, clock))
    if isinstance(state, Suspected):
        provisional = supposed(incident, clock, "clock.short.supposed")
        return join((title, provisional if provisional.source else _not_started(rule, language)))
    if not isinstance(state, Running):
        return clock_line(incident, clock, now)
    owner = say(language, "clock.short.owner", who=_owner(incident, rule), law=_law(rule, language))
    return join((title, join((_until_when(incident, clock, state, now), owner), " · ")))


def _not_started(rule: Rule, language: Language) -> Piece:
    return say(language, "clock.short.suspected", rule=rule.id)


def _law(rule: Rule, language: Language) -> str:
    """Return on one line why something is due: a law, a contract, or somebody's own date."""
    if rule.is_business and not rule.is_recurring:
        return word(language, "clock.business")
    source = short(_REMARK.sub("", rule.source), 60)
    if rule.is_recurring:
        return word(language, "clock.calendar", source=source)
    return word(language, "clock.contract", source=source) if rule.is_contract else source


def _entry(incident: Incident, clock: Clock, now: datetime) -> Piece:
    language, rule = incident.language, clock.rule
    owner = say(language, "clock.owner", who=_owner(incident, rule))
    title = say(language, "clock.title", rule=rule.id, title=clock_title(incident, clock))
    if rule.is_business:
        why = _source(clock, language) if rule.is_recurring else Piece(word(language, "clock.business"))
        return join((title, _state(incident, clock, now), owner, why))
    return join(
        (
            title,
            _state(incident, clock, now),
            duty(rule, language),
            owner,
            _source(clock, language),
        )
    )


def duty(rule: Rule, language: Language) -> Piece:
    """Return who owes it to whom, through which channel, with which documents."""
    return join(
        (
            say(language, "clock.who", who=own(rule.who, language), to=own(rule.to, language)),
            say(language, "clock.channel", channel=rule.channel) if rule.channel else Piece(""),
            say(language, "clock.needs", needs=own(rule.needs, language)) if rule.needs else Piece(""),
        )
    )


def _owner(incident: Incident, rule: Rule) -> str:
    """Return who is reminded: a person by name, or a role with its holders."""
    owners = incident.owners(rule)
    names = people(incident, owners) or word(incident.language, "owners.room")
    is_person = owners == (incident.clock_people.get(rule.id),)
    return names if is_person else f"{role_word(rule.owner, incident.language)} ({names})"


def _state(incident: Incident, clock: Clock, now: datetime) -> Piece:
    language, zone, state = incident.language, incident.zone, clock.state
    match state:
        case Suspected():
            return join((_suspected(clock, language), supposed(incident, clock, "clock.supposed")))
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
    since = Piece("") if clock.rule.is_business else awareness(incident, clock.rule, state)
    return join((_until(incident, clock, state, now), since))


def _until(incident: Incident, clock: Clock, state: Running, now: datetime) -> Piece:
    """Return the due time with what is left, then what is later by another reading, and sooner by our own aim."""
    strict = _until_when(incident, clock, state, now)
    return join((strict, later_reading(incident, clock), aim_line(incident, clock, state)))


def _until_when(incident: Incident, clock: Clock, state: Running, now: datetime) -> Piece:
    language = incident.language
    if state.due is None:
        return say(language, "clock.open", since=elapsed(state.aware, legal_time(state, incident.pace, now), language))
    return say(
        language,
        "clock.soft" if clock.rule.soft else "clock.running",
        due=moment(state.due, incident.zone, language),
        left=time_left(incident, state, state.due, now),
    )


def aim_line(incident: Incident, clock: Clock, state: Running) -> Piece:
    """Return our own target for a running clock; an empty piece where there is none."""
    aim = rules.soft_line(clock.rule, state.aware, state.due)
    if aim is None:
        return Piece("")
    return say(incident.language, "clock.aim", aim=moment(aim, incident.zone, incident.language))


def awareness(incident: Incident, rule: Rule, state: Running) -> Piece:
    """Return since when a clock runs, who says so, and on which ground; if it is only proposed, who can say."""
    language, at = incident.language, moment(state.aware, incident.zone, incident.language)
    if state.by is None:
        return say(language, "clock.aware.chained", at=at, rule=short(state.source))
    if state.proposed:
        return join((proposal(incident, rule, state), say(language, "clock.proposed.law")))
    key = "clock.aware.source" if state.source else "clock.aware"
    return say(language, key, at=at, by=person(incident, state.by), source=short(state.source, 200))


def proposals(incident: Incident) -> Iterable[Piece]:
    """Yield in short the hours that wait for somebody of the organisation to confirm them."""
    language = incident.language
    for clock in incident.clocks():
        if isinstance(clock.state, Running) and clock.state.proposed:
            aware = near_opening(clock.state.aware, incident)
            name = name_of(clock.rule.id, clock.rule.called, language)
            yield say(language, "called.proposed", rule=name, aware=aware, source=_list(clock.state, language))


def _list(state: Running, language: Language) -> str:
    return short(state.source, 60) or word(language, "clock.proposed.list")


def proposal(incident: Incident, rule: Rule, state: Running) -> Piece:
    """Return that somebody proposed since when a clock runs: who, from which list, on which day; how to confirm."""
    language, zone = incident.language, incident.zone
    return say(
        language,
        "clock.proposed",
        rule=rule.id,
        aware=moment(state.aware, zone, language),
        by=person(incident, state.by) if state.by else "",
        source=_list(state, language),
        on=date_words(state.recorded_at.astimezone(zone), language),
    )


def _source(clock: Clock, language: Language) -> Piece:
    rule = clock.rule
    if rule.is_contract:
        return say(language, "clock.source.contract", source=rule.source)
    law = say(
        language,
        f"clock.source.{rule.proof.value}",
        source=rule.source,
        url=rule.source_url,
        read=date_words(rule.read_on, language),
    )
    if not rule.by_contract:
        return law
    return join((say(language, "clock.by_contract", length=length_words(rule.length, language)), law))


# --- the firm's calendar ------------------------------------------------------------------------------------------


def dates(coming: Sequence[Rule], incident: Incident) -> Text:
    """Return the dates that could be added, earliest first, and how."""
    language = incident.language
    head = say(language, "dates.title", days=str(AHEAD.days))
    return render(paragraphs(head, _dates(coming, incident), say(language, "dates.end", first=coming[0].id)))


def dates_added(fact: DatesAdded, after: Incident) -> Piece:
    """Return the answer to dates that were added: until when each runs."""
    language, first = after.language, fact.dates[0].id
    end = say(language, "confirm.DatesAdded.end", rule=first)
    return paragraphs(say(language, "confirm.DatesAdded"), _dates(fact.dates, after), end)


def _dates(coming: Sequence[Rule], incident: Incident) -> Piece:
    return bullets(_date_line(rule, rule.length, incident) for rule in coming if isinstance(rule.length, Until))


def _date_line(rule: Rule, length: Until, incident: Incident) -> Piece:
    language, due = incident.language, moment(length.at, incident.zone, incident.language)
    return say(language, "dates.line", rule=rule.id, title=own(rule.title, language), due=due)
