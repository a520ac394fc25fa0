"""The embedded homeserver: it starts, it can be taken away, it does not outlive its parent."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.demo import homeserver as module
from bot.demo.homeserver import Homeserver, HomeserverError
from bot.demo.seen import events
from tests.patience import PATIENCE_S
from tests.servers import Account, register

pytestmark = pytest.mark.slow

ORPHANED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.demo.homeserver import Homeserver

async def main():
    async with Homeserver(Path(sys.argv[1])) as homeserver:
        print(homeserver.url, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def call(homeserver: Homeserver, path: str, body: object, token: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{homeserver.url}/_matrix/client/v3/{path}"
    async with aiohttp.ClientSession(headers=headers) as session, session.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def log_in(homeserver: Homeserver, account: Account) -> str:
    identifier = {"type": "m.id.user", "user": account.localpart}
    login = {"type": "m.login.password", "identifier": identifier, "password": account.password}
    status, told = await call(homeserver, "login", login)
    assert status == 200, told
    return str(told["access_token"])


async def test_it_comes_back_at_the_same_address_with_the_same_data(tmp_path: Path) -> None:
    async with Homeserver(tmp_path / "synapse") as homeserver:
        account = await register(homeserver)
        token = await log_in(homeserver, account)
        _, first = await call(homeserver, "createRoom", {"name": "Amber heron"}, token)
        url = homeserver.url
        await homeserver.stop()
        with pytest.raises(aiohttp.ClientError):
            await call(homeserver, "createRoom", {}, token)
        while_away = await events(homeserver.database)
        await homeserver.start()
        status, _ = await call(homeserver, "createRoom", {}, token)

    assert account.user == f"@{account.localpart}:example.org"
    assert homeserver.url == url
    assert status == 200
    assert [seen.room for seen in while_away if seen.name == "Amber heron"] == [first["room_id"]]


async def test_it_dies_with_its_parent_even_when_the_parent_is_killed(tmp_path: Path) -> None:
    program = (sys.executable, "-c", ORPHANED, str(tmp_path))
    parent = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    output, _ = await parent.communicate()
    url = output.decode().strip()
    assert url.startswith("http://127.0.0.1:")
    assert parent.returncode == -signal.SIGKILL
    async with asyncio.timeout(PATIENCE_S):
        while await answers(url):
            pass


async def answers(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{url}/_matrix/client/versions"):
            return True
    except aiohttp.ClientError:
        return False


async def test_a_failed_start_quotes_the_end_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(HomeserverError, match="Server name 'not a name' has an invalid format"):
        async with Homeserver(tmp_path, server_name="not a name"):
            pass


async def test_without_synapse_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(HomeserverError, match="`make demo` in a checkout"):
        async with Homeserver(tmp_path):
            pass


async def test_a_name_is_given_once(homeserver: Homeserver) -> None:
    account = await register(homeserver)
    with pytest.raises(HomeserverError, match="already taken"):
        await homeserver.register(account.localpart, "another password")


async def test_lifted_limits_let_a_burst_pass_and_the_default_ones_do_not(
    homeserver: Homeserver, limited_homeserver: Homeserver
) -> None:
    statuses = {}
    for server in (homeserver, limited_homeserver):
        token = await log_in(server, await register(server))
        answers = [await call(server, "createRoom", {}, token) for _ in range(12)]
        statuses[server] = {status for status, _ in answers}

    assert statuses == {homeserver: {200}, limited_homeserver: {200, 429}}
