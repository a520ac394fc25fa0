"""What the facts add up to, in memory: the desk and every incident. Rebuilt from the store at each start."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

from bot.core.desk import Desk, evolve_desk
from bot.core.evolve import evolve
from bot.core.facts import DeskFact, Fact
from bot.core.incident import Incident
from bot.core.judging.past import Past
from bot.core.names import IncidentId, RoomId, UserId
from bot.core.people.roster import Role
from bot.ports import DESK, Store

_READ_AT_ONCE = 50
"""Streams asked for together: the thread of the store need not wait for us in between."""
_NO_PAST = Past()
_NOBODY: Mapping[UserId, frozenset[Role]] = {}


class Books:
    """A cache that can be thrown away: nothing is here that the facts do not say."""

    def __init__(self) -> None:
        self.desk = Desk()
        self._incidents: dict[IncidentId, Incident] = {}
        self._counts: dict[IncidentId, int] = {}
        self.pasts: dict[IncidentId, Past] = {}
        """Where each incident was on its way."""
        self._rooms: dict[RoomId, IncidentId] = {}
        self._of: dict[UserId, set[IncidentId]] = {}
        """Whose roster has whom; what is purged is nobody's any more."""
        self.with_doors: set[IncidentId] = set()
        """Which let people in without an account, be it long ago."""
        self.relocated: set[IncidentId] = set()
        """Which came here from another homeserver, but for those of organisations."""
        self._children: defaultdict[IncidentId, set[IncidentId]] = defaultdict(set)

    @classmethod
    async def load(cls, store: Store) -> Books:
        """Read every stream once. Raises ChainBrokenError when one was changed from outside."""
        books = cls()
        waiting = iter(await store.streams())
        while streams := tuple(islice(waiting, _READ_AT_ONCE)):
            for stream, history in zip(streams, await asyncio.gather(*map(store.history, streams)), strict=True):
                books.add(stream, [recorded.fact for recorded in history])
                await asyncio.sleep(0)
        return books

    def add(self, stream: str, facts: Sequence[Fact | DeskFact]) -> None:
        """Take in facts that were just committed to *stream*."""
        for fact in facts:
            self.desk = evolve_desk(self.desk, fact)
            if stream != DESK and not isinstance(fact, DeskFact):
                self._take(IncidentId(stream), fact)

    def _take(self, id: IncidentId, fact: Fact) -> None:
        before = self._incidents.get(id)
        incident = evolve(before, fact)
        self._incidents[id] = incident
        if incident.doors:
            self.with_doors.add(id)
        if incident.behind and incident.parent is None:
            self.relocated.add(id)
        self._note_people(id, _people(before), _people(incident))
        if incident.parent is not None:
            self._children[incident.parent].add(id)
        self._counts[id] = self._counts.get(id, 0) + 1
        if before is not None and before.room not in (None, incident.room):
            self._rooms.pop(before.room, None)
        self.pasts[id] = self.pasts.get(id, _NO_PAST).after(self._counts[id], fact, incident)
        if incident.room is not None:
            self._rooms[incident.room] = id

    def _note_people(
        self, id: IncidentId, before: Mapping[UserId, frozenset[Role]], after: Mapping[UserId, frozenset[Role]]
    ) -> None:
        if before is after:
            return
        for user in before.keys() - after.keys():
            self._of[user].discard(id)
            if not self._of[user]:
                del self._of[user]
        for user in after.keys() - before.keys():
            self._of.setdefault(user, set()).add(id)

    def replace(self, id: IncidentId, facts: Sequence[Fact | DeskFact]) -> None:
        """Build an incident anew from *facts*: the others were taken out of its stream."""
        before = self._incidents.pop(id, None)
        self._counts.pop(id, None)
        self.pasts.pop(id, None)
        self.with_doors.discard(id)
        self.relocated.discard(id)
        self._note_people(id, _people(before), _NOBODY)
        if before is not None and before.parent is not None:
            self._children[before.parent].discard(id)
        if before is not None and before.room is not None:
            self._rooms.pop(before.room, None)
        self.add(id, facts)

    def incident(self, id: str) -> Incident | None:
        """Return the incident named *id*, or None."""
        return self._incidents.get(IncidentId(id))

    def incident_in(self, room: RoomId) -> Incident | None:
        """Return the incident held in *room*, or None."""
        id = self._rooms.get(room)
        return self._incidents.get(id) if id else None

    def holds(self, room: RoomId) -> bool:
        """Say whether *room* is the control room or an incident's."""
        return room == self.desk.control_room or room in self._rooms

    def is_on_a_roster(self, user: UserId) -> bool:
        """Say whether any incident's roster has *user*."""
        return user in self._of

    def people(self) -> frozenset[UserId]:
        """Return everybody on a roster."""
        return frozenset(self._of)

    def count(self, id: IncidentId) -> int:
        """Return how many facts the incident has; zero when it does not exist."""
        return self._counts.get(id, 0)

    def incidents(self) -> tuple[Incident, ...]:
        """Return every incident, the oldest first; of purged ones there is what the register says."""
        return tuple(sorted(self._incidents.values(), key=_age))

    def children(self, id: str) -> tuple[Incident, ...]:
        """Return the incidents of the organisations under *id*, the oldest first."""
        return tuple(sorted(map(self._incidents.__getitem__, self._children.get(IncidentId(id), ())), key=_age))

    def incidents_of(self, user: UserId) -> tuple[Incident, ...]:
        """Return the incidents whose roster has *user*, the oldest first."""
        return tuple(sorted(map(self._incidents.__getitem__, self._of.get(user, ())), key=_age))


def _people(incident: Incident | None) -> Mapping[UserId, frozenset[Role]]:
    return _NOBODY if incident is None or incident.purged_at is not None else incident.roster


def _age(incident: Incident) -> tuple[datetime, IncidentId]:
    return incident.opened_at, incident.id
