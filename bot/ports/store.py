"""Everything that must survive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.names import DeviceId, EventId, InputId, RoomId
from bot.core.replies.subjects import About
from bot.ports.chat import Poll
from bot.ports.incoming import Batch, Incoming, Received
from bot.ports.outbox import Task
from bot.sentences.told import ToldError

KEPT_SPOKEN = 500
"""How many of our newest messages of a room can be replied to."""
KEPT_POLLS = 20
"""How many of the newest polls of a room are ended by an answer that was typed."""
DESK = "desk"
"""The stream of what belongs to no incident. Every other stream is an incident's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message of ours that stands in a room, by the id it was first sent under, and what it is about now."""

    room: RoomId
    event: EventId
    about: About
    thread: EventId | None = None
    poll: Poll | None = None
    """What can be tapped in it, until it is over."""
    is_over: bool = False
    """It is a poll that has ended."""
    edited: bool = False
    """It takes the place of what that message said before."""


class Transaction(Protocol):
    """All or nothing. Everything a step of the service changes goes through one of these."""

    async def append(
        self, stream: str, facts: Sequence[Fact | DeskFact], *, input: InputId, device: DeviceId | None
    ) -> None:
        """Add facts to the end of *stream*, each chained to the one before."""

    async def rewrite(self, stream: str, records: Sequence[Recorded[Fact | DeskFact]]) -> None:
        """Put *records* in the place of all facts of *stream*, numbered and chained anew.

        In its record every place stays: what reads as it did under its number, of the rest the hash; what has a number
        beyond the last is added.
        """

    async def forget_room(self, room: RoomId, *, lane: str) -> None:
        """Forget what came from *room* and waits, what we said there, and what is still to be done there or in *lane*.

        What was said elsewhere about the incident *lane* is forgotten too, and the files it kept as evidence.
        """

    async def queue(self, tasks: Sequence[Task]) -> None:
        """Add outbox rows: none whose id was ever queued, and of what is shown once none while one waits untried."""

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch as `Store.receive` does."""

    async def settle_input(self, id: InputId) -> bool:
        """Mark an input as applied and forget its text. False if it was applied before: then change nothing."""

    async def settle_task(self, id: str) -> None:
        """Mark an outbox row as done and forget its content."""

    async def postpone_task(self, id: str, *, until: datetime) -> None:
        """Count a failed attempt and let the row rest."""

    async def keep_spoken(self, spoken: Spoken) -> None:
        """Keep what a message of ours is about; the oldest of the room may go.

        Two messages that a homeserver gave the same id are about nothing: nothing says which of them is answered.
        """


class Store(Protocol):
    """Everything that must survive. One writer: transactions wait for each other."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction; an exception inside rolls all of it back."""

    async def receive(self, batch: Batch) -> Received:
        """Keep a batch's events and its token in one transaction.

        Events ever seen before are dropped, and so are others under the id of one: see `Received`.
        """

    async def sync_token(self) -> str | None:
        """Return the token of the last batch received, or None before the first."""

    async def heard_at(self) -> datetime | None:
        """Return when the homeserver was heard last: the newest such time of a batch, or None before the first."""

    async def waiting(self) -> tuple[Incoming, ...]:
        """Return events not yet applied, oldest first."""

    async def streams(self) -> tuple[str, ...]:
        """Return the name of every stream that has facts."""

    async def history(
        self, stream: str, *, last: int | None = None, until: int | None = None
    ) -> tuple[Recorded[Fact | DeskFact], ...]:
        """Return the facts of *stream*, or its *last* ones, oldest first; with *until*, up to that number.

        Raises ChainBrokenError.
        """

    async def tasks(self) -> tuple[Task, ...]:
        """Return outbox rows not done, oldest first."""

    async def spoken(self, room: RoomId, event: EventId) -> Spoken | None:
        """Return our message *event* of *room*; None when it is not ours, of another room, or was dropped.

        An id under which something of somebody else's came is none of ours, whatever the homeserver said before.
        """

    async def last_of_guide(self, room: RoomId, thread: EventId | None) -> Spoken | None:
        """Return the newest message of a guide there, be it its end; None when there was none."""

    async def open_polls(self, room: RoomId) -> tuple[Spoken, ...]:
        """Return the newest polls of *room* that are not over, newest first."""

    async def compact(self) -> None:
        """Leave no trace of what was forgotten where it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose turn it is to speak, where several machines share a state."""

    stands_by: bool
    """It is another machine's."""
    role_seconds: float
    """For how long that is so."""
    seconds_since_database: float | None
    """Since the database last answered; None where there is none."""


class Marks(Protocol):
    """How far a state has come that may be brought back to an older day by others."""

    async def mark(self) -> str:
        """Return it, sealed."""

    async def refuse_older(self, mark: str) -> None:
        """Raise ToldError when the state is older than *mark*; one that it did not make says nothing."""


class ChainBrokenError(ToldError):
    """A stored fact does not match its digest: the file was changed from outside."""
