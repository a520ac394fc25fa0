"""Refusals about the rhythm of an incident: see `bot.core.errors`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.errors import RuleError
from bot.core.names import UserId


@dataclass(eq=False)
class HandoverToOneself(RuleError):
    """Whoever hands over is whom it would be for."""


@dataclass(eq=False)
class NotInTheRoom(RuleError):
    """Who would take over is on the roster and not in the room, so they read nothing of it."""

    user: UserId


@dataclass(eq=False)
class ReceiverUnproved(RuleError):
    """Who would take over came by a door, and nobody has proved who they are."""

    user: UserId


@dataclass(eq=False)
class ReceiverOnlyReads(RuleError):
    """Who would take over may only read here, and would get no role that lets them work."""

    user: UserId


@dataclass(eq=False)
class HandoverWaits(RuleError):
    """The same handover waits to be acknowledged."""

    user: UserId
    given: datetime


@dataclass(eq=False)
class NoHandover(RuleError):
    """No handover waits for whoever acknowledges one."""


@dataclass(eq=False)
class HandoverOver(RuleError):
    """That handover was acknowledged before, or another one took its place."""


@dataclass(eq=False)
class HandoverToAnother(RuleError):
    """It is for somebody else to acknowledge, from a device of their own."""

    user: UserId


@dataclass(eq=False)
class CadenceOutOfBounds(RuleError):
    """Points would ring too often, or hardly ever."""

    shortest: timedelta
    longest: timedelta
