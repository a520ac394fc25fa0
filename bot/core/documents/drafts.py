"""Drafts: texts ready for a person to send, made of a template and the facts of an incident."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.core.conditions import ALWAYS, Condition
from bot.core.language import Language
from bot.core.names import Called, DraftId, RuleId


class Tlp(StrEnum):
    """Labels of the Traffic Light Protocol 2.0. They are never translated."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A place that a fact fills: a detail, a question, or something of the incident such as `aware GDPR-33-1`."""

    name: str
    optional: bool = False
    """True: a block whose hole stays empty is left out instead of asked for."""


Span = str | Hole


class Shape(StrEnum):
    """What a block of a draft is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    NUMBERED = "numbered"
    """An item of a list that counts."""


class Layout(StrEnum):
    """Where a block stands on the page."""

    FLOW = "flow"
    RIGHT = "right"
    """In the right half, as the addressee, the date and the signature of a letter."""
    NOTE = "note"
    """For the person who prepares it: not in the clean copy."""


class Printed(StrEnum):
    """What of its front matter a draft's reader sees on the clean copy."""

    LABEL = "label"
    TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, a paragraph or an item of a list. Its texts are Markdown of ours; what fills a hole never is."""

    shape: Shape
    level: int = 0
    """Of a heading, from 1; 0 for the rest."""
    spans: tuple[Span, ...]
    """A line break in a text is one that the author asked for."""
    layout: Layout = Layout.FLOW
    when: Condition = ALWAYS
    """Part of the draft only while the answers say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTemplate:
    """What a draft says before the facts are put in, in one language."""

    id: DraftId
    language: Language
    title: str
    to: str
    """Whom it is for, and by which channel."""
    basis: str
    """The legal text behind it, as lawyers cite it."""
    source_url: str
    read_on: date
    tlp: Tlp
    rank: int
    """Its place in the list, lowest first."""
    blocks: tuple[Block, ...]
    clock: RuleId | None = None
    """The clock that its sending stops; None when it stops none."""
    called: Called = field(default_factory=dict)
    printed: frozenset[Printed] = frozenset()
