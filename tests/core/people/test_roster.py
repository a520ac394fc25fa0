"""Rights: what no role gives, nobody has."""

import pytest

from bot.core.people.roster import RIGHTS, Right, Role, has_right, holders, roles_giving
from tests.core.build import ALICE, BOB, DAVE, PEOPLE

R = Right
TABLE: dict[Role, set[Right]] = {
    Role.ADMIN: {R.READ, R.ACT, R.OPEN, R.CLOCK, R.LEAD, R.REGISTER, R.RECORD, R.TRUST},
    Role.COORDINATOR: {R.READ, R.ACT, R.OPEN, R.CLOCK, R.LEAD, R.RECORD},
    Role.MANAGEMENT: {R.READ, R.ACT, R.OPEN, R.CLOCK, R.REGISTER, R.RECORD},
    Role.DPO: {R.READ, R.ACT, R.OPEN, R.CLOCK, R.REVIEW, R.REGISTER, R.RECORD},
    Role.LEGAL: {R.READ, R.ACT, R.OPEN, R.CLOCK, R.REVIEW, R.RECORD},
    Role.INSURANCE: {R.READ, R.ACT, R.OPEN, R.CLOCK},
    Role.IT: {R.READ, R.ACT, R.OPEN},
    Role.COMMS: {R.READ, R.ACT, R.OPEN},
    Role.HR: {R.READ, R.ACT, R.OPEN},
    Role.OBSERVER: {R.READ},
}


def test_every_role_has_its_row() -> None:
    assert set(TABLE) == set(Role) == set(RIGHTS)


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_gives_its_own_rights_and_no_other(role: Role, right: Right) -> None:
    assert has_right(frozenset({role}), right) is (right in TABLE[role])


@pytest.mark.parametrize("right", list(Right))
def test_no_roles_give_no_rights(right: Right) -> None:
    assert not has_right(frozenset(), right)


def test_several_roles_give_the_rights_of_each() -> None:
    assert has_right(frozenset({Role.OBSERVER, Role.DPO}), Right.CLOCK)
    assert not has_right(frozenset({Role.OBSERVER, Role.DPO}), Right.LEAD)


@pytest.mark.parametrize("right", list(Right))
def test_a_refusal_names_the_roles_that_would_do(right: Right) -> None:
    assert roles_giving(right) == tuple(role for role in Role if right in TABLE[role])


def test_holders_are_sorted_and_nobody_when_nobody_holds_the_role() -> None:
    assert holders(PEOPLE, Role.COORDINATOR) == (ALICE, DAVE)
    assert holders(PEOPLE, Role.DPO) == (BOB,)
    assert holders(PEOPLE, Role.HR) == ()
