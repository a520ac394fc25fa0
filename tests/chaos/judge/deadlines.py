"""Clocks: how they are started, stopped, seen and let rest, and what is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tests.chaos.judge import times
from tests.chaos.judge.acts import Act, Told, refused
from tests.chaos.judge.case import Case, Clock, later_reading
from tests.chaos.judge.content import Rule
from tests.chaos.judge.ladder import LADDER, is_seen_overdue
from tests.chaos.judge.lines import left, moment, name, people, reading, say, step_line, word
from tests.chaos.judge.supposed import counted
from tests.chaos.judge.text import Text, Window, joined, paragraphs
from tests.chaos.judge.times import HOUR
from tests.chaos.judge.two import ask, set_aside


def started(case: Case, rule: str, act: Act, at: datetime, by: str) -> Clock:
    assert act.when is not None
    clock, supposed = counted(case, rule, act.when, at), case.supposed.get(rule)
    # What rang of the same hour rang, and whoever starts the clock answered it.
    is_same = supposed is not None and supposed.aware == act.when
    rings = tuple(replace(ring, is_seen=True) for ring in supposed.rings) if supposed and is_same else ()
    return replace(clock, by=by, source=act.text, rings=rings)


def aware(case: Case, act: Act, at: datetime) -> Told:
    rule, before = case.rules[act.what], case.clocks.get(act.what)
    assert act.when is not None
    if case.waits(rule):
        return refused(case, "starts.later", rule=rule.id, after=rule.after)
    if before is not None and before.state == "filed":
        return refused(case, "is.filed", rule=rule.id, words=before.words)
    is_correction = before is not None and before.runs
    if is_correction and not act.text:
        assert before is not None
        assert before.aware is not None
        example = times.typed(before.aware)[:-3]
        return refused(case, "needs.reason", rule=rule.id, aware=moment(case, before.aware), example=example)
    clock = started(case, rule.id, act, at, act.who)
    after = case.with_clock(clock)
    head = say(case, "starts", rule=rule.id, title=rule.title)
    if is_correction and before is not None and before.aware is not None:
        head = say(case, "corrected", rule=rule.id, title=rule.title, known=moment(case, before.aware))
    known = say(case, "known", at=moment(case, act.when), by=name(act.who), source=act.text)
    text = paragraphs(
        joined((head, *_until(after, clock, at), known)),
        _reminders(after, clock),
        joined((say(case, "stop", rule=rule.id), say(case, "called", name=rule.called) if rule.called else ())),
        say(case, "law", source=rule.source, proof=word(case, f"proof.{rule.proof}")),
    )
    return Told(text=text, case=after)


def _until(case: Case, clock: Clock, at: datetime) -> Iterable[Text]:
    rule = case.rules[clock.rule]
    aim = say(case, "aim.is", aim=moment(case, clock.aim)) if clock.aim else ()
    if clock.due is None:
        return say(case, "no.figure", source=rule.source), aim
    key = "target.is" if rule.is_soft else "due.is"
    due = say(case, key, due=moment(case, clock.due), left=left(case, clock, clock.due))
    late = say(case, "past.due", words=rule.late) if at > clock.due else ()
    return due, reading(case, clock), aim, late


def _reminders(case: Case, clock: Clock) -> Text:
    owners = people(case.owners(clock.rule)) or word(case, "everybody")
    if clock.due is None:
        return say(case, "reminders.daily", owners=owners) if clock.aim else ()
    hours = [str(hours) for hours in LADDER if hours and clock.due - hours * HOUR > clock.since]
    if not hours:
        return say(case, "reminders.hourly", owners=owners)
    return say(case, "reminders", owners=owners, hours=", ".join(hours))


def filed(case: Case, act: Act, at: datetime) -> Told:
    rule, before = case.rules[act.what], case.clocks.get(act.what)
    if case.waits(rule):
        return refused(case, "starts.later", rule=rule.id, after=rule.after)
    if before is not None and before.state == "filed":
        return refused(case, "is.filed", rule=rule.id, words=before.words)
    followers = case.followers(rule.id)
    ran = before if before is None or before.runs else before.ran
    after = case.with_clock(Clock(rule=rule.id, state="filed", since=at, by=act.who, words=act.text, ran=ran))
    chained = []
    for follower in followers:
        clock = started(after, follower, replace(act, when=at, text=rule.id), at, "")
        after = after.with_clock(clock)
        row = case.rules[follower]
        assert clock.due is not None
        due = moment(case, clock.due)
        chained.append(say(case, "this.starts", rule=row.id, title=row.title, due=due, source=row.source))
    head = say(case, "filed", rule=rule.id, at=moment(case, at), words=act.text)
    steps = [step for step in after.open_steps() if step.clock == rule.id]
    serves = [say(case, "serves", id=step.id, step=step_line(after, step)) for step in steps]
    return Told(text=paragraphs(joined((head, _margin(case, ran, at))), *chained, *serves), case=after)


def _margin(case: Case, clock: Clock | None, at: datetime) -> Text:
    """In time, or not."""
    if clock is None or clock.due is None or clock.aware is None:
        return ()
    rule, due = case.rules[clock.rule], moment(case, clock.due)
    limit = later_reading(rule, clock.aware)
    if at <= clock.due:
        return say(case, "in.time", due=due)
    if limit is not None and at <= limit:
        return say(case, "in.reading", due=due, limit=moment(case, limit))
    return say(case, "too.late.business" if rule.is_business else "too.late", due=due)


def waive(case: Case, act: Act, at: datetime) -> Told:
    before = case.clocks.get(act.what)
    if case.waits(case.rules[act.what]):
        return refused(case, "starts.later", rule=act.what, after=case.rules[act.what].after)
    if before is not None and before.state == "filed":
        return refused(case, "is.filed", rule=act.what, words=before.words)
    if takes_two(case, act):
        return ask(case, act, at)
    return set_aside(case, act.what, act.who, act.text, at)


def takes_two(case: Case, act: Act) -> bool:
    """Say whether it takes two persons to set a clock aside: one of the law, and no drill."""
    return not (case.is_drill or case.rules[act.what].may_wait)


def ack(case: Case, act: Act, at: datetime) -> list[Told]:
    """What the bot knows of for sure it must name; a reminder whose sending it may not have noticed yet, it may."""
    unseen = [clock for clock in case.ringing() if clock.unseen and (not act.what or clock.rule == act.what)]
    sure = [clock.rule for clock in unseen if any(ring.settled <= at for ring in clock.unseen)]
    doubts = [clock.rule for clock in unseen if clock.rule not in sure]
    answers = []
    for chosen in _subsets(doubts):
        named = [clock for clock in unseen if clock.rule in {*sure, *chosen}]
        theirs = [clock for clock in named if act.who in (case.answerers(clock.rule) or [act.who])]
        if not theirs:
            of = ", ".join(f"{clock.rule} ({people(case.answerers(clock.rule))})" for clock in named)
            answers.append(refused(case, "not.theirs.to.see", waiting=of) if named else refused(case, "nothing.to.see"))
            continue
        answers += [
            Told(text=_seen_words(after, theirs, [clock for clock in named if clock not in theirs]), case=after)
            for after in _seen(case, theirs, at)
        ]
    return answers


def _seen_words(case: Case, seen: Sequence[Clock], left: Sequence[Clock]) -> Text:
    """What is said of the clocks that were seen, by what is to come of each, and of those that wait for others."""
    again = [clock.rule for clock in seen if clock.due is None or is_seen_overdue(_as_seen(case, clock))]
    to_come = [clock.rule for clock in seen if clock.rule not in again]
    kinds = {"seen.to.come": to_come, "seen.again": again}
    head = [say(case, key, rules=", ".join(rules)) for key, rules in kinds.items() if rules]
    others = [say(case, "seen.by.others", rule=clock.rule, people=people(case.answerers(clock.rule))) for clock in left]
    return joined((*head, *others))


def _as_seen(case: Case, clock: Clock) -> Clock:
    return case.clock(clock.rule) or clock


def _seen(case: Case, clocks: Sequence[Clock], at: datetime) -> list[Case]:
    """The cases in which all reminders of *clocks* were seen, or all but the last one, if it may have come too late."""
    cases = [case]
    for clock in clocks:
        all_seen = tuple(replace(ring, is_seen=True) for ring in clock.rings)
        ways = [all_seen]
        if clock.rings[-1].settled > at and len(clock.unseen) > 1:
            ways.append((*all_seen[:-1], clock.rings[-1]))
        cases = [one.with_clock(replace(clock, rings=rings, seen=at)) for one in cases for rings in ways]
    return cases


def _subsets(items: Sequence[str]) -> list[tuple[str, ...]]:
    subsets: list[tuple[str, ...]] = [()]
    for item in items:
        subsets += [(*subset, item) for subset in subsets]
    return subsets


def snooze(case: Case, act: Act, at: datetime) -> Told:
    clock = case.clocks.get(act.what)
    if case.waits(case.rules[act.what]):
        return refused(case, "starts.later", rule=act.what, after=case.rules[act.what].after)
    if clock is None or not clock.runs or clock.due is None:
        return refused(case, "does.not.run", rule=act.what)
    now, span = case.legal(clock, at), act.hours * HOUR
    if span >= clock.due - now:
        return refused(case, "past.its.end", rule=act.what, due=moment(case, clock.due))
    begun = clock.rest.start if clock.rest is not None and now < clock.rest.end else now
    after = case.with_clock(replace(clock, rest=Window(begun, now + span)))
    return Told(text=say(case, "rests", rule=act.what, until=moment(case, now + span)), case=after)


def of_the_firm(case: Case, act: Act, at: datetime) -> Told:
    assert act.when is not None
    words = {
        "title": act.text,
        "to": "",
        "late": "",
        "channel": "",
        "length": "",
        "source": "",
        "proof": "C",
        "after": "",
    }
    rule = Rule(
        id=act.what, owner="coordinator", aim=None, is_soft=False, counts_in_full_hours=False, is_business=True, **words
    )
    after = replace(case, rules={**case.rules, act.what: rule})
    clock = Clock(rule=act.what, state="runs", since=at, aware=at, by=act.who, due=act.when)
    after = after.with_clock(clock)
    due, of = moment(case, act.when), people(after.owners(act.what)) or word(case, "everybody")
    return Told(text=say(case, "clock.added", rule=act.what, title=act.text, due=due, owners=of), case=after)
