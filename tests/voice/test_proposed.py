"""An hour of awareness that a list proposed: every text says that it is provisional, from where, and how to confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import voice
from bot.core.documents.due_times import due_times
from bot.core.evolve import evolve
from bot.core.facts import Caller, ClockStarted, DeskFact, Fact, Rang, Recorded
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, InputId
from bot.sentences import languages
from bot.voice import Text
from bot.voice.markup import SCREEN, height
from tests.voice.story import BOB, CNIL, HOUR, OPENED, opened
from tests.voice.test_caller import BODY, OTHER, firm, unfolded

Golden = Callable[[str, Text], None]
AWARE = OPENED - HOUR
PROPOSED = ClockStarted(at=OPENED, rule=CNIL, aware=AWARE, by=OTHER, source="adhérents <v2>.xlsx", proposed=True)
CONFIRMED = replace(PROPOSED, at=OPENED + HOUR, by=BOB, previous=AWARE, proposed=False, confirms=True)
INSTEAD = replace(PROPOSED, at=OPENED + HOUR, by=BOB, aware=OPENED, previous=AWARE, source="", proposed=False)
pytestmark = pytest.mark.parametrize("language", languages())


def told(language: Language) -> Incident:
    called = {Language("fr"): "CNIL", Language("en"): "CNIL"}
    rules = tuple(replace(rule, called=called) if rule.id == CNIL else rule for rule in opened(language).rules)
    return evolve(firm(language, Caller(organisation=BODY), rules=rules), PROPOSED)


def together(*texts: Text) -> Text:
    return Text(body="\n\n· · ·\n\n".join(text.body for text in texts), html="\n".join(text.html for text in texts))


def records(*facts: Fact) -> list[Recorded[Fact | DeskFact]]:
    return [
        Recorded(number=number, fact=fact, input=InputId("$x"), device=DeviceId("D"), digest="0" * 64)
        for number, fact in enumerate(facts, start=1)
    ]


def test_the_first_words_and_the_card_ask_for_the_firms_word_on_one_screen(golden: Golden, language: Language) -> None:
    here = told(language)
    first, card = voice.first_steps(here, "cross-signed"), voice.card(here, OPENED)
    golden(f"proposed-first.{language}", together(first, card))
    assert height(unfolded(first).strip()) <= SCREEN
    assert height(card.body) <= SCREEN


def test_every_text_about_the_clock_says_that_it_is_provisional(golden: Golden, language: Language) -> None:
    here, now = told(language), OPENED + 2 * HOUR
    clock = here.clock(CNIL)
    assert clock is not None
    due = AWARE + 72 * HOUR
    rang = Rang(at=due - HOUR, rule=CNIL, rung="T-1", due=due, late_by=timedelta(0))
    late = replace(rang, at=due + HOUR, rung="T+1")
    golden(
        f"proposed.{language}",
        together(
            voice.clocks(here, now),
            voice.clock(here, clock, now),
            voice.remind((rang,), here),
            voice.remind((late,), here),
            voice.brief(here, now),
            voice.timeline(records(PROPOSED, CONFIRMED, INSTEAD), here),
            voice.confirm(CONFIRMED, here, evolve(here, CONFIRMED)),
            voice.confirm(INSTEAD, here, evolve(here, INSTEAD)),
        ),
    )


def test_a_line_without_the_name_of_its_list_says_the_list(language: Language) -> None:
    facts = (replace(PROPOSED, source=""), replace(CONFIRMED, source=""))
    said = voice.timeline(records(*facts), told(language)).body
    assert said.count({"en": "from the list", "fr": "d’après la liste"}[language]) == len(facts)
    assert "the list" in voice.first_steps(evolve(firm(Language("en"), Caller()), facts[0]), "cross-signed").body


def test_once_it_is_confirmed_nothing_is_provisional_any_more(language: Language) -> None:
    here = evolve(told(language), CONFIRMED)
    clock = here.clock(CNIL)
    assert clock is not None
    texts = (voice.clocks(here, OPENED), voice.card(here, OPENED), voice.clock(here, clock, OPENED))
    word = {"en": "provisional", "fr": "provisoire"}[language]
    assert not any(f", {word} ·" in text.body or "!confirm" in text.body for text in texts)
    for drawn, shown in ((here, False), (told(language), True)):
        (line,) = [span for span in voice.clocks_chart(drawn, OPENED).spans if span.title.startswith(CNIL)]
        assert line.is_certain is not shown
        assert line.label.endswith(word) is shown
        (due,) = due_times(drawn)
        for in_full in (False, True):
            assert voice.calendar_title(due, drawn, in_full=in_full).endswith(f", {word}") is shown
