"""A report in words: sections of blocks, drawn alike on pages and on a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.language import Language
from bot.core.report.drawing import Drawing
from bot.core.report.entries import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a section."""

    text: str
    is_minor: bool = False
    """Inside a text that is shown under a heading of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A paragraph. Line breaks in it are real."""

    text: str
    is_aside: bool = False
    """Small and grey: where something is from, how something is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines that are typed, or compared letter by letter."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """What is called what: a label and a text each."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head."""

    title: str
    """What it lists, for whoever cannot see it."""
    head: tuple[str, ...]
    widths: tuple[int, ...]
    """Parts of the width, one a column."""
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the timeline."""

    number: int
    hour: str
    """Empty for one that was purged."""
    at: str
    """In UTC, ISO 8601, for programs; empty as well."""
    kind: Kind | None
    """None for one that was purged."""
    text: str
    source: str = ""
    """From which device it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The entries of one day."""

    title: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All entries by day."""

    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Something drawn."""

    drawing: Drawing


Block = Heading | Prose | Code | Pairs | Table | Timeline | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter of the report."""

    title: str
    blocks: tuple[Block, ...]
    begins_page: bool = False
    """On paper it stands at the head of a page, whatever is left of the one before."""
    is_dense: bool = False
    """On paper its letters are smaller: all of it is to stand on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is said on a screen alone."""

    contents: str
    only: str
    """Over the boxes by which kinds are shown and hidden."""
    search: str
    shown: str
    """How many entries are shown, with holes `{shown}` and `{size}`."""
    all: str
    """On the button that shows all again."""
    skip: str
    """The link past what stands before the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report."""

    language: Language
    tag: str
    """Of the language: `en-GB`."""
    mark: str
    """Of whoever may read it: a label of the Traffic Light Protocol."""
    mark_means: str
    title: str
    running: str
    """At the foot of every page."""
    page: str
    """Which page it is, with holes `{page}` and `{pages}`."""
    cover: Section
    sections: tuple[Section, ...]
    kinds: Mapping[Kind, str]
    """What each kind of entry is called."""
    screen: Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the page says, and what is said of each file attached to it."""

    language: Language
    title: str
    paragraphs: Sequence[str]
    code: Sequence[str]
    """What is typed, or compared letter by letter."""
    files: Mapping[str, str]
    """A few words about each file, by its name."""
