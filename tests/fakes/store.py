"""The store in memory: the same ports, held to the same contract as the real one, gone with the process."""

from __future__ import annotations

import json
from asyncio import Lock
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from bot.core.chain import Entry, genesis, link
from bot.core.facts import DeskFact, Fact, Recorded
from bot.core.names import DeviceId, EventId, IncidentId, InputId, RoomId
from bot.core.record.leaves import SALT_BYTES, Place, leaf_of
from bot.core.replies.subjects import Guided, GuideOver
from bot.core.report.entries import Written
from bot.ports import (
    KEPT_POLLS,
    KEPT_SPOKEN,
    SHOWN_ONCE,
    Batch,
    FromEvents,
    Incoming,
    Misnamed,
    Received,
    Sealed,
    Spoken,
    Task,
    evidence_part,
    is_another,
    misnamed,
    origin_of,
)
from bot.store.codec import encode, kind_of
from bot.store.writing import as_written
from tests.fakes.crypto import MemoryCrypto

AnyFact = Fact | DeskFact


@dataclass(slots=True, kw_only=True)
class _State:
    """Everything kept. Copied for a transaction; the copy becomes the truth when it ends well."""

    streams: dict[str, list[Recorded[AnyFact]]] = field(default_factory=dict)
    leaves: dict[str, list[_Leaf]] = field(default_factory=dict)
    """The record of each stream, whatever was erased."""
    inbox: dict[str, Incoming | None] = field(default_factory=dict)
    """Every input ever seen; None once it is applied."""
    origins: dict[str, str] = field(default_factory=dict)
    outbox: dict[str, Task | None] = field(default_factory=dict)
    """Every task ever queued; None once it is done."""
    spoken: dict[tuple[RoomId, EventId], Spoken] = field(default_factory=dict)
    """The newest last."""
    token: str | None = None
    heard_at: datetime | None = None

    def copy(self) -> _State:
        return _State(
            streams={name: list(facts) for name, facts in self.streams.items()},
            leaves={name: list(leaves) for name, leaves in self.leaves.items()},
            inbox=dict(self.inbox),
            origins=dict(self.origins),
            outbox=dict(self.outbox),
            spoken=dict(self.spoken),
            token=self.token,
            heard_at=self.heard_at,
        )

    def receive(self, batch: Batch) -> Received:
        new, refused = list[Incoming](), set[InputId]()
        for event in batch.events:
            encode(event)
            if event.id not in self.inbox:
                new.append(self._keep(event))
            elif is_another(event, self.origins.get(event.id, "")):
                refused.add(event.id)
                if (told := misnamed(event)) is not None and told.id not in self.inbox:
                    new.append(self._keep(told))
        self.token = batch.token
        self.heard_at = batch.heard_at or self.heard_at
        return Received(new=tuple(new), refused=frozenset(refused))

    def _keep(self, event: Incoming) -> Incoming:
        self.inbox[event.id], self.origins[event.id] = event, origin_of(event)
        return event


@dataclass(kw_only=True)
class _Leaf:
    """What stands at one place of a record. It is hashed when it is asked for: few tests do."""

    record: Recorded[AnyFact] | None
    entry: Entry | None = None
    leaf: bytes = b""

    def place(self, stream: str, number: int) -> Place:
        if self.entry is None:
            return Place(number=number, leaf=self.leaf, entry=None)
        entry, salt = replace(self.entry, number=number), sha256(f"{stream}/{number}".encode()).digest()[:SALT_BYTES]
        self.leaf = self.leaf or leaf_of(stream, entry, salt)
        return Place(number=number, leaf=self.leaf, entry=entry, salt=salt)

    def after(self, stays: Mapping[int, Recorded[AnyFact]], stream: str, number: int) -> _Leaf:
        stands = None if self.record is None else stays.get(self.record.number)
        leaf = self.place(stream, number).leaf
        return _Leaf(record=None, leaf=leaf) if stands is None else replace(self, record=stands)


class MemoryTransaction:
    """Works on a copy."""

    def __init__(self, state: _State) -> None:
        self._state = state
        self._forgotten: list[tuple[RoomId, str]] = []

    async def append(self, stream: str, facts: Sequence[AnyFact], *, input: InputId, device: DeviceId | None) -> None:
        for fact in facts:
            kept = self._state.streams.setdefault(stream, [])
            previous = bytes.fromhex(kept[-1].digest) if kept else genesis(stream)
            number = len(kept) + 1
            entry = Entry(number=number, input=input, device=device, kind=kind_of(fact), body=encode(fact))
            digest = link(previous, entry).hex()
            kept.append(Recorded(number=number, fact=fact, input=input, device=device, digest=digest))
            self._state.leaves.setdefault(stream, []).append(_Leaf(record=kept[-1], entry=entry))

    async def rewrite(self, stream: str, records: Sequence[Recorded[AnyFact]]) -> None:
        stood = self._state.streams.pop(stream, [])
        kept = self._state.leaves.pop(stream, [])
        for record in records:
            await self.append(stream, (record.fact,), input=record.input, device=record.device)
        added = self._state.leaves.pop(stream, [])[sum(record.number <= len(stood) for record in records) :]
        stays = {
            before.number: after
            for before, after in zip(records, self._state.streams.get(stream, []), strict=True)
            if before.number <= len(stood) and before.fact == stood[before.number - 1].fact
        }
        places = [leaf.after(stays, stream, number) for number, leaf in enumerate(kept, 1)]
        self._state.leaves[stream] = places + added

    async def forget_room(self, room: RoomId, *, lane: str) -> None:
        for id, event in self._state.inbox.items():
            if isinstance(event, FromEvents | Misnamed) and event.room == room:
                self._state.inbox[id] = None
        for name, task in self._state.outbox.items():
            if task is not None and (task.lane == lane or task.room == room):
                self._state.outbox[name] = None
        for key, said in list(self._state.spoken.items()):
            if said.room == room or json.dumps(lane) in encode(said):
                del self._state.spoken[key]
        self._forgotten.append((room, evidence_part(IncidentId(lane))))

    async def queue(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            encode(task)
            if task.id not in self._state.outbox and not self._is_covered(task):
                self._state.outbox[task.id] = task

    async def receive(self, batch: Batch) -> Received:
        return self._state.receive(batch)

    async def settle_input(self, id: InputId) -> bool:
        if id in self._state.inbox and self._state.inbox[id] is None:
            return False
        self._state.inbox[id] = None
        return True

    async def settle_task(self, id: str) -> None:
        if id in self._state.outbox:
            self._state.outbox[id] = None

    async def postpone_task(self, id: str, *, until: datetime) -> None:
        task = self._state.outbox.get(id)
        if task is not None:
            self._state.outbox[id] = replace(task, attempts=task.attempts + 1, not_before=until)

    async def keep_spoken(self, spoken: Spoken) -> None:
        encode(spoken)
        kept = self._state.spoken
        known = kept.pop((spoken.room, spoken.event), spoken)
        is_another = known != spoken and not spoken.edited
        kept[spoken.room, spoken.event] = replace(spoken, about=(), poll=None) if is_another else spoken
        of_room = [key for key in kept if key[0] == spoken.room]
        for key in of_room[:-KEPT_SPOKEN]:
            del kept[key]

    def _is_covered(self, task: Task) -> bool:
        waiting = (other for other in self._state.outbox.values() if other is not None)
        return task.kind in SHOWN_ONCE and any(
            other.kind is task.kind and other.lane == task.lane and other.attempts == 0 for other in waiting
        )


class MemoryStore:
    """Store, Vault and SealedEvents in memory."""

    def __init__(self) -> None:
        self._state = _State()
        self._turn = Lock()
        self._vault: dict[str, bytes] = {}
        self._sealed: dict[EventId, Sealed] = {}
        self.crypto = MemoryCrypto()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[MemoryTransaction]:
        async with self._turn:
            copy = self._state.copy()
            transaction = MemoryTransaction(copy)
            yield transaction
            self._state = copy
            for room, evidence in transaction._forgotten:
                self._vault = {name: kept for name, kept in self._vault.items() if not name.startswith(evidence)}
                self._sealed = {id: sealed for id, sealed in self._sealed.items() if sealed.room != room}

    async def receive(self, batch: Batch) -> Received:
        async with self._turn:
            return self._state.receive(batch)

    async def sync_token(self) -> str | None:
        return self._state.token

    async def heard_at(self) -> datetime | None:
        return self._state.heard_at

    async def waiting(self) -> tuple[Incoming, ...]:
        return tuple(event for event in self._state.inbox.values() if event is not None)

    async def streams(self) -> tuple[str, ...]:
        return tuple(sorted(self._state.streams))

    async def history(
        self, stream: str, *, last: int | None = None, until: int | None = None
    ) -> tuple[Recorded[AnyFact], ...]:
        kept = self._state.streams.get(stream, [])[:until]
        return tuple(kept if last is None else kept[max(0, len(kept) - last) :])

    async def leaves(self, stream: str) -> tuple[bytes, ...]:
        return tuple(place.leaf for place in self._places(stream))

    async def written(self, stream: str) -> Written:
        return as_written(self._places(stream), {})

    def _places(self, stream: str) -> tuple[Place, ...]:
        kept = self._state.leaves.get(stream, [])
        return tuple(leaf.place(stream, number) for number, leaf in enumerate(kept, 1))

    async def tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self._state.outbox.values() if task is not None)

    async def spoken(self, room: RoomId, event: EventId) -> Spoken | None:
        return None if event in self._state.inbox else self._state.spoken.get((room, event))

    async def last_of_guide(self, room: RoomId, thread: EventId | None) -> Spoken | None:
        known = (said for said in self._state.spoken.values() if not said.is_over)
        there = (said for said in known if (said.room, said.thread) == (room, thread))
        of_guides = [said for said in there if any(isinstance(one, Guided | GuideOver) for one in said.about)]
        return of_guides[-1] if of_guides else None

    async def open_polls(self, room: RoomId) -> tuple[Spoken, ...]:
        polls = [said for said in self._state.spoken.values() if said.room == room and said.poll is not None]
        return tuple(polls[: -KEPT_POLLS - 1 : -1])

    async def compact(self) -> None:
        pass

    async def verify(self) -> tuple[str, ...]:
        return ()

    async def get(self, name: str) -> bytes | None:
        return self._vault.get(name)

    async def put(self, name: str, value: bytes) -> None:
        self._vault[name] = value

    async def named(self, prefix: str) -> dict[str, bytes]:
        return {name: value for name, value in self._vault.items() if name.startswith(prefix)}

    async def drop(self, name: str) -> None:
        self._vault.pop(name, None)

    async def keep(self, sealed: Sealed) -> None:
        self._sealed[sealed.id] = sealed

    async def forget(self, id: EventId) -> None:
        self._sealed.pop(id, None)

    async def all(self) -> tuple[Sealed, ...]:
        return tuple(self._sealed.values())
