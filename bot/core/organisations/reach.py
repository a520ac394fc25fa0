"""Who is reached, and who is to be called: an organisation may have a room and nobody who reads it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.facts import BulletinReceived
from bot.core.incident import Incident, Status
from bot.core.names import UserId
from bot.core.organisations.bulletins import own_people, present


class Reach(StrEnum):
    """How far an organisation is reached. The farthest away first."""

    NEVER = "never"
    """Nobody was invited: its room is not made."""
    UNINVITED = "uninvited"
    """Nobody could be invited: wrong ids, or a server that was away."""
    LEFT = "left"
    """Somebody came and went, and nobody is there."""
    NO_DEVICE = "no-device"
    """Nobody has a device that may read: no account, one that never logged in, or one that nobody proved."""
    ABSENT = "absent"
    """Invited, and not come."""
    SILENT = "silent"
    """There, and not heard of since a bulletin or for so long as was asked for."""
    REACHED = "reached"
    CLOSED = "closed"
    """Its incident is over: nobody has to be reached."""


NOT_REACHED = tuple(Reach)[: list(Reach).index(Reach.REACHED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What no fact says, and what is asked."""

    now: datetime
    blind: frozenset[UserId] = frozenset()
    """Who has no device that may read, as far as is known."""
    silent_for: timedelta | None = None
    """Who was not heard of for so long is silent; None: only who did not acknowledge a bulletin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaching:
    """How far one organisation is reached."""

    reach: Reach
    since: datetime | None = None
    """Since when; of who is reached, when they were last heard of."""
    unread: int | None = None
    """The first bulletin that nobody acknowledged after the last that somebody did."""
    uninvited: tuple[UserId, ...] = ()
    """Who could not be invited, and has not come otherwise, whoever else is there."""


def uninvited(child: Incident) -> tuple[UserId, ...]:
    """Return who of the roster could not be invited, and has not come otherwise."""
    return tuple(user for user in child.uninvited if user in child.roster and user not in child.joined)


def unread(child: Incident) -> tuple[BulletinReceived, ...]:
    """Return the bulletins after the last one that somebody acknowledged, the oldest first."""
    last = max(child.read, default=0)
    return tuple(received for received in child.bulletins if received.number > last)


def reach_of(parent: Incident, child: Incident | None, watch: Watch) -> Reaching:
    """Return how far the organisation of *child* is reached; None is one that nobody has asked a room for."""
    if child is not None and child.status is Status.CLOSED:
        return Reaching(reach=Reach.CLOSED, since=child.closed_at)
    if child is None or child.room is None:
        return Reaching(reach=Reach.NEVER)
    there, lacking = present(parent, child), uninvited(child)
    if not there:
        return _empty(parent, child, watch, lacking)
    if there <= watch.blind:
        return Reaching(reach=Reach.NO_DEVICE, since=_last(child, there), uninvited=lacking)
    return _heard(parent, child, watch, lacking)


def _empty(parent: Incident, child: Incident, watch: Watch, lacking: tuple[UserId, ...]) -> Reaching:
    """Return why nobody is there."""
    own = own_people(parent, child)
    if gone := child.left & own:
        return Reaching(reach=Reach.LEFT, since=_last(child, gone), uninvited=lacking)
    invited = own.difference(lacking)
    reach = Reach.UNINVITED if not invited else Reach.NO_DEVICE if invited <= watch.blind else Reach.ABSENT
    return Reaching(reach=reach, since=child.reached_at, uninvited=lacking)


def _heard(parent: Incident, child: Incident, watch: Watch, lacking: tuple[UserId, ...]) -> Reaching:
    """Return whether they are silent, of whom somebody is there who reads."""
    if waiting := unread(child):
        first = waiting[0]
        return Reaching(reach=Reach.SILENT, since=first.at, unread=first.number, uninvited=lacking)
    last = _last(child, own_people(parent, child))
    is_silent = watch.silent_for is not None and last is not None and watch.now - last >= watch.silent_for
    return Reaching(reach=Reach.SILENT if is_silent else Reach.REACHED, since=last, uninvited=lacking)


def _last(child: Incident, people: Iterable[UserId]) -> datetime | None:
    return max((child.heard[user] for user in people if user in child.heard), default=None)
