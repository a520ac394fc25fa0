"""The register of breaches: short, as a message; whole, as a table or as pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.core.documents.drafts import Shape
from bot.core.documents.register import RegisterEntry
from bot.core.language import Language
from bot.voice.catalogue import counted, say, word
from bot.voice.cells import as_table
from bot.voice.documents.paper import as_markdown, block, escape
from bot.voice.documents.register_fields import fields, gap_words, in_language, personal_data, stamps, unknown_words
from bot.voice.incident.risk import level_word
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.times import date_words, moment
from bot.voice.wording import clock_line, person, short, title_of

_READ_ON = date(2026, 11, 24)
_MOST = 10
_LARGEST = 18_000
"""Bytes of body and HTML together; of more, the oldest entries are left to the file."""


def register(entries: Sequence[RegisterEntry], language: Language) -> Text:
    """Return the register as a message, the newest entry first, as much of it as is read on a phone."""
    if not entries:
        return render(say(language, "register.none"))
    count = min(_MOST, len(entries))
    text = _message(entries, count, language)
    while count > 1 and _size(text) > _LARGEST:
        count -= 1
        text = _message(entries, count, language)
    return text


def register_note(entries: Sequence[RegisterEntry], language: Language) -> Text:
    """Return what is said beside the file."""
    return render(say(language, "register.file", at=_as_of(entries, language), count=_count(entries, language)))


def register_table(entries: Sequence[RegisterEntry], language: Language) -> str:
    """Return the register as CSV: a line of labels, then one line an entry.

    Its last columns are the times as a spreadsheet sorts them.
    """
    told = [(*fields(entry, language), *stamps(entry, language)) for entry in entries]
    return as_table([[label for label, _ in told[0]], *([text for _, text in row] for row in told)], language)


def register_pages(entries: Sequence[RegisterEntry], language: Language) -> str:
    """Return the register as Markdown: one section an entry, what is empty left out."""
    head = (block(Shape.HEADING, as_markdown(_title(entries, language)), 1), as_markdown(basis(language)))
    return "\n\n".join((*head, *(_section(entry, language) for entry in entries))) + "\n"


def _section(entry: RegisterEntry, language: Language) -> str:
    told = [(label, text) for label, text in fields(entry, language) if text.strip()]
    items = (block(Shape.ITEM, f"**{label}**\\\n{escape(text)}") for label, text in told)
    return "\n\n".join((block(Shape.HEADING, escape(entry.incident.codename), 2), "\n".join(items)))


def _message(entries: Sequence[RegisterEntry], count: int, language: Language) -> Text:
    title, left = _title(entries, language), len(entries) - count
    return render(
        paragraphs(
            Piece(f"**{title.source}**", title.values),
            *(_block(in_language(entry, language), language) for entry in entries[:count]),
            say(language, "register.more", count=str(left)) if left else Piece(""),
            say(language, "register.files"),
            basis(language),
        )
    )


def _block(entry: RegisterEntry, language: Language) -> Piece:
    incident = entry.incident
    opened = say(
        language,
        "register.opened",
        at=moment(incident.opened_at, incident.zone, language),
        status=word(language, f"status.{incident.status.value}"),
    )
    head = say(language, "register.head", codename=incident.codename, title=title_of(incident), status=opened)
    clock = entry.notification
    unwatched = say(language, "register.unwatched", answer=personal_data(entry))
    notified = clock_line(incident, clock, entry.as_of) if clock else unwatched
    return join((head, notified, _risk(entry, language), _missing(entry, language), _unknown(entry, language)))


def _risk(entry: RegisterEntry, language: Language) -> Piece:
    decided = entry.incident.risk
    if decided is None:
        return Piece("")
    return say(
        language,
        "register.risk.line",
        level=level_word(decided.level, language),
        by=person(entry.incident, decided.by),
        reason=short(decided.reason),
    )


def _missing(entry: RegisterEntry, language: Language) -> Piece:
    gaps = word(language, "register.and").join(gap_words(gap, language) for gap in entry.gaps)
    return say(language, "register.missing", gaps=gaps) if gaps else Piece("")


def _unknown(entry: RegisterEntry, language: Language) -> Piece:
    names = short(unknown_words(in_language(entry, language)), 300)
    return say(language, "register.unknown", names=names) if names else Piece("")


def _title(entries: Sequence[RegisterEntry], language: Language) -> Piece:
    return say(language, "register.title", at=_as_of(entries, language), count=_count(entries, language))


def _size(text: Text) -> int:
    return len(text.body.encode("utf-8", "replace")) + len(text.html.encode("utf-8", "replace"))


def basis(language: Language) -> Piece:
    """Return by which law the register is kept, and when its text was read."""
    return say(language, "register.source", read=date_words(_READ_ON, language))


def _count(entries: Sequence[RegisterEntry], language: Language) -> str:
    return counted(language, "register.count", len(entries))


def _as_of(entries: Sequence[RegisterEntry], language: Language) -> str:
    return moment(entries[0].as_of, entries[0].incident.zone, language)
