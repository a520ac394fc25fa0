"""The words of a reminder, and whom it mentions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from tests.chaos.judge.case import Case, Clock
from tests.chaos.judge.content import Step
from tests.chaos.judge.evidence import Called
from tests.chaos.judge.ladder import NEAR, Alarm, is_past_aim
from tests.chaos.judge.lines import (
    clock_line,
    counted,
    due_line,
    elapsed,
    late,
    left,
    left_on_the_wall,
    moment,
    people,
    reading,
    say,
    step_line,
    word,
)
from tests.chaos.judge.text import Text, Window, bullets, joined, paragraphs
from tests.chaos.judge.times import MINUTE

IN_TIME, IN_TIME_IN_DRILL = MINUTE, timedelta(seconds=2)
"""What rings within this of its time is not called late."""
MOST_STEPS = 8


def mentions(case: Case, alarms: Iterable[Alarm]) -> Called:
    """Return whom a reminder of all these must call."""
    circles = [_circle(case, alarm) for alarm in alarms]
    if not all(circles):
        return frozenset(case.roster), True
    return frozenset(user for circle in circles for user in circle), False


def phases(case: Case, alarms: Sequence[Alarm], window: Window) -> list[Window]:
    """Cut *window* where what a reminder says changes otherwise than in its figures."""
    cuts = {moment + _tolerated(case) for alarm in alarms if alarm.rule for moment in (alarm.at, alarm.by)}
    for alarm in alarms:
        clock = case.clock(alarm.rule)
        if clock is not None and clock.due is not None:
            ends = (clock.due, clock.due + MINUTE, *([clock.aim - NEAR] if clock.aim else ()))
            cuts.update(case.wall(clock, end) for end in ends)
    inside = [window.start, *sorted(cut for cut in cuts if window.start < cut < window.end), window.end]
    return [Window(start, end) for start, end in pairwise(inside)]


def reminder(case: Case, alarms: Sequence[Alarm], at: datetime, called: Called) -> list[Text]:
    """Return what is said to *called* when *alarms* ring together and it is about *at*; marked as late or not.

    Both are right where it is not known exactly when the first of them was due.
    """
    marks = _late(case, alarms, at)
    return [paragraphs(_reminder(case, alarms, at, called), mark) for mark in marks]


def _reminder(case: Case, alarms: Sequence[Alarm], at: datetime, called: Called) -> Text:
    newest = {alarm.rule: alarm for alarm in alarms if alarm.rule}
    clocks = [clock for clock in case.ringing() if clock.rule in newest]
    steps = [step for step in case.playbook.steps if any(step.id in alarm.steps for alarm in alarms)]
    promised = [alarm.promised for alarm in alarms if alarm.promised]
    if len(clocks) + len(promised) + bool(steps) > 1:
        text = _digest(case, clocks, steps, promised, at)
    elif steps:
        what = counted(case, "step", len(steps))
        text = paragraphs(say(case, "steps.past", what=what), _steps(case, steps), say(case, "steps.do"))
    else:
        text = _clock(case, clocks[0], at) if clocks else _update(case, promised[0])
    mark = f"[{word(case, 'drill')}] " if case.is_drill else ""
    named, is_for_all = called
    names = word(case, "everybody") if is_for_all else people(sorted(named))
    return paragraphs((mark, *text), joined((say(case, "for", people=names), _wider(case, alarms))))


def _digest(
    case: Case, clocks: Sequence[Clock], steps: Sequence[Step], promised: Sequence[datetime], at: datetime
) -> Text:
    counts = [counted(case, noun, len(some)) for noun, some in (("clock", clocks), ("step", steps)) if some]
    short = paragraphs(say(case, "steps.past.short"), _steps(case, steps)) if steps else ()
    return paragraphs(
        say(case, "several", what=", ".join(counts)),
        bullets(_line(case, clock, at) for clock in clocks),
        short,
        *(_update(case, one) for one in promised),
        say(case, "several.do" if clocks else "steps.do"),
    )


def _line(case: Case, clock: Clock, at: datetime) -> Text:
    if clock.state == "supposed":
        return clock_line(case, clock.rule, at)
    line = due_line(case, clock, at)
    return say(case, "past.aim.short", line=line) if is_past_aim(clock, case.legal(clock, at)) else line


def _clock(case: Case, clock: Clock, at: datetime) -> Text:
    rule, now = case.rules[clock.rule], case.legal(clock, at)
    if clock.state == "supposed":
        return _supposed(case, clock)
    if clock.due is None:
        aim = moment(case, clock.aim) if clock.aim else ""
        head = say(case, "due.open", rule=rule.id, title=rule.title, since=elapsed(case, clock), aim=aim)
    else:
        key = "due.business" if rule.is_business else "due.soft" if rule.is_soft else "due"
        until = moment(case, clock.due)
        head = say(case, key, rule=rule.id, title=rule.title, due=until, left=left(case, clock, clock.due))
    past_aim = say(case, "past.aim") if is_past_aim(clock, now) else ()
    is_over = clock.due is not None and now > clock.due + MINUTE
    do = say(case, "do.overdue" if is_over else "do", rule=rule.id)
    if rule.is_business:
        return paragraphs(joined((head, past_aim)), do)
    over = joined((say(case, "past.due", words=rule.late), reading(case, clock))) if is_over else ()
    where = say(case, "where", channel=rule.channel) if rule.channel else ()
    return paragraphs(joined((head, past_aim)), over, joined((say(case, "to", to=rule.to), where, do)))


def _supposed(case: Case, clock: Clock) -> Text:
    rule, known = case.rules[clock.rule], moment(case, clock.aware) if clock.aware else ""
    if clock.due is None:
        aim = moment(case, clock.aim) if clock.aim else ""
        since = elapsed(case, clock)
        head = say(case, "supposed.open", rule=rule.id, title=rule.title, since=since, aware=known, aim=aim)
    else:
        due, until = moment(case, clock.due), left(case, clock, clock.due)
        head = say(case, "supposed", rule=rule.id, title=rule.title, left=until, aware=known, due=due)
    where = say(case, "where", channel=rule.channel) if rule.channel else ()
    do = say(case, "do.supposed", rule=rule.id)
    return paragraphs(head, joined((say(case, "to", to=rule.to), where, do)))


def _steps(case: Case, steps: Sequence[Step]) -> Text:
    rest = len(steps) - MOST_STEPS
    more = [say(case, "more", count=counted(case, "step", rest))] if rest > 0 else []
    return bullets([*(step_line(case, step) for step in steps[:MOST_STEPS]), *more])


def _update(case: Case, promised: datetime) -> Text:
    return say(case, "update", at=moment(case, promised), left=left_on_the_wall(promised))


def _wider(case: Case, alarms: Iterable[Alarm]) -> Text:
    circle = max((alarm.circle for alarm in alarms), default=0)
    return say(case, f"wider.{circle}") if circle else ()


def _late(case: Case, alarms: Iterable[Alarm], at: datetime) -> list[Text]:
    first = min((alarm for alarm in alarms if alarm.rule), key=lambda alarm: alarm.at, default=None)
    if first is None or at - first.at <= _tolerated(case):
        return [()]
    mark = say(case, "late", late=late(first.at, first.by))
    return [mark] if at - first.by > _tolerated(case) else [mark, ()]


def _tolerated(case: Case) -> timedelta:
    return IN_TIME_IN_DRILL if case.is_drill else IN_TIME


def _circle(case: Case, alarm: Alarm) -> list[str]:
    if alarm.rule:
        return case.circle(alarm.rule, alarm.circle)
    return case.workers(alarm.steps) if alarm.steps else case.promisers()
