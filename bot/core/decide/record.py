"""Deciding on the record: who witnesses a checkpoint, and the legal hold. Closed incidents have a record too."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core import commands, facts
from bot.core.decide.asking import ask
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.record.errors import HeldAlready, NotHeld, UnknownCheckpoint, WitnessedAlready

OfRecord = commands.WitnessCheckpoint | commands.Hold | commands.LiftHold


def of_record(
    incident: Incident, act: OfRecord, by: UserId, now: datetime
) -> facts.CheckpointWitnessed | facts.Held | facts.ConfirmationAsked:
    """Return what *act* makes of the record; lifting a hold waits for a second person. Raises RuleError."""
    match act:
        case commands.WitnessCheckpoint(number=number):
            if not 1 <= number <= len(incident.checkpoints):
                raise UnknownCheckpoint(len(incident.checkpoints))
            if by in incident.witnesses.get(number, ()):
                raise WitnessedAlready
            return facts.CheckpointWitnessed(at=now, by=by, number=number)
        case commands.Hold(reason=reason):
            if incident.held is not None:
                raise HeldAlready(incident.held.reason)
            return facts.Held(at=now, by=by, reason=reason)
        case commands.LiftHold():
            if incident.held is None:
                raise NotHeld
            return ask(incident, facts.Lifting(reason=incident.held.reason), by, now)
        case _:
            assert_never(act)
