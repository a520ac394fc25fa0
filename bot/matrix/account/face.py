"""How people see us: a name and a picture. Given once, at the first start, and only where the account has none."""

from __future__ import annotations

import asyncio
import logging
import struct
import zlib

from bot.core.names import UserId
from bot.core.people.naming import localpart
from bot.matrix.http.errors import JsonObject
from bot.matrix.http.wire import Wire
from bot.ports import ChatError, RefusedError, Vault

_log = logging.getLogger(__name__)

NAME = "Cellule"
_SHOWN = "matrix-face"
"""The vault's entry that says that this was looked at."""
_MOST_ROOMS = 20
"""A homeserver tells every room of a new name: an account that is in more keeps the face it has."""
_SIZE = 128
_GROUND, _LETTER, _LIGHT = (24, 49, 83), (255, 255, 255), (230, 57, 70)
_DISC, _OUTER, _INNER, _DOT = 60, 42, 28, 11
"""Radii of the picture: a disc, on it a C around a light that is on."""


async def show_face(wire: Wire, vault: Vault, own: UserId, name: str) -> None:
    """Give the account *name* and a picture unless somebody did; what the homeserver does not let us is left.

    One that is called otherwise than we are gets no picture: the homeserver is not to tell that we are one.

    Raises nothing: nobody waits for it. It is tried again at the next start when the homeserver was not there.
    """
    try:
        if await vault.get(_SHOWN) is None:
            await _complete(wire, own, name)
            await vault.put(_SHOWN, b"seen to")
    except RefusedError as refusal:
        _log.info("the account keeps the name and the picture it has: %s", refusal.code)
        await vault.put(_SHOWN, b"refused")
    except ChatError as error:
        _log.info("name and picture of the account wait for the next start: %s", type(error).__name__)


async def _complete(wire: Wire, own: UserId, name: str) -> None:
    rooms = (await wire.ask("GET", ("joined_rooms",))).get("joined_rooms")
    if isinstance(rooms, list) and len(rooms) > _MOST_ROOMS:
        return
    profile = await _profile(wire, own)
    # Homeservers give a new account the first part of its id for a name.
    if profile.get("displayname") in (None, "", localpart(own)):
        await wire.ask("PUT", ("profile", own, "displayname"), {"displayname": name})
    if name == NAME and not profile.get("avatar_url"):
        picture = await asyncio.to_thread(drawn)
        address = (await wire.upload(picture, kind="image/png")).get("content_uri")
        await wire.ask("PUT", ("profile", own, "avatar_url"), {"avatar_url": address})


async def _profile(wire: Wire, own: UserId) -> JsonObject:
    try:
        return await wire.ask("GET", ("profile", own))
    except RefusedError as refusal:
        if refusal.code == "M_NOT_FOUND":
            return {}
        raise


def drawn() -> bytes:
    """Return the picture, as a PNG: always the same."""
    rows = b"".join(b"\0" + bytes(part for x in range(_SIZE) for part in _colour(x, y)) for y in range(_SIZE))
    head = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _colour(x: int, y: int) -> tuple[int, int, int, int]:
    """Return the colour of one point, transparent outside the disc."""
    across, down = x - _SIZE / 2 + 0.5, y - _SIZE / 2 + 0.5
    away = (across**2 + down**2) ** 0.5
    if away <= _DOT:
        return (*_LIGHT, 255)
    is_open = across > 0 and abs(down) < across * 0.7
    if _INNER <= away <= _OUTER and not is_open:
        return (*_LETTER, 255)
    return (*_GROUND, 255 if away <= _DISC else 0)
