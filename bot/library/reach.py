"""What the people of a room would look for in vain: a step nobody is invited to, a clock with no step, a wrong name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.commands import ROWS
from bot.commands.words import find_detail
from bot.core.names import meant
from bot.core.people.roster import ALWAYS_INVITED
from bot.core.playbook import Playbook, Step, Watched
from bot.library.asking import possible_answers

_MARKUP = re.compile(r"[*`]")
_STEP_NAMED = re.compile(r"\*\*([A-Z]{1,5}[1-9][0-9]{0,2})\*\*")
_CLOCK_TYPED = re.compile(r"`!\w+ ([A-Z][A-Z0-9]*(?:[-/][A-Z0-9]+)+)\b")
_FACT = "|".join(word for row in ROWS if row.name == "fact" for words in row.words.values() for word in words)
_QUESTION_TYPED = re.compile(rf"`!(?:{_FACT}) ([^\W\d_][\w-]*)")


def check_reach(playbook: Playbook) -> Iterator[tuple[str, str]]:
    """Yield the part of *playbook* that leads nowhere, by the name of its line, and what to do about it."""
    for watched in playbook.clocks:
        yield from ((f"clock {watched.rule}", message) for message in _check_shown(watched, playbook))
    for step in playbook.steps():
        messages = (*_check_role(step, playbook), *_check_names(step, playbook), *_check_plain(step))
        yield from ((f"step {step.id}", message) for message in messages)


def _check_role(step: Step, playbook: Playbook) -> Iterator[str]:
    if step.role not in ALWAYS_INVITED.union(playbook.roles):
        yield f"`{step.id}` is for `{step.role}`, whom `roles` does not invite: add it, or change the role"


def _check_names(step: Step, playbook: Playbook) -> Iterator[str]:
    for id in sorted(set(_STEP_NAMED.findall(step.action)) - {known.id for known in playbook.steps()}):
        yield f"`{step.id}` points to the step `{id}`, which does not exist"
    for rule in sorted(set(_CLOCK_TYPED.findall(step.action)) - {watched.rule for watched in playbook.clocks}):
        yield f"`{step.id}` has people type the clock `{rule}`, which the front matter does not watch"
    questions = [(asked.name, asked.called) for asked in playbook.questions]
    for name in sorted(set(_QUESTION_TYPED.findall(step.action))):
        if meant(name, questions) is None and find_detail(name) is None:
            yield f"`{step.id}` has people answer `{name}`, which is no question of this playbook and no detail"


def _check_plain(step: Step) -> Iterator[str]:
    for text in (step.title, step.target_text, step.evidence, step.source):
        if _MARKUP.search(text):
            yield f"`{step.id}` has `*` or a backtick outside its action, where people would see it as it is: `{text}`"


def _check_shown(watched: Watched, playbook: Playbook) -> Iterator[str]:
    serving = [step for step in playbook.steps() if step.clock == watched.rule]
    conditions = (watched.when, *(step.when for step in serving))
    hidden = (
        answers
        for answers in possible_answers(conditions, playbook)
        if watched.when.holds(answers) and not any(step.when.holds(answers) for step in serving)
    )
    answers = next(hidden, None)
    if serving and answers is not None:
        case = " and ".join(f"{name} = {value}" for name, value in answers.items())
        steps = ", ".join(f"`{step.id}`" for step in serving)
        yield f"with {case} the clock `{watched.rule}` is there and its step ({steps}) is not: widen its condition"
