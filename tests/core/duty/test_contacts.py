"""When people are asked whether their addresses hold, and who has not answered."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.desk import Desk, contact_round, evolve_desk
from bot.core.duty.contacts import (
    Round,
    asked_at,
    masked_mail,
    masked_number,
    masked_topic,
    quarter_after,
    quarter_of,
)
from bot.core.facts import ContactAnswered, ContactAsked, ContactFact, ContactSilenceTold
from bot.core.people.contacts import Contact
from tests.core.build import ALICE, BOB, CAROL, DAY, GUEST, HOUR, HOUSE, MINUTE

PARIS = ZoneInfo("Europe/Paris")
JANUARY, APRIL = date(2027, 1, 1), date(2027, 4, 1)
TEN = datetime(2027, 1, 4, 9, tzinfo=UTC)
"""The first working day of the year: the first is a holiday and a Friday."""
CONTACTS = {
    ALICE: Contact(mail="alice@example.net"),
    BOB: Contact(sms="+33600000012"),
    CAROL: Contact(deputy=BOB),
    GUEST: Contact(mail="guest@firm.example"),
}
ASKING = replace(HOUSE, contacts=CONTACTS, page_after=10 * MINUTE, closed_days=(JANUARY,))


def after(*facts: ContactFact) -> Round:
    desk = Desk()
    for fact in facts:
        desk = evolve_desk(desk, fact)
    return contact_round(ASKING, desk)


def asked(*users: str, at: datetime = TEN, quarter: date = JANUARY) -> tuple[ContactAsked, ...]:
    return tuple(ContactAsked(at=at, user=user, quarter=quarter) for user in users)  # type: ignore[arg-type]


ALL = asked(ALICE, BOB)
YES = ContactAnswered(at=TEN + HOUR, by=ALICE, quarter=JANUARY, holds=True)


@pytest.mark.parametrize(
    ("quarter", "closed", "day"),
    [
        (JANUARY, (JANUARY,), "2027-01-04 10:00"),
        (JANUARY, (), "2027-01-01 10:00"),
        (APRIL, (), "2027-04-01 10:00"),
        (date(2028, 1, 1), (date(2028, 1, 3),), "2028-01-04 10:00"),
    ],
)
def test_they_are_asked_at_ten_on_the_first_working_day(quarter: date, closed: tuple[date, ...], day: str) -> None:
    assert f"{asked_at(quarter, closed, PARIS).astimezone(PARIS):%Y-%m-%d %H:%M}" == day


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_lies_in_a_quarter_and_the_next_begins_after_it(at: datetime) -> None:
    quarter, day = quarter_of(at, PARIS), at.astimezone(PARIS).date()
    assert quarter <= day < quarter_after(quarter)
    assert quarter.month in (1, 4, 7, 10)
    assert (quarter.day, quarter_after(quarter).day) == (1, 1)
    assert 90 <= (quarter_after(quarter) - quarter).days <= 92


def test_who_has_an_address_and_is_of_the_house_is_asked_once_a_quarter() -> None:
    assert after().to_ask(TEN - HOUR) == ()
    assert after().to_ask(TEN) == (ALICE, BOB)
    assert after(*asked(ALICE)).to_ask(TEN + DAY) == (BOB,)
    assert after(YES).to_ask(TEN + DAY) == (BOB,), "who has said so need not be asked"
    assert after(*ALL).to_ask(TEN + DAY) == ()
    assert after().to_ask(TEN + 7 * DAY) == (), "who came later is asked next time"
    assert after(*ALL).to_ask(asked_at(APRIL, (), PARIS)) == (ALICE, BOB)


def test_where_nothing_reaches_people_there_nobody_is_asked() -> None:
    found = contact_round(replace(ASKING, page_after=None), Desk())
    assert found.to_ask(TEN) == ()
    assert found.next(TEN) is None


def test_who_has_not_answered_after_a_week_is_named_once() -> None:
    late = TEN + 7 * DAY
    assert after(*ALL, YES).silent(late - HOUR) == ()
    assert after(*ALL, YES).silent(late) == (BOB,)
    assert after(*ALL, YES, ContactSilenceTold(at=late, users=(BOB,), quarter=JANUARY)).silent(late + DAY) == ()


def test_it_says_when_there_is_something_to_do_next() -> None:
    assert after().next(TEN - DAY) == TEN
    assert after().next(TEN + DAY) == TEN + DAY
    assert after(*ALL).next(TEN + HOUR) == TEN + 7 * DAY
    told = ContactSilenceTold(at=TEN + 7 * DAY, users=(BOB,), quarter=JANUARY)
    assert after(*ALL, YES, told).next(TEN + 8 * DAY) == asked_at(APRIL, (), PARIS)
    assert replace(after(), contacts={CAROL: CONTACTS[CAROL]}).next(TEN) is None


def test_an_answer_counts_for_the_question_before_it() -> None:
    assert after(*ALL).waits_for(ALICE)
    assert not after(*ALL, YES).waits_for(ALICE)
    assert after(*ALL, YES, *asked(ALICE, at=TEN + 90 * DAY, quarter=APRIL)).waits_for(ALICE)
    assert not after().waits_for(ALICE)
    assert not after(*asked(GUEST)).waits_for(GUEST), "who left the house is asked nothing"


def test_addresses_are_shown_in_part() -> None:
    assert masked_mail("alice@example.net") == "a…@example.net"
    assert masked_number("+33600000012") == "+33 6 •• •• •• 12"
    assert masked_number("+4915112345678") == "+49 •• •• •• 78"
    assert masked_topic("https://push.example.org/upabc") == "…abc"
