"""The clocks of the law as a table: since when, until when, what became of them, and where the law says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.core.clocks.rules import Clock, Filed, Running, SetAside, Suspected, wall_time
from bot.core.documents.register import is_late, running_of
from bot.core.incident import Incident
from bot.core.report.pages import Block, Heading, Prose, Table
from bot.voice.catalogue import word
from bot.voice.wording import clock_title, near_opening, person, short

_LONGEST = 200


def clocks(incident: Incident, at: datetime) -> Iterator[Block]:
    """Yield the table of clocks; nothing where there is none."""
    rows, language = clock_rows(incident, at), incident.language
    if rows:
        title = word(language, "report.clocks")
        yield Heading(text=title)
        head = tuple(word(language, f"report.clock.{name}") for name in ("name", "aware", "due", "state", "source"))
        yield Prose(text=word(language, "report.clocks.note"), is_aside=True)
        yield Table(title=title, head=head, widths=(6, 6, 4, 6, 5), rows=rows)


def clock_rows(incident: Incident, at: datetime) -> tuple[tuple[str, ...], ...]:
    """Return a row for each clock that was ever started, set aside or waits: name, aware, due, state and source."""
    return tuple(_row(incident, clock, at) for clock in incident.clocks())


def _row(incident: Incident, clock: Clock, at: datetime) -> tuple[str, ...]:
    running = running_of(clock)
    due = None if running is None or running.due is None else wall_time(running, incident.pace, running.due)
    aware = "" if running is None else near_opening(running.aware, incident)
    source = f"\n{short(running.source, 80)}" if running is not None and running.source else ""
    return (
        f"{clock.rule.id} · {clock_title(incident, clock)}",
        aware + source,
        "" if due is None else near_opening(due, incident),
        _state(incident, clock, at),
        clock.rule.source,
    )


def _state(incident: Incident, clock: Clock, at: datetime) -> str:
    language, state = incident.language, clock.state
    match state:
        case Running():
            return word(language, "report.clock.late" if is_late(clock, at) else "report.clock.runs")
        case Suspected():
            return word(language, "report.clock.waits")
        case Filed():
            key = "report.clock.filed.late" if is_late(clock, at) else "report.clock.filed"
            said = word(language, key, at=near_opening(state.at, incident))
            return f"{said} {short(state.reference, _LONGEST)}"
        case SetAside():
            said = word(language, "report.clock.aside", by=person(incident, state.by))
            return f"{said} {short(state.reason, _LONGEST)}"
        case _:
            assert_never(state)
