"""From a typed line to a command: one row per command, its words, its reader."""

from bot.commands.parse import NotACommand, Parsed, ParsedCommand, UnknownWord, UsageError, parse
from bot.commands.table import ROWS, Place, Row

__all__ = ["ROWS", "NotACommand", "Parsed", "ParsedCommand", "Place", "Row", "UnknownWord", "UsageError", "parse"]
