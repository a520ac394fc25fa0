"""What stops a command about a record."""

from __future__ import annotations

from bot.sentences.told import ToldError


class RecordRefusedError(ToldError):
    """It cannot be done like this; nothing was written."""
