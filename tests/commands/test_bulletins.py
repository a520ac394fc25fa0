"""Bulletins as they are typed: options first, the text exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import UnknownWord
from bot.commands.names import Names
from bot.commands.reasons import Why
from bot.core.commands import (
    AnswerQuestions,
    Authority,
    Command,
    NoteCall,
    PutQuestion,
    RollupForm,
    SendBulletin,
    ShowBulletins,
    ShowFaq,
    ShowQuestions,
    ShowRollup,
)
from tests.commands.lines import command, paris, read, refused
from tests.core.build import PLAYBOOK

SIX = paris("2026-11-24T18:00")
LONG = "Première ligne\n\n  -- pas une option, {secteur}\n--non plus"


def bulletin(text: str, audience: str = "all", **more: object) -> Command:
    return SendBulletin(text=text, audience=audience, **more)  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Coupez le lien", bulletin("Coupez le lien")),
        (LONG, bulletin(LONG)),
        ("--to silent Read it", bulletin("Read it", "silent")),
        ("--pour silencieuses\nLisez", bulletin("Lisez", "silent")),
        ("--à Retard Déclarez", bulletin("Déclarez", "overdue")),
        ("--to unfiled x", bulletin("x", "unfiled")),
        ("—pour non-déclarées x", bulletin("x", "unfiled")),
        ("--to=toutes x", bulletin("x")),
        ("--to Secteur=santé x", bulletin("x", "Secteur=santé")),
        ('--to "Secteur=santé et soin" x', bulletin("x", "Secteur=santé et soin")),
        ("--pour secteur=« santé et soin » x", bulletin("x", "secteur=santé et soin")),
        ("--pour absentes x", bulletin("x", "absent")),
        ("--to nonsense x", bulletin("x", "nonsense")),
        ("--next 18:00 x", bulletin("x", next_update=SIX)),
        ("--prochain demain 18:00 x", bulletin("x", next_update=paris("2026-11-25T18:00"))),
        ("--next +3h Tout va bien", bulletin("Tout va bien", next_update=SIX)),
        ("--next 18:00\nDemain matin, tout est fermé", bulletin("Demain matin, tout est fermé", next_update=SIX)),
        ("--next 18:00 --to silent x", bulletin("x", "silent", next_update=SIX)),
        ("--to silent --next 18:00 x", bulletin("x", "silent", next_update=SIX)),
        ("—Bonjour à tous", bulletin("—Bonjour à tous")),
        ("--with x", bulletin("x", has_file=True)),
        ("--every 4h x", bulletin("x", every=timedelta(hours=4))),
        ("--toutes 1d x", bulletin("x", every=timedelta(days=1))),
        ("--every never x", bulletin("x", every=timedelta(0))),
        ("--avec --pour silencieuses x", bulletin("x", "silent", has_file=True)),
        ("correct 3 Better so", bulletin("Better so", replaces=3)),
        ("Corriger n°3 :\nMieux ainsi", bulletin("Mieux ainsi", replaces=3)),
        ("correct 3 --next 18:00 x", bulletin("x", replaces=3, next_update=SIX)),
        ("retirer 12", bulletin("", replaces=12, withdraws=True)),
        ("withdraw #12: It was wrong", bulletin("It was wrong", replaces=12, withdraws=True)),
        ("correct the clocks of 3", bulletin("correct the clocks of 3")),
        ("withdraw 3rd parties", bulletin("withdraw 3rd parties")),
        ("list of 3", bulletin("list of 3")),
        ("3 servers", bulletin("3 servers")),
        ("list", ShowBulletins()),
        ("Liste", ShowBulletins()),
        ("3", ShowBulletins(number=3)),
        ("n° 12", ShowBulletins(number=12)),
    ],
)
def test_a_bulletin_is_read(typed: str, meant: Command) -> None:
    assert command(f"!bulletin {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Why.MISSING),
        ("--to", Why.MISSING),
        ("--to silent", Why.MISSING),
        ("--next", Why.MISSING),
        ("--next 18:00", Why.MISSING),
        ("--next\nTout va bien", Why.NOT_A_TIME),
        ("--next bientôt x", Why.NOT_A_TIME),
        ("--next 18:00 demain matin x", Why.NOT_A_TIME),
        ("--pur silencieuses x", Why.UNKNOWN_OPTION),
        ("correct 3", Why.MISSING),
        ("--every", Why.MISSING),
        ("--every day x", Why.NOT_A_SPAN),
        ("--every 32d x", Why.NOT_A_SPAN),
        ("correct 3 --to silent x", Why.UNKNOWN_OPTION),
    ],
)
def test_what_cannot_be_taken_is_refused(typed: str, why: Why) -> None:
    assert refused(f"!bulletin {typed}").why is why


def test_behind_the_id_of_a_question_an_answer_may_be_in_any_language() -> None:
    names = Names(questions=PLAYBOOK.questions)
    assert command("!bulletin --to personal-data=oui,inconnu x", names=names) == bulletin(
        "x", "personal-data=yes,unknown"
    )
    assert command("!bulletin --to données=oui x", names=names) == bulletin("x", "données=oui")


def test_the_rollup_is_asked_for_in_words_or_as_a_table() -> None:
    assert command("!rollup") == command("!synthèse") == command("!BILAN") == ShowRollup()
    assert command("!synthese CSV") == ShowRollup(form=RollupForm.CSV)
    assert refused("!rollup pdf").details["words"] == "rollup.csv, rollup.unreached, rollup.letters, rollup.authority"
    assert refused("!rollup csv now").why is Why.NOT_ONE_OF
    assert not isinstance(read("!bilan"), UnknownWord)


@pytest.mark.parametrize(
    ("typed", "authority"),
    [
        ("!rollup authority CNIL", Authority.CNIL),
        ("!synthese autorité cnil", Authority.CNIL),
        ("!rollup authority cert-fr", Authority.CERT),
        ("!synthèse AUTORITE anssi", Authority.CERT),
    ],
)
def test_a_table_for_an_authority_names_the_authority(typed: str, authority: Authority) -> None:
    assert command(typed) == ShowRollup(form=RollupForm.AUTHORITY, authority=authority)


@pytest.mark.parametrize("typed", ["!rollup letters", "!synthèse courriers", "!synthese LETTRES"])
def test_letters_on_paper_are_asked_for_in_both_languages(typed: str) -> None:
    assert command(typed) == ShowRollup(form=RollupForm.LETTERS)


@pytest.mark.parametrize("typed", ["!rollup authority", "!rollup authority police", "!rollup authority cnil cert"])
def test_an_authority_that_has_no_table_is_refused_with_those_that_have(typed: str) -> None:
    assert refused(typed).details["words"] == "rollup.cnil, rollup.cert"


@pytest.mark.parametrize("typed", ["!rollup unreached", "!synthèse non-joints", "!synthese INJOIGNABLES"])
def test_who_is_not_reached_is_asked_for_with_or_without_a_time_of_silence(typed: str) -> None:
    assert command(typed) == ShowRollup(form=RollupForm.UNREACHED)
    assert command(f"{typed} 24h") == ShowRollup(form=RollupForm.UNREACHED, silent_for=timedelta(hours=24))
    assert refused(f"{typed} soon").why is Why.NOT_A_SPAN


def test_a_call_is_kept_as_it_was_typed() -> None:
    assert command("!appelé Étude Brésard :\n pas là") == NoteCall(text="Étude Brésard :\n pas là")


# --- questions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("May we?\n\nAnd when?", PutQuestion(text="May we?\n\nAnd when?")),
        ("--bulletin 3 May we?", PutQuestion(text="May we?", bulletin=3)),
        ("--bulletin three", PutQuestion(text="--bulletin three")),
    ],
)
def test_a_question_is_read(typed: str, meant: Command) -> None:
    assert command(f"!question {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12 Yes", AnswerQuestions(numbers=(12,), text="Yes")),
        ("n° 12 : Oui\n\nbien sûr", AnswerQuestions(numbers=(12,), text="Oui\n\nbien sûr")),
        ("#3,5 , 9,3 x", AnswerQuestions(numbers=(3, 5, 9), text="x")),
        ("12 3 days", AnswerQuestions(numbers=(12,), text="3 days")),
        ("12 --faq Yes", AnswerQuestions(numbers=(12,), text="Yes", is_kept=True)),
        ("—FAQ 12 Yes", AnswerQuestions(numbers=(12,), text="Yes", is_kept=True)),
        ("12 --faq=« May we ? » Yes", AnswerQuestions(numbers=(12,), text="Yes", is_kept=True, kept_as="May we ?")),
        ('--faq="May we?" 12,13 Yes', AnswerQuestions(numbers=(12, 13), text="Yes", is_kept=True, kept_as="May we?")),
        ("12 --faqs Yes", AnswerQuestions(numbers=(12,), text="--faqs Yes")),
    ],
)
def test_an_answer_is_read(typed: str, meant: Command) -> None:
    assert command(f"!answer {typed}") == command(f"!répondre {typed}") == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("!question", Why.MISSING),
        (f"!question {'x' * 10_000}", Why.ARGUMENTS_TOO_LONG),
        ("!answer", Why.MISSING),
        ("!answer 12", Why.MISSING),
        ("!answer 12 --faq", Why.MISSING),
        ("!answer yes", Why.NOT_A_COUNT),
        ("!answer 12, yes", Why.NOT_A_COUNT),
        ("!answer 12th yes", Why.NOT_A_COUNT),
        ("!questions all", Why.NOT_A_COUNT),
        ("!faq 1 2", Why.NOT_A_COUNT),
    ],
)
def test_what_no_question_and_no_answer_is_refused(typed: str, why: Why) -> None:
    assert refused(typed).why is why


def test_questions_and_the_faq_are_shown_whole_or_one_of_them() -> None:
    assert (command("!questions"), command("!questions 12")) == (ShowQuestions(), ShowQuestions(number=12))
    assert (command("!faq"), command("!faq 2")) == (ShowFaq(), ShowFaq(number=2))
