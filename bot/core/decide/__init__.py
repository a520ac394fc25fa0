"""Every rule: what an incident makes of a command or a happening. One file a noun; this one is the table."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core import commands, facts, happenings
from bot.core.costs import deciding as costs
from bot.core.decide import answers, cascade, clocks, confirming, letters, lifecycle, ringing, risk, roster, steps
from bot.core.decide.lifecycle import OfRecord, of_record
from bot.core.decide.roster import People
from bot.core.errors import IncidentClosed, NotClosed
from bot.core.incident import Incident, Status
from bot.core.judging import deciding
from bot.core.lessons.deciding import OfFindings, of_findings
from bot.core.names import UserId
from bot.core.organisations.bulletins import received

_OfWork = (
    commands.FinishStep
    | commands.SkipStep
    | commands.ReopenStep
    | commands.AssignStep
    | commands.Answer
    | commands.SetAware
    | commands.File
    | commands.Waive
    | commands.Classify
    | commands.AddClock
    | commands.WeighRisk
    | commands.DecideRisk
    | commands.ScoreSeverity
    | commands.TakeDecision
    | commands.AmendDecision
    | commands.ReviewDecision
    | commands.NoteCost
    | commands.CorrectCost
    | commands.CancelCost
    | commands.NoteOutage
    | commands.EndOutage
    | commands.RetimeOutage
    | commands.CancelOutage
    | commands.Acknowledge
    | commands.Snooze
    | commands.Note
    | commands.GiveRole
    | commands.Invite
    | commands.Remove
    | commands.SetSeverity
    | commands.Close
    | commands.GiveConfirmation
    | commands.Resume
    | commands.MarkSent
)
Act = _OfWork | OfRecord | OfFindings
"""Commands that change an incident. The others only show it."""


def decide(incident: Incident, act: Act, by: UserId, now: datetime, people: People) -> tuple[facts.Fact, ...]:
    """Return what *act* makes happen. The right to it was checked before, at the same moment.

    Raises:
        RuleError: the act is refused; nothing happens.
    """
    match act:
        case commands.WitnessCheckpoint() | commands.Hold() | commands.LiftHold():
            return (of_record(incident, act, by, now),)
        case commands.NoteFinding() | commands.GiveFinding() | commands.FinishFinding() | commands.DropFinding():
            return (of_findings(incident, act, by, now),)
        case _ if incident.status is not Status.CLOSED:
            return _decide_open(incident, act, by, now, people)
        case commands.Resume():
            return (facts.Resumed(at=now, by=by),)
        case commands.GiveConfirmation() if incident.asked:
            return confirming.confirm(incident, act, by, now)
        case _:
            raise IncidentClosed


def _decide_open(  # noqa: C901, PLR0911, PLR0912 - a table: one line for each act
    incident: Incident, act: _OfWork, by: UserId, now: datetime, people: People
) -> tuple[facts.Fact, ...]:
    match act:
        case commands.FinishStep():
            return (steps.finish(incident, act, by, now),)
        case commands.SkipStep():
            return (steps.skip(incident, act, by, now),)
        case commands.ReopenStep():
            return (steps.reopen(incident, act, by, now),)
        case commands.AssignStep():
            return (steps.assign(incident, act, by, now),)
        case commands.Answer():
            return answers.answer(incident, act, by, now)
        case commands.SetAware():
            return clocks.start(incident, act, by, now)
        case commands.File():
            return clocks.file(incident, act, by, now)
        case commands.Waive():
            return (clocks.set_aside(incident, act, by, now),)
        case commands.Classify():
            return (clocks.classify(incident, act, by, now),)
        case commands.AddClock():
            return (clocks.add(incident, act, by, now),)
        case commands.WeighRisk():
            return (risk.weigh(act, by, now),)
        case commands.DecideRisk():
            return risk.decide_risk(incident, act, by, now)
        case commands.ScoreSeverity():
            return (risk.score(act, by, now),)
        case commands.TakeDecision():
            return (deciding.take(incident, act, by, now),)
        case commands.AmendDecision():
            return (deciding.amend(incident, act, by, now),)
        case commands.ReviewDecision():
            return (deciding.review(incident, act, by, now),)
        case commands.NoteCost():
            return (costs.note(incident, act, by, now),)
        case commands.CorrectCost():
            return (costs.correct(incident, act, by, now),)
        case commands.CancelCost():
            return (costs.cancel(incident, act, by, now),)
        case commands.NoteOutage():
            return (costs.note_outage(incident, act, by, now),)
        case commands.EndOutage():
            return (costs.end_outage(incident, act, by, now),)
        case commands.RetimeOutage():
            return (costs.retime(incident, act, by, now),)
        case commands.CancelOutage():
            return (costs.cancel_outage(incident, act, by, now),)
        case commands.Acknowledge():
            return clocks.acknowledge(incident, act, by, now)
        case commands.Snooze():
            return (clocks.snooze(incident, act, by, now),)
        case commands.Note(text=text):
            return (facts.Noted(at=now, by=by, text=text),)
        case commands.GiveRole():
            return (roster.give_role(incident, act, by, now),)
        case commands.Invite():
            return (roster.invite(incident, act, by, now, people),)
        case commands.Remove():
            return (roster.remove(incident, act, by, now),)
        case commands.SetSeverity(severity=severity):
            return (facts.SeveritySet(at=now, by=by, severity=severity),)
        case commands.Close():
            return (lifecycle.close(incident, act, by, now),)
        case commands.GiveConfirmation():
            return confirming.confirm(incident, act, by, now)
        case commands.MarkSent():
            return (letters.sent(incident, act, by, now),)
        case commands.Resume():
            raise NotClosed
        case _:
            assert_never(act)


def happen(  # noqa: C901, PLR0911 - a table
    incident: Incident, happening: happenings.Happening, now: datetime
) -> tuple[facts.Fact, ...]:
    """Return what something that no person typed makes happen; nothing when it is known already."""
    match happening:
        case happenings.RoomMade(room=room, uninvited=uninvited):
            return () if incident.room else (facts.RoomReady(at=now, room=room, uninvited=uninvited),)
        case happenings.CardSent(event=event):
            return () if incident.card else (facts.CardPosted(at=now, event=event),)
        case happenings.CardMoved(event=event):
            return (facts.CardPosted(at=now, event=event, instead_of=incident.card),)
        case happenings.PersonCame(user=user) if user in incident.roster:
            return () if user in incident.joined else (facts.Joined(at=now, user=user),)
        case happenings.PersonCame(user=user) | happenings.PersonCalled(user=user):
            known = user in incident.roster or user in incident.strangers
            return () if known else (facts.StrangerCame(at=now, user=user),)
        case happenings.PersonWent(user=user):
            return (facts.Left(at=now, user=user),) if user in incident.joined | incident.strangers else ()
        case happenings.TimeCame():
            return ringing.brief(incident, now)
        case happenings.BulletinCame(bulletin=sent):
            known = any(bulletin.number == sent.number for bulletin in incident.bulletins)
            return () if known else _received(incident, happening, now)
        case happenings.AnswerCame(answer=answer, numbers=numbers, text=text):
            known = any(got.answer == answer for got in incident.answered)
            return () if known else (facts.AnswerReceived(at=now, answer=answer, numbers=numbers, text=text),)
        case happenings.AmendmentCame(amendment=amendment):
            return () if amendment.number <= incident.amended else cascade.amended(incident, amendment, now)
        case happenings.RepairCame(number=number, facts=found, ends=ends):
            return () if number <= incident.repaired and not ends else found
        case _:
            assert_never(happening)


def _received(incident: Incident, came: happenings.BulletinCame, now: datetime) -> tuple[facts.Fact, ...]:
    """Return what a bulletin makes happen; a farewell ends the incident."""
    sent = came.bulletin
    got = received(sent, incident, now, came.news, ends=came.ends, replaces=came.replaces)
    return (got, facts.Closed(at=now, by=sent.by, summary="")) if came.ends else (got,)
