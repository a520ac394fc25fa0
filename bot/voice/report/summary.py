"""What somebody reads who reads one page: what is due, what is known and how surely, what was decided, what is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.core.facts import Certainty
from bot.core.incident import Incident, StepStatus
from bot.core.names import Question
from bot.core.report.entries import Contents
from bot.core.report.pages import Block, Heading, Pairs, Prose, Table
from bot.sentences.typography import typeset
from bot.voice.catalogue import counted, word
from bot.voice.details import certainty_word, label_of, value_words
from bot.voice.incident.risk import level_word
from bot.voice.markup import Piece, spelt_out
from bot.voice.report.losses import figures
from bot.voice.report.tables import clock_rows
from bot.voice.wording import and_more, near_opening, person, short

_MOST_CLOCKS, _MOST_ANSWERS, _MOST_DECISIONS = 6, 6, 4
_LONGEST = 100
_SHORTER = 60
"""Letters of a text: all of it stands further on, and this page is to stay one."""
_QUESTION = re.compile(r"^([^?]*\?).*$", re.DOTALL)
_FIRST = tuple(Question(name) for name in ("known", "not-known", "doing"))
"""What was told to clients stands first."""


def page(contents: Contents, at: datetime) -> Iterator[Block]:
    """Yield the blocks of the page."""
    incident, language = contents.incident, contents.incident.language
    yield Prose(text=word(language, "report.summary.note", zone=incident.zone.key), is_aside=True)
    yield Pairs(rows=tuple(_figures(incident, at)))
    yield from _clocks(incident, at)
    yield from _decided(incident)
    yield from _known(incident)


def _figures(incident: Incident, at: datetime) -> Iterator[tuple[str, str]]:
    language = incident.language
    states = [incident.step_state(step.id).status for step in incident.needed_steps()]
    done, skipped = states.count(StepStatus.DONE), states.count(StepStatus.SKIPPED)
    said = word(language, "report.steps", done=done, skipped=skipped, left=len(states) - done - skipped)
    yield word(language, "report.field.steps"), said
    yield word(language, "report.field.people"), counted(language, "report.count.people", len(incident.roster))
    if incident.evidence:
        yield word(language, "report.field.evidence"), counted(language, "count.evidence", len(incident.evidence))
    if incident.risk is not None:
        level, by = level_word(incident.risk.level, language), person(incident, incident.risk.by)
        yield word(language, "report.field.risk"), word(language, "report.risk", level=level, by=by)
    yield from figures(incident, at)
    if incident.closed_summary:
        yield word(language, "report.field.closing"), short(incident.closed_summary, _LONGEST)


def _clocks(incident: Incident, at: datetime) -> Iterator[Block]:
    rows = clock_rows(incident, at)
    if not rows:
        return
    language = incident.language
    title = word(language, "report.clocks")
    yield Heading(text=title)
    head = tuple(word(language, f"report.clock.{name}") for name in ("name", "aware", "due", "state"))
    told = tuple(
        (short(name, _SHORTER), aware.split("\n")[0], due, short(state, _SHORTER))
        for name, aware, due, state, _ in rows[:_MOST_CLOCKS]
    )
    yield Table(title=title, head=head, widths=(6, 4, 4, 6), rows=told)
    yield from _more(and_more("count.clocks", len(rows) - _MOST_CLOCKS, language))


def _known(incident: Incident) -> Iterator[Block]:
    """Yield what was told first, then what the playbook asked for; how sure it is wherever somebody said so."""
    asked = (question.name for question in incident.playbook.questions)
    names = [name for name in dict.fromkeys((*_FIRST, *asked)) if name in incident.answers]
    if not names:
        return
    language = incident.language
    title = word(language, "report.known")
    yield Heading(text=title)
    head = (word(language, "report.answers.name"), word(language, "report.answers.value"))
    rows = tuple((_asked(incident, name), answer(incident, name)) for name in names[:_MOST_ANSWERS])
    yield Table(title=title, head=head, widths=(5, 5), rows=rows)
    yield from _more(and_more("count.answers", len(incident.answers) - min(len(names), _MOST_ANSWERS), language))


def _asked(incident: Incident, name: Question) -> str:
    """Return the question alone, without what explains it."""
    return short(_QUESTION.sub(r"\1", asked_as(incident, name)), _LONGEST + 24)


def asked_as(incident: Incident, name: Question) -> str:
    """Return a question of the playbook as it was asked, and the label of a detail."""
    asked = incident.playbook.question(name)
    return label_of(name, incident) if asked is None else typeset(asked.text, incident.language)


def answer(incident: Incident, name: Question, longest: int = _LONGEST) -> str:
    """Return an answer, with how sure it is: nothing that was supposed is told as a statement."""
    said = short(value_words(name, incident.answers[name], incident), longest)
    given = incident.certain.get(name)
    if given is None or given.certainty is None or given.certainty is Certainty.RULED_OUT:
        return said
    return f"{said} · {certainty_word(given.certainty, incident.language)}"


def _decided(incident: Incident) -> Iterator[Block]:
    if not incident.decisions:
        return
    language = incident.language
    yield Heading(text=word(language, "report.decisions"))
    found = list(incident.decisions.values())
    rows = tuple(
        (
            f"{one.taken.number} · {near_opening(one.taken.at, incident)}",
            f"{short(one.taken.text, _LONGEST)} ({person(incident, one.taken.by)})",
        )
        for one in found[-_MOST_DECISIONS:]
    )
    yield Pairs(rows=rows)
    yield from _more(and_more("count.decisions", len(found) - _MOST_DECISIONS, language))


def _more(piece: Piece) -> Iterator[Block]:
    if piece.source:
        yield Prose(text=spelt_out(piece), is_aside=True)
