"""What a record is sealed from: its leaves, and the time from outside."""

from __future__ import annotations

from typing import Protocol

from bot.core.record.checkpoint import Stamping
from bot.core.report.entries import Written


class Records(Protocol):
    """The records of incidents, beside their facts."""

    async def leaves(self, stream: str) -> tuple[bytes, ...]:
        """Return the leaves of the record of *stream*: the hash at each place, whether what stood there was erased."""

    async def written(self, stream: str) -> Written:
        """Return the record of *stream* with all that can still be read of it. Raises ChainBrokenError."""


class Stamps(Protocol):
    """A time-stamp authority, or none: it says when a checkpoint was there, knowing nothing of it but a hash."""

    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:
        """Return what became of the time-stamp of a checkpoint, and the answer where it is one. It raises nothing."""


class _NoStamps(Stamps):
    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:  # noqa: ARG002 - as the port has it
        return Stamping.NONE, None


NO_STAMPS: Stamps = _NoStamps()
"""No authority is configured."""
