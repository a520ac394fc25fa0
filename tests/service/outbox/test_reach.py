"""While the homeserver is away one row asks for all, and everything goes on at once when it is back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.ports import Batch, BusyError, Task, UnreachableError
from bot.service.outbox.gate import WIDTH
from tests.service.outbox.harness import MINUTE, SECOND, Outbox, invited, row
from tests.service.shell import Shell

HOUR = 60 * MINUTE
MANY = 200
PROBE = 5 * SECOND
"""The longest wait between two questions whether it is back."""


class Server:
    """Is there or not; some rows it never does."""

    def __init__(self) -> None:
        self.is_there = False
        self.broken: set[str] = set()

    async def __call__(self, task: Task) -> None:
        await asyncio.sleep(0)
        if not self.is_there or task.id in self.broken:
            raise UnreachableError("down")


def flood(kind: str = "answer") -> list[Task]:
    return [row(1_000 + number, kind, lane=f"bulk{number}", bulk=True) for number in range(MANY)]


@pytest.mark.parametrize("kind", ["answer", "create-room", "invite", "file"])
async def test_one_row_asks_for_all_and_all_go_on_at_once(kind: str) -> None:
    outbox = Outbox(server := Server())
    async with outbox.life():
        await outbox.add(*flood(kind))
        await outbox.pass_time(MINUTE)
        started = len(outbox.tried)
        assert started <= WIDTH + 60, "a second is not too often, and it becomes less"
        await outbox.pass_time(HOUR)
        assert len(outbox.tried) - started <= HOUR / PROBE + 1
        assert len(outbox.store.postponed) == len(outbox.tried)
        server.is_there = True
        back = outbox.clock.now()
        await outbox.pass_time(PROBE)
        assert len(outbox.done) == MANY
        assert len({at for at, _ in outbox.done}) == 1, "all in the same moment"
        assert outbox.done[0][0] - back <= PROBE


async def test_no_reminder_waits_for_the_rest_of_a_minute_when_the_homeserver_is_back() -> None:
    outbox = Outbox(server := Server())
    async with outbox.life():
        await outbox.add(row(1, "ring"), row(2, "answer", lane="other"))
        await outbox.pass_time(2 * HOUR + 17 * SECOND)
        server.is_there = True
        await outbox.pass_time(PROBE)
        assert sorted(outbox.ids()) == [1, 2]


async def test_a_reminder_is_asked_for_though_somebody_waits_for_a_limit_of_their_own() -> None:
    outbox = Outbox()
    async with outbox.life():

        async def limit(task: Task) -> None:
            raise BusyError(3 * HOUR)

        outbox.ask = limit
        await outbox.add(row(1, "invite", lane="invited"))
        outbox.ask = server = Server()
        await outbox.add(row(2, "ring", lane="b"))
        await outbox.pass_time(HOUR)
        server.is_there = True
        await outbox.pass_time(PROBE)
        assert outbox.ids() == [2]


async def test_when_the_sync_hears_of_the_homeserver_the_outbox_asks_at_once() -> None:
    outbox = Outbox(server := Server())
    async with outbox.life() as drain:
        await outbox.add(row(1, "ring"), *flood())
        await outbox.pass_time(HOUR)
        server.is_there = True
        drain.look_again()
        await outbox.settle()
        assert len(outbox.done) == MANY + 1
        drain.look_again()
        assert drain.lanes.waiting == 0


async def test_after_a_restart_what_rested_is_woken_by_the_first_answer() -> None:
    outbox = Outbox(server := Server())
    async with outbox.life():
        await outbox.add(row(1, "ring"))
        await outbox.pass_time(HOUR)
    server.is_there = True
    async with outbox.life():
        await outbox.add(row(2, "answer", lane="other"))
        assert sorted(outbox.ids()) == [1, 2]


async def test_a_reminder_does_not_wait_for_a_question_that_hangs() -> None:
    outbox = Outbox(Server())
    hangs = asyncio.Event()
    async with outbox.life():
        await outbox.add(row(1, "answer", lane="a", bulk=True))

        async def hang(task: Task) -> None:
            if task.bulk:
                await hangs.wait()

        outbox.ask = hang
        await outbox.pass_time(PROBE)
        assert outbox.in_work == 1
        await outbox.add(row(2, "answer", lane="b", bulk=True))
        assert outbox.in_work == 1, "one asks"
        await outbox.add(row(3, "ring", lane="c"))
        assert 3 in outbox.ids()


@pytest.mark.parametrize(("kind", "longest"), [("answer", MINUTE), ("ring", PROBE)])
async def test_a_row_that_fails_by_itself_neither_stops_the_others_nor_is_hammered(
    kind: str, longest: timedelta
) -> None:
    outbox = Outbox(server := Server())
    server.is_there = True
    broken = row(1, kind, lane="broken")
    server.broken.add(broken.id)
    async with outbox.life():
        await outbox.add(broken)
        for number in range(10, 600):
            await outbox.add(row(number, "answer", lane=f"lane{number % 7}"))
            await outbox.pass_time(SECOND)
        assert len(outbox.done) == 590
        tries = [at for at, task in outbox.tried if task.id == broken.id]
        assert tries[-1] - tries[-2] == longest, "its rest doubles up to that"
        assert len(tries) <= 590 * SECOND / longest + 10
        late = [at for at, task in outbox.done if task.id == row(599, "answer").id]
        assert outbox.clock.now() - late[0] <= SECOND


async def test_people_of_servers_that_are_down_are_no_outage_of_ours() -> None:
    outbox = Outbox()

    async def ask(task: Task) -> None:
        if invited(task) is not None:
            raise UnreachableError("their server is down")

    outbox.ask = ask
    async with outbox.life():
        await outbox.add(*(row(number, "invite", lane=f"lane{number}") for number in range(3)))
        await outbox.add(row(10, "answer", lane="other"))
        assert outbox.ids() == [10]
        await outbox.pass_time(HOUR)
        await outbox.add(row(11, "answer", lane="other"))
        await outbox.pass_time(PROBE)
        assert outbox.ids() == [10, 11]
        assert len(outbox.tried) < 3 * 80


async def test_a_person_on_the_roster_can_be_trusted_while_the_homeserver_is_away() -> None:
    outbox = Outbox(server := Server())
    async with outbox.life():
        await outbox.add(row(1, "answer"))
        outbox.ask = None
        await outbox.add(row(2, "trust", lane="b"), row(3, "trust", lane="c"))
        await outbox.pass_time(SECOND)
        assert set(outbox.ids()[:2]) <= {1, 2, 3}
        outbox.ask = server
        await outbox.pass_time(timedelta(minutes=1))
        assert {2, 3} <= set(outbox.ids())


async def test_the_service_asks_for_the_homeserver_as_soon_as_the_sync_has_heard_of_it(shell: Shell) -> None:
    async with shell.life() as service:
        await shell.open()
        shell.chat.faults.extend([UnreachableError("down")] * 5)
        await shell.receive(shell.message("!note patience", room=shell.room))
        await shell.pass_time(11 * SECOND)
        assert len(shell.chat.faults) == 1
        shell.chat.faults.clear()
        await service.hear(Batch(events=(), token="s-back"))
        await shell.settle()
        assert shell.said()[-1].body == "Noted in the timeline."
