"""What a person writes down about names, in a small YAML file: the check then needs no network."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from bot.cli.checks.independence.comparing import Place, Range
from bot.cli.checks.independence.names import Address, domain, literal
from bot.config.reading import Spot, Wrong, key, kind, mistake, read_group, shown, text
from bot.host.yamlfile import read_yaml
from bot.sentences.told import Told

Read = TypeVar("Read")

NONE = "none"
"""Written for what there is none of: it is known, and shared with nobody."""


class UnreadError(Exception):
    """The file cannot be used, and what is wrong with it."""

    def __init__(self, problems: list[Told]) -> None:
        super().__init__(*problems)
        self.problems = problems


def _each(value: object, read: Callable[[object], Read]) -> frozenset[Read]:
    """Read one thing, or a list of them."""
    if value == NONE:
        return frozenset()
    return frozenset(map(read, value if isinstance(value, list) else [value]))


def _addresses(value: object) -> frozenset[Address]:
    def one(written: object) -> Address:
        if isinstance(written, str) and (address := literal(written)) is not None:
            return address
        raise Wrong("mistake.address", value=shown(written))

    return _each(value, one)


def _networks(value: object) -> frozenset[Range | str]:
    return _each(value, lambda written: _range(text(written)) or text(written))


def _range(written: str) -> Range | None:
    """Return the network; None for the name of one."""
    if "/" not in written:
        return None
    try:
        return ip_network(written, strict=False)
    except ValueError:
        raise Wrong("mistake.network", value=shown(written)) from None


def _hosts(value: object) -> frozenset[str]:
    return _each(value, domain)


def _words(value: object) -> frozenset[str]:
    return _each(value, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """What may be written below a name."""

    addresses: frozenset[Address] | None = field(default=None, metadata=key(_addresses))
    networks: frozenset[Range | str] | None = field(default=None, metadata=key(_networks))
    name_servers: frozenset[str] | None = field(default=None, metadata=key(_hosts))
    mail: frozenset[str] | None = field(default=None, metadata=key(_hosts))
    authority: frozenset[str] | None = field(default=None, metadata=key(_words))
    registrar: frozenset[str] | None = field(default=None, metadata=key(_words))
    sign_in: frozenset[str] | None = field(default=None, metadata=key(_words))


def read_known(path: Path, ours: Container[str]) -> dict[str, Place]:
    """Return what the file says of each name: a domain, or one of *ours* whatever it is. Raises UnreadError."""
    problems = list[Told]()
    found = {}
    for name, written in _groups(path).items():
        spot = Spot(str(path), path.parent, problems)
        called = name if isinstance(name, str) and name in ours else spot.read(domain, name)
        keys = called and read_group(_Keys, written, Spot(f"{path}: {called}", path.parent, problems))
        if called and keys:
            found[called] = _place(called, keys)
    if problems:
        raise UnreadError(problems)
    return found


def _groups(path: Path) -> dict[object, object]:
    try:
        source = path.read_bytes()
    except OSError as refused:
        told = Told("check.independence.unread", path=path, why=refused.strerror or type(refused).__name__)
        raise UnreadError([told]) from None
    found, wrong = read_yaml(source)
    if wrong:
        lines = [Told("mistake.line", path=path, line=one.line) if one.line else str(path) for one in wrong]
        raise UnreadError([mistake(line, one.text) for line, one in zip(lines, wrong, strict=True)])
    if not isinstance(found, dict):
        raise UnreadError([mistake(str(path), Told("check.independence.no_names", kind=kind(found)))])
    return found


def _place(name: str, keys: _Keys) -> Place:
    """Networks are ranges or names of their owners; of which there is none, nothing is known."""
    given = keys.networks or frozenset()
    ranges = frozenset(one for one in given if not isinstance(one, str))
    owners = frozenset(one for one in given if isinstance(one, str))
    return Place(
        name=name,
        addresses=keys.addresses,
        ranges=ranges or None,
        owners=owners or None,
        name_servers=keys.name_servers,
        mail=keys.mail,
        registrars=keys.registrar,
        sign_ins=keys.sign_in,
        authorities=keys.authority,
    )
