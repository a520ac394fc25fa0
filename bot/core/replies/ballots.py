"""What can be answered by tapping, beside the words that ask it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_OFFERED = 20
"""Apps show no more answers of a poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One answer."""

    text: str
    word: str
    """What it stands for: a reply to the question, in a spelling that counts in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A question with the answers it takes, in plain text."""

    question: str
    offered: tuple[Offered, ...]
