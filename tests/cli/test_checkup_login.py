"""`cellule check` and the homeserver's clock, and its trial of the password."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.cli.checks.checkup import check
from bot.cli.checks.findings import Finding
from tests.config.files import PASSWORD, changed, fill, write
from tests.web import running

CLIENT = "/_matrix/client/v3"
LOGGED_IN = {"user_id": "@cellule:example.org", "access_token": "a-token", "device_id": "TRIAL"}


class Homeserver:
    """Takes logins, and says what time it is."""

    def __init__(self) -> None:
        self.apart = timedelta()
        self.login: tuple[int, object] = (200, LOGGED_IN)
        self.logout = 200
        self.asked: list[tuple[str, str, object]] = []

    async def answer(self, request: web.Request) -> web.Response:
        told: tuple[int, object] = (404, {"errcode": "M_UNRECOGNIZED"})
        if request.path.endswith("/versions"):
            told = (200, {"versions": ["v1.12"]})
        elif request.path == f"{CLIENT}/login":
            told = (200, {"flows": [{"type": "m.login.password"}]}) if request.method == "GET" else self.login
        elif request.path == f"{CLIENT}/logout":
            told = (self.logout, {})
        if request.method == "POST":
            body = await request.json()
            self.asked.append((request.path.rpartition("/")[2], request.headers.get("Authorization", ""), body))
        date = format_datetime(datetime.now(UTC) + self.apart, usegmt=True)
        return web.json_response(told[1], status=told[0], headers={"Date": date})

    async def findings(self, folder: Path, *, tries_password: bool = False, **groups: object) -> list[Finding]:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        async with running(app) as address:
            matrix = {"homeserver": address, **groups}
            path = write(folder, changed(matrix=matrix))
            return [found async for found in check(path, datetime.now(UTC), tries_password=tries_password)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


@pytest.fixture
def homeserver() -> Homeserver:
    return Homeserver()


def about(subject: str, found: list[Finding]) -> str:
    (line,) = [str(finding) for finding in found if finding.subject == subject]
    return line


@pytest.mark.parametrize(
    ("apart", "told"),
    [
        (0, "ok  time: the clocks of the homeserver and of this machine agree"),
        (30, "warning  time: the clocks of the homeserver and of this machine are "),
        (-30, "warning  time: the clocks of the homeserver and of this machine are "),
        (600, "error  time: the clocks of the homeserver and of this machine are 60"),
    ],
)
async def test_clocks_that_differ_are_told(folder: Path, homeserver: Homeserver, apart: int, told: str) -> None:
    homeserver.apart = timedelta(seconds=apart)
    assert about("time", await homeserver.findings(folder)).startswith(told)


async def test_without_being_told_to_it_never_logs_in_and_says_so(folder: Path, homeserver: Homeserver) -> None:
    found = await homeserver.findings(folder)
    assert about("login", found).endswith("the password itself was not tried (--login tries it)")
    assert "login" not in [path for path, *_ in homeserver.asked]


async def test_the_password_is_tried_as_a_device_of_its_own_that_is_gone_at_once(
    folder: Path, homeserver: Homeserver
) -> None:
    found = await homeserver.findings(folder, tries_password=True)
    told = "ok  password: tried: logged in as the device TRIAL, made for it, and logged out again"
    assert about("password", found) == told
    (_, unsigned, body), (path, signed, _) = [row for row in homeserver.asked if row[0].startswith("log")]
    assert (unsigned, path, signed) == ("", "logout", "Bearer a-token")
    assert isinstance(body, dict)
    assert body["password"] == PASSWORD
    assert "device_id" not in body


@pytest.mark.parametrize(
    ("login", "logout", "told"),
    [
        ((403, {"errcode": "M_FORBIDDEN"}), 200, "error  password: the homeserver refuses it (M_FORBIDDEN); check "),
        ((429, {"errcode": "M_LIMIT_EXCEEDED"}), 200, "warning  password: not tried: the homeserver wants fewer"),
        ((200, {}), 200, "error  password: the homeserver refuses it (HTTP 200)"),
        ((200, LOGGED_IN), 500, "warning  password: it is right, but the device TRIAL of this trial could not be"),
    ],
)
async def test_what_comes_of_the_trial_is_told(
    folder: Path, homeserver: Homeserver, login: tuple[int, object], logout: int, told: str
) -> None:
    homeserver.login, homeserver.logout = login, logout
    line = about("password", await homeserver.findings(folder, tries_password=True))
    assert line.startswith(told)
    assert PASSWORD not in line


async def test_a_password_that_is_not_there_or_not_used_is_not_tried(folder: Path, homeserver: Homeserver) -> None:
    (folder / "secrets/password").unlink()
    assert "there is no file" in about("password", await homeserver.findings(folder, tries_password=True))
    keys = {"password_file": ..., "access_token_file": "secrets/access_token", "device_id": "DEVICE"}
    found = await homeserver.findings(folder, tries_password=True, **keys)
    assert about("password", found) == "ok  password: none is used: the configuration names an access token"
