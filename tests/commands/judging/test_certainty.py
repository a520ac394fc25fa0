"""How sure an answer is, behind it: plain where a value ends by itself, apart where a text may end in any word."""

from __future__ import annotations

import pytest

from bot.commands.names import names_in
from bot.core.commands import Answer, AnswerSeveral, ShowKnown
from bot.core.facts import Certainty
from bot.core.names import Question
from tests.commands.lines import command, paris
from tests.core.build import HOUSE, incident


@pytest.mark.parametrize(
    ("typed", "name", "value", "certainty"),
    [
        ("personal-data yes supposed", "personal-data", "yes", Certainty.SUPPOSED),
        ("personal-data oui Supposé", "personal-data", "yes", Certainty.SUPPOSED),
        ("entry mail not confirmed", "entry", "mail", Certainty.UNCONFIRMED),
        ("entry mail ruled-out", "entry", "mail", Certainty.RULED_OUT),
        ("entry mail écarté", "entry", "mail", Certainty.RULED_OUT),
        ("entry mail, établi", "entry", "mail", Certainty.ESTABLISHED),
        ("people-count about 350 supposed", "people-count", "about 350", Certainty.SUPPOSED),
        ("malicious yes established", "malicious", "yes", Certainty.ESTABLISHED),
        ("attack-start hier 18:00 non confirmé", "attack-start", "2026-11-23T17:00:00+00:00", Certainty.UNCONFIRMED),
        ("cause phishing (supposed)", "cause", "phishing", Certainty.SUPPOSED),
        ("cause phishing – à confirmer", "cause", "phishing", Certainty.UNCONFIRMED),
        ("cause le risque est écarté", "cause", "le risque est écarté", None),
        ("cause no link was established", "cause", "no link was established", None),
        ("cause supposed", "cause", "supposed", None),
        ("entry supposed", "entry", "supposed", None),
        ("entry the mail we had supposed", "entry", "the mail we had supposed", None),
        ("cause (supposed)", "cause", "(supposed)", None),
    ],
)
def test_an_answer_says_how_sure_it_is(typed: str, name: str, value: str, certainty: Certainty | None) -> None:
    assert command(f"!fact {typed}") == Answer(question=Question(name), value=value, certainty=certainty)


def test_a_no_with_its_reason_keeps_its_last_word_unless_it_stands_apart() -> None:
    kept = Answer(question=Question("personal-data"), value="no", reason="no link was established")
    assert command("!fact personal-data no, no link was established") == kept
    apart = Answer(
        question=Question("personal-data"), value="no", reason="test machines", certainty=Certainty.ESTABLISHED
    )
    assert command("!fact personal-data no, test machines (established)") == apart


def test_several_answers_each_say_it() -> None:
    names = names_in(HOUSE, incident())
    several = command("!fact insured yes supposed\npersonal-data yes", names=names)
    assert isinstance(several, AnswerSeveral)
    assert [given.certainty for given in several.given if isinstance(given, Answer)] == [Certainty.SUPPOSED, None]


@pytest.mark.parametrize("typed", ["known 14:40", "connu 14h40", "connu aujourd'hui 14:40", "known 24 Nov 14:40"])
def test_an_hour_of_the_past_is_read(typed: str) -> None:
    assert command(f"!{typed}") == ShowKnown(at=paris("2026-11-24 14:40"))
