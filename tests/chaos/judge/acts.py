"""A command as it is meant, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tests.chaos.judge.case import Case
from tests.chaos.judge.lines import counted, say
from tests.chaos.judge.text import Text, bullets, paragraphs

MOST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A command as it is meant."""

    kind: str
    who: str
    what: str = ""
    """Which step, clock, question, text that is always answered alike."""
    text: str = ""
    """A result, a reason, a source, a value."""
    when: datetime | None = None
    hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer to a command, and what the case is afterwards."""

    text: Text
    case: Case
    is_kept: bool = True
    """It becomes a fact; otherwise nothing changes."""
    rings_for: tuple[str, ...] = ()


def refused(case: Case, key: str, **values: str | Text) -> Told:
    return Told(text=say(case, key, **values), case=case, is_kept=False)


def listed(case: Case, key: str, lines: Sequence[Text], noun: str = "step") -> Text:
    if not lines:
        return ()
    rest = len(lines) - MOST_LINES
    more = say(case, "more", count=counted(case, noun, rest)) if rest > 0 else ()
    return paragraphs(say(case, key), bullets(lines[:MOST_LINES]), more)
