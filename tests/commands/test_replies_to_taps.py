"""Replies to what the bot asks after a tap: a yes, or the words that a command lacks."""

from __future__ import annotations

import pytest

from bot.core import commands as core
from bot.core.names import Question
from bot.core.replies import subjects
from bot.core.replies.subjects import Steps
from tests.commands.lines import command
from tests.commands.test_replies import D1, NAMES, written

DONE = (subjects.YesTo(word="done", rest="D1"), Steps(steps=(D1,)))
RISK = subjects.RestOf(word="risk", begun="data high")
FACT = subjects.RestOf(word="fact", begun="personal-data no")


@pytest.mark.parametrize("typed", ["oui", "Oui.", "yes!", "OUI"])
def test_a_yes_carries_out_what_was_asked(typed: str) -> None:
    assert written(typed, *DONE) == "!done D1"


@pytest.mark.parametrize("typed", ["non", "plus tard", "oui mais pas tout", "oui ?"])
def test_anything_else_carries_out_nothing(typed: str) -> None:
    assert written(typed, *DONE) == "talk"


def test_its_verbs_still_count() -> None:
    assert written("fait capture gardée", *DONE) == "!done D1 capture gardée"
    assert written("passe pas de VPN", *DONE) == "!skip D1 pas de VPN"


@pytest.mark.parametrize(
    "typed", ["vu le volume de paie", "fait par un clerc", "oui, des RIB", "2", "paie de 40 personnes"]
)
def test_what_a_command_lacks_is_taken_whole_whatever_it_begins_with(typed: str) -> None:
    assert written(typed, RISK) == f"!risk data high {typed}"
    assert written(typed, FACT) == f"!fact personal-data no {typed}"


def test_a_command_stays_one_and_a_question_is_talk() -> None:
    assert written("!status", RISK) == "!status"
    assert written("pourquoi ?", RISK) == "talk"


@pytest.mark.parametrize("typed", ["!fact insured", "!constat Insured", "!fact  INSURED "])
def test_the_name_of_a_question_alone_asks_it(typed: str) -> None:
    assert command(typed, names=NAMES) == core.AskQuestion(question=Question("insured"))
