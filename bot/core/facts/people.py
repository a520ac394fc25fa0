"""Who comes and goes."""

from __future__ import annotations

from dataclasses import dataclass

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


PeopleFact = Joined | Left | StrangerCame | Briefed | PersonInvited | InvitationRefused | RoleGiven | PersonRemoved
