"""How people are reached outside the rooms: their addresses, and who answers for them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.names import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where one person is reached when the rooms do not; None where there is no such way."""

    mail: str | None = None
    sms: str | None = None
    """A number in E.164, which people call, too."""
    ntfy: str | None = None
    """A topic of the configured server, or the whole https address of a UnifiedPush endpoint."""
    deputy: UserId | None = None
    """Who is paged in their place."""
