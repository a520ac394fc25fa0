"""The second person confirms: what an incident waits for, or what the house does."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot.core.commands import GiveConfirmation
from bot.core.decide import house
from bot.core.facts import CascadeOpening, Trusting
from bot.service.answers import trusting
from bot.service.answers.acting import act
from bot.service.answers.sources import Sources
from bot.service.outcome import Outcome, Typed


def confirm(command: GiveConfirmation, asked: Typed, sources: Sources) -> Outcome:
    """Carry out what waits for a second person. Raises RuleError."""
    if asked.around.incident is not None:
        return act(command, asked, sources)
    given = house.confirm(sources.books.desk, sources.house.people, command.number, asked.by, asked.now)
    match given.act:
        case CascadeOpening():
            done = Outcome(tasks=(sources.cascades.confirmed(given.act, asked.by, given.asked_by, asked),))
        case Trusting():
            done = trusting.confirmed(given.act, given.asked_by, asked, sources)
        case _:
            assert_never(given.act)
    return replace(done, facts=(given, *done.facts))
