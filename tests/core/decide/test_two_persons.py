"""What cannot be undone is asked for by one and confirmed by another, exactly as it was shown."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.clocks.rules import Running, SetAside
from bot.core.commands import Close, GiveConfirmation, GiveRole, Invite, Remove, Resume, SetAware, Waive
from bot.core.decide import decide
from bot.core.errors import (
    AlreadyAsked,
    ClocksStillRunning,
    ConfirmationLapsed,
    IncidentClosed,
    LastLeader,
    MoreClocksRunning,
    NobodyToConfirm,
    NoSecondPerson,
    NotAllowed,
    NothingToConfirm,
    NotTheSecondPerson,
    Overtaken,
    WhichToConfirm,
)
from bot.core.facts import (
    Announcing,
    BulletinSent,
    ClockFiled,
    Closed,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    Fact,
    Member,
    PersonInvited,
    PersonRemoved,
    Removal,
    RoleGiven,
)
from bot.core.happenings import PersonCame, PersonWent
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.organisations.errors import NoCascade
from bot.core.people.roster import Role
from bot.core.people.two_persons import CONFIRM_WITHIN, ON_THEIR_OWN_AFTER, lapses_at, second_persons, waiting
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    FIVE_DAYS,
    GUEST,
    HOUR,
    HOURS_72,
    MINUTE,
    NOW,
    PEOPLE,
    SOFT,
    act,
    drill,
    grow,
    incident,
    met,
    started,
)
from tests.core.cascades import parent

LATE = NOW + CONFIRM_WITHIN
JUST = LATE - timedelta(microseconds=1)
FILED = ClockFiled(at=NOW, by=BOB, rule=HOURS_72, reference="CNIL-1", filed_at=NOW)
LED_BY_THREE = (
    Member(user=ALICE, roles=(Role.ADMIN,)),
    Member(user=DAVE, roles=(Role.COORDINATOR,)),
    Member(user=CAROL, roles=(Role.ADMIN, Role.IT)),
    Member(user=BOB, roles=(Role.DPO,)),
)


def led_by_three() -> Incident:
    return incident(started(), members=LED_BY_THREE)


def confirm(room: Incident, by: UserId, number: int | None = 1, now: datetime = NOW) -> Incident:
    return act(room, GiveConfirmation(number=number), by, now)


# --- closing ------------------------------------------------------------------------------------------------


def test_closing_over_a_legal_clock_is_asked_for_and_closes_nothing() -> None:
    facts = decide(incident(started()), Close(summary="all back"), ALICE, NOW, PEOPLE)
    closing = Closing(summary="all back", rules=(HOURS_72,))
    assert facts == (ConfirmationAsked(at=NOW, by=ALICE, number=1, act=closing),)
    room = act(incident(started()), Close())
    assert room.status is Status.OPEN
    assert waiting(room, NOW) == room.asked


def test_a_second_person_closes_in_the_name_of_who_asked() -> None:
    room = act(incident(started()), Close(summary="all back"))
    facts = decide(room, GiveConfirmation(number=1), DAVE, JUST, PEOPLE)
    closing = Closing(summary="all back", rules=(HOURS_72,))
    assert facts == (
        ConfirmationGiven(at=JUST, by=DAVE, number=1, asked_by=ALICE, act=closing),
        Closed(at=JUST, by=ALICE, summary="all back"),
    )
    assert confirm(room, DAVE).status is Status.CLOSED


def test_closing_over_a_clock_stays_refused_where_nobody_could_confirm_it() -> None:
    alone = incident(started(), members=(Member(user=ALICE, roles=(Role.ADMIN,)), Member(user=BOB, roles=(Role.DPO,))))
    with pytest.raises(ClocksStillRunning) as refusal:
        decide(alone, Close(), ALICE, NOW, PEOPLE)
    assert refusal.value.rules == (HOURS_72,)
    helped = act(alone, GiveRole(role=Role.COORDINATOR, who="bob"))
    with pytest.raises(ClocksStillRunning):
        decide(helped, Close(), ALICE, NOW + MINUTE, PEOPLE)
    next_day = NOW + ON_THEIR_OWN_AFTER
    assert confirm(act(helped, Close(), ALICE, next_day), BOB, now=next_day).status is Status.CLOSED


def test_who_left_the_room_is_no_second_person() -> None:
    gone = met(met(incident(started()), PersonCame(user=DAVE)), PersonWent(user=DAVE))
    with pytest.raises(ClocksStillRunning):
        decide(gone, Close(), ALICE, NOW, PEOPLE)


def test_a_clock_that_started_since_was_not_shown_so_it_is_asked_again() -> None:
    room = act(act(incident(started()), Close()), SetAware(rule=FIVE_DAYS))
    with pytest.raises(MoreClocksRunning) as refusal:
        confirm(room, DAVE)
    assert refusal.value.rules == (FIVE_DAYS,)


def test_a_clock_that_stopped_since_is_no_reason_to_ask_again() -> None:
    room = act(incident(started(), started(FIVE_DAYS)), Close())
    stopped = incident(started(FIVE_DAYS), *room.asked)
    assert confirm(stopped, DAVE).status is Status.CLOSED


def test_a_drill_closes_alone() -> None:
    assert act(drill(started()), Close()).status is Status.CLOSED


def test_nothing_waits_in_an_incident_that_was_closed_and_resumed() -> None:
    room = act(act(incident(started()), Close()), Remove(who="dave"), DAVE)
    closed = confirm(room, DAVE, 1)
    with pytest.raises(IncidentClosed):
        confirm(closed, ALICE, 2)
    with pytest.raises(NothingToConfirm):
        confirm(act(closed, Resume()), ALICE, 2)


# --- removing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "user"), [("dave", DAVE), ("alice", ALICE)])
def test_removing_who_can_lead_is_asked_for_and_removes_nobody(who: str, user: UserId) -> None:
    facts = decide(led_by_three(), Remove(who=who), ALICE, NOW, PEOPLE)
    assert facts == (ConfirmationAsked(at=NOW, by=ALICE, number=1, act=Removal(user=user)),)
    assert user in act(led_by_three(), Remove(who=who)).roster


def test_a_second_person_removes_in_the_name_of_who_asked() -> None:
    room = act(led_by_three(), Remove(who="dave"))
    assert decide(room, GiveConfirmation(number=1), CAROL, NOW, PEOPLE)[1] == PersonRemoved(at=NOW, by=ALICE, user=DAVE)
    assert DAVE not in confirm(room, CAROL).roster


def test_two_who_lead_cannot_put_each_other_out_but_one_may_go_with_the_others_consent() -> None:
    with pytest.raises(NoSecondPerson) as refusal:
        decide(incident(), Remove(who="dave"), ALICE, NOW, PEOPLE)
    assert refusal.value.user == DAVE
    assert ALICE not in confirm(act(incident(), Remove(who="alice")), DAVE).roster


def test_the_last_who_can_lead_never_goes() -> None:
    alone = confirm(act(incident(), Remove(who="alice")), DAVE)
    with pytest.raises(LastLeader):
        decide(alone, Remove(who="dave"), DAVE, NOW, PEOPLE)


def test_who_cannot_lead_is_removed_by_one() -> None:
    assert BOB not in act(incident(), Remove(who="bob")).roster


def test_the_rule_holds_in_a_fast_drill_by_the_wall_clock() -> None:
    room = act(incident(drill=True, pace=3600, members=LED_BY_THREE), Remove(who="dave"))
    assert DAVE not in confirm(room, CAROL, now=JUST).roster
    with pytest.raises(ConfirmationLapsed):
        confirm(room, CAROL, now=LATE)


# --- who confirms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [ALICE, DAVE, BOB])
def test_neither_who_asked_nor_who_is_to_go_nor_who_cannot_lead_confirms(by: UserId) -> None:
    room = act(led_by_three(), Remove(who="dave"))
    with pytest.raises(NotTheSecondPerson) as refusal:
        confirm(room, by)
    assert refusal.value.others == (CAROL,)
    assert second_persons(room, ALICE, Removal(user=DAVE), NOW) == (CAROL,)


def test_what_somebody_asked_who_is_gone_is_void_and_stays_so() -> None:
    room = act(act(led_by_three(), Remove(who="alice"), DAVE), Close(), ALICE)
    alone = confirm(room, CAROL, 1)
    back = act(alone, Invite(who="alice"), DAVE)
    for after in (alone, back):
        with pytest.raises(NothingToConfirm):
            confirm(after, DAVE, 2)


def test_who_cannot_lead_cannot_ask_either() -> None:
    for command in (Close(), Remove(who="dave")):
        with pytest.raises(NotAllowed) as refusal:
            decide(led_by_three(), command, BOB, NOW, PEOPLE)
        assert refusal.value.needed == (Role.ADMIN, Role.COORDINATOR)


def test_what_was_asked_about_somebody_who_is_gone_is_forgotten() -> None:
    room = incident(*act(led_by_three(), Remove(who="dave")).asked, PersonRemoved(at=NOW, by=CAROL, user=DAVE))
    assert room.asked == ()
    with pytest.raises(NothingToConfirm):
        confirm(room, CAROL)


# --- when, and which ----------------------------------------------------------------------------------------


def test_it_lapses_ten_minutes_after_it_was_asked() -> None:
    room = act(led_by_three(), Close())
    assert lapses_at(room.asked[0]) == NOW + timedelta(minutes=10)
    assert confirm(room, DAVE, now=JUST).status is Status.CLOSED
    with pytest.raises(ConfirmationLapsed) as refusal:
        confirm(room, DAVE, 1, LATE)
    assert refusal.value.number == 1


def test_what_lapsed_can_be_asked_again_under_a_new_number_and_is_then_forgotten() -> None:
    again = act(act(led_by_three(), Close()), Close(), DAVE, LATE)
    assert [asked.number for asked in again.asked] == [2]
    with pytest.raises(NothingToConfirm):
        confirm(again, ALICE, 1, LATE)
    assert confirm(again, ALICE, 2, LATE).status is Status.CLOSED


def test_nothing_is_there_to_confirm_until_somebody_asks() -> None:
    for number in (None, 1):
        with pytest.raises(NothingToConfirm):
            confirm(led_by_three(), ALICE, number)


@pytest.mark.parametrize("by", [ALICE, CAROL])
def test_the_same_act_is_not_asked_twice_whoever_asks_and_whatever_the_summary(by: UserId) -> None:
    room = act(act(led_by_three(), Close(summary="one")), Remove(who="dave"))
    for command, number in ((Close(summary="other"), 1), (Remove(who="dave"), 2)):
        with pytest.raises(AlreadyAsked) as refusal:
            decide(room, command, by, NOW, PEOPLE)
        assert (refusal.value.number, refusal.value.by, refusal.value.until) == (number, ALICE, LATE)


def test_other_acts_wait_beside_it_and_the_number_says_which() -> None:
    room = act(act(led_by_three(), Close()), Remove(who="dave"))
    with pytest.raises(WhichToConfirm) as refusal:
        confirm(room, CAROL, None)
    assert refusal.value.numbers == (1, 2)
    assert DAVE not in confirm(room, CAROL, 2).roster
    assert confirm(room, CAROL, 1).status is Status.CLOSED


def test_without_a_number_nothing_is_confirmed_though_one_thing_waits() -> None:
    """Who typed it may have meant another, which has lapsed since: a homeserver can hold it back."""
    with pytest.raises(WhichToConfirm) as refusal:
        confirm(act(led_by_three(), Close()), DAVE, None)
    assert refusal.value.numbers == (1,)


# --- two persons, and not one who brought the other -------------------------------------------------------------


def invited(who: UserId, by: UserId = ALICE, at: datetime = NOW + MINUTE) -> PersonInvited:
    return PersonInvited(at=at, by=by, user=who, roles=(Role.COORDINATOR,))


LATER = NOW + HOUR
SOCK, OTHER_SOCK = GUEST, UserId("@sock:firm.example")


def refused(room: Incident, asks: UserId, confirms: UserId, now: datetime = LATER) -> None:
    with pytest.raises(NotTheSecondPerson):
        confirm(act(room, Close(), asks, now), confirms, now=now)


def test_who_came_after_the_asking_is_no_second_person() -> None:
    room = incident(*act(incident(started()), Close()).asked, started(), invited(SOCK, by=DAVE))
    with pytest.raises(NotTheSecondPerson) as refusal:
        confirm(room, SOCK, now=NOW + 2 * MINUTE)
    assert refusal.value.others == (DAVE,)


def test_whom_one_of_them_brought_in_within_a_day_is_not_another_person() -> None:
    room = incident(started(), invited(SOCK))
    refused(room, ALICE, SOCK)
    refused(room, SOCK, ALICE)
    assert confirm(act(room, Close(), DAVE, LATER), SOCK, now=LATER).status is Status.CLOSED


def test_two_whom_a_third_brought_in_are_one_person_too_and_so_is_who_came_by_one_of_them() -> None:
    both = incident(started(), invited(SOCK), invited(OTHER_SOCK))
    refused(both, SOCK, OTHER_SOCK)
    chain = incident(started(), invited(SOCK), invited(OTHER_SOCK, by=SOCK, at=NOW + 2 * MINUTE))
    refused(chain, ALICE, OTHER_SOCK)


def test_who_was_only_given_the_role_was_brought_in_as_well() -> None:
    room = incident(started(), RoleGiven(at=NOW + MINUTE, by=ALICE, user=BOB, role=Role.COORDINATOR))
    refused(room, ALICE, BOB)


def test_after_a_day_they_stand_on_their_own() -> None:
    room, later = incident(started(), invited(SOCK)), NOW + MINUTE + ON_THEIR_OWN_AFTER
    assert confirm(act(room, Close(), ALICE, later), SOCK, now=later).status is Status.CLOSED


def test_who_was_put_out_and_invited_again_begins_anew() -> None:
    out = (invited(SOCK, by=DAVE), PersonRemoved(at=LATER, by=DAVE, user=SOCK), invited(SOCK, at=LATER))
    refused(incident(started(), *out), ALICE, SOCK, now=LATER + MINUTE)


# --- setting aside ------------------------------------------------------------------------------------------

WAIVE = Waive(rule=HOURS_72, reason="encrypted at rest")


def test_a_clock_of_the_law_that_runs_is_set_aside_by_two_who_may_keep_clocks() -> None:
    room = act(incident(started()), WAIVE, BOB)
    assert isinstance(room.clock_states[HOURS_72], Running)
    aside = confirm(room, ALICE).clock_states[HOURS_72]
    assert isinstance(aside, SetAside)
    assert (aside.by, aside.reason) == (BOB, "encrypted at rest")
    with pytest.raises(NotTheSecondPerson):
        confirm(room, CAROL)


def test_what_is_no_law_or_no_incident_is_set_aside_by_one() -> None:
    for room, rule in ((incident(started(SOFT)), SOFT), (drill(started()), HOURS_72), (drill(), HOURS_72)):
        aside = act(room, Waive(rule=rule, reason="none"), BOB)
        assert isinstance(aside.clock_states[rule], SetAside)


def test_nobody_sets_it_aside_alone() -> None:
    alone = incident(started(), members=(Member(user=ALICE, roles=(Role.ADMIN,)), Member(user=CAROL, roles=(Role.IT,))))
    with pytest.raises(NobodyToConfirm) as refusal:
        decide(alone, WAIVE, ALICE, NOW, PEOPLE)
    assert Role.DPO in refusal.value.needed


@pytest.mark.parametrize("meanwhile", [started(aware=NOW - HOUR), FILED])
def test_a_clock_that_is_another_by_then_is_not_set_aside(meanwhile: Fact) -> None:
    asked = act(incident(started()), WAIVE, BOB).asked
    with pytest.raises(Overtaken):
        confirm(incident(started(), *asked, meanwhile), ALICE)


def test_to_set_the_same_clock_aside_is_asked_once() -> None:
    with pytest.raises(AlreadyAsked):
        decide(act(incident(started()), WAIVE, BOB), Waive(rule=HOURS_72, reason="other"), ALICE, NOW, PEOPLE)


def test_what_was_confirmed_cannot_be_confirmed_again() -> None:
    room = confirm(act(led_by_three(), Remove(who="dave")), CAROL)
    for number in (None, 1):
        with pytest.raises(NothingToConfirm):
            confirm(room, CAROL, number)


# --- a bulletin to all ------------------------------------------------------------------------------------------

TO_ALL = Announcing(text="Hello", audience="all", next_update=None, recipients=None, told=6)


def announcing(act: Announcing, *facts: Fact, room: Incident | None = None) -> Incident:
    asked = ConfirmationAsked(at=NOW, by=ALICE, number=1, act=act)
    return grow(room or parent(), *facts, asked)


def test_a_bulletin_that_was_confirmed_is_the_one_that_was_shown() -> None:
    *_, sent = decide(announcing(TO_ALL), GiveConfirmation(number=1), DAVE, NOW, PEOPLE)
    assert isinstance(sent, BulletinSent)
    assert (sent.text, sent.by, sent.recipients) == ("Hello", ALICE, None)


def test_a_bulletin_that_promises_what_has_passed_is_not_sent() -> None:
    with pytest.raises(Overtaken):
        confirm(announcing(replace(TO_ALL, next_update=NOW + MINUTE)), DAVE, now=NOW + 2 * MINUTE)


def test_where_there_are_no_organisations_none_is_told() -> None:
    with pytest.raises(NoCascade):
        confirm(announcing(TO_ALL, room=incident()), DAVE)
