"""Pages by mail: a message of one line, under an id that stays the same."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from bot.bridges.channels.smtp import SmtpError, talking
from bot.config.channels import Mail, Security
from bot.ports import Handed, Letter

_SEVEN_BITS = SMTP.clone(cte_type="7bit")
LOOK_S = 15.0


@dataclass(slots=True, kw_only=True)
class MailPager:
    """Gives pages to a mail server. One that takes a message twice delivers it twice, whatever its id."""

    server: Mail
    _tls: ssl.SSLContext | None = field(default=None, init=False, repr=False)
    """Made once: that reads all authorities there are."""

    @property
    def repeats(self) -> bool:
        """No mail server has to know a Message-ID again."""
        return False

    async def page(self, letter: Letter, handing_over: Callable[[], Awaitable[None]]) -> Handed:
        """Hand *letter* over; it is out of our hands with the dot at its end."""
        to, is_handed = letter.to.mail, False
        if to is None:
            return Handed.REFUSED
        try:
            async with talking(self.server, await self._protection()) as talk:
                await talk.begin(self.server.sender, to)
                await handing_over()
                is_handed = True
                await talk.send(message(letter, self.server.sender, to))
        except SmtpError as refused:
            if is_handed and not refused.is_no:
                return Handed.UNKNOWN
            return Handed.REFUSED if refused.is_for_good else Handed.LATER
        except OSError:
            return Handed.UNKNOWN if is_handed else Handed.LATER
        return Handed.ACCEPTED

    async def look(self) -> None:
        """Connect and log in. Raises OSError."""
        async with asyncio.timeout(LOOK_S), talking(self.server, await self._protection()):
            pass

    async def _protection(self) -> ssl.SSLContext | None:
        if self._tls is None and self.server.security is not Security.NONE:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return self._tls


def message(letter: Letter, sender: str, to: str) -> bytes:
    """Return the message: its line is its subject, too."""
    mail = EmailMessage(policy=_SEVEN_BITS)
    mail["From"], mail["To"], mail["Subject"] = sender, to, letter.text
    mail["Date"] = letter.at
    mail["Message-ID"] = f"<{letter.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{letter.text}\n")
    return bytes(mail)
