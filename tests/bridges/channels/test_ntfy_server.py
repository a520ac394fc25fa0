"""A real server of ntfy, set up as docs/channels.md says: it takes our page, for those who may read the topic."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.bridges.channels.calls import NtfyPager
from bot.config.channels import Ntfy
from bot.core.people.contacts import Contact
from bot.host.secret import Secret
from bot.ports import Handed, Letter
from tests.bridges.channels.test_mail import Marks
from tests.patience import eventually

NTFY = shutil.which("ntfy") or ""
TOPIC = "alice-Zq8vTr2LkX"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(not NTFY, reason="needs the server of ntfy (Debian: apt install ntfy)"),
]


async def ntfy(*words: str) -> str:
    env = {**os.environ, "NTFY_PASSWORD": "a password of the test"}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(NTFY, *words, env=env, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    out, _ = await process.communicate()
    assert process.returncode == 0, out
    return out.decode()


@asynccontextmanager
async def server(folder: Path, port: int) -> AsyncIterator[tuple[str, str]]:
    """Run a server that lets nobody in whom the documentation's lines do not; yield its address and our token."""
    address = f"127.0.0.1:{port}"
    config = folder / "server.yml"
    config.write_text(
        f"base-url: http://{address}\nlisten-http: {address}\nauth-file: {folder}/user.db\n"
        f"auth-default-access: deny-all\ncache-file: {folder}/cache.db\n"
    )
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(NTFY, "serve", "--config", str(config), stdout=log, stderr=log)
    try:
        await eventually((folder / "user.db").exists)
        how = ("--config", str(config))
        for name, right in (("cellule", "write-only"), ("alice", "read-only")):
            await ntfy("user", *how, "add", name)
            await ntfy("access", *how, name, TOPIC, right)
        token = re.search(r"tk_\w+", await ntfy("token", *how, "add", "cellule"))
        assert token is not None
        yield f"http://{address}", token[0]
    finally:
        process.terminate()
        await process.wait()


async def test_a_real_server_takes_a_page_and_refuses_it_without_the_token(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    letter = Letter(
        id="1", to=Contact(ntfy=TOPIC), text="Héron Gris : on vous attend.", at=datetime(2026, 11, 29, tzinfo=UTC)
    )
    async with server(tmp_path, unused_tcp_port) as (address, token), aiohttp.ClientSession() as session:
        ours = NtfyPager(session=session, server=Ntfy(server=address, token=Secret(token)))
        await ours.look()
        assert await ours.page(letter, Marks()) is Handed.ACCEPTED
        nobody = NtfyPager(session=session, server=Ntfy(server=address))
        assert await nobody.page(letter, Marks()) is Handed.REFUSED
        login = {"Authorization": f"Basic {b64encode(b'alice:a password of the test').decode()}"}
        async with session.get(f"{address}/{TOPIC}/json", params={"poll": "1"}, headers=login) as answer:
            got = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert [(one["message"], one["priority"]) for one in got if one["event"] == "message"] == [(letter.text, 5)]
