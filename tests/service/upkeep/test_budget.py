"""A burst, then a steady pace; one warning a minute; and no memory of anybody who is quiet."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.names import RoomId, UserId
from bot.service.upkeep.budget import AWAY, AWAY_BURST, BURST, FORGOTTEN, PACE, WARN_AGAIN, Budget, Taken
from tests.core.build import ALICE, BOB, NOW

ROOM, OTHER = RoomId("!room:example.org"), RoomId("!other:example.org")
SECOND = timedelta(seconds=1)


def budget_at_work() -> Budget:
    """Return a budget that came back a while ago and heard something just now."""
    budget = Budget(NOW - timedelta(hours=1))
    budget.hear(NOW - timedelta(hours=1))
    for seconds in range(-3600, 1, 30):
        budget.hear(NOW + seconds * SECOND)
    return budget


def spend(budget: Budget, count: int, *, user: UserId = BOB, room: RoomId = ROOM, after: timedelta) -> list[Taken]:
    return [budget.spend(user, room, NOW + after) for _ in range(count)]


def test_a_burst_is_taken_then_one_warning_then_silence() -> None:
    budget = budget_at_work()
    assert spend(budget, BURST + 3, after=0 * SECOND) == [Taken.YES] * BURST + [Taken.WARNED, Taken.NO, Taken.NO]
    assert budget.dropped == 3


def test_then_one_is_taken_every_three_seconds() -> None:
    budget = budget_at_work()
    spend(budget, BURST + 1, after=0 * SECOND)
    assert spend(budget, 1, after=PACE - SECOND) == [Taken.NO]
    assert spend(budget, 2, after=PACE) == [Taken.YES, Taken.NO]


def test_who_goes_on_regardless_is_told_once_a_minute() -> None:
    budget = budget_at_work()
    said = [taken for second in range(180) for taken in spend(budget, 5, after=second * SECOND)]
    assert said.count(Taken.WARNED) == 3
    assert timedelta(minutes=1) == WARN_AGAIN


def test_another_person_and_another_room_have_purses_of_their_own() -> None:
    budget = budget_at_work()
    spend(budget, BURST + 1, after=0 * SECOND)
    assert spend(budget, 1, user=ALICE, after=0 * SECOND) == [Taken.YES]
    assert spend(budget, 1, room=OTHER, after=0 * SECOND) == [Taken.YES]


def test_after_a_quiet_minute_everything_is_as_at_first() -> None:
    budget = budget_at_work()
    first = spend(budget, BURST + 2, after=0 * SECOND)
    assert spend(budget, BURST + 2, after=FORGOTTEN) == first


def test_what_was_sent_while_we_were_away_has_a_larger_purse_of_its_own() -> None:
    budget = budget_at_work()
    back = AWAY + SECOND
    budget.hear(NOW + back)
    assert spend(budget, AWAY_BURST + 2, after=back) == [Taken.YES] * AWAY_BURST + [Taken.WARNED, Taken.NO]
    assert spend(budget, BURST + 1, after=back + SECOND) == [Taken.YES] * BURST + [Taken.WARNED]


def test_what_waited_for_our_start_and_what_the_first_answer_brings_was_sent_while_we_were_away() -> None:
    budget = Budget(NOW)
    assert set(spend(budget, AWAY_BURST, after=0 * SECOND)) == {Taken.YES}
    budget.hear(NOW + 5 * SECOND)
    assert set(spend(budget, BURST + 1, user=ALICE, after=5 * SECOND)) == {Taken.YES}


def test_while_answers_come_we_are_not_away() -> None:
    budget = budget_at_work()
    budget.hear(NOW + AWAY)
    assert spend(budget, BURST + 1, after=AWAY)[-1] is Taken.WARNED


def test_a_clock_that_goes_back_gives_nothing() -> None:
    budget = budget_at_work()
    spend(budget, BURST, after=30 * SECOND)
    assert spend(budget, 1, after=0 * SECOND) == [Taken.WARNED]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 20), max_size=120))
def test_no_span_of_time_sees_more_than_a_burst_and_the_pace(waits: list[float]) -> None:
    budget, at = budget_at_work(), NOW
    taken = []
    for wait in waits:
        at += timedelta(seconds=wait)
        if budget.spend(BOB, ROOM, at) is Taken.YES:
            taken.append(at)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= BURST + (taken[last] - taken[first]) / PACE + 1


def test_a_flood_by_ten_thousand_is_forgotten_when_it_is_over() -> None:
    budget = budget_at_work()
    for number in range(10_000):
        budget.spend(UserId(f"@{number}:example.org"), ROOM, NOW + number * timedelta(milliseconds=100))
    assert len(budget) <= FORGOTTEN / timedelta(milliseconds=100) + 1
    spend(budget, 1, after=timedelta(days=1))
    assert len(budget) == 1
