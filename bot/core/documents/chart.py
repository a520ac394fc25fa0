"""Counts as bars, and times as lines, for whoever draws them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Tone(StrEnum):
    """What a part of a bar means; whoever draws has a colour for it."""

    GOOD = "good"
    GOING = "going"
    ALARM = "alarm"
    CARE = "care"
    IDLE = "idle"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a bar."""

    count: int
    label: str
    """With the count in it: `3 overdue`."""
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar. What it counts is the same for all bars of a chart, so that their lengths can be compared."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture of bars, one below the other."""

    title: str
    note: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A line from one moment to another, with words above it."""

    title: str
    label: str
    start: datetime
    end: datetime
    tone: Tone
    is_certain: bool = True
    """False for one that nobody started: it is drawn with gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """A picture of lines over one axis of time, on which *now* stands."""

    title: str
    note: str
    now: datetime
    now_label: str
    spans: tuple[Span, ...]
