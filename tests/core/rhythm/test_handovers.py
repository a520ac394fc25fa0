"""A handover counts once whoever it is for acknowledged it: steps and roles pass, and whoever gave it is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Close, GiveHandover, TakeHandover
from bot.core.decide.ringing import called
from bot.core.errors import AmbiguousPerson, IncidentClosed, NotAllowed, UnknownPerson
from bot.core.facts import (
    DeviceProof,
    DoorOpened,
    Fact,
    GuestCame,
    HandoverGiven,
    HandoverTaken,
    Joined,
    Left,
    Noted,
    PersonInvited,
    PersonRemoved,
    PointRang,
    StepAssigned,
    StepDone,
)
from bot.core.incident import Incident, StepStatus
from bot.core.names import DeviceId, StepId, UserId
from bot.core.people.roster import Role
from bot.core.replies.about import about_fact
from bot.core.replies.subjects import Relay
from bot.core.rhythm import errors
from bot.core.rhythm.deciding import give, take
from tests.core.build import ALICE, BOB, CAROL, DAVE, ERIN, GUEST, HOUR, HOURS_72, MINUTE, NOW, act, grow, incident

D1, D2 = StepId("D1"), StepId("D2")
DEVICE = DeviceId("PHONE"), DeviceProof.COMPARED


def room(*facts: Fact) -> Incident:
    came = (Joined(at=NOW, user=user) for user in (ALICE, BOB, CAROL, DAVE))
    mine = (StepAssigned(at=NOW, by=ALICE, step=step, to=ALICE) for step in (D1, D2))
    return incident(*came, *mine, StepDone(at=NOW, by=ALICE, step=D2, result="x"), *facts)


def given(to: str = "bob", here: Incident | None = None, by: UserId = ALICE, **parts: bool | str) -> HandoverGiven:
    return give(here or room(), GiveHandover(who=to, **parts), by, NOW + HOUR)  # type: ignore[arg-type]  # its fields


def taken(here: Incident, by: UserId = BOB, number: int | None = None) -> HandoverTaken:
    return take(here, TakeHandover(number=number), by, DEVICE, NOW + 2 * HOUR)


def test_the_open_steps_of_whoever_gives_it_pass_once_it_is_acknowledged() -> None:
    waits = grow(room(), given())
    assert waits.step_state(D1).assigned == ALICE, "until then it does not count"
    fact = taken(waits)
    assert fact == HandoverTaken(
        at=NOW + 2 * HOUR, by=BOB, number=1, steps=(D1,), roles=(), device=DEVICE[0], proof=DEVICE[1]
    )
    after = grow(waits, fact)
    assert (after.step_state(D1).assigned, after.step_state(D1).status) == (BOB, StepStatus.DOING)
    assert after.step_state(D2).status is StepStatus.DONE
    assert after.roster == waits.roster
    assert not after.rhythm.handovers[1].is_open
    assert taken(waits, number=1) == fact


def test_roles_pass_when_they_were_asked_for() -> None:
    waits = grow(room(), given(with_roles=True, text="call the host"))
    assert waits.rhythm.handovers[1].given.roles == (Role.ADMIN, Role.COORDINATOR)
    after = grow(waits, taken(waits))
    assert after.roster[BOB] == {Role.DPO, Role.ADMIN, Role.COORDINATOR}
    assert after.roster[ALICE] == {Role.ADMIN, Role.COORDINATOR}, "who rests comes back"
    assert after.grants[BOB][-1].by == ALICE


def test_a_role_of_somebody_who_leads_no_more_does_not_pass() -> None:
    waits = grow(room(), given(with_roles=True))
    demoted = replace(waits, roster={**waits.roster, ALICE: frozenset({Role.IT})})
    assert taken(demoted).roles == ()
    assert taken(grow(waits, PersonRemoved(at=NOW, by=DAVE, user=ALICE))).roles == ()


def test_whoever_gave_it_is_called_no_more_until_they_do_something() -> None:
    rang = PointRang(at=NOW, due=NOW)
    waits = grow(room(), given("dave"))
    assert called(waits, rang) == (ALICE, DAVE)
    after = grow(waits, taken(waits, DAVE))
    assert after.rests(ALICE)
    assert called(after, rang) == (DAVE,)
    assert called(grow(after, Left(at=NOW, user=DAVE)), rang) == (ALICE, DAVE), "there is nobody else"
    assert ALICE in after.circle(after.rules[HOURS_72], 1), "nobody answered: whoever rests is called too"
    back = grow(after, Noted(at=NOW + 3 * HOUR, by=ALICE, text="I am back"))
    assert called(back, rang) == (ALICE, DAVE)


def test_a_role_that_one_person_holds_stays_with_them() -> None:
    waits = grow(room(), given("alice", by=BOB))
    after = grow(waits, taken(waits, ALICE))
    assert after.on_call(Role.DPO) == (BOB,)


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        ("alice", errors.HandoverToOneself),
        ("@alice:example.org", errors.HandoverToOneself),
        ("mallory", UnknownPerson),
        ("@mallory:evil.example", UnknownPerson),
        ("erin", UnknownPerson),
    ],
)
def test_not_to_oneself_nor_to_a_stranger(to: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        given(to)


def test_not_to_one_of_two_of_the_same_name() -> None:
    other = PersonInvited(at=NOW, by=ALICE, user=UserId("@bob:elsewhere.example"), roles=(Role.IT,))
    with pytest.raises(AmbiguousPerson):
        given("bob", room(other))


@pytest.mark.parametrize("came", [(), (Joined(at=NOW, user=ERIN), Left(at=NOW, user=ERIN))])
def test_not_to_one_who_is_not_in_the_room(came: tuple[Fact, ...]) -> None:
    invited = PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.IT,))
    with pytest.raises(errors.NotInTheRoom) as refused:
        given("erin", room(invited, *came))
    assert refused.value.user == ERIN


def test_not_to_a_guest_whom_nobody_has_proved() -> None:
    opened = DoorOpened(
        at=NOW, by=ALICE, number=1, door="x", roles=(Role.LEGAL,), name="Counsel", until=NOW + 24 * HOUR
    )
    guest = room(opened, GuestCame(at=NOW, number=1, user=GUEST), Joined(at=NOW, user=GUEST))
    with pytest.raises(errors.ReceiverUnproved):
        given(GUEST, guest)


def test_to_one_who_only_reads_only_with_a_role_to_work() -> None:
    reader = room(PersonInvited(at=NOW, by=ALICE, user=ERIN, roles=(Role.OBSERVER,)), Joined(at=NOW, user=ERIN))
    with pytest.raises(errors.ReceiverOnlyReads):
        given("erin", reader)
    assert given("erin", reader, with_roles=True).roles == (Role.ADMIN, Role.COORDINATOR)


def test_twice_is_told_and_another_one_takes_its_place() -> None:
    waits = grow(room(), given())
    with pytest.raises(errors.HandoverWaits) as refused:
        given(here=waits)
    assert (refused.value.user, refused.value.given) == (BOB, NOW + HOUR)
    other = grow(waits, given("carol", waits), given("carol", waits, by=DAVE))
    assert [handover.is_open for handover in other.rhythm.handovers.values()] == [False, True], "each has a number"
    with pytest.raises(errors.HandoverOver):
        taken(other, BOB, 1)
    with pytest.raises(errors.NoHandover):
        taken(other, BOB)


def test_handovers_of_several_people_wait_beside_each_other() -> None:
    two = grow(room(), given())
    three = grow(two, given("bob", two, by=DAVE))
    assert [handover.is_open for handover in three.rhythm.handovers.values()] == [True, True]
    assert taken(three).number == 1, "the one that waits for longest"
    assert taken(grow(three, taken(three))).number == 2


def test_nobody_acknowledges_in_the_place_of_another_nor_twice_nor_what_is_not_there() -> None:
    waits = grow(room(), given())
    with pytest.raises(errors.HandoverToAnother) as refused:
        taken(waits, CAROL, 1)
    assert refused.value.user == BOB
    for by, number in ((CAROL, None), (BOB, 7)):
        with pytest.raises(errors.NoHandover):
            taken(waits, by, number)
    with pytest.raises(errors.HandoverOver):
        taken(grow(waits, taken(waits)), BOB, 1)


def test_who_works_hands_over_and_only_who_leads_passes_roles() -> None:
    assert given("bob", by=CAROL).by == CAROL
    with pytest.raises(NotAllowed):
        given("bob", by=CAROL, with_roles=True)
    with pytest.raises(NotAllowed):
        given("bob", by=ERIN)


def test_nothing_is_handed_over_where_all_is_over() -> None:
    waits = grow(room(), given())
    closed = act(waits, Close(), ALICE, NOW + MINUTE)
    with pytest.raises(IncidentClosed):
        given(here=closed)
    with pytest.raises(IncidentClosed):
        taken(closed)


def test_a_reply_to_it_acknowledges_it() -> None:
    assert about_fact(given(), room(), room()) == (Relay(number=1),)
