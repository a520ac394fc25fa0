"""The line of the inbox: alarms first, arrival's order, and nobody waits for another's flood."""

from __future__ import annotations

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.names import DeviceId, InputId, RoomId, UserId
from bot.ports import (
    CameBack,
    Comparison,
    Incoming,
    Membership,
    Message,
    Unreadable,
    VerificationEnd,
    VerificationEnded,
    VerificationShown,
)
from bot.service.fair import SHARE, FairLine, FairQueue
from tests.core.build import ALICE, BOB, CAROL, NOW

ROOM = RoomId("!room:example.org")
ID = InputId("$event")
SENDERS = (ALICE, BOB, CAROL)
# None is an alarm, "out" takes one out.
STEPS = st.lists(st.sampled_from([*SENDERS, BOB, BOB, BOB, None, "out"]), max_size=300)
Thing = tuple[UserId | None, int]


def out(line: FairLine[Thing]) -> list[Thing]:
    return [line.pop() for _ in range(len(line))]


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_all_that_went_in_comes_out_once_each_persons_in_order_and_alarms_first(steps: list[UserId | None]) -> None:
    line: FairLine[Thing] = FairLine()
    inside: list[Thing] = []
    for number, step in enumerate(steps):
        if step != "out":
            line.push((step, number), step)
            inside.append((step, number))
        elif inside:
            thing = line.pop()
            assert thing == next(waiting for waiting in inside if waiting[0] == thing[0]), "a person's own order"
            assert thing[0] is None or all(sender is not None for sender, _ in inside), "alarms first"
            inside.remove(thing)
        assert len(line) == len(inside)
        assert all(line.holds(user) == any(sender == user for sender, _ in inside) for user in SENDERS)
    rest = out(line)
    assert sorted(rest, key=lambda thing: thing[1]) == inside
    assert not any(map(line.holds, SENDERS))


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_somebody_new_in_line_waits_for_a_share_of_each_of_the_others_at_the_most(steps: list[UserId | None]) -> None:
    line: FairLine[Thing] = FairLine()
    for number, step in enumerate(steps):
        if step == "out":
            if len(line):
                line.pop()
        else:
            line.push((step, number), step)
    new = (UserId("@new:example.org"), -1)
    line.push(new, new[0])
    people = [thing for thing in out(line) if thing[0] is not None]
    before = people[: people.index(new)]
    assert all(sum(sender == user for sender, _ in before) <= SHARE for user in SENDERS)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(SENDERS), max_size=SHARE * 3))
def test_while_nobody_has_more_than_a_share_it_is_the_order_of_arrival(senders: list[UserId]) -> None:
    kept = [sender for place, sender in enumerate(senders) if senders[:place].count(sender) < SHARE]
    line: FairLine[Thing] = FairLine()
    expected = deque[Thing]()
    for number, sender in enumerate(kept):
        line.push((sender, number), sender)
        expected.append((sender, number))
    assert out(line) == list(expected)


def test_a_flood_leaves_nothing_behind_in_memory() -> None:
    line: FairLine[Thing] = FairLine()
    for number in range(10_000):
        user = UserId(f"@{number % 1000}:example.org")
        line.push((user, number), user)
    assert len(out(line)) == 10_000
    assert not line._behind
    assert not line._standing


def test_nothing_comes_out_of_an_empty_line() -> None:
    with pytest.raises(IndexError):
        FairLine[Thing]().pop()


COMPARISON = Comparison(id="c", code="1234", user=BOB, device=DeviceId("D"), emoji=(), numbers=())
CAUSED_BY_BOB: tuple[Incoming, ...] = (
    Message(id=ID, room=ROOM, sender=BOB, device=DeviceId("D"), body="x", thread=None, sent_at=NOW, received_at=NOW),
    Unreadable(id=ID, room=ROOM, sender=BOB, received_at=NOW),
    Membership(id=ID, room=ROOM, user=BOB, present=True, received_at=NOW),
    VerificationShown(id=ID, comparison=COMPARISON, received_at=NOW),
    VerificationEnded(id=ID, user=BOB, end=VerificationEnd.FAILED, received_at=NOW),
)


async def test_that_we_came_back_goes_before_everything_of_people() -> None:
    queue, news = FairQueue(), CameBack(id=ID, since=NOW, messages=1, received_at=NOW)
    queue.put_nowait(CAUSED_BY_BOB[0])
    queue.put_nowait(news)
    assert await queue.get() is news


@pytest.mark.parametrize("incoming", CAUSED_BY_BOB, ids=lambda incoming: type(incoming).__name__)
async def test_everything_somebody_causes_stands_in_their_place(incoming: Incoming) -> None:
    queue = FairQueue()
    queue.put_nowait(incoming)
    assert queue.holds(BOB)
    queue.put_nowait("incident:an alarm")
    assert (queue.qsize(), await queue.get(), await queue.get()) == (2, "incident:an alarm", incoming)
    assert queue.empty()
