"""One provider fell: what the parent's room reads of its organisations, and what they read of it."""

from __future__ import annotations

from typing import assert_never

from bot.core.cascade import CascadeFact
from bot.core.facts import (
    BulletinRead,
    BulletinReceived,
    BulletinSent,
    CascadeCancelled,
    CascadeExtended,
    CascadePaused,
    CascadeResumed,
    ProgressPosted,
    RoomRefused,
    RoomRetried,
)
from bot.core.incident import Incident
from bot.core.playbook import Language
from bot.voice.catalogue import counted, knows, say, word
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.times import moment
from bot.voice.wording import person, short

Told = CascadeFact | RoomRefused | RoomRetried | BulletinReceived | BulletinRead


def bulletin(fact: BulletinReceived, incident: Incident) -> Text:
    """Return a bulletin as the organisation reads it."""
    language = incident.language
    mark = say(language, "remind.drill") if incident.drill else Piece("")
    following = Piece("")
    if fact.next_update is not None:
        following = say(language, "bulletin.next", at=moment(fact.next_update, incident.zone, language))
    return render(
        paragraphs(
            join((mark, say(language, "bulletin.title", number=str(fact.number))), " "),
            say(language, "bulletin.text", text=fact.text),
            following,
            say(language, "bulletin.ack"),
        )
    )


def about_cascade(fact: Told, incident: Incident) -> Piece:  # noqa: PLR0911 - a table
    """Return what *fact* says, in one sentence."""
    language = incident.language
    match fact:
        case CascadeExtended(by=by, rows=rows):
            count = counted(language, "organisations", len(rows))
            return say(language, "fact.CascadeExtended", who=person(incident, by), count=count)
        case CascadePaused(by=by) | CascadeResumed(by=by) | CascadeCancelled(by=by):
            return say(language, f"fact.{type(fact).__name__}", who=person(incident, by))
        case ProgressPosted() | RoomRetried():
            return say(language, f"fact.{type(fact).__name__}")
        case RoomRefused(code=code):
            return say(language, "fact.RoomRefused", code=short(code, 60))
        case BulletinSent():
            return _sent(fact, incident)
        case BulletinReceived(number=number, text=text):
            return say(language, "fact.BulletinReceived", number=str(number), text=short(text, 160))
        case BulletinRead(by=by, numbers=numbers):
            return say(
                language, "fact.BulletinRead", who=person(incident, by), numbers=", ".join(str(one) for one in numbers)
            )
        case _:
            assert_never(fact)


def audience_words(audience: str, language: Language) -> str:
    """Return whom a bulletin is for; a column and its value as they were typed."""
    return word(language, f"audience.{audience}") if knows(f"audience.{audience}") else short(audience, 60)


def _sent(fact: BulletinSent, incident: Incident) -> Piece:
    return say(
        incident.language,
        "fact.BulletinSent",
        who=person(incident, fact.by),
        number=str(fact.number),
        audience=audience_words(fact.audience, incident.language),
        text=short(fact.text, 160),
    )
