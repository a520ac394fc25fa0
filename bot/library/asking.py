"""The questions of a playbook as they are asked: which wait for each other, and which answers can come together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from bot.core.conditions import UNKNOWN, Condition
from bot.core.names import Question
from bot.core.playbook import Asked, Playbook


def find_cycle(questions: Mapping[Question, Asked]) -> tuple[Question, ...]:
    """Return questions of which each waits for the next, and the last for the first; empty when there are none."""
    stuck = {name: _waited_for(asked.when) & questions.keys() for name, asked in questions.items()}
    while free := [name for name, others in stuck.items() if not others & stuck.keys()]:
        for name in free:
            del stuck[name]
    if not stuck:
        return ()
    walked = [next(iter(stuck))]
    while (following := min(stuck[walked[-1]] & stuck.keys())) not in walked:
        walked.append(following)
    return tuple(walked[walked.index(following) :])


def can_hold(condition: Condition, playbook: Playbook) -> bool:
    """Say whether answers that people can give make *condition* hold."""
    return any(condition.holds(answers) for answers in possible_answers((condition,), playbook))


def possible_answers(conditions: Iterable[Condition], playbook: Playbook) -> Iterator[Mapping[Question, str]]:
    """Yield every way to answer what *conditions* look at; a question that is not asked stays unknown."""
    looked_at = _looked_at(conditions, playbook)
    asked = [question for question in playbook.questions if question.name in looked_at]
    for values in product(*(question.values for question in asked)):
        answers = dict(zip((question.name for question in asked), values, strict=True))
        if all(question.when.holds(answers) or answers[question.name] == UNKNOWN for question in asked):
            yield answers


def _looked_at(conditions: Iterable[Condition], playbook: Playbook) -> set[Question]:
    """Return the questions of *conditions*, those which these wait for, and so on."""
    found: set[Question] = set()
    waiting = [name for condition in conditions for name in _waited_for(condition)]
    while waiting:
        asked = playbook.question(waiting.pop())
        if asked is not None and asked.name not in found:
            found.add(asked.name)
            waiting += _waited_for(asked.when)
    return found


def _waited_for(condition: Condition) -> frozenset[Question]:
    return frozenset(clause.question for clause in condition.clauses)
