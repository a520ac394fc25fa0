"""Deciding that an act waits for a second person."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import AlreadyAsked, NotAllowed
from bot.core.facts import Closing, ConfirmationAsked, Irreversible, Removal
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.roster import Right, has_right, roles_giving
from bot.core.two_persons import lapses_at, waiting


def ask(incident: Incident, act: Irreversible, by: UserId, now: datetime) -> ConfirmationAsked:
    """Ask for a second person, unless the same act waits for one: then it is that one to confirm."""
    if not has_right(incident.roster.get(by, frozenset()), Right.LEAD):
        raise NotAllowed(roles_giving(Right.LEAD))
    same = next((asked for asked in waiting(incident, now) if _is_same(asked.act, act)), None)
    if same is not None:
        raise AlreadyAsked(same.number, same.by, lapses_at(same))
    return ConfirmationAsked(at=now, by=by, number=incident.asked_so_far + 1, act=act)


def _is_same(one: Irreversible, other: Irreversible) -> bool:
    return one == other if isinstance(one, Removal) else isinstance(other, Closing)
