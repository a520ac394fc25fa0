"""From a typed line to a command: one row per command, its words, its reader."""

from bot.commands.parse import (
    Called,
    NotACommand,
    Parsed,
    ParsedCommand,
    UnknownWord,
    UsageError,
    addressed,
    parse,
    read,
    recognise,
    without_mark,
)
from bot.commands.table import ACK_ROW, EVIDENCE_ROW, OF_ANYBODY, ROWS, Place, Row

__all__ = [
    "ACK_ROW",
    "EVIDENCE_ROW",
    "OF_ANYBODY",
    "ROWS",
    "Called",
    "NotACommand",
    "Parsed",
    "ParsedCommand",
    "Place",
    "Row",
    "UnknownWord",
    "UsageError",
    "addressed",
    "parse",
    "read",
    "recognise",
    "without_mark",
]
