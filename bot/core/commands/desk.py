"""What people ask for outside incident rooms, and in them too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.core.facts import Severity
from bot.core.language import Language
from bot.core.names import DeviceId, EventId, RoomId, UserId
from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who gives a command, where, and from which device."""

    user: UserId
    device: DeviceId
    room: RoomId
    thread: EventId | None = None
    """The thread's root when the command stood in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Open an incident; without a playbook the bot offers the list."""

    title: str
    playbook: str | None = None
    severity: Severity | None = None
    language: Language | None = None
    drill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """A bare number: the answer to an offered list, counted from 1."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAlerts:
    """Show the alerts that wait for a decision, or those of one number with what can be done."""

    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAlert:
    """Decide on the alerts of a number."""

    number: int
    choice: str
    """A playbook to open with, the codename of an open incident to add them to, or `no`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListIncidents:
    """Show the incidents the asker may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp:
    """Show the commands of this room and role, or all about one."""

    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Be asked what is open, one thing after the other."""

    incident: str = ""
    """Its codename as typed, outside of its room; empty for the only one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAbout:
    """Show version, fingerprint and identity."""


class RegisterForm(StrEnum):
    """How the register is given."""

    MESSAGE = "message"
    CSV = "csv"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRegister:
    """Show the register of breaches, or hand it out as a file."""

    form: RegisterForm = RegisterForm.MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleVerification:
    """Say whether a person who verifies the bot (as typed) sees the same emoji."""

    who: str
    same: bool
    code: str = ""
    """Of what was compared; it is not needed to stop a verification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDoor:
    """Let in one person who has no account."""

    role: Role
    name: str = ""
    """What they are called here."""
    lasts: timedelta | None = None
    """Until their end; None: as long as doors do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDoor:
    """Put an end to a door, and take out who came by it."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDoors:
    """Show who was let in here, and who was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToProve:
    """Ask the app of somebody who came by a door (as typed) to compare emoji once more."""

    who: str
