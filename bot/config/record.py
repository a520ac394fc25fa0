"""The record of incidents."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bot.config.reading import key
from bot.config.values import address_in
from bot.host.secret import Secret


def _authority(path: Path) -> Secret[str]:
    return address_in(path, "mistake.timestamp_authority")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKeys:
    """Who says from outside when a checkpoint was there."""

    timestamp_authority: Secret[str] | None = field(
        default=None, metadata=key(_authority, name="timestamp_authority_file", is_path=True)
    )
    """None: nobody is asked."""
