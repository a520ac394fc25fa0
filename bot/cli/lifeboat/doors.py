"""Where doors are opened for the people of a lifeboat: its bot opens them, so that it knows who comes, and as what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.console import doors
from bot.door.socket import asking
from bot.lifeboat.boarding import Link, Seen
from bot.lifeboat.people import Person
from bot.service import links as letting_in


async def open_for(state: Path, people: Sequence[Person], until: datetime) -> Sequence[Link]:
    """Open a door of the house for each. Raises NotRunningError, NotLetInError."""
    known = [letting_in.Person(name=one.name, roles=one.roles, was=one.was) for one in people]
    made = await doors.let_in(state, known, until) if known else ()
    return [Link(id=one.id, person=person, url=one.link, until=until) for one, person in zip(made, people, strict=True)]


async def seen(socket: Path, links: Sequence[Link]) -> Mapping[str, Seen]:
    """Return what the door knows of these. Raises NoDoorError."""
    async with asking(socket) as asker:
        told = await asker.ask({"list": [link.id for link in links]})
    return {str(row["id"]): Seen(state=str(row["state"]), user=row["user"]) for row in told["doors"]}


async def close(state: Path, ids: Sequence[str]) -> None:
    """Let nobody in by these any more. Raises NotRunningError."""
    if ids:
        await doors.shut_out(state, ids)
