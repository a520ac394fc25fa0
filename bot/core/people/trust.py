"""Whose devices and identities are believed, in the words of the rooms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import RuleError
from bot.core.names import UserId


class Distrust(StrEnum):
    """Why a device of a person is not trusted: it gets no keys, and nothing typed on it is a command."""

    NO_IDENTITY = "no-identity"
    """The person has no cross-signing identity, so nothing says whose device it is."""
    IDENTITY_CHANGED = "identity-changed"
    """The person's identity is another one than before, and no admin has confirmed it."""
    UNSIGNED_DEVICE = "unsigned-device"
    """The person has an identity, and it does not vouch for this device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirIdentity:
    """What is known of somebody's cross-signing identity."""

    known: str | None = None
    """The master key they are known by; None when they never published one."""
    published: str | None = None
    """The master key they publish now."""

    @property
    def is_changed(self) -> bool:
        """Say whether they publish another one than they are known by."""
        return self.known is not None and self.known != self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowTrust:
    """Show by which identity a person is known, and whether it changed."""

    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmIdentity:
    """Know a person by the identity they publish now."""

    who: str


@dataclass(eq=False)
class IdentityNotChanged(RuleError):
    """The person's identity is the one they are known by, or they have none."""

    user: UserId


@dataclass(eq=False)
class NotCompared(RuleError):
    """The identity that would be confirmed is not the one the asker was shown."""

    user: UserId


@dataclass(eq=False)
class NotOneself(RuleError):
    """Nobody confirms their own identity."""
