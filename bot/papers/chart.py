"""Pictures of bars, the only place that imports matplotlib: when one is drawn, since it is slow to load and large."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING

from bot.core.documents.chart import Bar, Chart, Tone

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
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
_WIDTH, _HEAD, _PER_BAR = 6.0, 0.75, 0.62
"""In inches: as wide as a phone shows without zooming, and as high as there are bars."""
_SHARPNESS = 150


def draw(chart: Chart) -> bytes:
    """Return *chart* as PNG. Slow: not for the event loop."""
    from matplotlib import rc_context  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure  # noqa: PLC0415

    height = _HEAD + _PER_BAR * len(chart.bars)
    with rc_context({"font.family": "DejaVu Sans", "text.color": _INK, "text.parse_math": False}):
        figure = Figure(figsize=(_WIDTH, height), dpi=_SHARPNESS, facecolor="white")
        figure.text(0.03, 1 - 0.26 / height, chart.title, weight="bold", size=11, va="center")
        figure.text(0.03, 1 - 0.50 / height, chart.note, size=8.5, color=_PALE, va="center")
        axes = figure.add_axes((0.03, 0, 0.94, 1 - _HEAD / height))
        axes.set_axis_off()
        axes.set_xlim(0, max((sum(part.count for part in bar.parts) for bar in chart.bars), default=0) or 1)
        axes.set_ylim(len(chart.bars) or 1, 0)
        for row, bar in enumerate(chart.bars):
            _bar(axes, row, bar)
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _bar(axes: Axes, row: int, bar: Bar) -> None:
    """Draw what a bar says, small enough to fit, and the bar below."""
    said, room = _say(axes, row, _words(bar, 1)), axes.get_window_extent().width
    wanted = said.get_window_extent().width
    if wanted > room:
        said.remove()
        _say(axes, row, _words(bar, room / wanted))
    start = 0
    for part in bar.parts:
        axes.barh(row + 0.62, part.count, left=start, height=0.3, color=_COLOURS[part.tone], edgecolor="white")
        start += part.count


def _say(axes: Axes, row: int, words: HPacker) -> Artist:
    from matplotlib.offsetbox import AnnotationBbox  # noqa: PLC0415 - see above

    box = AnnotationBbox(words, (0, row + 0.24), xycoords="data", box_alignment=(0, 0.5), frameon=False, pad=0)
    return axes.add_artist(box)


def _words(bar: Bar, scale: float) -> HPacker:
    """Return the title and what is counted, a square of its colour before each."""
    from matplotlib.offsetbox import HPacker, TextArea  # noqa: PLC0415 - see above

    words: list[Artist] = [TextArea(bar.title, textprops={"weight": "bold", "size": 9 * scale})]
    for part in bar.parts:
        words.append(TextArea("■", textprops={"color": _COLOURS[part.tone], "size": 10 * scale}))
        words.append(TextArea(part.label, textprops={"size": 8.5 * scale}))
    return HPacker(children=words, pad=0, sep=4 * scale, align="baseline")
