"""Clocks of the law that nobody started ring as if they counted from the first information."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from bot.core.clocks.rules import Running
from bot.core.commands import Acknowledge, Answer, Close, File, Resume, SetAware
from bot.core.decide.ringing import called
from bot.core.facts import Answered, NotDelivered, Rang, StepsRang
from bot.core.incident import Incident
from bot.core.names import Question, StepId
from bot.core.people.quiet import QuietHours
from bot.core.playbook import Watched
from bot.core.ringing.alarms import Ring, StepsDue, alarms
from bot.core.ringing.rungs import unanswered
from tests.core.build import (
    ALICE,
    BOB,
    CHAINED,
    DAVE,
    DAY,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    PLAYBOOK,
    RULES,
    SOFT,
    act,
    came,
    grow,
    incident,
    running,
    waived,
)

LAW = {"rules": RULES[:1]}
"""Only GDPR-33-1, 72 hours: nobody started it."""
PERSONAL = Question("personal-data")
NIGHT = QuietHours(start=time(21), end=time(7))


def rings(room: Incident, now: datetime = NOW) -> list[tuple[str, float]]:
    return [(ring.rung, (ring.at - NOW) / HOUR) for ring in alarms(room, now) if isinstance(ring, Ring)]


def wake(room: Incident, now: datetime) -> tuple[Incident, list[Rang]]:
    facts = came(room, now)
    return grow(room, *facts), [fact for fact in facts if isinstance(fact, Rang)]


def discovered(room: Incident, at: datetime, now: datetime) -> Incident:
    return grow(room, Answered(at=now, by=BOB, question=Question("discovered-at"), value=at.isoformat()))


def test_it_rings_on_the_ladder_from_the_opening_at_night_too() -> None:
    room = incident(**LAW, quiet=NIGHT)
    # Friday 18:00 in Paris and 72 hours: T-12 is on Monday morning, seven hours after midnight by summer time.
    ladder = [("T-48", 24), ("T-24", 48), ("T-12", 60), ("T-6", 66), ("T-3", 69), ("T-1", 71), ("T", 72), ("T+1", 73)]
    assert rings(room) == ladder
    assert rings(incident(**LAW, quiet=QuietHours(start=time(0), end=time(23, 59)))) == ladder


def test_a_target_of_practice_rings_only_once_it_runs() -> None:
    assert SOFT not in incident().supposed
    assert rings(incident(rules=(RULES[4],))) == []


def test_unanswered_it_calls_the_owner_then_the_deputies_then_the_coordinators() -> None:
    room, calls = incident(**LAW), []
    for hours in (24, 48, 60):
        room, (fact,) = wake(room, NOW + hours * HOUR)
        calls.append(called(room, fact))
    assert calls == [(BOB,), (BOB, ALICE, DAVE), (BOB, ALICE, DAVE)]
    assert [clock.rule.id for clock in unanswered(room)] == [HOURS_72]


def test_past_its_end_it_rings_hourly_and_rests_for_a_day_when_it_was_seen() -> None:
    room, _ = wake(incident(**LAW), NOW + 72 * HOUR)
    assert rings(room, NOW + 72 * HOUR) == [("T+1", 73)]
    seen = act(room, Acknowledge(), BOB, NOW + 72 * HOUR)
    assert unanswered(seen) == ()
    assert rings(seen, NOW + 72 * HOUR) == [("T+24", 96)]


def test_the_hour_of_the_discovery_counts_where_it_is_earlier_and_what_lies_behind_does_not_ring() -> None:
    earlier = discovered(incident(**LAW), NOW - 50 * HOUR, NOW + HOUR)
    assert rings(earlier, NOW + HOUR)[0] == ("T-12", 10)
    assert earlier.supposed[HOURS_72].due == NOW + 22 * HOUR
    later = discovered(incident(**LAW), NOW + HOUR, NOW + 2 * HOUR)
    assert later == replace(later, supposed=incident(**LAW).supposed)


def test_a_duty_without_a_figure_rings_daily_from_its_soft_line() -> None:
    room = incident(rules=(replace(RULES[1], aim=24 * HOUR),))
    room, _ = wake(room, NOW + DAY)
    assert rings(room, NOW + DAY) == [("aim+24", 48)]
    assert room.supposed[NO_FIGURE].due is None


def test_starting_it_counts_from_the_true_hour() -> None:
    room = act(incident(**LAW), SetAware(rule=HOURS_72, when=NOW - 30 * HOUR, source="call"), BOB, NOW + HOUR)
    assert room.supposed == {}
    assert running(room).due == NOW + 42 * HOUR
    assert rings(room, NOW + HOUR)[0] == ("T-24", 18)


def test_what_rang_is_not_said_again_when_the_same_hour_is_confirmed() -> None:
    room, (fact,) = wake(incident(**LAW), NOW + 24 * HOUR)
    assert fact.rung == "T-48"
    same = act(room, SetAware(rule=HOURS_72, when=NOW, source=""), BOB, NOW + 24 * HOUR)
    assert (running(same).rung, running(same).unanswered) == (("T-48",), False)
    assert rings(same, NOW + 24 * HOUR)[0] == ("T-24", 48)
    other = act(room, SetAware(rule=HOURS_72, when=NOW - HOUR, source=""), BOB, NOW + 24 * HOUR)
    assert running(other).rung == ()


def test_it_ends_when_the_clock_is_filed_set_aside_or_ruled_out() -> None:
    room = incident(**LAW)
    assert rings(act(room, File(rule=HOURS_72, reference="1"), BOB)) == []
    assert rings(waived(room)) == []
    no = grow(room, Answered(at=NOW, by=BOB, question=PERSONAL, value="no"))
    assert rings(no) == []
    late = act(no, Answer(question=PERSONAL, value="yes"), BOB, NOW + 30 * HOUR)
    assert rings(late, NOW + 30 * HOUR)[0] == ("T-24", 48), "what lies behind the answer does not ring"


def test_a_reminder_that_was_said_after_the_clock_left_changes_nothing() -> None:
    no = grow(incident(**LAW), Answered(at=NOW, by=BOB, question=PERSONAL, value="no"))
    late = Rang(at=NOW, rule=HOURS_72, rung="T-48", due=NOW + 72 * HOUR, late_by=0 * HOUR)
    assert grow(no, late) == no


def test_a_reminder_of_it_that_was_said_once_the_clock_ran_is_no_reminder_of_that_without_a_due_time_either() -> None:
    room = incident(rules=(replace(RULES[1], aim=24 * HOUR),))
    (late,) = (fact for fact in came(room, NOW + DAY) if isinstance(fact, Rang))
    started = act(room, SetAware(rule=NO_FIGURE, when=NOW + 20 * HOUR, source="call"), BOB, NOW + DAY)
    assert grow(started, late) == started
    assert rings(started, NOW + DAY) == [("aim", 44)]
    same = act(room, SetAware(rule=NO_FIGURE, when=NOW, source="call"), BOB, NOW + DAY)
    assert rings(grow(same, late), NOW + DAY) == [("aim+24", 48)]
    before_there_was_an_awareness = replace(late, aware=None)
    assert running(grow(same, before_there_was_an_awareness), NO_FIGURE).rung == ("aim",)


def test_what_could_not_be_said_of_a_clock_without_a_due_time_is_over_when_it_counts_from_another_hour() -> None:
    room = incident(rules=(replace(RULES[1], aim=24 * HOUR),))
    (late,) = (fact for fact in came(room, NOW + DAY) if isinstance(fact, Rang))
    silent = grow(room, NotDelivered(at=NOW + DAY, reminder=late, code="M_FORBIDDEN"))
    other = act(silent, SetAware(rule=NO_FIGURE, when=NOW + 20 * HOUR, source="call"), BOB, NOW + DAY)
    assert other.undelivered == ()
    same = act(silent, SetAware(rule=NO_FIGURE, when=NOW, source="call"), BOB, NOW + DAY)
    assert same.undelivered == silent.undelivered


def test_what_could_not_be_said_of_it_is_over_when_it_leaves() -> None:
    rang = Rang(at=NOW, rule=HOURS_72, rung="T-48", due=NOW + 72 * HOUR, late_by=0 * HOUR)
    room = grow(incident(**LAW), NotDelivered(at=NOW, reminder=rang, code="M_FORBIDDEN"))
    assert len(room.undelivered) == 1
    assert grow(room, Answered(at=NOW, by=BOB, question=Question("insured"), value="no")).undelivered
    assert grow(room, Answered(at=NOW, by=BOB, question=PERSONAL, value="no")).undelivered == ()
    assert discovered(room, NOW - HOUR, NOW).undelivered == ()
    steps = NotDelivered(at=NOW, reminder=StepsRang(at=NOW, steps=(StepId("D1"),)), code="M_FORBIDDEN")
    assert discovered(grow(room, steps), NOW - HOUR, NOW).undelivered == (steps,)


def test_one_that_follows_a_filing_counts_from_that() -> None:
    book = replace(PLAYBOOK, clocks=(PLAYBOOK.clocks[0], Watched(rule=CHAINED, when=PLAYBOOK.clocks[3].when)))
    rules = (RULES[0], replace(RULES[2], length=RULES[0].length))
    no = Answered(at=NOW, by=BOB, question=Question("insured"), value="no")
    filed = act(incident(no, playbook=book, rules=rules), File(rule=HOURS_72, reference="1"), BOB, NOW + HOUR)
    assert filed.supposed == {}
    room = grow(filed, Answered(at=NOW + 2 * HOUR, by=BOB, question=Question("insured"), value="yes"))
    assert room.supposed[CHAINED].due == NOW + 73 * HOUR


def test_a_closed_incident_does_not_ring_it_and_an_open_one_does_again() -> None:
    closed = act(incident(**LAW), Close(), ALICE)
    assert alarms(closed, NOW + 90 * DAY) == ()
    opened = act(closed, Resume(), ALICE, NOW + HOUR)
    assert rings(opened, NOW + HOUR)[0] == ("T-48", 24)


def test_what_runs_comes_first_and_of_the_others_the_earliest_end() -> None:
    room = grow(incident(), Answered(at=NOW, by=BOB, question=Question("insured"), value="yes"))
    assert [clock.rule.id for clock in room.clocks()][:3] == ["GDPR-33-1", "FR-INS-5", "GDPR-33-2"]
    assert isinstance(room.supposed[HOURS_72], Running)


def test_a_step_that_serves_a_clock_of_the_law_rings_at_night_and_the_others_in_the_morning() -> None:
    aimed = tuple(replace(one, target=4 * HOUR) for one in PLAYBOOK.steps() if one.id in ("D1", "N1"))
    book = replace(PLAYBOOK, phases=(replace(PLAYBOOK.phases[0], steps=aimed),))
    due = [alarm for alarm in alarms(incident(playbook=book, quiet=NIGHT), NOW) if isinstance(alarm, StepsDue)]
    assert [(alarm.steps, (alarm.at - NOW) / HOUR) for alarm in due] == [(("N1",), 4), (("D1",), 13)]
