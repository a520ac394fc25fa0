"""Every detail has its label, and every value its words, in both languages."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.commands.words import VALUES, canonical_answer, find_detail
from bot.core.details import DETAILS, Detail, Group, Kind
from bot.core.errors import UnknownQuestion, WrongDetail
from bot.core.language import Language, fold
from bot.core.names import Question
from bot.core.playbook import Asked
from bot.sentences import languages
from bot.voice.catalogue import knows
from bot.voice.details import (
    choice_words,
    detail_label,
    group_label,
    label_of,
    near_details,
    typed_detail,
    typed_name,
    value_words,
)
from tests.voice import story

FR, EN = Language("fr"), Language("en")


def words(name: str, value: str, language: Language = EN) -> str:
    return value_words(Question(name), value, story.incident(language))


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.name)
def test_every_detail_and_each_of_its_values_has_words(detail: Detail) -> None:
    keys = [f"detail.{detail.name}", *(f"detail.value.{value}" for value in detail.values)]
    assert not [key for key in keys if not knows(key)]


def test_every_group_has_its_heading() -> None:
    assert [group_label(group, EN) for group in Group][:2] == ["Organisation", "Dates"]
    assert group_label(Group.WORK, FR) == "Activité interrompue"


def test_a_question_is_called_by_its_name() -> None:
    assert detail_label(Question("personal-data"), FR) == "personal-data"
    assert detail_label(Question("late-reason"), FR) == "Motifs du retard"


def test_what_nobody_knows_is_not_determined() -> None:
    assert words("people-count", "unknown") == "not determined"
    assert words("personal-data", "unknown", FR) == "non déterminé"


def test_choices_are_said_in_words() -> None:
    assert words("nature", "confidentiality, availability", FR) == (
        "confidentialité (données vues, copiées ou publiées), disponibilité (données perdues ou inaccessibles)"
    )
    assert words("gravity", "maximal", FR) == "maximale"
    assert words("personal-data", "yes", FR) == "oui"


def test_a_moment_is_said_in_the_zone_of_the_incident() -> None:
    assert words("attack-start", "2026-11-24T12:30:00+00:00") == "Tue 24 Nov 2026 13:30 (UTC+1)"


def test_a_moment_that_is_roughly_known_says_so() -> None:
    assert words("attack-start", "~2026-11-24T12:30:00+00:00") == "about Tue 24 Nov 2026 13:30 (UTC+1)"
    letter = (
        value_words(Question("attack-start"), "~2023-12-08T17:00:00+00:00", story.incident(FR), in_letter=True)
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
    )
    assert letter == "vers le vendredi 8 décembre 2023 à 18 h 00 (heure de Paris)"


def test_an_attack_that_goes_on_says_so_and_on_paper_until_when() -> None:
    assert words("attack-end", "ongoing") == "still going on"
    letter = value_words(Question("attack-end"), "ongoing", story.incident(FR), in_letter=True)
    assert letter == "toujours en cours à la date de ce document"


def test_what_people_typed_stays_exactly() -> None:
    assert words("cause", "<b>yes</b>\n*two* lines") == "<b>yes</b>\n*two* lines"
    assert words("people-count", "about 1,200") == "about 1,200"
    assert words("entry", "mail") == "mail"


@pytest.mark.parametrize("detail", [detail for detail in DETAILS if detail.values], ids=lambda detail: detail.name)
@pytest.mark.parametrize("language", languages())
def test_the_values_a_refusal_offers_can_be_typed(detail: Detail, language: Language) -> None:
    offered = choice_words((*detail.values, "unknown"), language).split(", ")
    assert [VALUES.get(fold(word), canonical_answer(word)) for word in offered] == [*detail.values, "unknown"]


def test_a_refusal_names_a_detail_as_people_type_it() -> None:
    wrong = WrongDetail(Question("nature"), "tout", Kind.CHOICES, ("confidentiality", "integrity", "availability"))
    told = voice.refusal(wrong, FR, ZoneInfo("Europe/Paris")).body
    assert "confidentialité, intégrité, disponibilité" in told
    count = WrongDetail(Question("people-count"), "beaucoup", Kind.COUNT, ())
    assert "nombre-personnes demande un nombre" in voice.refusal(count, FR, ZoneInfo("Europe/Paris")).body


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: detail.name)
def test_what_people_type_for_a_detail_is_understood_in_every_language(detail: Detail) -> None:
    assert typed_detail(detail.name, EN) == detail.name
    assert all(find_detail(typed_detail(detail.name, language)) is detail for language in languages())


def test_a_question_is_typed_by_its_name_in_the_language_of_the_room() -> None:
    named = Asked(name=Question("personal-data"), text="?", called={FR: "donnees-personnelles"})
    plain = Asked(name=Question("paid"), text="?")
    told = story.incident(FR)
    room = replace(told, playbook=replace(told.playbook, questions=(named, plain)))
    assert typed_name(Question("personal-data"), room) == "donnees-personnelles"
    assert label_of(Question("personal-data"), room) == "donnees-personnelles"
    assert typed_name(Question("paid"), room) == "paid"
    assert typed_name(Question("people-count"), room) == "nombre-personnes"
    assert typed_name(Question("personal-data"), replace(room, language=EN)) == "personal-data"


def test_near_names_are_told_in_the_language_of_the_room() -> None:
    assert near_details("nombre-personne", FR)[0] == "nombre-personnes"
    assert near_details("nombre-personne", EN)[0] == "people-count"
    assert near_details("xyzzy", EN) == ()


def test_an_unknown_name_is_refused_with_what_is_near_and_what_is_asked() -> None:
    error = UnknownQuestion(Question("people-cuont"), (Question("personal-data"), Question("insured")))
    known = voice.refusal(error, EN, ZoneInfo("Europe/Paris")).body
    assert known.index("people-count") < known.index("personal-data, insured")
