"""What is known, from whom, and what contradicts what: said short, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.clocks.lengths import WorkingDays
from bot.core.conditions import parse_condition
from bot.core.contradictions import Conflict, Contradiction, contradictions
from bot.core.evolve import evolve
from bot.core.facts import Answered, ClockFiled, ClockStarted, Fact, RiskDecided
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import Question
from bot.core.playbook import Asked
from bot.core.risk import RiskLevel
from bot.sentences import languages
from bot.voice import Text
from bot.voice.incident.contradictions import contradiction_line
from bot.voice.markup import render
from tests.voice.story import ALICE, BOB, CNIL, HOUR, INSURER, OPENED, RULES, both, build, opened, playbook

FR, EN = Language("fr"), Language("en")
Golden = Callable[[str, Text], None]
STOLEN, ENTRY = Question("stolen-data"), Question("entry")


def asking(language: Language, **prefilled: str) -> Incident:
    """Return a new incident whose playbook asks more, one question only while data are touched."""
    book = playbook(language)
    ask = both("Des données ont-elles été copiées ?", "Were data copied?").to(language)
    enter = both("Par où sont-ils entrés ?", "How did they come in?").to(language)
    more = (
        Asked(name=STOLEN, text=ask, when=parse_condition("personal-data = yes")),
        Asked(name=ENTRY, text=enter, values=("mail", "server", "unknown")),
    )
    first = replace(
        opened(language),
        playbook=replace(book, questions=(*book.questions, *more)),
        prefilled={Question(name.replace("_", "-")): value for name, value in prefilled.items()},
    )
    return build((first,))


def given(name: str, value: str) -> Answered:
    return Answered(at=OPENED + HOUR, by=BOB, question=Question(name), value=value)


def after(incident: Incident, *facts: Fact) -> Incident:
    for fact in facts:
        incident = evolve(incident, fact)
    return incident


def said(fact: Fact, before: Incident) -> str:
    return voice.confirm(fact, before, evolve(before, fact)).body


FACTS = (
    given("personal-data", "no"),
    given("attack-start", "2026-11-24T06:15:00+00:00"),
    given("nature", "confidentiality, availability"),
    given("people-count", "environ 350 <salariés>"),
    given("measures-after", "liens coupés\nmots de passe changés"),
    given("gravity", "unknown"),
)


@pytest.mark.parametrize("language", languages())
def test_what_is_known(golden: Golden, language: Language) -> None:
    incident = asking(language, insured="yes", organisation="The firm", headcount="12")
    golden(f"known.{language}", voice.known(after(incident, *FACTS)))


@pytest.mark.parametrize("language", languages())
def test_what_is_known_of_a_new_incident(golden: Golden, language: Language) -> None:
    golden(f"known-new.{language}", voice.known(asking(language)))


@pytest.mark.parametrize("language", languages())
def test_answers_and_what_they_change(golden: Golden, language: Language) -> None:
    known = asking(language, insured="no")
    found = []
    for fact in (
        given("personal-data", "yes"),
        given("insured", "yes"),
        given("policy", "P-1"),
        given("insured", "no"),
    ):
        found.append(voice.confirm(fact, known, evolve(known, fact)))
        known = evolve(known, fact)
    golden(
        f"known-answers.{language}",
        Text(body="\n\n---\n\n".join(one.body for one in found), html="\n<hr>\n".join(one.html for one in found)),
    )


def test_the_first_steps_say_what_the_profile_answered() -> None:
    told = voice.first_steps(asking(EN, insured="yes", organisation="The firm", siren="123456782"), "cross-signed").body
    assert "Profile of the organisation: insured = yes, 2 details · !facts" in told
    assert "profile" not in voice.first_steps(asking(EN), "cross-signed").body


def test_a_question_that_is_not_asked_now_is_named_nowhere() -> None:
    before = asking(EN)
    assert "stolen-data" not in voice.first_steps(before, "cross-signed").body
    assert "stolen-data" not in voice.known(before).body
    assert "stolen-data" not in voice.brief(before, OPENED).body
    assert "stolen-data" in voice.known(after(before, given("personal-data", "yes"))).body
    once_asked = after(before, given("stolen-data", "yes"), given("personal-data", "no"))
    assert "stolen-data = yes" in voice.known(once_asked).body, "what was answered is never lost"


def test_an_answer_that_brings_a_question_says_so() -> None:
    assert said(given("personal-data", "yes"), asking(EN)).endswith(
        "With that answer it is asked:\n\n- stolen-data: Were data copied?"
    )


def test_an_answer_says_what_it_takes_the_place_of_and_whose_that_was() -> None:
    known = asking(EN, insured="no")
    assert "insured = yes, answered by bob\nBefore, from the profile: no" in said(given("insured", "yes"), known)
    known = after(known, given("insured", "yes"))
    assert "Before: yes" in said(given("insured", "unknown"), known)
    assert "Before" not in said(given("insured", "yes"), known)


def test_a_detail_is_confirmed_by_its_label_and_changes_nothing_more() -> None:
    assert said(given("people-count", "12"), asking(EN)) == "Kept: Approximate number of people = 12"
    assert said(given("gravity", "unknown"), asking(FR)).startswith("Enregistré")


# ---------------------------------------------------------------- contradictions


@pytest.mark.parametrize("kind", Conflict)
@pytest.mark.parametrize("language", languages())
def test_every_conflict_has_its_sentence(kind: Conflict, language: Language) -> None:
    decided = RiskDecided(at=OPENED, by=ALICE, level=RiskLevel.HIGH, reason="payroll")
    one = Contradiction(kind=kind, against=(Question("policy"), CNIL))
    line = render(contradiction_line(one, after(asking(language), *FACTS, decided))).body
    assert line
    assert "{" not in line


def test_an_answer_that_contradicts_says_with_what_and_keeps_both() -> None:
    known = after(asking(EN), given("people-count", "12"))
    told = said(given("personal-data", "no"), known)
    assert told.endswith(
        "That contradicts something else; all is kept. Check, and correct what is wrong:\n\n"
        "- personal-data = no, and yet there is: Approximate number of people"
    )
    known = after(known, given("personal-data", "no"))
    assert "contradicts" not in said(given("cause", "mail"), known), "it is said once, where it came"
    assert "These contradict each other" in voice.known(known).body


def test_a_filing_and_an_awareness_that_contradict_say_so_too() -> None:
    known = after(asking(FR), given("personal-data", "no"), given("attack-start", OPENED.isoformat()))
    at = OPENED + HOUR
    filed = ClockFiled(at=at, by=BOB, rule=CNIL, reference="n° 1", filed_at=at)
    assert "donnees-personnelles = non, et pourtant il y a\u00a0: GDPR-33-1" in said(filed, known)
    aware = ClockStarted(at=at, rule=CNIL, aware=OPENED - HOUR, by=BOB, source="")
    assert "Connu avant le début de l’attaque (mar. 24 nov. à 14:30)\u00a0: GDPR-33-1" in said(aware, known)


def test_a_decision_on_the_risk_does_not_contradict_the_answer_that_follows_it() -> None:
    known = after(asking(EN), given("high-risk", "no"))
    decided = RiskDecided(at=OPENED, by=ALICE, level=RiskLevel.HIGH, reason="payroll")
    assert contradictions(evolve(known, decided))
    assert "contradicts" not in said(decided, known)
    assert "and yet high-risk = no".replace("and", "And") in said(given("high-risk", "no"), after(asking(EN), decided))


# ---------------------------------------------------------------- the contract of the insurer


def test_a_clock_whose_length_the_contract_set_says_so() -> None:
    first = opened(EN)
    rules = tuple(
        replace(rule, length=WorkingDays(days=8), by_contract=True) if rule.id == INSURER else rule for rule in RULES
    )
    insured = build((replace(first, rules=rules),))
    told = {clock.rule.id: voice.clock(insured, clock, OPENED).body for clock in insured.clocks()}
    assert "By your contract: 8 working days, from the day after" in told[INSURER]
    assert not [rule for rule, text in told.items() if rule != INSURER and "By your contract" in text]
