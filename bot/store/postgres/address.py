"""The address of a database, and what it answers when it does not let us in."""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bot.host.disk import CannotKeepError
from bot.sentences.told import Told
from bot.store.errors import DatabaseAwayError, DatabaseRefusedError, RolledBackError, StoreError

_DEFAULTS: Mapping[str, str | int] = {
    "application_name": "cellule",
    # Seconds for each host.
    "connect_timeout": 2,
    # Milliseconds after which a machine that takes nothing any more is given up.
    "tcp_user_timeout": 4000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    # Of several hosts the one that writes.
    "target_session_attrs": "read-write",
}
_TLS = re.compile(r"does not support SSL|SSL error|certificate|root\.crt|sslmode", re.IGNORECASE)
_LOGIN = re.compile(r"password|authentication|no pg_hba\.conf entry|role .* does not exist", re.IGNORECASE)
_REFUSALS = (
    (re.compile(r"no pg_hba\.conf entry.*(no encryption|SSL off)"), "keeping.database.needs_tls"),
    (_TLS, "keeping.database.tls"),
    (_LOGIN, "keeping.database.login"),
    (re.compile(r"database .* does not exist"), "keeping.database.none_there"),
)
"""What a server, or libpq, says to whom it does not let in; it gives no code for it."""
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
_PASSING = re.compile(r"starting up|shutting down|recovery|too many|connection slots|unexpected eof|canceling|timeout")
"""It refuses for now."""
_READ_ONLY = re.compile(r"read-only|standby")


def parameters(address: str) -> Mapping[str, Any]:
    """Return how to connect to *address*: to another machine over TLS that proves its name, unless it says otherwise.

    Raises:
        DatabaseRefusedError: it is no address of a PostgreSQL database.
    """
    try:
        written = conninfo_to_dict(address)
    except psycopg.Error:
        raise DatabaseRefusedError("keeping.database.address") from None
    hosts = _hosts(written)
    if not written.get("dbname") or "service" in written or not hosts or not all(map(any, hosts)):
        raise DatabaseRefusedError("keeping.database.address")
    # Given as empty, it is not taken from the environment.
    chosen: dict[str, Any] = {**_DEFAULTS, "hostaddr": "", **written}
    if not all(_is_here(host, address) for host, address in hosts):
        chosen.setdefault("sslmode", "verify-full")
        # Whoever takes the place of the database is not told the password.
        chosen.setdefault("require_auth", "scram-sha-256")
    if chosen.get("sslmode") == "verify-full":
        chosen.setdefault("sslrootcert", _authorities())
    return chosen


def is_proven(address: str) -> bool:
    """Say whether a database on another machine proves its name. Raises DatabaseRefusedError."""
    chosen = parameters(address)
    return chosen.get("sslmode") == "verify-full" or all(_is_here(*host) for host in _hosts(chosen))


def hosts_of(address: Mapping[str, Any]) -> int:
    """Return how many machines an address names."""
    return len(_hosts(address))


def _hosts(written: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each host with its address, one of which may be missing."""
    names, addresses = (str(written.get(key) or "").split(",") for key in ("host", "hostaddr"))
    return list(zip_longest(names, addresses, fillvalue=""))


def _authorities() -> str:
    """Return the file of the authorities that this machine trusts: the libpq that psycopg brings looks elsewhere."""
    found = ssl.get_default_verify_paths().cafile or next((file for file in _BUNDLES if Path(file).exists()), None)
    return found or "system"


def _is_here(host: str, address: str) -> bool:
    return _is_loopback(address) if address else host == "localhost" or host.startswith("/") or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def unconnected(error: psycopg.Error) -> StoreError | CannotKeepError:
    """Return what a failure to connect is to us."""
    said = str(error)
    for pattern, key in () if _PASSING.search(said) else _REFUSALS:
        if pattern.search(said):
            return DatabaseRefusedError(key)
    if _READ_ONLY.search(said):
        return DatabaseAwayError("keeping.database.read_only")
    return DatabaseAwayError("keeping.database.away", why=type(error).__name__)


def failed(error: psycopg.Error) -> StoreError | CannotKeepError:
    """Return what a failure of a statement is to us; its text may name rows, and is left out."""
    match error:
        case psycopg.errors.ReadOnlySqlTransaction():
            return DatabaseAwayError("keeping.database.read_only")
        case psycopg.errors.DiskFull() | psycopg.errors.ConfigurationLimitExceeded():
            return DatabaseAwayError("keeping.database.full")
        case psycopg.errors.InsufficientPrivilege():
            return DatabaseRefusedError("keeping.database.rights")
        case psycopg.errors.UndefinedTable():
            return RolledBackError("keeping.database.emptied")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return DatabaseAwayError("keeping.database.away", why=error.sqlstate or Told("keeping.database.cut"))
        case _:
            return DatabaseRefusedError("keeping.database.failed", code=error.sqlstate or type(error).__name__)
