"""Things of evidence as the facts make them, who holds each, and which of them a text names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from bot.core.facts.work import (
    EvidenceFact,
    EvidenceHanded,
    EvidenceReceived,
    EvidenceSourced,
    EvidenceTaken,
    FileOrigin,
    Keeping,
)
from bot.core.names import UserId

_NUMBER = re.compile(r"(?<![\w-])[Ee](?P<number>[1-9][0-9]{0,5})(?![\w-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is kept."""

    keep: int | None = 100_000_000
    """Bytes of all incidents together; None: every file stays with its holder."""
    largest: int = 25_000_000
    """Bytes of one file: what is larger is not fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A file that was fetched and opened."""

    name: str
    size: int
    """Of its plain bytes, as they came."""
    digest: str
    """SHA-256 of them, in hex."""
    origin: FileOrigin
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A thing of evidence, and all that happened to it."""

    taken: EvidenceTaken
    source: str = ""
    """Whence it is, as said last; empty while nobody said it."""
    handed: EvidenceHanded | None = None
    """The hand-over that waits to be acknowledged."""
    received: EvidenceReceived | None = None
    """The last one that was."""
    custody: tuple[EvidenceFact, ...] = ()
    """Every fact about it, the oldest first."""

    @property
    def number(self) -> int:
        """Its number within the incident."""
        return self.taken.number

    @property
    def holder(self) -> UserId:
        """Who has it, or had it first: whoever acknowledged it last, else whoever sent or named it."""
        if self.received is not None:
            return self.received.by
        return self.taken.origin.sender if self.taken.origin else self.taken.by


Items = Mapping[int, Item]
"""The evidence of an incident, by its number."""


def items_after(items: Items, fact: EvidenceFact) -> Items:
    """Return the evidence after *fact*."""
    return {**items, fact.number: _after(items.get(fact.number), fact)}


def _after(item: Item | None, fact: EvidenceFact) -> Item:
    if isinstance(fact, EvidenceTaken):
        return Item(taken=fact, source=fact.source, custody=(fact,))
    if item is None:
        raise ValueError("what happens to evidence happens after it was taken in")
    known = replace(item, custody=(*item.custody, fact))
    match fact:
        case EvidenceSourced(source=source):
            return replace(known, source=source)
        case EvidenceHanded():
            return replace(known, handed=fact)
        case EvidenceReceived():
            return replace(known, handed=None, received=fact)
        case _:
            assert_never(fact)


def bytes_kept(items: Items) -> int:
    """Return how much of *items* is kept here."""
    return sum(item.taken.size or 0 for item in items.values() if item.taken.keeping is Keeping.KEPT)


def cited(text: str, items: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of *items* that *text* names, `E7`, each once, in its order."""
    return tuple(number for number in _named(text) if number in items)


def cited_in_vain(text: str, items: Collection[int]) -> tuple[int, ...]:
    """Return the numbers that *text* names and that no evidence has: nothing, where there is no evidence at all."""
    return tuple(number for number in _named(text) if number not in items) if items else ()


def _named(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(found["number"]) for found in _NUMBER.finditer(text)))
