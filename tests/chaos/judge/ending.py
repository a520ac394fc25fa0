"""The incident as a whole: how grave it is, who may close it, and when that takes two."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.chaos.judge.acts import Act, Told, listed, refused
from tests.chaos.judge.case import Asked, Case
from tests.chaos.judge.lines import clock_line, clock_title, moment, name, people, say, step_line, word
from tests.chaos.judge.text import bullets, joined, paragraphs

CONFIRMED_WITHIN = timedelta(minutes=10)
LEADS = frozenset({"admin", "coordinator"})


def severity(case: Case, act: Act, at: datetime) -> Told:
    after = replace(case, severity=act.what)
    return Told(text=say(case, "severity", severity=word(case, act.what)), case=after)


def not_allowed(case: Case, act: Act, at: datetime) -> Told:
    roles = f"{word(case, 'admin')} {word(case, 'or')} {word(case, 'coordinator')}"
    return refused(case, "is.not.allowed", roles=roles)


def close(case: Case, act: Act, at: datetime) -> Told:
    of_law = case.of_law()
    if not of_law or case.is_drill:
        return _closed(case, act.text)
    waiting = [asked for asked in case.asked if at < asked.at + CONFIRMED_WITHIN]
    if waiting:
        until = moment(case, waiting[0].at + CONFIRMED_WITHIN)
        return refused(case, "already.asked", by=waiting[0].by, until=until, number=str(waiting[0].number))
    asked = Asked(number=case.asked_so_far + 1, by=act.who, at=at, summary=act.text)
    others = _seconds(case, act.who)
    until = moment(case, at + CONFIRMED_WITHIN)
    text = paragraphs(
        say(case, "asks.to.close", who=name(act.who), text=act.text),
        bullets(clock_line(case, rule, at) for rule in of_law),
        say(case, "better", rule=of_law[0]),
        say(case, "asks.how", people=people(others), number=str(asked.number), until=until),
    )
    after = replace(case, asked=(*waiting, asked), asked_so_far=asked.number)
    return Told(text=text, case=after, rings_for=tuple(others))


def _seconds(case: Case, first: str) -> list[str]:
    return sorted(user for user, roles in case.roster.items() if roles & LEADS and user != first)


def confirm(case: Case, act: Act, at: datetime) -> Told:
    asked = next((one for one in case.asked if str(one.number) == act.what), None)
    if asked is None:
        return refused(case, "nothing.asked")
    if at >= asked.at + CONFIRMED_WITHIN:
        return refused(case, "has.lapsed", number=act.what)
    if act.who == asked.by:
        return refused(case, "not.the.second", others=", ".join(_seconds(case, asked.by)))
    return _closed(case, asked.summary)


def _closed(case: Case, summary: str) -> Told:
    head = joined((say(case, "is.closed"), (summary,)))
    steps = [step_line(case, step) for step in case.open_steps() if step.is_mandatory]
    clocks = [clock_title(case, clock.rule) for clock in case.running()]
    text = paragraphs(
        head,
        listed(case, "closed.steps", steps),
        listed(case, "closed.clocks", clocks),
        say(case, "closed.end"),
    )
    return Told(text=text, case=replace(case, is_closed=True, summary=summary, asked=()))


def resume(case: Case, act: Act, at: datetime) -> Told:
    if not case.is_closed:
        return refused(case, "not.closed")
    return Told(text=say(case, "resumed"), case=replace(case, is_closed=False, summary=""))


def remove(case: Case, act: Act, at: datetime) -> Told:
    """Of two who lead neither can be removed: nobody would be left to confirm it."""
    return refused(case, "no.second", user=act.what)
