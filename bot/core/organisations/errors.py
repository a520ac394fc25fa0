"""Refusals about cascades: see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import RuleError
from bot.core.names import RuleId


class Unread(StrEnum):
    """Why a list could not be read."""

    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    """It is not what its sender encrypted."""
    GONE = "gone"
    """The homeserver does not give it."""
    NO_TABLE = "no-table"
    """It is not the table that its name says."""
    NOT_COMPARED = "not-compared"
    """A mistake of ours."""


@dataclass(eq=False)
class NoListSent(RuleError):
    """The asker sent no list of organisations in this room within the last hour."""


@dataclass(eq=False)
class NoFileSent(RuleError):
    """The asker sent no encrypted file in this room within the last hour."""


@dataclass(eq=False)
class ListUnread(RuleError):
    """The list was sent, and cannot be read."""

    name: str
    why: Unread


@dataclass(eq=False)
class NotOpenedHere(RuleError):
    """In an incident's room others read along: a cascade is opened in the control room or a direct one."""


@dataclass(eq=False)
class NotOfTheHouse(RuleError):
    """The room of an organisation is no place to open incidents of the house: its people may be of no other."""


@dataclass(eq=False)
class ForTheCoordinator(RuleError):
    """It tells all organisations something or shows them all, and was asked for in the room of one of them."""


@dataclass(eq=False)
class NoCascade(RuleError):
    """This incident is not that of organisations."""


@dataclass(eq=False)
class NothingLeftToOpen(RuleError):
    """Every organisation has its room."""


@dataclass(eq=False)
class AlreadyPaused(RuleError):
    """No room is being opened for now."""


@dataclass(eq=False)
class AlreadyCancelled(RuleError):
    """No more rooms are opened."""


@dataclass(eq=False)
class StillOpening(RuleError):
    """There is nothing to resume: rooms are being opened, and none was refused."""


@dataclass(eq=False)
class NothingProposed(RuleError):
    """No awareness time of this clock waits for somebody to confirm it."""

    rule: RuleId


@dataclass(eq=False)
class NotTheirsToConfirm(RuleError):
    """Who had the room opened proposed the time: only the organisation's own people can confirm it."""

    rule: RuleId
