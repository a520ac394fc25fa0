"""Decisions and hours of the past in words, in both languages; and how sure an answer is, wherever it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    Certainty,
    ClockSetAside,
    DecisionAmended,
    DecisionReviewed,
    DecisionTaken,
    EvidenceTaken,
    Fact,
    Keeping,
    ReviewRang,
    RiskDecided,
)
from bot.core.incident import Incident
from bot.core.judging.decisions import Decision
from bot.core.language import Language
from bot.core.names import Question
from bot.core.people.roster import Role
from bot.core.risk import RiskLevel
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import ALICE, BOB, CNIL, HOUR, OPENED, incident, opened

Golden = Callable[[str, Text], None]
ENTRY, INSURED, CAUSE = Question("entry"), Question("insured"), Question("cause")
TAKEN = DecisionTaken(
    at=OPENED + HOUR,
    by=BOB,
    number=1,
    text="Couper le VPN <et> tout *le reste*",
    options=("attendre", "filtrer"),
    reason="ils y sont encore",
    review_at=OPENED + 7 * HOUR,
    roles=(Role.DPO,),
    known=12,
    digest="0123456789abcdef",
)
BARE = replace(TAKEN, number=2, options=(), reason="", review_at=None, roles=(), text="Prévenir")
pytestmark = pytest.mark.parametrize("language", languages())


def given(name: Question, value: str, certainty: Certainty | None, **more: object) -> Answered:
    return replace(
        Answered(at=OPENED + HOUR / 2, by=ALICE, question=name, value=value, certainty=certainty),
        **more,  # type: ignore[arg-type]  # fields of the fact
    )


def grown(language: Language, *facts: Fact) -> Incident:
    told = incident(language)
    for fact in facts:
        told = evolve(told, fact)
    return told


def judged(language: Language) -> Incident:
    return grown(
        language,
        given(INSURED, "yes", Certainty.ESTABLISHED),
        given(CAUSE, "hameçonnage", Certainty.SUPPOSED),
        given(Question("people-count"), "350", Certainty.UNCONFIRMED),
        given(CAUSE, "clé USB", Certainty.RULED_OUT),
        TAKEN,
        BARE,
    )


def test_all_decisions_with_those_of_other_commands(golden: Golden, language: Language) -> None:
    told = grown(
        language,
        given(INSURED, "no", None, reason="aucun contrat", confirmed_by=BOB),
        RiskDecided(at=OPENED + HOUR, by=BOB, level=RiskLevel.RISK, reason="x"),
        ClockSetAside(at=OPENED + HOUR, by=BOB, rule=CNIL, reason="x", confirmed_by=ALICE),
        TAKEN,
        BARE,
    )
    golden(f"decisions.{language}", voice.decisions(told))


def test_no_decision_yet(language: Language) -> None:
    assert "!decide" in voice.decisions(incident(language)).body


def test_one_decision_with_what_was_known(golden: Golden, language: Language) -> None:
    told = judged(language)
    reviewed = evolve(
        told, DecisionReviewed(at=OPENED + 8 * HOUR, by=ALICE, number=1, text="tient", roles=(Role.ADMIN,))
    )
    golden(f"decision.{language}", voice.decision(reviewed, reviewed.decisions[1]))


def test_a_bare_decision_says_what_it_lacks(language: Language) -> None:
    told = judged(language)
    shown = voice.decision(told, told.decisions[2]).body
    assert "!decide" in shown
    assert "–" in shown
    led = replace(told.decisions[2], taken=replace(BARE, roles=(Role.COORDINATOR,)))
    assert "maintenu" not in voice.decision(told, led).body
    assert "stands" not in voice.decision(told, led).body


def test_very_many_doubts_are_counted(language: Language) -> None:
    told = judged(language)
    names = [Question(f"question-{number}") for number in range(12)]
    many: Decision = replace(told.decisions[1], certain={name: given(name, "x", Certainty.SUPPOSED) for name in names})
    assert "question-7 +4" in voice.decision(told, many).body


def test_the_answers_to_who_decides(language: Language) -> None:
    before = incident(language)
    taken, bare = (voice.confirm(fact, before, evolve(before, fact)).body for fact in (TAKEN, BARE))
    assert "?" not in taken
    assert "?" in bare
    told = judged(language)
    more = DecisionAmended(at=OPENED + HOUR, by=BOB, number=2, reason="c'est la loi", options=("attendre",))
    assert "la loi" in voice.confirm(more, told, evolve(told, more)).body
    seen = DecisionReviewed(at=OPENED + 8 * HOUR, by=ALICE, number=1, text="tient", roles=(Role.ADMIN,))
    assert "tient" in voice.confirm(seen, told, evolve(told, seen)).body


def test_the_evidence_that_a_decision_names_stands_with_it(language: Language) -> None:
    kept = EvidenceTaken(at=OPENED, by=BOB, number=7, name="disk", digest="d", keeping=Keeping.WITH_HOLDER)
    before, cites = grown(language, kept), replace(BARE, number=1, text="Prévenir, cf. E7 et E9")
    after = evolve(before, cites)
    for said in (voice.confirm(cites, before, after).body, voice.decision(after, after.decisions[1]).body):
        rest = said.replace(cites.text, "")
        assert "E7." in rest
        assert "E9" in rest


def test_what_was_known_at_an_hour(golden: Golden, language: Language) -> None:
    golden(f"known-at.{language}", voice.known_at(judged(language), OPENED + 2 * HOUR, 19, OPENED + HOUR))


def test_what_was_known_at_the_very_beginning(language: Language) -> None:
    first = evolve(None, replace(opened(language), rules=(), prefilled={}))
    assert str(1) in voice.known_at(first, OPENED, 1, OPENED).body


def test_its_reminder(golden: Golden, language: Language) -> None:
    told = judged(language)
    rang = ReviewRang(at=OPENED + 7 * HOUR, number=1, due=OPENED + 7 * HOUR)
    golden(f"review.{language}", voice.remind([rang], told))
    both = voice.remind([rang, replace(rang, number=2)], told).body
    assert "Couper le VPN" in both
    assert "Prévenir" in both


def test_how_sure_it_is_stands_in_the_answer_the_timeline_and_the_brief(language: Language) -> None:
    word = {"fr": "supposé", "en": "supposed"}[language]
    before = incident(language)
    fact = given(INSURED, "yes", Certainty.SUPPOSED)
    after = evolve(before, fact)
    assert word in voice.confirm(fact, before, after).body
    assert word in voice.announce(fact, after).body
    assert f"({word})" in voice.brief(after, OPENED + HOUR).body
    assert word in voice.known(after).body
    decided = given(INSURED, "no", Certainty.ESTABLISHED, reason="aucun contrat")
    assert "aucun contrat" in voice.announce(decided, after).body
    gone = given(CAUSE, "clé USB", Certainty.RULED_OUT)
    told = voice.confirm(gone, before, evolve(before, gone)).body
    assert {"fr": "écarté", "en": "ruled out"}[language] in told
    assert "clé USB" in voice.known(evolve(before, gone)).body
    more = DecisionAmended(at=OPENED, by=BOB, number=1, reason="ainsi")
    assert "ainsi" in voice.announce(more, judged(language)).body
