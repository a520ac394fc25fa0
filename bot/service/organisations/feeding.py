"""Opens the rooms of cascades, a few at a time, and shows how far they are."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from bot import ports, voice
from bot.core.cascade import Going, Progress
from bot.core.desk import House
from bot.core.facts import ProgressPosted, RoomRefused, RoomRetried
from bot.core.happenings import Happening, RoomMade
from bot.core.incident import Incident, Status
from bot.core.names import IncidentId, InputId, RoomId
from bot.core.organisations.children import cascade_of, child_input, open_child
from bot.service.ledger import Committed, Ledger
from bot.service.organisations.tally import AHEAD, Tallies
from bot.service.outcome import Outcome, worded
from bot.service.tasks import incident_tasks, progress_task, result_input, task_id

PROGRESS_REST = timedelta(seconds=5)
"""How long an edit of the progress waits, so that many rooms become one edit."""
_log = logging.getLogger(__name__)


class Feeder:
    """Every room is an input of its own: a kill at any moment leaves exactly those to be opened that are missing."""

    def __init__(self, *, house: House, ledger: Ledger, chat: ports.Chat, clock: ports.Clock) -> None:
        self._house = house
        self._ledger = ledger
        self._chat = chat
        self._clock = clock
        self._tallies = Tallies(ledger.books.incidents())
        self._woken = asyncio.Event()
        self._is_working = False

    def load(self) -> None:
        """Take up what an earlier run left."""
        self._woken.set()

    @property
    def busy(self) -> bool:
        """Say whether it opens rooms now, or is about to."""
        return self._is_working or self._woken.is_set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._woken.wait()
            self._is_working = True
            self._woken.clear()
            for parent in self._tallies.parents():
                await self._open_some(parent)
            self._is_working = False

    def took_in(self, committed: Committed) -> None:
        """Count what was committed."""
        outcome = committed.outcome
        incident = self._ledger.books.incident(outcome.stream)
        if incident is not None and outcome.facts and self._tallies.take(incident, self._clock.now()) is not None:
            self._woken.set()

    def parents(self) -> tuple[Incident, ...]:
        """Return the incidents of organisations, the oldest first."""
        found = (self._ledger.books.incident(id) for id in self._tallies.parents())
        return tuple(incident for incident in found if incident is not None)

    @property
    def each(self) -> timedelta | None:
        """How long a room took to make when rooms were made last; None when none was since the start."""
        return self._tallies.each

    def progress(self, parent: Incident) -> Progress:
        """Return how far the rooms of *parent* are; raises NoCascade."""
        cascade = cascade_of(parent)
        return self._tallies.of(parent.id).progress(cascade, self._clock.now())

    # --- opening --------------------------------------------------------------------------------------------------

    async def _open_some(self, parent: IncidentId) -> None:
        for _ in range(AHEAD):
            if not await self._open_next(parent):
                return
        self._woken.set()

    async def _open_next(self, id: IncidentId) -> bool:
        """Open one room, or ask once more for one that was refused; False when there is none to open now."""
        async with self._ledger.deciding:
            parent, tally = self._ledger.books.incident(id), self._tallies.of(id)
            if parent is None or not _goes_on(parent) or tally.opening >= AHEAD:
                return False
            if tally.retries:
                await self._retry(parent, tally.retries.popleft())
                return True
            if tally.waiting:
                await self._open(parent, tally.waiting[0])
                tally.waiting.popleft()
                return True
            return False

    async def _open(self, parent: Incident, key: str) -> None:
        row, now, input = cascade_of(parent).rows[key], self._clock.now(), child_input(parent.id, key)
        try:
            opened, *more = open_child(parent, row, self._house, self._ledger.books.desk, now)
        except Exception:  # noqa: BLE001 - what cannot be opened holds up no other
            _log.exception("an organisation's incident could not be opened; it counts as refused")
            return
        # Its card will show the clock: nothing needs to be said of it in a room that is not there yet.
        tasks = incident_tasks(input, None, (opened,), None, now)
        await self._ledger.commit(input, Outcome(stream=opened.incident, facts=(opened, *more), tasks=_bulk(tasks)))

    async def _retry(self, parent: Incident, id: IncidentId) -> None:
        child, now = self._ledger.books.incident(id), self._clock.now()
        if child is None or not child.room_refused:
            return
        input = InputId(f"retry:{id}:{cascade_of(parent).resumes}")
        fact = RoomRetried(at=now)
        tasks = incident_tasks(input, child, (fact,), None, now)
        await self._ledger.commit(input, Outcome(stream=id, facts=(fact,), tasks=_bulk(tasks)))

    # --- results --------------------------------------------------------------------------------------------------

    def result(self, outcome: Outcome, child: Incident, happening: Happening, input: InputId) -> Outcome:
        """Return what the making of a room of *child*, or its card, leads to: bulk, and a newer progress."""
        bulk = replace(outcome, tasks=_bulk(outcome.tasks))
        return self.with_progress(bulk, child, input) if isinstance(happening, RoomMade) else bulk

    async def make_room(self, task: ports.Task, plan: ports.RoomPlan, child: Incident) -> RoomId | None:
        """Make the room of an organisation. One that is refused is noted, without a complaint for each; then None."""
        try:
            return await self._chat.create_room(plan)
        except ports.RefusedError as refusal:
            _log.warning("the room of an organisation was refused: %s", refusal.code)
            await self.note_refused(child, refusal.code, result_input(task), done=task)
        return None

    async def note_refused(self, child: Incident, code: str, input: InputId, *, done: ports.Task | None = None) -> None:
        """Note that a room is not made, and show it in the progress: others have their turn."""
        fact = RoomRefused(at=self._clock.now(), code=code)
        async with self._ledger.deciding:
            outcome = self.with_progress(Outcome(stream=child.id, facts=(fact,)), child, input)
            await self._ledger.commit(input, outcome, done=done)

    def with_progress(self, outcome: Outcome, child: Incident, input: InputId) -> Outcome:
        """Add that the progress is shown anew, if *child* is one of a cascade."""
        parent = self._ledger.books.incident(child.parent) if child.parent is not None else None
        if parent is None or parent.purged_at is not None:
            return outcome
        return replace(outcome, tasks=(*outcome.tasks, self._progress_row(parent, InputId(f"{input}:progress"))))

    def _progress_row(self, parent: Incident, input: InputId) -> ports.Task:
        row = progress_task(task_id(input, 0), parent)
        is_shown = parent.cascade is not None and parent.cascade.progress is not None
        return replace(row, not_before=self._clock.now() + PROGRESS_REST) if is_shown else row

    async def show(self, room: RoomId, task: ports.Task, parent: Incident) -> None:
        """Post the progress, or edit it. An edit's transaction names what it shows, so a retry shows the newest."""
        shown, posted = self.progress(parent), cascade_of(parent).progress
        text = worded(task, parent.language, lambda: voice.progress(shown, parent.language))
        content = ports.Content(body=text.body, html=text.html, replaces=posted)
        txn = f"{task.id}-{shown.done}-{shown.failed}-{shown.uninvited}-{shown.going}" if posted else task.id
        event = await self._chat.say(room, content, txn=txn, readers=frozenset(parent.roster))
        input = result_input(task)
        async with self._ledger.deciding:
            current = self._ledger.books.incident(parent.id) or parent
            facts = () if posted else (ProgressPosted(at=self._clock.now(), event=event),)
            after = self.progress(current)
            is_stale = _said(after) != _said(shown)
            row = replace(self._progress_row(current, input), not_before=self._clock.now() + PROGRESS_REST)
            tasks = (row,) if is_stale else ()
            outcome = Outcome(stream=parent.id, facts=facts, tasks=tasks)
            spoken = ports.Spoken(room=room, event=posted or event, about=(), edited=posted is not None)
            await self._ledger.commit(input, outcome, done=task, spoken=spoken)


def _goes_on(parent: Incident) -> bool:
    return parent.cascade is not None and parent.cascade.going is Going.RUNNING and parent.status is not Status.CLOSED


def _said(progress: Progress) -> tuple[int, int, int, Going]:
    """Return what of *progress* makes another message; the pace alone does not."""
    return progress.done, progress.failed, progress.uninvited, progress.going


def _bulk(tasks: tuple[ports.Task, ...]) -> tuple[ports.Task, ...]:
    """Mark rows as part of something for very many rooms."""
    return tuple(replace(task, bulk=True) for task in tasks)
