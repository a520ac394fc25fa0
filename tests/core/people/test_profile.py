"""What the operator knows beforehand reaches every incident, and stays theirs to change there."""

from __future__ import annotations

from dataclasses import replace

from bot.core.clocks.lengths import Elapsed, WorkingDays
from bot.core.commands import Answer, Open
from bot.core.desk import Desk, open_incident
from bot.core.evolve import fold
from bot.core.facts import Opened
from bot.core.incident import Incident
from bot.core.names import Question, RuleId
from bot.core.people.profile import Profile, fit, prefill, widen
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
