"""What the answer to a command is about that changed something, and what a reminder is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from bot.core import facts
from bot.core.incident import Incident
from bot.core.names import Question, RuleId
from bot.core.replies.subjects import (
    About,
    Clocks,
    Handed,
    PointAsked,
    Questions,
    Relay,
    Reminders,
    RestOf,
    Risks,
    Settled,
    Steps,
    Subject,
    Waiting,
)
from bot.core.replies.turn import following
from bot.core.risk import RiskFactor

MOST_CHANGED = 4
"""How many steps, or clocks, that came or left are shown."""


def about_fact(fact: facts.Fact, before: Incident, after: Incident) -> About:  # noqa: C901, PLR0911, PLR0912 - a table
    """Return what the answer is about to the command that caused *fact*."""
    match fact:
        case facts.StepDone(step=step, by=by) | facts.StepSkipped(step=step, by=by):
            then = following(after, by, step)
            return (Settled(step=step, following=then.id if then else None),)
        case facts.StepAssigned(step=step) | facts.StepReopened(step=step):
            return (Steps(steps=(step,)),)
        case facts.Answered():
            return about_answers((fact.question,), before, after)
        case facts.ClockFiled(rule=rule):
            then_due = tuple(
                one.id for one in after.rules.values() if one.after == rule and one.id in after.clock_states
            )
            steps = tuple(step.id for step in after.open_steps() if step.clock == rule)
            return _some(Clocks(rules=then_due or (rule,)), Steps(steps=steps))
        case facts.ClockStarted(rule=rule) | facts.ClockSetAside(rule=rule) | facts.ClockClassified(rule=rule):
            return (Clocks(rules=(rule,)),)
        case facts.Snoozed(rule=rule):
            return (Clocks(rules=(rule,)),)
        case facts.ClockAdded(rule=added) | facts.RuleFollowed(rule=added):
            return (Clocks(rules=(added.id,)),)
        case facts.Acknowledged(rules=rules):
            return _some(Clocks(rules=rules))
        case facts.RiskWeighed(factor=factor):
            return (Risks(factors=open_factors(after) or (factor,)),)
        case facts.ConfirmationAsked(number=number):
            return (Waiting(number=number),)
        case facts.EvidenceTaken(number=number, source=""):
            return (RestOf(word="evidence", begun=f"{number} from"),)
        case facts.EvidenceHanded(number=number):
            return (Handed(number=number),)
        case facts.HandoverGiven(number=number):
            return (Relay(number=number),)
        case facts.DecisionTaken(number=number, reason=""):
            return (RestOf(word="decide", begun=f"{number} because"),)
        case facts.FindingNoted(number=number, owner=None, day=None):
            return (RestOf(word="finding", begun=str(number)),)
        case _:
            return ()


def about_reminders(reminders: Iterable[facts.Reminder], incident: Incident) -> About:
    """Return what reminders are about that ring together; nothing where there is nothing to answer."""
    said = tuple(reminders)
    rules = {fact.rule for fact in said if isinstance(fact, facts.Rang)}
    steps = {step for fact in said if isinstance(fact, facts.StepsRang) for step in fact.steps}
    about = Reminders(
        rules=tuple(clock.rule.id for clock in incident.clocks() if clock.rule.id in rules),
        steps=tuple(step.id for step in incident.playbook.steps() if step.id in steps),
    )
    if rules or steps:
        return (about,)
    points = [fact.due for fact in said if isinstance(fact, facts.PointRang)]
    if len(points) == len(said) == 1:
        return (PointAsked(due=points[0]),)
    # Whatever is replied to a decision that is to be looked at again is what came of it.
    reviews = [fact.number for fact in said if isinstance(fact, facts.ReviewRang)]
    if len(reviews) == 1 == len(said):
        return (RestOf(word="decide", begun=f"{reviews[0]} reviewed"),)
    findings = [fact.number for fact in said if isinstance(fact, facts.FindingRang)]
    return (RestOf(word="finding", begun=f"{findings[0]} done"),) if len(findings) == 1 == len(said) else ()


def open_factors(incident: Incident) -> tuple[RiskFactor, ...]:
    """Return the questions on the risk that nobody answered."""
    return tuple(factor for factor in RiskFactor if factor not in incident.weighed)


def about_answers(answered: tuple[Question, ...], before: Incident, after: Incident) -> About:
    """Return what answers ask next; nothing new to answer, then they may be corrected."""
    known = {asked.name for asked in before.open_questions()}
    asked = tuple(one.name for one in after.open_questions() if one.name not in known)
    needed, seen = {step.id for step in before.needed_steps()}, _ids(before)
    steps = tuple(step.id for step in after.needed_steps() if step.id not in needed)
    rules = tuple(rule for rule in _ids(after) if rule not in seen)
    return _some(
        Questions(questions=asked or answered),
        Steps(steps=steps[:MOST_CHANGED]),
        Clocks(rules=rules[:MOST_CHANGED]),
    )


def _ids(incident: Incident) -> tuple[RuleId, ...]:
    return tuple(clock.rule.id for clock in incident.clocks())


def _some(*subjects: Questions | Steps | Clocks) -> About:
    """Return those of *subjects* that name something."""
    found: list[Subject] = []
    for subject in subjects:
        match subject:
            case Questions(questions=ids) | Steps(steps=ids) | Clocks(rules=ids):
                found += [subject] if ids else []
            case _:
                assert_never(subject)
    return tuple(found)
