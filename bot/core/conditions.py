"""Conditions on answers: which steps and clocks an incident needs.

A condition is all of its clauses, a clause any of its values: `personal-data = yes or unknown and insured = yes`.
An unanswered question reads as `unknown`, so a playbook says `yes or unknown` for what must not be missed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.names import Question

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One question and the answers that satisfy it."""

    question: Question
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Holds when every clause does; a condition without clauses always holds."""

    clauses: tuple[Clause, ...] = ()

    def holds(self, answers: Mapping[Question, str]) -> bool:
        """Say whether *answers* satisfy every clause."""
        return all(answers.get(clause.question, UNKNOWN) in clause.values for clause in self.clauses)

    def is_ruled_out(self, answers: Mapping[Question, str]) -> bool:
        """Say whether *answers* contradict a clause; what is unknown contradicts none."""
        return any(answers.get(clause.question, UNKNOWN) not in (UNKNOWN, *clause.values) for clause in self.clauses)


ALWAYS = Condition()
"""The condition of what every incident needs."""


def parse_condition(text: str) -> Condition:
    """Read `question = value or value and question = value`.

    Raises:
        ValueError: the text is not of that form; the message says which part is wrong.
    """
    return Condition(clauses=tuple(_parse_clause(part) for part in _split(text, "and")))


def _parse_clause(text: str) -> Clause:
    name, equals, values = text.partition("=")
    if not equals or not name.strip() or len(name.split()) != 1:
        message = f"{text.strip()!r} is not `question = value`"
        raise ValueError(message)
    return Clause(question=Question(name.strip()), values=_split(values, "or"))


def _split(text: str, word: str) -> tuple[str, ...]:
    parts: list[list[str]] = [[]]
    for token in text.split():
        if token == word:
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        message = f"a part is missing around `{word}` in {text.strip()!r}"
        raise ValueError(message)
    return tuple(" ".join(part) for part in parts)
