"""Matrix Authentication Service, as far as a door and a person meet it: no real one can be had where these tests run.

Written from the OpenAPI document of its admin API and from its handlers, version 1.22. What that document does not have
(a path, a parameter, a field, a type) is refused with a status that no test expects.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.door.config import Mas as Config
from bot.host.secret import Secret
from tests.web import running

CLIENT, SECRET = "01J44RKQYM4G3TNVANTMTDYTX6", "phoo8ahneir3ohY2: é/+"
API = "/api/admin/v1"
NOW = "2026-11-25T09:00:00Z"
_PAGES = {"page[first]", "page[after]", "count"}
_ALLOWED = ("email_change", "displayname_change", "password_change", "account_recovery", "account_deactivation")
_NEW = {"token": str, "usage_limit": int, "expires_at": str}

Row = dict[str, Any]


def fault(status: HTTPStatus, title: str) -> web.Response:
    return web.json_response({"errors": [{"title": title}]}, status=status)


def _resource(kind: str, id: str, row: Row) -> Row:
    path = f"{API}/{kind.replace('_', '-')}s/{id}"
    return {"type": kind, "id": id, "attributes": row, "links": {"self": path}}


def _single(kind: str, id: str, row: Row, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    data = _resource(kind, id, row)
    return web.json_response({"data": data, "links": data["links"]}, status=status)


class Service:
    """The service: `tokens` and `users` by their ids, and what a test bends."""

    def __init__(self) -> None:
        self.tokens: dict[str, Row] = {}
        self.users: dict[str, Row] = {}
        self.site: dict[str, object] = {
            "server_name": "example.org",
            "password_registration_enabled": True,
            "password_registration_email_required": False,
            "password_registration_token_required": True,
            "registration_token_required": False,
            "minimum_password_complexity": 3,
            **dict.fromkeys(("password_login_enabled", *(f"{name}_allowed" for name in _ALLOWED)), True),
            "captcha_enabled": False,
        }
        self.access: set[str] = set()
        self.admins = {CLIENT}
        self.most_rows = 10_000
        self.asked: list[tuple[str, str]] = []
        self._made = 0

    def register(self, token: str, name: str) -> bool:
        """Be a browser that goes through its pages to the end; say whether the account was made."""
        known = next((row for row in self.tokens.values() if row["token"] == token), None)
        if known is None or not _is_valid(known) or self.user(name) is not None:
            return False
        known["times_used"], known["last_used_at"] = known["times_used"] + 1, NOW
        self.add_user(name)
        return True

    def add_user(self, name: str, **more: object) -> None:
        ends = {"locked_at": None, "deactivated_at": None}
        row = {"username": name, "created_at": NOW, **ends, "admin": False, "legacy_guest": False, **more}
        self.users[self._id()] = row

    def user(self, name: str) -> Row | None:
        return next((row for row in self.users.values() if row["username"] == name), None)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._gate])
        app.router.add_get("/register/password", self._page)
        app.router.add_post("/register/password", self._filled_in)
        app.router.add_post("/oauth2/token", self._rights)
        app.router.add_get(f"{API}/site-config", self._site)
        app.router.add_get(f"{API}/user-registration-tokens", self._list)
        app.router.add_post(f"{API}/user-registration-tokens", self._add)
        app.router.add_get(f"{API}/user-registration-tokens/{{id}}", self._get)
        app.router.add_post(f"{API}/user-registration-tokens/{{id}}/revoke", self._revoke)
        app.router.add_post(f"{API}/user-registration-tokens/{{id}}/unrevoke", self._unrevoke)
        app.router.add_get(f"{API}/users/by-username/{{name}}", self._by_name)
        app.router.add_post(f"{API}/users/{{id}}/deactivate", self._deactivate)
        return app

    def _id(self) -> str:
        """Return a ULID: each is greater than the one before."""
        self._made += 1
        return f"01K{self._made:023d}"

    @web.middleware
    async def _gate(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        self.asked.append((request.method, request.path))
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path.startswith(API) and bearer not in self.access:
            return fault(HTTPStatus.UNAUTHORIZED, "Unknown access token")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _page(self, request: web.Request) -> web.Response:
        """Show on one page what the service shows on three: name and password, the token, a name to be shown."""
        name = escape(request.query.get("username", ""))
        form = f"""<form method="POST"><input name="username" value="{name}"><input name="password" type="password">
            <input name="token"><button>Continue</button></form>"""
        return web.Response(text=f"<!DOCTYPE html><title>Create an account</title>{form}", content_type="text/html")

    async def _filled_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        made = bool(form["password"]) and self.register(str(form["token"]).strip(), str(form["username"]))
        return web.Response(text="made" if made else "not made", status=200 if made else 400)

    async def _rights(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        if form != {"grant_type": "client_credentials", "scope": "urn:mas:admin"}:
            return web.json_response({"error": "invalid_request"}, status=400)
        scheme, _, given = request.headers["Authorization"].partition(" ")
        client, _, secret = b64decode(given).decode().partition(":")
        if (scheme, client, secret) != ("Basic", CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        if client not in self.admins:
            return web.json_response({"error": "invalid_scope"}, status=403)
        access = f"mat_{secrets.token_hex(8)}"
        self.access.add(access)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 300, "scope": form["scope"]}
        return web.json_response(told)

    async def _site(self, _: web.Request) -> web.Response:
        return web.json_response(self.site)

    async def _list(self, request: web.Request) -> web.Response:
        if not set(request.query) <= _PAGES:
            return fault(HTTPStatus.BAD_REQUEST, "Invalid pagination parameters")
        after, first = request.query.get("page[after]", ""), int(request.query.get("page[first]", "10"))
        ids = [id for id in sorted(self.tokens) if id > after][: min(first, self.most_rows)]
        data = [_resource("user-registration_token", id, self.tokens[id]) for id in ids]
        return web.json_response({"data": data, "links": {"self": str(request.rel_url)}})

    async def _add(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not all(isinstance(value, _NEW.get(name, ())) for name, value in asked.items()):
            return fault(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid body")
        if any(row["token"] == asked["token"] for row in self.tokens.values()):
            return fault(HTTPStatus.CONFLICT, "A registration token with the same token already exists")
        if datetime.fromisoformat(asked["expires_at"]).tzinfo is None:
            return fault(HTTPStatus.UNPROCESSABLE_ENTITY, "premature end of input")
        times = {"created_at": NOW, "last_used_at": None, "revoked_at": None}
        id, row = self._id(), {**asked, "times_used": 0, "valid": True, **times}
        self.tokens[id] = row
        return _single("user-registration-token", id, row, HTTPStatus.CREATED)

    async def _get(self, request: web.Request) -> web.Response:
        id = request.match_info["id"]
        if id not in self.tokens:
            return fault(HTTPStatus.NOT_FOUND, "Registration token not found")
        return _single("user-registration-token", id, self.tokens[id])

    async def _revoke(self, request: web.Request) -> web.Response:
        return self._turned(request.match_info["id"], revoked=True)

    async def _unrevoke(self, request: web.Request) -> web.Response:
        return self._turned(request.match_info["id"], revoked=False)

    def _turned(self, id: str, *, revoked: bool) -> web.Response:
        if id not in self.tokens:
            return fault(HTTPStatus.NOT_FOUND, "Registration token not found")
        if (self.tokens[id]["revoked_at"] is not None) is revoked:
            return fault(HTTPStatus.BAD_REQUEST, "Registration token is already so")
        self.tokens[id]["revoked_at"] = NOW if revoked else None
        return _single("user-registration-token", id, self.tokens[id])

    async def _by_name(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        id = next((id for id, row in self.users.items() if row["username"] == name), None)
        return fault(HTTPStatus.NOT_FOUND, "User not found") if id is None else _single("user", id, self.users[id])

    async def _deactivate(self, request: web.Request) -> web.Response:
        id, asked = request.match_info["id"], await request.json()
        if not all(name == "skip_erase" and isinstance(value, bool) for name, value in asked.items()):
            return fault(HTTPStatus.UNPROCESSABLE_ENTITY, "Invalid body")
        if id not in self.users:
            return fault(HTTPStatus.NOT_FOUND, "User ID not found")
        self.users[id]["deactivated_at"] = NOW
        return _single("user", id, self.users[id])


def _is_valid(token: Mapping[str, Any]) -> bool:
    is_late = datetime.fromisoformat(token["expires_at"]) <= datetime.now(UTC)
    return token["revoked_at"] is None and token["times_used"] < token["usage_limit"] and not is_late


@asynccontextmanager
async def served(service: Service) -> AsyncIterator[Config]:
    """Run it, and yield how a door is configured for it."""
    async with running(service.app()) as address:
        yield Config(service=address, client_id=CLIENT, client_secret=Secret(SECRET))
