"""What a report rests on: answers, steps, people, the texts that went out, and how it is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from bot.core.details import DETAILS
from bot.core.documents.drafts import Shape
from bot.core.incident import Incident, StepState, StepStatus
from bot.core.people.roster import Role
from bot.core.playbook import Step
from bot.core.report.entries import Contents
from bot.core.report.pages import Block, Code, Heading, Prose, Section, Table
from bot.voice.catalogue import counted, word
from bot.voice.documents.paper import read
from bot.voice.report.summary import answer, asked_as
from bot.voice.wording import cut, near_opening, people, person, role_words, step_title

_LONGEST = 2_000


def sections(contents: Contents) -> Iterator[Section]:
    """Yield the annexes that say something, each with its letter."""
    language = contents.incident.language
    made = (
        ("report.annex.answers", tuple(_answers(contents.incident))),
        ("report.annex.steps", tuple(_steps(contents.incident))),
        ("report.annex.people", tuple(_people(contents.incident))),
        ("report.annex.texts", tuple(_texts(contents.incident))),
        ("report.annex.checkpoints", tuple(_checkpoints(contents.incident))),
    )
    told = ((key, blocks) for key, blocks in made if blocks)
    for letter, (key, blocks) in zip("ABCDE", told, strict=False):
        yield Section(title=word(language, "report.annex", letter=letter, title=word(language, key)), blocks=blocks)


def _answers(incident: Incident) -> Iterator[Block]:
    known = (detail.name for detail in DETAILS)
    asked = (question.name for question in incident.playbook.questions)
    names = [name for name in dict.fromkeys((*asked, *known, *incident.answers)) if name in incident.answers]
    if names:
        language = incident.language
        yield Prose(text=word(language, "report.answers.note"), is_aside=True)
        head = (word(language, "report.answers.name"), word(language, "report.answers.value"))
        rows = tuple((asked_as(incident, name), answer(incident, name, _LONGEST)) for name in names)
        yield Table(title=word(language, "report.annex.answers"), head=head, widths=(2, 5), rows=rows)


def _steps(incident: Incident) -> Iterator[Block]:
    language, needed = incident.language, incident.needed_steps()
    states = [(step, incident.step_state(step.id)) for step in needed]
    head = tuple(word(language, f"report.steps.{name}") for name in ("id", "title", "state", "result"))
    if states:
        rows = tuple(_step(incident, step, state) for step, state in states)
        yield Table(title=word(language, "report.annex.steps"), head=head, widths=(2, 7, 6, 8), rows=rows)


def _step(incident: Incident, step: Step, state: StepState) -> tuple[str, ...]:
    language = incident.language
    status = word(language, f"report.step.{state.status}")
    if state.by is not None and state.at is not None:
        at = near_opening(state.at, incident)
        status = f"{status}, {at}, {person(incident, state.by)}"
    elif state.status is StepStatus.DOING and state.assigned is not None and not isinstance(state.assigned, Role):
        status = f"{status}, {person(incident, state.assigned)}"
    return step.id, step_title(incident, step), status, cut(state.text, _LONGEST)


def _people(incident: Incident) -> Iterator[Block]:
    language = incident.language
    head = tuple(word(language, f"report.people.{name}") for name in ("name", "id", "roles", "here"))
    rows = tuple(
        (
            person(incident, user),
            user,
            role_words(roles, language),
            word(language, f"report.people.{'joined' if user in incident.joined else 'away'}"),
        )
        for user, roles in incident.roster.items()
    )
    if rows:
        yield Table(title=word(language, "report.annex.people"), head=head, widths=(3, 5, 5, 3), rows=rows)


def _texts(incident: Incident) -> Iterator[Block]:
    """Yield what was frozen, as it was handed out."""
    language = incident.language
    frozen = [(id, state) for id, state in incident.drafts.items() if state.frozen is not None]
    if frozen:
        yield Prose(text=word(language, "report.texts.note"), is_aside=True)
    for id, state in frozen:
        if state.frozen is not None:
            at = near_opening(state.frozen.at, incident)
            by = person(incident, state.frozen.by)
            yield Heading(
                text=word(language, "report.text", name=state.name or id, version=state.version, at=at, by=by)
            )
            yield from _document(state.frozen.text)


def _document(text: str) -> Iterator[Block]:
    """Yield a text that was handed out, paragraph by paragraph."""
    for paragraph in read(text):
        said = "".join(run.text for run in paragraph.runs)
        match paragraph.shape:
            case Shape.HEADING:
                yield Heading(text=said, is_minor=True)
            case Shape.ITEM | Shape.NUMBERED:
                yield Prose(text=f"• {said}")
            case Shape.PARAGRAPH:
                yield Prose(text=said)
            case _:
                assert_never(paragraph.shape)


def _checkpoints(incident: Incident) -> Iterator[Block]:
    """Yield each checkpoint: how many entries it is over, whether an authority stamped it, who saw it; and its line."""
    language = incident.language
    if not incident.checkpoints:
        return
    yield Prose(text=word(language, "report.checkpoints.note"), is_aside=True)
    head = tuple(word(language, f"report.checkpoint.{name}") for name in ("number", "at", "size", "stamp", "seen"))
    rows = tuple(
        (
            str(one.number),
            near_opening(one.at, incident),
            counted(language, "count.entries", one.size),
            word(language, "report.checkpoint.stamped" if one.stamp else "report.checkpoint.unstamped"),
            people(incident, sorted(incident.witnesses.get(one.number, ()))),
        )
        for one in incident.checkpoints
    )
    yield Table(title=word(language, "report.annex.checkpoints"), head=head, widths=(1, 4, 4, 4, 5), rows=rows)
    yield Code(lines=tuple(one.line for one in incident.checkpoints))
