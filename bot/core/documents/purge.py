"""What remains of an incident that is purged: what the register of breaches says of it, and nothing else.

A breach must stay documented (GDPR art. 33(5)); the rest must not be kept longer than it is needed (art. 5(1)(e)).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from bot.core import facts
from bot.core.alerts.waiting import LASTS
from bot.core.clocks.rules import Clock
from bot.core.decide.cascade import LIST_LASTS
from bot.core.desk import FILE_LASTS, OFFER_LASTS
from bot.core.documents.register import KEPT_DETAILS, NOTIFICATION, RegisterEntry, entries
from bot.core.incident import Incident, Status
from bot.core.names import Question, RoomId, RuleId, StepId
from bot.core.organisations.children import child_id
from bot.core.ringing.alarms import FindingDue, alarms

AFTER_REPEAT = timedelta(days=30)
"""How long a checklist stays after its room was reminded to run it again."""
AFTER_HOLD = timedelta(days=7)
"""How long an incident stays after a legal hold was lifted, whatever its age: time to lay another."""

Record = facts.Recorded[facts.Fact | facts.DeskFact]
_OfClock = facts.ClockStarted | facts.ClockClassified | facts.ClockFiled | facts.ClockSetAside
_OfHold = facts.Held | facts.HoldLifted
_Key = tuple[str, ...]


def due(incident: Incident, after: timedelta) -> datetime | None:
    """Return when *incident* is to be purged that long *after* its closing.

    None while it is open, or under legal hold, and once it was.
    """
    if incident.status is not Status.CLOSED or incident.closed_at is None or incident.purged_at is not None:
        return None
    if incident.held is not None:
        return None
    repeat = None if incident.drill else incident.playbook.repeat
    kept_long = incident.closed_at + (after if repeat is None else max(after, repeat + AFTER_REPEAT))
    until = held_until(incident)
    return kept_long if until is None else max(kept_long, until)


def held_until(incident: Incident) -> datetime | None:
    """Return until when *incident* stays after its legal hold was lifted, whoever purges it; None where none was."""
    lifted = incident.hold_lifted_at
    return None if lifted is None else lifted + AFTER_HOLD


def remains(incident: Incident, records: Sequence[Record], purged: facts.Purged) -> tuple[Record, ...]:
    """Return the facts of a closed incident that stay, each with who gave it and from where; the purge is the last.

    *records* are all its facts.
    """
    kept = _kept(incident, records, purged.at)
    stay = (replace(record, fact=fact) for record in records if (fact := kept.of(record)) is not None)
    return (*stay, _added(records, purged))


def without_calls(records: Sequence[Record], purged: Incident, now: datetime) -> tuple[Record, ...]:
    """Return the facts of the parent of *purged* without what was noted of calls to it, and at the end that they went.

    *records* are all its facts; nothing is returned where none of them is about such a call.
    """
    if _is_held(records):
        return ()  # its own record is kept whole
    stay = tuple(record for record in records if not _is_call_to(record.fact, purged))
    calls = len(records) - len(stay)
    if not calls:
        return ()
    erased = facts.CallsErased(at=now, calls=calls, entries=len(records), head=records[-1].digest)
    return (*stay, _added(records, erased))


def _is_held(records: Sequence[Record]) -> bool:
    laid = [isinstance(record.fact, facts.Held) for record in records if isinstance(record.fact, _OfHold)]
    return bool(laid) and laid[-1]


def _added(records: Sequence[Record], fact: facts.Purged | facts.CallsErased) -> Record:
    return replace(records[-1], number=records[-1].number + 1, fact=fact, device=None)


def _is_call_to(fact: facts.Fact | facts.DeskFact, child: Incident) -> bool:
    if not isinstance(fact, facts.FirmCalled) or child.parent is None:
        return False
    return child_id(child.parent, fact.key) == child.id


def desk_remains(records: Sequence[Record], now: datetime, room: RoomId | None = None) -> tuple[Record, ...]:
    """Return the desk's facts that stay after the incident of *room* was purged.

    An offer that lapsed keeps the title of an incident for nothing, and a list the key to all that it says.
    """
    return tuple(record for record in records if not (_is_over(record.fact, now) or _was_sent_in(record.fact, room)))


def _was_sent_in(fact: facts.Fact | facts.DeskFact, room: RoomId | None) -> bool:
    return isinstance(fact, facts.FileOffered) and fact.room == room


def _is_over(fact: facts.Fact | facts.DeskFact, now: datetime) -> bool:
    match fact:
        case facts.ChoiceOffered(at=at):
            return now - at >= OFFER_LASTS
        case facts.AlertReceived(at=at):
            return now - at >= LASTS
        case facts.FileOffered(at=at, event=str()):
            return now - at >= FILE_LASTS
        case facts.FileOffered(at=at) | facts.HouseConfirmationAsked(at=at) | facts.HouseConfirmationGiven(at=at):
            return now - at >= LIST_LASTS
        case _:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the register shows of one incident; an incident that is not in it is known by its codename only."""

    entry: RegisterEntry | None
    answers: frozenset[Question]
    rules: frozenset[RuleId]
    steps: frozenset[StepId]
    doors: frozenset[int]
    """Those whose end their process has not confirmed: an account may still be there."""
    days: Mapping[int, date]
    """By which day each finding is to be followed up that still is to ring: that it did not is all that stays of it."""
    latest: Mapping[_Key, int]
    """The last fact of each kind about each thing: the only one that still shows."""

    def of(self, record: Record) -> facts.Fact | None:  # noqa: C901, PLR0911, PLR0912 - a table
        """Return what stays of a fact: all of it, as much as the register shows, or nothing."""
        fact = record.fact
        match fact:
            case facts.Opened():
                return self._opened(fact)
            case facts.CheckpointPosted():
                return fact
            case facts.Closed():
                return self._last(record, fact if self.entry else replace(fact, summary=""))
            case facts.FindingNoted():
                return self._finding(fact)
            case facts.PersonInvited() | facts.RoleGiven() | facts.PersonRemoved():
                return fact if self.entry else None
            case facts.DoorOpened(number=number):
                return replace(fact, name="") if number in self.doors else None
            case facts.GuestCame(number=number) | facts.DoorAstray(number=number) | facts.DoorEnded(number=number):
                return fact if number in self.doors else None
            case facts.HandoverGiven() | facts.HandoverTaken() if fact.roles and self.entry:
                return replace(fact, text="") if isinstance(fact, facts.HandoverGiven) else fact
            case facts.StepDone(step=step):
                return self._last(record, fact) if step in self.steps else None
            case facts.Answered(certainty=facts.Certainty.RULED_OUT):
                return None
            case facts.Answered(question=question):
                return self._last(record, fact) if question in self.answers else None
            case facts.RiskWeighed() | facts.RiskDecided() | facts.SeverityScored():
                return self._last(record, fact) if self.entry else None
            case facts.ClockStarted() | facts.ClockClassified() | facts.ClockFiled() | facts.ClockSetAside():
                return self._of_clock(record, fact) if fact.rule in self.rules else None
            case _:
                return None

    def _opened(self, fact: facts.Opened) -> facts.Opened:
        if self.entry is None:
            return replace(fact, title="", members=(), prefilled={}, organisation="", key="", columns={}, caller=None)
        prefilled = {name: said for name, said in fact.prefilled.items() if name in self.answers}
        return replace(fact, prefilled=prefilled, columns={}, caller=None)

    def _finding(self, fact: facts.FindingNoted) -> facts.FindingNoted | None:
        """Return the number of a finding, and its day as said last; not what it says, nor who was to do it."""
        day = self.days.get(fact.number)
        return None if day is None else replace(fact, text="", owner=None, day=day)

    def _of_clock(self, record: Record, fact: _OfClock) -> facts.Fact:
        """Return the fact without the words that later ones made old: the times make the clock, and stay."""
        is_last = self._last(record, fact) is not None
        match fact:
            case facts.ClockStarted():
                return fact if is_last and fact.rule == NOTIFICATION else replace(fact, source="")
            case facts.ClockFiled():
                return fact if is_last else replace(fact, reference="")
            case facts.ClockSetAside():
                return fact if is_last else replace(fact, reason="")
            case facts.ClockClassified():
                return fact
            case _:
                assert_never(fact)

    def _last(self, record: Record, fact: facts.Fact) -> facts.Fact | None:
        return fact if any(self.latest[key] == record.number for key in _keys(record.fact)) else None


def _kept(incident: Incident, records: Sequence[Record], now: datetime) -> _Kept:
    entry = next(iter(entries((incident,), now)), None)
    return _Kept(
        entry=entry,
        answers=_answers(incident) if entry else frozenset(),
        rules=frozenset(clock.rule.id for clock in _clocks(entry)) if entry else frozenset(),
        steps=frozenset(step.id for step in entry.measures) if entry else frozenset(),
        doors=frozenset(number for number, door in incident.doors.items() if not door.is_settled),
        days=_days_to_ring(incident, now),
        latest={key: record.number for record in records for key in _keys(record.fact)},
    )


def _days_to_ring(incident: Incident, now: datetime) -> Mapping[int, date]:
    gone = replace(incident, room=None)
    return {alarm.number: alarm.day for alarm in alarms(gone, now) if isinstance(alarm, FindingDue)}


def _answers(incident: Incident) -> frozenset[Question]:
    """Return the details of the register and the questions of the playbook, whose answers are words of its choice."""
    return frozenset((*KEPT_DETAILS, *(asked.name for asked in incident.playbook.questions)))


def _clocks(entry: RegisterEntry) -> Iterable[Clock]:
    return (*((entry.notification,) if entry.notification else ()), *entry.duties, *entry.filings)


def _keys(fact: facts.Fact | facts.DeskFact) -> tuple[_Key, ...]:  # noqa: PLR0911 - a table
    """Name what *fact* is about; a later fact with the same name takes its place."""
    match fact:
        case facts.StepDone(step=step):
            return (("done", step),)
        case facts.Answered(question=question) if fact.certainty is not facts.Certainty.RULED_OUT:
            return (("answered", question),)
        case facts.RiskWeighed(factor=factor):
            return (("weighed", factor),)
        case facts.RiskDecided(as_dpo=as_dpo, as_controller=as_controller):
            kinds = {"opinion": as_dpo, "decision": as_controller, "risk": True}
            return tuple((kind, "") for kind, is_one in kinds.items() if is_one)
        case facts.ClockStarted(rule=rule):
            return (("started", rule), ("settled", rule))
        case facts.ClockFiled(rule=rule) | facts.ClockSetAside(rule=rule):
            return (("settled", rule),)
        case _:
            return ((type(fact).__name__,),)
