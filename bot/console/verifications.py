"""Verifications on the console: who waits for a comparison, and what the operator says of it. Emoji are no secret.

`{"ask": "waiting"}` is answered with who waits, and `{"settle": ID, "same": BOOL}` with whether it was waited for.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from bot.console.socket import Answer, Question, ask
from bot.core.names import DeviceId, UserId
from bot.ports import Comparison, Verifications

_log = logging.getLogger(__name__)


def answers(verifications: Verifications) -> Answer:
    """Return what answers for *verifications*."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"ask": "waiting"}:
                return {"waiting": [_told(comparison) for comparison in verifications.waiting()]}
            case {"settle": str(id_), "same": bool(same)}:
                _log.info("a verification is settled on the operator's console")
                return {"settled": verifications.settle(id_, same=same)}
            case _:
                return None

    return answer


class Console:
    """The other end: asks the bot that runs on a state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def waiting(self) -> tuple[Comparison, ...]:
        """Return who waits for a comparison; raises NotRunningError."""
        return tuple(map(_read, (await ask(self._folder, {"ask": "waiting"}))["waiting"]))

    async def settle(self, comparison: Comparison, *, same: bool) -> bool:
        """Give a verdict; False when nobody waits for it any more. Raises NotRunningError."""
        return bool((await ask(self._folder, {"settle": comparison.id, "same": same}))["settled"])


def _told(comparison: Comparison) -> dict[str, Any]:
    return {
        "id": comparison.id,
        "code": comparison.code,
        "user": comparison.user,
        "device": comparison.device,
        "emoji": comparison.emoji,
        "numbers": comparison.numbers,
    }


def _read(told: dict[str, Any]) -> Comparison:
    return Comparison(
        id=told["id"],
        code=told["code"],
        user=UserId(told["user"]),
        device=DeviceId(told["device"]),
        emoji=tuple(told["emoji"]),
        numbers=tuple(told["numbers"]),
    )
