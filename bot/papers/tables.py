"""Tables that people hand in, CSV or XLSX, as lines of cells. Blocks while it reads.

A spreadsheet is read in a process of its own. What reads it builds an object of whatever a file names, and a file of
some kilobytes can name without end: so the process has a bound of time and one of memory (`bot.papers.apart`).
"""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import PurePath
from typing import Any, cast
from zipfile import ZipFile

from bot.papers.apart import ApartError, answer, read_apart

ENDINGS = (".csv", ".xlsx")
LARGEST = 5_000_000
"""Bytes of a file that is taken from the operator's machine: as many as are fetched from a homeserver."""
MOST_LINES = 10_000
"""More than any list has; what follows is not read."""
MOST_COLUMNS = 200
LONGEST_CELL = 4_000
_MOST_UNPACKED = 60_000_000
"""Bytes of a spreadsheet once it is unpacked: a small file may hold an endless one."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Line = tuple[int, tuple[str, ...]]
"""Its number as people count, from 1, and its cells, outer whitespace taken off."""


class TableError(Exception):
    """It is not the table that its name says."""


def is_table(name: str) -> bool:
    """Say whether a file of this name can be read."""
    return PurePath(name).suffix.casefold() in ENDINGS


def read_table(data: bytes, name: str) -> tuple[Line, ...]:
    """Return the lines that are not empty; raises TableError."""
    return _read_apart(data) if name.casefold().endswith(".xlsx") else _kept(_separated(data))


def read_sheet(data: bytes) -> tuple[Line, ...]:
    """Return the lines of a spreadsheet as `read_table` does, however long that takes."""
    return _kept(_spreadsheet(data))


def _kept(lines: Iterable[Line]) -> tuple[Line, ...]:
    found: list[Line] = []
    for number, cells in lines:
        if any(cells):
            found.append((number, cells))
        if len(found) > MOST_LINES:
            break
    return tuple(found)


def _separated(data: bytes) -> Iterator[Line]:
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    before = 0
    try:
        for cells in reader:
            yield before + 1, _clean(cells)
            before = reader.line_num
    except csv.Error:
        raise TableError from None


def _decoded(data: bytes) -> str:
    """Return the text of a file from a word processor, a spreadsheet or a program, whichever wrote it."""
    is_utf_16 = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf_16 else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError


def _delimiter(text: str) -> str:
    """Return what the first line has most of, outside quotes: comma, semicolon or tab."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(",;\t", key=first.count)


def _read_apart(data: bytes) -> tuple[Line, ...]:
    try:
        lines = read_apart(__name__, data)
    except ApartError:
        raise TableError from None
    return tuple((number, tuple(cells)) for number, cells in cast("list[tuple[int, list[str]]]", lines))


def read_book(data: bytes) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Return every sheet of a spreadsheet that is not hidden: its title and its lines; raises TableError.

    However long that takes: for a process of its own.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - as below

    try:
        _refuse_endless(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return tuple(
            (shown(sheet.title), _kept(_lines_of(sheet))) for sheet in book.worksheets if sheet.sheet_state == "visible"
        )
    except Exception:  # noqa: BLE001 - as below
        raise TableError from None


def _spreadsheet(data: bytes) -> Iterator[Line]:
    """Read the first sheet; a formula is the value it had when the file was saved."""
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that only those who hand one in wait for

    try:
        _refuse_endless(data)
        yield from _lines_of(load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0])
    except Exception:  # noqa: BLE001 - openpyxl has no error of its own: a damaged file raises anything
        raise TableError from None


def _lines_of(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # what the file says of its own size may be anything
    left = LARGEST
    for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if values.count(None) == len(values):
            continue  # as are a million before one that stands far below
        cells = _clean(_written(value) for value in values)
        left -= sum(map(len, cells))
        if left < 0:
            raise TableError  # cells may all be the same long one
        yield number, cells


def _refuse_endless(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise TableError


def _written(value: object) -> str:  # noqa: PLR0911 - a table
    """Write a cell as a person would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            # What has no hour is told as midnight; nobody said that hour, and a legal clock must not run from it.
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _clean(cells: Iterable[str]) -> tuple[str, ...]:
    """Take off what nobody sees; empty cells at the end are none."""
    kept = [shown(cell[:LONGEST_CELL]) for cell in islice(cells, MOST_COLUMNS)]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def shown(cell: str) -> str:
    """Return *cell* without what nobody sees."""
    return _CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()


if __name__ == "__main__":
    answer(read_sheet)
