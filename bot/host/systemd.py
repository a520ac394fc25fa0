"""What systemd is told of us, if it started us: that we are up, how we are, and that we still live."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping

from bot.service.watchdog import Vitals

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 20.0
"""How often the status is told anew where no watchdog of systemd wants a sign of life more often."""
_WAITING = "STATUS=waiting for the homeserver"


class ServiceManager:
    """Speaks the protocol of sd_notify(3): lines in a datagram to the socket that the environment names.

    A sign of life says that the event loop turns and that what came in is being applied. A homeserver that is away
    does not silence it: starting again would not bring that back.
    """

    def __init__(self, environment: Mapping[str, str], *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep):
        self._address = environment.get("NOTIFY_SOCKET", "")
        # systemd's own advice: twice in the time after which it would end us.
        self._every_s = min(LOOK_EVERY_S, int(environment.get("WATCHDOG_USEC") or 1e9) / 2e6)
        self._sleep = sleep
        self._look: Callable[[], Vitals] | None = None

    def ready(self) -> None:
        """Say that we are up: our configuration was read and our state is ours. What is left the homeserver decides."""
        self._tell("READY=1")

    async def run(self) -> None:
        """Tell how we are until cancelled; nothing if nobody asked."""
        while self._address:
            self._tell(*self._news())
            await self._sleep(self._every_s)

    def watch(self, look: Callable[[], Vitals]) -> None:
        """Tell from now on what *look* sees."""
        self._look = look
        self._tell(*self._news())

    def stopping(self) -> None:
        """Say that we were told to stop."""
        self._tell("STOPPING=1", "STATUS=stopping")

    def _news(self) -> tuple[str, ...]:
        if self._look is None:
            return _WAITING, "WATCHDOG=1"
        vitals = self._look()
        status = f"STATUS={'; '.join(vitals.troubles) or ('standing by' if vitals.stands_by else 'well')}"
        return (status,) if vitals.hangs else (status, "WATCHDOG=1")

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        # A name that begins with @ stands for a socket that is in no folder.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as channel:
                channel.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            _log.warning("systemd cannot be told how we are: %s", error.strerror)
