"""Rules on clocks of the firm, and on clocks with a second moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.clocks.business import business_id
from bot.core.clocks.lengths import EarlierOf, Until
from bot.core.clocks.rules import Filed, Rule, Running, SetAside
from bot.core.commands import Acknowledge, AddClock, Classify, Close, File, SetAware, Snooze, Waive
from bot.core.decide import decide
from bot.core.errors import (
    AwareAfterClassified,
    ClassifiedBeforeAware,
    ClockHasNoAwareness,
    ClockNameTaken,
    ClockNotRunning,
    ClockWithoutName,
    NotClassifiable,
    SnoozePastDue,
    TimeInFuture,
    TimeInPast,
    UnknownPerson,
)
from bot.core.facts import ClockAdded, ClockClassified, ClockStarted, Left
from bot.core.happenings import TimeCame
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.people.roster import Role
from bot.core.playbook import Watched
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DAY,
    HOUR,
    HOURS_72,
    NOW,
    PEOPLE,
    PLAYBOOK,
    RULES,
    act,
    grow,
    incident,
    met,
    rule,
    running,
    started,
    waived,
)

VAT = RuleId("VAT-MARCH")
DUE = NOW + 3 * DAY


def add(owner: str | Role | None = None, name: str = "VAT March", due_in: object = 3 * DAY) -> AddClock:
    return AddClock(name=name, due=NOW + due_in, owner=owner)  # type: ignore[operator]  # a test's shorthand


# --- clocks of the firm -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("VAT March", "VAT-MARCH"),
        ("TVA décembre", "TVA-DECEMBRE"),
        ("  l'audience   du 3/4 ", "L-AUDIENCE-DU-3-4"),
        ("a very long name that never ends", "A-VERY-LONG-NAME-THAT-NE"),
        ("срок", ""),
        ("---", ""),
    ],
)
def test_people_type_a_clock_of_the_firm_by_the_letters_of_its_name(name: str, id: str) -> None:
    assert business_id(name) == id


def test_a_clock_of_the_firm_runs_from_now_to_its_due_time_under_no_law() -> None:
    (fact,) = decide(incident(), add(), BOB, NOW, PEOPLE)
    assert isinstance(fact, ClockAdded)
    assert (fact.rule.id, fact.rule.length, fact.rule.source, fact.person) == (VAT, Until(at=DUE), "", None)
    room = grow(incident(), fact)
    assert running(room, VAT) == Running(aware=NOW, by=BOB, source="", recorded_at=NOW, due=DUE)
    assert room.clocks()[0].rule.id == VAT


@pytest.mark.parametrize(
    ("owner", "reminded"),
    [(None, (ALICE, DAVE)), (Role.IT, (CAROL,)), ("bob", (BOB,)), (Role.HR, (ALICE, DAVE))],
)
def test_a_person_or_a_role_owns_it_or_the_coordinators(owner: str | Role | None, reminded: tuple[str, ...]) -> None:
    room = act(incident(), add(owner))
    assert room.owners(room.rules[VAT]) == reminded


def test_when_its_person_left_the_coordinators_are_reminded() -> None:
    room = grow(act(incident(), add("bob")), Left(at=NOW, user=BOB))
    assert room.owners(room.rules[VAT]) == (ALICE, DAVE)


def test_an_owner_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownPerson):
        decide(incident(), add("nobody"), BOB, NOW, PEOPLE)


def test_a_due_time_of_the_past_and_a_name_nobody_can_type_are_refused() -> None:
    with pytest.raises(TimeInPast) as past:
        decide(incident(), AddClock(name="VAT", due=NOW), BOB, NOW, PEOPLE)
    with pytest.raises(ClockWithoutName) as nameless:
        decide(incident(), add(name="---"), BOB, NOW, PEOPLE)
    assert (past.value.given, nameless.value.name) == (NOW, "---")


def test_no_two_clocks_have_one_name_be_they_of_the_law_or_of_the_firm() -> None:
    for room, name in (
        (act(incident(), add()), "vat MARCH"),
        (incident(), "gdpr 33 1"),
        (waived(incident(started())), "gdpr 33 1"),
        (act(act(incident(), add()), File(rule=VAT, reference="1"), BOB), "vat march"),
        (incident(rules=(replace(RULES[0], called={Language("fr"): "cnil"}),)), "CNIL"),
    ):
        with pytest.raises(ClockNameTaken):
            decide(room, add(name=name), BOB, NOW, PEOPLE)


def test_one_that_was_set_aside_makes_room_for_its_namesake_with_another_date_and_owner() -> None:
    room = act(act(incident(), add("bob")), Waive(rule=VAT, reason="moved"), BOB)
    again = act(room, add(Role.IT, due_in=5 * DAY))
    assert running(again, VAT).due == NOW + 5 * DAY
    assert again.owners(again.rules[VAT]) == (CAROL,)


def test_it_is_filed_set_aside_snoozed_and_acknowledged_like_the_others() -> None:
    room = act(incident(), add())
    assert isinstance(act(room, File(rule=VAT, reference="1"), BOB, NOW + HOUR).clock_states[VAT], Filed)
    assert isinstance(act(room, Waive(rule=VAT, reason="moved"), BOB).clock_states[VAT], SetAside)
    assert running(act(room, Snooze(rule=VAT, span=HOUR), BOB), VAT).snoozed_until == NOW + HOUR
    with pytest.raises(SnoozePastDue):
        decide(room, Snooze(rule=VAT, span=3 * DAY), BOB, NOW, PEOPLE)
    rung = met(room, TimeCame(), DUE - 48 * HOUR)
    assert not running(act(rung, Acknowledge(), ALICE, DUE - 48 * HOUR), VAT).unanswered


def test_no_awareness_starts_or_moves_it() -> None:
    room = act(act(incident(), add()), Waive(rule=VAT, reason="moved"), BOB)
    with pytest.raises(ClockHasNoAwareness) as refusal:
        decide(room, SetAware(rule=VAT, source="a call"), BOB, NOW, PEOPLE)
    assert refusal.value.rule == VAT


def test_it_does_not_keep_an_incident_open() -> None:
    assert act(act(incident(), add()), Close()).status is Status.CLOSED


# --- a second moment ----------------------------------------------------------------------------------------

DORA = RuleId("DORA-INIT")
ROW: Rule = rule(DORA, EarlierOf(hours_after_aware=24, hours_after_second=4))


def dora(*facts: ClockStarted) -> Incident:
    watched = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=DORA)))
    return incident(*facts, rules=(*RULES, ROW), playbook=watched)


def test_a_running_clock_is_classified_now_or_at_a_time() -> None:
    room = dora(started(DORA))
    for when in (None, NOW + HOUR):
        fact = ClockClassified(at=NOW + 2 * HOUR, by=BOB, rule=DORA, classified_at=when or NOW + 2 * HOUR)
        assert decide(room, Classify(rule=DORA, when=when), BOB, NOW + 2 * HOUR, PEOPLE) == (fact,)


def test_a_classification_is_refused_where_it_means_nothing_or_cannot_be() -> None:
    room = dora(started(DORA), started())
    with pytest.raises(NotClassifiable):
        decide(room, Classify(rule=HOURS_72), BOB, NOW, PEOPLE)
    with pytest.raises(ClockNotRunning):
        decide(dora(), Classify(rule=DORA), BOB, NOW, PEOPLE)
    with pytest.raises(ClassifiedBeforeAware):
        decide(room, Classify(rule=DORA, when=NOW - HOUR), BOB, NOW, PEOPLE)
    with pytest.raises(TimeInFuture):
        decide(room, Classify(rule=DORA, when=NOW + HOUR), BOB, NOW, PEOPLE)


def test_a_corrected_awareness_keeps_the_classification_and_both_times_are_kept() -> None:
    now = NOW + 3 * HOUR
    room = act(dora(started(DORA)), Classify(rule=DORA, when=NOW + 2 * HOUR), BOB, now)
    (fact,) = decide(room, SetAware(rule=DORA, when=NOW - 20 * HOUR, source="the log"), BOB, now, PEOPLE)
    assert isinstance(fact, ClockStarted)
    assert (fact.previous, fact.aware) == (NOW, NOW - 20 * HOUR)
    corrected = running(grow(room, fact), DORA)
    assert (corrected.second, corrected.due) == (NOW + 2 * HOUR, NOW + 4 * HOUR)


def test_an_awareness_after_the_classification_is_refused_until_that_is_corrected() -> None:
    now = NOW + 3 * HOUR
    room = act(dora(started(DORA)), Classify(rule=DORA, when=NOW + HOUR), BOB, now)
    moved = SetAware(rule=DORA, when=NOW + 2 * HOUR, source="the log")
    with pytest.raises(AwareAfterClassified) as refusal:
        decide(room, moved, BOB, now, PEOPLE)
    assert (refusal.value.rule, refusal.value.classified) == (DORA, NOW + HOUR)
    room = act(act(room, Classify(rule=DORA, when=now), BOB, now), moved, BOB, now)
    assert running(room, DORA).due == NOW + 7 * HOUR


def test_set_aside_and_started_again_it_keeps_the_classification_unless_that_is_left_behind() -> None:
    now = NOW + 3 * HOUR
    room = act(dora(started(DORA)), Classify(rule=DORA, when=NOW + HOUR), BOB, now)
    aside = waived(room, DORA, now=now)
    assert running(act(aside, SetAware(rule=DORA, when=NOW), BOB, now), DORA).second == NOW + HOUR
    assert running(act(aside, SetAware(rule=DORA, when=NOW + 2 * HOUR), BOB, now), DORA).second is None


def test_a_classification_of_what_runs_no_more_changes_nothing() -> None:
    aside = waived(dora(started(DORA)), DORA)
    late = ClockClassified(at=NOW, by=BOB, rule=DORA, classified_at=NOW)
    assert grow(aside, late) == aside
