"""`cellule purge`: an incident taken out of everything the bot keeps, and proof of it from the files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.backup.making import last_made
from bot.cli.tongue import count, say
from bot.config import Config
from bot.core.documents.purge import held_until
from bot.core.facts import PurgeCause
from bot.core.incident import Incident, Status
from bot.core.names import InputId, RoomId
from bot.matrix.account.device_policy import policy_for
from bot.matrix.account.session import LOGIN, Login, Session
from bot.matrix.guard.crypto_store import holds, keys_of, open_crypto
from bot.matrix.speaking.chat import MatrixChat
from bot.matrix.speaking.promised_keys import PromisedKeys
from bot.ports import DESK, ChatError
from bot.sentences.told import Told, ToldError
from bot.service.books import Books
from bot.service.ledger import purge
from bot.service.organisations.questions import taken_back
from bot.store.opening import file_of, is_begun, open_alone
from bot.store.pages import standing
from bot.store.sqlite import SqliteStore

Ask = Callable[[str], str]
"""Asks a question on the terminal and returns what was typed."""


class PurgeRefusedError(ToldError):
    """It cannot be done like this; nothing was erased."""


class PurgeFailedError(ToldError):
    """It was done right and did not succeed."""


async def purge_incident(config: Config, named: str, now: datetime, *, ask: Ask | None, offline: bool) -> None:
    """Purge the closed incident that is *named* by its codename or id, and say what was done and what is left.

    *ask* confirms it; None when the operator did beforehand. With *offline* the room is left as it is.
    """
    if not await asyncio.to_thread(is_begun, config.state):
        raise PurgeRefusedError("purging.nothing_kept", folder=config.state.folder)
    async with open_alone(config.state) as store:
        books = await Books.load(store)
        incident = _closed(books, named, now)
        if ask is not None:
            _confirm(incident, ask)
        texts = await store.texts(incident.id) | await store.texts(DESK)
        keys = frozenset[str]() if incident.room is None else await keys_of(store.crypto, incident.room)
        await _take_back(config, store, incident.room, offline=offline)
        await _purge(store, incident, books.incident(incident.parent) if incident.parent else None, now)
        await _prove(config, store, texts, keys)
        made = await last_made(store)
    if made is not None:
        print(say("purging.backups", day=f"{made:%Y-%m-%d}"))


def _closed(books: Books, named: str, now: datetime) -> Incident:
    known = books.incidents()
    found = [one for one in known if named in (one.id, one.codename) or named.casefold() == one.codename.casefold()]
    if not found:
        names = ", ".join(one.codename for one in known if one.purged_at is None) or Told("purging.none")
        raise PurgeRefusedError("purging.unknown", name=repr(named), known=names)
    (incident,) = found
    if incident.purged_at is not None:
        raise PurgeRefusedError("purging.purged", name=incident.codename, day=f"{incident.purged_at:%Y-%m-%d}")
    if incident.held is not None:
        raise PurgeRefusedError("purging.held", name=incident.codename)
    if incident.status is not Status.CLOSED:
        raise PurgeRefusedError("purging.open", name=incident.codename)
    until = held_until(incident)
    if until is not None and now < until:
        raise PurgeRefusedError("purging.held_until", name=incident.codename, day=f"{until:%Y-%m-%d %H:%M} UTC")
    return incident


def _confirm(incident: Incident, ask: Ask) -> None:
    name = say("purging.drill", name=incident.codename) if incident.drill else incident.codename
    print(
        say(
            "purging.which", name=name, opened=f"{incident.opened_at:%Y-%m-%d}", closed=f"{incident.closed_at:%Y-%m-%d}"
        )
    )
    print(say("purging.what"))
    if ask(f"{say('purging.ask')} ").strip().casefold() != incident.codename.casefold():
        raise PurgeRefusedError("purging.nothing_erased")


# --- the room -----------------------------------------------------------------------------------------------


async def _take_back(config: Config, store: SqliteStore, room: RoomId | None, *, offline: bool) -> None:
    if room is None:
        return
    if offline:
        await _forget_keys(store, room)
        print(say("purging.room_left"))
        return
    print(say("purging.room_begun"), flush=True)
    # Nobody is spoken to or heard.
    policy = policy_for(config.trust.devices.value)
    session = Session(config.matrix, store, store.crypto, knows=lambda _: False, policy=policy)
    try:
        chat = MatrixChat(await session.open(), store, holds=lambda _: True, federate=config.rooms.federate)
        left = await chat.erase(room)
    except ChatError as error:
        raise PurgeFailedError("purging.not_taken_back", why=error) from None
    finally:
        await session.client.close()
    rest = Told("purging.room_rest", messages=count("purging.messages", left)) if left else ""
    print(say("purging.room_empty", rest=rest))


async def _forget_keys(store: SqliteStore, room: RoomId) -> None:
    await PromisedKeys(store).drop(room, lambda _: True)
    kept = await store.get(LOGIN)
    if kept is not None and await holds(store.crypto, device := Login.load(kept).device):
        (await open_crypto(store.crypto, device)).forget_room(room)


# --- the record ---------------------------------------------------------------------------------------------


async def _purge(store: SqliteStore, incident: Incident, parent: Incident | None, now: datetime) -> None:
    before = len(await store.history(incident.id))
    input = InputId(f"purge:{incident.id}:operator")
    tasks = taken_back(input, parent, incident)
    left = await purge(store, incident, PurgeCause.OPERATOR, now, input=input, tasks=tasks)
    print(say("purging.record", facts=count("purging.facts", before), left=len(left)))


async def _prove(config: Config, store: SqliteStore, texts: frozenset[str], keys: frozenset[str]) -> None:
    """Look for every text and key that was erased in every page of the file, used or not."""
    gone = texts - await store.kept(texts)
    found = await asyncio.to_thread(standing, *file_of(config.state), gone | keys)
    if found:
        raise PurgeFailedError("purging.stands", texts=count("purging.texts", len(found)))
    if broken := await store.verify():
        raise PurgeFailedError("purging.broken", chains=count("check.chains", len(broken)))
    print(say("purging.proof", texts=count("purging.texts", len(gone)), keys=count("purging.keys", len(keys))))
