"""A template meets an incident: what fills each hole, what is left out, what is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.conditions import ALWAYS, parse_condition
from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.costs.totals import total
from bot.core.documents.compose import (
    Answer,
    Aside,
    At,
    Composed,
    Decision,
    Downtime,
    Exhibits,
    Expense,
    Filing,
    Measure,
    Missing,
    Need,
    NoFigure,
    Nothing,
    OfClient,
    Part,
    Stamp,
    Sum,
    compose,
)
from bot.core.documents.drafts import Block, DraftTemplate, Hole, Shape
from bot.core.facts import (
    Answered,
    Certainty,
    ClockFiled,
    ClockSetAside,
    CostCancelled,
    CostNoted,
    EvidenceTaken,
    Fact,
    Keeping,
    OutageNoted,
    RiskDecided,
    StepDone,
    StepSkipped,
)
from bot.core.incident import Incident
from bot.core.names import Question, StepId
from bot.core.risk import RiskLevel
from tests.core.build import BOB, CHAINED, FIVE_DAYS, HOURS_72, NO_FIGURE, NOW, draft_template, incident, started

HOUR = timedelta(hours=1)


def template(*blocks: Block) -> DraftTemplate:
    return draft_template("sample", blocks=blocks)


def line(*spans: str | Hole, shape: Shape = Shape.PARAGRAPH, when: str = "", level: int = 0) -> Block:
    return Block(shape=shape, level=level, spans=spans, when=parse_condition(when) if when else ALWAYS)


def filled(name: str, around: Incident) -> Part:
    return compose(template(line(Hole(name=name))), around).blocks[0].parts[0]


def answered(name: str, value: str) -> Answered:
    return Answered(at=NOW, by=BOB, question=Question(name), value=value)


def texts(composed: Composed) -> list[tuple[Part, ...]]:
    return [block.parts for block in composed.blocks]


FILED = ClockFiled(at=NOW + HOUR, by=BOB, rule=HOURS_72, reference="A-12", filed_at=NOW + HOUR)
PROPOSED = replace(started(aware=NOW - HOUR), proposed=True)
NOT_NOTIFIED = ClockSetAside(at=NOW, by=BOB, rule=HOURS_72, reason="encrypted")
DECIDED = RiskDecided(at=NOW, by=BOB, level=RiskLevel.HIGH, reason="payslips")
KNOWN: list[tuple[str, tuple[Fact, ...], Part]] = [
    ("siren", (answered("siren", "123"),), Answer(name=Question("siren"), value="123")),
    ("siren", (answered("siren", "unknown"),), Answer(name=Question("siren"), value="unknown")),
    ("insured", (answered("insured", "yes"),), Answer(name=Question("insured"), value="yes")),
    ("opened", (), At(at=NOW)),
    ("today", (), Stamp.TODAY),
    ("now", (), Stamp.NOW),
    ("version", (), Stamp.VERSION),
    ("aware GDPR-33-1", (started(aware=NOW - HOUR),), At(at=NOW - HOUR)),
    ("aware GDPR-33-1", (started(aware=NOW - HOUR), FILED), At(at=NOW - HOUR)),
    ("aware GDPR-33-1", (started(), NOT_NOTIFIED), At(at=NOW)),
    ("due GDPR-33-1", (started(),), At(at=NOW + 72 * HOUR)),
    ("due GDPR-33-2", (started(NO_FIGURE),), NoFigure()),
    ("filed GDPR-33-1", (started(), FILED), Filing(reference="A-12", at=NOW + HOUR)),
    ("set-aside GDPR-33-1", (NOT_NOTIFIED,), Aside(by=BOB, confirmed_by=None, at=NOW, reason="encrypted")),
    ("set-aside GDPR-33-1", (started(), FILED), Nothing()),
    ("set-aside GDPR-33-1", (), Nothing()),
]


WORKED = CostNoted(at=NOW, by=BOB, number=1, amount=Effort(minutes=60), estimated=False, kind=CostKind.WORK, text="")
SPENT = replace(WORKED, number=2, amount=Money(units=100, digits=2, currency="EUR"), kind=CostKind.LEGAL)
DOUBLE = replace(SPENT, number=3)
GONE = CostCancelled(at=NOW, by=BOB, number=3, reason="twice")
DOWN = OutageNoted(at=NOW, by=BOB, number=1, system="mail", begin=NOW - HOUR, end=None)


def listed(name: str, around: Incident) -> list[tuple[Shape, Part]]:
    composed = compose(template(line(Hole(name=name))), around)
    return [(block.shape, block.parts[0]) for block in composed.blocks]


def test_costs_and_outages_are_items_and_what_is_cancelled_is_not_there() -> None:
    around = incident(WORKED, SPENT, DOUBLE, GONE, DOWN)
    worked, spent = (Expense(cost=around.costs[number]) for number in (1, 2))
    assert listed("hours", around) == [(Shape.ITEM, worked)]
    assert listed("costs", around) == [(Shape.ITEM, spent)]
    assert listed("outages", around) == [(Shape.ITEM, Downtime(outage=around.outages[1]))]
    assert listed("cost-totals", around) == [
        (Shape.ITEM, Sum(kind=kind, total=total([around.costs[number]])))
        for kind, number in ((CostKind.WORK, 1), (CostKind.LEGAL, 2))
    ]
    whole = total([around.costs[1], around.costs[2]])
    assert listed("cost-total", around) == [(Shape.PARAGRAPH, Sum(kind=None, total=whole))]


@pytest.mark.parametrize(("name", "facts", "value"), KNOWN)
def test_what_is_known_fills_its_hole(name: str, facts: tuple[Fact, ...], value: Part) -> None:
    assert filled(name, incident(*facts)) == value


def test_the_decision_on_the_risk_comes_with_who_and_why() -> None:
    decision = filled("risk", incident(DECIDED))
    assert isinstance(decision, Decision)
    assert (decision.weighed.level, decision.weighed.by, decision.weighed.reason) == (RiskLevel.HIGH, BOB, "payslips")


@pytest.mark.parametrize(
    ("name", "facts", "missing"),
    [
        ("siren", (), Missing(need=Need.FACT, name="siren")),
        ("insured", (), Missing(need=Need.FACT, name="insured")),
        ("asked-elsewhere", (), Missing(need=Need.HAND, name="asked-elsewhere")),
        ("risk", (), Missing(need=Need.RISK)),
        ("measures", (), Missing(need=Need.STEP)),
        ("hours", (SPENT,), Missing(need=Need.COST)),
        ("costs", (WORKED,), Missing(need=Need.COST)),
        ("cost-totals", (), Missing(need=Need.COST)),
        ("cost-total", (), Missing(need=Need.COST)),
        ("outages", (), Missing(need=Need.OUTAGE)),
        ("aware GDPR-33-1", (), Missing(need=Need.AWARE, name="GDPR-33-1")),
        ("due GDPR-33-1", (NOT_NOTIFIED,), Missing(need=Need.AWARE, name="GDPR-33-1")),
        ("aware GDPR-33-1", (FILED,), Missing(need=Need.AWARE, name="GDPR-33-1")),
        ("aware GDPR-33-1", (PROPOSED,), Missing(need=Need.AWARE, name="GDPR-33-1")),
        ("aware GDPR-33-1", (PROPOSED, FILED), Missing(need=Need.AWARE, name="GDPR-33-1")),
        ("due GDPR-33-4", (), Missing(need=Need.FILED, name="GDPR-33-1")),
        ("filed GDPR-33-1", (started(),), Missing(need=Need.FILED, name="GDPR-33-1")),
        ("filed NIS2-24", (), Missing(need=Need.HAND, name="NIS2-24")),
        ("aware NIS2-24", (), Missing(need=Need.HAND, name="NIS2-24")),
    ],
)
def test_what_is_not_known_says_how_it_is_given(name: str, facts: tuple[Fact, ...], missing: Missing) -> None:
    assert filled(name, incident(*facts)) == missing


def test_each_missing_thing_is_named_once_in_the_order_of_the_text() -> None:
    asks = compose(
        template(
            line("A ", Hole(name="siren"), Hole(name=f"due {FIVE_DAYS}")), line(Hole(name="siren"), Hole(name="risk"))
        ),
        incident(),
    )
    assert [missing.need for missing in asks.missing] == [Need.FACT, Need.AWARE, Need.RISK]


def test_unknown_given_by_a_person_is_an_answer_and_not_missing() -> None:
    assert not compose(template(line(Hole(name="records"))), incident(answered("records", "unknown"))).missing


@pytest.mark.parametrize("facts", [(), (answered("late-reason", "unknown"),)])
def test_a_block_with_an_optional_hole_is_left_out_while_it_is_not_known(facts: tuple[Fact, ...]) -> None:
    optional = template(line("Why: ", Hole(name="late-reason", optional=True)), line("End."))
    assert texts(compose(optional, incident(*facts))) == [("End.",)]


def test_a_block_with_an_optional_hole_is_there_once_it_is_known() -> None:
    optional = template(line("Why: ", Hole(name="late-reason", optional=True)))
    given = compose(optional, incident(answered("late-reason", "No mail.")))
    assert texts(given) == [("Why: ", Answer(name=Question("late-reason"), value="No mail."))]


def test_what_a_list_of_clients_fills_is_neither_missing_nor_left_out() -> None:
    address = Hole(name="client-address", optional=True)
    letter = compose(
        template(
            line("To ", Hole(name="client")), line(address), line(Hole(name="client", optional=True)), line(address)
        ),
        incident(),
    )
    assert letter.blocks[0].parts == ("To ", OfClient(name="client", optional=False))
    assert len(letter.blocks) == 4
    assert letter.missing == ()
    assert letter.of_clients == {"client": False, "client-address": True}
    assert compose(template(line("End.")), incident()).of_clients == {}


def test_a_block_is_there_while_its_condition_holds() -> None:
    conditional = template(line("Clients.", when="insured = yes or unknown"), line("End."))
    assert texts(compose(conditional, incident())) == [("Clients.",), ("End.",)]
    assert texts(compose(conditional, incident(answered("insured", "no")))) == [("End.",)]


def test_measures_are_the_steps_that_were_done_each_an_item() -> None:
    facts = (
        StepDone(at=NOW, by=BOB, step=StepId("N1"), result="sent"),
        StepSkipped(at=NOW, by=BOB, step=StepId("D2"), reason="no host"),
        StepDone(at=NOW + HOUR, by=BOB, step=StepId("D1"), result=""),
    )
    listed = compose(template(line(Hole(name="measures"))), incident(*facts))
    assert [(block.shape, block.parts) for block in listed.blocks] == [
        (Shape.ITEM, (Measure(title="Do D1", result="", at=NOW + HOUR),)),
        (Shape.ITEM, (Measure(title="Do N1", result="sent", at=NOW),)),
    ]


def test_a_heading_below_which_nothing_is_left_goes_too() -> None:
    title, section, sub = (
        line(text, shape=Shape.HEADING, level=level) for text, level in (("A", 1), ("B", 2), ("C", 3))
    )
    gone = line(Hole(name="siren", optional=True))
    text = template(title, section, sub, gone, line("D", shape=Shape.HEADING, level=2), line("End."), section, gone)
    assert texts(compose(text, incident())) == [("A",), ("D",), ("End.",)]


def test_a_clock_that_another_filing_starts_is_read_like_the_others() -> None:
    assert filled("due GDPR-33-4", incident(started(), FILED, started(CHAINED))) == NoFigure()


def test_evidence_stands_in_a_draft_unless_somebody_listed_it() -> None:
    taken = EvidenceTaken(at=NOW, by=BOB, number=1, name="disk", digest="d", keeping=Keeping.WITH_HOLDER)
    listed = filled("evidence", incident(taken))
    assert isinstance(listed, Exhibits)
    assert [item.number for item in listed.items] == [1]
    assert filled("evidence", incident(taken, answered("evidence", "a disk"))) == Answer(
        name=Question("evidence"), value="a disk"
    )
    assert isinstance(filled("evidence", incident()), Missing)


def test_a_block_that_stands_there_for_what_is_not_established_says_so_and_a_heading_does_not() -> None:
    heading = line("Data", shape=Shape.HEADING, when="insured = yes", level=2)
    blocks = (heading, line("They were taken.", when="insured = yes"), line("Always."))
    measures = line(Hole(name="measures"), shape=Shape.ITEM, when="insured = yes")
    supposed = replace(answered("insured", "yes"), certainty=Certainty.SUPPOSED)
    done = StepDone(at=NOW, by=BOB, step=StepId("D1"), result="")
    composed = compose(template(*blocks, measures), incident(supposed, done))
    assert [block.rests_on for block in composed.blocks] == [(), ("insured",), (), ("insured",)]
    sure = compose(template(*blocks), incident(replace(supposed, certainty=Certainty.ESTABLISHED)))
    assert not any(block.rests_on for block in sure.blocks)
