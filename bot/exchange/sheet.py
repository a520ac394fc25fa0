"""A playbook as texts: what our Markdown says, before it is read as a playbook, and whatever file it came from.

What comes from a file of others is not checked here: it is written as Markdown, and the reader of playbooks judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import Any

from bot.core.conditions import Condition
from bot.core.language import Language
from bot.core.names import Called
from bot.core.playbook import UNRANKED, Asked, Phase, Playbook, Step, Watched
from bot.library.body import PHASE, Label, cut
from bot.library.marked import read_fenced
from bot.library.problems import Findings
from bot.sentences.po import sentences

_DAY = timedelta(days=1)
_UNITS = (("day", _DAY), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_MOST_DAYS, _MOST_NUMBER = 999, 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One step."""

    title: str
    action: str
    """Markdown."""
    id: str = ""
    """Empty for one of others that has no place yet."""
    fields: Mapping[Label, str]
    """The lines of its definition list; the mandatory mark is there with an empty text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One phase."""

    letters: str = ""
    """Those of the ids of its steps; empty where there are none yet."""
    name: str
    intro: str = ""
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A whole playbook."""

    front: Mapping[str, Any]
    """The front matter, of JSON's own types."""
    preface: str = ""
    """The Markdown above the first phase: people who open the file read it, the bot does not."""
    chapters: tuple[Chapter, ...]


def sheet_of(playbook: Playbook, preface: str = "") -> Sheet:
    """Return *playbook* as texts; its own language only."""
    language = playbook.language
    front: dict[str, Any] = {
        "id": playbook.id,
        **_called(playbook.called, language),
        "language": language,
        "title": playbook.title,
        "summary": playbook.summary,
        "version": playbook.version,
    }
    if playbook.rank != UNRANKED:
        front["rank"] = str(playbook.rank)
    if playbook.repeat is not None:
        front["repeat"] = _repeat(playbook.repeat)
    front["roles"] = [role.value for role in playbook.roles]
    if playbook.questions:
        front["questions"] = [_question(asked, language) for asked in playbook.questions]
    if playbook.clocks:
        front["clocks"] = [_clock(watched) for watched in playbook.clocks]
    chapters = tuple(_chapter(phase, language) for phase in playbook.phases)
    return Sheet(front=front, preface=preface, chapters=chapters)


def preface_of(text: str) -> str:
    """Return what stands in *text*, a playbook's file, between its title and its first phase."""
    findings = Findings("")
    fenced = read_fenced(text, "a playbook", findings)
    sections = () if fenced is None else cut(fenced[1], findings)
    above = takewhile(lambda section: section.level != PHASE, sections)
    return "\n\n".join(text for section in above if (text := section.text()))


def condition_text(condition: Condition) -> str:
    """Return *condition* as authors write it; empty for the one that always holds."""
    return " and ".join(f"{clause.question} = {' or '.join(clause.values)}" for clause in condition.clauses)


def length_text(span: timedelta, language: Language) -> str:
    """Return *span* as authors write it: `24 h`; rounded up to a minute, or to a day where it is very long."""
    for unit, length in _UNITS:
        if not span % length and span <= _MOST_NUMBER * length:
            return f"{span // length} {_word(unit, span // length, language)}"
    unit, length = _UNITS[-1] if span < _MOST_NUMBER * _UNITS[-1][1] else _UNITS[0]
    number = min(-(-span // length), _MOST_NUMBER)
    return f"{number} {_word(unit, number, language)}"


def _word(unit: str, number: int, language: Language) -> str:
    words = sentences(language)[f"unit.{unit}"].split(",")
    return words[-1 if number > 1 else 0].strip()


def _called(called: Called, language: Language) -> dict[str, str]:
    return {"called": called[language]} if language in called else {}


def _repeat(repeat: timedelta) -> str:
    if repeat.days <= _MOST_DAYS:
        return f"{repeat.days} days"
    return f"{round(repeat.days * 12 / 365)} months"


def _question(asked: Asked, language: Language) -> dict[str, Any]:
    row = {"name": asked.name, **_called(asked.called, language), "text": asked.text, "values": list(asked.values)}
    return {**row, **_when(asked.when)}


def _clock(watched: Watched) -> dict[str, Any]:
    return {"rule": watched.rule, **_when(watched.when)}


def _when(condition: Condition) -> dict[str, str]:
    return {"when": condition_text(condition)} if condition.clauses else {}


def _chapter(phase: Phase, language: Language) -> Chapter:
    letters = phase.steps[0].id.rstrip("0123456789")
    cards = tuple(_card(step, language) for step in phase.steps)
    return Chapter(letters=letters, name=phase.name, intro=phase.intro, cards=cards)


def _card(step: Step, language: Language) -> Card:
    return Card(id=step.id, title=step.title, action=step.action, fields=dict(_fields(step, language)))


def _fields(step: Step, language: Language) -> Iterator[tuple[Label, str]]:
    yield Label.WHO, step.role.value
    if step.target_text:
        yield Label.BY, step.target_text
    if step.again is not None:
        yield Label.AGAIN, length_text(step.again, language)
    if step.evidence:
        yield Label.KEEP, step.evidence
    if step.when.clauses:
        yield Label.WHEN, condition_text(step.when)
    if step.clock is not None:
        yield Label.CLOCK, step.clock
    if step.mandatory:
        yield Label.MANDATORY, ""
    yield Label.SOURCE, step.source
