"""Contradictory facts are all kept, and each contradiction is named; what fits is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.clocks.lengths import CalendarDays, Elapsed, WithoutDelay
from bot.core.commands import Answer
from bot.core.contradictions import Conflict, Contradiction, contradictions
from bot.core.evolve import fold
from bot.core.facts import Answered, ClockFiled, ClockSetAside, ClockStarted, Fact, RiskDecided, RiskWeighed, RoomReady
from bot.core.incident import Incident
from bot.core.names import Question, RuleId
from bot.core.playbook import Asked, Watched
from bot.core.risk import RiskFactor, RiskLevel
from tests.core.build import ALICE, HOUR, NOW, OPENED, PLAYBOOK, ROOM, RULES, act, grow, incident, rule

BREACH, COMPLAINT, SHORT_TIME, CLIENTS = map(RuleId, ("GDPR-33-1", "FR-LOPMI", "FR-AP-30", "GDPR-33-2"))
MORE_RULES = (rule(COMPLAINT, Elapsed(hours=72)), rule(SHORT_TIME, CalendarDays(days=30)))
BOOK = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=COMPLAINT), Watched(rule=SHORT_TIME)))
START = NOW - 2 * HOUR


def iso(at: datetime) -> str:
    return at.isoformat()


def answers(**values: str) -> tuple[Fact, ...]:
    return tuple(
        Answered(at=NOW, by=ALICE, question=Question(name.replace("_", "-")), value=value)
        for name, value in values.items()
    )


def filed(id: str) -> Fact:
    return ClockFiled(at=NOW, by=ALICE, rule=RuleId(id), reference="n° 1", filed_at=NOW)


def aware(id: RuleId, at: datetime, by_hand: bool = True) -> Fact:
    return ClockStarted(at=NOW, rule=id, aware=at, by=ALICE if by_hand else None, source="")


def aside(id: RuleId) -> Fact:
    return ClockSetAside(at=NOW, by=ALICE, rule=id, reason="not ours")


def data(level: RiskLevel) -> Fact:
    return RiskWeighed(at=NOW, by=ALICE, factor=RiskFactor.DATA, level=level, reason="because")


def risk(level: RiskLevel) -> Fact:
    return RiskDecided(at=NOW, by=ALICE, level=level, reason="because")


def found(*facts: Fact, profile: dict[Question, str] | None = None) -> dict[str, tuple[str, ...]]:
    opened = replace(OPENED, playbook=BOOK, rules=(*RULES, *MORE_RULES), prefilled=profile or {})
    folded = fold((opened, RoomReady(at=NOW, room=ROOM), *facts))
    assert folded is not None
    return {one.kind.value: one.against for one in contradictions(folded)}


CONTRADICTIONS = [
    ("no-personal-data", ("data-kinds",), answers(personal_data="no", data_kinds="payroll")),
    ("no-personal-data", ("records", "people-count"), answers(personal_data="no", records="300", people_count="12")),
    ("no-personal-data", ("people-kinds",), answers(personal_data="no", people_kinds="employees")),
    ("no-personal-data", ("stolen-data",), answers(personal_data="no", stolen_data="yes")),
    ("no-personal-data", ("GDPR-33-1",), (*answers(personal_data="no"), filed("GDPR-33-1"))),
    ("no-theft", ("nature",), answers(stolen_data="no", nature="confidentiality, availability")),
    ("not-insured", ("policy",), answers(insured="no", policy="P-1")),
    ("not-insured", ("FR-INS-5",), (*answers(insured="no"), filed("FR-INS-5"))),
    ("no-processor", ("GDPR-33-2",), (*answers(processor="no"), filed("GDPR-33-2"))),
    ("risk-aside", ("GDPR-33-1",), (risk(RiskLevel.HIGH), aside(BREACH))),
    ("risk-aside", ("GDPR-33-1",), (aside(BREACH), risk(RiskLevel.RISK))),
    ("high-risk", ("high-risk",), (risk(RiskLevel.HIGH), *answers(high_risk="no"))),
    ("high-risk", ("high-risk",), (risk(RiskLevel.NONE), *answers(high_risk="yes"))),
    ("high-risk", ("high-risk",), (risk(RiskLevel.RISK), *answers(high_risk="yes"))),
    ("data-at-risk", ("gravity",), (data(RiskLevel.HIGH), *answers(gravity="limited"))),
    ("data-at-risk", ("high-risk",), (data(RiskLevel.HIGH), *answers(high_risk="no"))),
    ("data-at-risk", ("people-informed",), (data(RiskLevel.HIGH), *answers(people_informed="unknown"))),
    ("attack-order", ("attack-end",), answers(attack_start=iso(NOW), attack_end=iso(START))),
    ("attack-order", ("attack-end",), answers(attack_start=iso(NOW), attack_end=f"~{iso(NOW - 25 * HOUR)}")),
    (
        "still-going-on",
        ("outage-end",),
        answers(attack_end="ongoing", nature="availability", outage_end=iso(START)),
    ),
    ("aware-before-attack", ("GDPR-33-1",), (*answers(attack_start=f"~{iso(NOW)}"), aware(BREACH, NOW - 25 * HOUR))),
    ("aware-before-attack", ("GDPR-33-1",), (*answers(attack_start=iso(NOW)), aware(BREACH, START))),
    ("breach-before-attack", ("GDPR-33-1",), (aware(BREACH, START), aware(COMPLAINT, NOW))),
    ("breach-before-attack", ("GDPR-33-1",), (aware(BREACH, START), filed("GDPR-33-1"), aware(COMPLAINT, NOW))),
    ("aware-after-discovery", ("GDPR-33-1",), (*answers(discovered_at=iso(START)), aware(BREACH, NOW))),
    ("aware-after-discovery", ("GDPR-33-2",), (*answers(discovered_at=iso(START)), aware(CLIENTS, NOW))),
    ("not-malicious", ("FR-LOPMI",), (*answers(malicious="no"), filed("FR-LOPMI"))),
    ("staff-works", ("staff-count",), answers(staff_stopped="no", staff_count="about 12")),
    ("staff-works", ("stopped-from",), answers(staff_stopped="no", stopped_from=iso(NOW))),
    ("staff-works", ("FR-AP-30",), (*answers(staff_stopped="no"), aware(SHORT_TIME, NOW))),
    ("staff-works", ("FR-AP-30",), (*answers(staff_stopped="no"), filed("FR-AP-30"))),
    ("stopped-order", ("stopped-until",), answers(stopped_from=iso(NOW), stopped_until=iso(START))),
    ("headcount", ("headcount",), answers(fifty_staff="no", headcount="50")),
    ("headcount", ("headcount",), answers(fifty_staff="yes", headcount="49")),
]

FITTING = [
    (),
    answers(personal_data="no", data_kinds="None.", records="0", people_count="unknown", people_kinds="aucune"),
    answers(personal_data="yes", data_kinds="payroll", stolen_data="yes"),
    answers(personal_data="unknown", people_count="12"),
    (*answers(personal_data="no"), aware(BREACH, NOW)),
    answers(stolen_data="no", nature="availability"),
    answers(stolen_data="unknown", nature="confidentiality"),
    answers(insured="no", policy="unknown", insurer="the insurer of the cars"),
    answers(insured="yes", policy="P-1"),
    answers(processor="no"),
    (risk(RiskLevel.NONE), aside(BREACH)),
    (risk(RiskLevel.UNKNOWN), aside(BREACH), *answers(high_risk="yes")),
    (risk(RiskLevel.HIGH), *answers(high_risk="yes")),
    (risk(RiskLevel.HIGH), *answers(high_risk="unknown")),
    (risk(RiskLevel.RISK), *answers(high_risk="no")),
    answers(high_risk="yes"),
    (data(RiskLevel.HIGH), *answers(gravity="important", high_risk="yes", people_informed="by letter")),
    (data(RiskLevel.RISK), *answers(gravity="limited", high_risk="no")),
    answers(attack_start=iso(START), attack_end=iso(NOW)),
    answers(attack_start="unknown", attack_end=iso(START)),
    answers(attack_start=iso(NOW), attack_end=f"~{iso(START)}"),
    answers(attack_start=f"~{iso(NOW)}", attack_end=iso(START)),
    answers(attack_start=iso(START), attack_end="ongoing", outage_end=iso(NOW)),
    answers(attack_end="ongoing", nature="confidentiality, availability", outage_end=iso(NOW)),
    answers(attack_end="ongoing", nature="availability", outage_end="unknown"),
    answers(attack_end=iso(NOW), nature="availability", outage_end=iso(NOW)),
    (*answers(attack_start=f"~{iso(NOW)}"), aware(BREACH, START)),
    (*answers(attack_start=iso(START)), aware(BREACH, START)),
    (*answers(attack_start=iso(NOW)), filed("GDPR-33-1")),
    (*answers(attack_start=iso(NOW)), aware(RuleId("GDPR-33-4"), START, by_hand=False)),
    (aware(BREACH, NOW), aware(COMPLAINT, NOW)),
    (*answers(nature="availability"), aware(BREACH, NOW), aware(COMPLAINT, START)),
    (*answers(discovered_at=iso(NOW)), aware(BREACH, START)),
    (aware(BREACH, START), aside(COMPLAINT)),
    answers(malicious="no"),
    answers(staff_stopped="no", staff_count="0"),
    (*answers(staff_stopped="yes", staff_count="12"), aware(SHORT_TIME, NOW)),
    answers(stopped_from=iso(START), stopped_until=iso(NOW)),
    answers(stopped_until=iso(NOW)),
    answers(fifty_staff="no", headcount="about 50"),
    answers(fifty_staff="unknown", headcount="60"),
    answers(fifty_staff="yes", headcount="50"),
]


@pytest.mark.parametrize(("kind", "against", "facts"), CONTRADICTIONS)
def test_a_contradiction_is_found_with_what_stands_against_what(
    kind: str, against: tuple[str, ...], facts: tuple[Fact, ...]
) -> None:
    assert found(*facts) == {kind: against}


@pytest.mark.parametrize("facts", FITTING)
def test_what_fits_or_is_not_known_contradicts_nothing(facts: tuple[Fact, ...]) -> None:
    assert found(*facts) == {}


def test_every_kind_of_conflict_has_its_case() -> None:
    assert {kind for kind, _, _ in CONTRADICTIONS} == {kind.value for kind in Conflict}


def test_a_processor_by_its_profile_that_denies_it_contradicts_the_profile() -> None:
    profile = {Question("processor"): "yes"}
    assert found(profile=profile) == {}
    assert found(*answers(processor="no"), profile=profile) == {"no-processor": ("processor",)}
    assert found(*answers(processor="no"), profile={Question("processor"): "no"}) == {}


def test_a_business_clock_may_begin_before_the_attack() -> None:
    own = rule(RuleId("VAT"), WithoutDelay(), regime="business")
    opened = replace(OPENED, rules=(*RULES, own), playbook=replace(BOOK, clocks=(Watched(rule=own.id),)))
    folded = fold((opened, aware(own.id, START), *answers(attack_start=iso(NOW))))
    assert folded is not None
    assert contradictions(folded) == ()


def test_contradictory_facts_are_all_kept_and_nothing_is_refused() -> None:
    asked = Asked(name=Question("stolen-data"), text="Stolen?")
    incident_ = incident(playbook=replace(PLAYBOOK, questions=(*PLAYBOOK.questions, asked)))
    no = Answered(at=NOW, by=ALICE, question=Question("personal-data"), value="no", confirmed_by=ALICE)
    incident_ = grow(incident_, no)
    for name, value in (("stolen-data", "yes"), ("people-count", "about 350")):
        incident_ = _answered(incident_, name, value)
    assert dict(incident_.answers) == {"personal-data": "no", "stolen-data": "yes", "people-count": "about 350"}
    (one,) = contradictions(incident_)
    assert one == Contradiction(
        kind=Conflict.NO_PERSONAL_DATA, against=(Question("people-count"), Question("stolen-data"))
    )


def test_a_corrected_answer_ends_the_contradiction() -> None:
    both = answers(personal_data="no", people_count="12")
    assert found(*both)
    assert found(*both, *answers(personal_data="yes")) == {}
    assert found(*both, *answers(people_count="unknown")) == {}


def _answered(before: Incident, name: str, value: str) -> Incident:
    return act(before, Answer(question=Question(name), value=value), now=NOW + timedelta(minutes=1))
