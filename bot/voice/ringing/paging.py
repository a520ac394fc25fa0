"""What goes out to people outside the rooms, and what a room is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.facts import TrialPage
from bot.core.incident import Incident, PageState
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.people.trial import Trial
from bot.voice.catalogue import say, word
from bot.voice.markup import Text, bullets, join, paragraphs, render
from bot.voice.wording import person, short

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Many a gateway has no such sign, or asks double for a message with it."""
MOST_NAMED = 12


def page(codename: str, language: Language) -> str:
    """Return all that a page says: the codename of a room, which the homeserver reads too."""
    return word(language, "page.text", room=codename).replace(NO_BREAK, " ")


def trial_page(code: str, language: Language) -> str:
    """Return what a page of a trial says."""
    return word(language, "page.trial", code=code).replace(NO_BREAK, " ")


def trial_answered(pages: Sequence[TrialPage], language: Language) -> Text:
    """Return that these pages came."""
    return render(say(language, "page.trial.answered", ways=_ways(pages, language)))


def trial_report(trial: Trial, language: Language) -> Text:
    """Return how many pages of a trial came, and who did not say so of which."""
    sent, missing = len(trial.made.pages), trial.missing
    head = say(language, "page.trial.report", read=str(sent - len(missing)), sent=str(sent))
    if not missing:
        return render(head)
    by_user = {user: [page for page in missing if page.user == user] for user in dict.fromkeys(p.user for p in missing)}
    lines = [
        say(language, "page.trial.missing", who=short(user, 80), ways=_ways(pages, language))
        for user, pages in by_user.items()
    ]
    more = [say(language, "page.trial.more", count=str(len(lines) - MOST_NAMED))] if len(lines) > MOST_NAMED else []
    return render(paragraphs(head, bullets([*lines[:MOST_NAMED], *more]), say(language, "page.trial.advice")))


def _ways(pages: Sequence[TrialPage], language: Language) -> str:
    return ", ".join(word(language, f"page.way.{page.way}") for page in pages)


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
