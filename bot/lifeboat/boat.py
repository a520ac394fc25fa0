"""What a lifeboat is: its name, how it is reached, which ports it takes. Kept in its folder as boat.yaml."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, fields
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.config import values
from bot.config.reading import Wrong, key, text
from bot.core.language import Language
from bot.lifeboat.errors import LifeboatError
from bot.sentences import languages

HERE = "localhost"
"""The name of a lifeboat that stands on this machine alone, for trying."""
PAGE = "/join"
HTTPS, HTTP = 443, 80
HOMESERVER_PORT, DOOR_PORT, INNER_PORT = 8008, 9468, 9469
"""On loopback, where the machine is the lifeboat's own."""
BOT, KEEPER = "cellule", "door"
"""Accounts that it makes: the bot's, and that whose rights the door holds."""

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 230
"""A Matrix id has 255 bytes, and the names of chance need some."""
_OF_NO_REGISTRY = ("local", "lan", "internal", "home.arpa", "test", "example", "invalid")
"""Ends of names that no public authority signs for."""


class Tls(StrEnum):
    """Who vouches for the address."""

    NONE = "none"
    """Nobody: it is on this machine."""
    GIVEN = "given"
    """Whoever signed the certificate that the operator gave."""
    PRIVATE = "private"
    """An authority that was made with the lifeboat: each phone has to be told of it."""
    PUBLIC = "public"
    """A public authority, asked by Caddy once the name leads here."""


def read_domain(value: object) -> str:
    """Return a name that a homeserver can have: of DNS, or an IPv4 address."""
    name = text(value).strip().casefold()
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name) or (name[-1].isdigit() and not is_address(name)):
        raise Wrong("lifeboat.domain", name=name)
    return name


def read_port(value: object) -> int:
    """Return the number of a port."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 65535:
        raise Wrong("lifeboat.port_number")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Boat:
    """Every field is a key of boat.yaml."""

    domain: str = field(metadata=key(read_domain))
    tls: Tls = field(metadata=key(lambda value: Tls(values.one_of(tuple(map(str, Tls)))(value))))
    port: int = field(metadata=key(read_port))
    """That people need."""
    plain_port: int | None = field(default=None, metadata=key(read_port))
    """Where a phone finds the certificate of a private authority before it trusts it; None: nowhere."""
    inner_port: int | None = field(default=None, metadata=key(read_port))
    """Where Caddy finds what it stands before; None: nothing stands before it."""
    homeserver_port: int = field(metadata=key(read_port))
    door_port: int = field(metadata=key(read_port))
    language: Language = field(metadata=key(values.one_of(languages())))
    timezone: ZoneInfo = field(metadata=key(values.zone))

    @property
    def address(self) -> str:
        """What browsers open, without a path."""
        if self.tls is Tls.NONE:
            return f"http://127.0.0.1:{self.port}"
        return f"https://{self.domain}" + ("" if self.port == HTTPS else f":{self.port}")

    @property
    def page(self) -> str:
        """What every link begins with."""
        return f"{self.address}{PAGE}"

    @property
    def root_address(self) -> str:
        """Where a phone finds the certificate of the private authority."""
        if self.plain_port is None:
            return f"{self.address}/root.crt"
        return f"http://{self.domain}" + ("" if self.plain_port == HTTP else f":{self.plain_port}") + "/root.crt"

    @property
    def homeserver(self) -> str:
        """Where the bot and the door find the homeserver, past everything else."""
        return f"http://127.0.0.1:{self.homeserver_port}"

    @property
    def listens(self) -> tuple[tuple[str, int], ...]:
        """Every host and port that must be free; an empty host is every address of the machine."""
        outside = "127.0.0.1" if self.tls is Tls.NONE else ""
        before = [self.port] + ([self.plain_port] if self.plain_port else [])
        before += [HTTP] if self.tls is Tls.PUBLIC else []
        inside = [self.homeserver_port, self.door_port] + ([self.inner_port] if self.inner_port else [])
        return (*((outside, one) for one in before), *(("127.0.0.1", one) for one in inside))

    def written(self) -> dict[str, object]:
        """Return what boat.yaml says."""
        found = {row.name: getattr(self, row.name) for row in fields(self)}
        return {
            name: value if isinstance(value, int) else str(value) for name, value in found.items() if value is not None
        }


def tls_for(name: str, *, is_given: bool, is_private: bool) -> Tls:
    """Return who vouches for *name*: a certificate that is given, else as the name allows."""
    if name == HERE:
        if is_given or is_private:
            raise LifeboatError("lifeboat.no_tls_here")
        return Tls.NONE
    if is_given and is_private:
        raise LifeboatError("lifeboat.two_tls")
    if is_given:
        return Tls.GIVEN
    return Tls.PRIVATE if is_private or not is_public(name) else Tls.PUBLIC


def is_public(name: str) -> bool:
    """Say whether a public authority can sign for *name*."""
    return "." in name and not is_address(name) and not name.endswith(tuple(f".{end}" for end in _OF_NO_REGISTRY))


def is_address(name: str) -> bool:
    """Say whether *name* is an IPv4 address."""
    try:
        return bool(ipaddress.IPv4Address(name))
    except ValueError:
        return False


def planned(
    name: str, tls: Tls, outside: int | None, free: tuple[int, int, int], spoken: tuple[Language, ZoneInfo]
) -> Boat:
    """Return a lifeboat of *name*. On loopback it takes the ports that are *free*; elsewhere those everybody knows."""
    if tls is Tls.PUBLIC and outside not in (None, HTTPS):
        raise LifeboatError("lifeboat.public_port", port=outside)
    is_here = tls is Tls.NONE
    front = outside or (free[0] if is_here else HTTPS)
    return Boat(
        domain=name,
        tls=tls,
        port=front,
        plain_port=(HTTP if front == HTTPS else front + 1) if tls is Tls.PRIVATE else None,
        inner_port=INNER_PORT if tls is Tls.PUBLIC else None,
        homeserver_port=free[1] if is_here else HOMESERVER_PORT,
        door_port=free[2] if is_here else DOOR_PORT,
        language=spoken[0],
        timezone=spoken[1],
    )
