"""What the world is asked to do: the closed union that becomes outbox rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.names import EventId, UserId

if TYPE_CHECKING:
    from bot.core.facts import Fact, Rang


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom:
    """Make the encrypted room of the incident, its roster invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePerson:
    """Invite a person to the room of the incident."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovePerson:
    """Take a person out of the room of the incident."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Post the status card, or edit the one that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinCard:
    """Pin the card's event."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """Answer a command by saying what it did."""

    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Say in the incident's room what happened without anybody asking there."""

    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    """Ring: a message that notifies the owners of a clock."""

    fact: Rang
    owners: tuple[UserId, ...]
    """Who is mentioned; empty means the whole room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostBrief:
    """Post a situation brief in the incident's room for those who came late."""

    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFirstSteps:
    """Post the first steps under the card of a new room."""


Effect = (
    CreateRoom
    | InvitePerson
    | RemovePerson
    | ShowCard
    | PinCard
    | Confirm
    | Announce
    | Remind
    | PostBrief
    | PostFirstSteps
)
