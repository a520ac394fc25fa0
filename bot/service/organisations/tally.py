"""How far each cascade is: counted as incidents change, so that a commit costs the same however many there are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.cascade import Cascade, Progress
from bot.core.incident import Incident
from bot.core.names import IncidentId
from bot.core.organisations.children import Stage, child_id, stage_of
from bot.core.organisations.reach import uninvited

AHEAD = 16
"""How many rooms are asked for before the first of them is there: the outbox never waits for one to make."""
_PACE_OVER = timedelta(minutes=2)
"""The pace is that of so long."""
_PACE_LEAST = timedelta(seconds=10)
"""Below that nothing is known of it."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """One cascade."""

    taken: tuple[int, int] = (0, 0)
    """How many organisations the list had when it was looked at last, and how many of them were merged."""
    keys: dict[IncidentId, str] = field(default_factory=dict)
    """Which organisation each incident is that of, be it open or not."""
    stages: dict[IncidentId, Stage] = field(default_factory=dict)
    """How far each is that is there."""
    waiting: deque[str] = field(default_factory=deque)
    """Keys of those that are not there, in the order of the file."""
    retries: deque[IncidentId] = field(default_factory=deque)
    """Those that were refused and are asked for again."""
    done: int = 0
    opening: int = 0
    resumes: int = 0
    moments: deque[datetime] = field(default_factory=deque)
    """When the last rooms were made."""
    last_pace: float | None = None
    """How many were made a minute when that was known last."""
    lacking: set[IncidentId] = field(default_factory=set)
    """Rooms of which somebody could not be invited, and has not come otherwise."""

    def take_parent(self, parent: IncidentId, cascade: Cascade) -> None:
        """Note organisations that were added, and that refused rooms are to be tried again."""
        merged = cascade.merged
        there = len(cascade.rows), len(merged)
        if there != self.taken:
            self.taken = there
            every = {child_id(parent, key): key for key in cascade.rows}
            # What was merged before it had a room gets none.
            new = {id: key for id, key in every.items() if key not in merged or id in self.stages}
            self.waiting.extend(key for id, key in new.items() if id not in self.keys and id not in self.stages)
            self.waiting = deque(key for key in self.waiting if key not in merged)
            self.keys = new
        if cascade.resumes > self.resumes:
            self.resumes = cascade.resumes
            self.retries = deque(id for id, stage in self.stages.items() if stage is Stage.REFUSED)
            self.waiting = deque(key for id, key in self.keys.items() if id not in self.stages)

    def take_child(self, child: Incident, now: datetime | None) -> None:
        """Note how far a room is; without *now* it was so before we began."""
        (self.lacking.add if uninvited(child) else self.lacking.discard)(child.id)
        before, after = self.stages.get(child.id), stage_of(child)
        if before is after:
            return
        self.stages[child.id] = after
        self.opening += (after is Stage.OPENING) - (before is Stage.OPENING)
        self.done += (after is Stage.OPEN) - (before is Stage.OPEN)
        if after is Stage.OPEN and now is not None:
            self.moments.append(now)

    def progress(self, cascade: Cascade, now: datetime) -> Progress:
        """Return how far the cascade is."""
        failed = len(self.keys) - self.done - self.opening - len(self.waiting)
        return Progress(
            total=len(self.keys),
            done=self.done,
            failed=failed,
            going=cascade.going,
            per_minute=self._pace(now),
            uninvited=len(self.lacking),
        )

    def _pace(self, now: datetime) -> float | None:
        while self.moments and now - self.moments[0] > _PACE_OVER:
            self.moments.popleft()
        if not self.moments or now - self.moments[0] < _PACE_LEAST:
            return None
        self.last_pace = (len(self.moments) - 1) / ((now - self.moments[0]) / timedelta(minutes=1)) or self.last_pace
        return self.last_pace if len(self.moments) > 1 else None


class Tallies:
    """All cascades there are."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._of: dict[IncidentId, Tally] = {}
        # What a parent is told to open depends on the children that are there.
        for incident in sorted(incidents, key=lambda incident: incident.parent is None):
            self.take(incident, None)

    def take(self, incident: Incident, now: datetime | None) -> IncidentId | None:
        """Note how *incident* stands; return the parent of the cascade it belongs to, or None."""
        if incident.parent is not None:
            self.of(incident.parent).take_child(incident, now)
            return incident.parent
        if incident.cascade is None:
            return None
        self.of(incident.id).take_parent(incident.id, incident.cascade)
        return incident.id

    def of(self, parent: IncidentId) -> Tally:
        """Return the count of one cascade."""
        return self._of.setdefault(parent, Tally())

    @property
    def each(self) -> timedelta | None:
        """How long a room took to make, by the fastest of them that was seen; None when none was."""
        paces = [tally.last_pace for tally in self._of.values() if tally.last_pace]
        return timedelta(minutes=1) / max(paces) if paces else None

    def parents(self) -> tuple[IncidentId, ...]:
        """Return the parents, the oldest first."""
        return tuple(self._of)
