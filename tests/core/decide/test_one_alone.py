"""One person alone, with invitations and in steps: nothing that needs two persons is done by them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.clocks.rules import Running
from bot.core.commands import Close, GiveConfirmation, GiveRole, Invite, Remove, Waive
from bot.core.decide import Act, decide
from bot.core.errors import RuleError
from bot.core.facts import Member, PersonInvited, RoleGiven
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.people.roster import Role
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DAY,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    PEOPLE,
    act,
    grow,
    incident,
    started,
)

SOCK, OTHER = UserId("@sock:evil.example"), UserId("@other:evil.example")
JUST = NOW + timedelta(seconds=5)
ALONE = (Member(user=ALICE, roles=(Role.ADMIN, Role.COORDINATOR)), Member(user=BOB, roles=(Role.DPO,)))
LONG_AGO = NOW - 2 * DAY


def confirm(room: Incident, by: UserId, now: object = JUST) -> Incident:
    return act(room, GiveConfirmation(number=1), by, now)  # type: ignore[arg-type]


def invited(user: UserId, by: UserId = ALICE, at: object = NOW) -> PersonInvited:
    return PersonInvited(at=at, by=by, user=user, roles=(Role.COORDINATOR,))  # type: ignore[arg-type]


# --- whom one person brings in ------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [timedelta(seconds=5), 9 * MINUTE])
def test_who_was_invited_after_the_asking_does_not_confirm(later: timedelta) -> None:
    asked = act(incident(started()), Close(summary="all back"))
    brought = act(asked, Invite(who=SOCK, role=Role.COORDINATOR), now=JUST)
    with pytest.raises(RuleError):
        confirm(brought, SOCK, NOW + later)
    assert brought.status is Status.OPEN


def test_who_was_given_the_role_after_the_asking_does_not_confirm() -> None:
    asked = act(incident(started()), Close())
    raised = act(asked, GiveRole(role=Role.COORDINATOR, who="bob"), now=JUST)
    with pytest.raises(RuleError):
        confirm(raised, BOB, NOW + MINUTE)


@pytest.mark.parametrize("ago", [MINUTE, HOUR, 23 * HOUR])
def test_who_was_brought_in_by_the_asker_within_a_day_does_not_confirm(ago: timedelta) -> None:
    room = grow(incident(started(), members=ALONE), invited(SOCK, at=NOW - ago))
    with pytest.raises(RuleError):
        confirm(act(room, Close()), SOCK)


@pytest.mark.parametrize("ago", [MINUTE, 23 * HOUR])
def test_nor_does_the_asker_whom_the_other_brought_in(ago: timedelta) -> None:
    room = grow(incident(started(), members=ALONE), invited(SOCK, at=NOW - ago))
    with pytest.raises(RuleError):
        confirm(act(room, Close(), SOCK), ALICE)


def test_two_who_were_brought_in_by_the_same_person_are_not_two() -> None:
    room = grow(incident(started(), members=ALONE), invited(SOCK, at=NOW - HOUR), invited(OTHER, at=NOW - HOUR))
    with pytest.raises(RuleError):
        confirm(act(room, Close(), SOCK), OTHER)
    with pytest.raises(RuleError):
        confirm(act(room, Remove(who=ALICE), SOCK), OTHER)


def test_a_role_that_the_asker_gave_within_a_day_counts_as_brought_in() -> None:
    given = RoleGiven(at=NOW - HOUR, by=ALICE, user=BOB, role=Role.COORDINATOR)
    with pytest.raises(RuleError):
        confirm(act(grow(incident(started(), members=ALONE), given), Close()), BOB)


def test_who_was_brought_in_days_ago_confirms() -> None:
    room = grow(incident(started(at=LONG_AGO), members=ALONE), invited(SOCK, at=LONG_AGO))
    assert confirm(act(room, Close()), SOCK).status is Status.CLOSED


def test_two_of_the_configuration_are_two_from_the_first_minute() -> None:
    assert confirm(act(incident(started()), Close()), DAVE).status is Status.CLOSED


# --- in steps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [ALICE, BOB])
def test_a_running_clock_of_the_law_is_not_set_aside_by_one(by: UserId) -> None:
    room = act(incident(started()), Waive(rule=HOURS_72, reason="no risk"), by)
    assert isinstance(room.clock_states[HOURS_72], Running)
    assert len(room.asked) == 1


def test_a_second_person_sets_it_aside() -> None:
    asked = act(incident(started()), Waive(rule=HOURS_72, reason="no risk"))
    assert not isinstance(confirm(asked, DAVE).clock_states[HOURS_72], Running)


STEPS: tuple[Act, ...] = (
    Waive(rule=HOURS_72, reason="x"),
    Invite(who=SOCK, role=Role.COORDINATOR),
    Invite(who=OTHER, role=Role.ADMIN),
    GiveRole(role=Role.COORDINATOR, who="bob"),
    GiveRole(role=Role.COORDINATOR, who="carol"),
    Close(summary="x"),
    Remove(who="dave"),
)


def test_no_order_of_steps_of_one_account_closes_over_a_clock() -> None:
    """Alice's account is taken over; its owner has socks, and gives roles: within a day nothing is closed by that."""
    room = incident(started())
    puppets = (ALICE, SOCK, OTHER)
    for minute, _ in enumerate(range(6)):
        for step in STEPS:
            for by in puppets:
                room = tried(room, step, by, minute)
        for number in range(1, 10):
            for by in puppets:
                room = tried(room, GiveConfirmation(number=number), by, minute)
        assert room.status is Status.OPEN
        assert isinstance(room.clock_states[HOURS_72], Running)
        assert DAVE in room.roster


def tried(room: Incident, step: Act, by: UserId, minute: int) -> Incident:
    try:
        return grow(room, *decide(room, step, by, NOW + minute * MINUTE, PEOPLE))
    except RuleError:
        return room


# --- which one is confirmed ---------------------------------------------------------------------------------


def test_a_confirmation_means_the_act_that_was_shown_and_no_other() -> None:
    """Dave's word was for number 1, which lapsed; it is held back, and comes when something else waits."""
    by_three = (*ALONE, Member(user=DAVE, roles=(Role.COORDINATOR,)), Member(user=CAROL, roles=(Role.COORDINATOR,)))
    first = act(incident(started(), members=by_three), Remove(who="carol"))
    again = act(first, Close(), now=NOW + HOUR)
    with pytest.raises(RuleError):
        confirm(again, DAVE, NOW + HOUR + MINUTE)
    assert again.status is Status.OPEN
