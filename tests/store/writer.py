"""A process to be killed: commits one transaction after another and says so after each."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.core.names import InputId
from bot.ports import CryptoKind, CryptoRow
from bot.store.sqlite import open_store
from tests.store.conftest import KEY
from tests.store.samples import PHONE, STREAM, note, task


async def main(folder: Path, start: int) -> None:
    async with await open_store(folder, KEY) as store:
        _say("open")
        for number in range(start, start + 100_000):
            input = InputId(f"$input-{number}")
            async with store.transaction() as tx:
                assert await tx.settle_input(input)
                facts = [note(f"{number} a"), note(f"{number} b " + "x" * (number % 50) * 100)]
                await tx.append(STREAM, facts, input=input, device=PHONE)
                await tx.settle_task(f"task-{number - 1}")
                await tx.queue([task(f"task-{number}")])
                store.crypto.put(CryptoRow(CryptoKind.ACCOUNT, "CELLULE", "", str(number)))
            _say(str(number))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
