"""What other machines report: kept before its sender is told so, and told in the control room a minute apart."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from bot import ports, voice
from bot.core import alerts, facts
from bot.core.alerts.waiting import TOGETHER, Proposal
from bot.core.desk import House, evolve_desk, playbooks_in
from bot.core.facts import Alert
from bot.core.incident import Incident, Status
from bot.core.names import IncidentId, InputId
from bot.service.books import Books
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome, worded
from bot.service.tasks import (
    answer_task,
    followed_by,
    incident_address,
    incident_tasks,
    poll_task,
    reference,
    result_input,
    room_address,
    task_id,
)

_log = logging.getLogger(__name__)

GATHERING = timedelta(seconds=3)
"""How long an alert waits for others that come with it, so that people decide once."""
APART = timedelta(minutes=1)
"""The control room is not told more often, however much is reported."""

MOST_OFFERED = 6
"""How many open incidents are offered to add alerts to, the newest."""


def choices(house: House, books: Books) -> voice.Choices:
    """Return what can be done with alerts now."""
    opened = [one for one in books.incidents() if one.status is Status.OPEN and one.parent is None]
    return voice.Choices(playbooks=playbooks_in(house, house.language), incidents=opened[: -1 - MOST_OFFERED : -1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Takes in what machines report. It opens nothing, closes nothing and answers nothing."""

    house: House
    ledger: Ledger
    chat: ports.Chat
    clock: ports.Clock

    def news(self, reported: Sequence[Alert]) -> list[Alert]:
        """Return those of *reported* that change anything; the others are kept already."""
        known, now = self.ledger.books.desk.alerts, self.clock.now()
        waiting = known.by_key(now)

        def is_news(alert: Alert) -> bool:
            if self._incident_of(alert) is None:
                return alerts.is_news(known, alert, waiting.get(alert.key), now)
            return alerts.changed(known, alert, now) is not None

        return [alert for alert in reported if is_news(alert)]

    def admitted(self, reported: Sequence[Alert]) -> Sequence[Alert]:
        """Return those of *reported* that can be taken in together: none without a control room."""
        desk = self.ledger.books.desk
        return () if desk.control_room is None else alerts.fitting(desk.alerts, reported, self.clock.now())

    async def take(self, reported: Sequence[Alert]) -> None:
        """Keep what *reported* changes. Returns once it is durable; what is known already changes nothing."""
        async with self.ledger.deciding:
            now = self.clock.now()
            await self._change(reported, now)
            await self._wait([alert for alert in reported if self._incident_of(alert) is None], now)

    def _incident_of(self, alert: Alert) -> Incident | None:
        """Return the open incident that *alert* belongs to."""
        known = self.ledger.books.desk.alerts.followed.get(alert.key)
        incident = None if known is None else self.ledger.books.incident(known.incident)
        return None if incident is None or incident.status is Status.CLOSED else incident

    async def _change(self, reported: Sequence[Alert], now: datetime) -> None:
        """Let each incident know what changed of its alerts, in one transaction and one message."""
        desk, found = self.ledger.books.desk, dict[IncidentId, tuple[Incident, list[facts.AlertChanged]]]()
        for alert in reported:
            incident = self._incident_of(alert)
            if incident is not None and (fact := alerts.changed(desk.alerts, alert, now)) is not None:
                desk = evolve_desk(desk, fact)
                found.setdefault(incident.id, (incident, []))[1].append(fact)
        for incident, changed in found.values():
            input = _input(now, changed)
            tasks = _worded(input, incident, changed, now)
            await self.ledger.commit(input, Outcome(stream=incident.id, facts=tuple(changed), tasks=tasks))

    async def _wait(self, reported: Sequence[Alert], now: datetime) -> None:
        """Let alerts wait for a decision, all in one transaction."""
        desk, found = self.ledger.books.desk, list[facts.AlertReceived]()
        for alert in reported:
            if (fact := alerts.receive(desk.alerts, alert, now)) is not None:
                desk = evolve_desk(desk, fact)
                found.append(fact)
        if found:
            input = _input(now, found)
            tell = () if desk.alerts.untold(now) is None else (self._row(input, desk.alerts.told_at, now),)
            await self.ledger.commit(input, Outcome(facts=tuple(found), tasks=tell))

    def _row(self, input: InputId, told_at: datetime | None, now: datetime) -> ports.Task:
        control = self.ledger.books.desk.control_room or ports.DESK
        soon = now + GATHERING
        not_before = soon if told_at is None else max(soon, told_at + APART)
        return ports.Task(id=task_id(input, 1), lane=control, action=ports.ProposeAlerts(), not_before=not_before)

    async def tell(self, task: ports.Task) -> None:
        """Tell the control room what waits next, with what can be done about it; a poll follows. Raises ChatError.

        The transaction names what is shown: where more came since an attempt whose answer was lost, it is said anew.
        """
        books, language = self.ledger.books, self.house.language
        proposal, room = books.desk.alerts.untold(self.clock.now()), books.desk.control_room
        if proposal is None or room is None:
            await self._nothing_to_tell(task)
            return
        text = worded(task, language, lambda: voice.proposal(proposal, choices(self.house, books), language))
        content = ports.Content(body=text.body, html=text.html, stands=True)
        txn = f"{task.id}-{sha256(text.body.encode()).hexdigest()[:16]}"
        event = await self.chat.say(room, content, txn=txn, readers=frozenset(self.house.people))
        spoken = ports.Spoken(room=room, event=event, about=text.about)
        await self._told(task, proposal, text, spoken)

    async def _nothing_to_tell(self, task: ports.Task) -> None:
        """Settle *task*, unless something came just now: a row of its own was not queued, for this one was there."""
        async with self.ledger.deciding:
            desk, now = self.ledger.books.desk, self.clock.now()
            if desk.alerts.untold(now) is None:
                await self.ledger.settle(task)
            else:
                input = result_input(task)
                await self.ledger.commit(input, Outcome(tasks=(self._row(input, desk.alerts.told_at, now),)), done=task)

    async def _told(self, task: ports.Task, proposal: Proposal, text: voice.Text, spoken: ports.Spoken) -> None:
        input, address = result_input(task), room_address(spoken.room, self.house.people)
        async with self.ledger.deciding:
            now = self.clock.now()
            known = alerts.told(self.ledger.books.desk.alerts, proposal, now)
            poll = () if text.ballot is None else (poll_task(input, 0, address, text, text.ballot),)
            after = self.ledger.books.desk
            for fact in known:
                after = evolve_desk(after, fact)
            more = () if after.alerts.untold(now) is None else (self._row(input, now, now),)
            await self.ledger.commit(input, Outcome(facts=known, tasks=(*poll, *more)), done=task, spoken=spoken)


def _worded(
    input: InputId, incident: Incident, changed: Sequence[facts.AlertChanged], now: datetime
) -> tuple[ports.Task, ...]:
    """Return what the incident's room reads; where that fails, a reference: a machine must not end us."""
    try:
        tasks, more = incident_tasks(input, incident, changed[:TOGETHER], None, now), len(changed) - TOGETHER
        if more <= 0:
            return tasks
        return followed_by(tasks, input, incident_address(incident), voice.alerts_more(more, incident.language))
    except Exception:  # noqa: BLE001 - as for whatever else no person typed
        known_by = reference(input)
        _log.exception("could not word what happened, reference %s", known_by)
        text = voice.unworded(known_by, incident.language)
        return (answer_task(input, 0, incident_address(incident), text),)


def _input(now: datetime, found: Sequence[facts.AlertReceived | facts.AlertChanged]) -> InputId:
    """Name what was reported: a moment and its alerts. The same again is known, and never gets here."""
    keys = "\n".join(f"{fact.alert.key} {fact.alert.is_resolved}" for fact in found)
    return InputId(f"alerts:{now.isoformat()}:{sha256(keys.encode()).hexdigest()[:16]}")
