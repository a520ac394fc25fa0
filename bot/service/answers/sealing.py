"""`!seal`: a checkpoint made now."""

from __future__ import annotations

from bot import ports
from bot.core import commands
from bot.core.record.errors import NothingToSeal
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed
from bot.service.tasks import task_id


def seal(_: commands.SealRecord, asked: Typed, __: Sources) -> Outcome:
    """Have a checkpoint posted, which is the answer. Raises NothingToSeal."""
    incident = asked.here
    if incident.unsealed_since is None:
        raise NothingToSeal(len(incident.checkpoints))
    return Outcome(tasks=(ports.Task(id=task_id(asked.input, 0), lane=incident.id, action=ports.SealRecord()),))
