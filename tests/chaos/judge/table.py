"""One row for each kind of command: what it makes of a case, and the answer it must get, word for word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tests.chaos.judge import deadlines, ending, two, work
from tests.chaos.judge.acts import Act, Told, refused
from tests.chaos.judge.card import card
from tests.chaos.judge.case import Case
from tests.chaos.judge.lines import say
from tests.chaos.judge.supposed import suppose
from tests.chaos.judge.text import paragraphs


def told(case: Case, act: Act, at: datetime) -> list[Told]:
    """Return what *act*, carried out at *at*, may be told; more than one where two outcomes are right."""
    if case.is_closed and act.kind not in LOOKS and act.kind != "resume":
        return [refused(case, "was.closed")]
    answers = ACTS[act.kind](case, act, at)
    if isinstance(answers, list):
        return answers
    if answers.is_kept:
        answers = replace(answers, case=suppose(answers.case, at))
    is_new = _is_contradicted(answers.case) and not _is_contradicted(case)
    return [replace(answers, text=paragraphs(answers.text, say(case, "contradicts"))) if is_new else answers]


def _is_contradicted(case: Case) -> bool:
    """The breach was known before the attack: the only contradiction between things that the crowd says."""
    known = []
    for rule in ("GDPR-33-1", "FR-LOPMI"):
        clock = case.clocks.get(rule)
        ran = clock.ran if clock is not None and clock.state == "filed" else clock
        known.append(ran.aware if ran is not None and ran.runs else None)
    breach, attack = known
    return breach is not None and attack is not None and breach < attack


def _status(case: Case, act: Act, at: datetime) -> Told:
    return Told(text=card(case, at), case=case, is_kept=False)


def _always(case: Case, act: Act, at: datetime) -> Told:
    return refused(case, act.what)


def _note(case: Case, act: Act, at: datetime) -> Told:
    return Told(text=say(case, "noted"), case=case)


LOOKS = {"status", "always", "timeline", "not.allowed"}
"""Answered alike in a closed incident."""
ACTS: dict[str, Callable[[Case, Act, datetime], Told | list[Told]]] = {
    "status": _status,
    "always": _always,
    "note": _note,
    "done": work.done,
    "skip": work.skip,
    "reopen": work.reopen,
    "assign": work.assign,
    "fact": work.fact,
    "aware": deadlines.aware,
    "filed": deadlines.filed,
    "waive": deadlines.waive,
    "ack": deadlines.ack,
    "snooze": deadlines.snooze,
    "clock": deadlines.of_the_firm,
    "severity": ending.severity,
    "not.allowed": ending.not_allowed,
    "close": ending.close,
    "confirm": two.confirm,
    "resume": ending.resume,
    "remove": ending.remove,
}
