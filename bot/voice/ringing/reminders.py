"""Reminders: one alone in full, several that ring together in one short message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.core.clocks.rules import Clock, Rule, Running, Suspected, legal_time, soft_line
from bot.core.decide.ringing import called
from bot.core.facts.ringing import (
    FindingRang,
    PointRang,
    Rang,
    Reminder,
    RepeatRang,
    ReviewRang,
    StepsRang,
    UpdateRang,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import name_of
from bot.core.playbook import Step
from bot.core.replies.about import about_reminders
from bot.core.ringing.rungs import is_past_soft_line
from bot.voice.catalogue import counted, own, say, word
from bot.voice.incident.clocks import proposal
from bot.voice.incident.happened import happened
from bot.voice.lessons.findings import owner_words
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, pill, render
from bot.voice.rhythm.points import point, point_ballot, point_short
from bot.voice.times import date_words, elapsed, left, moment, span
from bot.voice.wording import (
    and_more,
    clock_line,
    clock_title,
    due_line,
    later_reading,
    person,
    provisional,
    short,
    step_line,
)

R = TypeVar("R", Rang, StepsRang, UpdateRang, RepeatRang, ReviewRang, FindingRang, PointRang)

_MOST_STEPS = 8


def remind(facts: Sequence[Reminder], incident: Incident) -> Text:
    """Return the message of reminders that ring together. It names whom it is for; mentioning is the caller's part."""
    people = join((_for(incident, facts), _wider(incident, facts)))
    words = paragraphs(in_words(facts, incident), people, _late(incident, facts))
    ballot = point_ballot(incident) if _of(PointRang, facts) else None
    return render(words, *about_reminders(facts, incident), ballot=ballot)


def in_words(facts: Sequence[Reminder], incident: Incident) -> Piece:
    """Return what reminders say, wherever they are said."""
    newest = {fact.rule: fact for fact in _of(Rang, facts)}  # of one clock, the last rung says all
    clocks = [
        (_as_it_rings(incident, clock), newest[clock.rule.id]) for clock in incident.clocks() if clock.rule.id in newest
    ]
    steps = _steps(incident, facts)
    said = [
        *(_clock(incident, clock, fact) for clock, fact in clocks),
        *([_steps_in_full(incident, steps)] if steps else []),
        *(_update(incident, fact) for fact in _of(UpdateRang, facts)[-1:]),
        *(_repeat(incident, fact) for fact in _of(RepeatRang, facts)),
        *(_review(incident, fact) for fact in _of(ReviewRang, facts)),
        *(_finding(incident, fact) for fact in _of(FindingRang, facts)),
        *(point(incident, fact) for fact in _of(PointRang, facts)),
    ]
    whole = said[0] if len(said) == 1 else _digest(incident, facts, clocks, steps)
    mark = say(incident.language, "remind.drill") if incident.drill else Piece("")
    return join((mark, whole), " ")


def _of(kind: type[R], facts: Sequence[Reminder]) -> list[R]:
    return [fact for fact in facts if isinstance(fact, kind)]


def _steps(incident: Incident, facts: Sequence[Reminder]) -> list[Step]:
    rang = {step for fact in _of(StepsRang, facts) for step in fact.steps}
    return [step for step in incident.playbook.steps() if step.id in rang]


# --- several ------------------------------------------------------------------------------------------------


def _digest(
    incident: Incident, facts: Sequence[Reminder], clocks: Sequence[tuple[Clock, Rang]], steps: Sequence[Step]
) -> Piece:
    """Return a line for each clock, the earliest first, then the steps, then how to answer, once."""
    language, reviews, findings = incident.language, _of(ReviewRang, facts), _of(FindingRang, facts)
    counts = [
        *([counted(language, "count.clocks", len(clocks))] if clocks else []),
        *([counted(language, "count.steps", len(steps))] if steps else []),
        *([counted(language, "count.decisions", len(reviews))] if reviews else []),
        *([counted(language, "count.findings", len(findings))] if findings else []),
    ]
    return paragraphs(
        say(language, "remind.digest", what=", ".join(counts)),
        bullets(_line(incident, clock, fact) for clock, fact in clocks),
        _steps_short(incident, steps),
        *(_update(incident, fact) for fact in _of(UpdateRang, facts)[-1:]),
        *(_review(incident, fact) for fact in reviews),
        *(_finding(incident, fact) for fact in findings),
        *(point_short(incident, fact) for fact in _of(PointRang, facts)),
        say(language, "remind.digest.do" if clocks else "remind.steps.do") if clocks or steps else Piece(""),
    )


def _line(incident: Incident, clock: Clock, fact: Rang) -> Piece:
    state = clock.state
    if not isinstance(state, Running):
        return happened(fact, incident)
    if _is_supposed(incident, clock):
        return clock_line(incident, replace(clock, state=Suspected()), fact.at)
    line = due_line(incident, clock, state, fact.at)
    is_past = is_past_soft_line(clock.rule, state, legal_time(state, incident.pace, fact.at))
    return join((line, say(incident.language, "remind.aim.short")), " · ") if is_past else line


def _steps_short(incident: Incident, steps: Sequence[Step]) -> Piece:
    if not steps:
        return Piece("")
    return paragraphs(say(incident.language, "remind.steps.short"), _step_list(incident, steps))


def _step_list(incident: Incident, steps: Sequence[Step]) -> Piece:
    lines = [step_line(incident, step) for step in steps[:_MOST_STEPS]]
    more = and_more("count.steps", len(steps) - _MOST_STEPS, incident.language)
    return bullets((*lines, more) if more.source else lines)


# --- one ----------------------------------------------------------------------------------------------------


def _clock(incident: Incident, clock: Clock, fact: Rang) -> Piece:
    """Return a reminder: which clock, until when, what to do."""
    state = clock.state
    if not isinstance(state, Running):
        return happened(fact, incident)
    now = legal_time(state, incident.pace, fact.at)
    if _is_supposed(incident, clock):
        return _supposed(incident, clock, state, now)
    left_words = provisional(left(fact.due, now, incident.language), state, incident) if fact.due else ""
    head = _due_head(incident, clock, fact.due, left_words) if fact.due else _open_head(incident, clock, state, now)
    is_past = is_past_soft_line(clock.rule, state, now)
    aim = say(incident.language, "remind.aim") if is_past else Piece("")
    is_overdue = fact.due is not None and now > fact.due + timedelta(minutes=1)
    return paragraphs(join((head, aim)), _what(incident, clock, is_overdue=is_overdue))


def _supposed(incident: Incident, clock: Clock, state: Running, now: datetime) -> Piece:
    """Return a reminder of a clock that nobody started: until when it would run, and how to start it."""
    language, zone, rule = incident.language, incident.zone, clock.rule
    holes = {"rule": rule.id, "title": clock_title(incident, clock), "aware": moment(state.aware, zone, language)}
    if state.due is None:
        aim = moment(soft_line(rule, state.aware, None) or state.aware, zone, language)
        head = say(language, "remind.supposed.open", since=elapsed(state.aware, now, language), aim=aim, **holes)
    else:
        due = moment(state.due, zone, language)
        key = "remind.supposed.contract" if rule.is_contract else "remind.supposed"
        head = say(language, key, due=due, left=left(state.due, now, language), **holes)
    return paragraphs(head, join((_where(incident, rule), say(language, "remind.do.supposed", rule=rule.id))))


def _is_supposed(incident: Incident, clock: Clock) -> bool:
    return clock.rule.id in incident.supposed


def _as_it_rings(incident: Incident, clock: Clock) -> Clock:
    return replace(clock, state=incident.supposed.get(clock.rule.id, clock.state))


def _due_head(incident: Incident, clock: Clock, due: datetime, left_words: str) -> Piece:
    language, rule = incident.language, clock.rule
    return say(
        language,
        _head_key(rule),
        rule=rule.id,
        title=clock_title(incident, clock),
        due=moment(due, incident.zone, language),
        left=left_words,
    )


def _head_key(rule: Rule) -> str:
    """Return the form of the head that says who set the due time."""
    if rule.is_recurring:
        return "remind.calendar"
    if rule.is_contract:
        return "remind.contract"
    return "remind.business" if rule.is_business else "remind.soft" if rule.soft else "remind.due"


def _open_head(incident: Incident, clock: Clock, state: Running, now: datetime) -> Piece:
    """Return the head of a duty without a figure, which rings since our own aim has come."""
    language, aim = incident.language, soft_line(clock.rule, state.aware, state.due)
    return say(
        language,
        "remind.open",
        rule=clock.rule.id,
        title=clock_title(incident, clock),
        since=elapsed(state.aware, now, language),
        aim=moment(aim or state.aware, incident.zone, language),
    )


def _what(incident: Incident, clock: Clock, *, is_overdue: bool) -> Piece:
    language, rule = incident.language, clock.rule
    key = "remind.do.overdue" if is_overdue else "remind.do"
    do = say(language, key, rule=rule.id)
    if rule.is_business:
        return do
    late = say(language, "remind.overdue", words=own(rule.late, language)) if is_overdue else Piece("")
    reading = later_reading(incident, clock) if is_overdue else Piece("")
    return paragraphs(join((late, reading)), join((_where(incident, rule), do)), *_proposal(incident, clock))


def _proposal(incident: Incident, clock: Clock) -> Iterator[Piece]:
    """Yield that nobody of the organisation confirmed since when the clock runs, and how that is done."""
    if isinstance(clock.state, Running) and clock.state.proposed:
        yield proposal(incident, clock.rule, clock.state)


def _where(incident: Incident, rule: Rule) -> Piece:
    key = "remind.to.channel" if rule.channel else "remind.to"
    return say(incident.language, key, to=own(rule.to, incident.language), channel=rule.channel)


def _steps_in_full(incident: Incident, steps: Sequence[Step]) -> Piece:
    language = incident.language
    head = say(language, "remind.steps", what=counted(language, "count.steps", len(steps)))
    return paragraphs(head, _step_list(incident, steps), say(language, "remind.steps.do"))


def _update(incident: Incident, fact: UpdateRang) -> Piece:
    language = incident.language
    return say(
        language,
        "remind.update" if incident.cascade is None else "remind.update.cascade",
        at=moment(fact.promised, incident.zone, language),
        left=left(fact.promised, fact.at, language),
    )


def _repeat(incident: Incident, fact: RepeatRang) -> Piece:
    return say(
        incident.language,
        "remind.repeat",
        closed=moment(incident.closed_at or fact.at, incident.zone, incident.language),
        playbook=name_of(incident.playbook.id, incident.playbook.called, incident.language),
    )


def _review(incident: Incident, fact: ReviewRang) -> Piece:
    """Return which decision is to be looked at again, by whom and why it was taken."""
    language, found = incident.language, incident.decisions[fact.number]
    return say(
        language,
        "remind.review",
        number=str(fact.number),
        by=person(incident, found.taken.by),
        at=moment(found.taken.at, incident.zone, language),
        text=short(found.taken.text, 300),
        reason=short(found.reason, 300) or "–",
    )


def _finding(incident: Incident, fact: FindingRang) -> Piece:
    """Return which finding is due, or since when, and what to answer."""
    found = incident.findings[fact.number]
    return say(
        incident.language,
        "remind.finding.late" if fact.rung else "remind.finding",
        number=str(fact.number),
        day=date_words(fact.day, incident.language),
        text=short(found.noted.text, 300),
        owner=owner_words(found.owner, incident),
    )


def finding_elsewhere(facts: Sequence[Reminder], incident: Incident, language: Language) -> Text:
    """Return what the control room reads of findings whose room is gone: which they are, and nothing of them."""
    numbers = ", ".join(str(fact.number) for fact in _of(FindingRang, facts))
    return render(say(language, "remind.finding.elsewhere", codename=incident.codename, numbers=numbers))


# --- under all of them --------------------------------------------------------------------------------------


def _for(incident: Incident, facts: Sequence[Reminder]) -> Piece:
    circles = [called(incident, fact) for fact in facts]
    if not all(circles):
        return say(incident.language, "remind.for", people=word(incident.language, "owners.room"))
    users = sorted({user for circle in circles for user in circle})
    pills = join((pill(person(incident, user), user) for user in users), ", ")
    return say(incident.language, "remind.for", people=pills)


def _wider(incident: Incident, facts: Sequence[Reminder]) -> Piece:
    """Return whom the reminder is for besides the owners, since nobody answered the one before."""
    level = max((fact.level for fact in _of(Rang, facts)), default=0)
    return say(incident.language, f"remind.wider.{level}") if level else Piece("")


def _late(incident: Incident, facts: Sequence[Reminder]) -> Piece:
    late = max((fact.late_by for fact in _of(Rang, facts)), default=timedelta(0))
    return say(incident.language, "remind.late", late=span(late, incident.language)) if late else Piece("")
