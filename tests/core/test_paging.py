"""Whom a room did not reach: derived from what rang, and from what was heard of people since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.decide.ringing import awaited, is_awaited
from bot.core.details import NEXT_UPDATE
from bot.core.facts import (
    Acknowledged,
    Answered,
    ClockFiled,
    ClockStarted,
    Closed,
    Fact,
    Joined,
    Left,
    NotDelivered,
    Noted,
    Paged,
    PageResult,
    PageTried,
    Rang,
    RepeatRang,
    Snoozed,
    StepDone,
    StepsRang,
    UpdateRang,
)
from bot.core.incident import WHOLE_ROOM, Incident
from bot.core.names import IncidentId, StepId, UserId
from bot.core.people.contacts import Contact, Way
from bot.core.people.roster import Role
from tests.core.build import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    DAY,
    ERIN,
    HOUR,
    HOURS_72,
    MINUTE,
    NO_FIGURE,
    NOW,
    drill,
    grow,
    incident,
    running,
    started,
)

AFTER = 10 * MINUTE
AT = NOW + DAY
ALL = (ALICE, BOB, CAROL, DAVE)


def rang(room: Incident, at: datetime = AT, *, level: int = 0, rung: str = "T-48") -> Rang:
    return Rang(at=at, rule=HOURS_72, rung=rung, due=running(room).due, late_by=timedelta(), level=level)


def called(*facts: Fact) -> Incident:
    """Return a room in which the clock of bob rang, and then *facts*."""
    room = incident(started())
    return grow(room, rang(room), *facts)


def paging(
    room: Incident, reachable: tuple[UserId, ...] = ALL, *, now: datetime = AT
) -> tuple[tuple[datetime, UserId], ...]:
    return awaited(room, reachable, AFTER, lambda _: room, now)


def paged_users(room: Incident, reachable: tuple[UserId, ...] = ALL) -> list[UserId]:
    return [user for _, user in awaited(room, reachable, AFTER, lambda _: room, AT)]


def test_whom_a_reminder_called_is_paged_when_nothing_was_heard_of_them() -> None:
    assert paging(called()) == ((AT + AFTER, BOB),)
    assert paging(incident(started())) == ()
    later = grow(called(), rang(incident(started()), AT + HOUR, rung="T-47"))
    assert paging(later) == ((AT + AFTER, BOB),), "once, from the first"


@pytest.mark.parametrize(
    "fact",
    [
        Acknowledged(at=AT + MINUTE, by=ALICE, rules=(HOURS_72,)),
        Snoozed(at=AT + MINUTE, by=ALICE, rule=HOURS_72, until=AT + HOUR),
        ClockFiled(at=AT + MINUTE, by=ALICE, rule=HOURS_72, reference="R", filed_at=AT),
        ClockStarted(at=AT + MINUTE, rule=HOURS_72, aware=NOW - HOUR, by=ALICE, source=""),
        Noted(at=AT + MINUTE, by=BOB, text="here"),
        Closed(at=AT + MINUTE, by=ALICE, summary=""),
        Paged(at=AT + AFTER, number=1, user=BOB, ways=()),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_what_shows_that_somebody_saw_it_ends_it(fact: Fact) -> None:
    assert paged_users(called(fact)) == []


@pytest.mark.parametrize(
    "fact",
    [
        Acknowledged(at=AT + MINUTE, by=ALICE, rules=(NO_FIGURE,)),
        Noted(at=AT + MINUTE, by=ALICE, text="here"),
        Paged(at=AT + AFTER, number=1, user=CAROL, ways=()),
        Paged(at=AT - MINUTE, number=1, user=BOB, ways=()),
    ],
    ids=["another clock", "somebody else", "another page", "an earlier page"],
)
def test_what_shows_nothing_of_it_does_not(fact: Fact) -> None:
    assert paged_users(called(fact)) == [BOB]


def test_that_people_go_and_come_shows_nothing_for_the_homeserver_can_say_so_itself() -> None:
    moved = called(Left(at=AT + MINUTE, user=BOB), Joined(at=AT + MINUTE, user=BOB))
    assert moved.heard[BOB] == AT + MINUTE
    assert paged_users(moved) == [BOB]


def test_fast_drills_and_organisations_of_a_cascade_page_nobody() -> None:
    fast = drill(started())
    assert paged_users(grow(fast, rang(fast))) == []
    child = replace(called(), parent=IncidentId("parent"))
    assert paged_users(child) == []


def test_a_reminder_for_the_whole_room_pages_who_answers_for_it() -> None:
    room = incident(started())
    assert paged_users(grow(room, rang(room, level=WHOLE_ROOM))) == [ALICE, BOB, DAVE]


def test_whoever_was_on_duty_when_it_rang_is_paged_whoever_is_now() -> None:
    room = replace(incident(started()), on_duty={Role.COORDINATOR: ALICE})
    handed_over = grow(room, StepsRang(at=AT, steps=(StepId("D1"),)))
    later = replace(handed_over, on_duty={Role.COORDINATOR: DAVE})
    found = awaited(later, ALL, AFTER, lambda at: handed_over if at <= AT else later, AT)
    assert [user for _, user in found] == [ALICE]


def test_where_nobody_it_called_is_reachable_who_leads_is_paged() -> None:
    assert paged_users(called(), (DAVE,)) == [DAVE]
    assert paged_users(called(), (CAROL,)) == []
    steps = StepsRang(at=AT, steps=(StepId("D2"),))
    assert paged_users(grow(incident(), steps)) == [CAROL]
    assert paged_users(grow(incident(), steps), (ALICE,)) == [ALICE]


def test_steps_page_until_all_of_them_are_done_and_a_checklist_never() -> None:
    room = grow(incident(), StepsRang(at=AT, steps=(StepId("D2"),)))
    done = StepDone(at=AT + MINUTE, by=ALICE, step=StepId("D2"), result="")
    assert paged_users(grow(room, done)) == []
    assert paged_users(grow(incident(), RepeatRang(at=AT))) == []


def test_a_promise_pages_while_it_stands() -> None:
    promised = Answered(at=NOW, by=ALICE, question=NEXT_UPDATE, value=AT.isoformat())
    room = grow(incident(), promised, UpdateRang(at=AT, promised=AT))
    assert ALICE in paged_users(room)
    moved = replace(promised, at=AT + MINUTE, by=CAROL, value=(AT + DAY).isoformat())
    assert paged_users(grow(room, moved)) == []


def test_what_could_not_be_said_pages_from_when_that_was_noticed() -> None:
    room = incident(started())
    lost = NotDelivered(at=AT + MINUTE, reminder=rang(room), code="M_FORBIDDEN")
    assert paging(grow(room, lost)) == ((AT + MINUTE + AFTER, BOB),)
    promise = NotDelivered(at=AT, reminder=UpdateRang(at=AT, promised=AT), code="M_FORBIDDEN")
    assert paged_users(grow(room, promise)) == []
    assert paged_users(grow(incident(), NotDelivered(at=AT, reminder=RepeatRang(at=AT), code="M_FORBIDDEN"))) == []


def test_reminders_of_long_ago_are_let_go() -> None:
    room = called(StepsRang(at=AT + DAY, steps=(StepId("D2"),)))
    assert [type(fact) for fact in room.rang] == [StepsRang]


PAGE = Paged(at=AT + AFTER, number=1, user=BOB, ways=(Way.MAIL,))
DEPUTY = replace(PAGE, number=2, user=CAROL, instead_of=BOB)


@pytest.mark.parametrize("page", [PAGE, DEPUTY])
@pytest.mark.parametrize(
    ("fact", "is_waited_for"),
    [
        (Noted(at=AT + HOUR, by=DAVE, text="here"), True),
        (Left(at=AT + HOUR, user=BOB), True),
        (Noted(at=AT + HOUR, by=BOB, text="here"), False),
        (Acknowledged(at=AT + HOUR, by=ALICE, rules=(HOURS_72,)), False),
        (Closed(at=AT + HOUR, by=ALICE, summary=""), False),
    ],
)
def test_a_page_is_wanted_until_somebody_saw_the_reminder(page: Paged, fact: Fact, *, is_waited_for: bool) -> None:
    room = called(page, fact)
    assert is_awaited(room, page, ALL, lambda _: room, AT + HOUR) is is_waited_for


def test_a_page_is_not_wanted_for_another_reminder_nor_for_long_nor_once_the_deputy_is_there() -> None:
    later = grow(incident(started()), PAGE, rang(incident(started()), AT + HOUR))
    assert not is_awaited(later, PAGE, ALL, lambda _: later, AT + HOUR)
    assert not is_awaited(called(PAGE), PAGE, ALL, lambda _: called(PAGE), AT + 5 * HOUR)
    there = called(DEPUTY, Noted(at=AT + HOUR, by=CAROL, text="here"))
    assert not is_awaited(there, DEPUTY, ALL, lambda _: there, AT + HOUR)
    other = replace(PAGE, user=ERIN)
    assert not is_awaited(called(other), other, ALL, lambda _: called(other), AT + HOUR)


def test_nobody_is_paged_for_reminders_of_long_ago_that_still_stand() -> None:
    room = incident(started())
    lost = grow(incident(), NotDelivered(at=AT, reminder=StepsRang(at=AT, steps=(StepId("D2"),)), code="M_FORBIDDEN"))
    for silent in (grow(room, rang(room)), lost):
        assert paging(silent, now=AT + 4 * HOUR)
        assert not paging(silent, now=AT + 5 * HOUR)


def test_pages_of_long_ago_are_let_go_but_the_last_which_the_next_one_counts_on_from() -> None:
    first, last = PAGE, replace(PAGE, at=PAGE.at + 5 * HOUR, number=2)
    room = called(first, last)
    assert set(room.pages) == {2}
    assert set(grow(room, replace(last, at=last.at + HOUR, number=3)).pages) == {2, 3}


def test_a_page_is_lost_once_every_way_was_tried_and_none_took_it() -> None:
    asked = Paged(at=AT, number=1, user=BOB, ways=(Way.MAIL, Way.SMS))
    tried = PageTried(at=AT, number=1, user=BOB, way=Way.MAIL, result=PageResult.FAILED)
    room = called(asked, tried)
    assert not room.pages[1].is_lost
    sms = replace(tried, way=Way.SMS)
    assert grow(room, sms).pages[1].is_lost
    assert not grow(room, replace(sms, result=PageResult.ACCEPTED)).pages[1].is_lost
    assert called(tried).pages == {}


@pytest.mark.parametrize(
    ("contact", "ways"),
    [
        (Contact(), set()),
        (Contact(mail="a@example.net"), {Way.MAIL, Way.WEBHOOK}),
        (Contact(sms="+33600000000"), {Way.SMS, Way.WEBHOOK}),
        (Contact(ntfy="topic", deputy=BOB), {Way.NTFY, Way.WEBHOOK}),
    ],
)
def test_a_contact_has_the_ways_it_has_an_address_for(contact: Contact, ways: set[Way]) -> None:
    assert {way for way in Way if contact.has(way)} == ways
