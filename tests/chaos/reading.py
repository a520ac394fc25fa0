"""Evidence, in the words of the model: the bot's store, read while it is stopped, and the rooms, read by others."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.core.facts import ClockAdded, ConfirmationAsked, DeskFact, Fact, Recorded
from bot.core.language import ENGLISH
from bot.ports import MoveCard, ShowCard
from bot.store.sqlite import SqliteStore
from tests.chaos.model import Kept, Said
from tests.peers.peer import Peer
from tests.peers.views import Message

_TYPED = ("text", "title", "value", "source", "reference", "result", "reason", "summary")
_HEAD = 12
"""How much of the chain's head the timeline shows."""


async def kept_in(store: SqliteStore) -> list[Kept]:
    """Return every fact, and see that no chain is broken."""
    assert await store.verify() == ()
    streams = await store.streams()
    return [as_kept(stream, record) for stream in streams for record in await store.history(stream)]


def copy_of(state: Path, to: Path) -> Path:
    """Copy the database of a process that stands still: what a kill at this moment would leave."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(mode=0o700)
    for file in state.glob("state.db*"):
        shutil.copy(file, to)
    return to


async def unsaid(store: SqliteStore) -> int:
    """Return how many messages are still to be said; the card, which waits on purpose, does not count."""
    return sum(task.kind not in {ShowCard, MoveCard} for task in await store.tasks())


async def events_in(peer: Peer, rooms: Iterable[str]) -> list[Message]:
    """Return what stands in these rooms as *peer* reads it."""
    return [event for room in rooms for event in await peer.timeline(room)]


def said(events: Iterable[Message], bot: str) -> list[Said]:
    """Return what *bot* said."""
    return [_said(event) for event in events if is_said(event, bot)]


def is_said(event: Message, bot: str) -> bool:
    return event.sender == bot and event.encrypted and event.replaces is None


def thread_of(event: Message) -> str | None:
    related = event.relates_to or {}
    return str(related["event_id"]) if related.get("rel_type") == "m.thread" else None


def time_of(event: Message) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=event.at)


def _said(event: Message) -> Said:
    return Said(
        room=event.room,
        thread=thread_of(event),
        text=event.text or "",
        rings=event.msgtype == "m.text",
        at=time_of(event),
        people=event.mentioned,
        is_for_all=bool((event.mentions or {}).get("room")),
    )


def as_kept(stream: str, record: Recorded[Fact | DeskFact]) -> Kept:
    """Return a fact in the words of the model."""
    fact: Any = record.fact
    # What waits for a second person is told by the act that was asked for.
    told = fact.act if isinstance(fact, ConfirmationAsked) else fact
    typed = [getattr(told, name, None) for name in _TYPED]
    if isinstance(fact, ClockAdded):
        typed.append(fact.rule.title.to(ENGLISH))
    return Kept(
        stream=stream,
        kind=type(fact).__name__,
        input=str(record.input),
        at=fact.at,
        head=record.digest[:_HEAD],
        words=" ".join(str(words) for words in typed if words),
        rule=str(getattr(fact, "rule", "")),
        rung=str(getattr(fact, "rung", "")),
        steps=tuple(getattr(fact, "steps", ())),
    )
