"""Log in once, keep the token, and never come back with another device's name or without its keys."""

from __future__ import annotations

import json
import logging
import re
import secrets
import string
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import assert_never

from bot.config import Matrix, PasswordLogin, TokenLogin
from bot.core.names import DeviceId, UserId
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.crypto_store import holds
from bot.matrix.guard.olm import Knows
from bot.matrix.guard.trust import DevicePolicy
from bot.matrix.http.errors import chat_error, matrix_code
from bot.matrix.http.wire import Answer, Wire
from bot.ports import CryptoRows, RefusedError, UnreachableError, Vault
from bot.sentences.told import ToldError

logger = logging.getLogger(__name__)

LOGIN = "matrix-login"
DEVICE = "matrix-device"
DEVICE_LETTERS = string.ascii_uppercase + string.digits
_TOKEN = re.compile(r"[!-~]{1,8192}")
UNKNOWN_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"})
"""The error codes by which the homeserver refuses a token for good."""


class LoginRefusedError(ToldError):
    """The homeserver does not let the bot in, or would let it in as somebody else. A person must decide."""


class KeysLostError(LoginRefusedError):
    """The device exists and its encryption keys do not: coming back under its name would look like an attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A login that succeeded once."""

    user: UserId
    device: DeviceId
    token: str = field(repr=False)

    def dump(self) -> bytes:
        """Return it as it is kept."""
        return json.dumps({"user": self.user, "device": self.device, "token": self.token}).encode()

    @staticmethod
    def load(kept: bytes) -> Login:
        """Read what `dump` returned."""
        read = json.loads(kept)
        return Login(user=UserId(read["user"]), device=DeviceId(read["device"]), token=read["token"])


class Session:
    """The bot's place on the homeserver: one account, one device, one token."""

    def __init__(
        self, account: Matrix, vault: Vault, crypto: CryptoRows, *, knows: Knows, policy: DevicePolicy
    ) -> None:
        self._account = account
        self._vault = vault
        self._crypto = crypto
        self.client = GuardedClient(
            account.homeserver,
            account.user_id,
            "",
            crypto=crypto,
            knows=knows,
            policy=policy,
            proxy=account.proxy,
        )
        self._wire = Wire(self.client)

    async def open(self) -> GuardedClient:
        """Return a client that is logged in and has its keys. Raises LoginRefusedError, or a ChatError: try again."""
        match self._account.login:
            case TokenLogin(access_token=token, device_id=device):
                await self._adopt(Login(user=self._account.user_id, device=device, token=token.reveal()))
            case PasswordLogin() as login:
                kept = await self._kept()
                if kept is None:
                    await self._log_in_first(login)
                else:
                    await self._come_back(kept)
            case _:
                assert_never(self._account.login)
        return self.client

    async def renew(self, *, soft_logout: bool) -> None:
        """Get a new token for the same device after the homeserver forgot the old one, or raise LoginRefusedError."""
        login = self._account.login
        if not soft_logout:
            raise LoginRefusedError("entering.ended")
        if not isinstance(login, PasswordLogin):
            raise LoginRefusedError("entering.token_expired")
        logger.warning("the access token has expired; logging in again with the same device")
        await self._log_in(login, DeviceId(self.client.device_id or ""))

    # --- ways in -----------------------------------------------------------------------------------------

    async def _kept(self) -> Login | None:
        kept = await self._vault.get(LOGIN)
        login = None if kept is None else Login.load(kept)
        if login is not None and login.user != self._account.user_id:
            raise LoginRefusedError("entering.another_state")
        return login

    async def _log_in_first(self, login: PasswordLogin) -> None:
        # The device gets its name and its keys before the homeserver hears of it, so a stop in between loses nothing.
        kept = await self._vault.get(DEVICE)
        device = DeviceId(kept.decode() if kept else "".join(secrets.choice(DEVICE_LETTERS) for _ in range(10)))
        await self._vault.put(DEVICE, device.encode())
        await self._load_keys(device)
        await self._log_in(login, device)

    async def _come_back(self, login: Login) -> None:
        if not await holds(self._crypto, login.device):
            raise KeysLostError("entering.no_keys")
        self.client.restore_login(login.user, login.device, login.token)
        await self._load_keys(login.device)
        await self._check()

    async def _adopt(self, login: Login) -> None:
        known = await self._kept() == login or await holds(self._crypto, login.device)
        self.client.user_id, self.client.device_id = login.user, login.device
        self.client.access_token = login.token
        await self._check()
        if not known and await self._has_published_keys(login):
            raise KeysLostError("entering.keys_elsewhere")
        await self._load_keys(login.device)
        await self._vault.put(LOGIN, login.dump())

    async def _load_keys(self, device: DeviceId) -> None:
        self.client.user_id, self.client.device_id = self._account.user_id, device
        await self.client.load_keys()

    # --- requests ----------------------------------------------------------------------------------------

    async def _log_in(self, login: PasswordLogin, device: DeviceId) -> None:
        request = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._account.user_id},
            "password": login.password().reveal(),
            "device_id": device,
            "initial_device_display_name": self._account.device_name,
        }
        self.client.access_token = ""
        answer = await self._wire.exchange("POST", ("login",), request)
        if answer.status != HTTPStatus.OK:
            raise _login_refused(answer)
        match answer.body:
            case {"user_id": str(user), "device_id": str(given), "access_token": str(token)}:
                if (user, given) != (self._account.user_id, device):
                    raise LoginRefusedError("entering.somebody_else")
                if _TOKEN.fullmatch(token) is None:
                    # A token that fits into no request would make every later start fail.
                    raise UnreachableError("a login without a token that can be sent")
            case _:
                raise UnreachableError("a login that is none")
        done = Login(user=self._account.user_id, device=device, token=token)
        self.client.restore_login(done.user, done.device, done.token)
        await self._vault.put(LOGIN, done.dump())

    async def _check(self) -> None:
        """Ask the homeserver whose token this is."""
        answer = await self._wire.exchange("GET", ("account", "whoami"))
        told = answer.told
        if answer.status == HTTPStatus.OK:
            if (told.get("user_id"), told.get("device_id")) != (self.client.user_id, self.client.device_id):
                raise LoginRefusedError("entering.another_token")
            return
        if answer.status == HTTPStatus.UNAUTHORIZED and matrix_code(told) in UNKNOWN_TOKEN:
            await self.renew(soft_logout=told.get("soft_logout") is True)
            return
        raise chat_error(answer.status, answer.body, retry_after=answer.retry_after)

    async def _has_published_keys(self, login: Login) -> bool:
        answer = await self._wire.ask("POST", ("keys", "query"), {"device_keys": {login.user: [login.device]}})
        match answer.get("device_keys"):
            case {login.user: dict(devices)}:
                return login.device in devices
            case _:
                return False


def _login_refused(answer: Answer) -> Exception:
    error = chat_error(answer.status, answer.body, retry_after=answer.retry_after)
    if isinstance(error, RefusedError):
        return LoginRefusedError("entering.refused", code=error.code)
    return error
