"""The pages of a report: its cover with the contents, and a page begun for each section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from bot.core.report.pages import Block, Code, Event, Heading, Pairs, Picture, Prose, Report, Section, Table, Timeline
from bot.papers.report.sheet import (
    BOTTOM,
    GREY,
    HEIGHT,
    INNER,
    MARGIN,
    TOP,
    Look,
    Sheet,
    tallest,
    widths,
)
from bot.papers.report.strokes import draw

if TYPE_CHECKING:
    from fpdf import FPDF

_TEXT, _BOLD = Look(), Look(is_bold=True)
_ASIDE = Look(size=8, colour=GREY)
_CODE = Look(size=8)
_CELL, _HEAD = Look(size=8.5), Look(size=8.5, is_bold=True)
_LABEL = Look(size=8.5, colour=GREY)
_TITLE, _SECTION, _HEADING = Look(size=21, is_bold=True), Look(size=15, is_bold=True), Look(size=11, is_bold=True)
_USUAL = _CELL, _LABEL, _HEAD
_DENSE = Look(size=7.4), Look(size=7.4, colour=GREY), Look(size=7.4, is_bold=True)
"""Of cells, of labels, and of the heads of tables."""
_FOOT, _MARK = Look(size=7.5, colour=GREY), Look(size=8.5, is_bold=True, colour=(150, 40, 30))
_GAP = 3.0
_LEAST = 75.0
"""Millimetres that are left where another section begins on the same page."""
_PAIR = ((MARGIN, 41.0), (MARGIN + 44.0, INNER - 44.0))
"""The columns of a label and its text, in millimetres."""
_TOGETHER = 18
"""So many lines of a row begin a page rather than being parted."""
_EVENT = ((MARGIN, 10.0), (MARGIN + 10.0, 12.0), (MARGIN + 22.0, 27.0), (MARGIN + 51.0, INNER - 51.0))
"""The columns of the timeline: number, hour, kind, what happened."""
_SOURCE = Look(size=7, colour=GREY)


def draw_report(pdf: FPDF, report: Report) -> None:
    """Draw the whole report."""
    sheet = Sheet(pdf)
    pages = _Pages(sheet, report)
    pages.cover()
    contents = int(sheet.pdf.page), sheet.y
    begun = [pages.section(section) for section in report.sections]
    pages.contents(*contents, begun)
    pages.edges()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Texts beside each other."""

    columns: Sequence[tuple[float, float]]
    """Where each begins, and how wide it may be."""
    texts: Sequence[str]
    looks: Sequence[Look]
    last_line: Look | None = None
    """How the last line of the last text is set; None: as the rest of it."""


class _Pages:
    def __init__(self, sheet: Sheet, report: Report) -> None:
        self._sheet = sheet
        self._report = report
        self._cell, self._label, self._top = _USUAL

    # --- the cover, and what stands on every page ----------------------------------------------------------------

    def cover(self) -> None:
        sheet, report = self._sheet, self._report
        sheet.new_page()
        sheet.y += 6
        self._written(report.cover.title, _TITLE)
        sheet.y += 2
        self._written(f"{report.mark}. {report.mark_means}", _ASIDE)
        sheet.y += 4
        for block in report.cover.blocks:
            self.block(block)
        sheet.y += 2
        sheet.need(_HEADING.line + 1 + len(report.sections) * (_CELL.line + 0.6))

    def contents(self, page: int, y: float, pages: Sequence[int]) -> None:
        """List the sections below what the cover says, with the page on which each begins."""
        sheet = self._sheet
        sheet.pdf.page, sheet.y = page, y
        sheet.text(MARGIN, sheet.y, self._report.screen.contents, _HEADING)
        sheet.y += _HEADING.line + 1
        for section, begun in zip(self._report.sections, pages, strict=True):
            sheet.text(MARGIN, sheet.y, section.title, _CELL)
            number = str(begun)
            sheet.text(MARGIN + INNER - sheet.width(number, _CELL), sheet.y, number, _CELL)
            sheet.y += _CELL.line + 0.6

    def edges(self) -> None:
        """Put on every page for whom it is, which record it is of, and which page it is of how many."""
        sheet, report = self._sheet, self._report
        pages = len(sheet.pdf.pages)
        for page in range(1, pages + 1):
            sheet.pdf.page = page
            at = MARGIN + INNER - sheet.width(report.mark, _MARK)
            sheet.text(at, TOP - 13, report.mark, _MARK)
            sheet.text(MARGIN, TOP - 13, report.title if page > 1 else "", _FOOT)
            y = HEIGHT - BOTTOM + 7
            sheet.rule(y - 2)
            sheet.text(MARGIN, y, report.running, _FOOT)
            number = report.page.format(page=page, pages=pages)
            sheet.text(MARGIN + INNER - sheet.width(number, _FOOT), y, number, _FOOT)

    # --- sections ------------------------------------------------------------------------------------------------

    def section(self, section: Section) -> int:
        """Draw a section, and return the number of its first page."""
        sheet = self._sheet
        if section.begins_page or sheet.left < _LEAST:
            sheet.new_page()
        else:
            sheet.y += 8
        begun = int(sheet.pdf.page)
        sheet.pdf.start_section(sheet.shown(section.title))
        self._written(section.title, _SECTION)
        sheet.y += 3
        self._cell, self._label, self._top = _DENSE if section.is_dense else _USUAL
        for block in section.blocks:
            self.block(block)
        return begun

    def block(self, block: Block) -> None:  # noqa: C901 - a table
        sheet = self._sheet
        match block:
            case Heading(text=text, is_minor=is_minor):
                look = _BOLD if is_minor else _HEADING
                sheet.need(5 * look.line)
                sheet.y += 1 if is_minor else 3
                self._written(text, look)
                sheet.y += 1
            case Prose(text=text, is_aside=is_aside):
                self._written(text, _ASIDE if is_aside else _TEXT)
                sheet.y += 2.2
            case Code(lines=lines):
                for line in lines:
                    self._written(line, _CODE)
                sheet.y += 2.2
            case Pairs():
                self._pairs(block)
            case Table():
                self._table(block)
            case Timeline(days=days):
                for day in days:
                    self._day(day.title)
                    for event in day.events:
                        self._event(event)
            case Picture(drawing=drawing):
                sheet.need(drawing.height)
                draw(sheet, drawing, MARGIN, sheet.y)
                sheet.y += drawing.height + 4
            case _:
                assert_never(block)

    def _written(self, text: str, look: Look, x: float = MARGIN, width: float = INNER) -> None:
        """Write a text over as many lines and pages as it takes."""
        sheet = self._sheet
        for line in sheet.lines(text, width, look):
            sheet.need(look.line)
            sheet.text(x, sheet.y, line, look)
            sheet.y += look.line

    def _pairs(self, pairs: Pairs) -> None:
        for label, text in pairs.rows:
            if label:
                row = _Row(columns=_PAIR, texts=(label, text), looks=(self._label, self._cell))
            else:
                row = _Row(columns=((MARGIN, INNER),), texts=(text,), looks=(self._cell,))
            self._row(row)
            self._sheet.y += 0.6
        self._sheet.y += 2

    def _table(self, table: Table) -> None:
        columns = widths(table.widths, _GAP)
        head = _Row(columns=columns, texts=table.head, looks=(self._top,) * len(columns))
        self._sheet.need(5 * self._top.line)
        self._head(head)
        for texts in table.rows:
            self._row(_Row(columns=columns, texts=texts, looks=(self._cell,) * len(columns)), head)
            self._sheet.rule(self._sheet.y + 0.5)
            self._sheet.y += 1.2
        self._sheet.y += 3

    def _head(self, head: _Row) -> None:
        self._row(head)
        self._sheet.rule(self._sheet.y + 0.4, GREY)
        self._sheet.y += 1.2

    def _day(self, title: str) -> None:
        sheet = self._sheet
        sheet.need(4 * _HEADING.line)
        sheet.y += 2
        sheet.text(MARGIN, sheet.y, title, _HEADING)
        sheet.y += _HEADING.line + 1

    def _event(self, event: Event) -> None:
        kind = self._report.kinds[event.kind] if event.kind else ""
        text = f"{event.text}\n{event.source}" if event.source else event.text
        self._row(
            _Row(
                columns=_EVENT,
                texts=(str(event.number), event.hour, kind, text),
                looks=(_LABEL, _HEAD, _LABEL, _CELL if event.kind else _LABEL),
                last_line=_SOURCE if event.source else None,
            )
        )
        self._sheet.y += 0.6

    def _row(self, row: _Row, head: _Row | None = None) -> None:
        """Draw a row, over as many pages as it takes; *head* stands again on each."""
        sheet = self._sheet
        cells = [
            sheet.lines(text, width, look)
            for (_, width), text, look in zip(row.columns, row.texts, row.looks, strict=True)
        ]
        count, line = tallest(cells), max(look.line for look in row.looks)
        if line * min(count, _TOGETHER) > sheet.left:
            self._next_page(head)
        done = 0
        while done < count:
            fits = max(1, int(sheet.left / line))
            self._part(row, cells, range(done, min(done + fits, count)), line)
            done += fits
            if done < count:
                self._next_page(head)

    def _part(self, row: _Row, cells: Sequence[Sequence[str]], lines: range, line: float) -> None:
        """Draw some of the lines of a row."""
        sheet = self._sheet
        for number in lines:
            for (x, _), cell, look in zip(row.columns, cells, row.looks, strict=True):
                if number < len(cell):
                    is_last = cell is cells[-1] and number == len(cell) - 1
                    sheet.text(x, sheet.y, cell[number], row.last_line if is_last and row.last_line else look)
            sheet.y += line

    def _next_page(self, head: _Row | None) -> None:
        self._sheet.new_page()
        if head is not None:
            self._head(head)
