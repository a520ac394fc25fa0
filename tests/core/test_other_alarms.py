"""What rings besides clocks: times of steps, a promised bulletin, a checklist to repeat; and all of it at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.clocks.lengths import Elapsed
from bot.core.commands import Answer, AssignStep, Close, File, FinishStep, ReopenStep, Resume, SkipStep
from bot.core.decide.ringing import called
from bot.core.details import NEXT_UPDATE
from bot.core.evolve import fold
from bot.core.facts import Answered, Left, Rang, RepeatRang, StepsRang, UpdateRang
from bot.core.incident import Incident
from bot.core.names import Question, RuleId, StepId
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.core.playbook import Phase, Watched
from bot.core.ringing.alarms import Repeat, Ring, StepsDue, UpdateDue, alarms
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DAY,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    OPENED,
    PLAYBOOK,
    RULES,
    act,
    came,
    grow,
    incident,
    rule,
    started,
    step,
)

SECOND = timedelta(seconds=1)
NIGHT = QuietHours(start=time(21), end=time(7))
D1, D2, N1, N2 = (StepId(id) for id in ("D1", "D2", "N1", "N2"))
AIMED = replace(
    PLAYBOOK,
    phases=(
        Phase(
            name="All",
            steps=(
                step("D1", Role.COORDINATOR, target=HOUR),
                step("D2", Role.IT, target=HOUR),
                step("N1", Role.DPO, target=24 * HOUR),
                step("N2", Role.INSURANCE, PLAYBOOK.phases[1].steps[1].when, target=HOUR),
                step("N3", Role.COMMS),
            ),
        ),
    ),
)


def opened(**changes: object) -> Incident:
    return incident(**{"playbook": AIMED, "rules": (), **changes})


def wake(room: Incident, now: datetime) -> tuple[Incident, tuple[object, ...]]:
    facts = came(room, now)
    return grow(room, *facts), facts


# --- steps --------------------------------------------------------------------------------------------------


def test_steps_of_one_moment_ring_together_and_once() -> None:
    room, facts = wake(opened(), NOW + HOUR)
    assert facts == (StepsRang(at=NOW + HOUR, steps=(D1, D2)),)
    assert alarms(room, NOW + HOUR) == (StepsDue(at=NOW + 24 * HOUR, steps=(N1,)),)
    room, _ = wake(room, NOW + 24 * HOUR)
    assert alarms(room, NOW + 24 * HOUR) == ()


def test_a_step_that_is_done_in_time_does_not_ring() -> None:
    room = act(opened(), FinishStep(step=D1), now=NOW + MINUTE)
    assert wake(room, NOW + HOUR)[1] == (StepsRang(at=NOW + HOUR, steps=(D2,)),)


def test_a_step_whose_clock_is_filed_does_not_ring_though_nobody_said_that_it_is_done() -> None:
    served = replace(AIMED.phases[0].steps[2], clock=HOURS_72)
    book = replace(AIMED, phases=(replace(AIMED.phases[0], steps=(served,)),))
    room = grow(incident(playbook=book), started())
    assert StepsDue(at=NOW + 24 * HOUR, steps=(N1,)) in alarms(room, NOW)
    filed = act(room, File(rule=HOURS_72, reference="1"))
    assert filed.is_served(served)
    assert not any(isinstance(alarm, StepsDue) for alarm in alarms(filed, NOW))


def test_who_is_to_do_the_steps_is_mentioned() -> None:
    room = act(opened(), AssignStep(step=D1, to="bob"), now=NOW)
    fact = StepsRang(at=NOW + HOUR, steps=(D1, D2))
    assert called(grow(room, fact), fact) == (BOB, CAROL)
    gone = grow(room, Left(at=NOW, user=BOB), Left(at=NOW, user=CAROL))
    assert called(gone, fact) == (ALICE, DAVE)


def test_a_role_that_took_a_step_on_is_mentioned_in_the_place_of_its_own() -> None:
    room = act(opened(), AssignStep(step=D1, to=Role.DPO), now=NOW)
    fact = StepsRang(at=NOW + HOUR, steps=(D1,))
    assert called(room, fact) == (BOB,)


def test_a_step_that_comes_after_its_time_does_not_ring_though_it_is_open() -> None:
    answers = (
        Answer(question=Question("personal-data"), value="yes"),
        Answer(question=Question("insured"), value="yes"),
    )
    late = early = opened()
    for answer in answers:
        late, early = act(late, answer, now=NOW + 2 * HOUR), act(early, answer, now=NOW + MINUTE)
    assert {step.id for step in late.open_steps()} >= {N2}
    assert N2 in late.rang_steps
    assert wake(early, NOW + HOUR)[1] == (StepsRang(at=NOW + HOUR, steps=(D1, D2, N2)),)


def test_a_step_reopened_after_its_time_does_not_ring_and_before_it_does() -> None:
    done = act(opened(), FinishStep(step=D1), now=NOW + MINUTE)
    before = act(done, ReopenStep(step=D1), now=NOW + 2 * MINUTE)
    after = act(done, ReopenStep(step=D1), now=NOW + 2 * HOUR)
    assert wake(before, NOW + HOUR)[1] == (StepsRang(at=NOW + HOUR, steps=(D1, D2)),)
    assert wake(after, NOW + 2 * HOUR)[1] == (StepsRang(at=NOW + 2 * HOUR, steps=(D2,)),)


def asking(**changes: object) -> Incident:
    """Return an incident with one step, to be done once more a day after it was done."""
    daily = step("D1", Role.IT, target=HOUR, again=DAY)
    return opened(playbook=replace(AIMED, phases=(replace(AIMED.phases[0], steps=(daily,)),)), **changes)


def test_what_is_to_be_done_again_rings_a_day_after_it_was_done_until_it_is_left_out() -> None:
    room = act(asking(), FinishStep(step=D1, result="asked"), now=NOW + MINUTE)
    for day in (1, 2):
        due = NOW + day * (DAY + MINUTE)
        assert alarms(room, NOW) == (StepsDue(at=due, steps=(D1,)),)
        room, facts = wake(room, due)
        assert facts == (StepsRang(at=due, steps=(D1,)),)
        assert alarms(room, due + 3 * DAY) == ()
        room = act(room, FinishStep(step=D1), now=due + MINUTE)
    room = act(room, SkipStep(step=D1, reason="it answered"), now=NOW + 3 * DAY)
    assert alarms(room, NOW + 9 * DAY) == ()


def test_what_is_done_again_before_its_time_counts_from_there() -> None:
    room = act(asking(), FinishStep(step=D1), now=NOW)
    room = act(room, FinishStep(step=D1, result="asked again"), now=NOW + 20 * HOUR)
    assert alarms(room, NOW) == (StepsDue(at=NOW + 44 * HOUR, steps=(D1,)),)


@pytest.mark.parametrize("written", [DAY - 2 * MINUTE, DAY])
def test_a_reminder_said_before_a_step_was_done_and_written_down_after_it_takes_no_later_one_away(
    written: timedelta,
) -> None:
    """Whoever is killed in between learns only at the next start that it was said."""
    done = act(asking(), FinishStep(step=D1), now=NOW)
    after = grow(done, StepsRang(at=NOW + written, steps=(D1,)))
    assert alarms(after, NOW) == ((StepsDue(at=NOW + DAY, steps=(D1,)),) if written < DAY else ())


def test_what_is_to_be_done_again_waits_for_the_morning_and_comes_faster_in_a_drill() -> None:
    night = act(asking(quiet=NIGHT), FinishStep(step=D1), now=NOW + 6 * HOUR)
    assert [alarm.at for alarm in alarms(night, NOW)] == [NOW + 36 * HOUR]  # the clock goes forward that night
    drill = act(asking(drill=True, pace=60), FinishStep(step=D1), now=NOW + 2 * MINUTE)
    assert [alarm.at for alarm in alarms(drill, NOW)] == [NOW + 26 * MINUTE]


def test_steps_wait_for_the_morning() -> None:
    late = opened(quiet=NIGHT, at=NOW + 2 * HOUR + MINUTE)  # their hour ends at 21:01
    assert alarms(late, NOW)[0] == StepsDue(at=NOW + 13 * HOUR, steps=(D1, D2))


def test_in_a_fast_drill_steps_ring_no_oftener_than_once_a_minute() -> None:
    room, heard = opened(drill=True, pace=3600), []
    for second in range(200):
        room, facts = wake(room, NOW + second * SECOND)
        heard += [(second, fact.steps) for fact in facts if isinstance(fact, StepsRang)]
    assert heard == [(60, (D1, D2, N1))]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 900), st.sampled_from([D1, D2, N1]), st.sampled_from("dor")), max_size=20),
    st.sampled_from([None, NIGHT]),
)
def test_whatever_happens_to_a_step_it_rings_once_at_the_most_and_only_while_it_is_open(
    moves: list[tuple[int, StepId, str]], quiet: QuietHours | None
) -> None:
    room, now, heard = opened(quiet=quiet), NOW, []
    for minutes, id, what in [*moves, (3 * 1440, D1, "r")]:
        now += minutes * MINUTE
        open_now = {step.id for step in room.open_steps()}
        room, facts = wake(room, now)
        rang = [id for fact in facts if isinstance(fact, StepsRang) for id in fact.steps]
        assert set(rang) <= open_now
        heard += rang
        if what == "d" and id in open_now:
            room = act(room, FinishStep(step=id), now=now)
        elif what == "r" and id not in open_now:
            room = act(room, ReopenStep(step=id), now=now)
    room, _ = wake(room, room.awake(now, now))
    assert len(heard) == len(set(heard))
    assert {step.id for step in room.open_steps() if step.target} <= {*heard, *room.rang_steps, N2}


# --- a promised bulletin ------------------------------------------------------------------------------------


def promise(room: Incident, moment: datetime | str, now: datetime = NOW) -> Incident:
    value = moment if isinstance(moment, str) else moment.isoformat()
    return act(room, Answer(question=NEXT_UPDATE, value=value), now=now)


def test_a_promised_bulletin_rings_a_quarter_of_an_hour_before_once_and_for_who_leads() -> None:
    room = promise(incident(rules=()), NOW + 4 * HOUR)
    assert alarms(room, NOW) == (UpdateDue(at=NOW + 4 * HOUR - 15 * MINUTE, promised=NOW + 4 * HOUR),)
    room, facts = wake(room, NOW + 4 * HOUR - 15 * MINUTE)
    (fact,) = facts
    assert fact == UpdateRang(at=NOW + 4 * HOUR - 15 * MINUTE, promised=NOW + 4 * HOUR)
    assert isinstance(fact, UpdateRang)
    assert called(room, fact) == (ALICE, DAVE)
    assert alarms(room, NOW + 5 * HOUR) == ()


def test_a_promise_calls_whoever_gave_it_and_communication_while_they_are_here() -> None:
    rang = UpdateRang(at=NOW, promised=NOW + HOUR)
    given = grow(incident(), Answered(at=NOW, by=CAROL, question=NEXT_UPDATE, value=(NOW + HOUR).isoformat()))
    assert called(given, rang) == (CAROL, ALICE, DAVE)
    assert called(grow(given, Left(at=NOW, user=CAROL)), rang) == (ALICE, DAVE)
    speaks = replace(given, roster={**given.roster, BOB: frozenset({Role.COMMS})})
    assert called(speaks, rang) == (CAROL, BOB, ALICE, DAVE)


def test_the_next_promise_rings_again() -> None:
    room, _ = wake(promise(incident(), NOW + 4 * HOUR), NOW + 4 * HOUR)
    room = promise(room, NOW + 8 * HOUR, NOW + 4 * HOUR)
    assert alarms(room, NOW + 4 * HOUR)[0].at == NOW + 8 * HOUR - 15 * MINUTE


def test_a_bulletin_promised_within_the_quarter_rings_at_its_time() -> None:
    assert alarms(promise(incident(), NOW + 10 * MINUTE), NOW)[0].at == NOW + 10 * MINUTE


def test_a_promise_of_the_past_or_unknown_rings_never() -> None:
    past = Answered(at=NOW, by=BOB, question=NEXT_UPDATE, value=(NOW - HOUR).isoformat())
    assert alarms(incident(past, rules=()), NOW) == ()
    assert alarms(promise(promise(incident(rules=()), NOW + HOUR), "unknown"), NOW) == ()


# --- a checklist to repeat ----------------------------------------------------------------------------------

YEARLY = replace(PLAYBOOK, id="prepare", repeat=365 * DAY)


def test_a_closed_checklist_rings_once_after_its_time() -> None:
    closed = act(incident(playbook=YEARLY), Close(), now=NOW)
    assert alarms(closed, NOW) == (Repeat(at=NOW + 365 * DAY),)
    rung, facts = wake(closed, NOW + 365 * DAY)
    assert facts == (RepeatRang(at=NOW + 365 * DAY),)
    assert called(rung, RepeatRang(at=NOW)) == (ALICE, DAVE)
    assert alarms(rung, NOW + 900 * DAY) == ()


def test_closed_anew_it_counts_anew() -> None:
    rung, _ = wake(act(incident(playbook=YEARLY), Close(), now=NOW), NOW + 365 * DAY)
    again = act(act(rung, Resume(), now=NOW + 365 * DAY), Close(), now=NOW + 366 * DAY)
    assert alarms(again, NOW + 366 * DAY) == (Repeat(at=NOW + 731 * DAY),)


def test_a_drill_an_open_checklist_and_one_without_a_room_ask_for_no_repetition() -> None:
    assert alarms(act(incident(playbook=YEARLY, drill=True), Close(), now=NOW), NOW) == ()
    assert alarms(incident(playbook=YEARLY, rules=()), NOW) == ()
    opening = fold((replace(OPENED, playbook=YEARLY),))
    assert opening is not None
    assert alarms(act(opening, Close(), now=NOW), NOW) == ()


# --- at once ------------------------------------------------------------------------------------------------


def near(seconds: int, **changes: object) -> Incident:
    """Return an incident with two clocks, the second so many seconds after the first."""
    rules = (*RULES, rule(RuleId("NEAR"), Elapsed(hours=72)))
    watched = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=RuleId("NEAR"))))
    room = incident(started(), rules=rules, playbook=watched, **changes)
    return grow(room, started(RuleId("NEAR"), aware=NOW + seconds * SECOND))


def rules_rung(room: Incident, now: datetime) -> list[tuple[RuleId, timedelta]]:
    return [(fact.rule, fact.late_by) for fact in came(room, now) if isinstance(fact, Rang)]


def test_what_rings_within_a_minute_of_another_rings_with_it_and_is_not_late() -> None:
    none = timedelta(0)
    assert rules_rung(near(60), NOW + 24 * HOUR) == [(HOURS_72, none), ("NEAR", none)]
    assert rules_rung(near(61), NOW + 24 * HOUR) == [(HOURS_72, none)]
    assert rules_rung(near(30), NOW + 24 * HOUR - SECOND) == []


def test_a_due_time_that_rang_with_another_is_not_said_again_after_it() -> None:
    room, _ = wake(near(30), NOW + 72 * HOUR)
    (following, *_) = [
        alarm for alarm in alarms(room, NOW + 72 * HOUR) if isinstance(alarm, Ring) and alarm.rule == "NEAR"
    ]
    assert following.rung == "T+1"


def test_in_a_fast_drill_nothing_is_brought_forward() -> None:
    room = near(3600, drill=True, pace=3600)
    assert [rule for rule, _ in rules_rung(room, NOW + 24 * SECOND)] == [HOURS_72]
