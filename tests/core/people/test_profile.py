"""What the operator knows beforehand reaches every incident, and stays theirs to change there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.clocks.lengths import Elapsed, WorkingDays
from bot.core.clocks.rules import CONTRACT, SetAside
from bot.core.commands import Answer, Open, SetAware, Waive
from bot.core.decide.lifecycle import silenced_by_closing
from bot.core.desk import Desk, open_incident
from bot.core.evolve import fold
from bot.core.facts import Opened
from bot.core.incident import Incident
from bot.core.names import Question, RuleId
from bot.core.people.profile import Profile, fit, prefill, widen
from bot.core.people.roster import Role
from bot.core.playbook import Watched
from tests.core import build
from tests.core.build import FIVE_DAYS, HOURS_72, HOUSE, NOW, PLAYBOOK, RULES, act, asker, rule

INSURED, NAME = Question("insured"), Question("organisation")
DORA = rule(RuleId("DORA-4/24"), Elapsed(hours=24), regime="dora")
DORA_LATER = replace(DORA, version="later", valid_from=None)


def opened(profile: Profile) -> Incident:
    house = replace(HOUSE, profile=profile, rules=(*RULES, DORA, DORA_LATER))
    fact = open_incident(
        Desk(), house, Open(title="Host down", playbook="provider-hit"), asker(), build.input_id(), NOW
    )
    assert isinstance(fact, Opened)
    incident = fold((fact,))
    assert incident is not None
    return incident


def watched(incident: Incident) -> set[RuleId]:
    return {clock.rule.id for clock in incident.clocks()}


def test_an_incident_starts_with_the_answers_of_the_profile() -> None:
    incident = opened(Profile(answers={INSURED: "yes", NAME: "The firm"}))
    assert incident.answers == {INSURED: "yes", NAME: "The firm"}
    assert incident.prefilled == {INSURED, NAME}
    assert INSURED not in {asked.name for asked in incident.open_questions()}
    assert FIVE_DAYS in watched(incident), "a condition on the answer holds from the start"


def test_an_answer_in_the_room_takes_the_place_of_the_profile() -> None:
    incident = act(
        opened(Profile(answers={INSURED: "yes", NAME: "The firm"})), Answer(question=INSURED, value="unknown")
    )
    assert incident.answers[INSURED] == "unknown"
    assert incident.prefilled == {NAME}


def test_the_profile_says_nothing_that_the_incident_could_not_ask() -> None:
    answers = {Question("fifty-staff"): "yes", INSURED: "perhaps", NAME: "The firm"}
    assert prefill(Profile(answers=answers), PLAYBOOK) == {NAME: "The firm"}


def test_a_regime_brings_its_clocks_once_each() -> None:
    wide = widen(PLAYBOOK, Profile(regimes=frozenset({"dora"})), (DORA, DORA_LATER))
    assert [row.rule for row in wide.clocks].count(DORA.id) == 1
    assert wide.clocks[: len(PLAYBOOK.clocks)] == PLAYBOOK.clocks
    assert DORA.id in watched(opened(Profile(regimes=frozenset({"dora"}))))
    assert DORA.id not in watched(opened(Profile()))


def test_a_clock_that_the_playbook_watches_keeps_its_condition() -> None:
    book = replace(PLAYBOOK, clocks=(Watched(rule=DORA.id, when=PLAYBOOK.clocks[0].when),))
    assert widen(book, Profile(regimes=frozenset({"dora"})), (DORA,)) == book


def test_a_checklist_without_clocks_gets_none() -> None:
    checklist = replace(PLAYBOOK, clocks=())
    assert widen(checklist, Profile(regimes=frozenset({"dora"})), (DORA,)) == checklist


def test_the_contract_sets_how_long_the_insurer_clock_runs() -> None:
    insurer = RULES[3]
    assert insurer.id == FIVE_DAYS
    assert fit(insurer, Profile(insurer_days=8)).length == WorkingDays(days=8)
    assert fit(insurer, Profile()) == insurer
    assert fit(RULES[0], Profile(insurer_days=8)).id == HOURS_72
    assert opened(Profile(insurer_days=8)).rules[FIVE_DAYS].length == WorkingDays(days=8)


CONTRACT_CLOCK = rule(RuleId("C-1"), Elapsed(hours=24), regime=CONTRACT, by_contract=True, owner=Role.COORDINATOR)


def test_a_contract_brings_its_clock_into_every_incident_that_watches_any() -> None:
    profile = Profile(contracts=(CONTRACT_CLOCK,))
    incident = opened(profile)
    assert CONTRACT_CLOCK.id in watched(incident)
    assert incident.rules[CONTRACT_CLOCK.id] == CONTRACT_CLOCK
    checklist = replace(PLAYBOOK, clocks=())
    assert widen(checklist, profile, ()) == checklist


def test_what_a_contract_asks_may_be_set_aside_by_one_and_holds_a_closing_like_a_duty() -> None:
    """A day from NOW it is over: 24 h of awareness, and no law asks a second person for it."""
    incident = act(opened(Profile(contracts=(CONTRACT_CLOCK,))), SetAware(rule=CONTRACT_CLOCK.id))
    assert build.running(incident, CONTRACT_CLOCK.id).due == NOW + timedelta(hours=24)
    assert silenced_by_closing(incident) == (CONTRACT_CLOCK.id,)
    aside = act(incident, Waive(rule=CONTRACT_CLOCK.id, reason="the clause is about thefts"))
    assert isinstance(aside.clock_states[CONTRACT_CLOCK.id], SetAside)
