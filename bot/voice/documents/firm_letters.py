"""Letters on paper to organisations of which nobody was reached: who writes, why, what to do, whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.core.documents.drafts import Layout, Shape
from bot.core.documents.paper import Paragraph
from bot.core.incident import Incident
from bot.core.language import Language, fold
from bot.core.names import Question
from bot.core.organisations.rollup import Line, Rollup
from bot.voice.catalogue import counted, say, word
from bot.voice.documents import paper
from bot.voice.markup import Piece, Text, join, render
from bot.voice.organisations.firms import address_of, contact_of
from bot.voice.times import letter_day
from bot.voice.wording import short, title_of

MOST_LETTERS = 250
"""Letters of one archive, the most urgent first."""
_BODY, _CONTACT = Question("organisation"), Question("contact")
_TODO = ("call", "write", "wait", "enter")


def firm_letters_note(found: Rollup) -> Text:
    """Return how many letters there are, and what is still to be filled in."""
    language, lines = found.parent.language, found.by_letter()
    if not lines:
        return render(say(language, "mail.none"))
    count = counted(language, "count.letters", min(len(lines), MOST_LETTERS))
    more = say(language, "mail.more", count=str(len(lines) - MOST_LETTERS)) if len(lines) > MOST_LETTERS else Piece("")
    gap = Piece("") if found.parent.answers.get(_CONTACT) else say(language, "mail.gap")
    return render(join((say(language, "mail.made", count=count), more, gap, say(language, "mail.called"))))


def firm_letter_name(number: int, line: Line) -> str:
    """Return what the file of a letter is called."""
    name = re.sub(r"[^a-z0-9]+", "-", fold(line.organisation)).strip("-")[:40].rstrip("-")
    return f"{number:04}-{name or 'letter'}.docx"


def letter_language(line: Line, parent: Incident) -> Language:
    """Return in which language an organisation is written to."""
    return line.child.language if line.child is not None else line.row.language if line.row else parent.language


def drill_label(parent: Incident, language: Language) -> str:
    """Return what stands on every page: that it is a drill, or nothing."""
    return word(language, "drill.mark") if parent.drill else ""


def firm_letter(line: Line, parent: Incident, now: datetime) -> tuple[Paragraph, ...]:
    """Return the letter to one organisation, in its language."""
    here = replace(parent, language=letter_language(line, parent))
    return paper.read("\n\n".join(_blocks(line, here, now)))


def _blocks(line: Line, here: Incident, now: datetime) -> Iterator[str]:
    language, contact = here.language, contact_of(line.row)[0]
    phone, body = here.answers.get(_CONTACT, ""), short(here.answers.get(_BODY, "") or here.opened_by)
    to = "\n".join(filter(None, (short(line.organisation), short(contact), address_of(line.row))))
    people = ", ".join(member.user for member in line.row.people) if line.row is not None else ""
    holes = {"body": body, "title": title_of(here), "organisation": short(line.organisation)}
    yield paper.escape(body)
    yield paper.laid_out(paper.escape(to), Layout.RIGHT)
    yield paper.laid_out(paper.escape(letter_day(now, here.zone, language)), Layout.RIGHT)
    for part in ("subject", "why", "todo"):
        yield _said(f"mail.{part}", language, **holes)
    for number, part in enumerate(_TODO, start=1):
        key = "mail.call.gap" if part == "call" and not phone else f"mail.{part}"
        said = _said(key, language, phone=short(phone, 200), people=people, **holes)
        yield paper.block(Shape.NUMBERED, said, number=number)
    yield _said("mail.law", language)
    yield paper.escape(body)


def _said(key: str, language: Language, **holes: str) -> str:
    return paper.as_markdown(say(language, key, **holes))
