"""What may be looked up of a name, once somebody allowed it: its answers in DNS, and whose certificate it shows."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from dns import exception
from dns.asyncresolver import Resolver
from dns.rdatatype import RdataType
from dns.resolver import NXDOMAIN, NoAnswer

from bot.cli.checks.independence.comparing import Place
from bot.cli.checks.independence.names import Address, above, literal
from bot.sentences.told import Told, ToldError

ANSWER_S, NAME_S = 5.0, 30.0
"""For one question, and for all that is asked of one name: nothing here waits for longer."""
HTTPS = 443
RESOLVERS = Path("/etc/resolv.conf")
_MOST_HOSTS = 5
"""Of mail, the preferred ones first: nobody keeps more of them in different places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Whom to ask."""

    resolver: Resolver
    trusted: ssl.SSLContext
    answer_s: float = ANSWER_S
    https: int = HTTPS
    """Where certificates are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found, as far as it goes, and why it goes no further."""

    place: Place
    problem: Told | None = None


class NotAnsweredError(ToldError):
    """DNS does not know the name, or nobody says."""


def ways_of_this_machine(file: Path = RESOLVERS) -> Ways:
    """Return the name servers and authorities that this machine is set up with. Raises NotAnsweredError."""
    try:
        resolver = Resolver(filename=str(file))
    except (exception.DNSException, OSError):
        raise NotAnsweredError("check.independence.no_resolver") from None
    return Ways(resolver=resolver, trusted=ssl.create_default_context())


async def look_up(given: Place, ways: Ways, port: int | None, *, is_mail_counted: bool) -> Looked:
    """Add to *given* what it lacks; with *is_mail_counted* it stands where its mail comes in, too."""
    place = given
    try:
        async with asyncio.timeout(NAME_S):
            async for found in _filled(given, ways, port, is_mail_counted=is_mail_counted):
                place = found
    except NotAnsweredError as failed:
        return Looked(place=place, problem=failed.told)
    except TimeoutError:
        return Looked(place=place, problem=_silent(given.name, NAME_S).told)
    return Looked(place=place)


async def _filled(place: Place, ways: Ways, port: int | None, *, is_mail_counted: bool) -> AsyncIterator[Place]:
    """Yield *place* with more and more of what is known."""
    name, ask = place.name, _Asking(ways)
    stands = place.addresses
    if stands is None:
        stands = await ask.addresses(name)
    if place.authorities is None and port is not None:
        place = replace(place, authorities=await _authority(name, stands, port, ways))
        yield place
    if place.name_servers is None:
        place = replace(place, name_servers=await ask.hosts(name, RdataType.NS))
        yield place
    if place.mail is None:
        place = replace(place, mail=await ask.hosts(name, RdataType.MX))
        yield place
    if place.addresses is None and is_mail_counted and place.mail:
        for host in sorted(place.mail):
            with suppress(_NoSuchNameError):  # a host that is not there falls with nobody
                stands |= await ask.addresses(host)
    yield replace(place, addresses=stands)


class _NoSuchNameError(NotAnsweredError):
    pass


class _Asking:
    """The questions to the name server, each asked in a time that has an end."""

    def __init__(self, ways: Ways) -> None:
        self._resolver, self._answer_s = ways.resolver, ways.answer_s

    async def addresses(self, name: str) -> frozenset[Address]:
        if (address := literal(name)) is not None:
            return frozenset({address})
        found = [*await self._ask(name, RdataType.A), *await self._ask(name, RdataType.AAAA)]
        return frozenset(address for one in found if (address := literal(one)) is not None)

    async def hosts(self, name: str, what: RdataType) -> frozenset[str]:
        """Return who serves *name*, or the nearest name above it that anybody serves."""
        for asked in above(name) if literal(name) is None else ():
            if found := [one.rpartition(" ")[2].rstrip(".").lower() for one in await self._ask(asked, what)]:
                return frozenset(filter(None, found[:_MOST_HOSTS]))
        return frozenset()

    async def _ask(self, name: str, what: RdataType) -> list[str]:
        try:
            answer = await self._resolver.resolve(name, what, lifetime=self._answer_s, search=False)
        except NoAnswer:
            return []
        except NXDOMAIN:
            raise _NoSuchNameError("check.independence.no_such", name=name) from None
        except exception.Timeout:
            raise _silent(name, self._answer_s) from None
        except (exception.DNSException, OSError) as failed:
            why = type(failed).__name__
            raise NotAnsweredError("check.independence.not_answered", name=name, why=why) from None
        return sorted((record.to_text() for record in answer), key=_preferred)


def _preferred(record: str) -> tuple[int, str]:
    """Sort mail by its preference, which stands first."""
    number, _, host = record.partition(" ")
    return (int(number), host) if number.isdigit() else (0, record)


def _silent(name: str, seconds: float) -> NotAnsweredError:
    return NotAnsweredError("check.independence.silent", name=name, seconds=f"{seconds:g}")


async def _authority(name: str, addresses: frozenset[Address], port: int, ways: Ways) -> frozenset[str] | None:
    """Return who signed the certificate that is shown there; None when none is, or none that this machine trusts.

    Nothing is sent but the name, and nobody is the wiser for a failure: the authority is only a note.
    """
    if not addresses:
        return None
    first = str(min(addresses, key=lambda address: (address.version, address.packed)))
    try:
        async with asyncio.timeout(ways.answer_s):
            _, writer = await asyncio.open_connection(first, port, ssl=ways.trusted, server_hostname=name)
    except OSError:  # TimeoutError and ssl.SSLError are, too
        return None
    shown = writer.get_extra_info("peercert") or {}
    writer.close()
    with suppress(OSError):
        async with asyncio.timeout(ways.answer_s):
            await writer.wait_closed()
    issuer = dict(pair for names in shown.get("issuer", ()) for pair in names)
    signer = issuer.get("organizationName") or issuer.get("commonName")
    return None if signer is None else frozenset({signer})
