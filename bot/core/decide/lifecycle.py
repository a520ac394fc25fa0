"""Deciding on the end of the incident, and on its record: who witnesses a checkpoint, and the legal hold."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.core import commands, facts
from bot.core.clocks.rules import Running
from bot.core.decide.asking import ask
from bot.core.errors import ClocksStillRunning
from bot.core.incident import Incident
from bot.core.names import RuleId, UserId
from bot.core.people.two_persons import second_persons
from bot.core.record.errors import HeldAlready, NotHeld, UnknownCheckpoint, WitnessedAlready

OfRecord = commands.WitnessCheckpoint | commands.Hold | commands.LiftHold
"""What a closed incident takes too."""


def close(
    incident: Incident, command: commands.Close, by: UserId, now: datetime
) -> facts.Closed | facts.ConfirmationAsked:
    """End the incident; when that would silence a legal clock that still runs, ask for a second person.

    Drills close at any time.
    """
    running = silenced_by_closing(incident)
    if not running or incident.drill:
        return facts.Closed(at=now, by=by, summary=command.summary)
    closing = facts.Closing(summary=command.summary, rules=running)
    if not second_persons(incident, by, closing, now):
        raise ClocksStillRunning(running)
    return ask(incident, closing, by, now)


def silenced_by_closing(incident: Incident) -> tuple[RuleId, ...]:
    """Return the legal clocks that still run, with a due time or without: what has no figure is owed too."""
    return tuple(
        clock.rule.id for clock in incident.clocks() if isinstance(clock.state, Running) and not clock.rule.may_wait
    )


# --- the record ---------------------------------------------------------------------------------------------


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
