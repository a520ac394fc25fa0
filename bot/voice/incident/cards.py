"""The card of an incident, the brief for those who come late, the list of incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.clocks.rules import Clock, Running, Suspected
from bot.core.incident import Incident, Status
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.guests import unproved
from bot.core.playbook import Asked, Step
from bot.core.replies.subjects import About, Clocks, Questions, Steps
from bot.sentences.typography import typeset
from bot.voice.catalogue import counted, say, word
from bot.voice.details import certainty_word, question_name
from bot.voice.incident.standing import first_line, standing_line
from bot.voice.markup import Piece, Text, bullets, folded, join, paragraphs, render
from bot.voice.organisations.caller import author, card_line
from bot.voice.rhythm.points import point_line
from bot.voice.times import moment, zone_words
from bot.voice.wording import (
    SHORT,
    and_more,
    answer_word,
    clock_line,
    cut,
    people,
    person,
    role_words,
    severity_word,
    short,
    step_line,
    step_title,
    title_of,
)

_CLOCKS_ON_CARD = 4
_STEPS_IN_BRIEF = _CLOCKS_IN_BRIEF = 3
_PEOPLE_IN_BRIEF = 8
_INCIDENTS_IN_LIST = 20


def card(incident: Incident, now: datetime) -> Text:
    """Return the status card: which clock ends first and what is next, then where the incident stands.

    It stays and is read at any time: nothing in it counts from *now*, which only says what is overdue.
    """
    return render(
        paragraphs(
            join((first_line(incident, now), _head(incident), _unproved(incident))),
            _closing(incident),
            _card_clocks(incident, now),
            _progress(incident),
        ),
        *_about_card(incident),
    )


def card_moved(language: Language) -> Text:
    """Return what stands in the place of a card that was posted anew."""
    return render(say(language, "card.moved"))


def brief(incident: Incident, now: datetime) -> Text:
    """Return where the incident stands, for whoever asks."""
    head = (say(incident.language, "brief.asked"), _head(incident), _closing(incident))
    return render(paragraphs(*head, _situation(incident, now), point_line(incident, now)), *_about_brief(incident))


def arrival(incident: Incident, now: datetime) -> Text:
    """Return what who comes late must know: what the room said before, they cannot read, and the card comes anew."""
    language = incident.language
    return render(
        paragraphs(
            say(language, "brief.title"),
            join((first_line(incident, now), say(language, "card.title", title=title_of(incident)))),
            _closing(incident),
            folded(say(language, "brief.folded"), _situation(incident, now)),
        ),
        *_about_brief(incident),
    )


def _situation(incident: Incident, now: datetime) -> Piece:
    return paragraphs(
        _opened(incident),
        _urgent(incident, now),
        _list("brief.steps", incident, [step_line(incident, step) for step in incident.open_steps()]),
        join((_answers(incident), _people(incident))),
        say(incident.language, "brief.end"),
    )


def _opened(incident: Incident) -> Piece:
    return say(
        incident.language,
        "brief.opened",
        by=author(incident, incident.opened_by) if incident.caller else person(incident, incident.opened_by),
        at=moment(incident.opened_at, incident.zone, incident.language),
        playbook=typeset(incident.playbook.title, incident.language),
    )


def _about_brief(incident: Incident) -> About:
    steps = _about(incident, incident.open_steps()[:_STEPS_IN_BRIEF])
    return (*steps, Questions(questions=tuple(asked.name for asked in incident.open_questions())))


def _about_card(incident: Incident) -> About:
    steps = _mandatory_or_all(incident) if incident.status is not Status.CLOSED else ()
    return _about(incident, steps[:1])


def _about(incident: Incident, steps: Sequence[Step]) -> tuple[Clocks, Steps]:
    rules = tuple(clock.rule.id for clock in incident.clocks())
    return Clocks(rules=rules), Steps(steps=tuple(step.id for step in steps))


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
        card_line(incident),
        say(
            language,
            "card.state",
            codename=incident.codename,
            severity=severity_word(incident.severity, language),
            status=word(language, f"status.{incident.status.value}"),
            people=people(incident, incident.leaders()),
        ),
    ]
    if incident.drill:
        key = "card.drill.fast" if incident.pace > 1 else "card.drill"
        lines.insert(1, say(language, key, pace=f"{incident.pace:g}"))
    return join(lines)


def _unproved(incident: Incident) -> Piece:
    """Return who came by a door and is still to be proved."""
    guests = unproved(incident.doors)
    return say(incident.language, "card.unproved", people=short(people(incident, guests), 200)) if guests else Piece("")


def _closing(incident: Incident) -> Piece:
    """Return that it is closed, and that it is kept whole; nothing where neither is so."""
    language, summary, held = incident.language, incident.closed_summary, incident.held
    key = "card.closed.summary" if summary else "card.closed"
    closed = say(language, key, summary=cut(summary, 1_000)) if incident.status is Status.CLOSED else Piece("")
    return join((closed, Piece("") if held is None else say(language, "card.held", reason=short(held.reason))))


def _card_clocks(incident: Incident, now: datetime) -> Piece:
    """Return the clocks that end first, a line each, and how one is started while any waits for it."""
    clocks, language = incident.clocks(), incident.language
    if not clocks:
        return say(language, "clocks.none")
    title = say(language, "card.clocks.zone", zone=zone_words(incident.zone, language))
    lines = [standing_line(incident, clock, now) for clock in clocks[:_CLOCKS_ON_CARD]]
    waits = incident.status is not Status.CLOSED and any(isinstance(clock.state, Suspected) for clock in clocks)
    return join(
        (
            title,
            *lines,
            _more_clocks(incident, len(lines)),
            say(language, "card.to_confirm") if waits else Piece(""),
            *(say(language, "card.proposed", rule=clock.rule.id) for clock in _proposed(incident)),
        )
    )


def _proposed(incident: Incident) -> Iterable[Clock]:
    """Return the clocks of which nobody of the organisation confirmed since when they run."""
    clocks = incident.clocks() if incident.status is not Status.CLOSED else ()
    return (clock for clock in clocks if isinstance(clock.state, Running) and clock.state.proposed)


def _progress(incident: Incident) -> Piece:
    """Return how far it is, and what is next; in a new room that stands in full below the card."""
    needed = incident.needed_steps()
    settled = [step for step in needed if incident.step_state(step.id).settled]
    line = say(incident.language, "card.progress", settled=str(len(settled)), needed=str(len(needed)))
    return join((line, _next_step(incident))) if settled or not needed else line


def _next_step(incident: Incident) -> Piece:
    """Return the step that is next; whose it is stands in the first line."""
    if incident.status is Status.CLOSED:
        return Piece("")
    steps = _mandatory_or_all(incident)
    if not steps:
        return say(incident.language, "steps.none")
    return say(incident.language, "step.title", step=steps[0].id, title=step_title(incident, steps[0]))


def _mandatory_or_all(incident: Incident) -> Sequence[Step]:
    return [step for step in incident.open_steps() if step.mandatory] or incident.open_steps()


def _list(key: str, incident: Incident, lines: Sequence[Piece]) -> Piece:
    """Return a titled list with a count of what it leaves out; an empty piece for no lines."""
    if not lines:
        return Piece("")
    more = and_more("count.steps", len(lines) - _STEPS_IN_BRIEF, incident.language)
    return paragraphs(say(incident.language, key), bullets(lines[:_STEPS_IN_BRIEF]), more)


def _urgent(incident: Incident, now: datetime) -> Piece:
    """Return the clocks that end first, and how many more there are."""
    first = [clock for clock in incident.clocks() if isinstance(clock.state, Running | Suspected)][:_CLOCKS_IN_BRIEF]
    lines = bullets(clock_line(incident, clock, now) for clock in first)
    return paragraphs(say(incident.language, "card.clocks"), lines, _more_clocks(incident, len(first)))


def _more_clocks(incident: Incident, shown: int) -> Piece:
    rest = len(incident.clocks()) - shown
    count = counted(incident.language, "count.clocks", rest)
    return say(incident.language, "brief.clocks.more", count=count) if rest else Piece("")


def _answers(incident: Incident) -> Piece:
    """Return what was answered, and which questions are open, in a line each."""
    language, questions = incident.language, incident.playbook.questions
    given = [asked for asked in questions if asked.name in incident.answers]
    said = ", ".join(f"{question_name(asked.name, incident)} = {_answer(incident, asked)}" for asked in given)
    left = ", ".join(question_name(asked.name, incident) for asked in incident.open_questions())
    known = say(language, "brief.answers", answers=said) if said else Piece("")
    return join((known, say(language, "questions.open", names=left) if left else Piece("")))


def _answer(incident: Incident, asked: Asked) -> str:
    said = short(answer_word(incident.answers[asked.name], incident.language))
    doubt = incident.doubt(asked.name)
    if doubt is None or doubt.certainty is None:
        return said
    return f"{said} ({certainty_word(doubt.certainty, incident.language)})"


def _people(incident: Incident) -> Piece:
    """Return who is here, in a line."""
    here = [user for user in incident.roster if user not in incident.left]
    names = [f"{_marked(incident, user)} ({role_words(incident.roster[user], incident.language)})" for user in here]
    rest = f" +{len(names) - _PEOPLE_IN_BRIEF}" if len(names) > _PEOPLE_IN_BRIEF else ""
    return say(incident.language, "brief.people", people=", ".join(names[:_PEOPLE_IN_BRIEF]) + rest)


def _marked(incident: Incident, user: UserId) -> str:
    name = person(incident, user)
    return word(incident.language, "brief.unproved", name=name) if user in unproved(incident.doors) else name


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
