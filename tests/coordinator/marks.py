"""Words that one organisation has and nobody else: wherever one stands, it is known whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_MARK = re.compile(r"zx[a-j]{3}q", re.IGNORECASE)
_LETTERS = str.maketrans("0123456789", "abcdefghij")


@dataclass(frozen=True, slots=True)
class Firm:
    """An organisation whose name, people and columns all have its mark."""

    number: int

    @property
    def mark(self) -> str:
        return f"zx{self.number:03}q".translate(_LETTERS)

    @property
    def name(self) -> str:
        return f"{self.short} Conseil"

    @property
    def short(self) -> str:
        """The word of its name by which people call it."""
        return self.mark.capitalize()


def firms(count: int, first: int = 0) -> tuple[Firm, ...]:
    return tuple(map(Firm, range(first, first + count)))


def strange(text: str, own: str, codenames: Mapping[str, str] | None = None) -> set[str]:
    """Return what stands in *text* of others than the one whose mark is *own*; *codenames* say whose mark each has."""
    marks = {mark.casefold() for mark in _MARK.findall(text)} - {own}
    return marks | {name for name, mark in (codenames or {}).items() if mark != own and name in text}


def marks_of(texts: Iterable[str]) -> set[str]:
    """Return all marks that stand in *texts*."""
    return {mark.casefold() for text in texts for mark in _MARK.findall(text)}
