"""Questions to the homeserver over its public API, each asked once, gently, and without ever logging in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.cli import limits
from bot.cli.findings import Finding, Level, error, ok, warning
from bot.config import Matrix, PasswordLogin
from bot.host.secret import Secret, SecretFileError
from bot.matrix.account.cross_signing import readable
from bot.matrix.account.secret_storage import DEFAULT_KEY
from bot.matrix.http.connection import Connection, NoAnswerError, RedirectedError, open_session
from bot.matrix.http.errors import JsonObject, matrix_code
from bot.matrix.http.wire import CLIENT, Answer, Wire
from bot.ports import UnreachableError

TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What this machine knows of the bot's session before the homeserver is asked."""

    token: Secret[str] | None = None
    """Of a session that exists; None when there is none, or when the state could not be read."""
    master_key: str | None = None
    """The public key of our cross-signing identity; None when none was made."""
    is_in_use: bool = False
    """Another Cellule holds the state: it is logged in, and its secrets were not read."""
    is_unreadable: bool = False
    """There is a state, and what it holds could not be read."""


@dataclass(frozen=True, slots=True)
class _NoAnswer(Exception):
    text: str


class _Homeserver:
    """The homeserver, asked in the name of the bot's session or of nobody."""

    def __init__(self, session: aiohttp.ClientSession, address: str, token: Secret[str] | None) -> None:
        self.token = token
        connection = partial(Connection, session=session, homeserver=address, timeout_s=TIMEOUT_S)
        self._plain = Wire(connection())
        self._signed = Wire(connection(access_token=token.reveal() if token else ""))

    async def ask(self, method: str, *path: str, signed: bool = False, **how: Any) -> Answer:
        """Return the answer, whatever its status; _NoAnswer says why there was none."""
        try:
            return await (self._signed if signed else self._plain).exchange(method, path, **how)
        except (NoAnswerError, RedirectedError) as error:
            raise _NoAnswer(str(error)) from None
        except UnreachableError as error:
            raise _NoAnswer(f"its answer is not read ({error}); check matrix.homeserver") from None


def _code(answer: Answer) -> str:
    """Return what went wrong, in Matrix's words or HTTP's."""
    return matrix_code(answer.told) or f"HTTP {answer.status}"


async def ask_homeserver(account: Matrix, known: Known) -> AsyncIterator[Finding]:
    """Yield what the homeserver says about itself and about the bot's account."""
    async with open_session(account.proxy) as session:
        homeserver = _Homeserver(session, account.homeserver, known.token)
        found = await _versions(homeserver)
        yield found
        if found.level is Level.ERROR:
            if not (known.token or known.is_in_use) and (problem := _password_problem(account)) is not None:
                yield error("login", problem)
            return
        try:
            yield await _login(homeserver, account, known)
            yield await _account(homeserver, account)
            yield await _identity(homeserver, account, known)
            if homeserver.token is not None:
                yield await _recovery_key(homeserver, account)
            yield await _rate_limits(homeserver, account)
        except _NoAnswer as failure:
            yield error("homeserver", failure.text)


async def _versions(homeserver: _Homeserver) -> Finding:
    begun = time.perf_counter()
    try:
        answer = await homeserver.ask("GET", "versions", root=CLIENT)
    except _NoAnswer as failure:
        return error("homeserver", failure.text)
    told = answer.told.get("versions")
    versions = [version for version in told if isinstance(version, str)] if isinstance(told, list) else []
    if answer.status != HTTPStatus.OK or not versions:
        return error(
            "homeserver",
            f"answers HTTP {answer.status}, but not as a Matrix homeserver; matrix.homeserver must be the address of "
            "its client API (often in https://SERVER/.well-known/matrix/client)",
        )
    if not any(version.startswith("v1.") for version in versions):
        return error("homeserver", "speaks only an old form of Matrix (none of v1.1 and later); it must be updated")
    took = (time.perf_counter() - begun) * 1000
    return ok("homeserver", f"answers in {took:.0f} ms and speaks Matrix up to {versions[-1]}")


# --- the account --------------------------------------------------------------------------------------------


async def _login(homeserver: _Homeserver, account: Matrix, known: Known) -> Finding:
    if known.token is not None:
        return await _session(homeserver, account)
    if known.is_in_use:
        return ok("login", "a running Cellule is logged in")
    answer = await homeserver.ask("GET", "login")
    flows = answer.told.get("flows")
    offered = [str(flow.get("type")) for flow in flows if isinstance(flow, dict)] if isinstance(flows, list) else []
    if "m.login.password" not in offered:
        return error(
            "login",
            f"the homeserver takes no passwords (it offers {', '.join(offered) or 'nothing'}); "
            "use matrix.access_token_file and matrix.device_id instead of password_file",
        )
    if (problem := _password_problem(account)) is not None:
        return error("login", problem)
    return ok("login", "the homeserver takes passwords, and the password's file is fit to use; it was not tried")


async def _session(homeserver: _Homeserver, account: Matrix) -> Finding:
    answer = await homeserver.ask("GET", "account", "whoami", signed=True)
    if answer.status == HTTPStatus.OK:
        if answer.told.get("user_id") != account.user_id:
            return error(
                "login", "the access token belongs to another account; check matrix.user_id and the token's file"
            )
        return ok("login", "the session is good")
    if answer.status != HTTPStatus.UNAUTHORIZED:
        return warning("login", f"whether the session is good could not be told ({_code(answer)})")
    if answer.told.get("soft_logout") is not True:
        return error("login", f"the homeserver has ended the session ({_code(answer)}); see docs/operations.md")
    if not isinstance(account.login, PasswordLogin):
        return error("login", "the access token has expired; put a new one of the same device into its file")
    problem = _password_problem(account)
    return error("login", problem) if problem else warning("login", "the session has expired; a start renews it")


def _password_problem(account: Matrix) -> str | None:
    if isinstance(account.login, PasswordLogin):
        try:
            account.login.password()
        except SecretFileError as problem:
            return str(problem)
    return None


async def _account(homeserver: _Homeserver, account: Matrix) -> Finding:
    """Look for the account where anybody may; a homeserver may well keep that to itself."""
    answer = await homeserver.ask("GET", "profile", account.user_id, signed=True)
    if answer.status == HTTPStatus.OK:
        return ok("account", f"{account.user_id} is known")
    name = account.user_id.removeprefix("@").partition(":")[0]
    answer = await homeserver.ask("GET", "register", "available", query={"username": name})
    if _code(answer) == "M_USER_IN_USE":
        return ok("account", f"{account.user_id} is known")
    if answer.status == HTTPStatus.OK and answer.told.get("available") is True:
        return error("account", f"{account.user_id} does not exist; make it on the homeserver, or mend matrix.user_id")
    return warning(
        "account", f"the homeserver does not say whether {account.user_id} exists; the first login will tell"
    )


async def _identity(homeserver: _Homeserver, account: Matrix, known: Known) -> Finding:
    subject = "identity"
    if known.is_in_use:
        return ok(subject, "held by a running Cellule; !about shows it")
    if known.is_unreadable:
        return warning(subject, "not compared: the state could not be read")
    if homeserver.token is None and account.recovery_key_file is not None:
        return ok(subject, "made at the first start, or taken out of the account's secret storage by the recovery key")
    if homeserver.token is None:
        return ok(subject, "made at the first start, if the account has none; one made elsewhere would be refused")
    answer = await homeserver.ask("POST", "keys", "query", body={"device_keys": {account.user_id: []}}, signed=True)
    if answer.status != HTTPStatus.OK:
        return warning(subject, f"the homeserver did not show the account's identity ({_code(answer)})")
    return _compare(_published_master_key(answer.told, account.user_id), known.master_key)


async def _recovery_key(homeserver: _Homeserver, account: Matrix) -> Finding:
    subject = "recovery key"
    answer = await homeserver.ask("GET", "user", account.user_id, "account_data", DEFAULT_KEY, signed=True)
    if answer.status == HTTPStatus.OK and answer.told.get("key"):
        return ok(subject, "made; whoever keeps it can bring the bot's identity back")
    if answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return warning(subject, "none was made: with the state the identity would be lost; see `cellule recovery-key`")
    return warning(subject, f"the homeserver does not say whether one was made ({_code(answer)})")


def _compare(theirs: str | None, ours: str | None) -> Finding:
    subject = "identity"
    if theirs is None:
        return ok(subject, "not published yet; the next start does it")
    if ours is None:
        return error(
            subject,
            "the account has a cross-signing identity that is not in the state folder; restore the state folder, name "
            "the recovery key in matrix.recovery_key_file, or give the bot a new account and an empty one",
        )
    if theirs != ours:
        return error(
            subject, "the homeserver shows a cross-signing identity that is not ours; find out who replaced it"
        )
    return ok(subject, f"the homeserver shows ours, {readable(ours)}")


def _published_master_key(body: JsonObject, user: str) -> str | None:
    """Return the key; None when there is none, and an empty text for anything that is not one."""
    keys = body.get("master_keys")
    published = keys.get(user) if isinstance(keys, dict) else None
    if published is None:
        return None
    found = published.get("keys") if isinstance(published, dict) else None
    values = list(found.values()) if isinstance(found, dict) else []
    return values[0] if len(values) == 1 and isinstance(values[0], str) else ""


async def _rate_limits(homeserver: _Homeserver, account: Matrix) -> Finding:
    if homeserver.token is not None:
        answer = await homeserver.ask("GET", *limits.override_path(account.user_id), root=limits.ADMIN, signed=True)
        if answer.status == HTTPStatus.OK:
            return limits.finding(account.user_id, answer.told)
    return limits.finding(account.user_id, None)
