"""From a typed line to a command: one row per command, its words, its reader."""

from bot.commands.parse import (
    Called,
    NotACommand,
    Parsed,
    ParsedCommand,
    UnknownWord,
    UsageError,
    parse,
    read,
    recognise,
)
from bot.commands.table import ACK_ROW, ROWS, Place, Row

__all__ = [
    "ACK_ROW",
    "ROWS",
    "Called",
    "NotACommand",
    "Parsed",
    "ParsedCommand",
    "Place",
    "Row",
    "UnknownWord",
    "UsageError",
    "parse",
    "read",
    "recognise",
]
