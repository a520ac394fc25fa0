"""A table in the one form that every spreadsheet opens."""

from __future__ import annotations

MIME = "text/csv"
_BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that the table is UTF-8."""


def csv_file(table: str) -> bytes:
    """Return *table* as a file."""
    return (_BYTE_ORDER_MARK + table).encode("utf-8", "replace")
