"""The guide: one thing that is open after the other, each with the words that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.replies.ballots import Ballot
from bot.core.replies.guide import Item, id_of
from bot.core.replies.subjects import Choice, Clocks, Guided, GuideOver, Questions, Steps
from bot.voice.catalogue import say
from bot.voice.incident.clocks import to_start
from bot.voice.incident.known import question_line
from bot.voice.incident.steps import to_do
from bot.voice.markup import Piece, Text, join, paragraphs, render
from bot.voice.replies.answers import answers_to
from bot.voice.replies.polls import question_ballot
from bot.voice.wording import title_of


def guide_question(item: Item, asked: tuple[str, ...], user: UserId, incident: Incident) -> Text:
    """Return what the guide asks *user* next, after what it *asked* before."""
    language = incident.language
    how = say(language, "guide.how", answers=answers_to((item,), language))
    guided = Guided(user=user, incident=incident.id, asked=(*asked, id_of(item)))
    return render(paragraphs(_words(item, incident), how), guided, item, ballot=_ballot(item, incident))


def _words(item: Item, incident: Incident) -> Piece:
    match item:
        case Steps(steps=steps):
            found = [to_do(incident, step) for step in map(incident.playbook.step, steps) if step]
        case Clocks(rules=rules):
            found = [to_start(incident, clock) for clock in map(incident.clock, rules) if clock]
        case Questions(questions=names):
            found = [question_line(incident, asked) for asked in map(incident.playbook.question, names) if asked]
        case _:
            assert_never(item)
    return paragraphs(*found)


def _ballot(item: Item, incident: Incident) -> Ballot | None:
    asked = incident.playbook.question(item.questions[0]) if isinstance(item, Questions) else None
    return question_ballot(incident, asked) if asked else None


def guide_done(language: Language) -> Text:
    """Return that nothing is left to ask."""
    return render(say(language, "guide.done"), GuideOver())


def guide_over(language: Language) -> Text:
    """Return that the guide ends, and how to go on."""
    return render(say(language, "guide.over"), GuideOver())


def guide_which(incidents: Sequence[Incident], called: str, user: UserId, language: Language) -> Text:
    """Return the numbered list of the incidents that *user* may be guided through; *called* is the command's word."""
    lines = [
        say(language, "guide.incident", number=str(number), codename=one.codename, title=title_of(one))
        for number, one in enumerate(incidents, 1)
    ]
    choice = Choice(word="guide", ids=tuple(one.codename for one in incidents), rest="")
    words = paragraphs(say(language, "which.title", word=called), join(lines))
    return render(words, Guided(user=user, incident=None), choice)
