"""The fold of the facts: what each makes of an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import reduce
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.core import facts
from bot.core.cascade import Cascade, cascade_after
from bot.core.clocks.lengths import due_time
from bot.core.clocks.rules import ClockState, Filed, Running, SetAside, Suspected, legal_time
from bot.core.costs.ledger import costs_after, outages_after
from bot.core.details import NEXT_UPDATE
from bot.core.documents.letters import mailings_after
from bot.core.evidence.items import items_after
from bot.core.incident import DraftState, Incident, Status, StepState, StepStatus
from bot.core.judging.decisions import decisions_after
from bot.core.language import key_of
from bot.core.lessons.findings import findings_after
from bot.core.names import Question, RuleId, StepId
from bot.core.organisations.told import Told, told
from bot.core.people.coming import BRIEF_DELAY, roster_after
from bot.core.people.heard import heard
from bot.core.people.relocating import relocated
from bot.core.people.roster import Grant
from bot.core.people.two_persons import lapses_at
from bot.core.record.sealing import kept, unsealed
from bot.core.rhythm.state import Rhythm, rhythm_after, with_news
from bot.core.ringing.paging import paged
from bot.core.ringing.reminders import TOGETHER, without
from bot.core.ringing.supposed import ringing_clock, started_as_supposed, suppose, with_ringing
from bot.core.risk import Weighed


def fold(history: Iterable[facts.Fact]) -> Incident | None:
    """Build the incident from its history, oldest first; None when there are none."""
    incident: Incident | None = None
    for fact in history:
        incident = evolve(incident, fact)
    return incident


def evolve(incident: Incident | None, fact: facts.Fact) -> Incident:
    """Return the incident after *fact*. The first fact is Opened, and no other is.

    Raises:
        ValueError: the facts do not begin with Opened, or Opened comes twice.
    """
    if incident is not None:
        after = unsealed(paged(heard(_evolve(incident, fact), fact), fact), fact)
        rhythm = with_news(after.rhythm, fact)
        return after if rhythm is after.rhythm else replace(after, rhythm=rhythm)
    if isinstance(fact, facts.Opened):
        return unsealed(_open(fact), fact)
    raise ValueError("the first fact of an incident is Opened")


def _open(fact: facts.Opened) -> Incident:
    roster = {member.user: frozenset(member.roles) for member in fact.members}
    opened = Incident(
        id=fact.incident,
        codename=fact.codename,
        title=fact.title,
        severity=fact.severity,
        status=Status.OPENING,
        language=fact.language,
        zone=ZoneInfo(fact.zone),
        pace=fact.pace,
        drill=fact.drill,
        opened_at=fact.at,
        opened_by=fact.by,
        playbook=fact.playbook,
        rules={rule.id: rule for rule in fact.rules},
        closed_days=frozenset(fact.closed_days),
        roster=roster,
        grants={user: (Grant(at=fact.at, by=None, roles=roles),) for user, roles in roster.items()},
        present_from_opening=frozenset(roster),
        answers=dict(fact.prefilled),
        prefilled=frozenset(fact.prefilled),
        profile=dict(fact.prefilled),
        quiet=fact.quiet,
        rhythm=Rhythm(usual=fact.points, on_since={fact.by: fact.at}),
        parent=fact.parent,
        organisation=fact.organisation,
        caller=fact.caller,
        columns=fact.columns,
        key=fact.key or key_of(fact.organisation),
        amended=fact.amended,
        has_calendar=fact.has_calendar,
    )
    return suppose(opened, fact.at)


def _evolve(incident: Incident, fact: facts.Fact) -> Incident:  # noqa: C901, PLR0911, PLR0912, PLR0915 - a table: one line or two for each fact
    if isinstance(fact, Told):
        return told(incident, fact)
    if isinstance(fact, facts.PeopleFact):
        return roster_after(incident, fact)
    if isinstance(fact, facts.RecordFact):
        return kept(incident, fact)
    match fact:
        case facts.Opened():
            raise ValueError("an incident opens once")
        case facts.RoomReady(room=room, at=at, uninvited=uninvited):
            status = Status.CLOSED if incident.status is Status.CLOSED else Status.OPEN
            return replace(incident, room=room, status=status, room_refused="", reached_at=at, uninvited=uninvited)
        case facts.CardPosted(event=event, at=at):
            return replace(incident, card=event, card_posted_at=at)
        case facts.StepAssigned() | facts.StepDone() | facts.StepSkipped() | facts.StepReopened():
            changed = replace(incident, steps={**incident.steps, fact.step: _step_after(incident, fact)})
            return _ringing_again(_without_late_steps(incident, changed, fact.at), fact.step)
        case facts.Answered():
            return suppose(_without_late_steps(incident, _answer(incident, fact), fact.at), fact.at)
        case facts.Rang():
            return _rang(_said(incident, fact), fact)
        case (
            facts.ClockStarted()
            | facts.ClockFiled()
            | facts.ClockSetAside()
            | facts.ClockClassified()
            | facts.Snoozed()
        ):
            return suppose(_with_clock(incident, fact.rule, _clock_after(incident, fact)), fact.at)
        case facts.ClockAdded():
            return _add_clock(incident, fact)
        case facts.DatesAdded(at=at, by=by, dates=dates):
            added = (facts.ClockAdded(at=at, by=by, rule=rule, person=None) for rule in dates)
            return reduce(_add_clock, added, incident)
        case facts.RuleFollowed(rule=rule, chained=chained):
            return suppose(incident.watching((rule, *chained)), fact.at)
        case facts.StepsRang(steps=steps, at=at):
            rung = {id for id in steps if not _rings_later(incident, id, at)}
            return replace(_said(incident, fact), rang_steps=incident.rang_steps | rung, steps_rang_at=at)
        case facts.UpdateRang(promised=promised):
            return replace(_said(incident, fact), update_rang=promised)
        case facts.RepeatRang():
            return replace(_said(incident, fact), is_repeat_rung=True)
        case facts.NotDelivered():
            return replace(incident, undelivered=(*incident.undelivered, fact))
        case facts.ReviewRang():
            known = (incident.answers, incident.certain)
            return replace(_said(incident, fact), decisions=decisions_after(incident.decisions, fact, *known))
        case facts.FindingNoted() | facts.FindingGiven() | facts.FindingDone() | facts.FindingDropped():
            return replace(incident, findings=findings_after(incident.findings, fact))
        case facts.FindingRang():
            return replace(_said(incident, fact), findings=findings_after(incident.findings, fact))
        case facts.DecisionTaken() | facts.DecisionAmended() | facts.DecisionReviewed():
            known = (incident.answers, incident.certain)
            return replace(incident, decisions=decisions_after(incident.decisions, fact, *known))
        case facts.HandoverTaken():
            return _take_over(incident, fact)
        case facts.CadenceSet() | facts.PointWritten() | facts.HandoverGiven():
            return replace(incident, rhythm=rhythm_after(incident.rhythm, fact))
        case facts.PointRang():
            return replace(_said(incident, fact), rhythm=rhythm_after(incident.rhythm, fact))
        case facts.RiskWeighed(factor=factor):
            return replace(incident, weighed={**incident.weighed, factor: _weighed(fact)})
        case facts.RiskDecided():
            return _decide_risk(incident, fact)
        case facts.SeverityScored():
            return replace(incident, scored=fact)
        case facts.DraftMade() | facts.DraftReviewed() | facts.DraftFrozen():
            return replace(incident, drafts={**incident.drafts, fact.draft: _draft_after(incident, fact)})
        case facts.EvidenceTaken() | facts.EvidenceSourced() | facts.EvidenceHanded() | facts.EvidenceReceived():
            return replace(incident, evidence=items_after(incident.evidence, fact))
        case facts.CostNoted() | facts.CostCorrected() | facts.CostCancelled():
            return replace(incident, costs=costs_after(incident.costs, fact))
        case facts.OutageNoted() | facts.OutageTimed() | facts.OutageCancelled():
            return replace(incident, outages=outages_after(incident.outages, fact))
        case facts.LettersMade() | facts.LettersSent():
            return replace(incident, mailings=mailings_after(incident.mailings, fact))
        case facts.Acknowledged(rules=seen, at=at):
            return reduce(lambda current, rule: _acknowledge(current, rule, at), seen, incident)
        case facts.Noted() | facts.Paged() | facts.PageTried():
            return incident
        case facts.SeveritySet(severity=severity):
            return replace(incident, severity=severity)
        case facts.Closed(summary=summary):
            return replace(incident, status=Status.CLOSED, closed_summary=summary, closed_at=fact.at, asked=())
        case facts.ConfirmationAsked():
            return _ask(incident, fact)
        case facts.ConfirmationGiven(number=number):
            return replace(incident, asked=tuple(one for one in incident.asked if one.number != number))
        case facts.Resumed(at=at):
            return _resume(incident, at)
        case facts.Purged(at=at):
            return replace(incident, room=None, card=None, purged_at=at)
        case facts.Relocated(at=at):
            return relocated(incident, at)
        case (
            facts.CascadeExtended()
            | facts.CascadeAmended()
            | facts.CascadePaused()
            | facts.CascadeResumed()
            | facts.CascadeCancelled()
            | facts.ProgressPosted()
            | facts.FirmCalled()
            | facts.CallsErased()
            | facts.QuestionsGathered()
            | facts.QuestionsPosted()
            | facts.QuestionsAnswered()
        ):
            return replace(incident, cascade=cascade_after(incident.cascade or Cascade(), fact))
        case facts.BulletinSent():
            return _send(incident, fact)
        case _:
            assert_never(fact)


def _ask(incident: Incident, fact: facts.ConfirmationAsked) -> Incident:
    waits = (asked for asked in incident.asked if fact.at < lapses_at(asked))
    return replace(incident, asked=(*waits, fact), asked_so_far=fact.number)


def _resume(incident: Incident, at: datetime) -> Incident:
    status = Status.OPENING if incident.room is None else Status.OPEN
    brief_due = at + BRIEF_DELAY if incident.unbriefed else None
    resumed = replace(incident, status=status, closed_summary="", closed_at=None, reached_at=at)
    return replace(resumed, brief_due=brief_due, is_repeat_rung=False)


def _send(incident: Incident, fact: facts.BulletinSent) -> Incident:
    """Take the promise of the next bulletin as the answer it is: it rings like one."""
    sent = replace(incident, cascade=cascade_after(incident.cascade or Cascade(), fact))
    if fact.next_update is None:
        return sent
    promised = fact.next_update.isoformat()
    return _answer(sent, facts.Answered(at=fact.at, by=fact.by, question=NEXT_UPDATE, value=promised))


def _rule_out(incident: Incident, fact: facts.Answered) -> Incident:
    """Take a value for none; the answer that stands is a matter of its own."""
    gone = dict.fromkeys((*incident.ruled_out.get(fact.question, ()), fact.value))
    return replace(incident, ruled_out={**incident.ruled_out, fact.question: tuple(gone)})


def _answer(incident: Incident, fact: facts.Answered) -> Incident:
    if fact.certainty is facts.Certainty.RULED_OUT:
        return _rule_out(incident, fact)
    decided = {question: said for question, said in incident.decided_answers.items() if question != fact.question}
    if fact.confirmed_by is not None:
        decided[fact.question] = fact
    is_promise = fact.question == NEXT_UPDATE
    return replace(
        incident,
        answers={**incident.answers, fact.question: fact.value},
        prefilled=incident.prefilled - {fact.question},
        decided_answers=decided,
        certain=_certain_after(incident, fact),
        ruled_out=_ruled_out_after(incident, fact),
        update_promised_at=fact.at if is_promise else incident.update_promised_at,
        update_promised_by=fact.by if is_promise else incident.update_promised_by,
    )


def _certain_after(incident: Incident, fact: facts.Answered) -> Mapping[Question, facts.Answered]:
    if fact.certainty is not None:
        return {**incident.certain, fact.question: fact}
    if fact.question not in incident.certain:
        return incident.certain
    return {question: said for question, said in incident.certain.items() if question != fact.question}


def _ruled_out_after(incident: Incident, fact: facts.Answered) -> Mapping[Question, tuple[str, ...]]:
    """Return what is ruled out, but for what is an answer again."""
    gone = incident.ruled_out.get(fact.question, ())
    if fact.value not in gone:
        return incident.ruled_out
    return {**incident.ruled_out, fact.question: tuple(value for value in gone if value != fact.value)}


def _without_late_steps(before: Incident, after: Incident, at: datetime) -> Incident:
    """Let the time of steps that open only after it ring no more: whoever opened them reads about them at once."""
    late = {step.id for step in after.open_steps() if (aim := after.aim_of(step)) is not None and aim <= at}
    opened = late - {step.id for step in before.open_steps()}
    return replace(after, rang_steps=after.rang_steps | opened) if opened else after


def _ringing_again(incident: Incident, id: StepId) -> Incident:
    """Let a step ring once more that was just done and is to be done again."""
    step = incident.playbook.step(id)
    if step is None or incident.again_of(step) is None:
        return incident
    return replace(incident, rang_steps=incident.rang_steps - {id})


def _rings_later(incident: Incident, id: StepId, at: datetime) -> bool:
    """Say whether a reminder of a step, written down *at*, was said before it was done: it is to ring again later."""
    step = incident.playbook.step(id)
    again = None if step is None else incident.again_of(step)
    return again is not None and again - TOGETHER / incident.pace > at


def _step_after(
    incident: Incident, fact: facts.StepAssigned | facts.StepDone | facts.StepSkipped | facts.StepReopened
) -> StepState:
    before = incident.step_state(fact.step)
    match fact:
        case facts.StepAssigned(to=to):
            return replace(before, status=StepStatus.DOING, assigned=to)
        case facts.StepDone(result=result, evidence=evidence, by=by, at=at):
            return replace(before, status=StepStatus.DONE, text=result, evidence=evidence, by=by, at=at)
        case facts.StepSkipped(reason=reason, by=by, at=at):
            return replace(before, status=StepStatus.SKIPPED, text=reason, evidence=(), by=by, at=at)
        case facts.StepReopened():
            status = StepStatus.OPEN if before.assigned is None else StepStatus.DOING
            return StepState(status=status, assigned=before.assigned)
        case _:
            assert_never(fact)


def _said(incident: Incident, reminder: facts.Reminder) -> Incident:
    return replace(incident, undelivered=without(incident.undelivered, reminder))


def _clock_after(
    incident: Incident,
    fact: facts.ClockStarted | facts.ClockFiled | facts.ClockSetAside | facts.ClockClassified | facts.Snoozed,
) -> ClockState:
    before = incident.clock_states.get(fact.rule, Suspected())
    match fact:
        case facts.ClockStarted(aware=aware, by=by, source=source, at=at):
            second, length = _second_before(before, aware), incident.rules[fact.rule].length
            due = due_time(length, aware, incident.zone, incident.closed_days, second)
            started = Running(aware=aware, by=by, source=source, recorded_at=at, due=due, second=second)
            return started_as_supposed(incident, fact, started)
        case facts.ClockFiled(filed_at=filed_at, by=by, reference=reference):
            return Filed(running=_running_before(before), at=filed_at, by=by, reference=reference)
        case facts.ClockSetAside(at=at, by=by, reason=reason, confirmed_by=confirmed_by):
            running = _running_before(before)
            return SetAside(at=at, by=by, reason=reason, confirmed_by=confirmed_by, running=running)
        case facts.ClockClassified():
            return _classified(incident, fact, before) if isinstance(before, Running) else before
        case facts.Snoozed(at=at, until=until):
            return _snooze(before, incident.pace, at, until) if isinstance(before, Running) else before
        case _:
            assert_never(fact)


def _rang(incident: Incident, fact: facts.Rang) -> Incident:
    """Note a reminder of this due time. A clock may be started, corrected, or stopped, while one is being said."""
    state = ringing_clock(incident, fact.rule)
    if state is None or not fact.is_of(state):
        return incident
    rang = replace(state, rung=(*state.rung, fact.rung), rang_at=fact.at, level=fact.level)
    return with_ringing(incident, fact.rule, rang)


def _running_before(state: ClockState) -> Running | None:
    """Return what runs or, set aside, ran: an awareness time is never forgotten."""
    if isinstance(state, SetAside):
        return state.running
    return state if isinstance(state, Running) else None


def _second_before(state: ClockState, aware: datetime) -> datetime | None:
    """Return the second moment that is known, unless the new awareness time leaves it behind."""
    known = _running_before(state)
    second = known.second if known else None
    return second if second is not None and second >= aware else None


def _classified(incident: Incident, fact: facts.ClockClassified, before: Running) -> Running:
    """Give a clock its second moment. With another due time its reminders begin anew, like those of a correction."""
    length, second = incident.rules[fact.rule].length, fact.classified_at
    due = due_time(length, before.aware, incident.zone, incident.closed_days, second)
    if due == before.due:
        return replace(before, second=second)
    return Running(aware=before.aware, by=before.by, source=before.source, recorded_at=fact.at, due=due, second=second)


def _add_clock(incident: Incident, fact: facts.ClockAdded) -> Incident:
    rule = fact.rule
    people = {id: person for id, person in incident.clock_people.items() if id != rule.id}
    if fact.person is not None:
        people[rule.id] = fact.person
    due = due_time(rule.length, fact.at, incident.zone, incident.closed_days)
    running = Running(aware=fact.at, by=fact.by, source="", recorded_at=fact.at, due=due)
    known = replace(incident, rules={**incident.rules, rule.id: rule}, clock_people=people)
    return _with_clock(known, rule.id, running)


def _take_over(incident: Incident, fact: facts.HandoverTaken) -> Incident:
    """Give what passes to whoever acknowledged it."""
    given = incident.rhythm.handovers[fact.number].given
    states = ((step, incident.step_state(step)) for step in fact.steps)
    steps = {step: replace(state, status=StepStatus.DOING, assigned=fact.by) for step, state in states}
    taken = replace(incident, steps={**incident.steps, **steps}, rhythm=rhythm_after(incident.rhythm, fact))
    roles = (facts.RoleGiven(at=fact.at, by=given.by, user=fact.by, role=role) for role in fact.roles)
    return reduce(roster_after, roles, taken)


def _weighed(fact: facts.RiskWeighed | facts.RiskDecided) -> Weighed:
    confirmed_by = fact.confirmed_by if isinstance(fact, facts.RiskDecided) else None
    return Weighed(level=fact.level, reason=fact.reason, by=fact.by, at=fact.at, confirmed_by=confirmed_by)


def _decide_risk(incident: Incident, fact: facts.RiskDecided) -> Incident:
    """Keep the decision, and beside it what the data protection officer and the organisation said last."""
    decided = _weighed(fact)
    return replace(
        incident,
        risk=decided,
        dpo_opinion=decided if fact.as_dpo else incident.dpo_opinion,
        controller_decision=decided if fact.as_controller else incident.controller_decision,
    )


def _draft_after(incident: Incident, fact: facts.DraftMade | facts.DraftReviewed | facts.DraftFrozen) -> DraftState:
    match fact:
        case facts.DraftMade(version=version, digest=digest, at=at, by=by, name=name):
            return DraftState(version=version, digest=digest, made_at=at, made_by=by, name=name)
        case facts.DraftReviewed(draft=draft, by=by, role=role):
            before = incident.drafts[draft]
            return replace(before, reviewed_by=(*before.reviewed_by, (by, role)))
        case facts.DraftFrozen(draft=draft):
            return replace(incident.drafts[draft], frozen=fact)
        case _:
            assert_never(fact)


def _snooze(running: Running, pace: float, at: datetime, until: datetime) -> Running:
    """Begin a rest, or move the end of the one that lasts: what it swallowed so far rings at the new end."""
    lasts = running.snoozed_until is not None and legal_time(running, pace, at) < running.snoozed_until
    return replace(running, snoozed_at=running.snoozed_at if lasts else at, snoozed_until=until)


def _acknowledge(incident: Incident, rule: RuleId, at: datetime) -> Incident:
    state = ringing_clock(incident, rule)
    if state is None:
        return incident
    return with_ringing(incident, rule, replace(state, acknowledged_at=at, acknowledged_rungs=len(state.rung)))


def _with_clock(incident: Incident, rule: RuleId, state: ClockState) -> Incident:
    """Give a clock its new state. What could not be said of another due time is over."""
    undelivered = tuple(fact for fact in incident.undelivered if not _is_over(fact.reminder, rule, state))
    return replace(incident, clock_states={**incident.clock_states, rule: state}, undelivered=undelivered)


def _is_over(reminder: facts.Reminder, rule: RuleId, state: ClockState) -> bool:
    if not isinstance(reminder, facts.Rang) or reminder.rule != rule:
        return False
    return not (isinstance(state, Running) and reminder.is_of(state))
