"""How people are reached outside the rooms: their addresses, and who answers for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.core.names import UserId


class Way(StrEnum):
    """A second channel."""

    MAIL = "mail"
    NTFY = "ntfy"
    WEBHOOK = "webhook"
    SMS = "sms"


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

    def has(self, way: Way) -> bool:
        """Say whether a page can take *way*; a webhook is told all there is."""
        match way:
            case Way.MAIL:
                return self.mail is not None
            case Way.NTFY:
                return self.ntfy is not None
            case Way.SMS:
                return self.sms is not None
            case Way.WEBHOOK:
                return bool(self.mail or self.ntfy or self.sms)
            case _:
                assert_never(way)
