"""Answers and details as a form says them: labels and values in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core.conditions import UNKNOWN
from bot.core.details import ABOUT, DETAILS, ONGOING, Detail, Group, Kind, find_detail
from bot.core.facts import Certainty
from bot.core.incident import Incident
from bot.core.language import Language, fold
from bot.core.names import Question, name_of
from bot.sentences import languages
from bot.sentences.po import said
from bot.voice.catalogue import knows, word
from bot.voice.times import about, letter_moment, moment
from bot.voice.wording import answer_word

_MOST_NEAR = 3
_CERTAINTIES: Mapping[Certainty, str] = {
    Certainty.ESTABLISHED: "certainty.established",
    Certainty.UNCONFIRMED: "certainty.unconfirmed",
    Certainty.SUPPOSED: "certainty.supposed",
    Certainty.RULED_OUT: "certainty.ruled_out",
}


def typed_detail(name: Question, language: Language) -> Question:
    """Return what people type for the detail *name* in *language*; what is no detail is itself."""
    return Question(said(f"typed.detail.{name}", language)[0]) if find_detail(name) else name


def typed_name(name: Question, incident: Incident) -> str:
    """Return what people type for a detail or a question in the language of *incident*."""
    is_asked = incident.playbook.question(name) is not None
    return question_name(name, incident) if is_asked else typed_detail(name, incident.language)


def question_name(name: Question, incident: Incident) -> str:
    """Return what a question is called in the language of *incident*; a detail is kept under its name."""
    asked = incident.playbook.question(name)
    return name if asked is None else name_of(name, asked.called, incident.language)


def label_of(name: Question, incident: Incident) -> str:
    """Return the label of a detail, or what a question is called."""
    is_asked = incident.playbook.question(name) is not None
    return question_name(name, incident) if is_asked else detail_label(name, incident.language)


def near_details(name: str, language: Language) -> tuple[Question, ...]:
    """Return names of details that look like *name* in any language, as *language* has them, nearest first."""
    known = {said(f"typed.detail.{detail.name}", each)[0]: detail for detail in DETAILS for each in languages()}
    found = get_close_matches(fold(name), known, n=_MOST_NEAR)
    return tuple(dict.fromkeys(typed_detail(known[near].name, language) for near in found))


def detail_label(name: Question, language: Language) -> str:
    """Return the label of a detail; a question of a playbook is called by its name."""
    key = f"detail.{name}"
    return word(language, key) if knows(key) else name


def group_label(group: Group, language: Language) -> str:
    """Return the heading over the details of *group*."""
    return word(language, f"detail.group.{group.value}")


def value_words(name: Question, value: str, incident: Incident, *, in_letter: bool = False) -> str:
    """Return what was answered under *name*: choices in words, a moment in the incident's zone, text exactly."""
    language = incident.language
    if value == UNKNOWN:
        return word(language, "detail.value.unknown")
    detail = find_detail(name)
    if detail is None or incident.playbook.question(name) is not None:
        return _choice(value, language)
    if in_letter and value == ONGOING:
        return word(language, "detail.value.ongoing.letter")
    return _detail_value(detail, value, incident, letter_moment if in_letter else moment)


def certainty_word(certainty: Certainty, language: Language) -> str:
    """Return how sure an answer is, in a word."""
    return word(language, _CERTAINTIES[certainty])


def in_doubt(words: str, name: Question, incident: Incident) -> str:
    """Return *words*, which say what was answered under *name*, as what they are: no statement unless established."""
    doubt = incident.doubt(name)
    if doubt is None:
        return words
    key = "doubt.supposed" if doubt.certainty is Certainty.SUPPOSED else "doubt.unconfirmed"
    return word(incident.language, key, value=words, at=letter_moment(doubt.at, incident.zone, incident.language))


def _detail_value(
    detail: Detail, value: str, incident: Incident, said_as: Callable[[datetime, ZoneInfo, Language], str]
) -> str:
    match detail.kind:
        case Kind.MOMENT if value not in detail.values:
            at = said_as(datetime.fromisoformat(value.removeprefix(ABOUT)), incident.zone, incident.language)
            return about(at, incident.language) if value.startswith(ABOUT) else at
        case Kind.MOMENT | Kind.CHOICE | Kind.CHOICES:
            return ", ".join(_choice(chosen, incident.language) for chosen in value.split(", "))
        case Kind.TEXT | Kind.COUNT | Kind.LINKED:
            return value
        case _:
            assert_never(detail.kind)


def choice_words(values: Iterable[str], language: Language) -> str:
    """Return what people type for each of *values*, with commas."""
    words = (answer_word(value, language) if value == UNKNOWN else _choice(value, language) for value in values)
    return ", ".join(said.partition(" (")[0] for said in words)


def _choice(value: str, language: Language) -> str:
    key = f"detail.value.{value}"
    return word(language, key) if knows(key) else value
