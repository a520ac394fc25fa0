"""Reports of every shape, and texts that nobody wants to print."""

from __future__ import annotations

from bot.core.language import ENGLISH
from bot.core.report.drawing import Anchor, Box, Drawing, Ink, Line, Shape, Words
from bot.core.report.entries import Kind
from bot.core.report.pages import (
    Block,
    Code,
    Day,
    Event,
    Heading,
    Pairs,
    Picture,
    Prose,
    Report,
    Screen,
    Section,
    Table,
    Timeline,
)

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></svg><!--",
    "\U0001f525 emoji \U0001f469\u200d\U0001f4bb, 漢字",
    "\u05e9\u05dc\u05d5\u05dd 12, \u0627\u0644\u0633\u0644\u0627\u0645",
    "controls \x00\x07\x1b[31m\x7f and \u202ereversed\u202c",
    "half a pair \ud800, \uffff and \ufdd0",
    "tab\tnarrow\u202fblank\u00a0and\u2028lines\x85\nnext",
    "e\u0301 composed, \u0646\u064e",
    "",
)
DRAWING = Drawing(
    width=166,
    height=20,
    strokes=(
        Line(x1=0, y1=1, x2=100, y2=1, ink=Ink.GRID, is_dashed=True),
        Box(x=1, y=2, width=10, height=2, ink=Ink.GOING),
        Box(x=1, y=5, width=10, height=2, ink=Ink.CARE, is_open=True),
        Shape(points=((1, 1), (2, 2), (1, 3)), ink=Ink.STEP),
        Words(x=50, y=9, text='D1 <b> "said"', size=2.5, anchor=Anchor.MIDDLE, is_bold=True),
        Words(x=160, y=12, text="end", size=2.5, anchor=Anchor.END),
    ),
    label="An axis of <time>",
)


def event(number: int, text: str, kind: Kind | None = Kind.KNOWN) -> Event:
    if kind is None:
        return Event(number=number, hour="", at="", kind=None, text=text)
    return Event(number=number, hour="18:00", at="2026-11-27T17:00:00Z", kind=kind, text=text, source="device PHONE")


def report(*events: Event, blocks: tuple[Block, ...] = ()) -> Report:
    """Return a report with these entries, and a section with these blocks."""
    days = (Day(title="Fri 27 Nov 2026 (UTC+1)", events=events),) if events else ()
    return Report(
        language=ENGLISH,
        tag="en-GB",
        mark="TLP:AMBER+STRICT",
        mark_means="For us alone.",
        title="Record of incident Amber Falcon",
        running="Amber Falcon",
        page="Page {page} of {pages}",
        cover=Section(title="Record of incident Amber Falcon", blocks=(Prose(text="What it is."),)),
        sections=(
            Section(title="One", blocks=blocks, begins_page=True),
            Section(title="Timeline", blocks=(Timeline(days=days),)),
        ),
        kinds={kind: kind.value.title() for kind in Kind},
        screen=Screen(
            contents="Contents",
            only="Show",
            search="Only with",
            shown="{shown} of {size} shown",
            all="Show all",
            skip="To the report",
        ),
    )


def every_block(text: str) -> tuple[Block, ...]:
    """Return a block of each kind that says *text*."""
    return (
        Heading(text=text),
        Heading(text=text, is_minor=True),
        Prose(text=text),
        Prose(text=text, is_aside=True),
        Code(lines=(text, text)),
        Pairs(rows=((text, text), ("", text))),
        Table(title=text, head=("One", "Two"), widths=(1, 2), rows=((text, text), ("", text))),
        Picture(drawing=DRAWING),
    )
