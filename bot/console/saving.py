"""That a backup was made, told to the bot that runs, for it alone writes into its state.

`{"ask": "saved", "at": TIME}` is answered once that is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.console.socket import Answer, Question, ask


def answers(note: Callable[[datetime], Awaitable[None]]) -> Answer:
    """Return what answers, and has *note* remember it."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"ask": "saved", "at": str(at)}:
                await note(datetime.fromisoformat(at))
                return {"noted": at}
            case _:
                return None

    return answer


async def tell_saved(folder: Path, at: datetime) -> None:
    """Tell the bot that runs on a state folder. Raises NotRunningError."""
    await ask(folder, {"ask": "saved", "at": at.isoformat()})
