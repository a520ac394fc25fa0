"""Plans that people hand in, DOCX or XLSX, as blocks: headings, paragraphs, items, rows. Blocks while it reads.

They are read in a process of its own (`bot.papers.apart`). Macros, pictures, headers, comments and what a link leads to
are never looked at; of changes that are tracked, the text is read as it would be once they are accepted.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import PurePath
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from bot.papers.apart import ApartError, answer, read_apart
from bot.papers.tables import LONGEST_CELL, MOST_COLUMNS, TableError, read_book, shown

DOCX, XLSX = ".docx", ".xlsx"
LARGEST = 20_000_000
"""Bytes of a file; pictures make most of it."""
MOST_BLOCKS = 5_000
_MOST_LETTERS = 1_000_000
_MOST_PARTS = 2_000
_MOST_UNPACKED = 100_000_000
_MOST_RATIO = 200
"""How many times a file may be as large unpacked, where that is much."""
_MUCH = 10_000_000
_WITH_MACROS = {".docm", ".dotm", ".xlsm", ".xltm", ".xlam"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins what older programs wrote, and what a password keeps."""
_SEALED = "EncryptedPackage".encode("utf-16-le")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_HEADING = re.compile(r"(?:heading|titre|überschrift) ?([1-9])")
_LISTED = re.compile(r"list(?:e)? (?:bullet|number|à puces|à numéros)(?: ([2-9]))?")
_TITLES = {"title", "titre"}
_MARK = re.compile(r"\s*(?:[-–—•▪◦·●○■□☐☑✓✔➢➤➔→*\uf0a7\uf0b7]|\d{1,2}[.)]|[a-z][.)])\s+(?=\S)")
"""A bullet or a number that somebody typed."""


class Why(StrEnum):
    """Why a plan cannot be read."""

    KIND = auto()
    LARGE = auto()
    MACROS = auto()
    PASSWORD = auto()
    OLD = auto()
    DAMAGED = auto()
    BOMB = auto()
    ENTITIES = auto()
    EMPTY = auto()
    LONG = auto()


class PlanError(Exception):
    """It is not a plan that can be read."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Kind(StrEnum):
    """What a block is."""

    HEADING = auto()
    ITEM = auto()
    LINE = auto()
    ROW = auto()


class Where(StrEnum):
    """Where in the file a block stands."""

    PARAGRAPH = auto()
    TABLE = auto()
    SHEET = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person finds it: the paragraphs with text are counted from 1, as are tables, sheets and rows."""

    where: Where
    number: int
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One paragraph, or one row of a table."""

    kind: Kind
    place: Place
    cells: tuple[str, ...]
    """One text, but for a row."""
    level: int = 0
    """Of a heading from 1, 0 for the title of all; of an item from 0."""
    bold: str = ""
    """The words at its beginning that are bold."""

    @property
    def text(self) -> str:
        """All of it as one text."""
        return " · ".join(cell for cell in self.cells if cell)


def read_plan(data: bytes, name: str) -> tuple[Block, ...]:
    """Return what the file *name* says, in order.

    Raises:
        PlanError: it cannot be read, or there is nothing in it.
    """
    ending = PurePath(name).suffix.casefold()
    if ending in _WITH_MACROS:
        raise PlanError(Why.MACROS)
    if ending not in (DOCX, XLSX):
        raise PlanError(Why.KIND)
    if len(data) > LARGEST:
        raise PlanError(Why.LARGE)
    if data.startswith(_OLE):
        raise PlanError(Why.PASSWORD if _SEALED in data else Why.OLD)
    try:
        told = read_apart(__name__, data, ending)
    except ApartError:
        raise PlanError(Why.DAMAGED) from None
    if isinstance(told, str):
        raise PlanError(Why(told))
    blocks = tuple(map(_block, cast("list[list[Any]]", told)))
    if not any(block.kind is not Kind.HEADING for block in blocks):
        raise PlanError(Why.EMPTY)
    return blocks


def _block(row: list[Any]) -> Block:
    kind, where, number, line, level, bold, cells = row
    place = Place(where=Where(where), number=number, row=line)
    return Block(kind=Kind(kind), place=place, cells=tuple(cells), level=level, bold=bold)


def read_here(data: bytes, ending: str) -> list[list[object]] | str:
    """Return the blocks as JSON's own types, or why there are none, however long that takes: for a process apart."""
    try:
        _refuse_traps(data)
        rows: list[list[object]] = []
        letters = 0
        for block in _document(data) if ending == DOCX else _book(data):
            letters += sum(map(len, block.cells))
            if len(rows) >= MOST_BLOCKS or letters > _MOST_LETTERS:
                return Why.LONG.value
            place = block.place
            rows.append([block.kind, place.where, place.number, place.row, block.level, block.bold, block.cells])
    except PlanError as refused:
        return refused.why.value
    except Exception:  # noqa: BLE001 - a damaged file makes its reader raise anything
        return Why.DAMAGED.value
    return rows


def _refuse_traps(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as packed:
        parts = packed.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > _MOST_PARTS or unpacked > max(min(_MOST_UNPACKED, len(data) * _MOST_RATIO), _MUCH):
            raise PlanError(Why.BOMB)
        if any(part.flag_bits & 1 for part in parts):
            raise PlanError(Why.PASSWORD)
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise PlanError(Why.DAMAGED)
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                text = packed.read(part)
                if any(mark in text for mark in _DOCTYPES):
                    raise PlanError(Why.ENTITIES)


def _book(data: bytes) -> Iterator[Block]:
    try:
        sheets = read_book(data)
    except TableError:
        raise PlanError(Why.DAMAGED) from None
    for number, (title, lines) in enumerate(sheets, start=1):
        place = Place(where=Where.SHEET, number=number)
        yield Block(kind=Kind.HEADING, place=place, cells=(title,), level=1)
        for line, cells in lines:
            place = Place(where=Where.SHEET, number=number, row=line)
            yield Block(kind=Kind.ROW, place=place, cells=tuple(map(_lines, cells)))


def _lines(text: str) -> str:
    """Return the lines of *text* that are not empty, with single blanks."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


# --- DOCX: python-docx opens the package; what hides text from it (tracked changes, controls) is read here ----------

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE = f"{_W}val"
_NOT_SHOWN = (f"{_W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_OPENED = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def _document(data: bytes) -> Iterator[Block]:
    from docx import Document  # noqa: PLC0415 - loaded in the process that reads alone

    document = Document(io.BytesIO(data))
    styles = {style.get(f"{_W}styleId"): style for style in document.styles.element.iter(f"{_W}style")}
    paragraphs = tables = 0
    for element in _inside(document.element.body, {f"{_W}p", f"{_W}tbl"}):
        if element.tag == f"{_W}tbl":
            tables += 1
            yield from _rows(element, tables)
        elif text := _text(element):
            paragraphs += 1
            yield _paragraph(element, text, Place(where=Where.PARAGRAPH, number=paragraphs), styles)


def _inside(parent: Any, wanted: set[str]) -> Iterator[Any]:
    """Yield the *wanted* children, those in wrappers too; not what is nested in them."""
    for child in parent.iterchildren():
        if child.tag in wanted:
            yield child
        elif child.tag in _OPENED:
            yield from _inside(child, wanted)


def _text(element: Any) -> str:
    """Return what a reader sees of one paragraph, that of a text box in it too, each paragraph a line."""
    said: list[str] = []
    for node in element.iter():
        if node.tag == f"{_W}t" and next(node.iterancestors(*_NOT_SHOWN), None) is None:
            said.append(node.text or "")
        elif node.tag in _BREAKS:
            said.append(_BREAKS[node.tag])
        elif node.tag == f"{_W}p" and said:
            said.append("\n")
    return _lines(shown("".join(said)))[:LONGEST_CELL]


def _bold(element: Any) -> str:
    said: list[str] = []
    for run in element.iter(f"{_W}r"):
        text = "".join(node.text or "" for node in run.iterchildren(f"{_W}t"))
        mark = run.find(f"{_W}rPr/{_W}b")
        if text.strip() and (mark is None or mark.get(_VALUE, "1") in ("0", "false", "off")):
            break
        said.append(text)
    return " ".join(shown("".join(said)).split())


def _paragraph(element: Any, text: str, place: Place, styles: dict[str, Any]) -> Block:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    chain = [element.find(f"{_W}pPr"), *_chain(None if style is None else style.get(_VALUE), styles)]
    heading, item = _heading(chain), _item(chain)
    bold = _bold(element)
    if heading is not None:
        text = " ".join(text.split())
        return Block(kind=Kind.HEADING, place=place, cells=(text,), level=heading, bold=bold)
    if item is None and (found := _MARK.match(text)):
        text, item = text[found.end() :], 0
        bold = _MARK.sub("", bold, count=1) if _MARK.match(bold) else bold
    kind = Kind.LINE if item is None else Kind.ITEM
    return Block(kind=kind, place=place, cells=(text,), level=item or 0, bold=bold)


def _chain(id: str | None, styles: dict[str, Any]) -> Iterator[Any]:
    """Yield the style *id* and those it is based on, ten at most."""
    for _ in range(10):
        style = styles.get(id or "")
        if style is None:
            return
        yield style
        based = style.find(f"{_W}basedOn")
        id = None if based is None else based.get(_VALUE)


def _value(element: Any, path: str) -> str:
    found = None if element is None else element.find("/".join(f"{_W}{name}" for name in path.split("/")))
    return "" if found is None else found.get(_VALUE, "")


def _name(style: Any) -> str:
    return _value(style, "name").casefold()


def _heading(chain: list[Any]) -> int | None:
    own, *styles = chain
    for outline in (_value(own, "outlineLvl"), *(_value(style, "pPr/outlineLvl") for style in styles)):
        if outline.isdigit():
            return int(outline) + 1 if int(outline) < 9 else None
    for name in map(_name, styles):
        if name in _TITLES:
            return 0
        if found := _HEADING.fullmatch(name):
            return int(found[1])
    return None


def _item(chain: list[Any]) -> int | None:
    own, *styles = chain
    named = next(filter(None, (_LISTED.fullmatch(_name(style)) for style in styles)), None)
    numbered = _value(own, "numPr/numId") or next(
        filter(None, (_value(style, "pPr/numPr/numId") for style in styles)), ""
    )
    if numbered == "0" or not (numbered or named):
        return None
    level = _value(own, "numPr/ilvl")
    return int(level) if level.isdigit() else int((named and named[1]) or 1) - 1


def _rows(table: Any, number: int) -> Iterator[Block]:
    before: tuple[str, ...] = ()
    for line, row in enumerate(_inside(table, {f"{_W}tr"}), start=1):
        cells: list[str] = []
        for cell in _inside(row, {f"{_W}tc"}):
            if len(cells) >= MOST_COLUMNS:
                break
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merged is not None and merged.get(_VALUE, "continue") != "restart" and len(cells) < len(before)
            lines = (text for paragraph in cell.iter(f"{_W}p") if (text := _text(paragraph)))
            text = before[len(cells)] if goes_on else "\n".join(lines)[:LONGEST_CELL]
            span = _value(cell, "tcPr/gridSpan")
            cells += [text, *[""] * (min(int(span), MOST_COLUMNS) - 1 if span.isdigit() else 0)]
        before = tuple(cells)
        if any(cells):
            yield Block(kind=Kind.ROW, place=Place(where=Where.TABLE, number=number, row=line), cells=before)


if __name__ == "__main__":
    answer(lambda data: read_here(data, sys.argv[1]))
