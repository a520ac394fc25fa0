"""What needs a second person: what is asked for, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.facts import Closing, ConfirmationAsked, ConfirmationGiven, Irreversible, Removal
from bot.core.incident import Incident
from bot.core.names import RuleId
from bot.core.two_persons import lapses_at, second_persons
from bot.voice.catalogue import say
from bot.voice.markup import Piece, bullets, paragraphs
from bot.voice.times import moment
from bot.voice.wording import clock_line, people, person, role_words, short


def asked(fact: ConfirmationAsked, incident: Incident) -> Piece:
    """Return what will happen if it is confirmed, who can do it, and until when."""
    language, who = incident.language, person(incident, fact.by)
    others = people(incident, second_persons(incident, fact.by, fact.act))
    until = moment(lapses_at(fact), incident.zone, language)
    how = say(language, "asked.how", number=str(fact.number), people=short(others, 400), until=until)
    match fact.act:
        case Closing(summary=summary, rules=rules):
            key = "asked.closing.text" if summary else "asked.closing"
            head = say(language, key, who=who, text=short(summary))
            lines = bullets(_clock(rule, incident, fact.at) for rule in rules)
            return paragraphs(head, lines, say(language, "asked.closing.better", rule=rules[0]), how)
        case Removal(user=user):
            roles = role_words(incident.roster.get(user, ()), language)
            return paragraphs(say(language, "asked.removal", who=who, user=person(incident, user), roles=roles), how)
        case _:
            assert_never(fact.act)


def told(fact: ConfirmationAsked | ConfirmationGiven, incident: Incident) -> Piece:
    """Return the line of the timeline."""
    language, who, number = incident.language, person(incident, fact.by), str(fact.number)
    act = _named(fact.act, incident)
    match fact:
        case ConfirmationAsked():
            return say(language, "fact.ConfirmationAsked", who=who, number=number, act=act)
        case ConfirmationGiven(asked_by=asked_by):
            first = person(incident, asked_by)
            return say(language, "fact.ConfirmationGiven", who=who, number=number, act=act, first=first)
        case _:
            assert_never(fact)


def _named(act: Irreversible, incident: Incident) -> Piece:
    match act:
        case Closing(rules=rules):
            return say(incident.language, "act.closing", rules=", ".join(rules))
        case Removal(user=user):
            return say(incident.language, "act.removal", user=person(incident, user))
        case _:
            assert_never(act)


def _clock(rule: RuleId, incident: Incident, now: datetime) -> Piece:
    clock = incident.clock(rule)
    return clock_line(incident, clock, now) if clock else Piece("")
