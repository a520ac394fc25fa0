"""What each command makes of a case, and the answer it must get, word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.chaos.judge import times
from tests.chaos.judge.card import card
from tests.chaos.judge.case import Asked, Case, Clock, Work, due_time, later_reading
from tests.chaos.judge.content import Rule, Step, holds
from tests.chaos.judge.ladder import LADDER
from tests.chaos.judge.lines import (
    clock_line,
    clock_title,
    counted,
    left,
    moment,
    name,
    people,
    reading,
    say,
    step_line,
    word,
)
from tests.chaos.judge.text import Text, Window, bullets, joined, paragraphs
from tests.chaos.judge.times import HOUR

NOTIFICATION = "GDPR-33-1"
CONFIRMED_WITHIN = timedelta(minutes=10)
MOST_LINES = 10
LEADS = frozenset({"admin", "coordinator"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command as it is meant."""

    kind: str
    who: str
    what: str = ""
    """Which step, clock, question, text that is always answered alike."""
    text: str = ""
    """A result, a reason, a source, a value."""
    when: datetime | None = None
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer to a command, and what the case is afterwards."""

    text: Text
    case: Case
    is_kept: bool = True
    """It becomes a fact; otherwise nothing changes."""
    rings_for: tuple[str, ...] = ()


def told(case: Case, act: Act, at: datetime) -> list[Told]:
    """Return what *act*, carried out at *at*, may be told; more than one where two outcomes are right."""
    if case.is_closed and act.kind not in _LOOKS and act.kind != "resume":
        return [_refused(case, "was.closed")]
    answers = _ACTS[act.kind](case, act, at)
    if isinstance(answers, list):
        return answers
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


def _refused(case: Case, key: str, **values: str | Text) -> Told:
    return Told(text=say(case, key, **values), case=case, is_kept=False)


# --- looks ----------------------------------------------------------------------------------------------------


def _status(case: Case, act: Act, at: datetime) -> Told:
    return Told(text=card(case, at), case=case, is_kept=False)


def _always(case: Case, act: Act, at: datetime) -> Told:
    return _refused(case, act.what)


def _note(case: Case, act: Act, at: datetime) -> Told:
    return Told(text=say(case, "noted"), case=case)


# --- steps ----------------------------------------------------------------------------------------------------


def _workable(case: Case, act: Act) -> Step | Told:
    step = next((step for step in case.playbook.steps if step.id == act.what), None)
    if step is None:
        return _refused(case, "no.such.step", step=act.what)
    if not holds(step.when, case.answers):
        return _refused(case, "not.needed", step=step.id)
    if case.work(step.id).status in ("done", "skipped"):
        return _refused(case, "is.settled", step=step.id)
    return step


def _done(case: Case, act: Act, at: datetime) -> Told:
    step = _workable(case, act)
    if isinstance(step, Told):
        return step
    after = _with_work(case, step.id, replace(case.work(step.id), status="done"), at)
    keep = say(case, "keep", keep=step.keep) if step.keep and not act.text else ()
    return Told(text=joined((say(case, "done", step=step.id), keep, _then(after, act.who, step.id))), case=after)


def _skip(case: Case, act: Act, at: datetime) -> Told:
    step = _workable(case, act)
    if isinstance(step, Told):
        return step
    after = _with_work(case, step.id, replace(case.work(step.id), status="skipped"), at)
    head = say(case, "skipped.mandatory" if step.is_mandatory else "skipped", step=step.id)
    return Told(text=joined((head, _then(after, act.who, step.id))), case=after)


def _reopen(case: Case, act: Act, at: datetime) -> Told:
    step = next((step for step in case.playbook.steps if step.id == act.what), None)
    if step is None:
        return _refused(case, "no.such.step", step=act.what)
    work = case.work(step.id)
    if work.status in ("open", "doing"):
        return _refused(case, "is.open", step=step.id)
    after = _with_work(case, step.id, Work(status="doing" if work.to else "open", to=work.to), at)
    return Told(text=say(case, "reopened", step=step.id, title=step.title), case=after)


def _assign(case: Case, act: Act, at: datetime) -> Told:
    """`text` is whom: a Matrix id, a role, or somebody whom nobody knows."""
    step = _workable(case, act)
    if isinstance(step, Told):
        return step
    is_person = act.text.startswith("@")
    if is_person and act.text not in case.roster:
        return _refused(case, "who.is", who=name(act.text), known=", ".join(sorted(case.roster)))
    after = _with_work(case, step.id, Work(status="doing", to=act.text), at)
    to = name(act.text) if is_person else word(case, act.text)
    return Told(text=say(case, "assigned", step=step.id, title=step.title, to=to), case=after)


def _with_work(case: Case, step: str, work: Work, at: datetime) -> Case:
    return _without_late_steps(case, replace(case, works={**case.works, step: work}), at)


def _without_late_steps(before: Case, after: Case, at: datetime) -> Case:
    """Whoever opens a step past its time reads about it at once: it does not ring."""
    opened = {step.id for step in after.open_steps()} - {step.id for step in before.open_steps()}
    late = {step.id for step in after.open_steps() if step.id in opened and (after.aim(step) or at) <= at and step.aim}
    return replace(after, rung_steps=after.rung_steps | late)


def _then(case: Case, user: str, done: str) -> Text:
    """The step to go on with: the person's own first, and of those the ones further down first."""
    order = [step.id for step in case.playbook.steps]
    steps = _steps_of(case, user) or case.open_steps()
    if not steps:
        return say(case, "no.steps")
    further = [step for step in steps if order.index(step.id) > order.index(done)]
    return say(case, "then", step=step_line(case, (further or steps)[0]))


def _steps_of(case: Case, user: str) -> list[Step]:
    roles = case.roster[user]
    to = {step.id: case.work(step.id).to or step.role for step in case.open_steps()}
    theirs = [step for step in case.open_steps() if to[step.id] == user or to[step.id] in roles]
    return sorted(theirs, key=lambda step: to[step.id] != user)


# --- questions ------------------------------------------------------------------------------------------------


def _fact(case: Case, act: Act, at: datetime) -> Told:
    question = next((one for one in case.playbook.questions if one.name == act.what), None)
    if question is not None and act.text not in question.values:
        return _refused(case, "not.an.answer", name=act.what, value=act.text)
    before, value = case.answers.get(act.what), moment(case, act.when) if act.when else act.text
    after = replace(case, answers={**case.answers, act.what: value})
    if act.when:
        after = replace(after, promised=act.when, promised_at=at)
    after = _without_late_steps(case, after, at)
    by = name(act.who)
    if question is None:
        head = say(case, "answered.detail", name=word(case, f"detail.{act.what}"), value=value)
        changes: Sequence[Text] = ()
    else:
        head = say(case, "answered", name=act.what, value=word(case, value), by=by)
        changes = [change for change in _changes(case, after) if change] or [say(case, "nothing.changes")]
    old = word(case, before) if question and before else before
    was = say(case, "before", value=old) if old and before != value else ()
    return Told(text=paragraphs(joined((head, was)), *changes), case=after)


def _changes(before: Case, after: Case) -> list[Text]:
    known = {question.name for question in before.playbook.questions if _is_asked(before, question.name)}
    asked = [
        say(after, "question", name=question.name, text=question.text)
        for question in after.playbook.questions
        if _is_asked(after, question.name) and question.name not in known
    ]
    steps = [[step.id for step in case.needed_steps()] for case in (before, after)]
    lines = {step.id: step_line(after, step) for step in after.playbook.steps}
    clocks = [case.watched() for case in (before, after)]
    titles = {rule: clock_title(after, rule) for rule in after.rules}
    return [
        _listed(after, "asked", asked),
        _listed(after, "steps.came", [lines[id] for id in steps[1] if id not in steps[0]]),
        _listed(after, "steps.left", [lines[id] for id in steps[0] if id not in steps[1]]),
        _listed(after, "clocks.came", [titles[rule] for rule in clocks[1] if rule not in clocks[0]]),
        _listed(after, "clocks.left", [titles[rule] for rule in clocks[0] if rule not in clocks[1]]),
    ]


def _is_asked(case: Case, name: str) -> bool:
    question = next(one for one in case.playbook.questions if one.name == name)
    return name not in case.answers and holds(question.when, case.answers)


def _listed(case: Case, key: str, lines: Sequence[Text]) -> Text:
    if not lines:
        return ()
    rest = len(lines) - MOST_LINES
    more = say(case, "more", count=counted(case, "step", rest)) if rest > 0 else ()
    return paragraphs(say(case, key), bullets(lines[:MOST_LINES]), more)


# --- clocks ---------------------------------------------------------------------------------------------------


def started(case: Case, rule: str, act: Act, at: datetime, by: str) -> Clock:
    assert act.when is not None
    row = case.rules[rule]
    due = due_time(row.length, act.when, case.free_days)
    aim = act.when + row.aim if row.aim else None
    aim = aim if aim and (due is None or aim < due) else None
    return Clock(rule=rule, state="runs", since=at, aware=act.when, by=by, source=act.text, due=due, aim=aim)


def _aware(case: Case, act: Act, at: datetime) -> Told:
    rule, before = case.rules[act.what], case.clocks.get(act.what)
    assert act.when is not None
    if case.waits(rule):
        return _refused(case, "starts.later", rule=rule.id, after=rule.after)
    if before is not None and before.state == "filed":
        return _refused(case, "is.filed", rule=rule.id, words=before.words)
    is_correction = before is not None and before.runs
    if is_correction and not act.text:
        assert before is not None
        assert before.aware is not None
        example = times.typed(before.aware)[:-3]
        return _refused(case, "needs.reason", rule=rule.id, aware=moment(case, before.aware), example=example)
    clock = started(case, rule.id, act, at, act.who)
    after = _with_clock(case, clock)
    head = say(case, "starts", rule=rule.id, title=rule.title)
    if is_correction and before is not None and before.aware is not None:
        head = say(case, "corrected", rule=rule.id, title=rule.title, known=moment(case, before.aware))
    known = say(case, "known", at=moment(case, act.when), by=name(act.who), source=act.text)
    text = paragraphs(
        joined((head, *_until(after, clock, at), known)),
        _reminders(after, clock),
        say(case, "stop", rule=rule.id),
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


def _filed(case: Case, act: Act, at: datetime) -> Told:
    rule, before = case.rules[act.what], case.clocks.get(act.what)
    if case.waits(rule):
        return _refused(case, "starts.later", rule=rule.id, after=rule.after)
    if before is not None and before.state == "filed":
        return _refused(case, "is.filed", rule=rule.id, words=before.words)
    followers = case.followers(rule.id)
    ran = before if before is None or before.runs else before.ran
    after = _with_clock(case, Clock(rule=rule.id, state="filed", since=at, by=act.who, words=act.text, ran=ran))
    chained = []
    for follower in followers:
        clock = started(after, follower, replace(act, when=at, text=rule.id), at, "")
        after = _with_clock(after, clock)
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


def _waive(case: Case, act: Act, at: datetime) -> Told:
    before = case.clocks.get(act.what)
    if case.waits(case.rules[act.what]):
        return _refused(case, "starts.later", rule=act.what, after=case.rules[act.what].after)
    if before is not None and before.state == "filed":
        return _refused(case, "is.filed", rule=act.what, words=before.words)
    key = "aside.notification" if act.what == NOTIFICATION else "aside"
    ran = before if before is None or before.runs else before.ran
    clock = Clock(rule=act.what, state="aside", since=at, by=act.who, words=act.text, ran=ran)
    text = say(case, key, rule=act.what, by=name(act.who), words=act.text)
    return Told(text=text, case=_with_clock(case, clock))


def _ack(case: Case, act: Act, at: datetime) -> list[Told]:
    """What the bot knows of for sure it must name; a reminder whose sending it may not have noticed yet, it may."""
    unseen = [clock for clock in case.running() if clock.unseen]
    sure = [clock.rule for clock in unseen if any(ring.settled <= at for ring in clock.unseen)]
    doubts = [clock.rule for clock in unseen if clock.rule not in sure]
    answers = []
    for chosen in _subsets(doubts):
        named = [clock for clock in unseen if clock.rule in {*sure, *chosen}]
        if not named:
            answers.append(_refused(case, "nothing.to.see"))
            continue
        text = say(case, "seen", rules=", ".join(clock.rule for clock in named))
        answers += [Told(text=text, case=after) for after in _seen(case, named, at)]
    return answers


def _seen(case: Case, clocks: Sequence[Clock], at: datetime) -> list[Case]:
    """The cases in which all reminders of *clocks* were seen, or all but the last one, if it may have come too late."""
    cases = [case]
    for clock in clocks:
        all_seen = tuple(replace(ring, is_seen=True) for ring in clock.rings)
        ways = [all_seen]
        if clock.rings[-1].settled > at and len(clock.unseen) > 1:
            ways.append((*all_seen[:-1], clock.rings[-1]))
        cases = [_with_clock(one, replace(clock, rings=rings)) for one in cases for rings in ways]
    return cases


def _subsets(items: Sequence[str]) -> list[tuple[str, ...]]:
    subsets: list[tuple[str, ...]] = [()]
    for item in items:
        subsets += [(*subset, item) for subset in subsets]
    return subsets


def _snooze(case: Case, act: Act, at: datetime) -> Told:
    clock = case.clocks.get(act.what)
    if case.waits(case.rules[act.what]):
        return _refused(case, "starts.later", rule=act.what, after=case.rules[act.what].after)
    if clock is None or not clock.runs or clock.due is None:
        return _refused(case, "does.not.run", rule=act.what)
    now, span = case.legal(clock, at), act.hours * HOUR
    if span >= clock.due - now:
        return _refused(case, "past.its.end", rule=act.what, due=moment(case, clock.due))
    begun = clock.rest.start if clock.rest is not None and now < clock.rest.end else now
    after = _with_clock(case, replace(clock, rest=Window(begun, now + span)))
    return Told(text=say(case, "rests", rule=act.what, until=moment(case, now + span)), case=after)


def _clock_of_the_firm(case: Case, act: Act, at: datetime) -> Told:
    assert act.when is not None
    words = {"title": act.text, "to": "", "late": "", "channel": "", "length": "", "source": "", "after": ""}
    rule = Rule(
        id=act.what, owner="coordinator", aim=None, is_soft=False, counts_in_full_hours=False, is_business=True, **words
    )
    after = replace(case, rules={**case.rules, act.what: rule})
    clock = Clock(rule=act.what, state="runs", since=at, aware=at, by=act.who, due=act.when)
    after = _with_clock(after, clock)
    due, of = moment(case, act.when), people(after.owners(act.what)) or word(case, "everybody")
    return Told(text=say(case, "clock.added", rule=act.what, title=act.text, due=due, owners=of), case=after)


def _with_clock(case: Case, clock: Clock) -> Case:
    return replace(case, clocks={**case.clocks, clock.rule: clock})


# --- the incident ---------------------------------------------------------------------------------------------


def _severity(case: Case, act: Act, at: datetime) -> Told:
    after = replace(case, severity=act.what)
    return Told(text=say(case, "severity", severity=word(case, act.what)), case=after)


def _not_allowed(case: Case, act: Act, at: datetime) -> Told:
    roles = f"{word(case, 'admin')} {word(case, 'or')} {word(case, 'coordinator')}"
    return _refused(case, "is.not.allowed", roles=roles)


def _close(case: Case, act: Act, at: datetime) -> Told:
    of_law = case.of_law()
    if not of_law or case.is_drill:
        return _closed(case, act.text)
    waiting = [asked for asked in case.asked if at < asked.at + CONFIRMED_WITHIN]
    if waiting:
        until = moment(case, waiting[0].at + CONFIRMED_WITHIN)
        return _refused(case, "already.asked", by=waiting[0].by, until=until, number=str(waiting[0].number))
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


def _confirm(case: Case, act: Act, at: datetime) -> Told:
    asked = next((one for one in case.asked if str(one.number) == act.what), None)
    if asked is None:
        return _refused(case, "nothing.asked")
    if at >= asked.at + CONFIRMED_WITHIN:
        return _refused(case, "has.lapsed", number=act.what)
    if act.who == asked.by:
        return _refused(case, "not.the.second", others=", ".join(_seconds(case, asked.by)))
    return _closed(case, asked.summary)


def _closed(case: Case, summary: str) -> Told:
    head = joined((say(case, "is.closed"), (summary,)))
    steps = [step_line(case, step) for step in case.open_steps() if step.is_mandatory]
    clocks = [clock_title(case, clock.rule) for clock in case.running()]
    text = paragraphs(
        head,
        _listed(case, "closed.steps", steps),
        _listed(case, "closed.clocks", clocks),
        say(case, "closed.end"),
    )
    return Told(text=text, case=replace(case, is_closed=True, summary=summary, asked=()))


def _resume(case: Case, act: Act, at: datetime) -> Told:
    if not case.is_closed:
        return _refused(case, "not.closed")
    return Told(text=say(case, "resumed"), case=replace(case, is_closed=False, summary=""))


def _remove(case: Case, act: Act, at: datetime) -> Told:
    """Of two who lead neither can be removed: nobody would be left to confirm it."""
    return _refused(case, "no.second", user=act.what)


_LOOKS = {"status", "always", "timeline", "not.allowed"}
"""Answered alike in a closed incident."""
_ACTS: dict[str, Callable[[Case, Act, datetime], Told | list[Told]]] = {
    "status": _status,
    "always": _always,
    "note": _note,
    "done": _done,
    "skip": _skip,
    "reopen": _reopen,
    "assign": _assign,
    "fact": _fact,
    "aware": _aware,
    "filed": _filed,
    "waive": _waive,
    "ack": _ack,
    "snooze": _snooze,
    "clock": _clock_of_the_firm,
    "severity": _severity,
    "not.allowed": _not_allowed,
    "close": _close,
    "confirm": _confirm,
    "resume": _resume,
    "remove": _remove,
}
