"""The two accounts that a lifeboat makes on its own homeserver, by the secret that both of them hold."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.lifeboat.errors import AdriftError

_CLIENT = "/_matrix/client"
_DEVICE = "DOOR"
"""One for good: to log in again after a kill leaves no second one."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Whoever asks the homeserver at *address*, past everything that stands before it."""

    address: str
    session: aiohttp.ClientSession

    async def is_up(self) -> bool:
        """Say whether the homeserver answers."""
        try:
            async with self.session.get(f"{self.address}{_CLIENT}/versions") as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def make(self, secret: str, name: str, password: str, *, admin: bool) -> None:
        """Make an account that has no device; one that is there already is left as it is. Raises AdriftError."""
        path = "/_synapse/admin/v1/register"
        _, told = await self._ask("GET", path)
        nonce, rank = str(told.get("nonce")), "admin" if admin else "notadmin"
        signed = "\0".join((nonce, name, password, rank))
        mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).hexdigest()
        asked = {
            "nonce": nonce,
            "username": name,
            "password": password,
            "admin": admin,
            "mac": mac,
            "inhibit_login": True,
        }
        status, told = await self._ask("POST", path, asked)
        if status != HTTPStatus.OK and told.get("errcode") != "M_USER_IN_USE":
            raise AdriftError("lifeboat.refused", name=name, why=told.get("error", status))

    async def log_in(self, name: str, password: str) -> str:
        """Return an access token. Raises AdriftError."""
        asked = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password,
            "device_id": _DEVICE,
        }
        status, told = await self._ask("POST", f"{_CLIENT}/v3/login", asked)
        if status != HTTPStatus.OK:
            raise AdriftError("lifeboat.refused", name=name, why=told.get("error", status))
        return str(told["access_token"])

    async def is_good(self, token: str) -> bool:
        """Say whether the homeserver still knows a token."""
        status, _ = await self._ask("GET", f"{_CLIENT}/v3/account/whoami", token=token)
        return status == HTTPStatus.OK

    async def _ask(self, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Mapping[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self.session.request(method, f"{self.address}{path}", json=body, headers=headers) as answer:
                told = await answer.json()
                return answer.status, told if isinstance(told, dict) else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise AdriftError("lifeboat.silent", name="Synapse") from None
