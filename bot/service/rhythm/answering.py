"""What is asked of the rhythm: points, their cadence, who is on, handovers."""

from __future__ import annotations

from dataclasses import replace

from bot import voice
from bot.core import commands, facts
from bot.core.evolve import evolve
from bot.core.names import InputId
from bot.core.rhythm import deciding
from bot.service.answers.sources import Sources
from bot.service.evidence.answering import proof_of
from bot.service.outcome import Outcome, Typed
from bot.service.tasks import incident_tasks, poll_task


def write(command: commands.WritePoint, asked: Typed, _: Sources) -> Outcome:
    """Note where things stand. Raises RuleError."""
    return _decided(asked, deciding.write(asked.here, command, asked.by, asked.now))


def set_cadence(command: commands.SetCadence, asked: Typed, _: Sources) -> Outcome:
    """Choose a cadence. Raises RuleError."""
    return _decided(asked, deciding.set_cadence(asked.here, command, asked.by, asked.now))


def give(command: commands.GiveHandover, asked: Typed, _: Sources) -> Outcome:
    """Read back what is open to whoever is to take over, and ask them to acknowledge it. Raises RuleError."""
    fact = deciding.give(asked.here, command, asked.by, asked.now)
    outcome, text = _decided(asked, fact), voice.relay_poll(fact, evolve(asked.here, fact))
    if text.ballot is None:
        return outcome
    poll = poll_task(InputId(f"{asked.input}:relay"), 0, asked.address, text, text.ballot)
    return replace(outcome, tasks=(*outcome.tasks, poll))


def take(command: commands.TakeHandover, asked: Typed, sources: Sources) -> Outcome:
    """Note that a handover is acknowledged, and from which device. Raises RuleError."""
    device = asked.around.asker.device, proof_of(asked.by, sources)
    return _decided(asked, deciding.take(asked.here, command, asked.by, device, asked.now))


def _decided(asked: Typed, fact: facts.RhythmFact) -> Outcome:
    incident = asked.here
    tasks = incident_tasks(asked.input, incident, (fact,), asked.address, asked.now)
    return Outcome(stream=incident.id, facts=(fact,), tasks=tasks)
