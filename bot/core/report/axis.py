"""The axis of time: clocks as bars, steps, decisions and evidence as marks below, all over the same hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.documents.chart import Span, Tone
from bot.core.report.drawing import Anchor, Box, Drawing, Ink, Line, Shape, Stroke, Words

WIDTH = 166.0
"""Millimetres: the text of an A4 page."""
_LABEL, _TICK = 2.7, 2.4
"""Heights of letters, in millimetres."""
_LETTER = 0.6
"""The width of a letter beside its height, about."""
_LEFT = 23.0
"""Where the axis begins: before it stand the names of the rows of marks."""
_CLOCK = 8.6
_STEP = 4.2
"""Heights of a clock, and of one line of marks."""
_MOST_ROWS = 6
"""Lines of marks of one kind; what finds no place on them has a mark without a name."""
_ARROW = 3.2
_MOST_TICKS = 9
_HOURS = (1, 2, 3, 6, 12, 24, 48, 24 * 7, 24 * 14, 24 * 28, 24 * 91, 24 * 182, 24 * 365)
_DAY = timedelta(days=1)
LEAST = timedelta(hours=6)
"""How much time an axis shows at the least."""
_SLACK = timedelta(days=3)
_INKS = {
    Tone.GOOD: Ink.GOOD,
    Tone.GOING: Ink.GOING,
    Tone.ALARM: Ink.ALARM,
    Tone.CARE: Ink.CARE,
    Tone.IDLE: Ink.FAINT,
    Tone.ASIDE: Ink.FAINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened at one moment."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Marks of one kind."""

    title: str
    ink: Ink
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What is drawn over one axis of time."""

    begin: datetime
    end: datetime
    ticks: tuple[Mark, ...]
    spans: tuple[Span, ...]
    rows: tuple[Row, ...]
    label: str


def reach(first: datetime, last: datetime, spans: Sequence[Span]) -> tuple[datetime, datetime]:
    """Return from when to when an axis goes.

    It shows everything that happened, and the ends of clocks but for those so far off that nothing else could be read.
    """
    begin = min((first, *(span.start for span in spans)))
    known = max(last, begin + LEAST)
    furthest = known + max(_SLACK, known - begin)
    ends = [span.end for span in spans if span.end <= furthest]
    return begin, max((known, *ends))


def ticks(begin: datetime, end: datetime, zone: ZoneInfo) -> tuple[tuple[datetime, bool], ...]:
    """Return the round moments between two, in the *zone*; with each, whether it stands for a whole day."""
    span = (end - begin) / timedelta(hours=1)
    step = next((hours for hours in _HOURS if span / hours <= _MOST_TICKS), _HOURS[-1])
    local = begin.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    found, at = [], midnight
    while (moment := at.replace(tzinfo=zone)) <= end:
        if moment >= begin:
            found.append((moment, step * timedelta(hours=1) >= _DAY))
        at += timedelta(hours=step)
    return tuple(found)


def drawn(axis: Axis) -> Drawing:
    """Return the axis as it is drawn."""
    strokes: list[Stroke] = []
    y = 7.0
    for span in axis.spans:
        strokes += _clock(axis, span, y)
        y += _CLOCK
    for row in axis.rows:
        lines, found = _row(axis, row, y + 2)
        strokes += found
        y += 4 + lines * _STEP
    grid = [stroke for tick in axis.ticks for stroke in _tick(axis, tick, y)]
    frame = Line(x1=_LEFT, y1=4.5, x2=WIDTH, y2=4.5, ink=Ink.FAINT)
    return Drawing(width=WIDTH, height=y, strokes=(*grid, frame, *strokes), label=axis.label)


def _place(axis: Axis, at: datetime) -> float:
    part = (at - axis.begin) / (axis.end - axis.begin)
    return _LEFT + min(max(part, 0.0), 1.0) * (WIDTH - _LEFT)


def _tick(axis: Axis, tick: Mark, bottom: float) -> Iterator[Stroke]:
    x = _place(axis, tick.at)
    yield Line(x1=x, y1=4.5, x2=x, y2=bottom, ink=Ink.GRID)
    half = len(tick.name) * _LETTER * _TICK / 2
    anchor = Anchor.END if x + half > WIDTH else Anchor.MIDDLE
    yield Words(x=x, y=3.2, text=tick.name, size=_TICK, ink=Ink.FAINT, anchor=anchor)


def _clock(axis: Axis, span: Span, y: float) -> Iterator[Stroke]:
    """Yield a bar with its words above; an arrow where it goes on beyond the axis."""
    start, end, ink = _place(axis, span.start), _place(axis, span.end), _INKS[span.tone]
    goes_on = span.end > axis.end
    width = max(end - start - _ARROW * goes_on, 0.6)
    said = f"{span.title} · {span.label}"
    length = len(said) * _LETTER * _LABEL
    x = start if start + length <= WIDTH else max(0.0, WIDTH - length)
    yield Words(x=x, y=y + 2.4, text=said, size=_LABEL)
    yield Box(x=start, y=y + 3.6, width=width, height=2.2, ink=ink, is_open=not span.is_certain)
    if goes_on:
        yield Shape(points=((end - _ARROW, y + 2.7), (end, y + 4.7), (end - _ARROW, y + 6.7)), ink=ink)


def _row(axis: Axis, row: Row, y: float) -> tuple[int, list[Stroke]]:
    """Return how many lines the marks take, and what is drawn: a mark goes to the first line where its name fits."""
    strokes: list[Stroke] = [Words(x=0, y=y + 2.6, text=row.title, size=_LABEL, is_bold=True)]
    free: list[float] = []
    for mark in row.marks:
        x = _place(axis, mark.at)
        length = 2.2 + len(mark.name) * _LETTER * _LABEL
        is_left = x + length > WIDTH
        begin, end = (x - length, x + 2.2) if is_left else (x - 1.4, x + length + 1.2)
        line = next((number for number, until in enumerate(free) if until <= begin), len(free))
        has_name = line < _MOST_ROWS
        if has_name:
            free[line : line + 1] = [end]
        at = y + min(line, _MOST_ROWS - 1) * _STEP + 1.6
        strokes.append(_sign(x, at, row.ink))
        if has_name:
            anchor = Anchor.END if is_left else Anchor.START
            strokes.append(
                Words(x=x - 1.9 if is_left else x + 1.9, y=at + 1, text=mark.name, size=_LABEL, anchor=anchor)
            )
    return max(1, len(free)), strokes


def _sign(x: float, y: float, ink: Ink) -> Shape:
    """Return the sign of a kind: a square for a step, a diamond for a decision, a triangle for evidence."""
    points = {
        Ink.STEP: ((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)),
        Ink.DECISION: ((x, y - 1.5), (x + 1.5, y), (x, y + 1.5), (x - 1.5, y)),
    }
    triangle = ((x, y - 1.3), (x + 1.4, y + 1.2), (x - 1.4, y + 1.2))
    return Shape(points=points.get(ink, triangle), ink=ink)
