"""Calls to machines of others: that something happened, and nothing of what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.names import RuleId


class HookEvent(StrEnum):
    """What a machine can be told."""

    OPENED = "opened"
    """An incident was."""
    FILED = "filed"
    """A clock was stopped with proof."""
    OVERDUE = "overdue"
    """The due time of a clock came, and nobody has filed."""
    CLOSED = "closed"
    """An incident was; it may be resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """Tell one machine what happened. The room's codename is all that it reads of the incident."""

    hook: str
    """What the operator calls that machine."""
    event: HookEvent
    codename: str
    drill: bool
    at: datetime
    rule: RuleId | None = None
    """The clock it is about; None for the firm's own, whose ids are words of people."""
    due: datetime | None = None


class Hooks:
    """Knows no machine, and calls none. Whoever has an address to call does."""

    wanted: Mapping[str, frozenset[HookEvent]] = {}
    """What each machine is told, by its name."""

    async def call(self, id: str, call: HookCall, now: datetime) -> str:  # noqa: ARG002 - see the class
        """Make a call, which has the same *id* each time. Return why it was not taken; nothing if it was."""
        return ""


NO_HOOKS = Hooks()
