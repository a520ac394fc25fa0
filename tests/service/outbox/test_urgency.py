"""Who goes first when many rooms want something, and what nobody's flood can take away."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.ports import BusyError, CreateRoom, Erase, Task
from bot.service.outbox.gate import WIDTH
from bot.service.outbox.urgency import Urgency
from tests.service.outbox.harness import MINUTE, SECOND, Limiter, Outbox, row

MANY = 200
"""More than any slots; what is said of it holds of 1,200."""


class Slow:
    """A homeserver that answers when the test says so."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()

    async def __call__(self, task: Task) -> None:
        await self.may_answer.wait()


def flood(count: int = MANY, kind: str = "answer", *, first: int = 1_000) -> list[Task]:
    return [row(first + number, kind, lane=f"bulk{number}", bulk=True) for number in range(count)]


async def test_what_rings_goes_before_answers_and_these_before_cards_and_so_among_very_many_rooms() -> None:
    outbox = Outbox()
    rows = [
        row(5, "answer", lane="d", bulk=True),
        row(3, "card", lane="c"),
        row(2, "answer", lane="b"),
        row(4, "ring", lane="e", bulk=True),
        row(1, "ring", lane="a"),
    ]
    async with outbox.store.transaction() as tx:
        await tx.queue(rows)
    async with outbox.life():
        assert [int(task.id, 16) for _, task in outbox.tried] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("kind", ["answer", "invite", "remove", "fetch", "create-room"])
async def test_a_flood_for_very_many_rooms_leaves_slots_to_everybody_else(kind: str) -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*flood())
        assert outbox.in_work == WIDTH - Urgency.BULK
        await outbox.add(row(1, kind, lane="alice"))
        await outbox.add(row(2, "ring", lane="bob"))
        assert [int(task.id, 16) for _, task in outbox.tried[-2:]] == [1, 2]
        slow.may_answer.set()
        await outbox.settle()
        assert len(outbox.done) == MANY + 2
        assert outbox.most_in_work <= WIDTH


async def test_however_many_answers_wait_for_the_homeserver_a_reminder_finds_a_slot() -> None:
    outbox = Outbox(Slow())
    async with outbox.life():
        await outbox.add(*(row(number, "answer", lane=f"lane{number}") for number in range(50)))
        assert outbox.in_work == WIDTH - Urgency.ANSWER
        await outbox.add(row(99, "ring", lane="late"))
        assert outbox.tried[-1][1].id == row(99, "ring").id
        assert outbox.in_work == WIDTH


async def test_of_very_many_rooms_those_to_be_made_come_before_what_is_said_in_others() -> None:
    outbox = Outbox()
    rows = [
        row(3, "answer", lane="made", bulk=True),
        row(1, "create-room", lane="c", bulk=True),
        row(2, "create-room", lane="d", bulk=True),
    ]
    async with outbox.store.transaction() as tx:
        await tx.queue(rows)
    async with outbox.life():
        assert [int(task.id, 16) for _, task in outbox.tried] == [1, 2, 3]


async def test_of_very_many_rooms_the_first_is_told_all_before_a_later_one_is_told_anything() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*flood(WIDTH))
        for lane in range(30):
            await outbox.pass_time(SECOND)
            await outbox.add(*(row(10 * lane + number, "answer", lane=f"lane{lane}", bulk=True) for number in range(3)))
        slow.may_answer.set()
        await outbox.settle()
        order = [number for number in outbox.ids() if number < 1_000]
        assert len(order) == 3 * 30
        for lane in range(30 - WIDTH):
            assert order.index(10 * lane + 2) < order.index(10 * (lane + WIDTH))


async def test_lanes_of_a_class_take_turns() -> None:
    outbox = Outbox()
    async with outbox.life():
        rows = [row(100 * lane + number, "answer", lane=f"lane{lane}") for lane in range(20) for number in range(3)]
        await outbox.add(*rows)
        tries = [int(task.id, 16) % 100 for _, task in outbox.tried]
        assert tries == sorted(tries), "all first rows, then all second ones"


async def test_an_answer_overtakes_what_waits_for_very_many_rooms_in_its_lane() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*flood())
        last = f"bulk{MANY - 1}"
        await outbox.add(row(1, "answer", lane=last))
        assert int(outbox.tried[-1][1].id, 16) == 1
        slow.may_answer.set()
        await outbox.settle()
        assert outbox.ids().index(1) < outbox.ids().index(1_000 + MANY - 1)


async def test_what_takes_somebody_out_does_not_overtake_what_lets_them_in_but_pulls_it_forward() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*flood(kind="invite"))
        await outbox.add(row(1, "remove", lane=f"bulk{MANY - 1}"))
        assert outbox.tried[-1][1].id == flood(kind="invite")[-1].id
        slow.may_answer.set()
        await outbox.settle()
        ids = outbox.ids()
        assert ids.index(1_000 + MANY - 1) < ids.index(1) < 2 * WIDTH


async def test_what_is_pulled_forward_takes_its_turn_among_what_it_is_pulled_to() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*(row(100 + number, "answer", lane=f"first{number}") for number in range(WIDTH)))
        await outbox.add(row(1, "invite", lane="many", bulk=True), row(2, "remove", lane="many"))
        await outbox.add(*(row(200 + number, "answer", lane=f"later{number}") for number in range(50)))
        slow.may_answer.set()
        await outbox.settle()
        assert outbox.ids().index(1) < outbox.ids().index(200 + WIDTH)


async def test_an_answer_goes_before_an_edit_of_the_card_whose_time_has_come() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(row(1, "answer"), row(2, "card", delay=outbox.clock.now() + SECOND), row(3, "answer"))
        await outbox.pass_time(2 * SECOND)
        slow.may_answer.set()
        await outbox.settle()
        assert outbox.ids() == [1, 3, 2]


@pytest.mark.parametrize("kind", ["card", "progress"])
async def test_what_is_worded_when_it_is_sent_waits_in_a_lane_only_once(kind: str) -> None:
    outbox = Outbox(Slow())
    async with outbox.life() as drain:
        delay = outbox.clock.now() + MINUTE
        drain.add([row(1, kind, delay=delay), row(2, kind, delay=delay)])
        assert drain.lanes.waiting == 1


@pytest.mark.parametrize("kind", ["card", "progress"])
async def test_a_card_for_somebody_is_not_left_to_the_one_of_very_many_rooms(kind: str) -> None:
    outbox = Outbox(Slow())
    async with outbox.life() as drain:
        await outbox.add(*flood(kind=kind))
        last = f"bulk{MANY - 1}"
        drain.add([row(1, kind, lane=last)])
        await outbox.settle()
        assert outbox.tried[-1][1].lane == last
        assert drain.lanes.waiting == MANY


async def test_rooms_are_taken_back_one_after_the_other_and_hold_nobody_up() -> None:
    outbox = Outbox(slow := Slow())
    async with outbox.life():
        await outbox.add(*(row(number, "erase", lane=f"lane{number}") for number in range(20)))
        assert outbox.in_work == 1
        await outbox.add(row(50, "card", lane="alice"))
        assert outbox.in_work == 2
        slow.may_answer.set()
        await outbox.settle()
        assert len(outbox.done) == 21


async def test_a_room_that_is_told_to_wait_while_it_is_taken_back_waits_for_itself() -> None:
    faults = [BusyError(MINUTE)]

    async def ask(task: Task) -> None:
        if task.kind is Erase and faults:
            raise faults.pop()

    outbox = Outbox(ask)
    async with outbox.life():
        await outbox.add(row(1, "erase", lane="a"), row(2, "erase", lane="b"))
        assert outbox.ids() == [2]
        await outbox.pass_time(MINUTE)
        assert outbox.ids() == [2, 1]


# --- under a limit of the homeserver ----------------------------------------------------------------------------


class Messages:
    """Synapse's default limit on messages."""

    def __init__(self, outbox: Outbox, rate: float = 0.2) -> None:
        self.outbox = outbox
        self.limiter = Limiter(rate=rate, burst=10)
        self.refused = 0

    async def __call__(self, task: Task) -> None:
        try:
            self.limiter.pass_one(self.outbox.clock.now())
        except BusyError:
            self.refused += 1
            raise


async def test_a_flood_goes_as_fast_as_the_limiter_allows_with_one_write_for_each_refusal() -> None:
    outbox = Outbox()
    outbox.ask = server = Messages(outbox)
    async with outbox.life():
        await outbox.add(*flood())
        await outbox.pass_time(15 * MINUTE)
        assert len(outbox.store.postponed) == server.refused
        possible = 10 + 15 * 60 * server.limiter.rate
        assert len(outbox.done) >= 0.95 * possible
        assert server.refused <= 0.2 * possible, "most of what is asked is let through"


async def test_in_a_flood_under_a_limit_a_reminder_is_the_next_that_goes() -> None:
    outbox = Outbox()
    outbox.ask = server = Messages(outbox)
    lateness = []
    async with outbox.life():
        await outbox.add(*flood())
        for number in range(60):
            await outbox.pass_time(timedelta(seconds=61.3))
            due, before = outbox.clock.now(), len(outbox.done)
            await outbox.add(row(number, "ring", lane=f"ring{number}"))
            await outbox.pass_time(timedelta(seconds=1 / server.limiter.rate))
            at, done = outbox.done[before]
            assert int(done.id, 16) == number, "no message of the flood went before it"
            lateness.append(at - due)
        assert sum(late == timedelta() for late in lateness) > 30, "mostly a token was left for it"
        assert max(lateness) <= 5 * SECOND


async def test_answers_share_the_tokens_before_the_flood_gets_any() -> None:
    outbox = Outbox()
    outbox.ask = Messages(outbox)
    async with outbox.life():
        await outbox.add(*flood())
        await outbox.pass_time(5 * MINUTE)
        before = len(outbox.done)
        await outbox.add(*(row(number, "answer", lane=f"lane{number % 3}") for number in range(9)))
        await outbox.pass_time(MINUTE)
        assert sorted(outbox.ids()[before : before + 9]) == list(range(9))


async def test_a_limit_that_is_lifted_in_the_middle_is_outgrown() -> None:
    outbox = Outbox()
    outbox.ask = server = Messages(outbox)
    async with outbox.life():
        await outbox.add(*flood())
        await outbox.pass_time(5 * MINUTE)
        server.limiter.rate = 1_000
        await outbox.pass_time(5 * MINUTE)
        assert len(outbox.done) == MANY


async def test_rooms_are_made_at_the_pace_of_their_own_limit_while_messages_go_at_theirs() -> None:
    outbox = Outbox()
    rooms = Limiter(rate=0.016, burst=10)

    async def ask(task: Task) -> None:
        if task.kind is CreateRoom:
            rooms.pass_one(outbox.clock.now())

    outbox.ask = ask
    async with outbox.life():
        await outbox.add(*flood(100, "create-room"))
        await outbox.pass_time(30 * MINUTE)
        made = len(outbox.done)
        assert made >= 0.9 * (10 + 30 * 60 * 0.016)
        await outbox.add(*flood(100, "answer", first=5_000))
        assert len(outbox.done) == 2 * made, "in the lanes whose room is made"
        before = len(outbox.done)
        await outbox.add(row(1, "create-room", lane="alice"))
        await outbox.pass_time(MINUTE)
        assert outbox.ids()[before] == 1, "who opens a room now goes before the others"


async def test_rooms_are_made_as_fast_as_they_may_though_messages_draw_on_a_limit_of_theirs_too() -> None:
    outbox = Outbox()
    rooms, events = Limiter(rate=0.016, burst=10), Limiter(rate=0.2, burst=10)

    async def ask(task: Task) -> None:
        now = outbox.clock.now()
        if task.kind is CreateRoom:
            rooms.pass_one(now)
        events.pass_one(now)

    outbox.ask = ask
    async with outbox.life():
        for made, *said in zip(
            flood(60, "create-room"), *(flood(60, first=10_000 * n) for n in range(1, 6)), strict=True
        ):
            await outbox.add(made, *said)
        await outbox.pass_time(30 * MINUTE)
        made = sum(task.kind is CreateRoom for _, task in outbox.done)
        assert made >= 0.9 * (10 + 30 * 60 * rooms.rate)
