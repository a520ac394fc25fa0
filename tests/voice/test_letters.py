"""How letters to clients are told: on a phone, in both languages, names never as markup."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest

from bot import voice
from bot.commands.organisations import Flaw, Wrong
from bot.core.facts import Channel, Fact
from bot.core.incident import Incident
from bot.core.language import Language
from bot.sentences import languages
from bot.voice import Text
from bot.voice.incident.letters import number_words
from tests.core.build import HOUR, NOW, grow, incident, letter_of, letters_made, letters_sent

OF_CLIENTS = list(Flaw)[list(Flaw).index(Flaw.NO_CLIENT_COLUMN) :]
MANY = letters_made(*(f"Client {number}" for number in range(1, 213)))
EVIL = letters_made("*Dupont* & <b>Cie</b>", "=1+1")
each_language = pytest.mark.parametrize("language", languages())


def room(language: Language, *facts: Fact) -> Incident:
    return grow(incident(language=language), *facts)


@each_language
def test_the_letters_of_a_room(golden: Callable[[str, Text], None], language: Language) -> None:
    known = room(
        language,
        MANY,
        letters_sent(*range(1, 188)),
        letters_made("Client 1", draft="kit"),
        letters_sent(1, draft="kit"),
        letters_made("Client 1", draft="kit", version=2),
        letters_sent(1, draft="kit", version=2, channel=Channel.HAND),
    )
    golden(f"letters.{language}", voice.letters(known))
    golden(f"letters-log.{language}", voice.letters_note(known, "0123456789abcdef" * 4))
    golden(f"letters-none.{language}", voice.letters(room(language)))


@each_language
def test_what_a_list_became(golden: Callable[[str, Text], None], language: Language) -> None:
    golden(f"letters-made.{language}", voice.letters_made(EVIL, 0, room(language, EVIL)))
    golden(f"letters-made-again.{language}", voice.letters_made(MANY, 3, room(language, MANY)))


@each_language
def test_what_is_wrong_with_a_list(golden: Callable[[str, Text], None], language: Language) -> None:
    wrong = [Wrong(line=number, flaw=flaw, given="*x* <y>") for number, flaw in enumerate(OF_CLIENTS, start=2)]
    golden(f"letters-wrong.{language}", voice.letters_wrong("clients *2*.csv", wrong, language))


@each_language
def test_whom_a_command_marked(golden: Callable[[str, Text], None], language: Language) -> None:
    sent = letters_sent(1, 2, channel=Channel.REGISTERED, reference="RR *1*")
    golden(f"letters-sent.{language}", voice.confirm(sent, room(language, EVIL), room(language, EVIL, sent)))
    back = letters_sent(2, channel=Channel.RETURNED)
    before = room(language, EVIL, sent)
    golden(f"letters-returned.{language}", voice.confirm(back, before, grow(before, back)))
    many = letters_sent(*range(1, 101), 150)
    golden(f"letters-sent-many.{language}", voice.confirm(many, room(language, MANY), room(language, MANY, many)))


@each_language
def test_the_timeline_has_numbers_and_no_names(language: Language) -> None:
    known = room(language, EVIL)
    for fact in (EVIL, letters_sent(1, 2), letters_sent(1, reference="RR 1", sent_at=NOW + HOUR)):
        assert "Dupont" not in voice.announce(fact, known).body
    assert number_words((2, 1, 5)) == "1-2, 5"


def test_the_log_has_a_line_for_each_dispatch_and_no_formula() -> None:
    letter = letter_of(1, "=1+1", **{"client-email": "a@a.example", "client-address": "1 rue X"})
    made = replace(letters_made(), letters=(letter,))
    known = room(Language("en"), made, letters_sent(1, reference="@sum"), letters_sent(1, channel=Channel.RETURNED))
    first, second, third = csv.DictReader(StringIO(voice.letters_table(known)))
    assert (first["client"], first["reference"]) == ("'=1+1", "'@sum")
    assert (first["email"], first["address"], first["sent"]) == ("a@a.example", "1 rue X", "2026-03-27 18:00+01:00")
    assert [line["state"] for line in (first, second, third)] == ["told", "came back", "to be told"]
    assert (third["sent"], third["file"]) == ("", "0001-1-1.docx")


@pytest.mark.parametrize(
    ("client", "name"),
    [
        ("Société Générale", "0007-societe-generale.docx"),
        ("../../etc/passwd", "0007-etc-passwd.docx"),
        ("Ω ☃", "0007-client.docx"),
        ("a" * 200, f"0007-{'a' * 40}.docx"),
    ],
)
def test_a_file_has_a_name_that_any_computer_takes(client: str, name: str) -> None:
    assert voice.letter_name(letter_of(7, client)) == name
