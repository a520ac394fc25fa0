"""What a message is: a command, talk, a mistake. And that no text makes reading it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import ROWS, NotACommand, ParsedCommand, Place, UnknownWord, UsageError, addressed, without_mark
from bot.commands.parse import MOST_BYTES
from bot.commands.reasons import Why
from bot.core.commands import Choose, FinishStep, Note, ShowStatus
from bot.core.language import Language
from bot.core.names import StepId
from tests.commands.lines import command, read, refused

WORDS = sorted({word for row in ROWS for words in row.words.values() for word in words})
BITS = st.sampled_from(
    [
        *(
            "D1",
            "GDPR-33-1",
            "--drill",
            "--lang",
            "--severity=x",
            "—playbook",
            "oui",
            "dpo",
            "@bob:example.org",
            '"',
            "«",
        ),
        *(
            "03/04",
            "24/11/2026",
            "31.02.2026",
            "14:30",
            "14h30",
            "2h",
            "-2h",
            "hier",
            "à",
            "now",
            "2026-02-30",
            "+02:00",
        ),
        *("2026-10-25", "02:30", "lundi", "novembre", "il y a", "\u202e", "\x00", "\ud800", "!", "20266-1", "99999999"),
    ]
)
LINES = st.builds(
    lambda word, bits, text: f"!{word} {' '.join(bits)} {text}",
    st.sampled_from(WORDS),
    st.lists(BITS, max_size=6),
    st.text(),
)


@given(st.one_of(LINES, st.text(), st.text(alphabet=st.characters(codec=None)).map(lambda text: "!" + text)))
def test_no_text_makes_reading_fail(body: str) -> None:
    for place in Place:
        assert isinstance(read(body, place=place), ParsedCommand | NotACommand | UnknownWord | UsageError)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u061c\u200e\u200f")))
def test_a_note_is_kept_exactly_whatever_its_script(text: str) -> None:
    parsed = read(f"!note {text}")
    if isinstance(parsed, ParsedCommand):
        assert parsed.command == Note(text=text.strip())
    else:
        assert isinstance(parsed, UsageError)
        assert parsed.reason.why in (Why.MISSING, Why.DIRECTION_MARK)


@pytest.mark.parametrize(
    "body", ["", "bonjour", "on a fait D1 !", "!", "! attention", "!!!", "!?", "fait D1", "3 personnes"]
)
def test_talk_is_not_a_command(body: str) -> None:
    assert read(body) == NotACommand()


def test_a_bare_number_may_answer_an_offered_list_anywhere() -> None:
    assert command(" 2 ", place=Place.CONTROL) == Choose(number=2)
    assert command("2", place=Place.DIRECT) == Choose(number=2)
    assert command("2", place=Place.INCIDENT) == Choose(number=2)
    assert read("0612345678", place=Place.DIRECT) == NotACommand()


def test_spaces_around_a_command_do_not_matter() -> None:
    assert command("  \n!etat  ") == ShowStatus()


@pytest.mark.parametrize(
    ("typed", "language", "name"),
    [
        ("!doen D1", Language("en"), "done"),
        ("!fiat D1", Language("fr"), "done"),
        ("!statsu", Language("en"), "status"),
        ("!etta", Language("fr"), "status"),
        ("!delay", Language("fr"), "clock"),
        ("!statu", Language("fr"), "status"),
        ("!closed", Language("en"), "close"),
    ],
)
def test_a_misspelt_word_finds_the_nearest_row(typed: str, language: Language, name: str) -> None:
    parsed = read(typed, language=language)
    assert isinstance(parsed, UnknownWord)
    assert parsed.nearest is not None
    assert parsed.nearest.name == name


def test_a_word_like_no_other_has_no_nearest_row() -> None:
    assert read("!xyzzy42 D1") == UnknownWord(word="xyzzy42", nearest=None)


def test_a_word_of_any_length_is_answered_at_once() -> None:
    parsed = read("!" + "fait" * 12_000)
    assert isinstance(parsed, UnknownWord)


def test_more_arguments_than_a_command_takes_are_refused_unread() -> None:
    reason = refused("!done " + "D1 " * 2_000)
    assert reason.why is Why.ARGUMENTS_TOO_LONG


def test_a_message_over_the_limit_is_refused_with_the_limit() -> None:
    fits = "é" * ((MOST_BYTES - len("!note ")) // 2)
    assert command(f"!note {fits}") == Note(text=fits)
    reason = refused(f"!note {fits}é")
    assert (reason.why, reason.details) == (Why.TOO_LONG, {"limit": "48000"})


@pytest.mark.parametrize("code", [0x00, 0x07, 0x0B, 0x0D, 0x1B, 0x7F, 0x85, 0x9F, 0xD800])
def test_control_characters_are_refused_by_name(code: int) -> None:
    reason = refused(f"!note avant{chr(code)}après")
    assert (reason.why, reason.details) == (Why.CONTROL_CHARACTER, {"code": f"U+{code:04X}"})


@pytest.mark.parametrize("code", [0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
@pytest.mark.parametrize("line", ["!fait D1 ok{}ko", "{}!fait D1", "!fa{}it D1", "!{}fait D1", "!fait D1{}"])
def test_marks_that_turn_text_around_are_refused_by_name(code: int, line: str) -> None:
    reason = refused(line.format(chr(code)))
    assert (reason.why, reason.details) == (Why.DIRECTION_MARK, {"code": f"U+{code:04X}"})


def test_an_unknown_word_is_shown_without_what_cannot_be_seen() -> None:
    parsed = read("!xy\u202ezzy\u0007")
    assert parsed == UnknownWord(word="xyzzy", nearest=None)


def test_letters_that_join_are_no_marks() -> None:
    text = "خانه\u200cها \U0001f468\u200d\U0001f469"
    assert command(f"!fait D1 {text}") == FinishStep(step=StepId("D1"), result=text)


NAMES = ("cellule", "bot7", "cellule:example.org")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("cellule: !next", "!next"),
        ("@cellule !suite", "!suite"),
        ("Cellule !suite", "!suite"),
        ("cellule :\u00a0!next", "!next"),
        ("@cellule:example.org: !next", "!next"),
        ("bot7, hello", "hello"),
        ("@cellule are you there", "are you there"),
        ("\u200e@cellule", ""),
    ],
)
def test_what_begins_with_our_name_is_a_word_to_us(typed: str, said: str) -> None:
    assert addressed(typed, NAMES) == (said, True)


@pytest.mark.parametrize(
    "talk", ["cellule de crise à 14 h", "Cellule : réunion à 18 h", "cellules: x", "I wrote to @cellule", "@cellules"]
)
def test_talk_about_a_crisis_room_is_no_word_to_us(talk: str) -> None:
    assert addressed(talk, NAMES) == (talk, False)


def test_a_space_after_the_mark_of_a_known_command_does_not_count() -> None:
    assert command("! note x y") == Note(text="x y")
    assert isinstance(read("! attention everybody"), NotACommand)


def test_a_command_is_known_without_its_mark() -> None:
    assert (row := without_mark("Suite, please")) is not None
    assert "next" in row.words[Language("en")]
    assert without_mark("please") is None
    assert without_mark("") is None
