"""Names of the Internet: whether a word is one, under which domain it stands, and who runs what is called so."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from bot.config.reading import Wrong, shown

Address = IPv4Address | IPv6Address

_LONGEST = 253
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_COUNTRY = 2
"""Letters of the last label of a name that a country gives out."""
_KINDS = frozenset(
    {"ac", "asso", "co", "com", "edu", "go", "gob", "gouv", "gov", "gv", "mil", "ne", "net", "nhs", "or", "org", "sch"}
)
"""What stands before a country where a domain is one label longer, as in `example.co.uk`.

Few on purpose: with a kind that is missing two firms look like one, and a person sees that they are not; with one too
many, one firm would look like two. The list of all suffixes changes weekly, and would be old in a release.
"""
_NUMBERED = re.compile(r"(.+?)-[0-9]+")


def domain(word: object) -> str:
    """Return the name in small letters of ASCII. Raises Wrong for what no name server could be asked for."""
    if isinstance(word, str):
        name = _ascii(word.removesuffix("."))
        labels = name.split(".")
        is_name = len(name) <= _LONGEST and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
        if is_name and not labels[-1].isdigit():
            return name
    raise Wrong("mistake.domain", value=shown(word))


def _ascii(word: str) -> str:
    """Return how it is asked for; nothing for what cannot be."""
    try:
        return word.encode("idna").decode().lower()
    except UnicodeError:
        return ""


def literal(name: str) -> Address | None:
    """Return the address that *name* is already; None for a name."""
    try:
        return ip_address(name.strip("[]"))
    except ValueError:
        return None


def parent(name: str) -> str | None:
    """Return the domain that somebody pays for and *name* is in; None for an address and for localhost."""
    labels = name.split(".")
    if literal(name) is not None or len(labels) == 1:
        return None
    is_longer = len(labels) > _COUNTRY and len(labels[-1]) == _COUNTRY and labels[-2] in _KINDS
    return ".".join(labels[-3 if is_longer else -2 :])


def above(name: str) -> tuple[str, ...]:
    """Return *name* and the names above it, up to the domain that somebody pays for."""
    labels, end = name.split("."), (parent(name) or name).count(".") + 1
    return tuple(".".join(labels[start:]) for start in range(len(labels) - end + 1))


def operator(host: str) -> str:
    """Return who runs *host*, by its domain. Who numbers domains, as `awsdns-12.net` and `awsdns-34.org`, is one."""
    whole = parent(host) or host
    numbered = _NUMBERED.fullmatch(whole.partition(".")[0])
    return numbered[1] if numbered else whole
