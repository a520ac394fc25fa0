"""What two places on the Internet have in common, by what is known of them: pure, and what is not known stays so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import product

from bot.cli.checks.independence.names import Address, operator, parent

Range = IPv4Network | IPv6Network

_PREFIX = {4: 24, 6: 48}
"""What is announced, attacked and cut as one: the smallest networks that routers between providers pass on."""


class Aspect(StrEnum):
    """In what two places may have something in common."""

    NAME = "name"
    ADDRESS = "address"
    NETWORK = "network"
    OWNER = "owner"
    """Of the network: a host, a provider. No public table of them is asked."""
    NAME_SERVERS = "name_servers"
    MAIL = "mail"
    REGISTRAR = "registrar"
    SIGN_IN = "sign_in"
    AUTHORITY = "authority"
    """Of the certificates. Losing it is not losing the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of one name. None is what is not known; the empty set says that there is none."""

    name: str
    addresses: frozenset[Address] | None = None
    ranges: frozenset[Range] | None = None
    """Networks that are known to be its own, wider than those its addresses are in."""
    owners: frozenset[str] | None = None
    name_servers: frozenset[str] | None = None
    mail: frozenset[str] | None = None
    registrars: frozenset[str] | None = None
    sign_ins: frozenset[str] | None = None
    authorities: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One thing that falls for both."""

    aspect: Aspect
    ours: tuple[str, ...]
    """Which names of the homeserver."""
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a domain of the firm has in common with the homeserver."""

    domain: str
    shared: tuple[Shared, ...]
    apart: tuple[Aspect, ...]
    """Known of both, and another thing for each."""
    unknown: Mapping[Aspect, tuple[str, ...]]
    """The names of which it is not known."""


_IMPLIED = {Aspect.NETWORK: Aspect.ADDRESS, Aspect.REGISTRAR: Aspect.NAME}
"""What goes without saying where the other is shared."""


def compare(ours: Sequence[Place], theirs: Place) -> Compared:
    """Hold each name of the homeserver against a domain of the firm."""
    shared, apart, unknown = list[Shared](), list[Aspect](), dict[Aspect, tuple[str, ...]]()
    for aspect in Aspect:
        places = [place for place in ours if not _goes_without_saying(aspect, place, theirs)]
        common = {place.name: found for place in places if (found := _COMMON[aspect](place, theirs))}
        lacking = tuple(place.name for place in (theirs, *places) if places and _lacks(place, aspect))
        if common:
            what = sorted(set().union(*common.values()))
            shared.append(Shared(aspect=aspect, ours=tuple(common), what=tuple(what)))
        if lacking:
            unknown[aspect] = tuple(dict.fromkeys(lacking))
        elif len(places) == len(ours) and not common:
            apart.append(aspect)
    return Compared(domain=theirs.name, shared=tuple(shared), apart=tuple(apart), unknown=unknown)


def settled(ours: Sequence[Place], theirs: Sequence[Place]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """Add what follows: a domain has one registrar for all names under it, and the homeserver one way to sign in."""
    told = (place for place in (*ours, *theirs) if place.registrars is not None and parent(place.name))
    registrars = {parent(place.name): place.registrars for place in told}
    signs_in = next((place.sign_ins for place in ours if place.sign_ins is not None), None)

    def whole(place: Place, sign_ins: frozenset[str] | None) -> Place:
        inherited = registrars.get(parent(place.name)) if place.registrars is None else place.registrars
        return replace(place, registrars=inherited, sign_ins=sign_ins)

    return tuple(whole(place, signs_in) for place in ours), tuple(whole(place, place.sign_ins) for place in theirs)


def _goes_without_saying(aspect: Aspect, ours: Place, theirs: Place) -> bool:
    if ours.name == theirs.name:
        return aspect is not Aspect.NAME
    return aspect in _IMPLIED and bool(_COMMON[_IMPLIED[aspect]](ours, theirs))


def _lacks(place: Place, aspect: Aspect) -> bool:
    match aspect:
        case Aspect.NAME:
            return False
        case Aspect.NETWORK:
            return place.addresses is None and place.ranges is None
        case _:
            return getattr(place, _FIELDS[aspect]) is None


# --- each aspect --------------------------------------------------------------------------------------------


def _names(ours: Place, theirs: Place) -> Collection[str]:
    return {parent(ours.name) or ""} & {parent(theirs.name)}


def _addresses(ours: Place, theirs: Place) -> Collection[str]:
    return {str(address) for address in (ours.addresses or frozenset()) & (theirs.addresses or frozenset())}


def _networks(ours: Place, theirs: Place) -> Collection[str]:
    """Return the smaller of each two that overlap."""
    pairs = product(_ranges(ours), _ranges(theirs))
    common = [pair for pair in pairs if pair[0].version == pair[1].version and pair[0].overlaps(pair[1])]
    return {str(max(pair, key=lambda network: network.prefixlen)) for pair in common}


def _ranges(place: Place) -> set[Range]:
    around = (ip_network((address, _PREFIX[address.version]), strict=False) for address in place.addresses or ())
    return {*around, *(place.ranges or ())}


def _alike(ours: frozenset[str] | None, theirs: frozenset[str] | None) -> Collection[str]:
    """Return what both call the same, whatever the case; people write these names by hand."""
    called = {name.casefold() for name in theirs or ()}
    return {name for name in ours or () if name.casefold() in called}


def _served(ours: Place, theirs: Place, field: str) -> Collection[str]:
    """Return the hosts that serve both, else those who run them; a host in the other's own domain serves both, too."""
    hosts: list[frozenset[str]] = [getattr(place, field) or frozenset() for place in (ours, theirs)]
    if same := hosts[0] & hosts[1]:
        return same
    run = [{operator(host) for host in each} for each in hosts]
    own = [{operator(place.name)} if parent(place.name) else set[str]() for place in (ours, theirs)]
    return (run[0] & run[1]) | (run[0] & own[1]) | (run[1] & own[0])


_FIELDS = {
    Aspect.ADDRESS: "addresses",
    Aspect.OWNER: "owners",
    Aspect.NAME_SERVERS: "name_servers",
    Aspect.MAIL: "mail",
    Aspect.REGISTRAR: "registrars",
    Aspect.SIGN_IN: "sign_ins",
    Aspect.AUTHORITY: "authorities",
}
_COMMON: Mapping[Aspect, Callable[[Place, Place], Collection[str]]] = {
    Aspect.NAME: _names,
    Aspect.ADDRESS: _addresses,
    Aspect.NETWORK: _networks,
    Aspect.OWNER: lambda ours, theirs: _alike(ours.owners, theirs.owners),
    Aspect.NAME_SERVERS: lambda ours, theirs: _served(ours, theirs, "name_servers"),
    Aspect.MAIL: lambda ours, theirs: _served(ours, theirs, "mail"),
    Aspect.REGISTRAR: lambda ours, theirs: _alike(ours.registrars, theirs.registrars),
    Aspect.SIGN_IN: lambda ours, theirs: _alike(ours.sign_ins, theirs.sign_ins),
    Aspect.AUTHORITY: lambda ours, theirs: _alike(ours.authorities, theirs.authorities),
}
