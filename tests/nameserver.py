"""A name server on loopback, of records that the test writes down: real DNS over UDP. It remembers questions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from dns import flags, message, rcode, rrset
from dns.asyncresolver import Resolver
from dns.rdatatype import RdataType

Zone = Mapping[str, Mapping[str, Sequence[str]]]
"""Records by name and kind, as a zone file writes them: `{"example.com": {"MX": ["10 mx.example.com."]}}`."""


class NameServer(asyncio.DatagramProtocol):
    """Says of a name that is not in the zone, and above no name of it, that it does not exist."""

    def __init__(self, zone: Zone, silent: Collection[str], failing: Collection[str]) -> None:
        self.zone, self.silent, self.failing = zone, silent, failing
        self.asked: list[str] = []
        self.resolver = Resolver(configure=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        host, port = transport.get_extra_info("sockname")
        self.resolver.nameservers, self.resolver.port = [host], port

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        query = message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), RdataType.to_text(question.rdtype)
        self.asked.append(f"{name} {kind}")
        if name in self.silent:
            return
        answer = message.make_response(query)
        answer.flags |= flags.RA
        if name in self.failing:
            answer.set_rcode(rcode.SERVFAIL)
        elif not any(known == name or known.endswith(f".{name}") for known in self.zone):
            answer.set_rcode(rcode.NXDOMAIN)
        elif found := self.zone.get(name, {}).get(kind):
            answer.answer.append(rrset.from_text(question.name, 300, "IN", kind, *found))
        self._transport.sendto(answer.to_wire(), addr)


@asynccontextmanager
async def naming(
    zone: Zone, *, silent: Collection[str] = (), failing: Collection[str] = ()
) -> AsyncIterator[NameServer]:
    """Serve *zone* on a free port; of *silent* names nothing is ever said, of *failing* ones that it failed."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: NameServer(zone, silent, failing), local_addr=("127.0.0.1", 0)
    )
    try:
        yield server
    finally:
        transport.close()
