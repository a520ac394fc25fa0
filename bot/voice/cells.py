"""Cells of a table for spreadsheets: what people typed is never taken for a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import StringIO

from bot.core.language import Language
from bot.voice.catalogue import word

_CELL_START = re.compile(r"(^|[\r\n\t;])([ \"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def as_cell(text: str) -> str:
    """Return *text* as a cell that no spreadsheet takes for a formula; nothing but apostrophes is added.

    A semicolon, a tab and a new line begin cells too: a French spreadsheet may read the file by semicolons.
    """
    quiet = f"'{text}" if text[:1] in ("\t", "\r", "\n") else text
    return _CELL_START.sub(r"\1\2'", quiet)


def as_table(rows: Iterable[Iterable[str]], language: Language) -> str:
    """Return *rows*, the names of the columns first, as CSV (RFC 4180) for the spreadsheets of the language."""
    file = StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, delimiter=word(language, "file.csv_delimiter"))
    writer.writerows(map(as_cell, row) for row in rows)
    return file.getvalue()
