"""The few commands of SMTP that a page takes, each within bounds: of what is read, and of what is believed.

Protected from the first command that matters on, with the server's certificate checked, unless it is on this machine.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.config.channels import Mail, Security

MOST_BYTES, MOST_LINES = 4096, 64
"""Of one line of an answer, and of one answer."""
_ENOUGH_OF_A_CODE = 4
_GREETED, _DONE, _GO_ON, _LOGGED_IN = 220, 250, 354, 235


class SmtpError(OSError):
    """The server says no, or what no server says; its words are not repeated."""

    def __init__(self, command: str, code: int) -> None:
        super().__init__(f"the mail server answers {code} to {command}")
        self.is_for_good = code >= 500
        self.is_no = code in range(400, 600)


@dataclass(slots=True, kw_only=True)
class Talk:
    """A connection to a mail server, between two commands."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    offers: frozenset[str] = frozenset()
    """What it says it can do, in capitals."""
    in_clear: asyncio.StreamWriter | None = None
    """What it was before it was protected: it would close what lies beneath if it were let go of."""

    async def ask(self, command: str, wanted: int, *, told: str = "") -> tuple[str, ...]:
        """Send one line and return the lines of the answer; SmtpError when it is not the *wanted* one.

        An error names *told* in place of the command's first word.
        """
        self.writer.write(f"{command}\r\n".encode("ascii"))
        await self.writer.drain()
        return await self.hear(wanted, told or command.partition(" ")[0])

    async def hear(self, wanted: int, command: str) -> tuple[str, ...]:
        """Read one answer. Raises SmtpError or another OSError."""
        lines: list[str] = []
        while len(lines) < MOST_LINES:
            try:
                line = (await self.reader.readuntil(b"\n")).decode("ascii", "replace").rstrip()
            except asyncio.LimitOverrunError:
                raise SmtpError(command, 0) from None
            except asyncio.IncompleteReadError:
                raise ConnectionResetError("the mail server hung up") from None
            lines.append(line[_ENOUGH_OF_A_CODE:])
            if line[3:4] != "-":
                code = int(line[:3]) if line[:3].isdecimal() else 0
                if code != wanted:
                    raise SmtpError(command, code)
                return tuple(lines)
        raise SmtpError(command, 0)

    async def greet(self, name: str) -> None:
        """Say who we are, and learn what the server offers."""
        self.offers = frozenset(line.upper() for line in await self.ask(f"EHLO {name}", _DONE))

    async def send(self, message: bytes) -> None:
        """Send the message itself, which was announced."""
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in message.split(b"\r\n"))
        self.writer.write(stuffed.removesuffix(b"\r\n") + b"\r\n.\r\n")
        await self.writer.drain()
        await self.hear(_DONE, "the message")

    async def begin(self, sender: str, to: str) -> None:
        """Announce a message from *sender* to *to*."""
        await self.ask(f"MAIL FROM:<{sender}>", _DONE)
        await self.ask(f"RCPT TO:<{to}>", _DONE)
        await self.ask("DATA", _GO_ON)


@asynccontextmanager
async def talking(mail: Mail, tls: ssl.SSLContext | None) -> AsyncIterator[Talk]:
    """Connect, protect the connection with *tls* (None where there is nothing to protect), and log in.

    Raises OSError; nothing waits by itself: bound it with a timeout.
    """
    direct = tls if mail.security is Security.TLS else None
    reader, writer = await asyncio.open_connection(mail.host, mail.port, limit=MOST_BYTES, ssl=direct)
    talk, name = Talk(reader=reader, writer=writer), mail.sender.partition("@")[2]
    try:
        await talk.hear(_GREETED, "our coming")
        await talk.greet(name)
        if tls is not None and direct is None:
            await talk.ask("STARTTLS", _GREETED)
            await _protect(talk, tls, mail.host)
            await talk.greet(name)
        if mail.user is not None and mail.password is not None:
            plain = b64encode(f"\0{mail.user}\0{mail.password.reveal()}".encode()).decode()
            await talk.ask(f"AUTH PLAIN {plain}", _LOGGED_IN)
        yield talk
    finally:
        talk.writer.close()
        if talk.in_clear is not None:
            talk.in_clear.close()


async def _protect(talk: Talk, tls: ssl.SSLContext, host: str) -> None:
    """Go on encrypted, with a reader of its own: what was sent in clear ahead of that is not taken for an answer."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=MOST_BYTES)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport = await loop.start_tls(talk.writer.transport, protocol, tls, server_hostname=host)
    if transport is None:
        raise ConnectionResetError("the mail server hung up")
    reader.set_transport(transport)
    talk.in_clear = talk.writer
    talk.reader, talk.writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
