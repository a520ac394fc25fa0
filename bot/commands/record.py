"""Readers of commands about the record: its checkpoints, and the legal hold."""

from __future__ import annotations

from bot.commands.line import Line
from bot.commands.readers import number
from bot.commands.reasons import Argument
from bot.core import commands


def read_seal(line: Line) -> commands.SealRecord | commands.WitnessCheckpoint:
    witnessed = number(line)
    return commands.SealRecord() if witnessed is None else commands.WitnessCheckpoint(number=witnessed)


def read_hold(line: Line) -> commands.Hold:
    return commands.Hold(reason=line.whole(Argument.REASON))


def read_unhold(line: Line) -> commands.LiftHold:
    line.nothing()
    return commands.LiftHold()
