"""Steps and questions: what becomes of them, and what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tests.chaos.judge.acts import Act, Told, listed, refused
from tests.chaos.judge.case import Case, Work
from tests.chaos.judge.content import Step, holds
from tests.chaos.judge.lines import clock_title, moment, name, say, step_line, word
from tests.chaos.judge.text import Text, any_of, bullets, joined, paragraphs
from tests.chaos.judge.times import ZONE
from tests.chaos.judge.two import KEEPS_CLOCKS


def _workable(case: Case, act: Act) -> Step | Told:
    step = next((step for step in case.playbook.steps if step.id == act.what), None)
    if step is None:
        return refused(case, "no.such.step", step=act.what)
    if not holds(step.when, case.answers):
        return refused(case, "not.needed", step=step.id)
    if case.work(step.id).status in ("done", "skipped"):
        return refused(case, "is.settled", step=step.id)
    return step


def _to_settle(case: Case, act: Act) -> Step | Told:
    again = [step for step in case.needed_steps() if step.id == act.what and case.again(step)]
    return again[0] if again else _workable(case, act)


def done(case: Case, act: Act, at: datetime) -> Told:
    step = _to_settle(case, act)
    if isinstance(step, Told):
        return step
    after = _with_work(case, step.id, replace(case.work(step.id), status="done", at=at), at)
    if step.again:
        after = replace(after, rung_steps=after.rung_steps - {step.id})
    keep = say(case, "keep", keep=step.keep) if step.keep and not act.text else ()
    return Told(text=joined((say(case, "done", step=step.id), keep, _then(after, act.who, step.id))), case=after)


def skip(case: Case, act: Act, at: datetime) -> Told:
    step = _to_settle(case, act)
    if isinstance(step, Told):
        return step
    after = _with_work(case, step.id, replace(case.work(step.id), status="skipped"), at)
    head = say(case, "skipped.mandatory" if step.is_mandatory else "skipped", step=step.id)
    return Told(text=joined((head, _then(after, act.who, step.id))), case=after)


def reopen(case: Case, act: Act, at: datetime) -> Told:
    step = next((step for step in case.playbook.steps if step.id == act.what), None)
    if step is None:
        return refused(case, "no.such.step", step=act.what)
    work = case.work(step.id)
    if work.status in ("open", "doing"):
        return refused(case, "is.open", step=step.id)
    after = _with_work(case, step.id, Work(status="doing" if work.to else "open", to=work.to), at)
    return Told(text=say(case, "reopened", step=step.id, title=step.title), case=after)


def assign(case: Case, act: Act, at: datetime) -> Told:
    """`text` is whom: a Matrix id, a role, or somebody whom nobody knows."""
    step = _workable(case, act)
    if isinstance(step, Told):
        return step
    is_person = act.text.startswith("@")
    if is_person and act.text not in case.roster:
        return refused(case, "who.is", who=name(act.text), known=", ".join(sorted(case.roster)))
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


def fact(case: Case, act: Act, at: datetime) -> Told:
    if act.when is not None and act.when <= at and act.what != "discovered-at":
        return refused(
            case, "is.past", given=moment(case, act.when), now=any_of(".+"), hour=f"{act.when.astimezone(ZONE):%H:%M}"
        )
    question = next((one for one in case.playbook.questions if one.name == act.what), None)
    if question is not None and act.text not in question.values:
        return refused(case, "not.an.answer", name=question.called, value=act.text)
    if question is not None and act.text == "no" and (no := _takes_duties_away(case, act)):
        return no
    before, value = case.answers.get(act.what), moment(case, act.when) if act.when else act.text
    after = replace(case, answers={**case.answers, act.what: value})
    if act.when:
        is_promise = act.what != "discovered-at"
        promised = replace(after, promised=act.when, promised_at=at, promised_by=act.who)
        after = promised if is_promise else replace(after, discovered=act.when)
    after = _without_late_steps(case, after, at)
    by = name(act.who)
    if question is None:
        head = say(case, "answered.detail", name=word(case, f"detail.{act.what}"), value=value)
        changes: Sequence[Text] = ()
    else:
        head = say(case, "answered", name=question.called, value=word(case, value), by=by)
        changes = [change for change in _changes(case, after) if change] or [say(case, "nothing.changes")]
    old = word(case, before) if question and before else before
    is_same = act.when in (case.promised, case.discovered) if act.when else before == value
    was = say(case, "before", value=old) if old and not is_same else ()
    return Told(text=paragraphs(joined((head, was)), *changes), case=after)


def _takes_duties_away(case: Case, act: Act) -> Told | None:
    """A "no" with which a duty of the law leaves is a decision: the crowd never says why, so it never comes to it."""
    after = replace(case, answers={**case.answers, act.what: "no"}).watched()
    left = [rule for rule in case.watched() if rule not in after and not case.rules[rule].may_wait]
    if not left or case.is_drill:
        return None
    if not case.roster[act.who].intersection(KEEPS_CLOCKS):
        roles = [word(case, role) for role in KEEPS_CLOCKS]
        return refused(case, "is.not.allowed", roles=f"{', '.join(roles[:-1])} {word(case, 'or')} {roles[-1]}")
    shown = word(case, "no")
    called = next(question.called for question in case.playbook.questions if question.name == act.what)
    return refused(case, "says.not.why", name=called, value=shown, rules=", ".join(left))


def _changes(before: Case, after: Case) -> list[Text]:
    known = {question.name for question in before.playbook.questions if _is_asked(before, question.name)}
    asked = [
        say(after, "question", name=question.called, text=question.text)
        for question in after.playbook.questions
        if _is_asked(after, question.name) and question.name not in known
    ]
    steps = [[step.id for step in case.needed_steps()] for case in (before, after)]
    lines = {step.id: step_line(after, step) for step in after.playbook.steps}
    clocks = [case.watched() for case in (before, after)]
    titles = {rule: clock_title(after, rule) for rule in after.rules}
    return [
        paragraphs(say(after, "asked"), bullets(asked)) if asked else (),
        listed(after, "steps.came", [lines[id] for id in steps[1] if id not in steps[0]]),
        listed(after, "steps.left", [lines[id] for id in steps[0] if id not in steps[1]]),
        listed(after, "clocks.came", [titles[rule] for rule in clocks[1] if rule not in clocks[0]], "clock"),
        listed(after, "clocks.left", [titles[rule] for rule in clocks[0] if rule not in clocks[1]], "clock"),
    ]


def _is_asked(case: Case, name: str) -> bool:
    question = next(one for one in case.playbook.questions if one.name == name)
    return name not in case.answers and holds(question.when, case.answers)
