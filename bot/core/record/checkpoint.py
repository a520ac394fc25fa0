"""A checkpoint: how many entries a record had at an hour, and the root over them, in one line that the bot signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

KIND = "cellule-checkpoint-1"
UNTIMED = "-"
"""Stands for the hour in the line that heads an export: the same facts give the same file whenever it is made."""


class Stamping(StrEnum):
    """What became of the outside time of a checkpoint."""

    NONE = "none"
    """No authority is configured."""
    STAMPED = "stamped"
    AWAY = "away"
    """The authority did not answer."""
    REFUSED = "refused"
    """It answered that it will not."""
    WRONG = "wrong"
    """It answered with something else than a time-stamp of this checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What was sealed."""

    incident: str
    size: int
    root: str
    """In hex."""
    at: datetime | None
    """By the bot's clock; None in an export."""

    def statement(self) -> str:
        """Return the text that is signed: words between single blanks."""
        hour = UNTIMED if self.at is None else f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return f"{KIND} {self.incident} {self.size} {self.root} {hour}"

    def line(self, key: str, signature: str) -> str:
        """Return it with the *key* that signed it and its *signature*, both in base64 without padding."""
        return f"{self.statement()} {key} {signature}"
