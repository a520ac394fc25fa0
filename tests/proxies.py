"""A SOCKS5 and an HTTP proxy on loopback: the only ones who know where a name leads, and they remember who asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

Kind = Literal["socks5", "http"]
NAME = "cellule7homeserver.onion"
"""Nothing on earth resolves it but the proxy."""


class Proxy:
    """An asynchronous context manager; `url` is what the configuration says."""

    def __init__(self, kind: Kind, homeserver: str) -> None:
        self.kind = kind
        self.url = ""
        self.homeserver = f"http://{NAME}:{homeserver.rpartition(':')[2]}"
        """How the homeserver is called by those who go through the proxy."""
        self.asked: list[tuple[str, int]] = []
        self.refuses = False
        self._tunnels: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"{self.kind}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> None:
        """End all that passes now."""
        for writer in self._tunnels:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tunnels.add(writer)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await (self._socks(reader, writer) if self.kind == "socks5" else self._http(reader, writer))
        finally:
            self._tunnels.discard(writer)
            writer.close()

    async def _socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak RFC 1928, as far as it is about names."""
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _, command, _, form = await reader.readexactly(4)
        assert (command, form) == (1, 3), "the name was looked up before it was sent"
        name = await reader.readexactly((await reader.readexactly(1))[0])
        port = int.from_bytes(await reader.readexactly(2))
        ok, refused = (bytes((5, code, 0, 1, 0, 0, 0, 0, 0, 0)) for code in (0, 2))
        await self._pass_on(name.decode(), port, (reader, writer), answers=(ok, refused))

    async def _http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        assert method == "CONNECT", "what was asked for was shown to the proxy"
        name, _, port = target.rpartition(":")
        ok, refused = b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 403 Forbidden\r\n\r\n"
        await self._pass_on(name, int(port), (reader, writer), answers=(ok, refused))

    async def _pass_on(
        self,
        name: str,
        port: int,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        *,
        answers: tuple[bytes, bytes],
    ) -> None:
        reader, writer = client
        self.asked.append((name, port))
        if self.refuses or name != NAME:
            writer.write(answers[1])
            await writer.drain()
            return
        there, back = await asyncio.open_connection("127.0.0.1", port)
        writer.write(answers[0])
        try:
            await asyncio.gather(_pipe(reader, back), _pipe(there, writer))
        finally:
            back.close()


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    sink.close()
