"""Pictures of bars and of lines. The only place that imports matplotlib, when one is drawn: it is slow to load."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from bot.core.documents.chart import Bar, Chart, Part, Span, Spans, Tone

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.offsetbox import HPacker

MIME = "image/png"
_COLOURS: Mapping[Tone, str] = {
    Tone.GOOD: "#009e73",
    Tone.GOING: "#56b4e9",
    Tone.ALARM: "#d55e00",
    Tone.CARE: "#f0c030",
    Tone.IDLE: "#a8a8a8",
    Tone.ASIDE: "#5b5b8c",
}
"""Of Okabe and Ito's palette, or near it: told apart by people who see colours differently. Words say it too."""
_INK, _PALE = "#202020", "#555555"
_WIDTH, _HEAD, _PER_LINE, _PER_BAR, _PER_SPAN = 3.4, 0.72, 0.19, 0.5, 0.62
"""In inches: as wide as a phone shows without zooming, and as high as it needs. A point is a hundredth of the width at
320 pixels, so that words of 8 points are 10 pixels high there."""
_SHARPNESS = 220
_PARTS_A_LINE = 2
_TITLE_LETTER, _LETTER, _MARK = 0.09, 0.07, 0.25
"""In inches, about: a letter of a title, one of what is counted, and the square before that."""


def draw(chart: Chart) -> bytes:
    """Return *chart* as PNG. Slow: not for the event loop."""
    heights = [_PER_BAR + _PER_LINE * len(_lines(bar)) for bar in chart.bars]
    with _figure(chart.title, chart.note, sum(heights)) as (figure, axes):
        axes.set_xlim(0, max((sum(part.count for part in bar.parts) for bar in chart.bars), default=0) or 1)
        top = 0.0
        for bar, height in zip(chart.bars, heights, strict=True):
            _bar(axes, top, bar)
            top += height
        return _png(figure)


def draw_spans(chart: Spans) -> bytes:
    """Return *chart* as PNG. Slow: not for the event loop."""
    with _figure(chart.title, chart.note, _PER_SPAN * len(chart.spans) + _PER_LINE) as (figure, axes):
        first = min((chart.now, *(span.start for span in chart.spans)))
        length = (max((chart.now, *(span.end for span in chart.spans))) - first).total_seconds() or 1.0

        def place(at: datetime) -> float:
            return (at - first).total_seconds() / length

        axes.set_xlim(0, 1)
        now = place(chart.now)
        for row, span in enumerate(chart.spans):
            top = row * _PER_SPAN
            _span(axes, top, span, place(span.start), place(span.end))
            axes.plot((now, now), (top + 0.39, top + 0.51), color=_INK, linewidth=2)
        side = "right" if now > 0.5 else "left"
        axes.text(now, _PER_SPAN * len(chart.spans) - 0.05, chart.now_label, size=7.5, ha=side, va="top")
        return _png(figure)


@contextmanager
def _figure(title: str, note: str, height: float) -> Iterator[tuple[Figure, Axes]]:
    """Return a white picture with its title, and below it *height* inches to draw on, counted from above."""
    from matplotlib import rc_context  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure  # noqa: PLC0415

    whole = _HEAD + height
    with rc_context({"font.family": "DejaVu Sans", "text.color": _INK, "text.parse_math": False}):
        figure = Figure(figsize=(_WIDTH, whole), dpi=_SHARPNESS, facecolor="white")
        figure.text(0.03, 1 - 0.26 / whole, title, weight="bold", size=11, va="center")
        figure.text(0.03, 1 - 0.50 / whole, note, size=7.5, color=_PALE, va="center")
        axes = figure.add_axes((0.03, 0, 0.94, height / whole))
        axes.set_axis_off()
        axes.set_ylim(height or 1, 0)
        yield figure, axes


def _png(figure: Figure) -> bytes:
    file = BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _lines(bar: Bar) -> list[Sequence[Part]]:
    """Return the parts of *bar* as they stand in lines below its title; none where all of them fit beside it."""
    beside = sum(len(part.label) * _LETTER + _MARK for part in bar.parts)
    if len(bar.title) * _TITLE_LETTER + beside < _WIDTH:
        return []
    return [bar.parts[first : first + _PARTS_A_LINE] for first in range(0, len(bar.parts), _PARTS_A_LINE)]


def _bar(axes: Axes, top: float, bar: Bar) -> None:
    """Draw the title of a bar, what it counts in lines, each small enough to fit, and the bar below."""
    axes.text(0, top + 0.1, bar.title, weight="bold", size=9, va="center")
    below, lines = top + 0.1, _lines(bar)
    if bar.parts and not lines:
        _say(axes, below, _words(bar.parts, 1), is_beside=True)
    for parts in lines:
        below += _PER_LINE
        _fit(axes, below, parts)
    start = 0
    for part in bar.parts:
        axes.barh(below + 0.21, part.count, left=start, height=0.18, color=_COLOURS[part.tone], edgecolor="white")
        start += part.count


def _span(axes: Axes, top: float, span: Span, start: float, end: float) -> None:
    """Draw the title of a line, until when it runs, and the line below; one that nobody started has gaps."""
    axes.text(0, top + 0.1, span.title, weight="bold", size=9, va="center")
    axes.text(0, top + 0.28, span.label, size=8, va="center")
    style: str | tuple[float, tuple[float, float]] = "solid" if span.is_certain else (0, (1.5, 1))
    line, height = _COLOURS[span.tone], top + 0.45
    axes.plot((start, end), (height, height), color=line, linewidth=5, linestyle=style, solid_capstyle="butt")


def _fit(axes: Axes, middle: float, parts: Sequence[Part]) -> None:
    """Say what is counted as large as it fits: letters take whole pixels, so a little smaller may be as wide."""
    said, room, scale = _say(axes, middle, _words(parts, 1)), axes.get_window_extent().width, 1.0
    while (wanted := said.get_window_extent().width) > room:
        said.remove()
        scale *= 0.98 * room / wanted
        said = _say(axes, middle, _words(parts, scale))


def _say(axes: Axes, middle: float, words: HPacker, *, is_beside: bool = False) -> Artist:
    """Put *words* at the left, or *beside* the title, at the right."""
    from matplotlib.offsetbox import AnnotationBbox  # noqa: PLC0415 - see above

    at = (axes.get_xlim()[is_beside], middle)
    box = AnnotationBbox(words, at, xycoords="data", box_alignment=(is_beside, 0.5), frameon=False, pad=0)
    return axes.add_artist(box)


def _words(parts: Sequence[Part], scale: float) -> HPacker:
    """Return what is counted, a square of its colour before each."""
    from matplotlib.offsetbox import HPacker, TextArea  # noqa: PLC0415 - see above

    words: list[Artist] = []
    for part in parts:
        words.append(TextArea("■", textprops={"color": _COLOURS[part.tone], "size": 9 * scale}))
        words.append(TextArea(part.label, textprops={"size": 8 * scale}))
    return HPacker(children=words, pad=0, sep=4 * scale, align="baseline")
