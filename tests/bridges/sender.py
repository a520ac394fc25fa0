"""A process that opens an incident, calls the machine at an address, and ends once nothing is left to call."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.bridges.hooks import HookCaller
from bot.config.api import Hook
from bot.core.names import InputId
from bot.host.clock import WallClock
from bot.host.secret import Secret
from bot.matrix.http.connection import open_session
from bot.service.books import Books
from bot.service.ledger import Ledger
from bot.service.outbox.calling import Calling
from bot.service.outcome import Outcome
from bot.store.sqlite import open_store
from tests.core.build import HOUSE, INCIDENT, OPENED
from tests.fakes.alarm_clock import FakeAlarmClock


async def main(folder: Path, address: str) -> None:
    async with await open_store(folder, bytes(32)) as store, open_session(None) as session:
        hooks = HookCaller(session, {"tickets": Hook(url=Secret(address), secret=Secret(bytes(32)))})
        ledger = Ledger(store=store, books=await Books.load(store), hooks=hooks)
        alarm_clock, clock = FakeAlarmClock(), WallClock()
        calling = Calling(ledger=ledger, hooks=hooks, house=HOUSE, alarm_clock=alarm_clock, clock=clock)
        ledger.tell(calling)
        calling.load(await store.tasks())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(calling.run())
            async with ledger.deciding:
                await ledger.commit(InputId("$open"), Outcome(stream=INCIDENT, facts=(OPENED,)))
            while calling.busy:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)
            running.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
