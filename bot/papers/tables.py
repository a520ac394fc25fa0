"""Tables that people hand in, CSV or XLSX, as lines of cells. Blocks while it reads."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import PurePath
from zipfile import ZipFile

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
    lines = _spreadsheet(data) if name.casefold().endswith(".xlsx") else _separated(data)
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


def _spreadsheet(data: bytes) -> Iterator[Line]:
    """Read the first sheet; a formula is the value it had when the file was saved."""
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that only those who hand one in wait for

    try:
        _refuse_endless(data)
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be anything
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, _clean(_written(value) for value in values)
    except Exception:  # noqa: BLE001 - openpyxl has no error of its own: a damaged file raises anything
        raise TableError from None


def _refuse_endless(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
            raise TableError


def _written(value: object) -> str:
    """Write a cell as a person would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _clean(cells: Iterable[str]) -> tuple[str, ...]:
    """Take off what nobody sees; empty cells at the end are none."""
    kept = [_CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip() for cell in cells]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(cell[:LONGEST_CELL] for cell in kept[:MOST_COLUMNS])
