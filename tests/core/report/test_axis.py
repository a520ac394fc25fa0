"""The axis of time: nothing leaves it, names do not lie over each other, and hours are round."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.core.documents.chart import Span, Tone
from bot.core.report.axis import LEAST, WIDTH, Axis, Mark, Row, drawn, reach, ticks
from bot.core.report.drawing import Anchor, Box, Drawing, Ink, Line, Shape, Words

PARIS = ZoneInfo("Europe/Paris")
BEGIN = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPAN = Span(title="GDPR-33-1", label="due", start=BEGIN, end=BEGIN + 3 * DAY, tone=Tone.GOING)


def axis(*rows: Row, spans: tuple[Span, ...] = (SPAN,)) -> Axis:
    begin, end = reach(BEGIN, BEGIN + DAY, spans)
    return Axis(begin=begin, end=end, ticks=(), spans=spans, rows=rows, label="said")


def boxes(drawing: Drawing) -> list[Box]:
    return [stroke for stroke in drawing.strokes if isinstance(stroke, Box)]


def words(drawing: Drawing) -> list[Words]:
    return [stroke for stroke in drawing.strokes if isinstance(stroke, Words)]


def shapes(drawing: Drawing) -> list[Shape]:
    return [stroke for stroke in drawing.strokes if isinstance(stroke, Shape)]


def test_an_axis_shows_all_that_happened_and_the_ends_of_clocks_that_are_not_far_off() -> None:
    far = replace(SPAN, end=BEGIN + 90 * DAY)
    early = replace(SPAN, start=BEGIN - HOUR)
    assert reach(BEGIN, BEGIN + DAY, (early, far)) == (BEGIN - HOUR, BEGIN + 3 * DAY)
    assert reach(BEGIN, BEGIN + DAY, (far,)) == (BEGIN, BEGIN + DAY)
    assert reach(BEGIN, BEGIN, ()) == (BEGIN, BEGIN + LEAST)


@pytest.mark.parametrize("days", [0.1, 0.5, 1, 3, 10, 40, 200, 3000, 40_000])
def test_ticks_are_few_and_stand_at_round_hours(days: float) -> None:
    found = ticks(BEGIN, BEGIN + days * DAY, PARIS)
    assert len(found) <= 120
    assert all(BEGIN <= at <= BEGIN + days * DAY and at.minute == 0 for at, _ in found)
    assert all(is_day == (days > 4.5) for _, is_day in found) or days in (1, 3)


def test_the_hour_that_comes_twice_does_no_harm() -> None:
    begin = datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert [at.hour for at, _ in ticks(begin, begin + 8 * HOUR, PARIS)][:3] == [22, 23, 0]


def test_a_clock_that_goes_on_has_an_arrow_and_one_that_nobody_started_an_outline_alone() -> None:
    far, supposed = replace(SPAN, end=BEGIN + 90 * DAY), replace(SPAN, is_certain=False, end=BEGIN)
    drawing = drawn(axis(spans=(far, supposed)))
    long, short = boxes(drawing)
    assert len(shapes(drawing)) == 1
    assert not long.is_open
    assert short.is_open
    assert short.width > 0
    assert long.x + long.width < WIDTH


def test_names_of_marks_do_not_lie_over_each_other_and_what_finds_no_place_is_there_without_a_name() -> None:
    marks = tuple(Mark(at=BEGIN + number * timedelta(minutes=1), name=f"D{number}") for number in range(40))
    drawing = drawn(axis(Row(title="Steps", ink=Ink.STEP, marks=marks)))
    named = [word for word in words(drawing) if word.text.startswith("D")]
    assert len(shapes(drawing)) == 40
    assert 6 <= len(named) < 40
    lines: dict[float, list[Words]] = {}
    for word in named:
        lines.setdefault(word.y, []).append(word)
    for line in lines.values():
        assert len(line) == 1 or all(one.x < other.x for one, other in pairwise(line))


def test_a_name_at_the_end_of_the_axis_stands_before_its_mark() -> None:
    late = Mark(at=BEGIN + 3 * DAY, name="a decision with a long name")
    drawing = drawn(axis(Row(title="Decisions", ink=Ink.DECISION, marks=(late,))))
    assert [word.anchor for word in words(drawing) if word.text == late.name] == [Anchor.END]


def test_nothing_is_drawn_beyond_the_paper() -> None:
    far = replace(SPAN, title="x" * 60, label="y" * 40, end=BEGIN + 90 * DAY)
    rows = tuple(
        Row(title=ink.value, ink=ink, marks=(Mark(at=BEGIN + 3 * DAY, name="n"),))
        for ink in (Ink.STEP, Ink.DECISION, Ink.EVIDENCE)
    )
    whole = replace(
        axis(*rows, spans=(SPAN, far)), ticks=(Mark(at=BEGIN, name="a"), Mark(at=BEGIN + 3 * DAY, name="Mon"))
    )
    drawing = drawn(whole)
    assert drawing.label == "said"
    assert len(rows) == len({shape.points for shape in shapes(drawing)}) - 1
    for stroke in drawing.strokes:
        match stroke:
            case Line(x1=x1, y1=y1, x2=x2, y2=y2):
                assert 0 <= x1 <= x2 <= WIDTH
                assert 0 <= y1 <= y2 <= drawing.height
            case Box(x=x, y=y, width=width, height=height):
                assert x >= 0
                assert x + width <= WIDTH + 0.7
                assert y + height <= drawing.height
            case Shape(points=points):
                assert all(-2 <= x <= WIDTH + 2 and 0 <= y <= drawing.height for x, y in points)
            case Words(x=x, y=y):
                assert 0 <= x <= WIDTH + 2
                assert 0 <= y <= drawing.height
