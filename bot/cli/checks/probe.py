"""Questions to the homeserver over its public API, each asked once and gently. It logs in only where it is told to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.cli.checks import limits
from bot.cli.checks.findings import Finding, Level, error, ok, warning
from bot.cli.tongue import said, say
from bot.config import Matrix, PasswordLogin, TokenLogin
from bot.host.secret import Secret, SecretFileError
from bot.matrix.account.cross_signing import readable
from bot.matrix.account.secret_storage import DEFAULT_KEY
from bot.matrix.http.connection import Connection, NoAnswerError, RedirectedError, open_session
from bot.matrix.http.errors import JsonObject, matrix_code
from bot.matrix.http.wire import CLIENT, Answer, Wire
from bot.ports import UnreachableError

TIMEOUT_S = 10.0
APART_S, FAR_APART_S = 5.0, 60.0
"""From here on the clocks differ, and reminders are wrong. Below it, whole seconds and a slow way may be all."""


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
        self._connection = partial(Connection, session=session, homeserver=address, timeout_s=TIMEOUT_S)

    async def ask(self, method: str, *path: str, signed: bool = False, **how: Any) -> Answer:
        """Return the answer, whatever its status; _NoAnswer says why there was none."""
        return await self.ask_as(self.token if signed else None, method, *path, **how)

    async def ask_as(self, token: Secret[str] | None, method: str, *path: str, **how: Any) -> Answer:
        """Ask in the name of the session of *token*."""
        try:
            wire = Wire(self._connection(access_token=token.reveal() if token else ""))
            return await wire.exchange(method, path, **how)
        except (NoAnswerError, RedirectedError) as error:
            raise _NoAnswer(said(error)) from None
        except UnreachableError as error:
            raise _NoAnswer(say("check.homeserver.unread", why=error)) from None


def _code(answer: Answer) -> str:
    """Return what went wrong, in Matrix's words or HTTP's."""
    return matrix_code(answer.told) or f"HTTP {answer.status}"


async def ask_homeserver(account: Matrix, known: Known, *, tries_password: bool = False) -> AsyncIterator[Finding]:
    """Yield what the homeserver says about itself and about the bot's account."""
    async with open_session(account.proxy) as session:
        homeserver = _Homeserver(session, account.homeserver, known.token)
        found = [finding async for finding in _versions(homeserver)]
        for finding in found:
            yield finding
        if found[0].level is Level.ERROR:
            if not (known.token or known.is_in_use) and (problem := _password_problem(account)) is not None:
                yield error("login", problem)
            return
        try:
            yield await _login(homeserver, account, known)
            if tries_password:
                yield await _try_password(homeserver, account)
            yield await _account(homeserver, account)
            yield await _identity(homeserver, account, known)
            if homeserver.token is not None:
                yield await _recovery_key(homeserver, account)
            yield await _rate_limits(homeserver, account)
        except _NoAnswer as failure:
            yield error("homeserver", failure.text)


async def _versions(homeserver: _Homeserver) -> AsyncIterator[Finding]:
    """Yield whether it is one that we understand, and how its clock and ours stand."""
    begun = time.perf_counter()
    try:
        answer = await homeserver.ask("GET", "versions", root=CLIENT)
    except _NoAnswer as failure:
        yield error("homeserver", failure.text)
        return
    took_s = time.perf_counter() - begun
    yield _understood(answer, took_s)
    if answer.date is not None and (found := _clocks_apart(answer.date, datetime.now(UTC), took_s)) is not None:
        yield found


def _clocks_apart(told: str, now: datetime, took_s: float) -> Finding | None:
    """Compare the server's `Date`, which has whole seconds, with *now*; None when it has none that can be read."""
    try:
        theirs = parsedate_to_datetime(told)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        return None
    apart_s = abs((theirs - now).total_seconds() + (1 + took_s) / 2)
    seconds = f"{apart_s:.0f}"
    if apart_s < APART_S:
        return ok("time", say("check.time.agrees"))
    text = say("check.time.differs", seconds=seconds)
    return error("time", text) if apart_s >= FAR_APART_S else warning("time", text)


def _understood(answer: Answer, took_s: float) -> Finding:
    told = answer.told.get("versions")
    versions = [version for version in told if isinstance(version, str)] if isinstance(told, list) else []
    if answer.status != HTTPStatus.OK or not versions:
        return error("homeserver", say("check.homeserver.none", status=answer.status))
    if not any(version.startswith("v1.") for version in versions):
        return error("homeserver", say("check.homeserver.old"))
    return ok("homeserver", say("check.homeserver.answers", ms=f"{took_s * 1000:.0f}", version=versions[-1]))


# --- the account --------------------------------------------------------------------------------------------


async def _login(homeserver: _Homeserver, account: Matrix, known: Known) -> Finding:
    if known.token is not None:
        return await _session(homeserver, account)
    if known.is_in_use:
        return ok("login", say("check.login.in_use"))
    answer = await homeserver.ask("GET", "login")
    flows = answer.told.get("flows")
    offered = [str(flow.get("type")) for flow in flows if isinstance(flow, dict)] if isinstance(flows, list) else []
    if "m.login.password" not in offered:
        return error("login", say("check.login.no_passwords", offered=", ".join(offered) or "–"))
    if (problem := _password_problem(account)) is not None:
        return error("login", problem)
    return ok("login", say("check.login.untried"))


async def _try_password(homeserver: _Homeserver, account: Matrix) -> Finding:
    """Log in as a device of its own, which is gone again at once: the bot's own device is left alone."""
    subject = "password"
    if isinstance(account.login, TokenLogin):
        return ok(subject, say("check.password.none"))
    try:
        password = account.login.password()
    except SecretFileError as problem:
        return error(subject, problem)
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": password.reveal(),
        "initial_device_display_name": "cellule check",
    }
    answer = await homeserver.ask("POST", "login", body=body)
    token, device = answer.told.get("access_token"), answer.told.get("device_id")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return warning(subject, say("check.password.limited"))
    if answer.status != HTTPStatus.OK or not isinstance(token, str):
        return error(subject, say("check.password.refused", code=_code(answer), path=account.login.file))
    left = await homeserver.ask_as(Secret(token), "POST", "logout", body={})
    if left.status != HTTPStatus.OK:
        return warning(subject, say("check.password.stays", device=device, code=_code(left)))
    return ok(subject, say("check.password.good", device=device))


async def _session(homeserver: _Homeserver, account: Matrix) -> Finding:
    answer = await homeserver.ask("GET", "account", "whoami", signed=True)
    if answer.status == HTTPStatus.OK:
        if answer.told.get("user_id") != account.user_id:
            return error("login", say("check.login.other_account"))
        return ok("login", say("check.login.good"))
    if answer.status != HTTPStatus.UNAUTHORIZED:
        return warning("login", say("check.login.untold", code=_code(answer)))
    if answer.told.get("soft_logout") is not True:
        return error("login", say("check.login.ended", code=_code(answer)))
    if not isinstance(account.login, PasswordLogin):
        return error("login", say("check.login.token_expired"))
    problem = _password_problem(account)
    return error("login", problem) if problem else warning("login", say("check.login.expired"))


def _password_problem(account: Matrix) -> SecretFileError | None:
    if isinstance(account.login, PasswordLogin):
        try:
            account.login.password()
        except SecretFileError as problem:
            return problem
    return None


async def _account(homeserver: _Homeserver, account: Matrix) -> Finding:
    """Look for the account where anybody may; a homeserver may well keep that to itself."""
    answer = await homeserver.ask("GET", "profile", account.user_id, signed=True)
    if answer.status == HTTPStatus.OK:
        return ok("account", say("check.account.known", user=account.user_id))
    name = account.user_id.removeprefix("@").partition(":")[0]
    answer = await homeserver.ask("GET", "register", "available", query={"username": name})
    if _code(answer) == "M_USER_IN_USE":
        return ok("account", say("check.account.known", user=account.user_id))
    if answer.status == HTTPStatus.OK and answer.told.get("available") is True:
        return error("account", say("check.account.missing", user=account.user_id))
    return warning("account", say("check.account.untold", user=account.user_id))


async def _identity(homeserver: _Homeserver, account: Matrix, known: Known) -> Finding:
    subject = "identity"
    if known.is_in_use:
        return ok(subject, say("check.identity.in_use"))
    if known.is_unreadable:
        return warning(subject, say("check.identity.not_compared"))
    if homeserver.token is None and account.recovery_key_file is not None:
        return ok(subject, say("check.identity.recovered"))
    if homeserver.token is None:
        return ok(subject, say("check.identity.to_be_made"))
    answer = await homeserver.ask("POST", "keys", "query", body={"device_keys": {account.user_id: []}}, signed=True)
    if answer.status != HTTPStatus.OK:
        return warning(subject, say("check.identity.untold", code=_code(answer)))
    return _compare(_published_master_key(answer.told, account.user_id), known.master_key)


async def _recovery_key(homeserver: _Homeserver, account: Matrix) -> Finding:
    subject = "recovery key"
    answer = await homeserver.ask("GET", "user", account.user_id, "account_data", DEFAULT_KEY, signed=True)
    if answer.status == HTTPStatus.OK and answer.told.get("key"):
        return ok(subject, say("check.recovery.made"))
    if answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        return warning(subject, say("check.recovery.none"))
    return warning(subject, say("check.recovery.untold", code=_code(answer)))


def _compare(theirs: str | None, ours: str | None) -> Finding:
    subject = "identity"
    if theirs is None:
        return ok(subject, say("check.identity.unpublished"))
    if ours is None:
        return error(subject, say("check.identity.elsewhere"))
    if theirs != ours:
        return error(subject, say("check.identity.replaced"))
    return ok(subject, say("check.identity.ours", identity=readable(ours)))


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
            return limits.finding(answer.told)
    return limits.finding(None)
