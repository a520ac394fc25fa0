"""The card of an incident, the brief for those who come late, the list of incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.clocks.rules import Running, Suspected
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.playbook import Asked, Phase
from bot.voice.catalogue import counted, say, word
from bot.voice.details import question_name
from bot.voice.incident.standing import first_line, standing_line
from bot.voice.markup import Piece, Text, bullets, join, paragraphs, render
from bot.voice.times import moment, zone_words
from bot.voice.typography import typeset
from bot.voice.wording import (
    SHORT,
    answer_word,
    clock_line,
    cut,
    people,
    person,
    role_words,
    severity_word,
    short,
    step_line,
    title_of,
)

_STEPS_ON_CARD = 3
_STEPS_IN_BRIEF = 8
_PEOPLE_IN_BRIEF = 30
_INCIDENTS_IN_LIST = 20


def card(incident: Incident, now: datetime) -> Text:
    """Return the status card: which clock ends first and what is next, then where the incident stands.

    It stays and is read at any time: nothing in it counts from *now*, which only says what is overdue.
    """
    return render(
        paragraphs(
            join((first_line(incident, now), _head(incident))),
            _closing(incident),
            _card_clocks(incident, now),
            _to_confirm(incident),
            _progress(incident),
            _next_mandatory(incident, _STEPS_ON_CARD),
        )
    )


def card_moved(language: Language) -> Text:
    """Return what stands in the place of a card that was posted anew."""
    return render(say(language, "card.moved"))


def brief(incident: Incident, now: datetime, *, is_asked: bool = False) -> Text:
    """Return what somebody who comes late must know: all that the room said before, they cannot read.

    Who asked for it may have read all of that.
    """
    language = incident.language
    opened = say(
        language,
        "brief.opened",
        by=person(incident, incident.opened_by),
        at=moment(incident.opened_at, incident.zone, language),
        playbook=typeset(incident.playbook.title, language),
    )
    return render(
        paragraphs(
            say(language, "brief.asked" if is_asked else "brief.title"),
            _head(incident),
            _closing(incident),
            opened,
            _clocks(incident, now),
            _progress(incident),
            _list("brief.steps", incident, [step_line(incident, step) for step in incident.open_steps()]),
            _answers(incident),
            _people(incident),
            say(language, "brief.end"),
        )
    )


def incident_list(incidents: Sequence[Incident], language: Language, now: datetime) -> Text:
    """Return the incidents the asker may see, the newest first."""
    if not incidents:
        return render(say(language, "list.none"))
    newest = sorted(incidents, key=lambda incident: incident.opened_at, reverse=True)
    shown = [replace(incident, language=language) for incident in newest[:_INCIDENTS_IN_LIST]]
    lines = [_list_line(incident, now) for incident in shown]
    rest = len(newest) - len(lines)
    more = say(language, "list.more", count=str(rest)) if rest else Piece("")
    return render(paragraphs(say(language, "list.title"), bullets(lines), more))


def _head(incident: Incident) -> Piece:
    language = incident.language
    lines = [
        say(language, "card.title", title=title_of(incident)),
        say(
            language,
            "card.state",
            codename=incident.codename,
            severity=severity_word(incident.severity, language),
            status=word(language, f"status.{incident.status.value}"),
        ),
        say(language, "card.leaders", people=people(incident, incident.leaders())),
    ]
    if incident.drill:
        key = "card.drill.fast" if incident.pace > 1 else "card.drill"
        lines.insert(1, say(language, key, pace=f"{incident.pace:g}"))
    return join(lines)


def _closing(incident: Incident) -> Piece:
    if incident.status is not Status.CLOSED:
        return Piece("")
    summary = incident.closed_summary
    return say(incident.language, "card.closed.summary" if summary else "card.closed", summary=cut(summary, 1_000))


def _clocks(incident: Incident, now: datetime) -> Piece:
    lines = [clock_line(incident, clock, now) for clock in incident.clocks()]
    return _list("card.clocks", incident, lines, limit=len(lines)) if lines else say(incident.language, "clocks.none")


def _card_clocks(incident: Incident, now: datetime) -> Piece:
    lines = bullets(standing_line(incident, clock, now) for clock in incident.clocks())
    if not lines.source:
        return say(incident.language, "clocks.none")
    title = say(incident.language, "card.clocks.zone", zone=zone_words(incident.zone, incident.language))
    return paragraphs(title, lines)


def _to_confirm(incident: Incident) -> Piece:
    """Return how a clock is started, while one waits for it."""
    waits = any(isinstance(clock.state, Suspected) for clock in incident.clocks())
    is_open = incident.status is not Status.CLOSED
    return say(incident.language, "card.to_confirm") if waits and is_open else Piece("")


def _progress(incident: Incident) -> Piece:
    needed = incident.needed_steps()
    settled = [step for step in needed if incident.step_state(step.id).settled]
    phases = " · ".join(words for phase in incident.playbook.phases if (words := _phase(incident, phase)))
    return say(incident.language, "card.progress", settled=str(len(settled)), needed=str(len(needed)), phases=phases)


def _phase(incident: Incident, phase: Phase) -> str:
    needed = [step for step in phase.steps if incident.needs(step)]
    settled = sum(incident.step_state(step.id).settled for step in needed)
    return f"{typeset(phase.name, incident.language)} {settled}/{len(needed)}" if needed else ""


def _next_mandatory(incident: Incident, limit: int) -> Piece:
    if incident.status is Status.CLOSED:
        return Piece("")
    mandatory = [step for step in incident.open_steps() if step.mandatory]
    if mandatory:
        return _list("card.mandatory", incident, [step_line(incident, step) for step in mandatory], limit=limit)
    steps = [step_line(incident, step) for step in incident.open_steps()]
    return _list("card.next", incident, steps, limit=limit) if steps else say(incident.language, "steps.none")


def _list(key: str, incident: Incident, lines: Sequence[Piece], *, limit: int = _STEPS_IN_BRIEF) -> Piece:
    """Return a titled list with a count of what it leaves out; an empty piece for no lines."""
    if not lines:
        return Piece("")
    rest = len(lines) - limit
    more = (
        say(incident.language, "steps.more", count=counted(incident.language, "count.steps", rest))
        if rest > 0
        else Piece("")
    )
    return paragraphs(say(incident.language, key), bullets(lines[:limit]), more)


def _answers(incident: Incident) -> Piece:
    lines = [
        say(
            incident.language,
            "brief.answer",
            question=question_name(asked.name, incident),
            text=typeset(asked.text, incident.language),
            value=short(_answer(incident, asked)),
        )
        for asked in incident.playbook.questions
        if asked.name in incident.answers or asked.when.holds(incident.answers)
    ]
    return _list("brief.answers", incident, lines, limit=len(lines))


def _answer(incident: Incident, asked: Asked) -> str:
    value = incident.answers.get(asked.name)
    return word(incident.language, "answer.none") if value is None else answer_word(value, incident.language)


def _people(incident: Incident) -> Piece:
    language = incident.language
    lines = [
        say(
            language,
            "brief.person.left" if user in incident.left else "brief.person",
            name=person(incident, user),
            roles=role_words(roles, language),
        )
        for user, roles in incident.roster.items()
    ]
    return _list("brief.people", incident, lines[:_PEOPLE_IN_BRIEF], limit=_PEOPLE_IN_BRIEF)


def _list_line(incident: Incident, now: datetime) -> Piece:
    language = incident.language
    head = say(
        language,
        "list.line",
        codename=incident.codename,
        title=title_of(incident, SHORT),
        severity=severity_word(incident.severity, language),
        status=word(language, f"status.{incident.status.value}"),
    )
    return join((head, _first_clock(incident, now)))


def _first_clock(incident: Incident, now: datetime) -> Piece:
    """Return the clock that ends first, of an incident that is not closed."""
    urgent: Iterable[Piece] = (
        clock_line(incident, clock, now) for clock in incident.clocks() if isinstance(clock.state, Running | Suspected)
    )
    return Piece("") if incident.status is Status.CLOSED else next(iter(urgent), Piece(""))
