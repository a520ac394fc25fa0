"""Doors: who was let in without an account, who vouched, until when, and whether anybody proved that it is them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import assert_never

from bot.core import facts
from bot.core.facts import DoorFact
from bot.core.facts.people import DoorNews
from bot.core.names import UserId
from bot.core.people.errors import OwnerNotProved
from bot.core.people.naming import find_person
from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way in, and what became of it."""

    opened: facts.DoorOpened
    came: facts.GuestCame | None = None
    proved: facts.GuestProved | None = None
    ended: facts.DoorEnded | None = None
    is_tried: bool = False
    """Its link was used again."""
    is_astray: bool = False
    is_settled: bool = False
    """Nothing of it is left at the door's process."""

    @property
    def user(self) -> UserId | None:
        """Who came by it."""
        return self.came.user if self.came else None

    @property
    def is_waiting(self) -> bool:
        """Say whether its link may still let somebody in."""
        return self.came is None and self.ended is None and not self.is_astray

    @property
    def is_shut(self) -> bool:
        """Say whether nobody may come or stay by it any more: its process has to put an end to it."""
        return self.ended is not None or self.is_astray

    @property
    def is_inside(self) -> bool:
        """Say whether who came by it has not been taken out again."""
        return self.came is not None and self.ended is None

    @property
    def is_proved(self) -> bool:
        """Say whether who came may do what their roles may: whom the operator let in counts as one of the house."""
        return self.proved is not None or self.opened.stays

    def is_over(self, now: datetime) -> bool:
        """Say whether its time is over, and nobody has said so yet."""
        ends = self.is_waiting or (self.is_inside and not self.opened.stays)
        return ends and now >= self.opened.until


class Passage(Enum):
    """What the door says of one way in."""

    OPEN = "open"
    """Nobody has come by it yet."""
    COME = "come"
    ASTRAY = "astray"
    """It was used otherwise than it was meant: an alarm."""
    OVER = "over"
    """Nothing of it is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """One way in, as the door knows it. Nothing of it is proven: whoever runs the door can say what they like."""

    id: str
    passage: Passage
    user: UserId | None
    """Who came; of an id that could be none there is none."""
    made: bool
    """The account was made for it."""
    again: int
    """How often somebody tried to use it after that, or after its end."""


Doors = Mapping[int, Door]
"""By their numbers."""


def doors_after(doors: Doors, fact: DoorFact) -> Doors:
    """Return *doors* after *fact*; of one that nobody opened nothing can happen."""
    if isinstance(fact, facts.DoorOpened):
        return {**doors, fact.number: Door(opened=fact)}
    before = doors.get(fact.number)
    return doors if before is None else {**doors, fact.number: _after(before, fact)}


def _after(door: Door, fact: DoorNews) -> Door:
    match fact:
        case facts.GuestCame():
            return replace(door, came=fact)
        case facts.GuestProved():
            return replace(door, proved=fact)
        case facts.DoorTried():
            return replace(door, is_tried=True)
        case facts.DoorAstray():
            return replace(door, is_astray=True)
        case facts.DoorEnded():
            return replace(door, ended=fact)
        case facts.DoorSettled():
            return replace(door, is_settled=True)
        case _:
            assert_never(fact)


def shut(doors: Doors, at: datetime) -> Doors:
    """Return *doors* of a homeserver that is gone: whatever was left to do about them is over."""
    ended = {number: facts.DoorEnded(at=at, number=number) for number in doors}
    return {number: replace(door, ended=door.ended or ended[number], is_settled=True) for number, door in doors.items()}


def guest(doors: Doors, user: UserId) -> Door | None:
    """Return the door by which *user* came who is inside; None of everybody else."""
    return next((door for door in doors.values() if door.user == user and door.is_inside), None)


def by_door(doors: Doors, user: UserId) -> Door | None:
    """Return the last door by which *user* came, be it over."""
    return next((door for door in reversed(tuple(doors.values())) if door.user == user), None)


def may_be_admin(doors: Doors, user: UserId) -> bool:
    """Say whether *user* may be an admin: nobody who is inside by a link, but for whom the operator let in."""
    door = guest(doors, user)
    return door is None or door.opened.stays


def guests(doors: Doors) -> Mapping[UserId, frozenset[Role]]:
    """Return who is inside by *doors* and proved, with their roles."""
    inside = (door for door in doors.values() if door.is_inside and door.is_proved)
    return {door.user: frozenset(door.opened.roles) for door in inside if door.user}


def to_be_proved(user: UserId, *places: Doors) -> Door | None:
    """Return the door of one of *places* by which *user* came who is inside and not proved yet."""
    found = (guest(doors, user) for doors in places)
    return next((door for door in found if door is not None and not door.is_proved), None)


def unproved(doors: Doors) -> Mapping[UserId, Door]:
    """Return who came by a door while nobody has proved who they are: they acknowledge and note, and no more."""
    return {door.user: door for door in doors.values() if door.user and door.is_inside and not door.is_proved}


def find_proved(typed: str, roster: Iterable[UserId], doors: Doors) -> UserId:
    """Return the person of *roster* that *typed* names, as `find_person` does; somebody proved who a guest is.

    Raises UnknownPerson, AmbiguousPerson or OwnerNotProved.
    """
    user = find_person(typed, roster)
    if user in unproved(doors):
        raise OwnerNotProved(user)
    return user
