"""What people ask for when one incident is that of very many organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.facts import Severity
from bot.core.language import Language
from bot.core.people.roster import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCascade:
    """Open an incident with a room for each organisation of the file that the asker sent last in the same room.

    With a title or a list that is open already, add the organisations that it does not have yet.
    """

    title: str
    playbook: str | None = None
    """Of the organisations' rooms; None means the one for clients of a provider that was hit."""
    parent_playbook: str | None = None
    """Of the parent's own room, where one is opened; None means the one for who speaks for many."""
    severity: Severity | None = None
    language: Language | None = None
    """Of the parent's room; each organisation's row has its own."""
    drill: bool = False
    as_new: bool = False
    """Names alone count: neither the same list nor the same people make it what is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCascade:
    """Open no more rooms for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeCascade:
    """Go on, and try again what the homeserver refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCascade:
    """Open no more rooms; those that are there stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteBelow:
    """Invite a person into the room of one organisation, from the parent's."""

    organisation: str
    """As typed: its whole name or codename. Nobody is let in on a guess."""
    who: str
    """As typed: a full Matrix id."""
    role: Role = Role.COORDINATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCascade:
    """Show how far the opening of rooms has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBulletin:
    """Say the same in the organisations' rooms."""

    text: str
    """As typed, with its blanks."""
    audience: str = "all"
    """As typed: everybody, who has not acknowledged, who is late, or a column of the file and a value."""
    next_update: datetime | None = None
    """When the next one is promised for."""
    closes: bool = False
    """Their incidents end with it. Then the text may be empty: the bot takes leave in words of its own."""
    replaces: int | None = None
    """The bulletin that it corrects or withdraws: it goes to whom that one was for, whatever the audience."""
    withdraws: bool = False
    """It takes that one back, and may have no text."""
    has_file: bool = False
    """The file that the asker sent last in the same room goes along."""
    every: timedelta | None = None
    """The next one is promised again and again, so long after each; nothing for no more. None leaves it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBulletins:
    """Show what became of the bulletins."""

    number: int | None = None
    """Which one; None for a line about each."""


class RollupForm(StrEnum):
    """How the roll-up is given."""

    MESSAGE = "message"
    """Words and a picture."""
    CSV = "csv"
    """One line for each organisation."""
    UNREACHED = "unreached"
    """Who is to be called, the most urgent first, in words and as a table."""
    LETTERS = "letters"
    """A letter on paper to each of which nobody was reached."""
    AUTHORITY = "authority"
    """A table with only what one authority may see."""


class Authority(StrEnum):
    """Who is handed a table of its own."""

    CNIL = "cnil"
    CERT = "cert"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRollup:
    """Show where all organisations stand."""

    form: RollupForm = RollupForm.MESSAGE
    authority: Authority = Authority.CNIL
    """Whose table it is, where it is that of an authority."""
    silent_for: timedelta | None = None
    """Who was not heard of for so long is silent too; None: only who did not acknowledge a bulletin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCall:
    """Note that somebody telephoned an organisation, and what came of it."""

    text: str
    """As typed: it begins with the organisation."""


# --- repair -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBelow:
    """Take a person out of the room of one organisation, from the parent's, and perhaps invite another instead."""

    organisation: str
    """As typed: its whole name or codename. Nobody is taken out on a guess."""
    who: str
    """As typed: a full Matrix id."""
    new: str | None = None
    """Who takes their place, as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenBelow:
    """Open the incident of one organisation again, from the parent's room."""

    organisation: str
    """As typed, as above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFirms:
    """Take two organisations of the list for one."""

    firms: str
    """As typed: two whole names or codenames, in quotes or one after the other."""
