"""What the room knew at an hour: nothing that came later stands in it."""

from __future__ import annotations

from datetime import datetime

from bot.core.incident import Incident, StepStatus
from bot.voice.catalogue import say, word
from bot.voice.incident.known import answered
from bot.voice.judging.decisions import lines
from bot.voice.markup import Piece, Text, bullets, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import and_more, clock_line, severity_word, step_title, title_of

_MOST = 30


def known_at(incident: Incident, at: datetime, number: int, latest: datetime) -> Text:
    """Return what was known at *at*; *incident* is as it was then, after fact *number*, which was recorded *latest*."""
    language = incident.language
    head = say(
        language,
        "known.at",
        at=moment(at, incident.zone, language),
        number=str(number),
        latest=moment(latest, incident.zone, language),
    )
    state = say(
        language,
        "known.at.state",
        title=title_of(incident),
        severity=severity_word(incident.severity, language),
        status=word(language, f"status.{incident.status.value}"),
    )
    return render(
        paragraphs(head, state, answered(incident), _clocks(incident, at), _steps(incident), _decided(incident))
    )


def _clocks(incident: Incident, at: datetime) -> Piece:
    found = incident.clocks()
    if not found:
        return Piece("")
    more = and_more("count.clocks", len(found) - _MOST, incident.language)
    shown = bullets(clock_line(incident, clock, at) for clock in found[:_MOST])
    return paragraphs(say(incident.language, "known.at.clocks"), shown, more)


def _steps(incident: Incident) -> Piece:
    """Return which steps were done or left out, in the playbook's order."""
    language = incident.language
    found = [step for step in incident.playbook.steps() if incident.step_state(step.id).settled]
    if not found:
        return say(language, "known.at.steps.none")
    shown = bullets(
        say(
            language,
            "known.at.step.skipped"
            if incident.step_state(step.id).status is StepStatus.SKIPPED
            else "known.at.step.done",
            step=step.id,
            title=step_title(incident, step),
        )
        for step in found[:_MOST]
    )
    return paragraphs(say(language, "known.at.steps"), shown, and_more("count.steps", len(found) - _MOST, language))


def _decided(incident: Incident) -> Piece:
    if not incident.decisions:
        return Piece("")
    return paragraphs(say(incident.language, "known.at.decisions"), lines(incident, incident.decisions.values()))
