"""The register: who is in it, what it keeps of an incident, what it finds missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.clocks.lengths import Elapsed, WithoutDelay
from bot.core.conditions import parse_condition
from bot.core.documents.register import (
    INFORMATION,
    NEEDED_DETAILS,
    Gap,
    RegisterEntry,
    entries,
    entry,
    is_late,
    running_of,
)
from bot.core.facts import (
    Answered,
    ClockAdded,
    ClockFiled,
    ClockSetAside,
    Fact,
    RiskDecided,
    RiskWeighed,
    StepDone,
)
from bot.core.incident import Incident
from bot.core.names import IncidentId, Question, RuleId, StepId
from bot.core.playbook import Watched
from bot.core.risk import RiskFactor, RiskLevel
from tests.core.build import (
    BOB,
    DAY,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    OPENED,
    PLAYBOOK,
    RULES,
    SOFT,
    incident,
    rule,
    running,
    started,
)

COMPLAINT = RuleId("FR-LOPMI")
CHECKLIST = replace(PLAYBOOK, id="prepare", questions=(), clocks=())
WATCHING = replace(PLAYBOOK, clocks=(*PLAYBOOK.clocks, Watched(rule=INFORMATION), Watched(rule=COMPLAINT)))
BEGAN = replace(
    OPENED,
    playbook=WATCHING,
    rules=(*RULES, rule(INFORMATION, WithoutDelay()), rule(COMPLAINT, Elapsed(hours=72), regime="fr-lopmi")),
)
LATER = NOW + 80 * HOUR


def answered(name: str, value: str) -> Answered:
    return Answered(at=NOW, by=BOB, question=Question(name), value=value)


def filed(id: RuleId = HOURS_72, *, after: int = 1) -> ClockFiled:
    return ClockFiled(at=NOW + after * HOUR, by=BOB, rule=id, reference="42", filed_at=NOW + after * HOUR)


def aside(id: RuleId = HOURS_72) -> ClockSetAside:
    return ClockSetAside(at=NOW + HOUR, by=BOB, rule=id, reason="restored in an hour")


def decided(level: RiskLevel) -> RiskDecided:
    return RiskDecided(at=NOW, by=BOB, level=level, reason="payslips")


def registered(*facts: Fact) -> RegisterEntry:
    return entry(incident(*facts, playbook=BEGAN.playbook, rules=BEGAN.rules), LATER)


def named(name: str, *facts: Fact, **changes: object) -> Incident:
    return incident(*facts, incident=IncidentId(name), codename=name, **changes)


def test_every_incident_is_in_it_the_newest_first_open_or_closed_notified_or_not() -> None:
    old, new = named("old", started(), filed()), named("new", at=NOW + DAY)
    assert [found.incident.codename for found in entries([old, new], LATER)] == ["new", "old"]


def test_drills_and_checklists_are_not_in_it() -> None:
    assert entries([named("drill", drill=True), named("list", playbook=CHECKLIST)], LATER) == ()


def test_the_breach_of_another_controller_is_not_in_it() -> None:
    child = named("child", started(), filed(), parent=IncidentId("old"), organisation="Alpha")
    assert [found.incident.codename for found in entries([named("old"), child], LATER)] == ["old"]


def test_a_playbook_that_watches_the_notification_is_in_it_though_it_asks_nothing() -> None:
    asking_nothing = replace(PLAYBOOK, questions=())
    assert len(entries([named("own", playbook=asking_nothing)], LATER)) == 1


def test_the_notification_stands_apart_from_the_other_duties_and_from_other_laws() -> None:
    found = registered(started(), started(NO_FIGURE), filed(COMPLAINT), aside(FIVE_DAYS))
    assert found.notification is not None
    assert found.notification.rule.id == HOURS_72
    assert [clock.rule.id for clock in found.duties] == ["GDPR-33-2", "GDPR-34"]
    assert [clock.rule.id for clock in found.filings] == [FIVE_DAYS, COMPLAINT]


def test_a_duty_is_known_by_its_regime_where_the_row_says_one() -> None:
    renamed = rule(SOFT, Elapsed(hours=24), regime="gdpr")
    rules = tuple(renamed if other.id == SOFT else other for other in RULES)
    assert SOFT in [clock.rule.id for clock in entry(incident(rules=rules), LATER).duties]


def test_a_due_time_of_the_firm_is_no_filing() -> None:
    vat = rule(RuleId("TVA"), WithoutDelay(), regime="business")
    assert registered(ClockAdded(at=NOW, by=BOB, rule=vat, person=None), filed(vat.id)).filings == ()


def test_what_is_known_is_kept_and_what_is_not_is_named() -> None:
    found = registered(
        answered("people-kinds", "employees"),
        answered("nature", "availability"),
        answered("records", "unknown"),
        answered("siren", "123"),
        answered("personal-data", "yes"),
        answered("insured", "unknown"),
    )
    assert found.details == {"nature": "availability", "people-kinds": "employees"}
    assert list(found.details) == ["nature", "people-kinds"]
    missing = [name for name in NEEDED_DETAILS if name not in found.details]
    assert list(found.unknown) == ["insured", "entry", *missing]


def test_a_question_that_is_not_asked_is_not_missed() -> None:
    asked = replace(PLAYBOOK.questions[2], when=parse_condition("insured = yes"))
    playbook = replace(PLAYBOOK, questions=(*PLAYBOOK.questions[:2], asked))
    assert "entry" not in entry(incident(playbook=playbook), LATER).unknown


def test_the_measures_are_the_steps_that_were_done() -> None:
    found = registered(StepDone(at=NOW, by=BOB, step=StepId("D2"), result="links cut"))
    assert [step.id for step in found.measures] == ["D2"]


def test_an_awareness_time_is_there_while_the_clock_runs_and_after_it_was_stopped() -> None:
    for facts in ((started(),), (started(), filed()), (started(), aside())):
        found = registered(*facts).notification
        assert found is not None
        assert running_of(found) == running(incident(started()))
    untouched = registered().notification
    assert untouched is not None
    assert running_of(untouched) is None


@pytest.mark.parametrize(
    ("facts", "late"),
    [
        ((), False),
        ((started(),), True),
        ((started(at=LATER),), False),
        ((started(), filed(after=72)), False),
        ((started(), filed(after=73)), True),
        ((filed(after=73),), False),
        ((started(), aside()), False),
    ],
)
def test_late_is_what_was_filed_after_its_due_time_or_is_past_it(facts: tuple[Fact, ...], late: bool) -> None:
    found = registered(*facts).notification
    assert found is not None
    assert is_late(found, LATER) is late


def test_neither_a_target_nor_a_duty_without_a_figure_is_ever_late() -> None:
    late_by_far = incident(started(SOFT), started(NO_FIGURE))
    clocks = [clock for clock in late_by_far.clocks() if clock.rule.id in (SOFT, NO_FIGURE)]
    assert [is_late(clock, LATER) for clock in clocks] == [False, False]


@pytest.mark.parametrize(
    ("facts", "gaps"),
    [
        ((), [Gap.NOTIFICATION, Gap.RISK]),
        ((answered("personal-data", "no"),), []),
        ((answered("personal-data", "no"), started(at=LATER)), [Gap.NOTIFICATION, Gap.RISK]),
        ((started(),), [Gap.NOTIFICATION, Gap.RISK, Gap.LATE_REASON]),
        ((started(), filed()), [Gap.RISK]),
        ((started(), filed(after=73)), [Gap.RISK, Gap.LATE_REASON]),
        ((started(), filed(after=73), answered("late-reason", "the host was silent")), [Gap.RISK]),
        ((started(), filed(after=73), answered("late-reason", "unknown")), [Gap.RISK, Gap.LATE_REASON]),
        ((aside(),), [Gap.RISK]),
        ((aside(), decided(RiskLevel.NONE)), []),
        ((filed(), decided(RiskLevel.HIGH)), [Gap.INFORMATION]),
        ((filed(), decided(RiskLevel.HIGH), filed(INFORMATION)), []),
        ((filed(), decided(RiskLevel.HIGH), aside(INFORMATION)), []),
        ((filed(), decided(RiskLevel.HIGH), answered("people-informed", "by letter, 350")), []),
    ],
)
def test_what_is_missing_is_found(facts: tuple[Fact, ...], gaps: list[Gap]) -> None:
    assert list(registered(*facts).gaps) == gaps


def test_a_high_risk_without_a_clock_for_the_people_is_missed_too() -> None:
    assert Gap.INFORMATION in entry(incident(decided(RiskLevel.HIGH)), LATER).gaps


def test_the_reasons_on_the_risk_are_kept_with_the_incident() -> None:
    weighed = RiskWeighed(at=NOW, by=BOB, factor=RiskFactor.DATA, level=RiskLevel.HIGH, reason="payslips")
    found = registered(weighed, decided(RiskLevel.HIGH))
    assert found.incident.weighed[RiskFactor.DATA].reason == "payslips"
    assert found.incident.risk is not None
    assert found.as_of == LATER
