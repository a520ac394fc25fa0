"""What is learned of the homeserver's limits, on whom it is blamed, and when it is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.names import UserId
from bot.matrix.http.errors import chat_error
from bot.ports import BusyError, CreateRoom, Task
from bot.service.outbox.pace import BURST, FORGOTTEN, STREAK, Pace
from bot.service.outbox.urgency import EVENTS, INVITES, ROOMS, invites_of
from tests.fakes.clock import START
from tests.service.outbox.harness import MINUTE, SECOND, Limiter, Outbox, invited, row

LIMITS = (EVENTS,)


def limited(retry_after: timedelta, now: datetime = START) -> Pace:
    pace = Pace()
    pace.limited(LIMITS, now, retry_after)
    return pace


def test_nothing_is_held_before_the_first_refusal() -> None:
    pace = Pace()
    for _ in range(1_000):
        assert pace.held_until(EVENTS, START) is None
        pace.take(LIMITS, START)
        pace.passed(LIMITS, START)


def test_after_a_refusal_one_goes_for_each_time_it_named() -> None:
    pace = limited(4 * SECOND)
    assert pace.held_until(EVENTS, START) == START + 4 * SECOND
    assert pace.held_until(EVENTS, START, spare=1) == START + 8 * SECOND
    pace.take(LIMITS, START + 4 * SECOND)
    assert pace.held_until(EVENTS, START + 4 * SECOND) == START + 8 * SECOND


def test_how_long_each_takes_is_that_of_the_narrowest_limit_met_and_is_forgotten_with_it() -> None:
    pace = limited(4 * SECOND)
    pace.limited((ROOMS,), START, MINUTE)
    assert pace.interval((INVITES,), START) is None
    assert pace.interval((ROOMS, EVENTS), START) == MINUTE
    assert pace.interval((EVENTS,), START + FORGOTTEN + SECOND) is None


def test_a_second_refusal_tells_the_true_interval() -> None:
    pace = limited(4 * SECOND)
    for seconds in (4, 8):
        pace.take(LIMITS, START + seconds * SECOND)
    pace.passed(LIMITS, START + 4 * SECOND)
    pace.limited(LIMITS, START + 8 * SECOND, SECOND)
    assert pace.held_until(EVENTS, START + 8 * SECOND) == START + 9 * SECOND
    pace.take(LIMITS, START + 9 * SECOND)
    assert pace.held_until(EVENTS, START + 9 * SECOND) == START + 14 * SECOND


def test_tokens_gather_while_nothing_is_asked_but_not_without_end() -> None:
    pace = limited(SECOND)
    now = START + 5 * MINUTE
    taken = 0
    while pace.held_until(EVENTS, now) is None:
        pace.take(LIMITS, now)
        taken += 1
    assert taken == BURST


def test_a_streak_without_refusals_goes_faster_and_each_one_more_so() -> None:
    pace, now = limited(10 * SECOND), START
    waits = []
    for _ in range(4 * STREAK):
        free = pace.held_until(EVENTS, now)
        assert free is not None
        waits.append(free - now)
        now = free
        pace.take(LIMITS, now)
        pace.passed(LIMITS, now)
    assert waits[STREAK] == 10 * SECOND
    assert waits[STREAK + 1] == 9 * SECOND
    assert waits[-1] < 6 * SECOND


def test_a_limit_that_was_not_met_for_a_while_is_forgotten() -> None:
    pace = limited(10 * MINUTE)
    for _ in range(5):
        pace.take(LIMITS, START)
    assert pace.held_until(EVENTS, START + FORGOTTEN + SECOND) is not None, "ten minutes say nothing of such a limit"
    assert pace.held_until(EVENTS, START + BURST * 10 * MINUTE + SECOND) is None


@pytest.mark.parametrize("retry_after", [timedelta(), timedelta(milliseconds=1)])
def test_a_refusal_that_names_no_time_holds_nothing(retry_after: timedelta) -> None:
    assert limited(retry_after).held_until(EVENTS, START) is None


@given(
    rate=st.floats(0.01, 5),
    burst=st.integers(1, 20),
    steps=st.lists(st.floats(0, 30), min_size=1, max_size=60),
)
def test_the_interval_that_is_learned_is_never_longer_than_twice_the_true_one(
    rate: float, burst: int, steps: list[float]
) -> None:
    pace, limiter, now = Pace(), Limiter(rate=rate, burst=burst), START
    for seconds in steps:
        now += timedelta(seconds=seconds)
        now = pace.held_until(EVENTS, now) or now
        pace.take(LIMITS, now)
        try:
            limiter.pass_one(now)
        except BusyError as busy:
            pace.limited(LIMITS, now, busy.retry_after)
        else:
            pace.passed(LIMITS, now)
    for bucket in pace._buckets.values():
        assert bucket.interval <= 2 * max(timedelta(seconds=1 / rate), timedelta(seconds=0.2))


def test_a_homeserver_that_breaks_its_word_is_asked_less_and_less() -> None:
    pace, now, asked = Pace(), START, 0
    while now < START + 10 * MINUTE:
        pace.limited(LIMITS, now, timedelta(milliseconds=100))
        asked += 1
        free = pace.held_until(EVENTS, now)
        assert free is not None
        now = free
    assert asked < 25


async def test_one_row_that_is_told_to_wait_for_an_hour_makes_no_reminder_wait_so_long() -> None:
    faults = [BusyError(60 * MINUTE)]

    async def ask(task: Task) -> None:
        if faults:
            raise faults.pop()

    outbox = Outbox(ask)
    async with outbox.life():
        await outbox.add(row(1, "answer", lane="a"))
        await outbox.add(row(2, "ring", lane="b"))
        await outbox.pass_time(2 * MINUTE)
        assert outbox.ids() == [2]
        await outbox.pass_time(56 * MINUTE)
        assert outbox.ids() == [2]
        await outbox.pass_time(2 * MINUTE)
        assert outbox.ids() == [2, 1]


# --- invitations ------------------------------------------------------------------------------------------------


def person(number: int) -> UserId:
    return UserId(f"@person{number}:example.org")


def invitations(count: int, *, of: int = 0, first: int = 0) -> list[Task]:
    """Return as many invitations into rooms of their own: all of the same person, or each of another."""
    return [
        row(first + number, "invite", lane=f"room{first + number}", user=person(of or first + number), bulk=True)
        for number in range(count)
    ]


class Invitations:
    """Synapse's default limits on them: five of a person, ten of ours, then slowly more."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._of_all = Limiter(rate=0.3, burst=10)
        self._of_each: dict[UserId | None, Limiter] = {}

    async def __call__(self, task: Task) -> None:
        now = self._outbox.clock.now()
        self._of_each.setdefault(invited(task), Limiter(rate=0.003, burst=5)).pass_one(now)
        self._of_all.pass_one(now)


async def test_one_person_who_cannot_be_invited_stops_nobody_elses_invitation() -> None:
    outbox = Outbox()
    outbox.ask = Invitations(outbox)
    async with outbox.life():
        await outbox.add(*invitations(50, of=7_777))
        await outbox.pass_time(MINUTE)
        assert len(outbox.done) == 5
        assert len(outbox.store.postponed) <= 8, "the others did not even ask"
        await outbox.add(*invitations(8, first=1_000))
        await outbox.pass_time(MINUTE)
        assert len(outbox.done) == 13


async def test_the_limit_on_all_our_invitations_is_seen_after_three_and_kept_to() -> None:
    outbox = Outbox()
    outbox.ask = Invitations(outbox)
    async with outbox.life():
        await outbox.add(*invitations(100))
        await outbox.pass_time(4 * MINUTE)
        possible = 10 + 4 * 60 * 0.3
        assert len(outbox.done) >= 0.8 * possible
        assert len(outbox.store.postponed) <= 0.35 * possible


def test_three_people_in_a_row_are_our_limit_but_not_for_long() -> None:
    pace = Pace()
    for number in range(3):
        assert pace.held_until(INVITES, START) is None
        pace.limited((invites_of(person(number)), INVITES, EVENTS), START, 5 * MINUTE)
    assert pace.held_until(INVITES, START) == START + 10 * SECOND
    assert pace.held_until(EVENTS, START) is None


def test_people_who_are_limited_between_invitations_that_pass_are_limited_themselves() -> None:
    pace = Pace()
    for number in range(10):
        pace.limited((invites_of(person(number)), INVITES, EVENTS), START, 5 * MINUTE)
        pace.passed((invites_of(person(100)), INVITES, EVENTS), START)
    assert pace.held_until(INVITES, START) is None


async def test_a_room_that_waits_for_one_of_its_people_stops_no_other_room() -> None:
    faults = [BusyError(5 * MINUTE, invited=person(1))]

    async def ask(task: Task) -> None:
        if task.kind is CreateRoom and faults:
            raise faults.pop()

    outbox = Outbox(ask)
    async with outbox.life():
        await outbox.add(row(1, "create-room", lane="a"))
        await outbox.add(row(2, "create-room", lane="b"), *invitations(1, of=1, first=3), *invitations(1, first=4))
        assert outbox.ids() == [2, 4]
        await outbox.pass_time(5 * MINUTE)
        assert sorted(outbox.ids()) == [1, 2, 3, 4]


async def test_a_file_that_is_limited_waits_alone() -> None:
    faults = [chat_error(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 60_000})]

    async def ask(task: Task) -> None:
        if faults:
            raise faults.pop()

    outbox = Outbox(ask)
    async with outbox.life():
        await outbox.add(row(1, "file"))
        await outbox.add(row(2, "answer"), row(3, "answer", lane="other"))
        assert sorted(outbox.ids()) == [2, 3]
        await outbox.pass_time(MINUTE)
        assert outbox.ids()[-1] == 1
