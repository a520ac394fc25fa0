"""A real Synapse in a child process, on loopback, for the demo and for the tests.

Synapse is never imported here: it runs in a process of its own, and it ends when this one does,
however this one ends.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import secrets
import socket
import sys
from enum import Enum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

import aiohttp

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

__all__ = ["Homeserver", "HomeserverError", "Joining", "Limits"]

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.05
LOG_LINES_QUOTED = 20

# Below the range the kernel takes outgoing ports from, on Linux and elsewhere: while the server is
# away, no client can be given its port, and none can connect to itself by accident.
PORTS = range(18_000, 32_000)

# Standard input is the leash. It ends when the parent is gone, and the server then goes too.
LEASHED = """
import os, runpy, threading
def leash():
    os.read(0, 1)
    os._exit(1)
threading.Thread(target=leash, name="leash", daemon=True).start()
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
"""


class Limits(Enum):
    """How fast the homeserver lets its users go."""

    DEFAULT = "default"
    """Synapse's own limits, but for logins per address: here everyone shares the same address."""

    LIFTED = "lifted"
    """No limit that a test or a demo could reach."""


class Joining(Enum):
    """How somebody without an account gets one."""

    CLOSED = "closed"
    """Not at all: whoever runs it makes accounts."""

    INVITED = "invited"
    """By a registration token that an administrator made; and a session signs others in, as Element Web takes it."""


class HomeserverError(RuntimeError):
    """The embedded homeserver is missing, did not start, or refused what was asked."""


class Homeserver:
    """Synapse on loopback, keeping everything in *folder*; an asynchronous context manager."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits = Limits.LIFTED,
        joining: Joining = Joining.CLOSED,
        server_name: str = "example.org",
    ) -> None:
        self.server_name = server_name
        self.database = folder / "homeserver.db"
        self.log = folder / "homeserver.log"
        self._folder = folder
        self._limits = limits
        self._joining = joining
        self._secret = secrets.token_hex(32)
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The base address of the client API, the same over a stop and a start."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        if find_spec("synapse") is None:
            raise HomeserverError(
                "The embedded homeserver needs Synapse, which is installed by `make demo` in a checkout"
            )
        self._port = _free_port()
        await asyncio.to_thread(self._write_files)
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the server, or bring it back with the same data, and wait until it answers."""
        if self._process is not None:
            return
        output = await asyncio.to_thread(self.log.open, "ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                LEASHED,
                "--config-path",
                str(self._folder / "homeserver.json"),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=_environment(),
                # Ctrl-C is for the parent: it decides when the server goes.
                start_new_session=True,
            )
        finally:
            await asyncio.to_thread(output.close)
        try:
            await self._wait_until_ready(self._process)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take the server away; the data stays. Nothing happens if it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
        finally:
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()

    async def register(self, localpart: str, password: str, *, admin: bool = False) -> str:
        """Create an account that has no device yet, and return its full user id."""
        address = f"{self.url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession() as session:
            async with session.get(address) as answer:
                nonce = str((await answer.json())["nonce"])
            asked = {
                "nonce": nonce,
                "username": localpart,
                "password": password,
                "admin": admin,
                "mac": self._mac(nonce, localpart, password, "admin" if admin else "notadmin"),
                "inhibit_login": True,
            }
            async with session.post(address, json=asked) as answer:
                told = await answer.json()
        if "user_id" not in told:
            raise HomeserverError(f"Cannot register {localpart}: {told.get('error', told)}")
        return str(told["user_id"])

    def _mac(self, nonce: str, localpart: str, password: str, rank: str) -> str:
        signed = "\0".join((nonce, localpart, password, rank))
        return hmac.new(self._secret.encode(), signed.encode(), hashlib.sha1).hexdigest()

    async def _wait_until_ready(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(START_TIMEOUT_S), aiohttp.ClientSession() as session:
                while not await self._answers(session):
                    if process.returncode is not None:
                        raise HomeserverError(await self._failure("stopped while starting"))
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            raise HomeserverError(await self._failure("did not answer in time")) from None

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/_matrix/client/versions") as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False

    async def _failure(self, what: str) -> str:
        text = await asyncio.to_thread(self.log.read_text, encoding="utf-8", errors="replace")
        last = "\n".join(text.splitlines()[-LOG_LINES_QUOTED:])
        return f"The embedded homeserver {what}. The end of its log:\n{last}"

    def _write_files(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log.unlink(missing_ok=True)
        key = self._folder / "signing.key"
        if not key.exists():
            seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
            _write_private(key, f"ed25519 a_{secrets.token_hex(2)} {seed}\n")
        _write_private(self._folder / "log.json", json.dumps(_logging()))
        configuration = _settings(
            self._folder,
            port=self._port,
            server_name=self.server_name,
            secret=self._secret,
            limits=self._limits,
        )
        configuration.update(_joining(self._joining))
        # Synapse reads YAML, of which JSON is a part.
        _write_private(self._folder / "homeserver.json", json.dumps(configuration, indent=1))


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def _free_port() -> int:
    for port in random.sample(PORTS, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise HomeserverError("No free port was found on the loopback address.")


def _environment() -> dict[str, str]:
    """Return what the server needs of our surroundings; a profiler set on us is not its business."""
    wanted = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SSL_CERT_FILE"}
    return {name: value for name, value in os.environ.items() if name in wanted}


# --- its configuration ------------------------------------------------------------------------------------------

_LIMITERS: dict[str, tuple[str, ...]] = {
    "rc_message": (),
    "rc_registration": (),
    "rc_registration_token_validity": (),
    "rc_room_creation": (),
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_joins_per_room": (),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
    "rc_key_requests": (),
    "rc_3pid_validation": (),
    "rc_third_party_invite": (),
    "rc_media_create": (),
    "rc_profile": (),
    "rc_user_directory": (),
    "rc_presence": ("per_user",),
    "rc_delayed_event_mgmt": (),
    "rc_reports": (),
}
_UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}


def _settings(folder: Path, *, port: int, server_name: str, secret: str, limits: Limits) -> dict[str, Any]:
    """Return the configuration of a server that listens on loopback and keeps all in *folder*."""
    return {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.json"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secret,
        "form_secret": secret,
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "stats": {"enabled": False},
        "report_stats": False,
        "url_preview_enabled": False,
        # Throw-away passwords: a slow hash would only slow the start of the demo.
        "bcrypt_rounds": 4,
        **_limiters(limits),
    }


def _logging() -> dict[str, Any]:
    """Return a logging configuration: warnings and worse, on standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stream"]},
    }


def _joining(joining: Joining) -> dict[str, Any]:
    match joining:
        case Joining.CLOSED:
            return {}
        case Joining.INVITED:
            return {
                "enable_registration": True,
                "registration_requires_token": True,
                "login_via_existing_session": {"enabled": True, "require_ui_auth": False},
            }


def _limiters(limits: Limits) -> dict[str, Any]:
    match limits:
        case Limits.DEFAULT:
            return {"rc_login": {"address": _UNLIMITED}}
        case Limits.LIFTED:
            return {
                name: dict.fromkeys(parts, _UNLIMITED) if parts else _UNLIMITED for name, parts in _LIMITERS.items()
            }
