"""The words that say what to do with what a message is about, and which of its ids each of them can be for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from bot.commands.names import Names
from bot.commands.parse import find_row
from bot.commands.readers import bare
from bot.commands.table import ROWS, Row
from bot.commands.words import RISK_FACTORS, find_detail, words
from bot.core.language import ENGLISH, fold
from bot.core.replies.subjects import Clocks, Questions, Reminders, Risks, Settled, Steps, Subject

_READ = 200
"""So many characters at the beginning of a reply are looked at for its verb."""
_LONGEST = 4
"""No verb has more words."""
LONGEST_ID = 80
"""No id, nor any name of one, has more characters."""
_STEP = re.compile(r"(?P<phase>[A-Z]+)[0-9]{1,3}")

Ids = tuple[str, ...]
OfSubject = Callable[[Subject], Ids]
Given = Callable[[str, Names], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """What a reply asks for: the row of its command, and which id that takes first."""

    row: Row
    ids: OfSubject
    """Which ids of a subject it can be for."""
    is_id: Given
    """Says whether a word is such an id, typed in full."""
    takes: bool = False
    """It gives a step to whoever says so: what stands after it is talk."""

    @property
    def word(self) -> str:
        """The word of its command."""
        return self.row.words[ENGLISH][0]


def _steps(subject: Subject) -> Ids:
    match subject:
        case Steps(steps=steps) | Reminders(steps=steps):
            return steps
        case Settled(following=following) if following is not None:
            return (following,)
        case _:
            return ()


def _settled(subject: Subject) -> Ids:
    return (subject.step,) if isinstance(subject, Settled) else _steps(subject)


def _rules(subject: Subject) -> Ids:
    return subject.rules if isinstance(subject, Clocks | Reminders) else ()


def _questions(subject: Subject) -> Ids:
    return subject.questions if isinstance(subject, Questions) else ()


def _factors(subject: Subject) -> Ids:
    return subject.factors if isinstance(subject, Risks) else ()


def _short(test: Given) -> Given:
    """Return *test* for words that are not too long to be an id: it costs the same however long one is."""
    return lambda word, names: len(word) <= LONGEST_ID and test(word, names)


def _is_step(word: str, names: Names) -> bool:
    """Say whether *word* is a step, or would be one: `D99` is a slip where there are steps D, and `V2` is text."""
    form = _STEP.fullmatch(bare(word).upper())
    phases = {known["phase"] for step in names.steps if (known := _STEP.fullmatch(step))}
    return form is not None and form["phase"] in phases


def _is_rule(word: str, names: Names) -> bool:
    return names.rule(bare(word)) is not None


def _is_question(word: str, names: Names) -> bool:
    return names.question(bare(word)) is not None or find_detail(bare(word)) is not None


def _is_factor(word: str, _: Names) -> bool:
    return fold(bare(word)) in RISK_FACTORS or fold(word) in words("decision") | words("score")


_MORE = ("done", "skip", "reopen", "assign", "aware", "filed", "waive", "ack", "confirm")
"""Verbs that have other words in a reply beside those of their command."""
_KINDS: Mapping[str, tuple[OfSubject, Given]] = {
    **dict.fromkeys(("step", "done", "skip", "assign"), (_steps, _is_step)),
    "reopen": (_settled, _is_step),
    **dict.fromkeys(("aware", "filed", "classified", "waive", "snooze", "ack"), (_rules, _is_rule)),
    "fact": (_questions, _is_question),
    "risk": (_factors, _is_factor),
    "confirm": (lambda _: (), lambda word, _: word.isdecimal()),
}
"""The rows whose first argument a reply need not give."""


def _verbs() -> Mapping[tuple[str, ...], Verb]:
    found: dict[tuple[str, ...], Verb] = {}
    for row in (row for row in ROWS if row.name in _KINDS):
        ids, is_id = _KINDS[row.name]
        typed = {fold(word) for known in row.words.values() for word in known}
        typed |= words(f"reply.{row.name}") if row.name in _MORE else frozenset()
        verb = Verb(row=row, ids=ids, is_id=_short(is_id))
        found |= {tuple(phrase.split()): verb for phrase in typed}
    assign = found[("assign",)]
    taking = Verb(row=assign.row, ids=assign.ids, is_id=assign.is_id, takes=True)
    return found | {tuple(phrase.split()): taking for phrase in words("reply.take")}


_VERBS = _verbs()


def is_verb(row: Row) -> bool:
    """Say whether a reply may leave out the first argument of *row*."""
    return row.name in _KINDS


def verb_of(text: str) -> tuple[Verb, str] | None:
    """Return the verb that *text* begins with, with `!` or without, and what stands after it; None when it has none."""
    has_mark, begin = text.startswith("!"), text.removeprefix("!").lstrip()
    tokens = list(islice(re.finditer(r"\S+", begin[:_READ]), _LONGEST))
    plain = [fold(token.group().replace("’", "'")).strip(",:;.!") for token in tokens]
    for count in range(len(tokens), 0, -1):
        verb = _VERBS.get(tuple(plain[:count]))
        if verb is not None and not (has_mark and _is_another(plain[0], verb)):
            return verb, begin[tokens[count - 1].end() :].lstrip(" \t\n:,").rstrip()
    return None


def _is_another(word: str, verb: Verb) -> bool:
    """Say whether *word* is that of a command of its own."""
    row = find_row(word)
    return row is not None and row is not verb.row
