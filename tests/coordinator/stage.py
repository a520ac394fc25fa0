"""A real homeserver, the real bot, two who lead, and strict clients: what a coordination on a real homeserver needs."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.demo.homeserver import Homeserver
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.servers import Account
from tests.talks import Talk
from tests.uploads import upload

BUILD = Path("build/coordinator")


async def until(reached: Callable[[], Awaitable[bool]], what: str, *, within_s: float = 600) -> None:
    """Wait for what only the homeserver's database tells."""
    try:
        async with asyncio.timeout(within_s):
            while not await reached():  # noqa: ASYNC110 - a file of another process: there is nothing to wait for
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise TimeoutError(what) from None


async def send_list(homeserver: Homeserver, uploader: Account, talk: Talk, name: str, data: bytes) -> None:
    """Let whoever talks send a list, encrypted as their client does; *uploader* is who brings the bytes there."""
    content = await upload(homeserver, uploader, data, name=name)
    await talk.peer.send_event(talk.room, "m.room.message", content)


async def read_all(peer: Peer, room: str, sender: str) -> list[Message]:
    """Return all that *sender* said in *room*, edits too, as *peer* decrypts what the homeserver keeps."""
    path = f"/_matrix/client/v3/rooms/{quote(room)}/messages?dir=b&limit=900"
    kept = (await peer.request("GET", path))["chunk"]
    own = [event for event in reversed(kept) if event["sender"] == sender and event["type"] == "m.room.encrypted"]
    return [await peer.decrypt(event) for event in own]


def who_confirms(told: str, talk: Talk, second: Peer) -> tuple[Talk, str] | None:
    """Return who types what so that what was asked for is done; None when it was done at once."""
    found = re.search(r"!confirm(?:er)? \d+", told)
    if found is None:
        return None
    return (talk.of(second) if re.search("second[e]? person", told) else talk), found[0]


def write(name: str, text: str) -> None:
    """Keep something for a person to look at."""
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / name).write_text(text, encoding="utf-8")


def write_figures(name: str, figures: Any) -> None:
    """Keep what was measured, and show it."""
    text = json.dumps(figures, indent=2, ensure_ascii=False, default=str)
    write(name, f"{text}\n")
    tell(text)


def tell(text: str) -> None:
    """Show something to who runs the tests with `-s`."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
