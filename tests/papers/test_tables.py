"""Tables as people's programs write them, and what is none."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from datetime import date, datetime, time
from itertools import pairwise
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from bot.papers.tables import (
    LARGEST,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_LINES,
    TableError,
    is_table,
    read_sheet,
    read_table,
)

SHEET = "xl/worksheets/sheet1.xml"
READ_AND_TELL = """
import resource, sys
from bot.papers.tables import TableError, read_table
try:
    read_table(sys.stdin.buffer.read(), "x.xlsx")
    print("read")
except TableError:
    print("refused")
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime, used.ru_maxrss)
"""


def sheet(*rows: list[object]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_only_csv_and_xlsx_are_tables() -> None:
    assert [name for name in ("a.csv", "A.B.XLSX", "a.xls", "a.csv.zip", "csv", ".csv") if is_table(name)] == [
        "a.csv",
        "A.B.XLSX",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_of_any_program_is_read(encoding: str, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(cells) for cells in (["société", "people"], ["Élan", '"a, b;\tc"'], []))
    assert read_table(text.encode(encoding), "x.csv") == ((1, ("société", "people")), (2, ("Élan", "a, b;\tc")))


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    data = b'a,b\n\n"two\nlines",x\n , \nlast,y\n'
    assert [number for number, _ in read_table(data, "x.csv")] == [1, 3, 6]


def test_what_nobody_sees_is_taken_off() -> None:
    assert read_table("a,b\n\u202e x\u0000y ,\u200f\n".encode(), "x.csv") == ((1, ("a", "b")), (2, ("xy",)))


def test_a_quoted_first_line_does_not_mislead() -> None:
    assert read_table(b'"a,b,c,d";e\n1;2\n', "x.csv")[1] == (2, ("1", "2"))


def test_a_spreadsheet_is_read_as_people_would_type_it() -> None:
    moment = datetime(2026, 11, 24, 14, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
    values: list[object] = ["Élan", 1e16, 1.5, moment, date(2026, 1, 2), time(8, 5), True, False, None, "x"]
    assert read_table(sheet(["organisation", "n"], [], values), "x.XLSX") == (
        (1, ("organisation", "n")),
        (
            3,
            (
                "Élan",
                "10000000000000000",
                "1.5",
                "2026-11-24 14:30",
                "2026-01-02",
                "08:05:00",
                "yes",
                "no",
                "",
                "x",
            ),
        ),
    )


def test_a_formula_is_the_value_it_had_and_never_computed() -> None:
    assert read_table(sheet(["a"], ["=1+1"]), "x.xlsx") == ((1, ("a",)),)


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", b"\xd0\xcf\x11\xe0old excel"])
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    with pytest.raises(TableError):
        read_table(data, "x.xlsx")


def test_a_damaged_spreadsheet_is_refused() -> None:
    whole = sheet(["a"], ["b"])
    for cut in (len(whole) // 3, len(whole) // 2, len(whole) - 1):
        with pytest.raises(TableError):
            read_table(whole[:cut], "x.xlsx")
    assert_refused(zipped(contents(whole) | {SHEET: b"<broken"}))


def test_a_spreadsheet_that_unpacks_without_end_is_refused_before_it_is_unpacked() -> None:
    data = zipped({"xl/workbook.xml": b"\0" * 61_000_000})
    assert len(data) < 100_000
    assert_refused(data)


def test_a_file_in_no_known_encoding_is_refused() -> None:
    assert_refused(b"a,b\n\x81\n", "x.csv")
    assert_refused(struct.pack("<H", 0xFEFF) + b"\x00\xd8\x00", "x.csv")


def test_nothing_is_read_without_end() -> None:
    long = read_table(("x" * (LONGEST_CELL + 5) + ",y" * (MOST_COLUMNS + 5)).encode(), "x.csv")
    assert [len(long[0][1]), len(long[0][1][0])] == [MOST_COLUMNS, LONGEST_CELL]
    assert len(read_table(b"x\n" * (MOST_LINES + 100), "x.csv")) == MOST_LINES + 1


def test_a_cell_beyond_what_the_reader_takes_is_refused() -> None:
    assert_refused(b'a\n"' + b"x" * 200_000 + b'"\n', "x.csv")


# --- files of some kilobytes that name things without end -----------------------------------------------------


def remade(part: str, old: str, new: str) -> bytes:
    """Return a spreadsheet of two lines, in one of whose parts *new* stands for *old*."""
    parts = contents(sheet(["organisation", "people"], ["A", "@a:example.org"]))
    assert old in parts[part].decode()
    parts[part] = parts[part].decode().replace(old, new, 1).encode()
    return zipped(parts)


FONTS = ("xl/styles.xml", '<fonts count="1">', "<fonts>" + "<font/>" * 3_000_000)
NAMES = ("xl/workbook.xml", "</sheets>", '<sheet name="a" sheetId="1" id="rId1"/>' * 500_000 + "</sheets>")


@pytest.mark.parametrize("bomb", [FONTS, NAMES], ids=["fonts", "sheets"])
def test_a_spreadsheet_that_wants_all_the_memory_is_refused(bomb: tuple[str, str, str]) -> None:
    # In a program of its own: ours has had other children, and one that was just forked is as large as we are.
    asked = subprocess.run(
        (sys.executable, "-W", "ignore", "-c", READ_AND_TELL), input=remade(*bomb), capture_output=True, check=True
    )
    refused, seconds, kilobytes = asked.stdout.split()
    assert refused == b"refused"
    assert float(seconds) < 10
    assert int(kilobytes) < 400_000


@pytest.mark.slow
def test_a_spreadsheet_without_end_is_given_up() -> None:
    assert_refused(remade(SHEET, '<row r="2"', '<row r="999999999999"'))


def test_a_line_that_stands_far_below_is_read_where_it_stands() -> None:
    data = remade(SHEET, '<row r="2"', '<row r="20002"')
    assert [number for number, _ in read_table(data, "x.xlsx")] == [1, 20_002]


def test_entities_are_not_followed() -> None:
    entities = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghijk"))
    bomb = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{entities}]><worksheet'
    data = remade(SHEET, "<worksheet", bomb)
    assert_refused(zipped(contents(data) | {SHEET: contents(data)[SHEET].replace(b"<t>A<", b"<t>&k;<")}))


def test_cells_that_are_all_the_same_long_one_are_refused() -> None:
    cell = "x" * LONGEST_CELL
    rows: list[list[object]] = [[cell] * MOST_COLUMNS] * (LARGEST // (LONGEST_CELL * MOST_COLUMNS) + 1)
    with pytest.raises(TableError):
        read_sheet(sheet(*rows))
    assert len(read_sheet(sheet(*rows[:-1]))) == len(rows) - 1


def test_where_no_process_can_be_made_a_spreadsheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/none")
    assert_refused(sheet(["a"], ["b"]))


def contents(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return kept.getvalue()


def assert_refused(data: bytes, name: str = "x.xlsx") -> None:
    with pytest.raises(TableError):
        read_table(data, name)
