"""One line about one thing that was looked at: how `cellule check` and `cellule init` speak."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.cli.tongue import said


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    """Cellule runs with it; an operator should know."""
    ERROR = "error"
    """Cellule would not start, or not do its work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, about what."""

    level: Level
    subject: str
    text: str

    def __str__(self) -> str:
        """Return `level  subject: text`."""
        return f"{self.level}  {self.subject}: {self.text}"


def ok(subject: str, text: object) -> Finding:
    """Say that *subject* is as it should be."""
    return Finding(Level.OK, subject, said(text))


def warning(subject: str, text: object) -> Finding:
    """Say what an operator should know about *subject*."""
    return Finding(Level.WARNING, subject, said(text))


def error(subject: str, text: object) -> Finding:
    """Say what must be mended about *subject*."""
    return Finding(Level.ERROR, subject, said(text))


def count(number: int, noun: str) -> str:
    """Say how many: `1 clock`, `5 clocks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
