"""Somebody who hears every reminder of an incident and keeps books: nothing early, nothing lost, nobody left out."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from bot.core.clocks.rules import ClockState, Rule, Running, ladder, legal_time
from bot.core.facts import Acknowledged, Fact, Rang, StepsRang, UpdateRang
from bot.core.incident import WHOLE_ROOM, Incident, Status
from bot.core.names import RuleId, StepId
from tests.core.build import DAY, HOUR, MINUTE


class Listener:
    """Told of every fact as it comes."""

    def __init__(self) -> None:
        self.rung: Counter[tuple[RuleId, datetime, str]] = Counter()
        """By clock, when it was recorded, and rung."""
        self.rung_steps: set[StepId] = set()
        self.seen: dict[tuple[RuleId, datetime], datetime] = {}
        """When overdue reminders of a clock were seen last, on its own axis."""

    def hear(self, fact: Fact, before: Incident, asleep: Incident) -> None:
        """Take in *fact*, which *before* led to; *asleep* is the incident before anything rang at that moment."""
        match fact:
            case Rang():
                self._hear(fact, before, asleep)
            case StepsRang(steps=steps):
                assert set(steps) <= {step.id for step in before.open_steps()}
                assert not self.rung_steps & set(steps), "a step rang twice"
                self.rung_steps |= set(steps)
            case UpdateRang(promised=promised, at=at):
                assert promised - 15 * MINUTE <= at + MINUTE, "a bulletin rang early"
                assert promised != before.update_rang, "a bulletin rang twice"
            case Acknowledged(rules=rules, at=at):
                for rule, started, name in self.rung:
                    is_overdue = not name.startswith(("T-", "aim"))
                    if rule in rules and is_overdue and _runs_since(before, rule, started):
                        self.seen[rule, started] = started + (at - started) * before.pace
            case _:
                pass

    def _hear(self, fact: Rang, before: Incident, asleep: Incident) -> None:
        row, state, slept = before.rules[fact.rule], as_it_rings(before, fact.rule), as_it_rings(asleep, fact.rule)
        assert before.status is Status.OPEN
        assert isinstance(state, Running)
        assert isinstance(slept, Running)
        assert state.due == fact.due
        self.rung[fact.rule, state.recorded_at, fact.rung] += 1
        is_widened = slept.unanswered and not row.may_wait
        assert fact.level == (min(WHOLE_ROOM, slept.level + 1) if is_widened else 0), "the wrong circle"
        if fact.rung in state.rung:
            _hear_again(before, state, fact)
        tolerated = MINUTE if before.pace == 1 else before.pace * timedelta(microseconds=1)
        legal_now, stands = legal_time(state, before.pace, fact.at) + tolerated, nominal(row, state, fact.rung)
        assert state.recorded_at < stands <= legal_now, "rang early"
        seen = self.seen.get((fact.rule, state.recorded_at))
        # What may wait for the morning rings before the night in which its rest would end.
        ends_at_night = seen is not None and row.may_wait and morning(before, seen + DAY) > seen + DAY
        assert seen is None or ends_at_night or stands > seen + 23 * HOUR, "rang though it was seen"
        if row.may_wait or fact.rung.startswith("aim"):
            is_urgent = state.due is not None and stands <= state.due < before.awake(stands, fact.at)
            assert is_urgent or morning(before, fact.at) <= fact.at + MINUTE, "rang at night"
        if state.snoozed_at is not None and state.snoozed_until is not None:
            start = legal_time(state, before.pace, state.snoozed_at)
            assert not start < stands <= state.snoozed_until or legal_now >= state.snoozed_until, "rang in a snooze"

    def nothing_was_lost(self, incident: Incident, now: datetime) -> None:
        """See that everything that should have rung until *now* did."""
        if incident.status is not Status.OPEN:
            return
        assert incident.brief_due is None or incident.brief_due > now
        for step in incident.open_steps():
            if incident.is_served(step):
                continue
            aim = incident.aim_of(step)
            if aim is not None and incident.pace == 1 and max(aim, morning(incident, now)) <= now:
                assert step.id in incident.rang_steps, "the time of a step was lost"
        is_night = morning(incident, now) > now
        for id, state in {**incident.clock_states, **incident.supposed}.items():
            if isinstance(state, Running) and not (is_night and incident.rules[id].may_wait):
                self._has_rung(incident, id, state, now)
            if isinstance(state, Running) and not is_night and incident.pace == 1:
                _has_said_its_soft_line(incident, incident.rules[id], state, now)

    def _has_rung(self, incident: Incident, id: RuleId, state: Running, now: datetime) -> None:
        if state.due is None:
            return
        rungs, legal_now = ladder(state.due), legal_time(state, incident.pace, now)
        passed = [name for name, at in rungs if state.recorded_at < at <= legal_now]
        swallowed: list[str] = []
        if state.snoozed_until is not None:
            swallowed = [name for name, at in rungs if state.recorded_at < at <= state.snoozed_until]
        if incident.rules[id].may_wait:
            passed, swallowed = passed[-1:], []  # several that waited for one morning ring as one
        if state.snoozed_until is None:
            assert set(passed) <= set(state.rung), "a rung was lost"
        elif state.snoozed_until <= legal_now:
            assert {*swallowed[-1:], *passed[-1:]} <= set(state.rung), "the last rung was lost"
        overdue, seen = (legal_now - state.due) // HOUR, self.seen.get((id, state.recorded_at))
        rests = seen is not None and legal_now < seen + DAY
        if overdue >= 1 and incident.pace == 1 and (now - state.recorded_at) >= HOUR and not rests:
            assert f"T+{overdue}" in state.rung, "an overdue reminder was lost"


def morning(incident: Incident, now: datetime) -> datetime:
    """Return *now*, or the end of the night it lies in."""
    return incident.awake(now, now)


def nominal(row: Rule, state: Running, rung: str) -> datetime:
    """Return when a rung stands on the clock's own axis."""
    if rung.startswith("aim"):
        assert row.aim is not None
        return state.aware + row.aim + int(rung.removeprefix("aim").removeprefix("+") or 0) * HOUR
    assert state.due is not None
    return dict(ladder(state.due)).get(rung) or state.due + int(rung.removeprefix("T+")) * HOUR


def _hear_again(before: Incident, state: Running, fact: Rang) -> None:
    """A reminder that is said once more: the last one, before the due time, for more people."""
    assert fact.rung == state.rung[-1]
    assert state.due is not None
    assert state.rang_at is not None
    assert state.rang_at + 19 * MINUTE <= fact.at < state.due
    assert before.pace == 1
    assert fact.level > state.level
    assert state.snoozed_until is None or not state.rang_at < fact.at < state.snoozed_until


def _has_said_its_soft_line(incident: Incident, row: Rule, state: Running, now: datetime) -> None:
    aim = None if row.aim is None else state.aware + row.aim
    if aim is None or not state.recorded_at < aim <= now or (state.due is not None and aim >= state.due):
        return
    rests = state.snoozed_until is not None and aim <= state.snoozed_until > now
    is_said = state.rang_at is not None and state.rang_at > aim - 31 * MINUTE
    assert is_said or rests, "a soft line was lost"
    last_day = aim + (now - aim) // DAY * DAY
    if state.due is None and incident.awake(last_day, now) <= now:
        assert nominal(row, state, state.rung[-1]) >= last_day, "a daily reminder was lost"


def _runs_since(incident: Incident, rule: RuleId, started: datetime) -> bool:
    state = as_it_rings(incident, rule)
    return isinstance(state, Running) and state.recorded_at == started


def as_it_rings(incident: Incident, rule: RuleId) -> ClockState | None:
    """Return the state of a clock that was started, or as it is supposed to run."""
    return incident.clock_states.get(rule, incident.supposed.get(rule))
