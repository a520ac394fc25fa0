"""A drawing put on a sheet, stroke by stroke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from bot.core.report.drawing import Anchor, Box, Drawing, Ink, Line, Shape, Stroke, Words
from bot.papers.report.sheet import Colour, Look, Sheet, shaped

COLOURS: Mapping[Ink, Colour] = {
    Ink.TEXT: (24, 28, 32),
    Ink.FAINT: (95, 103, 112),
    Ink.GRID: (222, 226, 230),
    Ink.GOING: (37, 99, 168),
    Ink.GOOD: (46, 125, 80),
    Ink.ALARM: (176, 42, 48),
    Ink.CARE: (166, 106, 0),
    Ink.STEP: (46, 125, 80),
    Ink.DECISION: (121, 60, 160),
    Ink.EVIDENCE: (37, 99, 168),
}
_POINT = 25.4 / 72


def draw(sheet: Sheet, drawing: Drawing, x: float, y: float) -> None:
    """Draw with the upper left corner at that place."""
    for stroke in drawing.strokes:
        _stroke(sheet, stroke, x, y)


def _stroke(sheet: Sheet, stroke: Stroke, x: float, y: float) -> None:
    pdf, colour = sheet.pdf, COLOURS[stroke.ink]
    pdf.set_draw_color(*colour)
    pdf.set_fill_color(*colour)
    pdf.set_line_width(0.25)
    match stroke:
        case Line(x1=x1, y1=y1, x2=x2, y2=y2, is_dashed=is_dashed):
            pdf.set_dash_pattern(*((0.8, 0.8) if is_dashed else ()))
            pdf.line(x + x1, y + y1, x + x2, y + y2)
        case Box(is_open=is_open):
            pdf.set_dash_pattern(*((0.8, 0.6) if is_open else ()))
            pdf.rect(x + stroke.x, y + stroke.y, stroke.width, stroke.height, style="D" if is_open else "F")
        case Shape(points=points):
            pdf.set_dash_pattern()
            pdf.polygon([(x + across, y + down) for across, down in points], style="F")
        case Words():
            _words(sheet, stroke, x, y)
        case _:
            assert_never(stroke)
    pdf.set_dash_pattern()


def _words(sheet: Sheet, words: Words, x: float, y: float) -> None:
    look = Look(size=words.size / _POINT, is_bold=words.is_bold, colour=COLOURS[words.ink])
    text = sheet.shown(words.text)
    width = sheet.width(text, look)
    before = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}[words.anchor]
    sheet.words(x + words.x - before, y + words.y, shaped(text), look)
