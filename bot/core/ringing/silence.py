"""Rooms in which nothing can be said, and what was to ring there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.facts import Reminder
from bot.core.incident import Incident


class Silence(StrEnum):
    """Why nothing can be said in a room. The values are codes of refusals."""

    NOT_ENCRYPTED = "NOT_ENCRYPTED"
    WORLD_READABLE = "WORLD_READABLE"
    SHUT = "M_FORBIDDEN"
    """We are out of it, or may not write there."""
    NOBODY = "NO_DEVICE"
    """None of its people has a device that could read it."""
    NO_ROOM = "NO_ROOM"
    """The homeserver does not let us make it."""
    UNREACHED = "UNREACHED"
    """The homeserver does not take the message, and says nothing of it."""
    REFUSED = "REFUSED"
    """Another refusal of the homeserver."""


def silence(code: str) -> Silence:
    """Return what the *code* of a refusal means for what waits to be said."""
    return Silence(code) if code in set(Silence) else Silence.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentRoom:
    """A room in which nothing can be said now."""

    incident: Incident | None
    """None for the control room."""
    why: Silence
    reminders: tuple[Reminder, ...] = ()
    """What should have rung there, and waits."""
