"""When a card has to be shown anew because time passed: it says that a clock is overdue from the due time on."""

from __future__ import annotations

from datetime import datetime

from bot.core.clocks.rules import Running, wall_time
from bot.core.incident import Incident, Status
from bot.core.ringing.supposed import ringing_clocks


def next_turn(incident: Incident, since: datetime) -> datetime | None:
    """Return when the first clock is due after *since*, on the wall; None when none is, or no card is looked at.

    It does not matter whether anything rings then: who wanted quiet until tomorrow looks at the card today.
    """
    if incident.status is not Status.OPEN:
        return None
    states = (clock.state for clock in ringing_clocks(incident))
    dues = (wall_time(state, incident.pace, state.due) for state in states if isinstance(state, Running) and state.due)
    return min((due for due in dues if due > since), default=None)
