"""Whose identity it is, and that it is theirs."""

from __future__ import annotations

import pytest

from bot.commands import Place
from bot.commands.reasons import Argument, Why
from bot.core.trust import ConfirmIdentity, ShowTrust
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


@pytest.mark.parametrize("line", ["!verify @bob:example.org perhaps", "!verify bob no-one-knows 1234"])
def test_who_compared_says_yes_or_no(line: str) -> None:
    assert refused(line, place=Place.CONTROL).why is Why.NOT_ONE_OF
