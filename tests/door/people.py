"""An administrator of a real homeserver, and browsers that make accounts on it as the page does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.demo.homeserver import Homeserver
from tests.servers import register

Answer = tuple[int, Mapping[str, Any]]
CLIENT = "/_matrix/client"
DUMMY, TOKEN = "m.login.dummy", "m.login.registration_token"


async def ask(session: aiohttp.ClientSession, url: str, body: object, token: str = "") -> Answer:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.json()


async def log_in(session: aiohttp.ClientSession, homeserver: Homeserver, user: str, password: str) -> Answer:
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
    }
    return await ask(session, f"{homeserver.url}{CLIENT}/v3/login", login)


async def admin_token(session: aiohttp.ClientSession, homeserver: Homeserver, *, admin: bool = True) -> str:
    account = await register(homeserver, "admin", admin=admin)
    _, told = await log_in(session, homeserver, account.localpart, account.password)
    return str(told["access_token"])


async def sign_up(session: aiohttp.ClientSession, address: str, token: str, name: str, **more: Any) -> Answer:
    """Make an account as the page does: the token last, so that its use is never left half begun."""
    url = f"{address}{CLIENT}/v3/register"
    wanted = {"username": name, "password": "five-words-of-a-list", "inhibit_login": True, **more}
    status, told = await ask(session, url, wanted)
    if status != 401 or "session" not in told:
        return status, told
    auth = {"type": DUMMY, "session": told["session"]}
    status, told = await ask(session, url, {**wanted, "auth": auth})
    auth = {"type": TOKEN, "session": auth["session"], "token": token}
    return await ask(session, url, {**wanted, "auth": auth})
