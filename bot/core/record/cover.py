"""What stands on the page of a record that is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The page, and what is said of each file attached to it."""

    language: Language
    title: str
    paragraphs: Sequence[str]
    code: Sequence[str]
    """What is typed, or compared letter by letter."""
    files: Mapping[str, str]
    """A few words about each file, by its name."""
