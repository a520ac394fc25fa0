"""A homeserver whose certificate is of a private authority: what docs/requirements.md says to do."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.authority import authority
from tests.bots import Bot
from tests.console import cellule_anew
from tests.servers import register


@asynccontextmanager
async def _over_tls(homeserver: Homeserver, shown: ssl.SSLContext) -> AsyncIterator[str]:
    """Put TLS before *homeserver*, and yield its address."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heard := await reader.read(1 << 16):
            writer.write(heard)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = int(homeserver.url.rpartition(":")[2])
        far, away = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, away), copy(far, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=shown)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_private_authority_is_named_by_its_file_and_refused_without(
    homeserver: Homeserver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    file, shown = authority(tmp_path)
    async with _over_tls(homeserver, shown) as url:
        bot = Bot(
            tmp_path, homeserver, account, {alice.user: ["admin"]}, url=url, module="bot"
        )  # what is loaded has read ours
        refused = await cellule_anew("check", "--config", bot.config)
        assert refused.code == 1
        assert "its certificate is not accepted" in refused.out
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        accepted = await cellule_anew("check", "--config", bot.config)
        assert "speaks Matrix" in accepted.out
        async with bot:
            assert await bot.stop() == 0
