"""Tables that people hand in, CSV or XLSX, as lines of cells. Blocks while it reads.

A spreadsheet is read in a process of its own. What reads it builds an object of whatever a file names, and a file of
some kilobytes can name without end: so the process has a bound of time and one of memory.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import subprocess
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
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
_MOST_SECONDS = 10
"""Of a processor, for a spreadsheet; the largest list takes two or three."""
_MOST_MEMORY = 300_000_000
_GIVEN_UP_S = 60.0
"""On a machine that is busy with other things."""
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
    command = (sys.executable, "-P", "-W", "ignore", "-m", __name__)
    # Each thread of a library that calculates would take of the memory.
    given = {"PYTHONPATH": os.pathsep.join(sys.path), "OPENBLAS_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(  # noqa: S603 - ourselves
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=_GIVEN_UP_S,
            env=given,
        )
    except (subprocess.SubprocessError, OSError):
        raise TableError from None
    return tuple((number, tuple(cells)) for number, cells in json.loads(ended.stdout))


def _spreadsheet(data: bytes) -> Iterator[Line]:
    """Read the first sheet; a formula is the value it had when the file was saved."""
    from openpyxl import load_workbook  # noqa: PLC0415 - half a second that only those who hand one in wait for

    try:
        _refuse_endless(data)
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be anything
        left = LARGEST
        for number, values in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            if values.count(None) == len(values):
                continue  # as are a million before one that stands far below
            cells = _clean(_written(value) for value in values)
            left -= sum(map(len, cells))
            if left < 0:
                raise TableError  # noqa: TRY301 - cells may all be the same long one
            yield number, cells
    except Exception:  # noqa: BLE001 - openpyxl has no error of its own: a damaged file raises anything
        raise TableError from None


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
    kept = [_shown(cell[:LONGEST_CELL]) for cell in islice(cells, MOST_COLUMNS)]
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _shown(cell: str) -> str:
    return _CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _main() -> None:
    """Read a spreadsheet from the standard input, within the bounds of a process."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    sys.stdout.buffer.write(json.dumps(read_sheet(sys.stdin.buffer.read()), ensure_ascii=False).encode())


if __name__ == "__main__":
    _main()
