"""Rules on legal clocks: start, correct, file, set aside, acknowledge, snooze."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clocks.rules import Filed, Running, SetAside
from bot.core.commands import Acknowledge, File, SetAware, Snooze, Waive
from bot.core.decide import decide
from bot.core.errors import (
    ClockAlreadyFiled,
    ClockNotRunning,
    CorrectionNeedsReason,
    FiledBeforeAware,
    NothingToAcknowledge,
    NotTheirsToAcknowledge,
    SnoozePastDue,
    TimeInFuture,
    UnknownClock,
)
from bot.core.facts import (
    Acknowledged,
    BulletinRead,
    BulletinReceived,
    ClockFiled,
    ClockSetAside,
    ClockStarted,
    Left,
    PersonInvited,
    Rang,
    Snoozed,
)
from bot.core.happenings import TimeCame
from bot.core.incident import Incident
from bot.core.names import RuleId
from bot.core.people.roster import Role
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    CHAINED,
    CHAINED_30_DAYS,
    DAVE,
    DAY,
    ERIN,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    MINUTE,
    NO_FIGURE,
    NOW,
    PEOPLE,
    SOFT,
    act,
    came,
    drill,
    grow,
    incident,
    met,
    running,
    started,
    waived,
)
from tests.core.cascades import child, row

DUE = NOW + 72 * HOUR
SECOND = timedelta(seconds=1)
FILED = ClockFiled(at=NOW + HOUR, by=BOB, rule=HOURS_72, reference="CNIL 42", filed_at=NOW + HOUR)
ASIDE = ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="no personal data")


# --- start --------------------------------------------------------------------------------------------------


def test_an_awareness_without_a_time_is_now() -> None:
    assert decide(incident(), SetAware(rule=HOURS_72), BOB, NOW, PEOPLE) == (
        ClockStarted(at=NOW, rule=HOURS_72, aware=NOW, by=BOB, source=""),
    )


def test_an_awareness_in_the_past_starts_the_clock_there() -> None:
    clock = act(incident(), SetAware(rule=HOURS_72, when=NOW - 5 * HOUR, source="their mail"), BOB)
    assert running(clock).due == NOW + 67 * HOUR


def test_an_awareness_in_the_future_is_refused() -> None:
    with pytest.raises(TimeInFuture) as refusal:
        decide(incident(), SetAware(rule=HOURS_72, when=NOW + SECOND), BOB, NOW, PEOPLE)
    assert (refusal.value.given, refusal.value.now) == (NOW + SECOND, NOW)


def test_a_running_clock_is_corrected_only_with_a_source() -> None:
    clock = incident(started())
    with pytest.raises(CorrectionNeedsReason) as refusal:
        decide(clock, SetAware(rule=HOURS_72, when=NOW - HOUR), BOB, NOW, PEOPLE)
    assert (refusal.value.rule, refusal.value.aware) == (HOURS_72, NOW)
    corrected = act(clock, SetAware(rule=HOURS_72, when=NOW - HOUR, source="the call log"), BOB)
    assert (running(corrected).aware, running(corrected).source) == (NOW - HOUR, "the call log")


def test_a_filed_clock_is_not_started_again() -> None:
    with pytest.raises(ClockAlreadyFiled) as refusal:
        decide(incident(started(), FILED), SetAware(rule=HOURS_72, source="again"), BOB, NOW + DAY, PEOPLE)
    assert (refusal.value.rule, refusal.value.reference) == (HOURS_72, "CNIL 42")


def test_a_clock_set_aside_can_be_started_after_all() -> None:
    clock = act(incident(ASIDE), SetAware(rule=HOURS_72), BOB)
    assert isinstance(clock.clock_states[HOURS_72], Running)


def test_a_clock_whose_condition_does_not_hold_can_be_filed_all_the_same() -> None:
    assert incident().clock(FIVE_DAYS) not in incident().clocks()
    assert isinstance(act(incident(), File(rule=FIVE_DAYS, reference="77"), BOB).clock_states[FIVE_DAYS], Filed)


@pytest.mark.parametrize("rule", [RuleId("GDPR-99"), CHAINED, RuleId("NOT-IN-FORCE")])
def test_a_clock_that_is_not_part_of_the_incident_is_refused_by_name(rule: RuleId) -> None:
    for command in (
        SetAware(rule=rule),
        File(rule=rule, reference="1"),
        Waive(rule=rule, reason="none"),
        Snooze(rule=rule, span=HOUR),
    ):
        with pytest.raises(UnknownClock) as refusal:
            decide(incident(), command, BOB, NOW, PEOPLE)
        assert (refusal.value.rule, refusal.value.known) == (rule, (HOURS_72, NO_FIGURE, SOFT))


# --- file ---------------------------------------------------------------------------------------------------


def test_filing_stops_the_clock_with_its_reference_and_starts_what_chains_from_it() -> None:
    facts = decide(incident(started()), File(rule=HOURS_72, reference="CNIL 42"), BOB, NOW + HOUR, PEOPLE)
    assert facts == (
        FILED,
        ClockStarted(at=NOW + HOUR, rule=CHAINED, aware=NOW + HOUR, by=None, source=HOURS_72),
        ClockStarted(at=NOW + HOUR, rule=CHAINED_30_DAYS, aware=NOW + HOUR, by=None, source=HOURS_72),
    )


def test_what_chains_from_a_filing_is_counted_from_the_filing_and_not_from_its_recording() -> None:
    clock = act(incident(started()), File(rule=HOURS_72, reference="42", when=NOW + HOUR), BOB, NOW + DAY)
    assert running(clock, CHAINED_30_DAYS).aware == NOW + HOUR
    assert running(clock, CHAINED_30_DAYS).recorded_at == NOW + DAY
    assert running(clock, CHAINED).due is None


def test_a_chained_clock_that_was_set_aside_stays_aside() -> None:
    aside = ClockSetAside(at=NOW, by=BOB, rule=CHAINED, reason="no high risk")
    clock = act(incident(started(), aside), File(rule=HOURS_72, reference="42"), BOB, NOW + HOUR)
    assert isinstance(clock.clock_states[CHAINED], SetAside)


def test_a_filing_can_come_before_anybody_started_the_clock() -> None:
    clock = act(incident(), File(rule=HOURS_72, reference="42", when=NOW - HOUR), BOB)
    assert clock.clock_states[HOURS_72] == Filed(running=None, at=NOW - HOUR, by=BOB, reference="42")


def test_a_filing_older_than_the_awareness_is_refused() -> None:
    with pytest.raises(FiledBeforeAware) as refusal:
        decide(incident(started()), File(rule=HOURS_72, reference="42", when=NOW - SECOND), BOB, NOW, PEOPLE)
    assert (refusal.value.rule, refusal.value.aware) == (HOURS_72, NOW)


def test_a_filing_at_the_moment_of_awareness_is_taken() -> None:
    clock = act(incident(started()), File(rule=HOURS_72, reference="42", when=NOW), BOB, NOW + HOUR)
    assert isinstance(clock.clock_states[HOURS_72], Filed)


def test_a_filing_in_the_future_is_refused() -> None:
    with pytest.raises(TimeInFuture):
        decide(incident(started()), File(rule=HOURS_72, reference="42", when=NOW + HOUR), BOB, NOW, PEOPLE)


def test_a_clock_is_filed_once() -> None:
    with pytest.raises(ClockAlreadyFiled) as refusal:
        decide(incident(started(), FILED), File(rule=HOURS_72, reference="43"), BOB, NOW + DAY, PEOPLE)
    assert refusal.value.reference == "CNIL 42"


# --- set aside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [(), (started(),), (ASIDE,)], ids=["suspected", "running", "aside"])
def test_what_is_not_filed_can_be_set_aside_with_a_reason(facts: tuple[ClockStarted | ClockSetAside, ...]) -> None:
    clock = waived(incident(*facts), reason="encrypted at rest", now=NOW + HOUR)
    aside = clock.clock_states[HOURS_72]
    assert isinstance(aside, SetAside)
    assert (aside.at, aside.by, aside.reason) == (NOW + HOUR, BOB, "encrypted at rest")


def test_what_is_set_aside_keeps_since_when_it_was_known_even_if_it_is_filed_after_all() -> None:
    before = incident(started())
    aside = waived(waived(before, reason="encrypted"), reason="proved")
    filed = act(aside, File(rule=HOURS_72, reference="42"), BOB, NOW + HOUR)
    for state in (aside.clock_states[HOURS_72], filed.clock_states[HOURS_72]):
        assert isinstance(state, SetAside | Filed)
        assert state.running == running(before)


def test_what_is_filed_cannot_be_set_aside() -> None:
    with pytest.raises(ClockAlreadyFiled):
        decide(incident(started(), FILED), Waive(rule=HOURS_72, reason="none"), BOB, NOW + DAY, PEOPLE)


# --- acknowledge --------------------------------------------------------------------------------------------


def test_it_covers_the_bulletins_that_were_not_read_beside_the_clocks_and_alone() -> None:
    told = child(row("Alpha"), *(BulletinReceived(at=NOW, number=one, text="x", next_update=None) for one in (1, 2)))
    read = BulletinRead(at=NOW, by=BOB, numbers=(1, 2))
    assert decide(told, Acknowledge(), BOB, NOW, PEOPLE) == (read,)
    with pytest.raises(NothingToAcknowledge):
        act(grow(told, read), Acknowledge())
    late = NOW + 13 * HOUR
    rang = met(grow(told, BulletinRead(at=NOW, by=BOB, numbers=(1,)), started(SOFT)), TimeCame(), late)
    assert decide(rang, Acknowledge(), DAVE, late, PEOPLE) == (
        Acknowledged(at=late, by=DAVE, rules=(SOFT,)),
        BulletinRead(at=late, by=DAVE, numbers=(2,)),
    )


def test_an_acknowledgement_covers_every_clock_that_rang_and_no_other() -> None:
    clock = met(incident(started(), started(SOFT), started(NO_FIGURE)), TimeCame(), NOW + 13 * HOUR)
    assert decide(clock, Acknowledge(), ALICE, NOW + 13 * HOUR, PEOPLE) == (
        Acknowledged(at=NOW + 13 * HOUR, by=ALICE, rules=(SOFT,)),
    )


def test_one_clock_is_acknowledged_by_its_name_and_leaves_the_bulletins_alone() -> None:
    bulletin = BulletinReceived(at=NOW, number=1, text="x", next_update=None)
    late = NOW + 24 * HOUR
    clock = met(incident(started(), started(SOFT), bulletin), TimeCame(), late)
    assert decide(clock, Acknowledge(rules=(HOURS_72,)), BOB, late, PEOPLE) == (
        Acknowledged(at=late, by=BOB, rules=(HOURS_72,)),
    )
    with pytest.raises(NothingToAcknowledge):
        decide(clock, Acknowledge(rules=(FIVE_DAYS,)), BOB, late, PEOPLE)
    with pytest.raises(UnknownClock):
        decide(clock, Acknowledge(rules=(RuleId("NOPE"),)), BOB, late, PEOPLE)


def test_only_the_owner_a_deputy_or_a_coordinator_answers_a_reminder() -> None:
    late = NOW + 24 * HOUR
    room = incident(started(), PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.LEGAL,)))
    clock = met(room, TimeCame(), late)
    with pytest.raises(NotTheirsToAcknowledge) as refusal:
        decide(clock, Acknowledge(), CAROL, late, PEOPLE)
    assert refusal.value.waiting == ((HOURS_72, (BOB, ERIN, ALICE, DAVE)),)
    for by in (BOB, ERIN, DAVE):
        assert decide(clock, Acknowledge(), by, late, PEOPLE) == (Acknowledged(at=late, by=by, rules=(HOURS_72,)),)


def test_whoever_is_left_answers_where_no_owner_and_no_coordinator_is_there() -> None:
    gone = (Left(at=NOW, user=user) for user in (ALICE, BOB, DAVE))
    clock = met(incident(started(), *gone), TimeCame(), NOW + 24 * HOUR)
    assert not running(act(clock, Acknowledge(), CAROL, NOW + 24 * HOUR)).unanswered


def test_what_is_not_theirs_stays_unanswered() -> None:
    late = NOW + 24 * HOUR
    clock = act(met(incident(started(), started(SOFT)), TimeCame(), late), Acknowledge(), BOB, late)
    assert (running(clock).unanswered, running(clock, SOFT).unanswered) == (False, True)


def test_there_is_nothing_to_acknowledge_before_a_reminder_and_after_an_acknowledgement() -> None:
    clock = incident(started())
    with pytest.raises(NothingToAcknowledge):
        decide(clock, Acknowledge(), BOB, NOW, PEOPLE)
    clock = act(met(clock, TimeCame(), DUE), Acknowledge(), BOB, DUE)
    assert (running(clock).acknowledged_rungs, running(clock).acknowledged_at) == (7, DUE)
    with pytest.raises(NothingToAcknowledge):
        decide(clock, Acknowledge(), BOB, DUE, PEOPLE)


def test_a_clock_that_was_stopped_waits_for_no_acknowledgement() -> None:
    clock = met(incident(started()), TimeCame(), DUE)
    with pytest.raises(NothingToAcknowledge):
        decide(grow(clock, ASIDE), Acknowledge(), BOB, DUE, PEOPLE)


# --- snooze -------------------------------------------------------------------------------------------------


def test_a_snooze_rests_until_its_end() -> None:
    assert decide(incident(started()), Snooze(rule=HOURS_72, span=2 * HOUR), BOB, NOW, PEOPLE) == (
        Snoozed(at=NOW, by=BOB, rule=HOURS_72, until=NOW + 2 * HOUR),
    )


def test_a_snooze_in_a_drill_is_in_the_drills_hours() -> None:
    clock = act(drill(started()), Snooze(rule=HOURS_72, span=20 * HOUR), BOB, NOW + 20 * SECOND)
    assert running(clock).snoozed_until == NOW + 40 * HOUR
    assert [fact.rung for fact in _rang_at(clock, NOW + 39 * SECOND)] == []
    assert [fact.rung for fact in _rang_at(clock, NOW + 40 * SECOND)] == ["T-48"]


def _rang_at(clock: Incident, now: datetime) -> list[Rang]:
    return [fact for fact in came(clock, now) if isinstance(fact, Rang)]


@pytest.mark.parametrize("span", [72 * HOUR, 73 * HOUR, timedelta.max], ids=["to the due time", "past it", "for ever"])
def test_a_snooze_never_reaches_the_due_time(span: timedelta) -> None:
    with pytest.raises(SnoozePastDue) as refusal:
        decide(incident(started()), Snooze(rule=HOURS_72, span=span), BOB, NOW, PEOPLE)
    assert (refusal.value.rule, refusal.value.due) == (HOURS_72, DUE)


def test_a_snooze_may_end_just_before_the_due_time() -> None:
    clock = act(incident(started()), Snooze(rule=HOURS_72, span=72 * HOUR - SECOND), BOB)
    assert [(fact.rung, fact.due) for fact in _rang_at(clock, DUE - SECOND)] == [("T-1", DUE), ("T", DUE)]


def test_what_is_overdue_cannot_be_snoozed() -> None:
    with pytest.raises(SnoozePastDue):
        decide(incident(started()), Snooze(rule=HOURS_72, span=MINUTE), BOB, DUE + HOUR, PEOPLE)


@pytest.mark.parametrize(
    ("rule", "facts"),
    [(HOURS_72, ()), (HOURS_72, (ASIDE,)), (HOURS_72, (started(), FILED)), (NO_FIGURE, (started(NO_FIGURE),))],
    ids=["suspected", "aside", "filed", "without a figure"],
)
def test_only_a_running_clock_with_a_due_time_can_be_snoozed(
    rule: RuleId, facts: tuple[ClockStarted | ClockFiled | ClockSetAside, ...]
) -> None:
    with pytest.raises(ClockNotRunning) as refusal:
        decide(incident(*facts), Snooze(rule=rule, span=HOUR), BOB, NOW + 2 * HOUR, PEOPLE)
    assert refusal.value.rule == rule


def test_times_are_kept_in_the_zone_of_the_asker_and_mean_the_same_moment() -> None:
    paris = datetime.fromisoformat("2026-03-27T17:00:00+01:00")
    clock = act(incident(), SetAware(rule=HOURS_72, when=paris), BOB)
    assert running(clock).due == datetime(2026, 3, 30, 16, 0, tzinfo=UTC)
