"""What is typed about evidence, and what is replied to what is said of it."""

from __future__ import annotations

import pytest

from bot.commands import Called
from bot.commands.names import NO_NAMES
from bot.commands.reasons import Why
from bot.commands.replies import NotAnAnswer, read_reply
from bot.core import commands as core
from bot.core.language import Language
from bot.core.replies.subjects import Handed, RestOf
from tests.commands.lines import command, refused

DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("!evidence", core.ShowEvidence()),
        ("!preuves", core.ShowEvidence()),
        ("!evidence 7", core.ShowEvidence(number=7)),
        ("!preuve **E7**", core.ShowEvidence(number=7)),
        ("!preuve e7:", core.ShowEvidence(number=7)),
        ("!evidence the mail server", core.TakeEvidence(source="the mail server")),
        ("!evidence from the mail server", core.TakeEvidence(source="the mail server")),
        ("!preuve d'un poste", core.TakeEvidence(source="un poste")),
        ("!preuve d’un poste", core.TakeEvidence(source="un poste")),
        ("!preuve du serveur", core.TakeEvidence(source="serveur")),
        ("!evidence 7 from the  mail server", core.SourceEvidence(number=7, source="the  mail server")),
        ("!preuve 7 de la messagerie", core.SourceEvidence(number=7, source="la messagerie")),
        ("!preuve E7 d'un poste", core.SourceEvidence(number=7, source="un poste")),
        ("!evidence 7 handed bob", core.HandEvidence(number=7, who="bob")),
        ("!evidence 7 handed to @bob:example.org", core.HandEvidence(number=7, who="@bob:example.org")),
        ("!preuve 7 remise à Bob Martin", core.HandEvidence(number=7, who="Bob Martin")),
        ("!evidence 7 received", core.AcknowledgeEvidence(number=7)),
        ("!preuve 7 reçue", core.AcknowledgeEvidence(number=7)),
        (f"!evidence {DIGEST.upper()} disk, in the safe", core.NameEvidence(digest=DIGEST, name="disk, in the safe")),
    ],
)
def test_evidence_is_shown_taken_named_and_handed_over(typed: str, meant: object) -> None:
    assert command(typed) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("!evidence 7 yesterday", Why.NOT_ONE_OF),
        ("!evidence 7 from", Why.MISSING),
        ("!evidence 7 handed", Why.MISSING),
        ("!evidence 7 handed to", Why.MISSING),
        ("!evidence 7 received by me", Why.TOO_MUCH),
        (f"!evidence {DIGEST}", Why.MISSING),
    ],
)
def test_what_is_none_of_these_is_refused(typed: str, why: Why) -> None:
    assert refused(typed).why is why


@pytest.mark.parametrize("body", ["received", "Reçue.", "reçu", "vu", "seen", "oui", "yes!", "got it", "!vu"])
def test_whoever_gets_something_says_so_in_a_word(body: str) -> None:
    read = read_reply((Handed(number=7),), body, language=Language("fr"), names=NO_NAMES)
    assert isinstance(read, Called)
    assert (read.row.name, read.rest) == ("evidence", "7 received")


@pytest.mark.parametrize("body", ["thanks", "not yet", "vu par bob", "x" * 300, "reçue ?"])
def test_other_replies_acknowledge_nothing(body: str) -> None:
    read = read_reply((Handed(number=7),), body, language=Language("fr"), names=NO_NAMES)
    assert isinstance(read, NotAnAnswer)


def test_whatever_is_replied_to_the_question_is_whence_it_is() -> None:
    about = (RestOf(word="evidence", begun="7 from"),)
    read = read_reply(about, "le poste de la paie", language=Language("fr"), names=NO_NAMES)
    assert isinstance(read, Called)
    assert (read.row.name, read.rest) == ("evidence", "7 from le poste de la paie")
