"""The door that is asked for ways in: another process, which has a configuration of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import values
from bot.config.reading import Wrong, key, shown, text
from bot.sentences.told import Told

_LONGEST_SOCKET = 100
"""The kernel takes some more bytes, and says little when there are too many."""


def page_address(value: object) -> str:
    """Return an address that browsers open, without a closing slash."""
    url = text(value)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and values.is_loopback(host or ""))
    # A colon or a quote of its own would end what the page is allowed to connect to.
    is_plain = url.isascii() and not set(url) & set("\"'<>;,\\ ")
    if not host or not is_safe or not is_plain or parts.username is not None or parts.query or parts.fragment:
        raise Wrong("mistake.page", value=shown(url) if parts.username is None else "")
    return url.rstrip("/")


def socket_path(path: Path) -> Path:
    """Return where a socket can be made."""
    if len(str(path)) > _LONGEST_SOCKET:
        raise Wrong("mistake.long_socket", path=path, most=_LONGEST_SOCKET)
    if not path.parent.is_dir():
        raise Wrong("mistake.no_folder", path=path.parent)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDoor:
    """Where the door answers, and where its links lead."""

    socket: Path = field(metadata=key(socket_path, Told("mistake.write.asked_socket"), is_path=True))
    page: str = field(metadata=key(page_address, Told("mistake.write.page")))
    """A link that begins with anything else is none of the door's."""
