"""The status card."""

from __future__ import annotations

from datetime import datetime

from tests.chaos.judge.case import Case
from tests.chaos.judge.content import Step
from tests.chaos.judge.lines import counted, people, say, word
from tests.chaos.judge.standing import first_line, standing_line
from tests.chaos.judge.text import Text, joined, paragraphs

CLOCKS_ON_CARD = 4


def card(case: Case, at: datetime) -> Text:
    """Return the card as it is about *at*."""
    closing = joined((say(case, "is.closed"), (case.summary,) if case.summary else ())) if case.is_closed else ()
    head = joined((first_line(case, at), _head(case)))
    return paragraphs(head, closing, _clocks(case, at), _progress(case))


def heads(text: str) -> list[str]:
    """Return the lines of a card one of which is its title: the first is what a banner shows, if anything is."""
    return text.split("\n", 2)[:2]


def title(case: Case) -> str:
    return f"[{word(case, 'drill')}] {case.title}" if case.is_drill else case.title


def _head(case: Case) -> Text:
    status = word(case, "closed" if case.is_closed else "open")
    severity = word(case, case.severity)
    drill = say(case, "drill.fast", pace=f"{case.pace:g}") if case.is_drill else ()
    return joined(
        (
            (title(case),),
            drill,
            say(case, "state", codename=case.codename, severity=severity, status=status, people=people(case.leaders())),
        )
    )


def _clocks(case: Case, at: datetime) -> Text:
    rules = case.watched()
    if not rules:
        return say(case, "no.clocks")
    lines = [standing_line(case, rule, at) for rule in rules[:CLOCKS_ON_CARD]]
    rest = len(rules) - len(lines)
    more = say(case, "card.more", count=counted(case, "clock", rest)) if rest else ()
    return joined((say(case, "card.clocks"), *lines, more, _to_confirm(case)))


def _to_confirm(case: Case) -> Text:
    waits = any(rule not in case.clocks for rule in case.watched())
    return say(case, "to.confirm") if waits and not case.is_closed else ()


def _progress(case: Case) -> Text:
    needed = case.needed_steps()
    settled = _settled(case, needed)
    line = say(case, "progress", done=str(settled), all=str(len(needed)))
    return joined((line, _next(case))) if settled or not needed else line


def _settled(case: Case, steps: list[Step]) -> int:
    return sum(case.work(step.id).status in ("done", "skipped") for step in steps)


def _next(case: Case) -> Text:
    if case.is_closed:
        return ()
    steps = case.open_steps()
    mandatory = [step for step in steps if step.is_mandatory]
    if not steps:
        return say(case, "no.steps")
    first = (mandatory or steps)[0]
    return (f"{first.id} {first.title}",)
