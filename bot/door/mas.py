"""Matrix Authentication Service's admin API: registration tokens and users, as the OpenAPI document of 1.22 has them.

Of an answer only what is asked for is read.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.door import http
from bot.door.config import Mas as Config
from bot.door.errors import AwayError, RightsError
from bot.door.homeserver import Use
from bot.door.http import Answer

_API = "/api/admin/v1"
_TOKENS = f"{_API}/user-registration-tokens"
_USERS = f"{_API}/users"
_RIGHTS = {"grant_type": "client_credentials", "scope": "urn:mas:admin"}
_ROWS = 500
"""Of a list, in one answer."""
_Row = Mapping[str, Any]


class Mas:
    """A `Homeserver` whose accounts this service has. A token that was revoked before it was used counts as none."""

    def __init__(self, config: Config, session: aiohttp.ClientSession) -> None:
        self._config = config
        self._session = session
        self._access = ""
        self._ids: dict[str, str] = {}
        """What the service calls each token."""

    async def server_name(self) -> str:
        _, told = await self._ask("GET", f"{_API}/site-config")
        wants = told.get("password_registration_token_required") or told.get("registration_token_required")
        match told:
            case {
                "server_name": str(server),
                "password_registration_enabled": True,
                "password_registration_email_required": False,
            } if server and wants:
                return server
            case {"server_name": str()}:
                raise RightsError("door.rights.registration")
            case _:
                raise AwayError

    async def make(self, token: str, until: datetime) -> None:
        wanted = {"token": token, "usage_limit": 1, "expires_at": until.isoformat()}
        status, told = await self._ask("POST", _TOKENS, HTTPStatus.CONFLICT, json=wanted)
        if status != HTTPStatus.CONFLICT:
            self._ids[token] = _id(_data(told))
            return
        known = await self._row(token)
        if known is None:
            raise AwayError
        if known.get("revoked_at") is not None:
            await self._ask("POST", f"{_TOKENS}/{self._ids[token]}/unrevoke", HTTPStatus.BAD_REQUEST)

    async def use_of(self, token: str) -> Use:
        known = await self._row(token)
        return Use.NONE if known is None else _use(known)

    async def uses(self) -> Mapping[str, Use]:
        found: dict[str, Use] = {}
        after: dict[str, str] = {}
        while True:
            params = {"page[first]": str(_ROWS), "count": "false", **after}
            _, told = await self._ask("GET", _TOKENS, params=params)
            rows = _rows(told)
            for row in rows:
                token = str(_attributes(row).get("token"))
                self._ids[token], found[token] = _id(row), _use(_attributes(row))
            if len(rows) < _ROWS:
                return found
            after = {"page[after]": _id(rows[-1])}

    async def drop(self, token: str) -> None:
        if await self._row(token) is not None:
            also = HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND  # revoked already, gone
            await self._ask("POST", f"{_TOKENS}/{self._ids[token]}/revoke", *also)

    async def is_free(self, name: str) -> bool:
        return await self._account(name) is None

    async def has(self, user: str) -> bool:
        return await self._account(_localpart(user)) is not None

    async def lives(self, user: str) -> bool:
        found = await self._account(_localpart(user))
        ended = ("deactivated_at", "locked_at")
        return found is not None and all(_attributes(found).get(one) is None for one in ended)

    async def deactivate(self, user: str) -> None:
        found = await self._account(_localpart(user))
        if found is not None:
            path = f"{_USERS}/{_id(found)}/deactivate"
            await self._ask("POST", path, HTTPStatus.NOT_FOUND, json={"skip_erase": True})

    async def _row(self, token: str) -> _Row | None:
        """Return what the service says of a token. It finds one by its id alone, which a new start has to look up."""
        if token not in self._ids:
            await self.uses()
        if token not in self._ids:
            return None
        status, told = await self._ask("GET", f"{_TOKENS}/{self._ids[token]}", HTTPStatus.NOT_FOUND)
        return _attributes(_data(told)) if status == HTTPStatus.OK else None

    async def _account(self, name: str) -> _Row | None:
        if not name.strip("."):
            return None  # in an address it would lead elsewhere, and nobody is called that
        status, told = await self._ask("GET", f"{_USERS}/by-username/{quote(name, safe='')}", HTTPStatus.NOT_FOUND)
        return _data(told) if status == HTTPStatus.OK else None

    async def _ask(self, method: str, path: str, *also: HTTPStatus, **more: Any) -> Answer:
        """Return status and body, the status 200, 201 or one of *also*. An access token lives for minutes."""
        status, told = await self._asked(method, path, **more)
        if status == HTTPStatus.UNAUTHORIZED:
            self._access = await self._rights()
            status, told = await self._asked(method, path, **more)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise RightsError("door.rights.admin_client")
        if status == HTTPStatus.NOT_FOUND and "errors" not in told:
            raise RightsError("door.rights.no_admin_api")
        if status not in (HTTPStatus.OK, HTTPStatus.CREATED, *also):
            raise AwayError
        return status, told

    async def _asked(self, method: str, path: str, **more: Any) -> Answer:
        if not self._access:
            self._access = await self._rights()
        headers = {"Authorization": f"Bearer {self._access}"}
        address = self._config.admin_api or self._config.service
        return await http.ask(self._session, method, f"{address}{path}", headers=headers, **more)

    async def _rights(self) -> str:
        """Return an access token. Raises AwayError, RightsError."""
        client = f"{self._config.client_id}:{self._config.client_secret.reveal()}".encode()
        headers = {"Authorization": f"Basic {b64encode(client).decode()}"}
        address = f"{self._config.service}/oauth2/token"
        status, told = await http.ask(self._session, "POST", address, headers=headers, data=_RIGHTS)
        match status, told:
            case HTTPStatus.OK, {"access_token": str(access)} if access:
                return access
            case HTTPStatus.UNAUTHORIZED, _:
                raise RightsError("door.rights.client")
            case HTTPStatus.FORBIDDEN, _:
                raise RightsError("door.rights.admin_client")
            case HTTPStatus.NOT_FOUND, _:
                raise RightsError("door.rights.no_service")
            case _:
                raise AwayError


def _localpart(user: str) -> str:
    return user.removeprefix("@").partition(":")[0]


def _rows(told: Mapping[str, Any]) -> list[_Row]:
    found = told.get("data")
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _data(told: Mapping[str, Any]) -> _Row:
    found = told.get("data")
    if not isinstance(found, dict):
        raise AwayError
    return found


def _attributes(row: _Row) -> _Row:
    found = row.get("attributes")
    if not isinstance(found, dict):
        raise AwayError
    return found


def _id(row: _Row) -> str:
    found = row.get("id")
    if not isinstance(found, str) or not found.isalnum():
        raise AwayError
    return found


def _use(row: _Row) -> Use:
    match row:
        case {"times_used": int(times)} if times > 0:
            return Use.USED if times == 1 else Use.OVERUSED
        case {"revoked_at": str()}:
            return Use.NONE
        case _:
            return Use.FREE
