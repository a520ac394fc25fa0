"""`cellule door`: the door as it is served, and slips for many people, each with a way in of its own."""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.tongue import say
from bot.commands.words import ROLES
from bot.config import load as load_bot
from bot.console import doors
from bot.core.language import Language, fold
from bot.core.people.roster import Role
from bot.door import config
from bot.door.errors import ManyError, NoDoorError, NotAskedError, Refusal, UnwrittenError
from bot.door.serving import serve
from bot.door.slips import Slip, page, table
from bot.door.socket import Asker, asking
from bot.door.tickets import LONGEST
from bot.host import logs
from bot.host.secret import new_file
from bot.sentences import languages
from bot.sentences.told import Told
from bot.service import links as letting_in

MOST_PEOPLE = 500
_MOST_BYTES = 256 * 1024
_LONGEST = {"name": 100, "role": 60}
_HEADS = {"name": ("name", "nom"), "role": ("role", "rôle")}
_SPAN = re.compile(r"([0-9]{1,3})\s*(h|d|j)")
_FILES = ("slips.html", "slips.csv")
_HOW = {Refusal.FULL: Told("door.refused.full"), Refusal.TIME: Told("door.refused.time")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of the list. What they are called stays on the slip: the door never hears of it."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed."""

    people: Path
    config: Path
    folder: Path
    until: str
    spoken: Language | None
    """None: every language there is."""
    bot: Path | None = None
    """The configuration of the bot that takes them in; None: whoever comes is nobody to any bot."""


async def run(path: Path) -> None:
    """Serve the door that *path* configures; see `bot.door.serving.serve`. Raises ConfigError too."""
    await serve(config.load(path))


async def many(wanted: Wanted, now: datetime) -> None:
    """Write a slip for each person of the list, or nothing at all.

    Raises:
        ConfigError, ManyError: the configuration, the list or an argument is wrong, or there are slips already.
        NoDoorError: the door does not run.
        NotRunningError, NotLetInError: the bot does not run, or lets nobody in.
        UnwrittenError: it refused some, and those it had opened are closed again.
    """
    door = config.load(wanted.config)
    people, until = _people(wanted.people), now + _span(wanted.until)
    with ExitStack() as files:
        html, merge = (files.enter_context(new_file(path)) for path in _places(wanted.folder))
        links = await (
            _links(door.socket, len(people), until) if wanted.bot is None else _of_bot(wanted, people, until)
        )
        shown = until.astimezone().strftime("%Y-%m-%d %H:%M %Z")
        slips = [
            Slip(name=one.name, role=one.role, link=link, until=shown) for one, link in zip(people, links, strict=True)
        ]
        spoken = languages() if wanted.spoken is None else (wanted.spoken,)
        html.write(page(slips, spoken).encode())
        merge.write(table(slips))
    print(say("door.many.written", count=len(slips), folder=wanted.folder))


async def _of_bot(wanted: Wanted, people: Sequence[Person], until: datetime) -> Sequence[str]:
    """Have the bot ask for the links: so it knows who comes by each, and as what. Raises NotRunningError too."""
    known = [letting_in.Person(name=one.name, roles=_roles(wanted.people, one)) for one in people]
    folder = load_bot(wanted.bot).state.folder if wanted.bot else Path()
    return [made.link for made in await doors.let_in(folder, known, until)]


def _roles(path: Path, person: Person) -> tuple[Role, ...]:
    found = [ROLES.get(fold(word.strip())) for word in person.role.split("+")]
    if None in found:
        raise ManyError("door.many.role", path=path, name=person.name, role=person.role, roles=", ".join(Role))
    return tuple(dict.fromkeys(role for role in found if role is not None))


async def _links(socket: Path, count: int, until: datetime) -> Sequence[str]:
    async with asking(socket) as asker:
        return await _asked(asker, count, until)


async def _asked(asker: Asker, count: int, until: datetime) -> list[str]:
    stem, links = secrets.token_hex(8), list[str]()
    try:
        for number in range(1, count + 1):
            told = await asker.ask({"open": f"slip:{stem}:{number}", "until": until.isoformat()})
            links.append(str(told["link"]))
    except (NotAskedError, NoDoorError, asyncio.CancelledError) as stopped:
        with suppress(NoDoorError, NotAskedError):
            for number in range(1, len(links) + 1):
                await asker.ask({"close": f"slip:{stem}:{number}"})
        if isinstance(stopped, NotAskedError):
            why = _HOW.get(stopped.why, Told("door.refused.other", word=stopped.why))
            raise UnwrittenError("door.many.refused", count=len(links), total=count, why=why) from None
        raise
    return links


def _people(path: Path) -> Sequence[Person]:
    try:
        data = path.read_bytes()[: _MOST_BYTES + 1]
        text = data.decode("utf-8-sig")
    except OSError as refused:
        raise ManyError("door.many.unread", path=path, why=refused.strerror) from None
    except UnicodeDecodeError:
        raise ManyError("door.many.no_text", path=path) from None
    if len(data) > _MOST_BYTES:
        raise ManyError("door.many.too_many", path=path, most=MOST_PEOPLE)
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    except csv.Error:
        raise ManyError("door.many.no_text", path=path) from None
    return _read(path, rows)


def _read(path: Path, rows: Sequence[Sequence[str]]) -> Sequence[Person]:
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    at = {key: next((head.index(word) for word in words if word in head), -1) for key, words in _HEADS.items()}
    if -1 in at.values():
        raise ManyError("door.many.no_head", path=path)
    found: list[Person] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {key: row[place].strip() if place < len(row) else "" for key, place in at.items()}
        if not all(cell and cell.isprintable() and len(cell) <= _LONGEST[key] for key, cell in cells.items()):
            raise ManyError("door.many.row", path=path, line=number, name=_LONGEST["name"], role=_LONGEST["role"])
        found.append(Person(**cells))
    if not 1 <= len(found) <= MOST_PEOPLE:
        raise ManyError("door.many.too_many" if found else "door.many.nobody", path=path, most=MOST_PEOPLE)
    return found


def _span(written: str) -> timedelta:
    found = _SPAN.fullmatch(written.strip().casefold())
    span = timedelta(0) if found is None else timedelta(hours=int(found[1]) * (1 if found[2] == "h" else 24))
    if not timedelta(0) < span <= LONGEST:
        raise ManyError("door.many.until", written=written)
    return span


def _places(folder: Path) -> Sequence[Path]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as refused:
        raise ManyError("door.many.no_folder", path=folder, why=refused.strerror) from None
    places = [folder / name for name in _FILES]
    if there := next((path for path in places if path.exists()), None):
        raise ManyError("door.many.there", path=there)
    return places


def act(arguments: argparse.Namespace, environment: Mapping[str, str]) -> None:
    """Do what was typed; blocks."""
    logs.set_up(environment)
    if arguments.command == "door serve":
        asyncio.run(run(arguments.door))
        return
    wanted = Wanted(
        people=arguments.people,
        config=arguments.door,
        folder=arguments.to,
        until=arguments.until,
        spoken=Language(arguments.lang) if arguments.lang else None,
        bot=arguments.bot,
    )
    asyncio.run(many(wanted, datetime.now(UTC)))
