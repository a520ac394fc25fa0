"""Answers to commands about legal clocks: the due time first, then how it was reached and what follows."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.clocks.lengths import Until, due_time
from bot.core.clocks.rules import LADDER, Clock, Rule, Running, legal_time, limit_of
from bot.core.documents.register import NOTIFICATION
from bot.core.facts import ClockAdded, ClockClassified, ClockFiled, ClockSetAside, ClockStarted, RuleFollowed
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.playbook import Step
from bot.voice.catalogue import own, say, word
from bot.voice.incident.clocks import aim_line, also_called, awareness, duty
from bot.voice.incident.happened import happened
from bot.voice.incident.risk import decision as risk_decision
from bot.voice.markup import Piece, join, paragraphs
from bot.voice.times import left, moment
from bot.voice.wording import (
    aside_key,
    clock_line,
    cut,
    later_reading,
    people,
    person,
    provisional,
    reading,
    short,
    step_line,
    supposed,
)


def started(fact: ClockStarted, before: Incident, after: Incident) -> Piece:
    """Return the answer to a start or a correction."""
    clock = after.clock(fact.rule)
    if clock is None or not isinstance(clock.state, Running):
        return happened(fact, after)
    return paragraphs(
        join(
            (
                _head(fact, before, after, clock),
                _due(after, clock, clock.state, fact.at),
                awareness(after, clock.rule, clock.state),
            )
        ),
        _reminders(after, clock, clock.state),
        join((say(after.language, "clock.stop", rule=fact.rule), also_called(clock.rule, after.language))),
        _law(clock.rule, after.language),
    )


def _law(rule: Rule, language: Language) -> Piece:
    """Return which text it is counted by, how that was checked, and that a person decides."""
    if rule.is_contract:
        return say(language, "clock.source.contract", source=rule.source)
    return say(language, "confirm.clock.law", source=rule.source, proof=word(language, f"proof.{rule.proof.value}"))


def _head(fact: ClockStarted, before: Incident, after: Incident, clock: Clock) -> Piece:
    language, title = after.language, own(clock.rule.title, after.language)
    if fact.confirms:
        return say(language, "confirm.ClockStarted.confirmed", rule=fact.rule, title=title)
    old = before.clock(fact.rule)
    if old is not None and isinstance(old.state, Running):
        known = moment(old.state.aware, after.zone, language)
        return say(language, "confirm.ClockStarted.corrected", rule=fact.rule, title=title, known=known)
    return say(language, "confirm.ClockStarted", rule=fact.rule, title=title)


def _due(after: Incident, clock: Clock, state: Running, at: datetime) -> Piece:
    language = after.language
    if state.due is None:
        return join((say(language, "confirm.clock.open", source=clock.rule.source), aim_line(after, clock, state)))
    now = legal_time(state, after.pace, at)
    strict = say(
        language,
        "clock.soft" if clock.rule.soft else "clock.running",
        due=moment(state.due, after.zone, language),
        left=provisional(left(state.due, now, language), state, after),
    )
    late = say(language, "remind.overdue", words=own(clock.rule.late, language)) if now > state.due else Piece("")
    return join((strict, later_reading(after, clock), aim_line(after, clock, state), late))


def _reminders(after: Incident, clock: Clock, state: Running) -> Piece:
    """Return who will be reminded, and how long before the due time."""
    language, owners = after.language, people(after, after.owners(clock.rule)) or word(after.language, "owners.room")
    if state.due is None:
        return say(language, "confirm.reminders.daily", owners=owners) if clock.rule.aim else Piece("")
    hours = [
        str(round(before.total_seconds() / 3600))
        for before in LADDER
        if before and state.due - before > state.recorded_at
    ]
    if not hours:
        return say(language, "confirm.reminders.hourly", owners=owners)
    return say(language, "confirm.reminders", owners=owners, hours=", ".join(hours))


def more_clocks(fact: ClockClassified | ClockAdded, after: Incident) -> Piece:
    """Return the answer to a classification, or to a new business clock."""
    language, zone = after.language, after.zone
    match fact:
        case ClockClassified(rule=rule, classified_at=at):
            head = say(language, "confirm.ClockClassified", rule=rule, at=moment(at, zone, language))
            clock = after.clock(rule)
            return join((head, clock_line(after, clock, fact.at))) if clock else head
        case ClockAdded(rule=rule):
            due = rule.length.at if isinstance(rule.length, Until) else fact.at
            return say(
                language,
                "confirm.ClockAdded",
                rule=rule.id,
                title=short(rule.title.to(language)),
                due=moment(due, zone, language),
                owners=people(after, after.owners(rule)) or word(language, "owners.room"),
            )
        case _:
            assert_never(fact)


def followed(fact: RuleFollowed, after: Incident) -> Piece:
    """Return that a clock of the law is watched: until when it would run, what it asks, which text says so."""
    language, rule, clock = after.language, fact.rule, after.clock(fact.rule.id)
    head = say(language, "confirm.RuleFollowed", rule=rule.id, title=own(rule.title, language))
    if clock is None:
        state = say(language, "confirm.RuleFollowed.waits", after=rule.after or "")
    else:
        start = say(language, "clock.short.suspected", rule=rule.id)
        state = join((start, supposed(after, clock, "clock.supposed")))
    ids = ", ".join(one.id for one in fact.chained)
    chained = say(language, "confirm.RuleFollowed.chained", rules=ids) if ids else Piece("")
    return paragraphs(
        join((head, state)),
        join((duty(rule, language), also_called(rule, language))),
        chained,
        _law(rule, language),
    )


def filed(fact: ClockFiled, after: Incident) -> Piece:
    """Return the answer to a filing: on time or late, and the clocks that begin with it."""
    language, clock = after.language, after.clock(fact.rule)
    head = say(
        language,
        "confirm.ClockFiled",
        rule=fact.rule,
        at=moment(fact.filed_at, after.zone, language),
        reference=cut(fact.reference, 500),
    )
    follow = [_chained(after, rule, fact) for rule in after.followers(fact.rule)]
    steps = [step for step in after.open_steps() if step.clock == fact.rule]
    return paragraphs(join((head, _margin(fact, after, clock))), *follow, *(_served(after, step) for step in steps))


def _served(after: Incident, step: Step) -> Piece:
    return say(after.language, "confirm.filed.step", id=step.id, step=step_line(after, step))


def _margin(fact: ClockFiled, after: Incident, clock: Clock | None) -> Piece:
    running = getattr(clock.state, "running", None) if clock else None
    if not isinstance(running, Running) or running.due is None or clock is None:
        return Piece("")
    limit = limit_of(clock.rule, running.aware, after.zone, after.closed_days, running.second)
    due = moment(running.due, after.zone, after.language)
    if fact.filed_at <= running.due:
        return say(after.language, "confirm.filed.in_time", due=due)
    if limit is not None and fact.filed_at <= limit:
        return reading(after, clock.rule, "confirm.filed.in_reading", due=running.due, limit=limit)
    key = "confirm.filed.late.business" if clock.rule.is_business else "confirm.filed.late"
    return say(after.language, key, due=due)


def _chained(after: Incident, rule: Rule, fact: ClockFiled) -> Piece:
    language = after.language
    due = due_time(rule.length, fact.filed_at, after.zone, after.closed_days)
    return say(
        language,
        "confirm.chained.soft" if rule.soft else "confirm.chained",
        rule=rule.id,
        title=own(rule.title, language),
        due=moment(due, after.zone, language) if due else word(language, "no.figure"),
        source=rule.source,
    )


def set_aside(fact: ClockSetAside, after: Incident) -> Piece:
    """Return the answer to a decision that a clock does not apply: whose it is, and why. The bot has no opinion.

    The risk as it was decided, or that nobody decided on it, stands beside a decision on the notification.
    """
    is_business = after.rules[fact.rule].is_business
    said = say(
        after.language,
        "confirm.ClockSetAside.business" if is_business else aside_key("confirm.ClockSetAside", fact.rule),
        rule=fact.rule,
        by=person(after, fact.by),
        reason=cut(fact.reason, 500),
    )
    if fact.confirmed_by is not None:
        said = join((said, say(after.language, "confirm.seconded", second=person(after, fact.confirmed_by))))
    return paragraphs(said, risk_decision(after)) if fact.rule == NOTIFICATION else said
