"""What people ask about the lessons of an incident: findings, and the papers made of its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFindings:
    """Show all findings, or one of them in full."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFinding:
    """Note what is to be learnt or done."""

    text: str
    owner: str = ""
    """As typed; empty when nobody was named."""
    day: date | None = None
    """By when, in the incident's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFinding:
    """Say who does something about a finding, or by when: what is left out stays."""

    number: int
    owner: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishFinding:
    """Say that something was done about a finding."""

    number: int
    text: str = ""
    """What; it may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropFinding:
    """Say that nothing will be done about a finding, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLessons:
    """Make the named log and the lessons in roles."""
