"""Who comes and goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.facts.base import Deed, Happened
from bot.core.names import UserId
from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Happened):
    """A person of the roster came into the room."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Happened):
    """A person left the room, or was taken out by somebody else than Cellule."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class StrangerCame(Happened):
    """Somebody who is not on the roster came into the room, or was invited to it past Cellule."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed(Happened):
    """A brief was posted for those who joined late."""

    users: tuple[UserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInvited(Deed):
    """A person is on the roster from now on and was invited to the room."""

    user: UserId
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRefused(Happened):
    """The homeserver does not invite a person of the roster: a wrong id, or a server that will have none of it."""

    user: UserId
    code: str
    """Matrix error code, or one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGiven(Deed):
    """A person of the roster holds one more role."""

    user: UserId
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRemoved(Deed):
    """A person is off the roster: no more keys, no more rights."""

    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReplaced(Happened):
    """Somebody whose account stayed behind is here again under another one; the operator vouches that it is them."""

    user: UserId
    instead_of: UserId


# --- by a door: somebody who had no account ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpened(Happened):
    """Somebody vouched for a person without an account, and a link was made that lets one in, once."""

    by: UserId | None
    """None for the operator, at the machine."""
    number: int
    """Counts from 1 within the incident, or within the house."""
    door: str
    """What the door's process knows it by."""
    roles: tuple[Role, ...]
    name: str
    """What whoever vouched calls them; it may be empty."""
    until: datetime
    """Until when the link lets them in, and a guest may stay."""
    stays: bool = False
    """Who comes by it stays after that: one of the house, of whom the operator says so."""
    instead_of: UserId | None = None
    """Who they were on a homeserver that is gone: they take that place in the incidents of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestCame(Happened):
    """The door says that somebody came by it; they are on the roster from now on, and not proved."""

    number: int
    user: UserId
    made: bool = True
    """The account was made for this; else they had it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestProved(Happened):
    """Somebody compared emoji with a guest, and it is them."""

    by: UserId | None
    """None for the operator, at the machine."""
    number: int
    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorTried(Happened):
    """The link of a door was used again after it was used, or after its end."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAstray(Happened):
    """What the door says of who came is not what was asked of it: nobody was let in."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorEnded(Happened):
    """A door is over, and who came by it is off the roster: no more keys, no more rights."""

    number: int
    by: UserId | None = None
    """None where its time was over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettled(Happened):
    """The door's process has put an end to the link and, where one was made for this, to the account."""

    number: int


DoorNews = GuestCame | GuestProved | DoorTried | DoorAstray | DoorEnded | DoorSettled
DoorFact = DoorOpened | DoorNews
PeopleFact = (
    Joined
    | Left
    | StrangerCame
    | Briefed
    | PersonInvited
    | InvitationRefused
    | RoleGiven
    | PersonRemoved
    | PersonReplaced
    | DoorOpened
    | GuestCame
    | GuestProved
    | DoorTried
    | DoorAstray
    | DoorEnded
    | DoorSettled
)
