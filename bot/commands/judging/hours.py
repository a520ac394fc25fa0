"""Reader of `!known`: an hour of the past."""

from __future__ import annotations

from bot.commands.line import Line
from bot.commands.readers import moment
from bot.commands.reasons import Argument
from bot.commands.when import in_figures
from bot.core.commands import ShowKnown


def read_known(line: Line) -> ShowKnown:
    when = in_figures(line.whole(Argument.WHEN), line.now, line.zone)
    return ShowKnown(at=moment(when, line))
