"""The first words of a firm's room, word for word, and on one screen of a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import Answered, Caller, RoomReady
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import IncidentId, Question, RoomId, UserId
from bot.host.shipped import playbooks_folder
from bot.library import playbooks
from bot.sentences import languages
from bot.voice import Text
from bot.voice.markup import SCREEN, height
from tests.voice.story import ALICE, BOB, HOUR, OPENED, build, opened

Golden = Callable[[str, Text], None]
SHELF = playbooks.load(playbooks_folder())
OTHER = UserId("@presidente:order.example")
BODY = "Conseil régional de l’Ordre <Île-de-France>"
pytestmark = pytest.mark.parametrize("language", languages())


def firm(language: Language, caller: Caller | None, **changes: object) -> Incident:
    """Return the incident of a firm that was just opened with the shipped playbook."""
    first = replace(
        opened(language),
        by=OTHER,
        title="Hébergeur <Untel> à l’arrêt",
        playbook=SHELF["provider-hit", language],
        parent=IncidentId("0123456789abcdef"),
        organisation="Étude Brésard & Cie",
        prefilled={Question("organisation"): "Étude Brésard & Cie", Question("insured"): "yes"},
        caller=caller,
        **changes,  # type: ignore[arg-type]
    )
    return evolve(build((first,)), RoomReady(at=OPENED, room=RoomId("!x:example.org")))


def unfolded(text: Text) -> str:
    """Return what is seen before anything is tapped."""
    return re.sub(r"<[^>]+>", "", re.sub(r"(?s)<details><summary>(.*?)</summary>.*?</details>", r"\1", text.html))


@pytest.mark.parametrize(
    ("name", "caller"), [("alone", Caller(organisation=BODY)), ("along", Caller(people=(ALICE, OTHER)))]
)
def test_the_first_words_and_the_card_fit_a_screen(
    golden: Golden, language: Language, name: str, caller: Caller
) -> None:
    here = firm(language, caller)
    first, card = voice.first_steps(here, "cross-signed"), voice.card(here, OPENED)
    golden(f"called-{name}.{language}", first)
    golden(f"called-card-{name}.{language}", card)
    assert height(unfolded(first).strip()) <= SCREEN
    assert height(card.body) <= SCREEN


def test_who_comes_late_reads_who_opened_the_room(language: Language) -> None:
    assert f"{BODY} ({OTHER})" in voice.arrival(firm(language, Caller(organisation=BODY)), OPENED).body


def test_a_room_of_before_it_was_kept_says_what_it_said(language: Language) -> None:
    here = firm(language, None)
    assert BODY not in voice.first_steps(here, "cross-signed").body
    assert voice.first_steps(here, "cross-signed").body.startswith(("Start here", "Commencez ici"))
    assert "opened by" not in voice.card(here, OPENED).body


def test_what_the_list_said_is_said_to_come_from_the_list(language: Language) -> None:
    here = firm(language, Caller(organisation=BODY))
    answer = Answered(at=OPENED + HOUR, by=BOB, question=Question("insured"), value="no")
    told = "\n".join(
        said.body.replace("\u00a0", " ")
        for said in (
            voice.first_steps(here, "cross-signed"),
            voice.known(here),
            voice.confirm(answer, here, evolve(here, answer)),
        )
    )
    expected = {
        Language("fr"): (
            "D’après la liste qui a ouvert",
            " · liste",
            "Avant, d’après la liste qui a ouvert cette salle : oui",
        ),
        Language("en"): ("From the list that opened", " · list", "Before, from the list that opened this room: yes"),
    }
    for words in expected[language]:
        assert words in told
    assert "rofil" not in told
