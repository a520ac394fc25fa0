"""A drawing as lines and words in millimetres, which paper and screen draw each in its way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ink(StrEnum):
    """What a colour means. None tells anything alone: shape and words say it too."""

    TEXT = "text"
    FAINT = "faint"
    GRID = "grid"
    GOING = "going"
    GOOD = "good"
    ALARM = "alarm"
    CARE = "care"
    STEP = "step"
    DECISION = "decision"
    EVIDENCE = "evidence"


class Anchor(StrEnum):
    """Where words stand to their place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    ink: Ink
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A bar; only its outline where what it shows is not certain."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    ink: Ink


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words, on the line *y*."""

    x: float
    y: float
    text: str
    size: float
    """Height of a letter and what hangs below, in millimetres."""
    ink: Ink = Ink.TEXT
    anchor: Anchor = Anchor.START
    is_bold: bool = False


Stroke = Line | Box | Shape | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing, and what it shows in words for whoever cannot see it."""

    width: float
    height: float
    strokes: tuple[Stroke, ...]
    label: str
