"""The text of a draft as Markdown: what its files hold, what is digested, what stays when it is frozen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import assert_never

from bot.core.contradictions import contradictions
from bot.core.documents.compose import (
    Answer,
    Aside,
    At,
    Composed,
    Decision,
    Downtime,
    Exhibits,
    Expense,
    Filing,
    Filled,
    Measure,
    Missing,
    Need,
    NoFigure,
    Nothing,
    OfClient,
    Part,
    Stamp,
    Sum,
)
from bot.core.documents.drafts import DraftTemplate, Layout, Printed, Shape
from bot.core.documents.letters import ADDRESS, CLIENT, EMAIL
from bot.core.documents.paper import Paragraph
from bot.core.evidence.items import Item
from bot.core.facts import ClientHole
from bot.core.incident import DraftState, Incident
from bot.core.language import Language, fold
from bot.core.names import Question
from bot.sentences.typography import typeset
from bot.voice.catalogue import say, word
from bot.voice.details import in_doubt, label_of, value_words
from bot.voice.documents import paper
from bot.voice.incident.contradictions import contradiction_line
from bot.voice.incident.risk import level_word
from bot.voice.losses import papers as losses
from bot.voice.markup import HOLE, Piece, join, spelt_out, trusted
from bot.voice.times import date_words, letter_day, letter_moment, moment
from bot.voice.wording import person, role_word

_RULED = "_" * 24

_CLIENT_LABELS: Mapping[str, str] = {
    CLIENT: "draft.client",
    ADDRESS: "draft.client.address",
    EMAIL: "draft.client.email",
}
"""Places of a letter that have a name; the others have that of their column."""
_LABELS: Mapping[Need, str] = {
    Need.AWARE: "draft.label.aware",
    Need.FILED: "draft.label.filed",
    Need.RISK: "draft.label.risk",
    Need.STEP: "draft.label.step",
    Need.COST: "draft.label.cost",
    Need.OUTAGE: "draft.label.outage",
}
"""What is missing and is called neither by a detail nor by a question."""


def draft_digest(draft: Composed, incident: Incident) -> str:
    """Return the SHA-256 of what a draft says: its version and the time it is shown at do not count."""
    template = draft.template
    said = (template.tlp, template.title, template.to, template.basis, _body(draft, incident, None))
    return sha256("\n".join(said).encode()).hexdigest()


def draft_file(draft: Composed, incident: Incident, now: datetime) -> str:
    """Return the whole text of the last version. Its label stands alone on the first line.

    Until it is frozen, what is missing and what contradicts itself comes before the text.
    """
    template, language = draft.template, incident.language
    state = incident.drafts[template.id]
    blocks = (
        template.tlp.value,
        paper.block(Shape.HEADING, paper.escape(typeset(template.title, language)), 1),
        _block(_head(template, incident, state)),
        *(() if state.frozen else _notes(draft, incident)),
        _body(draft, incident, now),
        _block(say(language, "draft.file.end")),
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def draft_text(draft: Composed, incident: Incident, now: datetime) -> tuple[Paragraph, ...]:
    """Return the text of a draft without the head and the end that its file has."""
    return paper.read(_body(draft, incident, now))


def draft_paper(file: str) -> tuple[str, tuple[Paragraph, ...]]:
    """Return the label of a draft's file, and all the text below it."""
    label, _, text = file.partition("\n")
    return label, paper.read(text)


def frozen_text(file: str) -> tuple[Paragraph, ...]:
    """Return the same of a frozen one: all but its label, its title, its head and its end."""
    return paper.read(file)[3:-1]


def clean_paper(
    template: DraftTemplate, file: str, incident: Incident, holes: Iterable[ClientHole] = ()
) -> tuple[str, tuple[Paragraph, ...]]:
    """Return what a frozen draft's reader gets of its file: the label, if it is printed, and the text as it is sent.

    Places to fill are lines to write on, but for *holes*.
    """
    kept = {f"[{hole.label}]" for hole in holes}
    head: list[Paragraph] = []
    if incident.drill:
        head += paper.read(_block(say(incident.language, "draft.drill")))
    if Printed.TITLE in template.printed:
        head.append(paper.read(file)[1])
    text = (paragraph for paragraph in frozen_text(file) if paragraph.layout is not Layout.NOTE)
    shown = template.tlp.value if Printed.LABEL in template.printed else ""
    return shown, (*head, *(_ruled(paragraph, kept) for paragraph in text))


def clean_name(template: DraftTemplate) -> str:
    """Return what the file of a clean copy is called: its title, and nothing of the incident."""
    return re.sub(r"[^a-z0-9]+", "-", fold(template.title)).strip("-") or template.id


def _ruled(paragraph: Paragraph, kept: Collection[str]) -> Paragraph:
    """Return a paragraph with its places to fill as lines to write on."""
    gaps = (run.is_gap and run.text not in kept for run in paragraph.runs)
    ruled = (
        replace(run, text=_RULED, is_gap=False) if is_gap else run
        for run, is_gap in zip(paragraph.runs, gaps, strict=True)
    )
    return replace(paragraph, runs=tuple(ruled))


def client_holes(draft: Composed, language: Language) -> tuple[ClientHole, ...]:
    """Return what a list of clients fills in the text of *draft*."""
    return tuple(
        ClientHole(label=_client_label(name, language), name=name, optional=optional)
        for name, optional in draft.of_clients.items()
    )


def missing_labels(draft: Composed, incident: Incident) -> tuple[str, ...]:
    """Return what nothing fills in the text of *draft*, as it says it."""
    return tuple(spelt_out(label(missing, incident)) for missing in draft.missing)


def _client_label(name: str, language: Language) -> str:
    key = _CLIENT_LABELS.get(name)
    return name if key is None else word(language, key)


def label(missing: Missing, incident: Incident) -> Piece:
    """Return what a missing thing is called."""
    language, key = incident.language, _LABELS.get(missing.need)
    if key is None:
        return Piece(HOLE, (label_of(Question(missing.name), incident),))
    return say(language, key, name=missing.name)


def facts_of(template: DraftTemplate, incident: Incident) -> Iterator[Piece]:
    """Yield whom a draft is for and on which ground."""
    language = incident.language
    if incident.drill:
        yield say(language, "draft.drill")
    yield say(language, "draft.to", to=typeset(template.to, language))
    yield say(
        language,
        "draft.basis",
        basis=typeset(template.basis, language),
        source=template.source_url,
        read=date_words(template.read_on, language),
    )


def review(incident: Incident, state: DraftState) -> Piece:
    """Return who found a version right, and who froze it."""
    language, frozen = incident.language, state.frozen
    if not state.reviewed_by:
        return say(language, "draft.review.none")
    if frozen is None:
        return say(language, "draft.review.read", who=reviewers(incident, state))
    at = moment(frozen.at, incident.zone, language)
    return say(language, "draft.review.frozen", who=reviewers(incident, state), by=person(incident, frozen.by), at=at)


def reviewers(incident: Incident, state: DraftState) -> Piece:
    """Return who found a version right, each with the role they did it in."""
    language = incident.language
    return join(
        (
            say(language, "draft.reviewer", who=person(incident, by), role=role_word(role, language))
            for by, role in state.reviewed_by
        ),
        ", ",
    )


def _head(template: DraftTemplate, incident: Incident, state: DraftState) -> Piece:
    at = moment(state.made_at, incident.zone, incident.language)
    version = say(incident.language, "draft.head", version=str(state.version), at=at)
    return join((version, *facts_of(template, incident), review(incident, state)))


def _notes(draft: Composed, incident: Incident) -> Iterator[str]:
    """Yield what a person looks at before the text."""
    language = incident.language
    if draft.missing:
        labels = join((label(missing, incident) for missing in draft.missing), "; ")
        yield _block(say(language, "draft.open.file", labels=labels))
    if found := contradictions(incident):
        lines = (paper.as_markdown(contradiction_line(one, incident)) for one in found)
        items = "\n".join(paper.block(Shape.ITEM, line) for line in lines)
        yield f"{_block(say(language, 'draft.contradictions'))}\n\n{items}"


def _body(draft: Composed, incident: Incident, now: datetime | None) -> str:
    """Return the text itself; with no time, without what only says when it is shown."""
    lines: list[str] = []
    number, before = 0, Shape.PARAGRAPH
    for filled in draft.blocks:
        number = number + 1 if filled.shape is Shape.NUMBERED else 0
        parts = (*(_piece(part, draft, incident, now) for part in filled.parts), _rests_on(filled, incident))
        text = "".join(map(paper.as_markdown, parts))
        is_listed = filled.shape is before and filled.shape in (Shape.ITEM, Shape.NUMBERED)
        block = paper.block(filled.shape, text, filled.level, number)
        lines += [*([] if is_listed else [""]), paper.laid_out(block, filled.layout)]
        before = filled.shape
    return "\n".join(lines[1:])


def _rests_on(filled: Filled, incident: Incident) -> Piece:
    """Return that a block stands there for answers that are not established, and which; empty where none is."""
    if not filled.rests_on:
        return Piece("")
    said = (
        in_doubt(f"{label_of(name, incident)} = {value_words(name, incident.answers[name], incident)}", name, incident)
        for name in filled.rests_on
    )
    return join((Piece(" "), say(incident.language, "draft.rests", answers="; ".join(said))), "")


def _piece(part: Part, draft: Composed, incident: Incident, now: datetime | None) -> Piece:  # noqa: C901, PLR0911, PLR0912 - a table
    language, zone = incident.language, incident.zone
    match part:
        case Stamp():  # before text, for a stamp is one too
            return Piece(HOLE, ("" if now is None else _stamp(part, draft, incident, now),))
        case str():
            return trusted(typeset(part, language))
        case Answer(name=name, value=value):
            return Piece(HOLE, (in_doubt(value_words(name, value, incident, in_letter=True), name, incident),))
        case At(at=at):
            return Piece(HOLE, (letter_moment(at, zone, language),))
        case NoFigure():
            return Piece(HOLE, (word(language, "no.figure"),))
        case Filing(reference=reference, at=at):
            return say(language, "draft.value.filing", reference=reference, at=letter_moment(at, zone, language))
        case Aside():
            return _aside(part, incident)
        case Nothing():
            return Piece("")
        case Decision():
            return _decision(part, incident)
        case Measure():
            return _measure(part, incident)
        case Exhibits(items=items):
            return join((_exhibit(item, incident) for item in items), "; ")
        case Expense(cost=cost):
            return losses.expense(cost, incident)
        case Sum():
            return losses.sum_line(part.kind, part.total, language)
        case Downtime(outage=outage):
            return losses.downtime(outage, incident, now)
        case Missing():
            return say(language, "draft.gap", label=label(part, incident))
        case OfClient(name=name):
            return Piece(f"[{HOLE}]", (_client_label(name, language),))
        case _:
            assert_never(part)


def _stamp(stamp: Stamp, draft: Composed, incident: Incident, now: datetime) -> str:
    match stamp:
        case Stamp.TODAY:
            return letter_day(now, incident.zone, incident.language)
        case Stamp.NOW:
            return letter_moment(now, incident.zone, incident.language)
        case Stamp.VERSION:
            return str(incident.drafts[draft.template.id].version)
        case _:
            assert_never(stamp)


def _decision(decision: Decision, incident: Incident) -> Piece:
    language, decided = incident.language, decision.weighed
    return say(
        language,
        "draft.value.decision",
        by=person(incident, decided.by),
        at=letter_moment(decided.at, incident.zone, language),
        level=level_word(decided.level, language),
        reason=decided.reason,
    )


def _aside(aside: Aside, incident: Incident) -> Piece:
    second = aside.confirmed_by
    return say(
        incident.language,
        "draft.value.aside" if second is None else "draft.value.aside.two",
        by=person(incident, aside.by),
        second=person(incident, second) if second else "",
        at=letter_moment(aside.at, incident.zone, incident.language),
        reason=aside.reason,
    )


def _measure(measure: Measure, incident: Incident) -> Piece:
    language = incident.language
    key = "draft.value.measure.result" if measure.result else "draft.value.measure"
    at = letter_moment(measure.at, incident.zone, language)
    return say(language, key, title=typeset(measure.title, language), at=at, result=measure.result)


def _exhibit(item: Item, incident: Incident) -> Piece:
    return say(
        incident.language,
        "draft.value.exhibit",
        number=str(item.number),
        name=item.taken.name,
        digest=item.taken.digest,
        by=person(incident, item.taken.by),
        at=letter_moment(item.taken.at, incident.zone, incident.language),
    )


def _block(piece: Piece) -> str:
    return paper.block(Shape.PARAGRAPH, paper.as_markdown(piece))
