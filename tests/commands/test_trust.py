"""Whose identity it is, and that it is theirs."""

from __future__ import annotations

import pytest

from bot.commands import Place
from bot.commands.reasons import Argument, Why
from bot.core.commands import SettleVerification
from bot.core.people.trust import ConfirmIdentity, ShowTrust
from tests.commands.lines import command, refused


@pytest.mark.parametrize("line", ["!trust @bob:example.org", "!confiance  @bob:example.org "])
def test_a_person_alone_is_a_question(line: str) -> None:
    assert command(line, place=Place.CONTROL) == ShowTrust(who="@bob:example.org")


@pytest.mark.parametrize("line", ["!trust bob confirm", "!confiance bob CONFIRMER", "!confiance bob\nconfirm"])
def test_with_the_word_it_is_a_confirmation_in_both_languages(line: str) -> None:
    assert command(line, place=Place.DIRECT) == ConfirmIdentity(who="bob")


@pytest.mark.parametrize("line", ["!trust", "!trust confirm", "!confiance confirmer"])
def test_the_person_is_needed(line: str) -> None:
    reason = refused(line, place=Place.CONTROL)
    assert reason.why is Why.MISSING
    assert reason.details["argument"] is Argument.PERSON


@pytest.mark.parametrize(
    ("line", "code"), [("!verify bob yes 0471", "0471"), ("!vérifier bob oui 0471", "0471"), ("!verify bob non", "")]
)
def test_who_compared_says_yes_with_the_code_or_no(line: str, code: str) -> None:
    settled = SettleVerification(who="bob", same=bool(code), code=code)
    assert command(line, place=Place.CONTROL) == settled


def test_who_compared_says_nothing_else() -> None:
    assert refused("!verify bob perhaps 0471", place=Place.CONTROL).why is Why.NOT_ONE_OF
