"""What comes in that no person typed. It is decided on the same path as commands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.cascade import Amendment
from bot.core.facts import BulletinSent, Fact
from bot.core.facts.questions import FaqNews
from bot.core.names import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMade:
    """The incident's room was created and checked."""

    room: RoomId
    uninvited: tuple[UserId, ...] = ()
    """Who could not be invited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSent:
    """The status card was delivered."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMoved:
    """The status card was posted anew."""

    event: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCame:
    """Somebody joined the room."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCalled:
    """Somebody was invited to the room past Cellule."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonWent:
    """Somebody left the room."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCame:
    """The time for a brief may have come. What rings is a fact only once it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinCame:
    """The parent has something to tell."""

    bulletin: BulletinSent
    news: FaqNews | None = None
    """What was kept for all since the last one that the organisation got."""
    ends: bool = False
    """It is a farewell, and nothing that the organisation owes would fall silent with it."""
    replaces: int | None = None
    """The bulletin that the organisation got, and that counts no more with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCame:
    """The parent has answered."""

    answer: int
    numbers: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentCame:
    """The parent's list says otherwise of the organisation than before, and that counts now."""

    amendment: Amendment


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairCame:
    """The parent mended something here."""

    number: int
    facts: tuple[Fact, ...]
    """What comes of it."""
    ends: bool = False
    """It was done before, and what was left open then is closed now."""


Happening = (
    RoomMade
    | CardSent
    | CardMoved
    | PersonCame
    | PersonCalled
    | PersonWent
    | TimeCame
    | BulletinCame
    | AnswerCame
    | AmendmentCame
    | RepairCame
)
