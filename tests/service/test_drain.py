"""One lane of the outbox, whatever fails in it: each row once, the room first, reminders before answers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.names import InputId, RoomId, UserId
from bot.ports import Attachment, BusyError, ChatError, Content, RoomPlan, Task, TaskKind, UnreachableError
from bot.service.drain import LANE_KEY, Drain
from tests.fakes.alarm_clock import FakeAlarmClock
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore

LANE, ROOM = "lane", RoomId("!room:example.org")
FAULTS = (None, None, None, UnreachableError("down"), BusyError(timedelta(seconds=7)))
KINDS = st.lists(st.sampled_from(["answer", "answer", "ring", "file", "invite"]), max_size=12)


def row(number: int, kind: str) -> Task:
    id = f"{number:032x}"
    match kind:
        case "room":
            return Task(id=id, lane=LANE, kind=TaskKind.CREATE_ROOM, plan=RoomPlan(name="x", invite=(), admins=()))
        case "invite":
            return Task(id=id, lane=LANE, kind=TaskKind.INVITE, room=ROOM, user=UserId("@erin:example.org"))
        case _:
            file = Attachment(name="x", mime="text/plain", data=b"x") if kind == "file" else None
            said = Content(body=kind, html="", rings=kind == "ring", file=file)
            return Task(id=id, lane=LANE, kind=TaskKind.SAY, room=ROOM, content=said)


class Lane:
    """A drain with one lane, and what it did."""

    def __init__(self, faults: Iterable[ChatError | None]) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.alarm_clock = FakeAlarmClock()
        self.faults = deque(faults)
        self.done: list[Task] = []
        self.tried: list[str] = []
        self.drain = Drain(
            store=self.store, alarm_clock=self.alarm_clock, clock=self.clock, perform=self.perform, refused=self.perform
        )
        self.alarm_clock.start(self.ring)

    async def ring(self, key: str) -> None:
        self.drain.wake(key.removeprefix(LANE_KEY))

    async def perform(self, task: Task) -> None:
        self.tried.append(task.id)
        await asyncio.sleep(0)
        if self.faults and (fault := self.faults.popleft()) is not None:
            raise fault
        self.done.append(task)

    async def add(self, *tasks: Task) -> None:
        async with self.store.transaction() as tx:
            await tx.settle_input(InputId(f"in:{tasks[0].id}"))
            await tx.queue(tasks)
        self.drain.add(tasks)

    async def work(self) -> None:
        """Go on until nothing waits, time passing as it must."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.drain.run())
            for _ in range(200):
                for _ in range(30):
                    await asyncio.sleep(0)
                if not self.drain.waiting:
                    break
                if waiting := self.alarm_clock.settings.values():
                    self.clock.move_to(max(min(waiting), self.clock.now()))
                    await self.alarm_clock.ring_due(self.clock.now())
            running.cancel()
        assert not self.drain.waiting


@settings(max_examples=200, deadline=None)
@given(kinds=KINDS, faults=st.lists(st.sampled_from(FAULTS), max_size=30), makes_room=st.booleans())
def test_whatever_fails_each_row_is_done_once_and_in_its_place(
    kinds: list[str], faults: list[ChatError | None], *, makes_room: bool
) -> None:
    rows = [row(number, kind) for number, kind in enumerate([*(["room"] if makes_room else []), *kinds])]
    if not rows:
        return
    lane = Lane(faults)

    async def play() -> None:
        await lane.add(*rows)
        await lane.work()

    asyncio.run(play())
    assert sorted(task.id for task in lane.done) == [task.id for task in rows]
    if makes_room:
        assert lane.done[0].id == rows[0].id
    for kind in ("answer", "ring"):
        said = [task.id for task in lane.done if task.content is not None and task.content.body == kind]
        assert said == sorted(said), "rows of a kind keep their order"


async def test_a_reminder_waits_for_its_room_and_then_goes_before_the_answers() -> None:
    lane = Lane([UnreachableError("down")])
    room, answer, ring = row(1, "room"), row(2, "answer"), row(3, "ring")
    await lane.add(room, answer, ring)
    await lane.work()
    assert [task.id for task in lane.done] == [room.id, ring.id, answer.id]


async def test_a_row_that_failed_is_held_to_the_rest_that_was_asked_for_and_then_a_reminder_goes_first() -> None:
    lane = Lane([BusyError(timedelta(seconds=7))])
    answer, ring = row(1, "answer"), row(2, "ring")
    await lane.add(answer)
    start = lane.clock.now()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(lane.drain.run())
        for _ in range(30):
            await asyncio.sleep(0)
        await lane.add(ring)
        for _ in range(30):
            await asyncio.sleep(0)
        assert lane.tried == [answer.id]
        running.cancel()
    await lane.work()
    assert lane.clock.now() == start + timedelta(seconds=14), "as far as we know, one goes in seven seconds"
    assert [task.id for task in lane.done] == [ring.id, answer.id]
