"""The named log of an incident: who did what, when, as what, each entry whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.core import facts
from bot.core.documents.drafts import Shape
from bot.core.documents.paper import Paragraph, Run
from bot.core.incident import Incident, Status
from bot.core.lessons.review import Record
from bot.core.names import UserId
from bot.core.people.roster import Role
from bot.voice.catalogue import counted, say, word
from bot.voice.documents import paper
from bot.voice.incident.happened import FORMS, TEXTS, Form, happened
from bot.voice.markup import Piece, join
from bot.voice.times import heading
from bot.voice.wording import answer_word, marked, person, role_words

WHOLE: Mapping[str, Form] = {
    **FORMS,
    **dict.fromkeys((*TEXTS, "text", "name"), lambda text, _: text),
    "value": lambda value, incident: answer_word(value, incident.language),
}
"""Texts as they were typed, however long."""


def named_log(incident: Incident, records: Sequence[Record]) -> tuple[Paragraph, ...]:
    """Return the paper that says of every entry who, as what, and all of what."""
    return tuple(_log(incident, records))


def _log(incident: Incident, records: Sequence[Record]) -> Iterator[Paragraph]:
    language = incident.language
    yield headline(marked(incident, word(language, "lessons.log.title")), 1)
    if incident.status is not Status.CLOSED:
        yield from paragraph(say(language, "lessons.draft"))
    yield from paragraph(say(language, "lessons.log.of", title=incident.title, codename=incident.codename))
    yield from paragraph(say(language, "lessons.log.names", count=counted(language, "count.entries", len(records))))
    for day, of_day in groupby(records, key=lambda record: heading(record.fact.at, incident.zone, language)):
        yield headline(day, 2)
        for record in of_day:
            yield from item(_entry(incident, record))


def _entry(incident: Incident, record: Record) -> Piece:
    language, fact = incident.language, record.fact
    by = getattr(fact, "by", None)
    head = say(
        language,
        "lessons.log.entry" if by is None else "lessons.log.entry.by",
        number=str(record.number),
        time=f"{fact.at.astimezone(incident.zone):%H:%M}",
        who="" if by is None else person(incident, by),
        roles="" if by is None else _roles_then(incident, by, fact),
        what=happened(fact, incident, WHOLE),
    )
    return join((head, *_more(fact, incident)))


def _more(fact: facts.Fact | facts.DeskFact, incident: Incident) -> Iterator[Piece]:
    """Yield what people typed of a decision that its sentence leaves out."""
    if isinstance(fact, facts.DecisionTaken) and fact.reason:
        yield say(incident.language, "lessons.decision.reason", text=fact.reason)
    if isinstance(fact, facts.DecisionTaken | facts.DecisionAmended) and fact.options:
        yield say(incident.language, "lessons.decision.options", text="; ".join(fact.options))


def _roles_then(incident: Incident, user: UserId, fact: facts.Fact | facts.DeskFact) -> str:
    """Return what *user* was when *fact* happened: of the roles that they got, those they had by then."""
    held: set[Role] = {role for grant in incident.grants.get(user, ()) if grant.at <= fact.at for role in grant.roles}
    return role_words(held, incident.language) or "–"


# --- what papers are made of ------------------------------------------------------------------------------------


def headline(text: str, level: int) -> Paragraph:
    """Return a heading."""
    return Paragraph(shape=Shape.HEADING, level=level, runs=(Run(text=text),))


def paragraph(piece: Piece) -> tuple[Paragraph, ...]:
    """Return *piece* as text of a paper; none where it is empty."""
    return paper.read(paper.block(Shape.PARAGRAPH, paper.as_markdown(piece)))


def item(piece: Piece) -> tuple[Paragraph, ...]:
    """Return *piece* as an item of a list."""
    return paper.read(paper.block(Shape.ITEM, paper.as_markdown(piece)))


def gap(text: str) -> Paragraph:
    """Return a line for people to fill."""
    return Paragraph(shape=Shape.PARAGRAPH, runs=(Run(text=f"[{text}]", is_gap=True),))
