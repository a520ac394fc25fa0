"""Synapse's admin API: registration tokens and users. Of an answer only what is asked for is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.door import http
from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Use
from bot.door.http import Answer
from bot.host.secret import Secret

_TOKENS = "/_synapse/admin/v1/registration_tokens"


class Synapse:
    """A `Homeserver`."""

    def __init__(self, address: str, token: Secret[str], session: aiohttp.ClientSession) -> None:
        self._address = address
        self._token = token
        self._session = session

    async def server_name(self) -> str:
        _, told = await self._ask("GET", "/_matrix/client/v3/account/whoami")
        _, _, server = str(told.get("user_id", "")).partition(":")
        if not server:
            raise AwayError
        await self.use_of("-")
        return server

    async def make(self, token: str, until: datetime) -> None:
        wanted = {"token": token, "uses_allowed": 1, "expiry_time": int(until.timestamp() * 1000)}
        status, _ = await self._ask("POST", f"{_TOKENS}/new", wanted, also=HTTPStatus.BAD_REQUEST)
        if status == HTTPStatus.BAD_REQUEST and await self.use_of(token) is Use.NONE:
            raise AwayError

    async def use_of(self, token: str) -> Use:
        status, told = await self._ask("GET", f"{_TOKENS}/{quote(token, safe='')}", also=HTTPStatus.NOT_FOUND)
        if status == HTTPStatus.NOT_FOUND:
            if told.get("errcode") == "M_UNRECOGNIZED":
                raise RightsError("door.rights.no_api")
            return Use.NONE
        return _use(told)

    async def uses(self) -> Mapping[str, Use]:
        _, told = await self._ask("GET", _TOKENS)
        listed = told.get("registration_tokens")
        rows = listed if isinstance(listed, list) else []
        return {str(row.get("token")): _use(row) for row in rows if isinstance(row, dict)}

    async def drop(self, token: str) -> None:
        await self._ask("DELETE", f"{_TOKENS}/{quote(token, safe='')}", also=HTTPStatus.NOT_FOUND)

    async def is_free(self, name: str) -> bool:
        path = f"/_synapse/admin/v1/username_available?username={quote(name, safe='')}"
        status, _ = await self._ask("GET", path, also=HTTPStatus.BAD_REQUEST)
        return status == HTTPStatus.OK

    async def has(self, user: str) -> bool:
        return (await self._account(user))[0] == HTTPStatus.OK

    async def lives(self, user: str) -> bool:
        status, told = await self._account(user)
        return status == HTTPStatus.OK and not told.get("deactivated") and not told.get("locked")

    async def deactivate(self, user: str) -> None:
        path = f"/_synapse/admin/v1/deactivate/{quote(user, safe='')}"
        await self._ask("POST", path, {"erase": False}, also=HTTPStatus.NOT_FOUND)

    async def _account(self, user: str) -> Answer:
        return await self._ask("GET", f"/_synapse/admin/v2/users/{quote(user, safe='')}", also=HTTPStatus.NOT_FOUND)

    async def _ask(self, method: str, path: str, body: object = None, also: HTTPStatus = HTTPStatus.OK) -> Answer:
        """Return status and body, the status 200 or *also*."""
        headers = {"Authorization": f"Bearer {self._token.reveal()}"}
        status, told = await http.ask(self._session, method, f"{self._address}{path}", json=body, headers=headers)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise RightsError("door.rights.unknown" if status == HTTPStatus.UNAUTHORIZED else "door.rights.no_admin")
        if status not in (HTTPStatus.OK, also) or (status != HTTPStatus.OK and "errcode" not in told):
            raise AwayError  # a refusal without a code is none of Synapse's
        return status, told


def _use(told: Mapping[str, Any]) -> Use:
    match told:
        case {"completed": int(completed)} if completed > 0:
            return Use.USED if completed == 1 else Use.OVERUSED
        case {"pending": int(pending)} if pending > 0:
            return Use.PENDING
        case _:
            return Use.FREE
