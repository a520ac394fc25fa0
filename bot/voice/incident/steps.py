"""Steps: the first ones of a new room, what is open for a person, one in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.decide.steps import find_step
from bot.core.incident import Incident, StepState, StepStatus
from bot.core.names import StepId, UserId
from bot.core.people.roster import Role
from bot.core.playbook import Step
from bot.core.replies.subjects import About, Questions, Steps
from bot.core.replies.turn import steps_of
from bot.sentences.typography import typeset
from bot.voice.catalogue import say, word
from bot.voice.custody.things import proof_of_step
from bot.voice.details import question_name
from bot.voice.incident.clocks import proposals
from bot.voice.incident.known import from_profile
from bot.voice.markup import Piece, Text, bullets, folded, join, paragraphs, pill, render, trusted
from bot.voice.organisations.caller import called_in
from bot.voice.times import moment
from bot.voice.wording import and_more, assignee, clock_line, cut, person, role_words, step_line, step_title

_MOST = 5


def first_steps(incident: Incident, policy: str) -> Text:
    """Return the very first step of a new room, and by *policy* who can read there; what fills a screen is folded."""
    language, steps = incident.language, incident.open_steps()
    readers = say(language, "first.readers", policy=word(language, f"policy.{policy}"))
    called = join((called_in(incident), *proposals(incident)))
    if not steps:
        return render(paragraphs(called, say(language, "steps.none"), readers), *_about(incident, ()))
    calendar = say(language, "first.calendar") if incident.has_calendar else Piece("")
    title = say(language, "first.title", step=steps[0].id, title=step_title(incident, steps[0]))
    known = join((from_profile(incident), calendar, _without_management(incident)))
    return render(
        paragraphs(
            called,
            join((title, _who_and_when(incident, steps[0]))),
            folded(
                say(language, "first.do"),
                _action(incident, steps[0]),
                join((_evidence(incident, steps[0]), say(language, "first.then"))),
            ),
            _on_duty(incident),
            say(language, "first.how"),
            folded(say(language, "first.about"), join((readers, say(language, "first.no_advice"))), known),
        ),
        *_about(incident, steps[:1]),
    )


def _on_duty(incident: Incident) -> Piece:
    """Return who of the roster is on duty, and for what; nothing where there are no rotas."""
    here = incident.duty_here()
    named = (
        say(
            incident.language,
            "first.duty.one",
            who=pill(person(incident, user), user),
            roles=role_words((role for role in here if here[role] == user), incident.language),
        )
        for user in dict.fromkeys(here.values())
    )
    return say(incident.language, "first.duty", people=join(named, ", ")) if here else Piece("")


def _without_management(incident: Incident) -> Piece:
    return Piece("") if incident.present(Role.MANAGEMENT) else say(incident.language, "first.no_management")


def next_for(incident: Incident, user: UserId, now: datetime) -> Text:
    """Return the open steps of *user*, the earliest due first; when none is theirs, everybody's."""
    mine = steps_of(incident, user)
    steps = sorted(mine or incident.open_steps(), key=lambda step: _urgency(incident, step))
    if not steps:
        return render(say(incident.language, "steps.none"))
    title = say(incident.language, "next.mine" if mine else "next.all")
    lines = [_dated_line(incident, step, now) for step in steps[:_MOST]]
    words = paragraphs(title, bullets(lines), _more(incident, steps), _questions(incident), _how(incident))
    return render(words, *_about(incident, steps[:_MOST]))


def _urgency(incident: Incident, step: Step) -> tuple[datetime, bool]:
    """Put first what is due first, and of what is due together what is obligatory; last what has no time."""
    return incident.aim_of(step) or datetime.max.replace(tzinfo=UTC), not step.mandatory


def step(incident: Incident, id: StepId, now: datetime) -> Text:
    """Return a step in full. Raises UnknownStep."""
    found = find_step(incident, id)
    clock = incident.clock(found.clock) if found.clock else None
    return render(
        paragraphs(
            _head(incident, found),
            join((_state(incident, found), _proof(incident, found))),
            _action(incident, found),
            clock_line(incident, clock, now) if clock else Piece(""),
            _source(incident, found),
        ),
        Steps(steps=(found.id,)),
    )


def to_do(incident: Incident, step: Step) -> Piece:
    """Return a step with what to do."""
    return paragraphs(_head(incident, step), _action(incident, step))


def _head(incident: Incident, step: Step) -> Piece:
    title = say(incident.language, "step.title", step=step.id, title=step_title(incident, step))
    return join((title, _who_and_when(incident, step), _evidence(incident, step)))


def _who_and_when(incident: Incident, step: Step) -> Piece:
    language = incident.language
    must = say(language, "step.mandatory") if step.mandatory else Piece("")
    who = join((say(language, "step.who", who=assignee(incident, step)), must), " · ")
    return join((who, _target(incident, step)))


def _evidence(incident: Incident, step: Step) -> Piece:
    if not step.evidence:
        return Piece("")
    return say(incident.language, "step.evidence", evidence=typeset(step.evidence, incident.language))


def _target(incident: Incident, step: Step) -> Piece:
    language, aim = incident.language, incident.aim_of(step)
    words = moment(aim, incident.zone, language) if aim else typeset(step.target_text, language)
    return say(language, "step.target", at=words) if words else Piece("")


def _state(incident: Incident, step: Step) -> Piece:
    if not incident.needs(step):
        return say(incident.language, "step.state.unneeded")
    state = incident.step_state(step.id)
    return _settled(incident, state) if state.settled else say(incident.language, f"step.state.{state.status.value}")


def _settled(incident: Incident, state: StepState) -> Piece:
    language, skipped = incident.language, state.status is StepStatus.SKIPPED
    key = "step.state.skipped" if skipped else "step.state.done.text" if state.text else "step.state.done"
    return say(
        language,
        key,
        by=person(incident, state.by) if state.by else "",
        at=moment(state.at, incident.zone, language) if state.at else "",
        text=cut(state.text),
    )


def _proof(incident: Incident, step: Step) -> Piece:
    """Return which evidence is named for a done step; what an open one asks for stands in its head."""
    state = incident.step_state(step.id)
    is_done = state.status is StepStatus.DONE
    return proof_of_step(step.evidence, state.evidence, incident) if is_done else Piece("")


def _action(incident: Incident, step: Step) -> Piece:
    """Return what to do. The file's line breaks inside a paragraph are its author's, not the reader's."""
    unwrapped = re.sub(r"(?<=\S)[ \t]*\n(?!\s*\n|\s*(?:[-*+>]|\d+\.)\s)[ \t]*(?=\S)", " ", step.action)
    return trusted(typeset(unwrapped, incident.language))


def _source(incident: Incident, step: Step) -> Piece:
    if not step.source:
        return Piece("")
    return say(incident.language, "step.source", source=typeset(step.source, incident.language))


def _dated_line(incident: Incident, step: Step, now: datetime) -> Piece:
    line, aim = step_line(incident, step), incident.aim_of(step)
    if aim is None:
        return line
    key = "next.late" if aim < now else "next.by"
    return join((line, say(incident.language, key, at=moment(aim, incident.zone, incident.language))))


def _more(incident: Incident, steps: Sequence[Step]) -> Piece:
    return and_more("count.steps", len(steps) - _MOST, incident.language)


def _questions(incident: Incident) -> Piece:
    """Return the names of the questions that are asked now and that nobody answered yet."""
    names = [question_name(asked.name, incident) for asked in incident.open_questions()]
    return say(incident.language, "questions.open", names=", ".join(names)) if names else Piece("")


def _about(incident: Incident, steps: Sequence[Step]) -> About:
    """Return what a list of *steps* is about, under which the open questions are named."""
    questions = tuple(asked.name for asked in incident.open_questions())
    shown = (Steps(steps=tuple(step.id for step in steps)),) if steps else ()
    return (*shown, Questions(questions=questions)) if questions else shown


def _how(incident: Incident) -> Piece:
    return say(incident.language, "steps.how")
