"""A time-stamp authority, asked over HTTPS (RFC 3161, section 3.4), and bounded whatever it answers."""

from __future__ import annotations

import logging

import aiohttp

from bot.core.record.checkpoint import Stamping
from bot.host.secret import Secret
from bot.papers.record.stamps import Question, RefusedStamp, WrongStamp, accept, question
from bot.ports import Stamps

TIMEOUT_S = 10.0
MOST_READ = 64 * 1024
_ASKS, _ANSWERS = "application/timestamp-query", "application/timestamp-reply"
_log = logging.getLogger(__name__)


class TimestampAuthority(Stamps):
    """Asks the authority of the configuration. It sees a hash, our address or that of the proxy, and the hour."""

    def __init__(self, session: aiohttp.ClientSession, address: Secret[str]) -> None:
        self._session = session
        self._address = address

    async def stamp(self, line: str) -> tuple[Stamping, bytes | None]:
        asked = question(line)
        answer = await self._asked(asked)
        if answer is None:
            return Stamping.AWAY, None
        try:
            accept(answer, line, asked)
        except RefusedStamp:
            _log.warning("the time-stamp authority refused; the checkpoint goes without its time")
            return Stamping.REFUSED, None
        except WrongStamp:
            _log.error("the time-stamp authority answered with something else; the checkpoint goes without its time")
            return Stamping.WRONG, None
        return Stamping.STAMPED, answer

    async def _asked(self, asked: Question) -> bytes | None:
        """Return what the authority answers; None when it is away."""
        try:
            async with self._session.post(
                self._address.reveal(),
                data=asked.body,
                headers={"Content-Type": _ASKS, "Accept": _ANSWERS},
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                allow_redirects=False,
                auto_decompress=False,
                read_bufsize=MOST_READ,
            ) as answer:
                body = b""
                async for part in answer.content.iter_any():
                    body += part
                    if len(body) > MOST_READ:
                        break
                answer.close()
                return body[:MOST_READ] if answer.status == 200 else None
        except Exception as error:  # noqa: BLE001 - whatever it is, the checkpoint goes on
            # Its text may name the address, which is a secret.
            _log.warning("the time-stamp authority is away (%s)", type(error).__name__)
            return None
