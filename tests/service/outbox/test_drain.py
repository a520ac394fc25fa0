"""The outbox, whatever fails in it: each row once, the room first, reminders before answers; and how long it waits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import NO_DEVICE, BusyError, ChatError, RefusedError, Say, Task, UnreachableError
from tests.service.outbox.harness import MINUTE, SECOND, Outbox, row

HOUR = 60 * MINUTE
FAULTS = (None, None, None, UnreachableError("down"), BusyError(timedelta(seconds=7)))
KINDS = st.lists(st.sampled_from(["answer", "answer", "ring", "file", "invite"]), max_size=12)
LANES = st.lists(
    st.tuples(
        st.sampled_from(["answer", "ring", "file", "invite", "remove", "card", "pin", "create-room", "erase", "fetch"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=20,
)
OUTCOMES = st.lists(
    st.sampled_from([*FAULTS, RefusedError("M_FORBIDDEN"), RefusedError(NO_DEVICE), "lost"]), max_size=40
)


class Faults:
    """A homeserver that fails as it is told, and then no more; what is `lost` was done, and its answer did not come."""

    def __init__(self, faults: Iterable[ChatError | str | None]) -> None:
        self.left = deque(faults)
        self.did: set[str] = set()

    async def __call__(self, task: Task) -> None:
        match self.left.popleft() if self.left else None:
            case None:
                self.did.add(task.id)
            case ChatError() as fault:
                raise fault
            case _:
                self.did.add(task.id)
                raise UnreachableError("the answer was lost")


async def work(outbox: Outbox, *rows: Task) -> None:
    async with outbox.life() as drain:
        if rows:
            await outbox.add(*rows)
        await outbox.pass_time(24 * HOUR)
        assert not drain.lanes.waiting


@settings(max_examples=100, deadline=None)
@given(kinds=KINDS, faults=st.lists(st.sampled_from(FAULTS), max_size=30), makes_room=st.booleans())
def test_whatever_fails_each_row_is_done_once_and_in_its_place(
    kinds: list[str], faults: list[ChatError | None], *, makes_room: bool
) -> None:
    rows = [row(number, kind) for number, kind in enumerate([*(["create-room"] if makes_room else []), *kinds])]
    outbox = Outbox(Faults(faults))
    asyncio.run(work(outbox, *rows))
    done = [task for _, task in outbox.done]
    assert sorted(task.id for task in done) == [task.id for task in rows]
    if makes_room:
        assert done[0].id == rows[0].id
    said = [task.id for task in done if task.content is not None and task.content.body == "answer"]
    assert said == sorted(said), "answers keep their order; what rings waits for nothing"


@settings(max_examples=100, deadline=None)
@given(wanted=LANES, outcomes=OUTCOMES, lives=st.lists(st.integers(0, 90), max_size=3))
def test_no_row_is_lost_or_done_twice_whatever_fails_and_whenever_we_are_killed(
    wanted: list[tuple[str, int, bool]], outcomes: list[ChatError | str | None], lives: list[int]
) -> None:
    rows = [row(n, kind, lane=f"lane{lane}", bulk=bulk) for n, (kind, lane, bulk) in enumerate(wanted)]
    outbox = Outbox(homeserver := Faults(outcomes))

    async def play() -> None:
        async with outbox.store.transaction() as tx:
            await tx.queue(rows)
        kept = {task.id for task in await outbox.store.tasks()}
        for seconds in lives:
            async with outbox.life():
                await outbox.pass_time(timedelta(seconds=seconds))
        await work(outbox)
        assert not await outbox.store.tasks()
        settled = [task.id for _, task in outbox.done]
        assert sorted(settled) == sorted(kept), "each is settled once"
        assert homeserver.did <= kept

    asyncio.run(play())


async def test_a_reminder_waits_for_its_room_and_then_goes_before_the_answers() -> None:
    outbox = Outbox(Faults([UnreachableError("down")]))
    await work(outbox, row(1, "create-room"), row(2, "answer"), row(3, "ring"))
    assert outbox.ids() == [1, 3, 2]


async def test_a_row_that_failed_is_held_to_the_rest_that_was_asked_for_and_then_a_reminder_goes_first() -> None:
    outbox = Outbox(Faults([BusyError(timedelta(seconds=7))]))
    async with outbox.life():
        start = outbox.clock.now()
        await outbox.add(row(1, "answer"))
        await outbox.add(row(2, "ring"))
        assert not outbox.done
        await outbox.pass_time(MINUTE)
    # As far as we know, one goes in seven seconds.
    assert [(at - start, int(task.id, 16)) for at, task in outbox.done] == [(7 * SECOND, 2), (14 * SECOND, 1)]


async def test_what_nobody_could_read_waits_for_a_device() -> None:
    outbox = Outbox(Faults([RefusedError(NO_DEVICE)] * 3))
    async with outbox.life():
        await outbox.add(row(1, "answer"))
        await outbox.pass_time(14 * SECOND)
        assert not outbox.done
        await outbox.pass_time(SECOND)
        assert outbox.ids() == [1]


async def test_an_answer_that_nobody_could_read_goes_before_a_later_one() -> None:
    outbox = Outbox(Faults([RefusedError(NO_DEVICE)]))
    async with outbox.life():
        await outbox.add(row(1, "answer"))
        await outbox.add(row(2, "answer"))
        assert not outbox.done
        await outbox.pass_time(15 * SECOND)
        assert outbox.ids() == [1, 2]


async def test_a_reminder_that_nobody_could_read_holds_up_no_answer() -> None:
    outbox = Outbox(Faults([RefusedError(NO_DEVICE)]))
    async with outbox.life():
        await outbox.add(row(1, "ring"))
        await outbox.add(row(2, "answer"))
        assert outbox.ids() == [2]


async def test_what_is_delayed_on_purpose_holds_up_no_answer() -> None:
    outbox = Outbox()
    async with outbox.life():
        await outbox.add(row(1, "answer", delay=outbox.clock.now() + MINUTE))
        await outbox.add(row(2, "answer"))
        assert outbox.ids() == [2]


async def test_when_the_clock_was_set_back_nothing_waits_for_a_time_of_before() -> None:
    outbox = Outbox(Faults([RefusedError(NO_DEVICE)]))
    async with outbox.life() as drain:
        drain.look_again()
        await outbox.add(row(1, "answer"))
        assert not outbox.done
        outbox.clock.set_back(HOUR)
        drain.look_again()
        await outbox.settle()
        assert outbox.ids() == [1]


class Deserted:
    """Nobody can read anywhere, but in the rooms that somebody came to."""

    def __init__(self) -> None:
        self.peopled: set[str] = set()

    async def __call__(self, task: Task) -> None:
        if task.lane not in self.peopled:
            raise RefusedError(NO_DEVICE)


async def test_very_many_rooms_that_nobody_can_read_in_are_looked_at_no_oftener_all_together() -> None:
    nobody = Deserted()
    outbox = Outbox(nobody)
    async with outbox.life() as drain:
        await outbox.add(*(row(number, "answer", lane=f"room{number}", bulk=True) for number in range(100)))
        await outbox.pass_time(2 * MINUTE)
        tried = len(outbox.tried)
        await outbox.pass_time(2 * MINUTE)
        assert len(outbox.tried) - tried <= 4 * 120
        nobody.peopled.update({"room7", "room8"})
        for lane in ("room7", "elsewhere"):
            drain.can_be_heard(lane)
        await outbox.settle()
        assert outbox.ids() == [7]
        await outbox.pass_time(2 * MINUTE)
        assert outbox.ids() == [7, 8]
        await outbox.add(row(500, "answer", lane="room500"))
        nobody.peopled.add("room500")
        await outbox.pass_time(5 * SECOND)
        assert outbox.ids() == [7, 8, 500]


# --- how long something waits ------------------------------------------------------------------------------------


class Away:
    """A homeserver that is not there."""

    async def __call__(self, task: Task) -> None:
        raise UnreachableError("down")


async def test_the_oldest_row_that_could_be_done_says_how_long_it_waits() -> None:
    outbox = Outbox(Away())
    async with outbox.life() as drain:
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == timedelta()
        await outbox.add(row(1, "answer"))
        await outbox.pass_time(5 * MINUTE)
        await outbox.add(row(2, "ring", lane="other"))
        await outbox.pass_time(MINUTE)
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == 6 * MINUTE
        outbox.ask = None
        await outbox.pass_time(MINUTE)
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == timedelta()


async def test_a_deliberate_delay_does_not_count_as_waiting() -> None:
    outbox = Outbox(Away())
    async with outbox.life() as drain:
        await outbox.add(row(1, "card", delay=outbox.clock.now() + MINUTE))
        await outbox.pass_time(30 * SECOND)
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == timedelta()
        await outbox.pass_time(2 * MINUTE)
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == timedelta(seconds=90)


async def test_over_a_restart_the_wait_counts_anew() -> None:
    outbox = Outbox(Away())
    async with outbox.life():
        await outbox.add(row(1, "answer"))
        await outbox.pass_time(HOUR)
    async with outbox.life() as drain:
        await outbox.pass_time(MINUTE)
        assert drain.lanes.oldest_waiting(outbox.clock.now()) == MINUTE


async def test_a_flood_that_moves_on_is_not_waiting_and_one_that_stands_is() -> None:
    outbox = Outbox()

    async def ask(task: Task) -> None:
        if outbox.done and outbox.clock.now() - outbox.done[-1][0] < MINUTE:
            raise BusyError(MINUTE)

    outbox.ask = ask
    async with outbox.life() as drain:
        await outbox.add(*(row(number, "answer", lane=f"lane{number}", bulk=True) for number in range(100)))
        await outbox.pass_time(30 * MINUTE)
        waits = drain.lanes.oldest_waiting(outbox.clock.now())
        assert waits <= 2 * MINUTE
        outbox.ask = Away()
        await outbox.pass_time(30 * MINUTE)
        waits = drain.lanes.oldest_waiting(outbox.clock.now())
        assert waits >= 30 * MINUTE


async def test_only_what_somebody_is_to_be_told_soon_counts_as_answering() -> None:
    outbox = Outbox(Away())
    async with outbox.life() as drain:
        await outbox.add(row(1, "answer", lane="a"), row(2, "answer", lane="b", bulk=True), row(3, "pin", lane="c"))
        assert [drain.lanes.is_answering(lane) for lane in "abcd"] == [True, False, False, False]


async def test_a_lane_that_is_forgotten_is_not_worked_on() -> None:
    outbox = Outbox(Away())
    async with outbox.life() as drain:
        await outbox.add(row(1, "answer"), row(2, "answer"))
        drain.clear("lane")
        assert drain.lanes.waiting == 0
        outbox.ask = None
        await outbox.pass_time(HOUR)
        assert not outbox.done
        assert all(task.kind is Say for _, task in outbox.tried)
