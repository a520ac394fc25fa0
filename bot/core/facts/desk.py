"""What belongs to no incident."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.facts.base import Deed, Happened
from bot.core.facts.opening import Severity
from bot.core.names import RoomId
from bot.core.playbook import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoomReady(Happened):
    """The control room exists and the admins are invited."""

    room: RoomId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceOffered(Deed):
    """Somebody asked to open an incident without naming a playbook; a number from them settles it."""

    room: RoomId
    title: str
    severity: Severity
    language: Language
    drill: bool
    playbooks: tuple[str, ...]
