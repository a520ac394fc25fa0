"""The record sealed: its key, its checkpoints, and when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass

from bot import ports, voice
from bot.core.facts import CheckpointPosted
from bot.core.incident import Incident
from bot.core.names import InputId
from bot.core.record.checkpoint import Checkpoint
from bot.core.record.sealing import seal_due
from bot.core.record.tree import Tree
from bot.papers.record.keys import RecordKey, new_seed
from bot.service.ledger import Ledger
from bot.service.outcome import Outcome, worded
from bot.service.tasks import result_input, task_id

SEAL_KEY = "seal:"
"""Prefix of the alarms that say when something waited long enough to be sealed."""
RECORD_KEY = "record-key"
"""In the vault: what the key of the records is made from. Made once, and never another."""


async def record_key(vault: ports.Vault) -> RecordKey:
    """Return the key of the records, made if there was none."""
    seed = await vault.get(RECORD_KEY)
    if seed is None:
        await vault.put(RECORD_KEY, seed := new_seed())
    return RecordKey(seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """Makes checkpoints of records. One is signed and written down as a row before it is posted, and a fact after."""

    ledger: Ledger
    records: ports.Records
    chat: ports.Chat
    alarm_clock: ports.AlarmClock
    clock: ports.Clock
    key: RecordKey
    stamps: ports.Stamps

    def set_alarm(self, incident: Incident) -> None:
        """Let the alarm clock ring when something of *incident* is to be sealed; not at all while nothing is."""
        if (at := seal_due(incident)) is None:
            self.alarm_clock.cancel(SEAL_KEY + incident.id)
        else:
            self.alarm_clock.set(SEAL_KEY + incident.id, at)

    def time_came(self, id: str) -> tuple[InputId, Outcome] | None:
        """Return the input and the row by which the record of incident *id* is sealed; None if it must wait."""
        incident = self.ledger.books.incident(id)
        at = None if incident is None else seal_due(incident)
        if incident is None or at is None or at > self.clock.now():
            return None
        input = InputId(f"seal:{incident.id}:{len(incident.checkpoints)}:{at.isoformat()}")
        task = ports.Task(id=task_id(input, 0), lane=incident.id, action=ports.SealRecord(), bulk=True)
        return input, Outcome(tasks=(task,))

    async def seal(self, task: ports.Task) -> None:
        """Sign what the record is now, ask for the time outside, and write down what is to be posted."""
        leaves = await self.records.leaves(task.lane)
        now = self.clock.now()
        checkpoint = Checkpoint(incident=task.lane, size=len(leaves), root=Tree(leaves).root().hex(), at=now)
        line = checkpoint.line(self.key.public, self.key.sign(checkpoint.statement()))
        stamping, stamp = await self.stamps.stamp(line)
        input = result_input(task)
        action = ports.PostCheckpoint(size=len(leaves), line=line, at=now, stamping=stamping, stamp=stamp)
        post = ports.Task(id=task_id(input, 0), lane=task.lane, action=action, bulk=task.bulk)
        async with self.ledger.deciding:
            incident = self.ledger.books.incident(task.lane)
            waits = incident is not None and incident.room is not None and incident.unsealed_since is not None
            await self.ledger.commit(input, Outcome(tasks=(post,) if waits else ()), done=task)

    async def post(self, task: ports.Task, sealed: ports.PostCheckpoint) -> None:
        """Post a checkpoint, and take it for a fact. Raises ChatError."""
        incident = self.ledger.books.incident(task.lane)
        if incident is None or incident.room is None:
            await self.ledger.settle(task)
            return
        number = len(incident.checkpoints) + 1
        text = worded(
            task,
            incident.language,
            lambda: voice.checkpoint(
                incident,
                number=number,
                size=sealed.size,
                line=sealed.line,
                at=sealed.at,
                stamping=sealed.stamping,
            ),
        )
        content = ports.Content(body=text.body, html=text.html, stands=True)
        event = await self.chat.say(incident.room, content, txn=task.id, readers=frozenset(incident.roster))
        fact = CheckpointPosted(
            at=self.clock.now(), number=number, size=sealed.size, line=sealed.line, stamp=sealed.stamp
        )
        spoken = ports.Spoken(room=incident.room, event=event, about=())
        async with self.ledger.deciding:
            outcome = Outcome(stream=incident.id, facts=(fact,))
            await self.ledger.commit(result_input(task), outcome, done=task, spoken=spoken)
