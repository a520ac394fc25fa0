"""An organisation's incident: what it has of its row, and what it has not of the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.clocks.rules import CONTRACT, Running
from bot.core.desk import Desk, evolve_desk
from bot.core.evolve import fold
from bot.core.facts import (
    Caller,
    CascadeExtended,
    CascadeRow,
    ChoiceOffered,
    Closed,
    Member,
    RoomReady,
    RoomRefused,
    RoomRetried,
    Severity,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question, RoomId, RuleId
from bot.core.organisations.children import AWARENESS, Stage, child_id, child_input, open_child, stage_of
from bot.core.people.profile import Profile
from bot.core.people.roster import Role
from tests.core.build import ALICE, ERIN, FRENCH, GUEST, HOUR, HOUSE, INCIDENT, NOW, PLAYBOOK, ROOM, RULES, incident

ROW = CascadeRow(
    key="dupont",
    organisation="Dupont",
    people=(Member(user=ERIN, roles=(Role.COORDINATOR,)),),
    language=Language("fr"),
    aware=NOW - HOUR,
    answers={Question("insured"): "yes", Question("sector"): "health", Question("nonsense"): "x"},
    columns={"Contract": "A-1"},
)
PARENT = incident(
    CascadeExtended(at=NOW, by=ALICE, playbook="provider-hit", rows=(ROW,)),
    severity=Severity.CRISIS,
    pace=60,
    drill=True,
)


def child(row: CascadeRow = ROW, *facts: RoomReady | RoomRefused | RoomRetried | Closed) -> Incident:
    opened = fold((*open_child(PARENT, row, HOUSE, Desk(), NOW), *facts))
    assert opened is not None
    return opened


def test_a_child_has_what_its_row_says_and_the_rest_of_its_parent() -> None:
    made = child()
    assert (made.parent, made.organisation, made.columns) == (INCIDENT, "Dupont", {"Contract": "A-1"})
    assert (made.title, made.severity, made.pace, made.drill) == (PARENT.title, Severity.CRISIS, 60, True)
    assert (made.language, made.playbook) == (Language("fr"), FRENCH)
    assert made.roster == {ERIN: {Role.COORDINATOR}}
    assert made.answers == {"organisation": "Dupont", "insured": "yes", "sector": "health"}
    state = made.clock_states[AWARENESS]
    assert isinstance(state, Running)
    assert state.aware == NOW - HOUR


def test_nothing_of_the_house_is_a_childs() -> None:
    contract = replace(RULES[0], id=RuleId("C-1"), regime=CONTRACT)
    profile = Profile(
        answers={Question("sector"): "law"}, regimes=frozenset({"dora"}), insurer_days=10, contracts=(contract,)
    )
    house = replace(HOUSE, profile=profile)
    row = replace(ROW, answers={})
    opened, *_ = open_child(PARENT, row, house, Desk(), NOW)
    assert opened == open_child(PARENT, row, HOUSE, Desk(), NOW)[0]
    assert opened.prefilled == {"organisation": "Dupont"}


def test_it_knows_who_called_it_in_and_who_of_them_reads_along() -> None:
    body = replace(PARENT, answers={Question("organisation"): "The Order"})
    opened, *_ = open_child(body, ROW, HOUSE, Desk(), NOW)
    assert opened.caller == Caller(organisation="The Order", people=(ERIN,))
    own = replace(ROW, people=(Member(user=GUEST, roles=(Role.COORDINATOR,)),))
    assert open_child(PARENT, own, HOUSE, Desk(), NOW)[0].caller == Caller()
    made = child()
    assert made.caller == Caller(people=(ERIN,))
    assert PARENT.caller is None


def test_a_clock_starts_only_when_its_time_is_said_and_it_is_in_force() -> None:
    assert len(open_child(PARENT, replace(ROW, aware=None), HOUSE, Desk(), NOW)) == 1
    assert len(open_child(PARENT, ROW, replace(HOUSE, rules=()), Desk(), NOW)) == 1


def test_a_playbook_that_is_gone_gives_way_to_the_other_language_or_the_parents() -> None:
    english = replace(HOUSE, playbooks={("provider-hit", Language("en")): PLAYBOOK})
    assert open_child(PARENT, ROW, english, Desk(), NOW)[0].playbook == PLAYBOOK
    assert open_child(PARENT, ROW, replace(HOUSE, playbooks={}), Desk(), NOW)[0].playbook == PARENT.playbook
    bare = replace(PARENT, cascade=None)
    assert open_child(bare, ROW, HOUSE, Desk(), NOW)[0].playbook == PARENT.playbook


def test_an_organisation_names_one_incident_for_ever() -> None:
    made = child()
    assert made.id == child_id(INCIDENT, "dupont") == child_id(INCIDENT, "dupont")
    assert child_input(INCIDENT, "dupont") == f"cascade:{INCIDENT}:dupont"
    assert child_id(INCIDENT, "durand") != made.id


def test_the_stage_of_a_room() -> None:
    refused, retried = RoomRefused(at=NOW, code="M_FORBIDDEN"), RoomRetried(at=NOW)
    ready, closed = RoomReady(at=NOW, room=RoomId("!x:example.org")), Closed(at=NOW, by=ALICE, summary="")
    assert stage_of(child()) is Stage.OPENING
    assert stage_of(child(ROW, refused)) is Stage.REFUSED
    assert stage_of(child(ROW, refused, retried)) is Stage.OPENING
    assert stage_of(child(ROW, refused, retried, ready)) is Stage.OPEN
    assert stage_of(child(ROW, closed)) is Stage.OPEN


def test_the_opening_of_a_child_settles_no_list_that_its_opener_was_offered() -> None:
    offered = ChoiceOffered(
        at=NOW,
        by=ALICE,
        room=ROOM,
        title="x",
        severity=Severity.HIGH,
        language=Language("en"),
        drill=False,
        playbooks=("provider-hit",),
    )
    opened, *_ = open_child(PARENT, ROW, HOUSE, Desk(), NOW + timedelta(minutes=1))
    waits = evolve_desk(evolve_desk(Desk(), offered), opened)
    assert waits.offers == {(ALICE, ROOM): offered}
    assert opened.incident in waits.opened
    assert evolve_desk(evolve_desk(Desk(), opened), offered).offers == waits.offers
