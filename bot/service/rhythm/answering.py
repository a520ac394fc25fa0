"""What is asked of the rhythm: points, their cadence, who is on, handovers."""

from __future__ import annotations

from dataclasses import replace

from bot import voice
from bot.core import commands
from bot.core.evolve import evolve
from bot.core.names import InputId
from bot.core.rhythm import deciding
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed, decided
from bot.service.tasks import poll_task


def write(command: commands.WritePoint, asked: Typed, _: Sources) -> Outcome:
    """Note where things stand. Raises RuleError."""
    return decided(asked, deciding.write(asked.here, command, asked.by, asked.now))


def set_cadence(command: commands.SetCadence, asked: Typed, _: Sources) -> Outcome:
    """Choose a cadence. Raises RuleError."""
    return decided(asked, deciding.set_cadence(asked.here, command, asked.by, asked.now))


def give(command: commands.GiveHandover, asked: Typed, _: Sources) -> Outcome:
    """Read back what is open to whoever is to take over, and ask them to acknowledge it. Raises RuleError."""
    fact = deciding.give(asked.here, command, asked.by, asked.now)
    outcome, text = decided(asked, fact), voice.relay_poll(fact, evolve(asked.here, fact))
    if text.ballot is None:
        return outcome
    poll = poll_task(InputId(f"{asked.input}:relay"), 0, asked.address, text, text.ballot)
    return replace(outcome, tasks=(*outcome.tasks, poll))


def take(command: commands.TakeHandover, asked: Typed, sources: Sources) -> Outcome:
    """Note that a handover is acknowledged, and from which device. Raises RuleError."""
    device = asked.around.asker.device, sources.proof_of(asked.by)
    return decided(asked, deciding.take(asked.here, command, asked.by, device, asked.now))
