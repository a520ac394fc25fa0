"""The clocks of an incident as lines over one axis of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.core.clocks.rules import Clock, Filed, Running, SetAside, legal_time, wall_time
from bot.core.documents.chart import Span, Spans, Tone
from bot.core.incident import Incident
from bot.voice.catalogue import word
from bot.voice.markup import Moment
from bot.voice.times import moment
from bot.voice.wording import clock_title, marked, provisional, short

_LONGEST_TITLE = 34


def clocks_chart(incident: Incident, now: datetime, longest: int = _LONGEST_TITLE) -> Spans:
    """Return the clocks that run, were filed, or would run if somebody started them, as `!clocks` lists them.

    Of a title stand so many letters as the *longest* has.
    """
    drawn_at = moment(now, incident.zone, incident.language)
    return Spans(
        title=marked(incident, incident.codename),
        note=drawn_at,
        now=now,
        now_label=word(incident.language, "chart.now"),
        spans=tuple(span for clock in incident.clocks() for span in _span(incident, clock, (now, drawn_at), longest)),
    )


def _span(incident: Incident, clock: Clock, drawn: tuple[datetime, Moment], longest: int) -> Iterator[Span]:
    """Yield the line of *clock*; none for one that was set aside, or that has no figure and nothing to count from."""
    language, state = incident.language, clock.state
    now, drawn_at = drawn
    running = state.running if isinstance(state, Filed) else state
    is_started = isinstance(running, Running)
    if not isinstance(running, Running):
        running = incident.supposed.get(clock.rule.id)
    if running is None or running.due is None or isinstance(state, SetAside):
        return
    due = wall_time(running, incident.pace, running.due)
    end = state.at if isinstance(state, Filed) else due
    kind = "filed" if isinstance(state, Filed) else "supposed" if not is_started else _standing(incident, running, now)
    label = word(language, f"chart.{kind}", at=moment(end, incident.zone, language).after(drawn_at))
    yield Span(
        title=short(f"{clock.rule.id} {clock_title(incident, clock)}", longest),
        label=provisional(label, running, incident),
        start=min(running.aware, end),
        end=max(end, now) if kind == "overdue" else end,
        tone=_TONES[kind],
        is_certain=is_started and not running.proposed,
    )


def _standing(incident: Incident, running: Running, now: datetime) -> str:
    is_late = running.due is not None and legal_time(running, incident.pace, now) > running.due
    return "overdue" if is_late else "running"


_TONES = {"filed": Tone.GOOD, "running": Tone.GOING, "overdue": Tone.ALARM, "supposed": Tone.CARE}
