"""The fields of the register: one label and one text each, the same for a table and for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.core.clocks.rules import Clock, Filed, Running, SetAside, Suspected
from bot.core.conditions import UNKNOWN
from bot.core.documents.register import KEPT_DETAILS, PERSONAL_DATA, Gap, RegisterEntry, is_late, running_of
from bot.core.language import Language
from bot.core.names import Question, UserId
from bot.core.playbook import Step
from bot.core.risk import RiskFactor, Weighed
from bot.sentences.typography import typeset
from bot.voice.catalogue import own, say, word
from bot.voice.details import detail_label, in_doubt, label_of, value_words
from bot.voice.incident.risk import factor_word, level_word
from bot.voice.incident.score import calculation
from bot.voice.markup import spelt_out
from bot.voice.times import moment, sortable
from bot.voice.wording import aside_key

Field = tuple[str, str]
"""A label and what stands under it; empty when there is nothing."""
_Tell = Callable[[RegisterEntry], str]


def fields(entry: RegisterEntry, language: Language) -> tuple[Field, ...]:
    """Return every field of *entry*, always the same ones in the same order. People stand with their full ids."""
    entry = in_language(entry, language)
    told = [(word(language, f"register.field.{name}"), tell(entry)) for name, tell in _FIRST]
    details = [(detail_label(name, language), _detail(entry, name)) for name in KEPT_DETAILS]
    rest = [(word(language, f"register.field.{name}"), tell(entry)) for name, tell in _LAST]
    return (*told, *details, *rest)


def stamps(entry: RegisterEntry, language: Language) -> tuple[Field, ...]:
    """Return the times of *entry* as spreadsheets sort them, always the same ones in the same order."""
    incident, running = entry.incident, running_of(entry.notification) if entry.notification else None
    filed = entry.notification.state if entry.notification else None
    times = {
        "opened": incident.opened_at,
        "aware": running.aware if running else None,
        "due": running.due if running else None,
        "filed": filed.at if isinstance(filed, Filed) else None,
        "closed": incident.closed_at,
    }
    zone = incident.zone
    return tuple(
        (word(language, f"register.stamp.{name}", zone=zone.key), sortable(at, zone)) for name, at in times.items()
    )


def in_language(entry: RegisterEntry, language: Language) -> RegisterEntry:
    """Return *entry* told in *language*; what people typed stays as it is."""
    return replace(entry, incident=replace(entry.incident, language=language))


def gap_words(gap: Gap, language: Language) -> str:
    """Return what is missing."""
    return word(language, f"register.gap.{gap.value}")


def unknown_words(entry: RegisterEntry) -> str:
    """Return the labels of what is not known, and what questions are called."""
    return _say(entry, "register.and").join(label_of(name, entry.incident) for name in entry.unknown)


def _opened(entry: RegisterEntry) -> str:
    incident = entry.incident
    return _say(entry, "register.by", at=_at(incident.opened_at, entry), by=incident.opened_by)


def _closed(entry: RegisterEntry) -> str:
    incident = entry.incident
    if incident.closed_at is None:
        return _say(entry, f"status.{incident.status.value}")
    purged = _say(entry, "register.purged", at=_at(incident.purged_at, entry)) if incident.purged_at else ""
    return _lines((_at(incident.closed_at, entry), incident.closed_summary, purged))


def personal_data(entry: RegisterEntry) -> str:
    """Return whether personal data are touched, as answered."""
    said = value_words(PERSONAL_DATA, entry.incident.answers.get(PERSONAL_DATA, UNKNOWN), entry.incident)
    return in_doubt(said, PERSONAL_DATA, entry.incident)


def _aware(entry: RegisterEntry) -> str:
    running = running_of(entry.notification) if entry.notification else None
    return _lines((_at(running.aware, entry), running.source)) if running else ""


def _notification(entry: RegisterEntry) -> str:
    if entry.notification is None:
        return _say(entry, "register.unwatched", answer=personal_data(entry))
    return clock_words(entry.notification, entry)


def _risk(decided: Weighed | None, entry: RegisterEntry) -> str:
    if decided is None:
        return ""
    told = _say(
        entry,
        "register.risk",
        level=level_word(decided.level, entry.incident.language),
        by=decided.by,
        at=_at(decided.at, entry),
        reason=decided.reason,
    )
    return _confirmed(told, decided.confirmed_by, entry)


def _confirmed(told: str, by: UserId | None, entry: RegisterEntry) -> str:
    return told if by is None else _say(entry, "register.confirmed", text=told, by=by)


def _answers(entry: RegisterEntry) -> str:
    """Return the answers with which duties left, as the decisions they are."""
    return _lines(
        _confirmed(
            _say(
                entry,
                "register.answer",
                question=label_of(name, entry.incident),
                value=value_words(name, said.value, entry.incident),
                by=said.by,
                at=_at(said.at, entry),
                reason=said.reason,
            ),
            said.confirmed_by,
            entry,
        )
        for name, said in entry.incident.decided_answers.items()
    )


def _score(entry: RegisterEntry) -> str:
    """Return the last score by ENISA's method: a calculation, never the decision."""
    fact = entry.incident.scored
    if fact is None:
        return ""
    told = calculation(fact.score, entry.incident.language)
    return _say(entry, "register.score", calculation=told, by=fact.by, at=_at(fact.at, entry), reason=fact.reason)


def _factors(entry: RegisterEntry) -> str:
    weighed = entry.incident.weighed
    return _lines(
        _say(
            entry,
            "register.factor",
            factor=factor_word(factor, entry.incident.language),
            level=level_word(weighed[factor].level, entry.incident.language),
            by=weighed[factor].by,
            reason=weighed[factor].reason,
        )
        for factor in RiskFactor
        if factor in weighed
    )


def _duties(entry: RegisterEntry) -> str:
    return _lines(clock_words(clock, entry) for clock in entry.duties)


def _filings(entry: RegisterEntry) -> str:
    return _lines(clock_words(clock, entry) for clock in entry.filings)


def _measures(entry: RegisterEntry) -> str:
    return _lines(_measure(step, entry) for step in entry.measures)


def _measure(step: Step, entry: RegisterEntry) -> str:
    state = entry.incident.step_state(step.id)
    return _say(
        entry,
        "register.measure.result" if state.text else "register.measure",
        step=step.id,
        title=typeset(step.title, entry.incident.playbook.language),
        by=state.by or "",
        at=_at(state.at, entry) if state.at else "",
        result=state.text,
    )


def _gaps(entry: RegisterEntry) -> str:
    return _lines(gap_words(gap, entry.incident.language) for gap in entry.gaps)


def clock_words(clock: Clock, entry: RegisterEntry) -> str:
    """Return where a duty stands: since when it was known, and who filed it or decided otherwise, and why."""
    title = own(clock.rule.title, entry.incident.language)
    head = _say(entry, "register.clock", rule=clock.rule.id, title=title)
    running = running_of(clock)
    known = _say(entry, "register.clock.known", at=_at(running.aware, entry)) if running else ""
    late = _say(entry, "register.clock.late") if is_late(clock, entry.as_of) else ""
    told = (known, _standing(clock, entry), late)
    return f"{head} {', '.join(part for part in told if part)}"


def _standing(clock: Clock, entry: RegisterEntry) -> str:
    match clock.state:
        case Suspected():
            return _say(entry, "register.clock.suspected")
        case Running(due=None):
            return _say(entry, "register.clock.open")
        case Running(due=due):
            return _say(entry, "register.clock.due", due=_at(due, entry) if due else "")
        case Filed(at=at, by=by, reference=reference):
            return _say(entry, "register.clock.filed", at=_at(at, entry), by=by, reference=reference)
        case SetAside(at=at, by=by, reason=reason, confirmed_by=second):
            key = aside_key("register.clock.aside", clock.rule.id)
            return _confirmed(_say(entry, key, at=_at(at, entry), by=by, reason=reason), second, entry)
        case _:
            assert_never(clock.state)


def _detail(entry: RegisterEntry, name: Question) -> str:
    if name not in entry.details:
        return ""
    return in_doubt(value_words(name, entry.details[name], entry.incident), name, entry.incident)


def _at(at: datetime, entry: RegisterEntry) -> str:
    return moment(at, entry.incident.zone, entry.incident.language)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _say(entry: RegisterEntry, key: str, **texts: str) -> str:
    return spelt_out(say(entry.incident.language, key, **texts))


_FIRST: tuple[tuple[str, _Tell], ...] = (
    ("codename", lambda entry: entry.incident.codename),
    ("title", lambda entry: entry.incident.title),
    ("playbook", lambda entry: typeset(entry.incident.playbook.title, entry.incident.playbook.language)),
    ("opened", _opened),
    ("closed", _closed),
    ("personal-data", personal_data),
    ("aware", _aware),
    ("notification", _notification),
    ("risk", lambda entry: _risk(entry.incident.risk, entry)),
    ("opinion", lambda entry: _risk(entry.incident.dpo_opinion, entry)),
    ("decision", lambda entry: _risk(entry.incident.controller_decision, entry)),
    ("answers", _answers),
    ("factors", _factors),
    ("score", _score),
)
_LAST: tuple[tuple[str, _Tell], ...] = (
    ("measures", _measures),
    ("duties", _duties),
    ("filings", _filings),
    ("unknown", unknown_words),
    ("gaps", _gaps),
)
