"""Whose address answers for a report that proves nothing."""

from __future__ import annotations

import ipaddress


def address_of(peer: str, forwarded: str) -> str:
    """Return who is asking: of what a proxy on this machine passes on, the address that it saw, which stands last.

    Of IPv6 it is the network of a household, which has as many addresses as it likes.
    """
    shown = peer.partition("%")[0]
    try:
        if ipaddress.ip_address(shown).is_loopback and forwarded:
            shown = forwarded.rpartition(",")[2].strip()
        address = ipaddress.ip_address(shown)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
