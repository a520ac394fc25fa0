"""How far our state had come, kept with the account: an older day is known by it, whoever lost the newer one.

What is kept is sealed by the state itself. The homeserver cannot make one; an older one that it gives back tells less.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Never

from bot.matrix.account.account_data import AccountData
from bot.matrix.http.backoff import Backoff
from bot.ports import ChatError, Marks

_log = logging.getLogger(__name__)

KIND = "cellule.mark"
MARKED_EVERY_S = 600.0
"""How much of the past an older state can lack unnoticed by a machine that has seen nothing of it."""


async def refuse_older(data: AccountData, marks: Marks, rest: Backoff) -> None:
    """Return once the state is known to be no older than what is marked. Raises what `Marks.refuse_older` does."""
    while True:
        try:
            marked = (await data.get(KIND)).get("mark")
        except ChatError as error:
            _log.warning("the homeserver is not ready for us: %s", error)
            await asyncio.sleep(rest.fail())
        else:
            if isinstance(marked, str):
                await marks.refuse_older(marked)
            return


async def keep_marked(
    data: AccountData, marks: Marks, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> Never:
    """Mark how far the state has come, now and then, until cancelled."""
    while True:
        try:
            await data.put(KIND, {"mark": await marks.mark()})
        except ChatError as error:
            _log.info("how far the state has come is marked later: %s", type(error).__name__)
        await sleep(MARKED_EVERY_S)
