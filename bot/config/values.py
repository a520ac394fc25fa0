"""The values of the configuration, one function a kind. Each returns the value, or raises Wrong with what to write."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from base64 import b64decode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot.config.reading import Spot, Wrong, kind, nearest, shown, text
from bot.core.names import DeviceId, UserId
from bot.core.people.quiet import QuietHours
from bot.core.people.roster import Role
from bot.host.recovery_key import RecoveryKeyError
from bot.host.recovery_key import read as read_key
from bot.host.secret import Secret, SecretFileError, SecretMissingError, read_bytes, read_text
from bot.sentences.told import Told

Choice = TypeVar("Choice", bound=str)

KEY_BYTES = 32
_LAST_PORT = 65535
_FEWEST_BYTES, _MOST_BYTES = 24, 64
"""Of a secret that signs, as Standard Webhooks 1.0.0 has it."""
_SERVER = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?"
_USER_ID = re.compile(rf"@[!-9;-~]+:{_SERVER}")
_CLOCK = re.compile(r"[A-Z0-9]+(?:[-/][A-Z0-9]+)*(?:@[a-z0-9-]+)?")
_QUIET = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")
_LISTEN = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")
_DAYS = re.compile(r"([0-9]{1,5}) days?")
_FEWEST_DAYS, _MOST_DAYS = 30, 36_500
_CADENCE = re.compile(r"([1-9][0-9]{0,2})h")
_MOST_HOURS = 168
_SIZE, _UNITS = re.compile(r"(?P<amount>[0-9]{1,6}) ?(?P<unit>kB|MB|GB)"), {"kB": 10**3, "MB": 10**6, "GB": 10**9}
_MOST_BYTES = 10**11
_LONGEST_ID = 255  # the Matrix specification's limit, in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the health page listens; port 0 takes any free one."""

    host: str
    port: int


def flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise Wrong("mistake.flag", kind=kind(value))
    return value


def pace(value: object) -> float:
    """Return how many times faster than life: 1 or more."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 1_000_000:
        raise Wrong("mistake.pace")
    return float(value)


def homeserver(value: object) -> str:
    """Return the server's address without a closing slash. Plain http never leaves this machine."""
    url = text(value)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Wrong("mistake.homeserver") from None
    if parts.username is not None:  # not repeated: a password may follow it
        raise Wrong("mistake.homeserver_name")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise Wrong("mistake.homeserver_shown", value=shown(url))
    if parts.scheme == "http" and not (is_loopback(host) or is_onion(url)):
        raise Wrong("mistake.homeserver_open", value=shown(url))
    return url.rstrip("/")


def is_onion(url: str) -> bool:
    """Say whether the address is an onion service: Tor encrypts all the way to it, and nothing else finds it."""
    return (urlsplit(url).hostname or "").endswith(".onion")


def is_here(url: str) -> bool:
    """Say whether the address is on this machine."""
    return is_loopback(urlsplit(url).hostname or "")


def proxy(value: object) -> str:
    """Return the proxy's address. Whatever its kind, it is the proxy that looks names up."""
    url = text(value)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Wrong("mistake.proxy") from None
    if parts.username is not None:  # not repeated: a password may follow it
        raise Wrong("mistake.proxy_name")
    beyond = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in {"http", "socks5", "socks5h"} or not host or not port or beyond:
        raise Wrong("mistake.proxy")
    return f"{parts.scheme.removesuffix('h')}://{parts.netloc}"


def is_loopback(host: str) -> bool:
    """Say whether *host* is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def user_id(value: object) -> UserId:
    """Return a full Matrix user id."""
    if isinstance(value, str) and _USER_ID.fullmatch(value) and len(value) <= _LONGEST_ID:
        return UserId(value)
    raise Wrong("mistake.user_id", value=shown(value))


def device_id(value: object) -> DeviceId:
    """Return the id of the device the access token belongs to."""
    return DeviceId(text(value))


def zone(value: object) -> ZoneInfo:
    """Return an IANA time zone, spelt as the zone data spells it."""
    zones = available_timezones()
    if isinstance(value, str) and value in zones:
        return ZoneInfo(value)
    near = difflib.get_close_matches(str(value), zones, n=1, cutoff=0.8)
    raise Wrong("mistake.zone", value=shown(value), like=near[0] if near else "Europe/Paris")


def either(choices: Iterable[str]) -> str | Told:
    """Return *choices* with `or` between them."""
    first, *others = choices
    return Told("mistake.or", first=first, others=either(others)) if others else first


@dataclass(frozen=True, slots=True)
class OneOf(Generic[Choice]):
    """The reader of one word out of *choices*."""

    choices: tuple[Choice, ...]

    def __call__(self, value: object) -> Choice:
        for choice in self.choices:
            if choice == value:
                return choice
        raise Wrong("mistake.one_of", value=shown(value), choices=either(self.choices))


@dataclass(frozen=True, slots=True)
class SomeOf(Generic[Choice]):
    """The reader of a list of words out of *choices*, not empty."""

    choices: tuple[Choice, ...]

    def __call__(self, value: object) -> frozenset[Choice]:
        by_name = {str(choice): choice for choice in self.choices}
        known = ", ".join(by_name)
        if not isinstance(value, list) or not value:
            raise Wrong("mistake.list_of", known=known)
        for name in value:
            if name not in list(by_name):
                raise Wrong("mistake.some_of", value=shown(name), known=known, near=nearest(name, by_name))
        return frozenset(by_name[name] for name in value)


def one_of(choices: Iterable[Choice]) -> OneOf[Choice]:
    """Return the reader of one word out of *choices*."""
    return OneOf(tuple(choices))


def some_of(choices: Iterable[Choice]) -> SomeOf[Choice]:
    """Return the reader of a list of words out of *choices*."""
    return SomeOf(tuple(choices))


def quiet_hours(value: object) -> QuietHours | None:
    """Return the hours, or None for `none`, which a bare `no` or `off` of YAML says too."""
    if value is False or value == "none":
        return None
    found = _QUIET.fullmatch(value) if isinstance(value, str) else None
    try:
        start, end = (time.fromisoformat(hour) for hour in found.groups()) if found else (None, None)
    except ValueError:
        start = end = None
    if start is None or end is None or start == end:
        raise Wrong("mistake.quiet", value=shown(value))
    return QuietHours(start=start, end=end)


def days(value: object) -> timedelta:
    """Return a number of days, like `400 days`."""
    found = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if found is None or not _FEWEST_DAYS <= int(found[1]) <= _MOST_DAYS:
        raise Wrong("mistake.days", value=shown(value), fewest=_FEWEST_DAYS)
    return timedelta(days=int(found[1]))


def cadence(value: object) -> timedelta | None:
    """Return a number of hours, like `4h`, or None for `none`, which a bare `no` or `off` of YAML says too."""
    if value is False or value == "none":
        return None
    found = _CADENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) > _MOST_HOURS:
        raise Wrong("mistake.cadence", value=shown(value), most=_MOST_HOURS)
    return timedelta(hours=int(found[1]))


def size(value: object) -> int:
    """Return a number of bytes, written like `25 MB`."""
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    amount = int(found["amount"]) * _UNITS[found["unit"]] if found else 0
    if not 0 < amount <= _MOST_BYTES:
        raise Wrong("mistake.size", value=shown(value))
    return amount


def size_or_none(value: object) -> int | None:
    """Return the same, or nothing where it says `none`."""
    return None if value == "none" else size(value)


def listen(value: object) -> Listen:
    """Return host and port."""
    found = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found["port"]) > _LAST_PORT:
        raise Wrong("mistake.listen", value=shown(value))
    return Listen(host=found["host"].strip("[]"), port=int(found["port"]))


def secret_address(path: Path) -> Secret[str]:
    """Return the address in the file: whoever knows it can use it."""
    return address_in(path, "mistake.heartbeat")


def address_in(path: Path, mistake: str) -> Secret[str]:
    """Return the address in the file. Plain http never leaves this machine."""
    found = read_text(path)
    try:
        parts = urlsplit(found.reveal())
        host, _ = parts.hostname, parts.port
        # As whoever connects writes it: raises UnicodeError where no such host can be.
        (host or "").encode("idna")
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        raise Wrong(mistake, path=path)
    return found


def signing_key(path: Path) -> Secret[bytes]:
    """Return the bytes of the secret in the file: `whsec_` and Base64, as Standard Webhooks writes them."""
    try:
        found = b64decode(read_text(path).reveal().removeprefix("whsec_"), validate=True)
    except ValueError:
        found = b""
    if not _FEWEST_BYTES <= len(found) <= _MOST_BYTES:
        raise Wrong("mistake.hook_secret", path=path)
    return Secret(found)


def file_to_touch(path: Path) -> Path:
    """Return a file that can be touched; it need not be there."""
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise Wrong("mistake.unwritten", path=path)
    return path


def folder_to_read(path: Path) -> Path:
    """Return a folder that is there."""
    if not os.access(path, os.R_OK | os.X_OK) or not path.is_dir():
        raise Wrong("mistake.no_folder", path=path)
    return path


def folder_to_write(path: Path) -> Path:
    """Return a folder that is there or can be made."""
    if os.access(path, os.F_OK) and not path.is_dir():
        raise Wrong("mistake.folder", path=path)
    return path


def password_file(path: Path) -> Path:
    """Return the file's path. It is used once, so it may be gone; while it is there it must be fit to use."""
    with suppress(SecretMissingError):
        read_text(path)
    return path


def recovery_key_file(path: Path) -> Path:
    """Return the file's path. It is needed once, so it may be gone; while it is there it must be fit to use."""
    with suppress(SecretMissingError):
        recovery_key(path)
    return path


def recovery_key(path: Path) -> Secret[bytes]:
    """Return the 32 bytes of the recovery key that stands in the file as it was shown."""
    try:
        return Secret(read_key(read_text(path).reveal()))
    except SecretMissingError:
        raise SecretMissingError("secret.no_line", path=path) from None
    except RecoveryKeyError as wrong:
        raise SecretFileError("secret.wrong_line", path=path, why=wrong) from None


def state_key(path: Path) -> Secret[bytes]:
    """Return the 32 bytes in the file."""
    try:
        key = read_bytes(path)
    except SecretMissingError:
        raise Wrong("mistake.no_key", path=path) from None
    if len(key.reveal()) != KEY_BYTES:
        raise Wrong("mistake.key", path=path, size=len(key.reveal()))
    return key


def clock_names(value: object) -> frozenset[str]:
    """Return names of rows of the catalogue of clocks; whether there are such rows is seen when it is read."""
    if not isinstance(value, list) or not all(isinstance(name, str) and _CLOCK.fullmatch(name) for name in value):
        raise Wrong("mistake.clocks")
    return frozenset(value)


def people(written: object, spot: Spot, *, may_come: bool = False) -> dict[UserId, frozenset[Role]]:
    """Return who may use the bot; at least one must be an admin. Tells every problem it finds.

    Where people *may_come* by a door, nobody need be there before.
    """
    if may_come and written in (None, {}):
        return {}
    if not isinstance(written, dict) or not written:
        spot.tell("mistake.nobody")
        return {}
    before = len(spot.problems)
    found = {
        person: held
        for name, roles in written.items()
        if (held := _roles(roles, spot.inside(name))) and (person := spot.inside(name).read(user_id, name))
    }
    if len(spot.problems) == before and not any(Role.ADMIN in held for held in found.values()):
        spot.tell("mistake.no_admin")
    return found


def _roles(written: object, spot: Spot) -> frozenset[Role]:
    known = ", ".join(Role)
    if not isinstance(written, list) or not written:
        spot.tell("mistake.roles", known=known)
        return frozenset()
    for role in written:
        if role not in list(Role):
            spot.tell("mistake.role", value=shown(role), known=known, near=nearest(role, Role))
    return frozenset(role for role in Role if role in written)
