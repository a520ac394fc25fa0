"""Every rule: what an incident makes of a command or a happening. One file a noun; this one is the table."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core.commands import (
    Acknowledge,
    AddClock,
    Answer,
    AssignStep,
    Classify,
    Close,
    DecideRisk,
    File,
    FinishStep,
    GiveConfirmation,
    GiveRole,
    Invite,
    Note,
    Remove,
    ReopenStep,
    Resume,
    SetAware,
    SetSeverity,
    SkipStep,
    Snooze,
    Waive,
    WeighRisk,
)
from bot.core.decide import answers, clocks, confirming, lifecycle, ringing, risk, roster, steps
from bot.core.decide.roster import People
from bot.core.errors import IncidentClosed, NotClosed
from bot.core.facts import (
    CardPosted,
    Fact,
    Joined,
    Left,
    Noted,
    Resumed,
    RoomReady,
    SeveritySet,
    StrangerCame,
)
from bot.core.happenings import (
    BulletinCame,
    CardSent,
    Happening,
    PersonCalled,
    PersonCame,
    PersonWent,
    RoomMade,
    TimeCame,
)
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.organisations.bulletins import received

Act = (
    FinishStep
    | SkipStep
    | ReopenStep
    | AssignStep
    | Answer
    | SetAware
    | File
    | Waive
    | Classify
    | AddClock
    | WeighRisk
    | DecideRisk
    | Acknowledge
    | Snooze
    | Note
    | GiveRole
    | Invite
    | Remove
    | SetSeverity
    | Close
    | GiveConfirmation
    | Resume
)
"""Commands that change an incident. The others only show it."""


def decide(incident: Incident, act: Act, by: UserId, now: datetime, people: People) -> tuple[Fact, ...]:
    """Return what *act* makes happen. The right to it was checked before, at the same moment.

    Raises:
        RuleError: the act is refused; nothing happens.
    """
    if incident.status is not Status.CLOSED:
        return _decide_open(incident, act, by, now, people)
    if not isinstance(act, Resume):
        raise IncidentClosed
    return (Resumed(at=now, by=by),)


def _decide_open(  # noqa: C901, PLR0911, PLR0912 - a table: one line for each act
    incident: Incident, act: Act, by: UserId, now: datetime, people: People
) -> tuple[Fact, ...]:
    match act:
        case FinishStep():
            return (steps.finish(incident, act, by, now),)
        case SkipStep():
            return (steps.skip(incident, act, by, now),)
        case ReopenStep():
            return (steps.reopen(incident, act, by, now),)
        case AssignStep():
            return (steps.assign(incident, act, by, now),)
        case Answer():
            return (answers.answer(incident, act, by, now),)
        case SetAware():
            return clocks.start(incident, act, by, now)
        case File():
            return clocks.file(incident, act, by, now)
        case Waive():
            return (clocks.set_aside(incident, act, by, now),)
        case Classify():
            return (clocks.classify(incident, act, by, now),)
        case AddClock():
            return (clocks.add(incident, act, by, now),)
        case WeighRisk():
            return (risk.weigh(act, by, now),)
        case DecideRisk():
            return risk.decide_risk(incident, act, by, now)
        case Acknowledge():
            return clocks.acknowledge(incident, by, now)
        case Snooze():
            return (clocks.snooze(incident, act, by, now),)
        case Note(text=text):
            return (Noted(at=now, by=by, text=text),)
        case GiveRole():
            return (roster.give_role(incident, act, by, now),)
        case Invite():
            return (roster.invite(incident, act, by, now, people),)
        case Remove():
            return (roster.remove(incident, act, by, now),)
        case SetSeverity(severity=severity):
            return (SeveritySet(at=now, by=by, severity=severity),)
        case Close():
            return (lifecycle.close(incident, act, by, now),)
        case GiveConfirmation():
            return confirming.confirm(incident, act, by, now)
        case Resume():
            raise NotClosed
        case _:
            assert_never(act)


def happen(  # noqa: PLR0911 - a table
    incident: Incident, happening: Happening, now: datetime
) -> tuple[Fact, ...]:
    """Return what something that no person typed makes happen; nothing when it is known already."""
    match happening:
        case RoomMade(room=room):
            return () if incident.room else (RoomReady(at=now, room=room),)
        case CardSent(event=event):
            return () if incident.card else (CardPosted(at=now, event=event),)
        case PersonCame(user=user) if user in incident.roster:
            return () if user in incident.joined else (Joined(at=now, user=user),)
        case PersonCame(user=user) | PersonCalled(user=user):
            known = user in incident.roster or user in incident.strangers
            return () if known else (StrangerCame(at=now, user=user),)
        case PersonWent(user=user):
            return (Left(at=now, user=user),) if user in incident.joined | incident.strangers else ()
        case TimeCame():
            return ringing.brief(incident, now)
        case BulletinCame(bulletin=sent):
            known = any(bulletin.number == sent.number for bulletin in incident.bulletins)
            return () if known else (received(sent, incident, now),)
        case _:
            assert_never(happening)
