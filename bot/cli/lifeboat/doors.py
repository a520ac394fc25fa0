"""Where doors are opened for the people of a lifeboat: the one place that says who opens them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.door.errors import NotAskedError
from bot.door.socket import asking
from bot.lifeboat.boarding import Link, Seen
from bot.lifeboat.errors import AdriftError
from bot.lifeboat.people import Person


async def open_for(socket: Path, people: Sequence[Person], until: datetime) -> Sequence[Link]:
    """Open a door of the house for each. Raises AdriftError, NoDoorError."""
    found: list[Link] = []
    async with asking(socket) as asker:
        for person in people:
            id = f"boat:{secrets.token_hex(8)}"
            try:
                told = await asker.ask({"open": id, "until": until.isoformat()})
            except NotAskedError as refused:
                raise AdriftError("lifeboat.no_door", name=person.name, word=refused.why) from None
            found.append(Link(id=id, person=person, url=str(told["link"]), until=until))
    return found


async def seen(socket: Path, links: Sequence[Link]) -> Mapping[str, Seen]:
    """Return what is known of these. Raises NoDoorError."""
    async with asking(socket) as asker:
        told = await asker.ask({"list": [link.id for link in links]})
    return {str(row["id"]): Seen(state=str(row["state"]), user=row["user"]) for row in told["doors"]}


async def close(socket: Path, ids: Sequence[str]) -> None:
    """Let nobody in by these any more. Raises NoDoorError."""
    async with asking(socket) as asker:
        for id in ids:
            with suppress(NotAskedError):
                await asker.ask({"close": id})
