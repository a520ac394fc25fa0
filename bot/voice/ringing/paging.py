"""What goes out to people outside the rooms, and what a room is told of it."""

from __future__ import annotations

from bot.core.incident import Incident, PageState
from bot.core.language import Language
from bot.core.names import UserId
from bot.voice.catalogue import say, word
from bot.voice.markup import Text, join, render
from bot.voice.wording import person

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Many a gateway has no such sign, or asks double for a message with it."""


def page(codename: str, language: Language) -> str:
    """Return all that a page says: the codename of a room, which the homeserver reads too."""
    return word(language, "page.text", room=codename).replace(NO_BREAK, " ")


def not_reached(state: PageState, number: str | None, deputy: UserId | None, incident: Incident) -> Text:
    """Return that nobody can say that somebody was reached; *number* is the one to call, *deputy* is paged instead."""
    language, who = incident.language, person(incident, state.asked.user)
    tried = ", ".join(
        word(language, f"page.tried.{result}", way=word(language, f"page.way.{way}"))
        for way, result in state.results.items()
    )
    head = say(language, "page.lost", who=who, tried=tried) if tried else say(language, "page.lost.no_way", who=who)
    call = say(language, "page.lost.call", number=number) if number else say(language, "page.lost.no_number")
    instead = () if deputy is None else (say(language, "page.lost.deputy", deputy=person(incident, deputy)),)
    return render(join((head, call, *instead)))
