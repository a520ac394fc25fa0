"""Decisions keep what was known when they were taken, and ring when they are to be looked at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.commands import AmendDecision, Answer, Close, ReviewDecision, TakeDecision
from bot.core.decide import decide
from bot.core.decide.ringing import called, ring
from bot.core.errors import TimeInPast
from bot.core.facts import Certainty, DecisionAmended, DecisionTaken, Left, NotDelivered, PersonRemoved, ReviewRang
from bot.core.incident import Incident
from bot.core.judging.errors import UnknownDecision
from bot.core.names import Question, UserId
from bot.core.people.roster import Role
from bot.core.replies import subjects
from bot.core.replies.about import about_fact, about_reminders
from bot.core.ringing.alarms import ReviewDue, alarms
from bot.core.ringing.paging import unseen
from bot.core.ringing.reminders import without
from tests.core.build import ALICE, BOB, CAROL, DAVE, HOUR, MINUTE, NOW, PEOPLE, act, grow, incident

LATER = NOW + 6 * HOUR
ENTRY = Question("entry")
SHUT = TakeDecision(text="shut the VPN", options=("wait",), reason="they are in it", review_at=LATER, known=2)


def room(taken: TakeDecision = SHUT, by: UserId = ALICE) -> Incident:
    return act(incident(rules=()), taken, by)


def test_a_decision_is_kept_with_who_took_it_as_what_and_where_the_facts_stood() -> None:
    decided = room().decisions[1]
    assert decided.taken == DecisionTaken(
        at=NOW,
        by=ALICE,
        number=1,
        text="shut the VPN",
        options=("wait",),
        reason="they are in it",
        review_at=LATER,
        roles=(Role.ADMIN, Role.COORDINATOR),
        known=2,
    )
    assert (decided.options, decided.reason, decided.review_due) == (("wait",), "they are in it", LATER)
    assert decided.backed_by == ALICE


def test_what_is_answered_later_is_not_what_was_known_then() -> None:
    before = act(incident(), Answer(question=ENTRY, value="mail", certainty=Certainty.SUPPOSED), BOB)
    after = act(act(before, SHUT), Answer(question=ENTRY, value="server"), BOB, NOW + HOUR)
    decided = after.decisions[1]
    assert decided.answers == before.answers
    assert decided.certain[ENTRY].certainty is Certainty.SUPPOSED
    assert after.certain == {}


def test_numbers_count_and_more_may_be_said_of_each() -> None:
    two = act(room(), replace(SHUT, text="call the police", reason="", options=(), review_at=None))
    more = act(two, AmendDecision(number=2, reason="it is a crime"), BOB)
    more = act(more, AmendDecision(number=2, options=("wait", "ask"), review_at=LATER), BOB)
    assert (more.decisions[2].reason, more.decisions[2].options) == ("it is a crime", ("wait", "ask"))
    assert more.decisions[2].review_due == LATER
    assert more.decisions[1] == two.decisions[1]


@pytest.mark.parametrize("command", [AmendDecision(number=2, reason="x"), ReviewDecision(number=2, text="x")])
def test_no_decision_of_that_number(command: AmendDecision | ReviewDecision) -> None:
    with pytest.raises(UnknownDecision):
        decide(room(), command, ALICE, NOW, PEOPLE)


@pytest.mark.parametrize("command", [SHUT, AmendDecision(number=1, review_at=LATER)])
def test_no_hour_of_the_past(command: TakeDecision | AmendDecision) -> None:
    with pytest.raises(TimeInPast):
        decide(room(), command, ALICE, LATER, PEOPLE)


def test_who_has_the_authority_backs_it_by_looking_at_it_again() -> None:
    by_it = room(by=CAROL)
    assert by_it.decisions[1].backed_by is None
    seen = act(by_it, ReviewDecision(number=1, text="right"), BOB)
    assert seen.decisions[1].backed_by is None, "the data protection officer advises"
    backed = act(act(seen, ReviewDecision(number=1, text="right"), DAVE), ReviewDecision(number=1, text="yes"), ALICE)
    assert backed.decisions[1].backed_by == DAVE
    assert [review.text for review in backed.decisions[1].reviews] == ["right", "right", "yes"]


def test_the_management_has_the_authority_and_somebody_off_the_roster_has_no_role() -> None:
    before = incident(rules=())
    managed = replace(before, roster={**before.roster, BOB: frozenset({Role.MANAGEMENT})})
    assert act(managed, SHUT, BOB).decisions[1].backed_by == BOB
    gone = grow(before, PersonRemoved(at=NOW, by=ALICE, user=BOB))
    assert act(gone, SHUT, BOB).decisions[1].taken.roles == ()


# --- the hour of review -------------------------------------------------------------------------------------------


def test_who_answers_a_review_that_rang_together_with_something_before_its_hour_is_heard() -> None:
    early = LATER - MINUTE / 2
    rung = grow(room(), ReviewRang(at=early, number=1, due=LATER))
    assert rung.decisions[1].review_due == LATER
    assert act(rung, ReviewDecision(number=1, text="right"), ALICE, early).decisions[1].review_due is None
    again = act(rung, AmendDecision(number=1, review_at=LATER + HOUR), ALICE, early)
    assert again.decisions[1].review_due == LATER + HOUR


def test_the_hour_rings_once_for_whoever_decided_and_who_leads() -> None:
    decided = room(by=CAROL)
    assert alarms(decided, NOW) == (ReviewDue(at=LATER, number=1, due=LATER),)
    (rang,) = ring(decided, LATER)
    assert rang == ReviewRang(at=LATER, number=1, due=LATER)
    assert called(decided, rang) == (CAROL, ALICE, DAVE)
    assert called(grow(decided, Left(at=NOW, user=CAROL)), rang) == (ALICE, DAVE)
    assert alarms(grow(decided, rang), LATER) == ()


def test_another_hour_rings_again_and_one_that_was_looked_at_before_does_not() -> None:
    rung = grow(room(), ReviewRang(at=LATER, number=1, due=LATER))
    again = act(rung, AmendDecision(number=1, review_at=LATER + HOUR), ALICE, LATER)
    assert alarms(again, LATER) == (ReviewDue(at=LATER + HOUR, number=1, due=LATER + HOUR),)
    early = act(room(), ReviewDecision(number=1, text="still right"), ALICE, NOW + HOUR)
    assert alarms(early, NOW + HOUR), "who looks at it early is reminded all the same"
    assert alarms(act(rung, ReviewDecision(number=1, text="right"), ALICE, LATER), LATER) == ()


def test_a_closed_room_rings_for_no_decision() -> None:
    assert alarms(act(room(), Close()), LATER) == ()


def test_whom_it_called_may_have_to_be_paged_until_somebody_looked() -> None:
    rang = ReviewRang(at=LATER, number=1, due=LATER)
    rung = grow(room(), rang)
    assert list(unseen(rung, LATER + MINUTE)) == [rang]
    looked = act(rung, ReviewDecision(number=1, text="right"), ALICE, LATER + MINUTE)
    assert list(unseen(looked, LATER + 2 * MINUTE)) == []


def test_what_could_not_be_said_is_over_once_it_was() -> None:
    rang = ReviewRang(at=LATER, number=1, due=LATER)
    lost = NotDelivered(at=LATER, reminder=rang, code="M_FORBIDDEN")
    assert grow(room(), lost, rang).undelivered == ()
    assert without((lost,), replace(rang, due=LATER + HOUR)) == (lost,)


# --- what is replied ----------------------------------------------------------------------------------------------


def test_a_reply_to_a_decision_without_a_reason_is_its_reason() -> None:
    bare = room(replace(SHUT, reason=""))
    assert about_fact(bare.decisions[1].taken, bare, bare) == (subjects.RestOf(word="decide", begun="1 because"),)
    assert about_fact(room().decisions[1].taken, room(), room()) == ()
    assert about_fact(DecisionAmended(at=NOW, by=BOB, number=1), room(), room()) == ()


def test_a_reply_to_its_reminder_is_what_came_of_it() -> None:
    rang = ReviewRang(at=LATER, number=1, due=LATER)
    assert about_reminders([rang], room()) == (subjects.RestOf(word="decide", begun="1 reviewed"),)
    assert about_reminders([rang, replace(rang, number=2)], room()) == (), "it would not be clear which"


def test_a_decision_is_looked_at_in_time_however_fast_a_drill_is() -> None:
    fast = act(incident(rules=(), drill=True, pace=3600), SHUT)
    assert [alarm.at for alarm in alarms(fast, NOW)] == [NOW + timedelta(hours=6)]
