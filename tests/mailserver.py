"""A real mail server on this machine, and one that says whatever the test tells it to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(slots=True)
class Mailbox:
    """What a mail server took, and whom it refuses."""

    refuses: frozenset[str] = frozenset()
    messages: list[Envelope] = field(default_factory=list)
    logins: list[LoginPassword] = field(default_factory=list)
    taken: Callable[[], Awaitable[None]] | None = None
    """What happens between the end of a message and the answer to it."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        if address in self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - likewise
        self.messages.append(envelope)
        if self.taken is not None:
            await self.taken()
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
    ) -> AuthResult:
        assert isinstance(login, LoginPassword)
        self.logins.append(login)
        return AuthResult(success=login.password == b"secret", handled=False)


@asynccontextmanager
async def mail_server(
    box: Mailbox, tls: ssl.SSLContext | None = None, *, direct: bool = False, port: int = 0
) -> AsyncIterator[int]:
    """Run a server that puts what it takes into *box*, and yield its port; it wants STARTTLS where there is *tls*."""
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        wants_tls = tls is not None
        return SMTP(
            box,
            hostname="localhost",
            loop=loop,
            tls_context=None if direct else tls,
            require_starttls=wants_tls and not direct,
            authenticator=box.authenticate,
            auth_require_tls=wants_tls and not direct,
        )

    server = await loop.create_server(session, "localhost", port, ssl=tls if direct else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def scripted_server(*answers: bytes, hangs: bool = False) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Say each of *answers* after each line that is heard, the first at once; then hang up, or hang."""
    heard: list[bytes] = []
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for answer in answers:
                writer.write(answer)
                await writer.drain()
                line = await reader.readline()
                heard.append(line)
                while heard[-1] and answer.startswith(b"354") and line != b".\r\n":
                    line = await reader.readline()
                    heard.append(line)
            if hangs:
                await done.wait()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        try:
            yield server.sockets[0].getsockname()[1], heard
        finally:
            done.set()
