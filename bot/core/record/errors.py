"""Refusals about the record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import RuleError


@dataclass(eq=False)
class UnknownCheckpoint(RuleError):
    """There is no checkpoint of that number."""

    offered: int
    """How many there are."""


@dataclass(eq=False)
class WitnessedAlready(RuleError):
    """They said so before."""


@dataclass(eq=False)
class NothingToSeal(RuleError):
    """Nothing came since the checkpoint of that number."""

    number: int


@dataclass(eq=False)
class HeldAlready(RuleError):
    """The record is held, and this is why."""

    reason: str


@dataclass(eq=False)
class NotHeld(RuleError):
    """Nothing is held that could be lifted."""
