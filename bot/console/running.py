"""What runs, on the console: how the bot is, and which incidents there are.

`{"ask": "status"}` is answered with how the bot is, and `{"ask": "incidents"}` with a line for each incident.
Titles are among them: the socket is the owner's, who holds the key of the state as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import __version__
from bot.console.socket import STANDS_BY, Answer, Question, ask
from bot.core.clocks.rules import Running
from bot.core.incident import Incident, Status
from bot.service.books import Books
from bot.service.watchdog import Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the bot is, in numbers and in a few plain words."""

    version: str
    since: datetime
    seconds_since_sync: float | None
    """None before the first good sync."""
    incidents_open: int
    outbox_rows: int
    alarms_overdue: int
    troubles: tuple[str, ...]
    """What `/healthz` complains of; empty when all is well."""
    stands_by: bool
    """Another machine speaks: of incidents and reminders nothing is known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One incident as the operator sees it."""

    codename: str
    title: str
    severity: str
    playbook: str
    state: str
    drill: bool
    organisation: str
    """Whose room it is, where it is one of very many; else empty."""
    rule: str
    """Of the clock that ends first; empty when none runs."""
    due: datetime | None


def answers(books: Books, vitals: Callable[[], Vitals], since: datetime) -> Answer:
    """Return what answers for a bot that runs *since* then."""

    async def answer(asked: Any) -> Question | None:
        match asked:
            case {"ask": "status"}:
                return written(_standing(vitals(), since))
            case {"ask": "incidents"}:
                kept = (incident for incident in books.incidents() if incident.purged_at is None)
                return {"incidents": [written(_listed(incident)) for incident in kept]}
            case _:
                return None

    return answer


def answers_while_standing_by(vitals: Callable[[], Vitals], since: datetime) -> Answer:
    """Return what answers for a bot that waits, *since* then, to take over."""

    async def answer(asked: Any) -> Question:
        return written(_standing(vitals(), since)) if asked == {"ask": "status"} else STANDS_BY

    return answer


async def standing_of(folder: Path) -> Standing:
    """Return how the bot is that runs on a state folder. Raises NotRunningError."""
    told = await ask(folder, {"ask": "status"})
    read = {"since": datetime.fromisoformat(told["since"]), "troubles": tuple(told["troubles"])}
    return Standing(**{**told, **read})


async def incidents_of(folder: Path) -> tuple[Listed, ...]:
    """Return the incidents of the bot that runs on a state folder, the oldest first. Raises NotRunningError."""
    told = (await ask(folder, {"ask": "incidents"}))["incidents"]
    return tuple(Listed(**{**row, "due": row["due"] and datetime.fromisoformat(row["due"])}) for row in told)


def written(told: Standing | Listed) -> Question:
    """Return it as JSON has it: times in ISO 8601, in UTC."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(told).items()}


def _standing(vitals: Vitals, since: datetime) -> Standing:
    return Standing(
        version=__version__,
        since=since,
        seconds_since_sync=vitals.seconds_since_sync,
        incidents_open=vitals.incidents_open,
        outbox_rows=vitals.outbox_rows,
        alarms_overdue=vitals.alarms_overdue,
        troubles=vitals.troubles,
        stands_by=vitals.stands_by,
    )


def _listed(incident: Incident) -> Listed:
    rule, due = _first_due(incident)
    return Listed(
        codename=incident.codename,
        title=incident.title,
        severity=incident.severity.value,
        playbook=incident.playbook.id,
        state=incident.status.value,
        drill=incident.drill,
        organisation=incident.organisation,
        rule=rule,
        due=due,
    )


def _first_due(incident: Incident) -> tuple[str, datetime | None]:
    """Return the clock that ends first, of an incident that is not closed."""
    states = ((clock.rule.id, incident.supposed.get(clock.rule.id, clock.state)) for clock in incident.clocks())
    ends = [(state.due, id) for id, state in states if isinstance(state, Running) and state.due is not None]
    if incident.status is Status.CLOSED or not ends:
        return "", None
    due, id = min(ends)
    return id, due
