"""`!letters` and `!sent`, as tired people type them."""

from __future__ import annotations

import pytest

from bot.commands.names import Names
from bot.commands.reasons import Argument, Why
from bot.core.commands import MarkSent, MergeLetters, ShowLetters
from bot.core.facts import Channel
from bot.core.names import DraftId
from bot.library.drafts import read_template
from tests.commands.lines import command, paris, refused
from tests.library.draft_texts import FRONT

NOTICE = read_template(FRONT.replace("language: en", "language: fr\ncalled: avis-clients") + "Text.\n").template
NAMES = Names(drafts=(NOTICE,))


def sent(line: str) -> MarkSent:
    found = command(line, names=NAMES)
    assert isinstance(found, MarkSent)
    return found


def test_alone_it_shows_who_is_left_and_with_a_word_it_hands_out_the_log() -> None:
    assert command("!letters") == ShowLetters()
    assert {command(f"!lettres {word}") for word in ("csv", "log", "Journal")} == {ShowLetters(as_file=True)}


def test_a_draft_is_named_in_any_language() -> None:
    for typed in ("notice", "**Notice**", "avis-clients", "Avis-Clients"):
        assert command(f"!letters {typed}", names=NAMES) == MergeLetters(draft=DraftId("notice"))
    assert command("!letters Other", names=NAMES) == MergeLetters(draft=DraftId("other"))


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("7", (7,)),
        ("1-4", (1, 2, 3, 4)),
        ("1 – 3, 9; 2", (1, 2, 3, 9)),
        ("all", None),
        ("Tous", None),
        ("Dupont & Cie", "Dupont & Cie"),
        ("« La Poste »", "La Poste"),
        ('"3000"', "3000"),
        ("Garage 12-14", "Garage 12-14"),
    ],
)
def test_who_is_meant_are_numbers_a_name_or_all_who_are_left(typed: str, who: object) -> None:
    assert sent(f"!sent {typed} email").who == who
    assert sent(f"!envoye {typed} par courriel").who == who


@pytest.mark.parametrize(
    ("typed", "channel"),
    [
        ("e-mail", Channel.EMAIL),
        ("courrier", Channel.POST),
        ("Recommandé,", Channel.REGISTERED),
        ("main", Channel.HAND),
        ("portail", Channel.PORTAL),
        ("retour", Channel.RETURNED),
    ],
)
def test_a_channel_has_words_of_both_languages(typed: str, channel: Channel) -> None:
    assert sent(f"!sent 1 {typed}").channel is channel


def test_a_draft_may_stand_first_and_a_reference_and_a_time_last() -> None:
    found = sent("!sent avis-clients 3 registered RR 123 456 2026-03-27 10:00")
    assert found == MarkSent(
        draft=DraftId("notice"),
        who=(3,),
        channel=Channel.REGISTERED,
        reference="RR 123 456",
        when=paris("2026-03-27 10:00"),
    )


def test_a_name_that_holds_a_channel_is_quoted() -> None:
    assert sent('!sent "Press by Post" post').who == "Press by Post"
    assert sent("!sent Press by Post post").reference == "post"


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("!sent", Argument.CLIENT),
        ("!sent email", Argument.CLIENT),
        ("!sent avis-clients", Argument.CLIENT),
        ("!sent avis-clients email", Argument.CLIENT),
        ("!sent 1", Argument.CHANNEL),
        ('!sent "Dupont"', Argument.CHANNEL),
    ],
)
def test_what_is_missing_is_named(line: str, argument: Argument) -> None:
    reason = refused(line, names=NAMES)
    assert (reason.why, reason.details) == (Why.MISSING, {"argument": argument})


@pytest.mark.parametrize("numbers", ["0", "5-3", "1-9999"])
def test_numbers_that_no_list_has_are_refused(numbers: str) -> None:
    assert refused(f"!sent {numbers} email").why is Why.NOT_A_COUNT
