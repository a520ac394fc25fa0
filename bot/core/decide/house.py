"""Deciding on what two people of the house settle: opening a cascade, knowing somebody by another identity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from bot.core.desk import Desk
from bot.core.errors import (
    AlreadyAsked,
    ConfirmationLapsed,
    NobodyInTheHouse,
    NothingToConfirm,
    NotTheSecondPerson,
    WhichToConfirm,
)
from bot.core.facts import CascadeOpening, HouseAct, HouseConfirmationAsked, HouseConfirmationGiven, Trusting
from bot.core.names import UserId
from bot.core.people.roster import Right, Role, has_right, roles_giving
from bot.core.people.two_persons import CONFIRM_WITHIN

People = Mapping[UserId, frozenset[Role]]


def right_to(act: HouseAct) -> Right:
    """Return the right that both persons need."""
    match act:
        case CascadeOpening():
            return Right.LEAD
        case Trusting():
            return Right.TRUST
        case _:
            assert_never(act)


def second_persons(people: People, by: UserId, act: HouseAct) -> tuple[UserId, ...]:
    """Return who of the configuration could confirm what *by* asks for, but not whom it is about."""
    about = act.user if isinstance(act, Trusting) else None
    return tuple(user for user in sorted(people.keys() - {by, about}) if has_right(people[user], right_to(act)))


def ask(desk: Desk, people: People, act: HouseAct, by: UserId, now: datetime) -> HouseConfirmationAsked:
    """Ask for a second person of the house. Raises RuleError."""
    same = next((asked for asked in waiting(desk, now) if asked.act == act), None)
    if same is not None:
        raise AlreadyAsked(same.number, same.by, same.at + CONFIRM_WITHIN)
    if not second_persons(people, by, act):
        raise NobodyInTheHouse(roles_giving(right_to(act)))
    return HouseConfirmationAsked(at=now, by=by, number=desk.asked_so_far + 1, act=act)


def confirm(desk: Desk, people: People, number: int | None, by: UserId, now: datetime) -> HouseConfirmationGiven:
    """Let *by* confirm the act of that number. Raises RuleError."""
    waits = waiting(desk, now)
    if number is None and waits:
        raise WhichToConfirm(tuple(asked.number for asked in waits))
    meant = next((asked for asked in desk.asked if asked.number == number), None)
    if meant is None:
        raise NothingToConfirm
    if meant not in waits:
        raise ConfirmationLapsed(meant.number)
    others = second_persons(people, meant.by, meant.act)
    if by not in others:
        raise NotTheSecondPerson(others)
    return HouseConfirmationGiven(at=now, by=by, number=meant.number, asked_by=meant.by, act=meant.act)


def waiting(desk: Desk, now: datetime) -> tuple[HouseConfirmationAsked, ...]:
    """Return what can be confirmed now, the oldest first."""
    return tuple(asked for asked in desk.asked if now < asked.at + CONFIRM_WITHIN)
