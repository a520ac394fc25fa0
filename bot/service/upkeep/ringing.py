"""What the alarm clock is set for, and what is done when it rings: reminders, and what was kept long enough."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex

from bot import ports, voice
from bot.core.decide.ringing import called, instead, lateness, ring, unsaid
from bot.core.facts import NotDelivered, PointRang, Reminder
from bot.core.happenings import TimeCame
from bot.core.incident import Incident, Status
from bot.core.names import InputId
from bot.core.replies.subjects import About, PointAsked
from bot.core.ringing.alarms import Brief, alarms
from bot.core.ringing.reminders import subjects
from bot.core.ringing.silence import Silence
from bot.service.ledger import Committed, Ledger
from bot.service.outbox.drain import rest_after
from bot.service.outbox.lanes import Lanes
from bot.service.outcome import Outcome, happened, worded
from bot.service.tasks import card_task, incident_address, poll_task, reminder_task, result_input, ringing, task_id
from bot.service.upkeep.paging import Paging
from bot.service.upkeep.retention import PURGE_KEY, Retention
from bot.service.upkeep.sealing import SEAL_KEY, Sealing
from bot.service.upkeep.silences import Silences
from bot.service.upkeep.turning import Turning

PATIENCE = timedelta(seconds=30)
"""How long a reminder may be on its way before people are told of it elsewhere. One that is refused has none: only
where nobody has a device yet, somebody may be about to come."""
_INCIDENT_KEY = "incident:"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """Keeps the alarm clock at the earliest alarm of each incident. Nothing of it is stored.

    What rings is a row first, one for each incident at a time. Reminders are facts once that was said; while it cannot
    be, it waits, what becomes due meanwhile joins it, and people are told elsewhere.
    """

    ledger: Ledger
    lanes: Lanes
    chat: ports.Chat
    clock: ports.Clock
    alarm_clock: ports.AlarmClock
    retention: Retention
    sealing: Sealing
    silences: Silences
    turning: Turning
    paging: Paging
    counts: ports.Counts

    def took_in(self, committed: Committed) -> None:
        """Let the alarm clock ring for what the incident waits for after a commit."""
        incident = self.ledger.books.incident(committed.purged or committed.outcome.stream)
        if incident is not None:
            self.set_alarm(incident)

    def set_alarm(self, incident: Incident) -> None:
        """Let the alarm clock ring for what *incident* waits for now; not at all when that is nothing."""
        self.retention.set_alarm(incident)
        self.sealing.set_alarm(incident)
        at = self._next(incident, self.clock.now())
        if at is not None:
            self.alarm_clock.set(_INCIDENT_KEY + incident.id, at)
        else:
            self.alarm_clock.cancel(_INCIDENT_KEY + incident.id)

    async def rang(self, key: str) -> None:
        """Do what the alarm clock rang for."""
        if key.startswith(PURGE_KEY):
            await self._began(key.removeprefix(PURGE_KEY), self.retention.time_came)
        elif key.startswith(SEAL_KEY):
            await self._began(key.removeprefix(SEAL_KEY), self.sealing.time_came)
        else:
            await self._time_came(key.removeprefix(_INCIDENT_KEY))

    async def _began(self, id: str, time_came: Callable[[str], tuple[InputId, Outcome] | None]) -> None:
        async with self.ledger.deciding:
            found = time_came(id)
            if found is not None:
                await self.ledger.commit(*found)

    async def _time_came(self, id: str) -> None:
        async with self.ledger.deciding:
            incident = self.ledger.books.incident(id)
            if incident is None:
                return
            now = self.clock.now()
            is_ringing = self._is_ringing(incident)
            # Each is one of its own: what was decided is facts and rows, and something may ring twice without either.
            input = InputId(f"{'late' if is_ringing else 'alarm'}:{id}:{token_hex(8)}")
            outcome = happened(incident, TimeCame(), input, now)
            if is_ringing:
                code = self.lanes.silent.get(incident.id, Silence.UNREACHED)
                outcome = self._with_news(outcome, incident, code, PATIENCE, input)
            elif due := ring(incident, now):
                row = reminder_task(input, len(outcome.tasks), incident, due)
                outcome = replace(outcome, tasks=(*outcome.tasks, row))
            outcome = self.paging.due(outcome, incident, input, now)
            if self.turning.turns(incident, now):
                card = card_task(task_id(input, len(outcome.tasks)), incident, now)
                outcome = replace(outcome, tasks=(*outcome.tasks, card))
            if outcome.facts or outcome.tasks:
                await self.ledger.commit(input, outcome)
            elif (at := self._next(incident, now)) is not None and at > now:
                self.alarm_clock.set(_INCIDENT_KEY + id, at)

    def _is_ringing(self, incident: Incident) -> bool:
        return self.lanes.holds(incident.id, ports.Ring)

    def _next(self, incident: Incident, now: datetime) -> datetime | None:
        """Return when something is to be done: for what is on its way, when people are to be told of it elsewhere."""
        turns = [at for at in (self.turning.next(incident, now), self.paging.next(incident)) if at is not None]
        if not self._is_ringing(incident):
            return min([*turns, *(alarm.at for alarm in alarms(incident, now))], default=None)
        briefs = [alarm.at for alarm in alarms(incident, now) if isinstance(alarm, Brief)]
        return min([*turns, *briefs, *(at + PATIENCE for at, _ in unsaid(incident, now))], default=None)

    # --- saying it ------------------------------------------------------------------------------------------------

    async def say(self, task: ports.Task, row: ports.Ring) -> None:
        """Say the reminders of *row*, which is what *task* asks for, and take them for facts. Raises ChatError.

        A row is said whole or not at all, so that what stands in the room is what is written down, whenever we are
        killed. What an attempt said whose answer was lost counts, whatever overtook or undid it since.
        """
        incident = self.ledger.books.incident(task.lane)
        due = () if incident is None else instead(incident, row.reminders, self.clock.now())
        if incident is not None and subjects(due) == subjects(row.reminders):
            await self._say(task, incident, due)
        elif incident is not None and incident.room is not None and await self.chat.was_said(incident.room, task.id):
            await self._take(task, row.reminders)
        elif due:
            await self._say_instead(task, row)
        else:
            await self._take(task, ())

    async def _say(self, task: ports.Task, incident: Incident, due: tuple[Reminder, ...]) -> None:
        """Say *due* in the incident's room; of a closed one whose room is gone, in the control room, without words."""
        room, readers = incident.room, frozenset(incident.roster)
        about: About = ()
        polls: tuple[ports.Task, ...] = ()
        if room is not None:
            content, text = self._worded(task, incident, due)
            about, polls = text.about, _polls(task, incident, due, text)
        elif incident.status is Status.CLOSED and (control := self.ledger.books.desk.control_room) is not None:
            room, readers = control, frozenset(self.silences.house.people)
            content = self.silences.elsewhere(task, incident, due)
        else:
            raise ports.RefusedError(Silence.NO_ROOM)
        event = await self.chat.say(room, content, txn=task.id, readers=readers)
        await self._take(task, due, ports.Spoken(room=room, event=event, about=about), polls)

    async def _take(
        self,
        task: ports.Task,
        said: tuple[Reminder, ...],
        spoken: ports.Spoken | None = None,
        polls: tuple[ports.Task, ...] = (),
    ) -> None:
        async with self.ledger.deciding:
            incident, now = self.ledger.books.incident(task.lane), self.clock.now()
            late = [lateness(incident, reminder, now) for reminder in said] if incident is not None else []
            facts = tuple(replace(reminder, at=now) for reminder in said)
            outcome = Outcome(stream=task.lane, facts=facts, tasks=polls)
            await self.ledger.commit(result_input(task), outcome, done=task, spoken=spoken)
        for by in late:
            self.counts.rang(by)

    async def _say_instead(self, task: ports.Task, row: ports.Ring) -> None:
        """Put a row in the place of *task* that has all that is due now, and say that at once.

        In a fast drill something overtakes a reminder every second: a slow homeserver would let nothing through.
        """
        async with self.ledger.deciding:
            incident, input = self.ledger.books.incident(task.lane), result_input(task)
            due = () if incident is None else instead(incident, row.reminders, self.clock.now())
            rows = (reminder_task(input, 0, incident, due),) if incident is not None and due else ()
            await self.ledger.commit(input, Outcome(stream=task.lane, tasks=rows), done=task)
        for other in rows:
            await self.say(other, ports.Ring(reminders=due))

    def _worded(
        self, task: ports.Task, incident: Incident, reminders: tuple[Reminder, ...]
    ) -> tuple[ports.Content, voice.Text]:
        incident = self.silences.of_duty(incident)
        people = [called(incident, reminder) for reminder in reminders]
        text = worded(task, incident.language, lambda: voice.remind(reminders, incident))
        content = ringing(text, tuple(dict.fromkeys(user for some in people for user in some)))
        return replace(content, mentions_room=not all(people)), text

    # --- where it cannot be said ----------------------------------------------------------------------------------

    async def refused(self, task: ports.Task, row: ports.Ring, code: str) -> bool:
        """Tell people elsewhere of reminders that were refused.

        It waits then, or another takes its place that has all that is due by now: says which of the two it is.
        """
        async with self.ledger.deciding:
            incident, now, input = self.ledger.books.incident(task.lane), self.clock.now(), result_input(task)
            if incident is None:
                return True
            patience = PATIENCE if code == ports.NO_DEVICE else timedelta()
            outcome = self._with_news(Outcome(stream=incident.id), incident, code, patience, input)
            due = ring(incident, now)
            if not outcome.facts and subjects(due) == subjects(row.reminders):
                return True
            other = reminder_task(input, len(outcome.tasks), incident, due, now + rest_after(code))
            await self.ledger.commit(input, replace(outcome, tasks=(*outcome.tasks, other)), done=task)
            return False

    def _with_news(
        self, outcome: Outcome, incident: Incident, code: str, patience: timedelta, input: InputId
    ) -> Outcome:
        """Add what was to ring *patience* ago, was not said, and was told to nobody: it is told elsewhere."""
        now = self.clock.now()
        late = [reminder for at, reminder in unsaid(incident, now) if at + patience <= now]
        facts = tuple(NotDelivered(at=now, reminder=reminder, code=code) for reminder in late)
        if not facts:
            return outcome
        _log.error("%d reminders could not be said in their room (%s): they are told elsewhere", len(facts), code)
        told = self.silences.undelivered(incident, facts, InputId(f"{input}:elsewhere"))
        return replace(outcome, facts=(*outcome.facts, *facts), tasks=(*outcome.tasks, *told))


def _polls(
    task: ports.Task, incident: Incident, reminders: tuple[Reminder, ...], text: voice.Text
) -> tuple[ports.Task, ...]:
    """Return what is tapped below *reminders*: of a situation point, that nothing is new."""
    about = tuple(PointAsked(due=reminder.due) for reminder in reminders if isinstance(reminder, PointRang))
    if text.ballot is None or not about:
        return ()
    asked = replace(text, about=about)
    return (poll_task(result_input(task), 0, incident_address(incident), asked, text.ballot),)
