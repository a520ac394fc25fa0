"""What was seen in one room, in the words of the judge."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tests.chaos.judge.acts import Act
from tests.chaos.judge.text import Window, at


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that was answered, or carried out."""

    event: str
    act: Act
    sent: datetime
    answered: datetime
    answer: str | None
    """None: it has none yet."""
    people: frozenset[str] = frozenset()
    is_for_all: bool = False
    rings: bool = False
    done: datetime | None = None
    """When it was carried out; None when it changed nothing."""

    @property
    def window(self) -> Window:
        """When it was decided."""
        return at(self.done) if self.done else Window(self.sent, self.answered)


Called = tuple[frozenset[str], bool]
"""Whom a reminder is for, and whether it is for the whole room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reminder as somebody else's client shows it."""

    text: str
    people: frozenset[str]
    is_for_all: bool
    rings: bool
    at: datetime
    """When the homeserver had it."""
    settled: datetime
    """When the homeserver had what the bot said there next, once it knew of this, or its next reminder."""

    @property
    def called(self) -> Called:
        return self.people, self.is_for_all


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request of the bot that came to nothing, or late."""

    window: Window
    """From when it was made until the bot knew."""
    room: str | None
    """The room it was about; None where it was about any."""


Rings = Counter[str]
"""What rang: rungs and steps, by name."""
RINGING = {"Rang", "StepsRang", "UpdateRang"}
"""The facts that say that a reminder rang."""


def rang(rule: str, rung: str) -> str:
    """Name a rung; of those that are repeated every hour or every day, which one it was cannot always be heard."""
    return f"{rule} {rung.partition('+')[0]}{'+' if '+' in rung else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the bot wrote down, the second witness: when a command was carried out, and in which order."""

    input: str
    kind: str
    at: datetime
    head: str
    rule: str = ""
    rung: str = ""
    steps: tuple[str, ...] = ()


def rung_in(facts: Iterable[Fact]) -> list[Rings]:
    """Return what is written down of each message that rang, in the order in which they were settled."""
    messages = defaultdict[str, Rings](Counter)
    for fact in facts:
        if fact.kind in RINGING:
            messages[fact.input].update([rang(fact.rule, fact.rung)] if fact.rule else fact.steps)
    return list(messages.values())


@dataclass(frozen=True, slots=True)
class Fault:
    kind: str
    """`lost`, `doubled`, `invented` or `wrong`."""
    what: str
