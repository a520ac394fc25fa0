"""An incident on a real homeserver, and what the homeserver's database then holds of it, kind by kind."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.names import RoomId, UserId
from bot.demo.homeserver import Homeserver
from bot.demo.responder import Responder, Said
from tests.bots import Bot
from tests.patience import PATIENCE_S
from tests.servers import Account

PEOPLE = {"alice": ("admin", "coordinator"), "bob": ("dpo",), "carol": ("it",)}
"""Carol has a device that is off: what is sent to it waits on the homeserver."""
LINES = (
    "!note the emergency line does not answer",
    "!done D1 the call was written down",
    "!fact personal-data yes",
    "!aware GDPR-33-1 -2h call of the host",
    "!draft cnil-initial",
    "!clocks ics",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """How often a kind of thing is there, and how large: characters or bytes, smallest and largest."""

    count: int
    sizes: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """All that was found."""

    kinds: dict[str, Sighting]
    tables: frozenset[str]
    """Every table of the database that is not empty."""


async def capture(folder: Path) -> Capture:
    """Play the incident with all its data in *folder*, and read what the homeserver has."""
    async with Homeserver(folder / "homeserver") as homeserver:
        await _play(homeserver, folder)
        return await asyncio.to_thread(_read, homeserver.database, f"@cellule:{homeserver.server_name}")


# --- the incident -------------------------------------------------------------------------------------------


async def _play(homeserver: Homeserver, folder: Path) -> None:
    accounts = {name: await _account(homeserver, name) for name in (*PEOPLE, "cellule")}
    cellule = UserId(accounts["cellule"].user)
    async with _people(homeserver, accounts, folder) as (alice, bob):
        (folder / "bot").mkdir()
        roster = {accounts[name].user: roles for name, roles in PEOPLE.items()}
        async with Bot(folder / "bot", homeserver, accounts["cellule"], roster):
            lobby = await alice.wait_for(lambda: _heard_in_new_room(alice, cellule, set()), PATIENCE_S)
            await _ask(alice, cellule, lobby.room, "!open The host is down --playbook provider-hit")
            card = await alice.wait_for(lambda: _heard_in_new_room(alice, cellule, {lobby.room}), PATIENCE_S)
            for line in LINES:
                await _ask(bob if line.startswith("!draft") else alice, cellule, card.room, line)
            question = await alice.say(card.room, "!status")
            await alice.say(card.room, "!next", thread=question)
            await alice.wait_for(lambda: _of(alice, lambda said: said.sender == cellule and said.thread), PATIENCE_S)
            await bob.wait_for(lambda: _of(bob, lambda said: said.sender == cellule and said.replaces), PATIENCE_S)


@asynccontextmanager
async def _people(
    homeserver: Homeserver, accounts: dict[str, Account], folder: Path
) -> AsyncIterator[tuple[Responder, Responder]]:
    readers = frozenset(UserId(account.user) for account in accounts.values())
    people = [
        await Responder.log_in(
            homeserver.url, UserId(accounts[name].user), accounts[name].password, folder=folder / name, readers=readers
        )
        for name in PEOPLE
    ]
    alice, bob, _ = people
    reading = [asyncio.get_running_loop().create_task(person.run()) for person in (alice, bob)]
    try:
        yield alice, bob
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        for person in people:
            await person.close()


async def _account(homeserver: Homeserver, name: str) -> Account:
    password = f"password of {name}"
    return Account(user=await homeserver.register(name, password), localpart=name, password=password)


async def _ask(person: Responder, cellule: UserId, room: RoomId, line: str) -> Said:
    mark = len(person.transcript)
    await person.say(room, line)
    return await person.wait_for(
        lambda: _of(person, lambda said: said.sender == cellule and said.room == room and not said.replaces, mark),
        PATIENCE_S,
    )


def _of(person: Responder, is_sought: Callable[[Said], object], mark: int = 0) -> Said | None:
    return next((said for said in person.transcript[mark:] if is_sought(said)), None)


def _heard_in_new_room(person: Responder, cellule: UserId, known: set[RoomId]) -> Said | None:
    return _of(person, lambda said: said.sender == cellule and said.room not in known)


# --- the database -------------------------------------------------------------------------------------------

_Rows = Iterable[tuple[str, int]]
"""A kind of thing and its size, one for each time it is there."""


def _read(database: Path, cellule: str) -> Capture:
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
        rows = [row for read in (_events, _to_device, _accounts, _of_the_bot, _data) for row in read(db, cellule)]
        names = [str(name) for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        filled = frozenset(name for name in names if db.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone())
    kinds = {
        kind: Sighting(count=len(sizes), sizes=(min(sizes), max(sizes)))
        for kind in dict.fromkeys(kind for kind, _ in rows)
        if (sizes := [size for of, size in rows if of == kind])
    }
    return Capture(kinds=kinds, tables=filled)


def _events(db: sqlite3.Connection, _: str) -> _Rows:
    for (stored,) in db.execute("SELECT json FROM event_json"):
        event: dict[str, Any] = json.loads(stored)
        content = event["content"]
        where = "state" if "state_key" in event else "message"
        yield f"{where} `{event['type']}`", len(json.dumps(content, ensure_ascii=False))
        if "m.relates_to" in content:
            yield f"relation `{content['m.relates_to'].get('rel_type')}`", len(json.dumps(content["m.relates_to"]))
        if event.get("redacts"):
            yield "deletion", 0
    for user, _event in db.execute("SELECT user_id, event_id FROM event_push_actions"):
        yield "notification of a person", len(user)
    for (txn,) in db.execute("SELECT txn_id FROM event_txn_id_device_id"):
        yield "transaction id", len(txn)


def _to_device(db: sqlite3.Connection, _: str) -> _Rows:
    for (stored,) in db.execute("SELECT message_json FROM device_inbox"):
        message = json.loads(stored)
        yield f"to a device `{message['type']}`", len(json.dumps(message["content"]))


def _accounts(db: sqlite3.Connection, _: str) -> _Rows:
    for (name,) in db.execute("SELECT coalesce(displayname, '') FROM profiles"):
        yield "name of an account", len(name)
    for (kind,) in db.execute("SELECT keytype FROM e2e_cross_signing_keys"):
        yield f"public cross-signing key `{kind}`", 43
    for (signature,) in db.execute("SELECT signature FROM e2e_cross_signing_signatures"):
        yield "signature of a device", len(signature)


def _of_the_bot(db: sqlite3.Connection, cellule: str) -> _Rows:
    of = (cellule,)
    for (name,) in db.execute("SELECT display_name FROM devices WHERE user_id = ? AND NOT hidden", of):
        yield f"name of the bot's device: {name}", len(name)
    for ip, agent in db.execute("SELECT ip, user_agent FROM user_ips WHERE user_id = ?", of):
        yield "address the bot came from", len(ip)
        yield f"user agent of the bot: {agent}", len(agent)
    for kind, name, size in db.execute(
        "SELECT media_type, upload_name, media_length FROM local_media_repository WHERE user_id = ?", of
    ):
        yield f"file of type `{kind}`, {f'named {name}' if name else 'without a name'}", size
    for table, kind in (
        ("e2e_device_keys_json", "keys of the bot's device"),
        ("e2e_one_time_keys_json", "one-time keys of the bot"),
        ("e2e_fallback_keys_json", "fallback key of the bot"),
    ):
        for (stored,) in db.execute(f"SELECT key_json FROM {table} WHERE user_id = ?", of):  # a name of ours
            yield kind, len(stored)


def _data(db: sqlite3.Connection, _: str) -> _Rows:
    for kind, content in db.execute("SELECT account_data_type, content FROM account_data"):
        yield f"account data `{kind}`", len(content)
    for kind, content in db.execute("SELECT account_data_type, content FROM room_account_data"):
        yield f"account data of a room `{kind}`", len(content)
    for (kind,) in db.execute("SELECT receipt_type FROM receipts_linearized"):
        yield f"receipt `{kind}`", 0
    for (stored,) in db.execute("SELECT filter_json FROM user_filters"):
        yield "filter", len(stored)
    for (app,) in db.execute("SELECT app_id FROM pushers"):
        yield "push service", len(app)
