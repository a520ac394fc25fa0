"""A cable between two programs: cut, nothing passes and nobody is told, as in a network that loses its packets."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self


class Cable:
    """An asynchronous context manager; who connects to `port` reaches the *far* port of this machine."""

    def __init__(self, far: int) -> None:
        self.port = 0
        self._far = far
        self._whole = asyncio.Event()
        self._whole.set()
        self._ends: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.mend()
        for end in self._ends:
            end.close()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Let nothing pass; what is sent meanwhile is held, as whoever sends it again would."""
        self._whole.clear()

    def mend(self) -> None:
        """Let all pass again, what was held first."""
        self._whole.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        await self._whole.wait()
        with suppress(OSError):
            far, back = await asyncio.open_connection("127.0.0.1", self._far)
            self._ends.add(back)
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(far, writer))
        writer.close()

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._whole.wait()
                sink.write(data)
                await sink.drain()
        sink.close()
