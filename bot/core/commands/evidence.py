"""What people ask about evidence, in an incident room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowEvidence:
    """Show all evidence, or one with its custody; with neither, under a file or in reply to one, take that in."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeEvidence:
    """Take in the file that the command stands under, or replies to."""

    source: str
    """Whence it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEvidence:
    """Give a number to a thing that stays with its holder."""

    digest: str
    """Its SHA-256, in small hex."""
    name: str
    """What it is and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEvidence:
    """Say whence a thing is."""

    number: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandEvidence:
    """Hand a thing to somebody of the roster (as typed)."""

    number: int
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeEvidence:
    """Acknowledge that a thing was handed over."""

    number: int
