"""Refusals about doors; see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import RuleError
from bot.core.names import UserId


@dataclass(eq=False)
class NoDoors(RuleError):
    """The operator configured no door: nobody can be let in without an account."""


@dataclass(eq=False)
class NoAdminByDoor(RuleError):
    """An admin is never let in by a link."""


@dataclass(eq=False)
class DoorTime(RuleError):
    """A door does not last as long as was asked."""


@dataclass(eq=False)
class DoorsFull(RuleError):
    """As many links wait for somebody as may."""

    most: int


@dataclass(eq=False)
class UnknownDoor(RuleError):
    """No door has that number here; *known* are those that are not over."""

    number: int
    known: tuple[str, ...]


@dataclass(eq=False)
class DoorIsOver(RuleError):
    """That door was closed, or its time was over."""

    number: int


@dataclass(eq=False)
class DoorSilent(RuleError):
    """The door's process, or the homeserver behind it, does not answer: nobody was let in."""


@dataclass(eq=False)
class DoorRefuses(RuleError):
    """The door's process makes no further link: as many are open as may be."""


@dataclass(eq=False)
class NotProved(RuleError):
    """Whoever came by a door is to be proved before they can do more than acknowledge and note."""

    vouched: UserId | None
    """None for the operator."""


@dataclass(eq=False)
class NoGuest(RuleError):
    """Nobody of that name came by a door here who is still to be proved."""

    who: str


@dataclass(eq=False)
class OwnerNotProved(RuleError):
    """Nobody has proved yet who it is that came by a door."""

    who: UserId
