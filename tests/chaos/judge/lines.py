"""Lines that reminders, cards and answers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from tests.chaos.judge import times
from tests.chaos.judge.case import Case, Clock, later_reading
from tests.chaos.judge.content import Rule, Step
from tests.chaos.judge.sentences import sentence
from tests.chaos.judge.text import Hole, Text, Window, bullets, filled, joined, paragraphs

RUNS, LATE, WAITS, FILED, ASIDE = "⏳", "❗", "❔", "✅", "➖"
"""The signs of clocks."""


def say(case: Case, key: str, **values: str | Text) -> Text:
    return filled(sentence(case.language, key), values)


def word(case: Case, key: str) -> str:
    return sentence(case.language, key)


def name(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]


def people(users: Iterable[str]) -> str:
    return ", ".join(map(name, users))


def moment(case: Case, at: datetime) -> str:
    return times.moment(at, case.language)


def counted(case: Case, noun: str, count: int) -> str:
    return word(case, noun) if count == 1 else word(case, f"{noun}s").replace("{n}", str(count))


# --- what depends on the moment -------------------------------------------------------------------------------


def left(case: Case, clock: Clock, due: datetime) -> Text:
    """How much is left until *due*, in hours of the law."""

    def when(words: str) -> Window:
        least, most = times.left(words)
        return Window(case.wall(clock, due - most), case.wall(clock, due - least))

    return (Hole(times.LEFT, when),)


def left_on_the_wall(due: datetime) -> Text:
    def when(words: str) -> Window:
        least, most = times.left(words)
        return Window(due - most, due - least)

    return (Hole(times.LEFT, when),)


def elapsed(case: Case, clock: Clock) -> Text:
    """How long ago it became known, in hours of the law."""

    def when(words: str) -> Window | None:
        least, most = times.lengths(words)
        if clock.aware is None:
            return None
        return Window(case.wall(clock, clock.aware + least), case.wall(clock, clock.aware + most))

    return (Hole(times.SPAN, when),)


def late(since: datetime, at_last: datetime) -> Text:
    """For how long something is late that was due between two moments."""

    def when(words: str) -> Window:
        least, most = times.lengths(words)
        return Window(since + least, at_last + most)

    return (Hole(times.SPAN, when),)


# --- lines ----------------------------------------------------------------------------------------------------


def who_does(case: Case, step: Step) -> str:
    to = case.work(step.id).to or step.role
    if to.startswith("@"):
        return name(to)
    holders = people(case.holders(to))
    return f"{word(case, to)} ({holders})" if holders else word(case, to)


def step_line(case: Case, step: Step, *, among_mandatory: bool = False) -> Text:
    is_marked = step.is_mandatory and not among_mandatory
    key = "step.line.again" if case.again(step) else "step.line.mandatory" if is_marked else "step.line"
    return say(case, key, step=step.id, title=step.title, who=who_does(case, step))


def step_list(case: Case, steps: Sequence[Step], most: int) -> Text:
    """Up to *most* steps as a list, and how many more there are below it."""
    rest = len(steps) - most
    more = say(case, "more", count=counted(case, "step", rest)) if rest > 0 else ()
    return paragraphs(bullets(step_line(case, step) for step in steps[:most]), more)


def clock_name(rule: Rule, sign: str) -> str:
    """How a line about a clock begins: its sign, its id, and what else it is called."""
    return f"{sign} {rule.id} {rule.called}" if rule.called else f"{sign} {rule.id}"


def due_line(case: Case, clock: Clock, at: datetime) -> Text:
    """Until when a clock runs, as it is said about *at*."""
    rule = case.rules[clock.rule]
    if clock.due is None:
        return say(case, "line.open", clock=clock_name(rule, RUNS), since=elapsed(case, clock))
    is_late = case.legal(clock, at) > clock.due
    kind = "overdue" if is_late else "running"
    if rule.may_wait:
        kind = "business" if rule.is_business else "soft"
    due = moment(case, clock.due)
    name = clock_name(rule, LATE if is_late else RUNS)
    return say(case, f"line.{kind}", clock=name, due=due, left=left(case, clock, clock.due))


def reading(case: Case, clock: Clock) -> Text:
    """The later reading of a limit, where there is one."""
    limit = later_reading(case.rules[clock.rule], clock.aware) if clock.aware and clock.due else None
    if limit is None or clock.due is None or limit <= clock.due:
        return ()
    return say(case, "reading", limit=moment(case, limit))


def clock_line(case: Case, rule: str, at: datetime) -> Text:
    """Where a clock stands, in a line of the card."""
    clock = case.clocks.get(rule)
    if clock is None:
        supposed = case.supposed.get(rule)
        if supposed is None or supposed.due is None or supposed.aware is None or case.is_closed:
            return say(case, "line.suspected", clock=clock_name(case.rules[rule], WAITS))
        known, due = moment(case, supposed.aware), moment(case, supposed.due)
        return say(case, "line.supposed", clock=clock_name(case.rules[rule], WAITS), aware=known, due=due)
    if clock.runs:
        return joined((due_line(case, clock, at), reading(case, clock)))
    if clock.state == "filed":
        filed = clock_name(case.rules[rule], FILED)
        return say(case, "line.filed", clock=filed, at=moment(case, clock.since), words=clock.words)
    key = "line.aside.notification" if rule == "GDPR-33-1" else "line.aside"
    return say(case, key, clock=clock_name(case.rules[rule], ASIDE), by=name(clock.by), words=clock.words)


def clock_title(case: Case, rule: str) -> Text:
    return (f"{rule} {case.rules[rule].title}",)
