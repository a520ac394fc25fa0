"""Deciding on doors: who may be let in, and when that is over. The same for an incident and for the house."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import facts
from bot.core.commands import EndDoor, OpenDoor
from bot.core.names import UserId
from bot.core.people import errors
from bot.core.people.guests import Door, Doors, Passage, WayIn, unproved
from bot.core.people.naming import full_id, localpart
from bot.core.people.roster import Role

LASTS = timedelta(days=1)
"""How long a door lasts of which nothing else was said."""
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=7)
"""What may be said; the door's process knows no longer one."""
MOST_WAITING = 50
"""How many links of one incident, or of the house, may wait for somebody: more are for the console."""


def may_open(doors: Doors, command: OpenDoor) -> None:
    """Refuse a door that must not be. Raises NoAdminByDoor, DoorTime or DoorsFull."""
    if command.role is Role.ADMIN:
        raise errors.NoAdminByDoor
    if not SHORTEST <= (command.lasts or LASTS) <= LONGEST:
        raise errors.DoorTime
    refuse_full(doors)


def refuse_full(doors: Doors) -> None:
    """Refuse one more link while as many wait as may. Raises DoorsFull."""
    if sum(door.is_waiting for door in doors.values()) >= MOST_WAITING:
        raise errors.DoorsFull(MOST_WAITING)


def until(command: OpenDoor, now: datetime) -> datetime:
    """Return when the door that is asked for is over."""
    return now + (command.lasts or LASTS)


def opened(  # noqa: PLR0913 - what is known of a door
    doors: Doors,
    *,
    door: str,
    roles: tuple[Role, ...],
    name: str,
    by: UserId | None,
    until: datetime,
    now: datetime,
    stays: bool = False,
) -> facts.DoorOpened:
    """Return that the door was opened which its process knows as *door*."""
    number = max(doors, default=0) + 1
    return facts.DoorOpened(at=now, by=by, number=number, door=door, roles=roles, name=name, until=until, stays=stays)


def end(doors: Doors, command: EndDoor, by: UserId, now: datetime) -> facts.DoorEnded:
    """Put an end to a door. Raises UnknownDoor or DoorIsOver."""
    door = doors.get(command.number)
    if door is None:
        raise errors.UnknownDoor(
            command.number, tuple(str(number) for number, one in doors.items() if one.ended is None)
        )
    if door.ended is not None:
        raise errors.DoorIsOver(command.number)
    return facts.DoorEnded(at=now, number=command.number, by=by)


def seen(
    door: Door, way: WayIn | None, now: datetime, *, is_known: bool, server: str, is_barred: bool = False
) -> tuple[facts.DoorFact, ...]:
    """Return what comes of what the door's process says of *door*, and of the hour.

    Who comes and *is_known* already has no business at a door. An account that was made for this is one of our own
    *server*. Where a door *is_barred*, nobody new comes in: its incident is closed, or whoever vouched is gone.
    """
    number = door.opened.number
    if door.is_shut:
        return ()
    if door.is_over(now) or (is_barred and door.is_waiting):
        return (facts.DoorEnded(at=now, number=number),)
    if way is None:
        return ()
    tried = (facts.DoorTried(at=now, number=number),) if way.again and not door.is_tried else ()
    return (*_came(door, way, now, is_known=is_known, server=server), *tried)


def _came(door: Door, way: WayIn, now: datetime, *, is_known: bool, server: str) -> tuple[facts.DoorFact, ...]:
    number, is_here = door.opened.number, way.passage is Passage.COME
    if not is_here and way.passage is not Passage.ASTRAY:
        return ()
    if is_here and door.came is not None and way.user == door.user:
        return ()
    astray = facts.DoorAstray(at=now, number=number)
    if door.came is not None:
        return (astray, facts.DoorEnded(at=now, number=number))
    is_foreign = way.made and (way.user or "").partition(":")[2] != server
    if not is_here or way.user is None or is_known or is_foreign:
        return (astray,)
    return (facts.GuestCame(at=now, number=number, user=way.user, made=way.made),)


def proved(door: Door, confirmed: facts.IdentityConfirmed | None, now: datetime) -> tuple[facts.GuestProved, ...]:
    """Return that a guest is proved once their identity was *confirmed*, by somebody else, since they came."""
    if door.came is None or not door.is_inside or door.is_proved or confirmed is None:
        return ()
    user = door.came.user
    if confirmed.user != user or confirmed.at < door.came.at or confirmed.by == user:
        return ()
    return (facts.GuestProved(at=now, by=confirmed.by, number=door.opened.number, user=user),)


def to_prove(typed: str, doors: Doors) -> tuple[UserId, Door]:
    """Return the one guest to be proved whom *typed* names: by account, or as whoever vouched calls them.

    Raises NoGuest.
    """
    word = typed.strip().removeprefix("@").casefold()
    found = [
        (user, door)
        for user, door in unproved(doors).items()
        if full_id(typed) == user or word in (localpart(user).casefold(), door.opened.name.casefold())
    ]
    if len(found) != 1:
        raise errors.NoGuest(typed)
    return found[0]
