"""What stands after `!fact`: a name in either language, and a value in the one spelling that is kept."""

from __future__ import annotations

import pytest

from bot.commands.names import names_in
from bot.commands.reasons import Why
from bot.core.commands import Acknowledge, Answer, AnswerSeveral, ShowFacts
from bot.core.details import DETAILS, Detail, Kind
from bot.core.names import Question
from tests.commands.lines import command, refused
from tests.core.build import HOUSE, incident


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("donnees-sensibles Oui", "sensitive-data", "Oui"),
        ("Données-Sensibles ?", "sensitive-data", "unknown"),
        ("cause\nune ligne\n  *deux*", "cause", "une ligne\n  *deux*"),
        ("malicious NON", "malicious", "no"),
        ("nature confidentialité et intégrité", "nature", "confidentiality, integrity"),
        ("nature availability & integrity", "nature", "availability, integrity"),
        ("gravity Élevée", "gravity", "Élevée"),
        ("attack-start hier 18:00", "attack-start", "2026-11-23T17:00:00+00:00"),
        ("arret-fin demain 08:00", "stopped-until", "2026-11-25T07:00:00+00:00"),
        ("fin-attaque on ne sait pas", "attack-end", "unknown"),
        ("fin-attaque en cours", "attack-end", "ongoing"),
        ("fin-attaque Toujours  en cours", "attack-end", "ongoing"),
        ("attack-end ongoing", "attack-end", "ongoing"),
        ("attack-end still going on", "attack-end", "ongoing"),
        ("cause en cours", "cause", "en cours"),
        ("debut-attaque vers le 8 décembre 2023 18:00", "attack-start", "~2023-12-08T17:00:00+00:00"),
        ("debut-attaque vers le vendredi 8 décembre 2023 à 18 h 00", "attack-start", "~2023-12-08T17:00:00+00:00"),
        ("attack-start about 8 Dec 18:00", "attack-start", "~2025-12-08T17:00:00+00:00"),
        ("attack-start environ 1er nov. 2026 à 8h", "attack-start", "~2026-11-01T07:00:00+00:00"),
        ("attack-end about Friday 8 December 2023 at 18:00", "attack-end", "~2023-12-08T17:00:00+00:00"),
        ("attack-end ~hier 18:00", "attack-end", "~2026-11-23T17:00:00+00:00"),
        ("attack-end ~2023-12-08 18:00", "attack-end", "~2023-12-08T17:00:00+00:00"),
        ("attack-end le 3 nov. 18:00", "attack-end", "2026-11-03T17:00:00+00:00"),
        ("discovered-at 8 Dec 2023 18:00", "discovered-at", "2023-12-08T17:00:00+00:00"),
        ("tolerance https://www.example.org/Avis", "tolerance", "https://www.example.org/Avis"),
        ("Personal-Data OUI", "personal-data", "yes"),
        ("what-is-this Oui bien sûr", "what-is-this", "Oui bien sûr"),
    ],
)
def test_a_fact_is_read_from_either_language(typed: str, name: str, value: str) -> None:
    for word in ("fact", "constat"):
        assert command(f"!{word} {typed}") == Answer(question=Question(name), value=value)


@pytest.mark.parametrize(
    ("typed", "value", "reason"),
    [
        ("personal-data non, des machines de test", "no", "des machines de test"),
        ("personal-data no: test machines only", "no", "test machines only"),
        ("personal-data no idea", "no idea", ""),
        ("personal-data yes, all of them", "yes, all of them", ""),
    ],
)
def test_a_no_may_say_why(typed: str, value: str, reason: str) -> None:
    assert command(f"!fact {typed}") == Answer(question=Question("personal-data"), value=value, reason=reason)


@pytest.mark.parametrize("typed", ["", "cause", "attack-start", "personal-data"])
def test_a_fact_without_a_value_is_asked_for_again(typed: str) -> None:
    assert refused(f"!fact {typed}").why is Why.MISSING


@pytest.mark.parametrize(
    "detail", [detail for detail in DETAILS if detail.kind is Kind.MOMENT], ids=lambda one: one.name
)
def test_a_moment_that_cannot_be_read_is_refused_in_every_detail_that_takes_one(detail: Detail) -> None:
    assert refused(f"!fact {detail.name} la semaine dernière").why is Why.NOT_A_TIME


@pytest.mark.parametrize("typed", ["discovered-at vers 18:00", "stopped-until ~18:00", "outage-end still going on"])
def test_what_counts_for_a_clock_or_is_no_end_of_an_attack_takes_an_exact_moment(typed: str) -> None:
    assert refused(f"!fact {typed}").why is Why.NOT_A_TIME


def test_what_is_known_is_shown_without_an_argument() -> None:
    assert command("!facts") == command("!constats") == ShowFacts()
    assert refused("!facts all").why is Why.TOO_MUCH


def test_all_that_waits_is_seen_at_once() -> None:
    assert command("!ack") == command("!vu") == Acknowledge()


# --- several at once ----------------------------------------------------------------------------------------

NAMES = names_in(HOUSE, incident())


def several(body: str) -> list[tuple[str, str]]:
    read = command(body, names=NAMES)
    assert isinstance(read, AnswerSeveral)
    return [
        (given.question, given.value) if isinstance(given, Answer) else (given.line, given.why) for given in read.given
    ]


@pytest.mark.parametrize(
    "body",
    [
        "!fact personal-data yes\ncause a mail\nattack-end ongoing",
        "!constat personal-data : oui\n\n- cause : a mail\n* fin-attaque = en cours",
        "!fact\n1. personal-data = yes\n2) cause – a mail\n• attack-end - ongoing\n",
        "!fact personal-data yes\r\n!fact cause a mail\r\n!constat fin-attaque: en cours",
    ],
)
def test_a_list_of_facts_is_read_however_it_is_pasted(body: str) -> None:
    assert several(body) == [("personal-data", "yes"), ("cause", "a mail"), ("attack-end", "ongoing")]


def test_what_is_wrong_with_a_line_is_said_of_that_line() -> None:
    body = (
        "!fact personal-data yes\nfrobnicated\nattack-start last week\ncause\ncause a - b\nweather grey\n:\ncause "
        + "x" * 4_096
    )
    assert several(body) == [
        ("personal-data", "yes"),
        ("frobnicated", Why.MISSING),
        ("attack-start last week", Why.NOT_A_TIME),
        ("cause", Why.MISSING),
        ("cause", "a - b"),
        ("weather", "grey"),
        (":", Why.MISSING),
        ("cause " + "x" * 4_096, Why.ARGUMENTS_TOO_LONG),
    ]


def test_a_text_of_several_lines_stays_one_fact() -> None:
    assert command("!fact cause : une ligne\nune autre : la fin\n- et une liste", names=NAMES) == Answer(
        question=Question("cause"), value="une ligne\nune autre : la fin\n- et une liste"
    )


@pytest.mark.parametrize("typed", ["personal-data: yes", "personal-data=yes", "- personal-data : oui"])
def test_one_fact_too_may_have_a_sign_between_name_and_value(typed: str) -> None:
    assert command(f"!fact {typed}", names=NAMES) == Answer(question=Question("personal-data"), value="yes")


@pytest.mark.parametrize(
    "value", ["=payslips, and more", "- item", "-2h late", "https://example.org", "no " * 50 + "end"]
)
def test_the_value_of_one_fact_is_kept_as_it_was_typed(value: str) -> None:
    assert command(f"!fact cause {value}", names=NAMES) == Answer(question=Question("cause"), value=value)


def test_too_many_lines_and_one_too_long_are_refused_whole() -> None:
    assert refused("!fact cause x" + "\ncause y" * 50, names=NAMES).why is Why.TOO_MANY_LINES
    assert len(several("!fact cause x" + "\n\ncause y" * 49)) == 50
    assert refused("!fact cause " + "x" * 4_096).why is Why.ARGUMENTS_TOO_LONG
