"""A text with its looks, for whoever shows it: paragraphs of runs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.documents.drafts import Layout, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text of one look. Line breaks in it are real."""

    text: str
    bold: bool = False
    italic: bool = False
    is_gap: bool = False
    """A place that somebody has to fill."""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A heading, a paragraph or an item."""

    shape: Shape
    level: int = 0
    runs: tuple[Run, ...]
    layout: Layout = Layout.FLOW
