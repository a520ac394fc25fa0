"""The incident as a whole: how grave it is, who may close it, and when that takes two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.chaos.judge.acts import Act, Told, refused
from tests.chaos.judge.case import Case
from tests.chaos.judge.lines import say, word
from tests.chaos.judge.two import ask, closed


def severity(case: Case, act: Act, at: datetime) -> Told:
    after = replace(case, severity=act.what)
    return Told(text=say(case, "severity", severity=word(case, act.what)), case=after)


def not_allowed(case: Case, act: Act, at: datetime) -> Told:
    roles = f"{word(case, 'admin')} {word(case, 'or')} {word(case, 'coordinator')}"
    return refused(case, "is.not.allowed", roles=roles)


def close(case: Case, act: Act, at: datetime) -> Told:
    of_law = case.of_law()
    if not of_law or case.is_drill:
        return closed(case, act.text, at)
    return ask(case, act, at)


def resume(case: Case, act: Act, at: datetime) -> Told:
    if not case.is_closed:
        return refused(case, "not.closed")
    return Told(text=say(case, "resumed"), case=replace(case, is_closed=False, closed_at=None, summary=""))


def remove(case: Case, act: Act, at: datetime) -> Told:
    """Of two who lead neither can be removed: nobody would be left to confirm it."""
    return refused(case, "no.second", user=act.what)
