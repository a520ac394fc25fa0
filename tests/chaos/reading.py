"""Evidence, in the words of the model: the bot's store, read while it is stopped, and the rooms, read by others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.core.facts import DeskFact, Fact, Recorded
from bot.ports import TaskKind
from bot.store.sqlite import SqliteStore
from tests.chaos.model import Kept, Said
from tests.peers.peer import Peer
from tests.peers.views import Message

_TYPED = ("text", "title", "value", "source", "reference")


async def kept_in(store: SqliteStore) -> list[Kept]:
    """Return every fact, and see that no chain is broken."""
    assert await store.verify() == ()
    streams = await store.streams()
    return [_kept(stream, record) for stream in streams for record in await store.history(stream)]


async def unsaid(store: SqliteStore) -> int:
    """Return how many messages are still to be said; the card, which waits on purpose, does not count."""
    return sum(task.kind is not TaskKind.CARD for task in await store.tasks())


async def said_in(peer: Peer, rooms: Iterable[str], bot: str) -> list[Said]:
    """Return what *bot* said in these rooms as *peer* reads it."""
    return [_said(event) for room in rooms for event in await peer.timeline(room) if is_said(event, bot)]


def is_said(event: Message, bot: str) -> bool:
    return event.sender == bot and event.encrypted and event.replaces is None


def thread_of(event: Message) -> str | None:
    related = event.relates_to or {}
    return str(related["event_id"]) if related.get("rel_type") == "m.thread" else None


def _said(event: Message) -> Said:
    return Said(room=event.room, thread=thread_of(event), text=event.text or "", rings=event.msgtype == "m.text")


def _kept(stream: str, record: Recorded[Fact | DeskFact]) -> Kept:
    fact: Any = record.fact
    return Kept(
        stream=stream,
        kind=type(fact).__name__,
        input=str(record.input),
        at=fact.at,
        words=" ".join(str(getattr(fact, name)) for name in _TYPED if getattr(fact, name, None)),
        rule=str(getattr(fact, "rule", "")),
        rung=str(getattr(fact, "rung", "")),
        aware=getattr(fact, "aware", None),
        steps=tuple(getattr(fact, "steps", ())),
        room=str(getattr(fact, "room", "")),
    )
