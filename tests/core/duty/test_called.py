"""Whom reminders call in an incident by who is on duty."""

from dataclasses import replace

from bot.core.decide.ringing import called
from bot.core.desk import Desk, as_of_duty
from bot.core.facts import Joined, Left, StepsRang, UpdateRang
from bot.core.incident import Incident
from bot.core.names import IncidentId, StepId, UserId
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, HOURS_72, HOUSE, NOW, PEOPLE, grow, incident
from tests.core.duty.test_plan import ROTA

LEAD = Role.COORDINATOR
HOUSE_WITH_ROTA = replace(HOUSE, rotas={LEAD: ROTA})
MANY = {**PEOPLE, ERIN: frozenset({Role.DPO})}


def room(**on_duty: UserId) -> Incident:
    return replace(incident(), roster=MANY, on_duty={Role(role): user for role, user in on_duty.items()})


def test_the_owner_is_who_is_on_duty_and_the_next_circle_all_of_the_role() -> None:
    here = room(dpo=ERIN)
    rule = here.rules[HOURS_72]
    assert here.owners(rule) == (ERIN,)
    assert here.circle(rule, 0) == (ERIN,)
    assert here.circle(rule, 1) == (ERIN, BOB, ALICE, DAVE)
    assert here.circle(rule, 3) == ()
    assert room().circle(rule, 0) == (BOB, ERIN), "without a rota all of the role"


def test_who_has_left_or_has_not_the_role_here_narrows_nothing() -> None:
    rule = room().rules[HOURS_72]
    assert grow(room(dpo=ERIN), Left(at=NOW, user=ERIN)).owners(rule) == (BOB,)
    assert room(dpo=CAROL).owners(rule) == (BOB, ERIN)
    assert room(dpo=CAROL).duty_here() == {}
    assert room(dpo=ERIN).duty_here() == {Role.DPO: ERIN}


def test_of_those_who_lead_who_is_on_duty_is_called() -> None:
    here = room(coordinator=DAVE)
    assert here.leaders() == (DAVE,)
    assert called(here, UpdateRang(at=NOW, promised=NOW)) == (DAVE,)
    assert called(here, StepsRang(at=NOW, steps=(StepId("D1"), StepId("D2")))) == (DAVE, CAROL)
    assert replace(here, roster={ALICE: frozenset({Role.ADMIN})}).leaders() == (ALICE,)


def test_on_duty_is_who_came_to_the_room_and_before_it_is_made_who_will_be_invited() -> None:
    here = grow(incident(), Joined(at=NOW, user=ALICE))
    assert as_of_duty(here, HOUSE_WITH_ROTA, Desk(), NOW).on_duty == {LEAD: ALICE}
    assert as_of_duty(incident(), HOUSE_WITH_ROTA, Desk(), NOW).on_duty == {}
    assert as_of_duty(replace(incident(), room=None), HOUSE_WITH_ROTA, Desk(), NOW).on_duty == {LEAD: ALICE}


def test_without_rotas_and_in_the_room_of_another_firm_nothing_changes() -> None:
    here = grow(incident(), Joined(at=NOW, user=ALICE))
    child = replace(here, parent=IncidentId("f" * 16))
    assert as_of_duty(here, HOUSE, Desk(), NOW) is here
    assert as_of_duty(child, HOUSE_WITH_ROTA, Desk(), NOW) is child
