"""The front matter of a playbook: who it is for, what it asks, which clocks it watches."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from bot.commands.words import find_detail
from bot.core.conditions import ALWAYS, UNKNOWN, Condition, parse_condition
from bot.core.language import ENGLISH, Language
from bot.core.names import Called, Question, RuleId
from bot.core.people.roster import Role
from bot.core.playbook import UNRANKED, Asked, Watched
from bot.library.asking import find_cycle
from bot.library.marked import Fields, Marked
from bot.library.problems import Findings
from bot.sentences import languages

_KEYS = (
    *("id", "called", "language", "languages", "title", "summary", "version", "rank", "repeat"),
    *("roles", "questions", "clocks"),
)
WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_NAME = re.compile(r"[^\W\d_][^\W_]*(-[^\W_]+)*")
_RANK = re.compile(r"[1-9][0-9]{0,2}")
_REPEAT = re.compile(r"(?P<number>[1-9][0-9]{0,2}) (?P<unit>days|months)")
_DAYS = {"days": 1.0, "months": 365 / 12}
_RULE = re.compile(r"[A-Z][A-Z0-9]*([-/][A-Z0-9]+)*")
_DEFAULT_VALUES = ("yes", "no", UNKNOWN)

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the front matter says."""

    id: str
    called: Called
    language: Language
    languages: tuple[Language, ...]
    """In which it is to be there: all of them, unless the file names some."""
    title: str
    summary: str
    version: str
    rank: int
    repeat: timedelta | None
    roles: tuple[Role, ...]
    questions: Mapping[Question, Asked]
    clocks: Mapping[RuleId, Watched]


def read_front(fields: Fields, findings: Findings, lines: dict[str, int]) -> Front | None:
    """Read the front matter and note in *lines* where each thing stands; None when the language is not known."""
    fields.refuse_others(_KEYS)
    name = fields.text("id")
    check_form(name, WORD, "`id` is lower-case words joined by hyphens, as in `provider-hit`", findings)
    language = read_language(fields.text("language"), findings)
    called = read_called(fields.optional("called"), language, findings)
    written = _read_languages(fields, language, findings)
    questions = _read_questions(fields, findings, lines, language)
    title, summary, version = (fields.text(key).text for key in ("title", "summary", "version"))
    rank = read_rank(fields.optional("rank"), findings)
    repeat = _read_repeat(fields.optional("repeat"), findings)
    roles = _read_roles(fields, findings)
    clocks = _read_clocks(fields, findings, lines, questions)
    if language is None:
        return None
    return Front(
        id=name.text,
        called=called,
        language=language,
        languages=written,
        title=title,
        summary=summary,
        version=version,
        rank=rank,
        repeat=repeat,
        roles=roles,
        questions=questions,
        clocks=clocks,
    )


def read_role(name: Marked, findings: Findings) -> Role | None:
    """Return the role called *name*, or note that there is none."""
    try:
        return Role(name.text)
    except ValueError:
        findings.add(name.line, f"unknown role `{name.text}`; known: {', '.join(Role)}")
        return None


def read_condition(text: Marked | None, questions: Mapping[Question, Asked], findings: Findings) -> Condition:
    """Read a condition on *questions*; absent or faulty, it always holds."""
    if text is None:
        return ALWAYS
    try:
        condition = parse_condition(text.text)
    except ValueError as error:
        findings.add(text.line, f"bad condition: {error}; write `question = value or value and question = value`")
        return ALWAYS
    for clause in condition.clauses:
        asked = questions.get(clause.question)
        if asked is None:
            known = ", ".join(questions) or "none"
            findings.add(text.line, f"the condition names the unknown question `{clause.question}`; known: {known}")
            continue
        for value in clause.values:
            if value not in asked.values:
                accepted = ", ".join(asked.values)
                findings.add(text.line, f"`{clause.question}` does not take `{value}`; it takes: {accepted}")
    return condition


def read_language(name: Marked, findings: Findings) -> Language | None:
    """Return the language called *name*, or note that there is none."""
    language = Language(name.text)
    if language in languages():
        return language
    findings.add(name.line, f"unknown language `{name.text}`; known: {', '.join(languages())}")
    return None


def _read_languages(fields: Fields, own: Language | None, findings: Findings) -> tuple[Language, ...]:
    named = fields.texts("languages")
    found = tuple(language for name in named if (language := read_language(name, findings)) is not None)
    if named and own not in found:
        findings.add(named[0].line, f"`languages` leaves out `{own}`, in which this file is written")
    return found or tuple(languages())


def read_called(name: Marked | None, language: Language | None, findings: Findings) -> Called:
    """Return the name that people type in *language* instead of an id; empty where none is written."""
    if name is None or language is None:
        return {}
    check_form(name, _NAME, "`called` is one word that people type, with hyphens: `plainte`, `CNIL`", findings)
    return {language: name.text}


def called_in_all(given: Iterable[tuple[K, Called]]) -> Mapping[K, Called]:
    """Return what each id is called in every language; each file gives its own."""
    names = defaultdict[K, dict[Language, str]](dict)
    for id, called in given:
        names[id].update(called)
    return names


def in_every_language(found: Mapping[tuple[K, Language], V]) -> dict[tuple[K, Language], V]:
    """Return what was *found* by name and language; what a language has not is there for it in English."""
    missing = {
        (name, language): content
        for (name, written), content in found.items()
        for language in languages()
        if written == ENGLISH and (name, language) not in found
    }
    return {**found, **missing}


def read_rank(written: Marked | None, findings: Findings) -> int:
    """Return a place in a list; behind all others when none is written."""
    if written is None:
        return UNRANKED
    if _RANK.fullmatch(written.text) is None:
        findings.add(written.line, f"`rank` is a whole number from 1 to 999; not `{written.text}`")
        return UNRANKED
    return int(written.text)


def _read_repeat(written: Marked | None, findings: Findings) -> timedelta | None:
    found = None if written is None else _REPEAT.fullmatch(written.text)
    if found is None:
        if written is not None:
            findings.add(written.line, f"`repeat` is `12 months` or `90 days`; not `{written.text}`")
        return None
    return timedelta(days=round(int(found["number"]) * _DAYS[found["unit"]]))


def _read_roles(fields: Fields, findings: Findings) -> tuple[Role, ...]:
    named = fields.texts("roles")
    if not named:
        findings.add(fields.line, "`roles` is missing: name at least one role to invite")
    _refuse_twice(named, lambda name: name.text, lambda name: name.line, "role", findings)
    return tuple(role for name in named if (role := read_role(name, findings)) is not None)


def _read_questions(
    fields: Fields, findings: Findings, lines: dict[str, int], language: Language | None
) -> dict[Question, Asked]:
    rows = [(row, _read_question(row, findings, language)) for row in fields.mappings("questions")]
    _refuse_twice(rows, lambda row: row[1].name, lambda row: row[0].line, "question", findings)
    lines.update({f"question {asked.name}": row.line for row, asked in rows})
    known = {asked.name: asked for _, asked in rows}
    questions = {
        asked.name: replace(asked, when=read_condition(row.optional("when"), known, findings)) for row, asked in rows
    }
    if cycle := find_cycle(questions):
        circle = " waits for ".join(f"`{name}`" for name in (*cycle, cycle[0]))
        findings.add(lines[f"question {cycle[0]}"], f"these questions wait for each other in a circle: {circle}")
    return questions


def _read_question(row: Fields, findings: Findings, language: Language | None) -> Asked:
    row.refuse_others(("name", "called", "text", "values", "when"))
    name = row.text("name")
    check_form(name, WORD, "a question's `name` is one lower-case word, with hyphens: `personal-data`", findings)
    called = row.optional("called")
    for typed in (name, called):
        if typed is not None and find_detail(typed.text) is not None:
            message = f"`{typed.text}` is a detail that every incident has: give the question another name"
            findings.add(typed.line, message)
    values = row.texts("values")
    for value in values:
        check_form(value, WORD, "a value is one lower-case word", findings)
    _refuse_twice(values, lambda value: value.text, lambda value: value.line, "value", findings)
    accepted = tuple(value.text for value in values) or _DEFAULT_VALUES
    if UNKNOWN not in accepted:
        findings.add(row.line, f"the values must include `{UNKNOWN}`: it is what an unanswered question reads as")
    return Asked(
        name=Question(name.text),
        text=row.text("text").text,
        values=accepted,
        called=read_called(called, language, findings),
    )


def _read_clocks(
    fields: Fields, findings: Findings, lines: dict[str, int], questions: Mapping[Question, Asked]
) -> dict[RuleId, Watched]:
    rows: list[tuple[int, Watched]] = []
    for row in fields.mappings("clocks"):
        row.refuse_others(("rule", "when"))
        rule = read_rule_id(row.text("rule"), findings)
        rows.append((row.line, Watched(rule=rule, when=read_condition(row.optional("when"), questions, findings))))
    _refuse_twice(rows, lambda row: row[1].rule, lambda row: row[0], "clock", findings)
    lines.update({f"clock {watched.rule}": line for line, watched in rows})
    return {watched.rule: watched for _, watched in rows}


def read_rule_id(name: Marked, findings: Findings) -> RuleId:
    """Return *name* as the id of a rule, noting a form that is not one."""
    check_form(name, _RULE, "a rule's id is capitals and figures joined by hyphens: `GDPR-33-1`", findings)
    return RuleId(name.text)


def check_form(name: Marked, form: re.Pattern[str], message: str, findings: Findings) -> None:
    """Note a *name* that does not have this *form*."""
    if name.text and form.fullmatch(name.text) is None:
        findings.add(name.line, f"{message}; not `{name.text}`")


def _refuse_twice(
    items: Iterable[T], name_of: Callable[[T], str], line_of: Callable[[T], int], kind: str, findings: Findings
) -> None:
    seen: set[str] = set()
    for item in items:
        name = name_of(item)
        if name in seen:
            findings.add(line_of(item), f"the {kind} `{name}` stands here twice")
        seen.add(name)
