"""What the record says of how an incident was handled, counted from its facts."""

from __future__ import annotations

from datetime import timedelta

from bot.core import facts
from bot.core.commands import Answer, FinishStep, ReopenStep, SkipStep, TakeDecision
from bot.core.facts import Certainty, ClockFiled, Fact, NotDelivered, Rang
from bot.core.lessons.review import Record, kept_clocks, review
from bot.core.names import DeviceId, InputId, Question, StepId
from tests.core.build import (
    ALICE,
    BOB,
    CHAINED,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    SOFT,
    act,
    grow,
    incident,
    started,
    waived,
)

DUE = NOW + 72 * HOUR


def recorded(*found: Fact) -> list[Record]:
    return [
        facts.Recorded(number=number, fact=fact, input=InputId(f"$e{number}"), device=DeviceId("PHONE"), digest="")
        for number, fact in enumerate(found, 1)
    ]


def rang(at: timedelta, level: int = 0) -> Rang:
    return Rang(at=NOW + at, rule=HOURS_72, rung="T-24", due=DUE, late_by=timedelta(0), level=level)


def test_it_counts_steps_answers_and_reminders() -> None:
    here = act(incident(started()), Answer(question=Question("discovered-at"), value=(NOW - HOUR).isoformat()))
    here = act(here, FinishStep(step=StepId("D2"), result=""), BOB, NOW + HOUR)
    here = act(here, SkipStep(step=StepId("N3"), reason="nobody asks"), BOB)
    here = act(here, TakeDecision(text="x"), ALICE, NOW + 2 * HOUR)
    seen = review(
        here,
        recorded(
            facts.StepDone(at=NOW + HOUR, by=BOB, step=StepId("D2"), result=""),
            facts.StepReopened(at=NOW + HOUR, by=BOB, step=StepId("D1")),
            here.decisions[1].taken,
            facts.Answered(at=NOW, by=BOB, question=Question("insured"), value="yes"),
            facts.Answered(at=NOW, by=BOB, question=Question("insured"), value="no"),
            facts.Answered(at=NOW, by=BOB, question=Question("entry"), value="mail"),
            facts.Answered(at=NOW, by=BOB, question=Question("entry"), value="server", certainty=Certainty.RULED_OUT),
            rang(47 * HOUR),
            rang(48 * HOUR, level=1),
            rang(73 * HOUR),
            Rang(at=NOW, rule=NO_FIGURE, rung="aim", due=None, late_by=timedelta(0)),
            NotDelivered(at=NOW, reminder=rang(47 * HOUR), code="M_FORBIDDEN"),
        ),
    )
    assert (seen.discovered, seen.opened) == (NOW - HOUR, NOW)
    assert (seen.first_step, seen.first_decision, seen.closed) == (NOW + HOUR, NOW + 2 * HOUR, None)
    assert [[step.id for step in steps] for steps in (seen.done, seen.skipped, seen.left)] == [["D2"], ["N3"], ["D1"]]
    assert (seen.reopened, seen.corrected, seen.undelivered) == (1, ("insured",), 1)
    assert seen.repeated == {HOURS_72: 2}


def test_nothing_happened_yet() -> None:
    seen = review(incident(), recorded())
    assert (seen.discovered, seen.first_step, seen.first_decision) == (None, None, None)


def test_how_each_clock_ended() -> None:
    late = ClockFiled(at=DUE + HOUR, by=BOB, rule=HOURS_72, reference="1", filed_at=DUE + HOUR)
    here = waived(grow(incident(started(), started(NO_FIGURE)), late), SOFT)
    kept = {one.clock.rule.id: one for one in kept_clocks(here)}
    assert (kept[HOURS_72].due, kept[HOURS_72].ended, kept[HOURS_72].is_late) == (DUE, DUE + HOUR, True)
    assert (kept[NO_FIGURE].due, kept[NO_FIGURE].ended, kept[NO_FIGURE].is_late) == (None, None, False)
    assert (kept[SOFT].due, kept[SOFT].ended, kept[SOFT].is_late) == (None, NOW, False)
    assert kept[CHAINED].ended is None
    past = ClockFiled(at=NOW + 25 * HOUR, by=BOB, rule=SOFT, reference="1", filed_at=NOW + 25 * HOUR)
    (target,) = [one for one in kept_clocks(grow(incident(started(SOFT)), past)) if one.clock.rule.id == SOFT]
    assert (target.is_after, target.is_late) == (True, False)
    waiting = {one.clock.rule.id: one for one in kept_clocks(incident())}
    assert (waiting[NO_FIGURE].due, waiting[NO_FIGURE].ended) == (None, None)


def test_what_was_filed_in_time_is_not_late() -> None:
    filed = ClockFiled(at=DUE, by=BOB, rule=HOURS_72, reference="1", filed_at=DUE)
    kept = next(one for one in kept_clocks(grow(incident(started()), filed)) if one.clock.rule.id == HOURS_72)
    assert not kept.is_late


def test_a_step_that_was_opened_again_is_left() -> None:
    done = act(incident(), FinishStep(step=StepId("D1"), result=""))
    assert review(done, ()).left == ()
    again = act(done, ReopenStep(step=StepId("D1")))
    assert [step.id for step in review(again, ()).left] == ["D1"]
