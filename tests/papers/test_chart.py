"""Pictures of bars: every colour is there, nothing runs out of the picture, nothing is loaded before one is drawn."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from bot.core.documents.chart import Bar, Chart, Part, Span, Spans, Tone
from bot.papers import chart

TONES = tuple(Part(count=count, label=f"{count} {tone}", tone=tone) for count, tone in enumerate(Tone, 20))


def drawn(*bars: Bar, title: str = "Calm Heron") -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    data = chart.draw(Chart(title=title, note="Fri 27 Mar 2026", bars=bars))
    assert data.startswith(b"\x89PNG")
    return np.asarray(imread(BytesIO(data)))[:, :, :3]


@pytest.mark.parametrize("tone", Tone)
def test_each_part_has_the_colour_of_its_tone(tone: Tone) -> None:
    picture = drawn(Bar(title="GDPR-33-1", parts=TONES))
    near = np.abs(picture - np.array(to_rgb(chart._COLOURS[tone]))).max(axis=2) < 0.01
    assert near.sum() > 500


def test_colours_differ_for_the_eye_and_in_grey_from_white() -> None:
    colours = [np.array(to_rgb(colour)) for colour in chart._COLOURS.values()]
    assert min(float(np.abs(one - other).max()) for one in colours for other in colours if one is not other) > 0.3
    assert max(float(colour @ np.array([0.2126, 0.7152, 0.0722])) for colour in colours) < 0.8


@pytest.mark.parametrize(
    "labels", [("1200 pas encore prévenues du tout",), ("32 sans appareil qui puisse lire", "1 impossible à inviter")]
)
def test_words_that_are_too_wide_become_smaller_and_stay_inside(labels: tuple[str, ...]) -> None:
    long = tuple(Part(count=1200, label=label, tone=part.tone) for part in TONES for label in labels)
    picture = drawn(Bar(title="NIS2-23-72", parts=long))
    assert (picture[:, :15] == 1).all()
    assert (picture[:, -15:] == 1).all()


def test_it_grows_with_its_bars_which_share_one_scale() -> None:
    half, whole = (Bar(title="x", parts=(Part(count=count, label="", tone=Tone.GOOD),)) for count in (50, 100))
    few, many = drawn(whole), drawn(half, *[whole] * 9)
    assert many.shape[0] > few.shape[0]
    assert many.shape[1] == few.shape[1]
    green = np.abs(drawn(half, whole) - np.array(to_rgb(chart._COLOURS[Tone.GOOD]))).max(axis=2) < 0.01
    widths = sorted({int(row.sum()) for row in green if row.sum() > 100})
    assert widths[0] == pytest.approx(widths[-1] / 2, abs=5)


def test_nothing_typed_is_a_formula_and_nothing_at_all_can_be_drawn() -> None:
    assert drawn(Bar(title="$x^2$ $", parts=()), title="a $ b $ \\frac").any()
    assert drawn().any()


def test_what_draws_is_loaded_when_something_is_drawn() -> None:
    check = "import bot.app, sys; sys.exit('matplotlib' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_clock_is_a_line_to_its_due_time_with_now_upon_it() -> None:
    start, hour = datetime(2026, 11, 27, 14, 30, tzinfo=UTC), timedelta(hours=1)

    def span(tone: Tone, hours: int, *, is_certain: bool = True) -> Span:
        return Span(title="x" * 34, label="y", start=start, end=start + hours * hour, tone=tone, is_certain=is_certain)

    spans = (span(Tone.GOING, 72), span(Tone.ALARM, 36), span(Tone.CARE, 72, is_certain=False))
    data = chart.draw_spans(Spans(title="Calm Heron", note="", now=start + 36 * hour, now_label="now", spans=spans))
    picture = np.asarray(imread(BytesIO(data)))[:, :, :3]
    long, half, broken = (
        int((np.abs(picture - np.array(to_rgb(chart._COLOURS[tone]))).max(axis=2) < 0.01).any(axis=0).sum())
        for tone in (Tone.GOING, Tone.ALARM, Tone.CARE)
    )
    assert half == pytest.approx(long / 2, abs=8)
    assert long / 3 < broken < 0.8 * long
    assert (picture[:, -15:] == 1).all()
    assert chart.draw_spans(Spans(title="", note="", now=start, now_label="now", spans=())).startswith(b"\x89PNG")
