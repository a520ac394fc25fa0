"""Closed incidents are purged once they were kept as long as the configuration says."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot import ports, voice
from bot.core.desk import House
from bot.core.documents.purge import due
from bot.core.facts import PurgeCause
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.service.ledger import Ledger
from bot.service.organisations.questions import taken_back
from bot.service.outcome import Outcome
from bot.service.tasks import answer_task, room_address, task_id

PURGE_KEY = "purge:"
"""Prefix of the alarms that say when an incident was kept long enough."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Says when an incident is to be purged, and purges it."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    alarm_clock: ports.AlarmClock
    clock: ports.Clock

    def set_alarm(self, incident: Incident) -> None:
        """Let the alarm clock ring when *incident* was kept long enough; not at all while that is not known."""
        at = None if self.house.retention is None else due(incident, self.house.retention)
        if at is None:
            self.alarm_clock.cancel(PURGE_KEY + incident.id)
        else:
            self.alarm_clock.set(PURGE_KEY + incident.id, at)

    def time_came(self, id: str) -> tuple[InputId, Outcome] | None:
        """Return the input and the row by which the room of incident *id* is taken back; None if it must wait."""
        incident = self.ledger.books.incident(id)
        if incident is None or not self._is_due(incident):
            return None
        input = InputId(f"purge:{incident.id}:{self.ledger.books.count(incident.id)}")
        task = ports.Task(id=task_id(input, 0), lane=incident.id, action=ports.Erase())
        return input, Outcome(tasks=(task,))

    async def take_back_room(self, task: ports.Task) -> None:
        """Delete what was said, if the homeserver lets us: ours is deleted in any case. Raises ChatError."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None or incident.room is None or not self._is_due(incident):
            return
        try:
            await self.chat.erase(incident.room)
        except ports.RefusedError as refusal:
            _log.warning("a room could not be taken back (%s)", refusal.code)

    async def purge(self, task: ports.Task) -> bool:
        """Purge the incident whose room was taken back; False, and nothing is done, if it is not to be purged now.

        Called while decisions are held.
        """
        incident = self.ledger.books.incident(task.lane)
        if incident is None or not self._is_due(incident):
            return False
        input, now = InputId(f"result:{task.id}"), self.clock.now()
        parent = self.ledger.books.incident(incident.parent) if incident.parent else None
        told = (*self._told(input, incident), *taken_back(input, parent, incident))
        left = await self.ledger.purge(incident, PurgeCause.RETENTION, now, input=input, tasks=told)
        if not left:
            _log.error("an incident was not purged: as the store has it, that was done before; all of it is there")
            return False
        _log.info("an incident was purged: %d facts are left", left)
        return True

    def _is_due(self, incident: Incident) -> bool:
        at = None if self.house.retention is None else due(incident, self.house.retention)
        return at is not None and at <= self.clock.now()

    def _told(self, input: InputId, incident: Incident) -> tuple[ports.Task, ...]:
        room, days = self.ledger.books.desk.control_room, (self.house.retention or timedelta()).days
        if room is None:
            return ()
        text = voice.purged(incident.codename, days, self.house.language)
        return (answer_task(input, 0, room_address(room, self.house.people), text),)
