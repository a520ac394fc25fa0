"""What every fact has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.names import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something happened."""

    at: datetime
    """When it was recorded, by our clock, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed(Happened):
    """Somebody did it."""

    by: UserId
