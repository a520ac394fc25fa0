"""Rules on people: invite, give a role, remove."""

import pytest

from bot.core.commands import GiveRole, Invite, Remove
from bot.core.decide import decide
from bot.core.errors import AlreadyOnRoster, AmbiguousPerson, LastLeader, UnknownPerson
from bot.core.facts import Member, PersonInvited, PersonRemoved, RoleGiven
from bot.core.happenings import PersonCame, PersonWent
from bot.core.names import UserId
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, GUEST, NOW, PEOPLE, act, incident, met


def invited(who: str, role: Role | None = None) -> PersonInvited:
    fact = decide(incident(), Invite(who=who, role=role), ALICE, NOW, PEOPLE)[0]
    assert isinstance(fact, PersonInvited)
    return fact


def test_somebody_of_the_configuration_comes_with_their_roles() -> None:
    for who in ("erin", "@erin", "@erin:example.org", "https://matrix.to/#/@erin:example.org"):
        assert invited(who) == PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.OBSERVER,))


def test_a_given_role_replaces_those_of_the_configuration() -> None:
    assert invited("erin", Role.LEGAL).roles == (Role.LEGAL,)


def test_anybody_comes_by_full_id_and_only_reads_unless_a_role_is_given() -> None:
    assert invited(GUEST).roles == (Role.OBSERVER,)
    assert invited(GUEST, Role.IT).roles == (Role.IT,)


def test_a_stranger_is_not_found_by_a_short_name() -> None:
    with pytest.raises(UnknownPerson) as refusal:
        invited("guest")
    assert refusal.value.who == "guest"


@pytest.mark.parametrize("who", ["bob", "@bob:example.org"])
def test_who_is_on_the_roster_is_not_invited_again(who: str) -> None:
    with pytest.raises(AlreadyOnRoster) as refusal:
        invited(who)
    assert refusal.value.user == BOB


def test_a_guest_of_the_roster_is_known_by_their_short_name() -> None:
    room = act(incident(), Invite(who=GUEST))
    with pytest.raises(AlreadyOnRoster):
        decide(room, Invite(who="guest"), ALICE, NOW, PEOPLE)


def test_two_people_of_one_name_need_the_full_id() -> None:
    other = UserId("@erin:firm.example")
    room = act(incident(), Invite(who=other))
    with pytest.raises(AmbiguousPerson) as refusal:
        decide(room, Invite(who="erin"), ALICE, NOW, PEOPLE)
    assert refusal.value.candidates == (ERIN, other)


def test_who_left_the_room_can_be_invited_again_and_keeps_their_roles() -> None:
    room = met(met(incident(), PersonCame(user=BOB)), PersonWent(user=BOB))
    assert act(room, Invite(who="bob")).roster[BOB] == frozenset({Role.DPO})
    assert act(room, Invite(who="bob", role=Role.LEGAL)).roster[BOB] == frozenset({Role.DPO, Role.LEGAL})
    with pytest.raises(AlreadyOnRoster):
        act(act(room, Invite(who="bob")), Invite(who="bob"))


def test_a_role_is_added_to_those_a_person_has() -> None:
    facts = decide(incident(), GiveRole(role=Role.LEGAL, who="bob"), ALICE, NOW, PEOPLE)
    assert facts == (RoleGiven(at=NOW, by=ALICE, user=BOB, role=Role.LEGAL),)
    room = act(incident(), GiveRole(role=Role.LEGAL, who="bob"))
    assert room.roster[BOB] == frozenset({Role.DPO, Role.LEGAL})


@pytest.mark.parametrize("who", ["erin", GUEST])
def test_nobody_off_the_roster_is_given_a_role_or_removed(who: str) -> None:
    for command in (GiveRole(role=Role.ADMIN, who=who), Remove(who=who)):
        with pytest.raises(UnknownPerson):
            decide(incident(), command, ALICE, NOW, PEOPLE)


def test_a_removed_person_is_off_the_roster() -> None:
    assert decide(incident(), Remove(who="bob"), ALICE, NOW, PEOPLE) == (PersonRemoved(at=NOW, by=ALICE, user=BOB),)
    assert BOB not in act(incident(), Remove(who="bob")).roster


def test_the_last_leader_stays() -> None:
    room = incident(members=(Member(user=DAVE, roles=(Role.COORDINATOR,)), Member(user=BOB, roles=(Role.DPO,))))
    with pytest.raises(LastLeader) as refusal:
        decide(room, Remove(who="dave"), DAVE, NOW, PEOPLE)
    assert refusal.value.user == DAVE


@pytest.mark.parametrize("role", list(Role))
def test_only_an_admin_or_a_coordinator_can_take_the_last_leaders_place(role: Role) -> None:
    room = incident(members=(Member(user=ALICE, roles=(Role.ADMIN,)), Member(user=CAROL, roles=(role,))))
    if role in (Role.ADMIN, Role.COORDINATOR):
        assert act(room, Remove(who="alice")).asked
    else:
        with pytest.raises(LastLeader):
            act(room, Remove(who="alice"))
