"""What cannot be undone is asked for by one and confirmed by another, exactly as it was shown."""

from datetime import datetime, timedelta

import pytest

from bot.core.commands import Close, GiveConfirmation, GiveRole, Invite, Remove, Resume, SetAware
from bot.core.decide import decide
from bot.core.errors import (
    AlreadyAsked,
    ClocksStillRunning,
    ConfirmationLapsed,
    IncidentClosed,
    LastLeader,
    MoreClocksRunning,
    NoSecondPerson,
    NotAllowed,
    NothingToConfirm,
    NotTheSecondPerson,
    SeveralToConfirm,
)
from bot.core.facts import Closed, Closing, ConfirmationAsked, ConfirmationGiven, Member, PersonRemoved, Removal
from bot.core.happenings import PersonCame, PersonWent
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.roster import Role
from bot.core.two_persons import CONFIRM_WITHIN, lapses_at, second_persons, waiting
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    FIVE_DAYS,
    HOURS_72,
    NOW,
    PEOPLE,
    act,
    drill,
    incident,
    met,
    started,
)

LATE = NOW + CONFIRM_WITHIN
JUST = LATE - timedelta(microseconds=1)
LED_BY_THREE = (
    Member(user=ALICE, roles=(Role.ADMIN,)),
    Member(user=DAVE, roles=(Role.COORDINATOR,)),
    Member(user=CAROL, roles=(Role.ADMIN, Role.IT)),
    Member(user=BOB, roles=(Role.DPO,)),
)


def led_by_three() -> Incident:
    return incident(started(), members=LED_BY_THREE)


def confirm(room: Incident, by: UserId, number: int | None = None, now: datetime = NOW) -> Incident:
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
    assert confirm(act(helped, Close()), BOB).status is Status.CLOSED


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
    assert decide(room, GiveConfirmation(), CAROL, NOW, PEOPLE)[1] == PersonRemoved(at=NOW, by=ALICE, user=DAVE)
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
    assert second_persons(room, ALICE, Removal(user=DAVE)) == (CAROL,)


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
    for number in (1, None):
        with pytest.raises(ConfirmationLapsed) as refusal:
            confirm(room, DAVE, number, LATE)
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


def test_other_acts_wait_beside_it_and_then_the_number_must_be_said() -> None:
    room = act(act(led_by_three(), Close()), Remove(who="dave"))
    with pytest.raises(SeveralToConfirm) as refusal:
        confirm(room, CAROL)
    assert refusal.value.numbers == (1, 2)
    assert DAVE not in confirm(room, CAROL, 2).roster
    assert confirm(room, CAROL, 1).status is Status.CLOSED


def test_without_a_number_it_is_the_one_that_waits_for_this_person() -> None:
    room = act(act(led_by_three(), Close()), Remove(who="dave"), CAROL)
    assert confirm(room, CAROL).status is Status.CLOSED
    assert confirm(room, DAVE).status is Status.CLOSED


def test_what_was_confirmed_cannot_be_confirmed_again() -> None:
    room = confirm(act(led_by_three(), Remove(who="dave")), CAROL)
    for number in (None, 1):
        with pytest.raises(NothingToConfirm):
            confirm(room, CAROL, number)
