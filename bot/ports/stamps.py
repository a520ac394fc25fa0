"""Time from outside: who says when a checkpoint was there, knowing nothing of it but a hash."""

from __future__ import annotations

from typing import Protocol

from bot.core.record.checkpoint import Stamping


class Stamps(Protocol):
    """A time-stamp authority, or none."""

    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:
        """Return what became of the time-stamp of a checkpoint, and the answer where it is one. It raises nothing."""


class _NoStamps(Stamps):
    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:  # noqa: ARG002 - as the port has it
        return Stamping.NONE, None


NO_STAMPS: Stamps = _NoStamps()
"""No authority is configured."""
