"""The management's one page, in both languages: short, and no doubt in it stands as known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.costs.amounts import CostKind, Effort, Money
from bot.core.evolve import evolve
from bot.core.facts import Answered, Certainty, CostNoted, DecisionTaken, Fact, OutageNoted
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import ALICE, BOB, HOUR, OPENED, incident

Golden = Callable[[str, Text], None]
NOW = OPENED + 30 * HOUR
pytestmark = pytest.mark.parametrize("language", languages())


def given(name: str, value: str, certainty: Certainty | None = None) -> Answered:
    return Answered(at=OPENED, by=ALICE, question=Question(name), value=value, certainty=certainty)


def decision(number: int) -> DecisionTaken:
    return DecisionTaken(
        at=OPENED,
        by=BOB,
        number=number,
        text=f"Couper le VPN n° {number}",
        options=(),
        reason="",
        review_at=None,
        roles=(),
        known=1,
        digest="",
    )


COST = CostNoted(
    at=OPENED,
    by=BOB,
    number=1,
    amount=Money(units=420000, digits=2, currency="EUR"),
    estimated=False,
    kind=CostKind.EXPERTISE,
    text="",
)
HOURS = replace(COST, number=2, amount=Effort(minutes=750), kind=CostKind.WORK)
MAIL = OutageNoted(at=OPENED, by=BOB, number=1, system="Messagerie", begin=OPENED - HOUR, end=None)
OVER = replace(MAIL, number=2, system="Paie", end=OPENED)
STORY: tuple[Fact, ...] = (
    given("services-down", "messagerie, paie"),
    given("nature", "availability"),
    given("people-count", "350", Certainty.UNCONFIRMED),
    given("cause", "hameçonnage", Certainty.SUPPOSED),
    given("known", "Les serveurs de fichiers sont chiffrés"),
    given("not-known", "Si des données sont parties"),
    given("records", "unknown"),
    *map(decision, (1, 2, 3)),
    COST,
    HOURS,
    MAIL,
    OVER,
)


def grown(language: Language, *facts: Fact) -> Incident:
    room = incident(language)
    for fact in facts:
        room = evolve(room, fact)
    return room


def test_the_page_has_five_parts_and_fits_a_phone(golden: Golden, language: Language) -> None:
    page = voice.one_page(grown(language, *STORY), NOW)
    golden(f"one-page.{language}", page)
    assert sum(1 + len(line) // 40 for line in page.body.splitlines() if line) <= 40


def test_what_is_in_doubt_stands_as_not_known(language: Language) -> None:
    known, unknown = voice.one_page(grown(language, *STORY), NOW).body.split(
        {"en": "Not known, or not sure", "fr": "Inconnu, ou incertain"}[language]
    )
    assert "350" not in known
    assert "messagerie, paie" in known
    assert {"en": "not confirmed", "fr": "non confirmé"}[language] in unknown
    assert "Paie" not in unknown


def test_of_many_clocks_the_first_are_shown(language: Language) -> None:
    room = grown(language)
    many = replace(room, decisions={})
    assert voice.one_page(many, NOW).body.count("GDPR") <= 3


def test_of_many_outages_the_first_are_shown(language: Language) -> None:
    down = [replace(MAIL, number=number, system=f"Système {number}") for number in range(1, 5)]
    body = voice.one_page(grown(language, *down), NOW).body
    assert "Système 2" in body
    assert "Système 3" not in body
    assert {"en": "2 outages more", "fr": "2 pannes"}[language] in body


def test_nothing_is_said_to_be_nothing(language: Language) -> None:
    bare = replace(incident(language), answers={}, supposed={}, clock_states={})
    nothing = {"en": "Nothing yet.", "fr": "Rien pour l’instant."}[language]
    assert voice.one_page(bare, NOW).body.count(nothing) >= 3
