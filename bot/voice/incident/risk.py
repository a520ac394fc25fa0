"""The risk to people: its questions, what was answered, who decided, and what comes next. Never a verdict."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bot.core.clocks.rules import Clock, Filed, SetAside
from bot.core.documents.register import INFORMATION, NOTIFICATION
from bot.core.facts import RiskDecided, RiskWeighed
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.risk import READ_ON, RiskFactor, RiskLevel
from bot.voice.catalogue import say, word
from bot.voice.incident.score import last_score
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import date_words, moment
from bot.voice.wording import clock_line, cut, person, short

_REASON = 60
"""How much of each reason the list of questions shows."""
_DOUBTFUL = (RiskLevel.HIGH, RiskLevel.UNKNOWN)


def risk(incident: Incident) -> Text:
    """Return the questions on the risk, each with its level and reason, and the decision if there is one."""
    language = incident.language
    return render(
        paragraphs(
            say(language, "risk.title"),
            bullets(_line(incident, factor) for factor in RiskFactor),
            _ask(incident),
            last_score(incident),
            decision(incident),
            say(language, "risk.end", read=date_words(READ_ON, language)),
        )
    )


def decision(incident: Incident) -> Piece:
    """Return the level somebody decided on, or how one is decided."""
    language, decided = incident.language, incident.risk
    if decided is None:
        return say(language, "risk.undecided")
    return say(
        language,
        "risk.decided",
        level=level_word(decided.level, language),
        by=person(incident, decided.by),
        at=moment(decided.at, incident.zone, language),
        reason=cut(decided.reason, 500),
    )


def weighed(fact: RiskWeighed, after: Incident) -> Piece:
    """Return the answer to one question that was answered, and which are left."""
    language, left = after.language, _open(after)
    kept = say(
        language,
        "confirm.RiskWeighed",
        factor=factor_word(fact.factor, language),
        level=level_word(fact.level, language),
        by=person(after, fact.by),
    )
    then = say(language, "risk.weighed.open", open=left) if left else say(language, "risk.weighed.all")
    return join((kept, then))


def decided(fact: RiskDecided, after: Incident) -> Piece:
    """Return the answer to a decision: whose it is, what was answered against it, and which duty it is about."""
    language = after.language
    head = say(
        language,
        "confirm.RiskDecided",
        level=level_word(fact.level, language),
        by=person(after, fact.by),
        reason=cut(fact.reason, 500),
    )
    if fact.confirmed_by is not None:
        head = join((head, say(language, "confirm.seconded", second=person(after, fact.confirmed_by))))
    against = _against(after) if fact.level is RiskLevel.NONE else Piece("")
    return paragraphs(join((head, say(language, "risk.no_clock"))), against, *_then(fact.level, after))


def level_word(level: RiskLevel, language: Language) -> str:
    """Return the word for *level*."""
    return word(language, f"risk.level.{level.value}")


def factor_word(factor: RiskFactor, language: Language) -> str:
    """Return the number and the short name of the question *factor*."""
    return f"{_number(factor)} {word(language, f'risk.factor.{factor.value}')}"


def _line(incident: Incident, factor: RiskFactor) -> Piece:
    language, answer = incident.language, incident.weighed.get(factor)
    asked = factor_word(factor, language)
    if answer is None:
        return say(language, "risk.answer.none", factor=asked)
    return say(
        language,
        "risk.answer",
        factor=asked,
        level=level_word(answer.level, language),
        by=person(incident, answer.by),
        reason=short(answer.reason, _REASON),
    )


def _ask(incident: Incident) -> Piece:
    """Return the first question that nobody answered, in full, with what answers it."""
    language = incident.language
    left = next((factor for factor in RiskFactor if factor not in incident.weighed), None)
    if left is None:
        return say(language, "risk.how.all")
    ask = word(language, f"risk.ask.{left.value}")
    return say(language, "risk.how", factor=factor_word(left, language), ask=ask, number=_number(left))


def _open(incident: Incident) -> str:
    return ", ".join(_number(factor) for factor in RiskFactor if factor not in incident.weighed)


def _number(factor: RiskFactor) -> str:
    return str(list(RiskFactor).index(factor) + 1)


def _against(after: Incident) -> Piece:
    """Return the answers that were high or unknown, and the questions nobody answered: facts, no verdict."""
    language = after.language
    doubtful = [factor for factor, answer in after.weighed.items() if answer.level in _DOUBTFUL]
    missing = [factor for factor in RiskFactor if factor not in after.weighed]
    return join(
        (
            _factors("risk.concerns", doubtful, language),
            _factors("risk.unanswered", missing, language),
        )
    )


def _factors(key: str, factors: Iterable[RiskFactor], language: Language) -> Piece:
    named = ", ".join(factor_word(factor, language) for factor in sorted(factors, key=list(RiskFactor).index))
    return say(language, key, factors=named) if named else Piece("")


def _then(level: RiskLevel, after: Incident) -> tuple[Piece, ...]:
    """Return the duties *level* is about. What was filed or set aside is shown as it stands."""
    language = after.language
    match level:
        case RiskLevel.NONE:
            return (_settled_or(after, NOTIFICATION, "risk.then.none"),)
        case RiskLevel.RISK:
            return (_settled_or(after, NOTIFICATION, "risk.then.notify"),)
        case RiskLevel.UNKNOWN:
            doubt = say(language, "risk.then.doubt", read=date_words(READ_ON, language))
            return (doubt, _settled_or(after, NOTIFICATION, "risk.then.notify"))
        case RiskLevel.HIGH:
            people = _settled_or(after, INFORMATION, "risk.then.people")
            return (people, _settled_or(after, NOTIFICATION, "risk.then.notify"))
        case _:
            assert_never(level)


def _settled_or(after: Incident, rule: RuleId, key: str) -> Piece:
    clock = after.clock(rule)
    if clock is None:
        return Piece("")
    match clock.state:
        case Filed(at=at):
            return clock_line(after, clock, at)
        case SetAside(at=at):
            again = Piece("") if key == "risk.then.none" else say(after.language, "risk.then.again", rule=rule)
            return join((clock_line(after, clock, at), again))
        case _:
            return _duty(clock, key, after.language)


def _duty(clock: Clock, key: str, language: Language) -> Piece:
    return say(language, key, source=clock.rule.source, read=date_words(clock.rule.read_on, language))
