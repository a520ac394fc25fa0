"""The risk to people, word for word: questions, answers, a decision and what comes next. Never a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.clocks.lengths import WithoutDelay
from bot.core.clocks.rules import Rule
from bot.core.facts import ClockFiled, ClockSetAside, Fact, Opened, RiskDecided, RiskWeighed, SeverityScored
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.people.roster import Role
from bot.core.playbook import Watched
from bot.core.risk import RiskFactor, RiskLevel, Score
from bot.host.shipped import playbooks_folder
from bot.library import drafts
from bot.sentences import languages
from bot.sentences.po import catalogue
from bot.voice import Text
from tests.voice.story import ALICE, BOB, CNIL, HOUR, OPENED, both, build, opened, rule

Golden = Callable[[str, Text], None]
EN = Language("en")
each = pytest.mark.parametrize("language", languages())
PEOPLE = RuleId("GDPR-34")
INFORM: Rule = rule(
    PEOPLE,
    both("Informer les personnes", "Inform the persons"),
    WithoutDelay(),
    Role.DPO,
    source="RGPD (GDPR) art. 34(1)",
)


def began(language: Language = EN) -> Opened:
    """Return the opening of an incident that watches the information of people too."""
    plain = opened(language)
    watching = replace(plain.playbook, clocks=(*plain.playbook.clocks, Watched(rule=PEOPLE)))
    return replace(plain, playbook=watching, rules=(*plain.rules, INFORM))


def weighed(factor: RiskFactor, level: RiskLevel, reason: str = "fiches de paie <avec RIB>") -> RiskWeighed:
    return RiskWeighed(at=OPENED + HOUR, by=BOB, factor=factor, level=level, reason=reason)


def decided(level: RiskLevel) -> RiskDecided:
    return RiskDecided(at=OPENED + 2 * HOUR, by=ALICE, level=level, reason="sauvegarde *saine*")


PAYROLL = Score(context=300, identification=100, confidentiality=50, integrity=0, availability=25, malice=50)
SCORED = SeverityScored(at=OPENED + HOUR, by=BOB, score=PAYROLL, reason="fiches de paie <avec RIB>")
SOME = (weighed(RiskFactor.PEOPLE, RiskLevel.UNKNOWN), weighed(RiskFactor.DATA, RiskLevel.HIGH))
ALL = tuple(weighed(factor, RiskLevel.NONE) for factor in RiskFactor)


def confirm(*told: Fact, language: Language = EN) -> Text:
    """Return the answer to the last of *told*."""
    before = build((began(language), *told[:-1]))
    return voice.confirm(told[-1], before, build((began(language), *told)))


def whole(*texts: Text) -> Text:
    return Text(body="\n\n***\n\n".join(text.body for text in texts), html="\n\n".join(text.html for text in texts))


@each
def test_the_eight_questions(golden: Golden, language: Language) -> None:
    golden(f"risk.{language}", voice.risk(build((began(language), *SOME))))


@each
def test_the_eight_questions_once_somebody_decided(golden: Golden, language: Language) -> None:
    golden(f"risk-decided.{language}", voice.risk(build((began(language), *ALL, decided(RiskLevel.NONE)))))


@each
def test_answers_about_the_risk(golden: Golden, language: Language) -> None:
    aside = ClockSetAside(at=OPENED, by=BOB, rule=CNIL, reason="rien n'est sorti")
    golden(
        f"risk-answers.{language}",
        whole(
            confirm(*SOME, language=language),
            confirm(*ALL, language=language),
            *(confirm(*SOME, decided(level), language=language) for level in RiskLevel),
            confirm(aside, language=language),
            confirm(decided(RiskLevel.NONE), aside, language=language),
            confirm(aside, decided(RiskLevel.HIGH), language=language),
        ),
    )


@each
def test_a_score_shows_its_calculation_and_that_a_person_decides(golden: Golden, language: Language) -> None:
    plain, with_score = build((began(language),)), build((began(language), SCORED))
    golden(
        f"risk-score.{language}",
        whole(
            voice.score(plain),
            confirm(SCORED, language=language),
            voice.score(with_score),
            voice.announce(SCORED, with_score),
        ),
    )


@each
def test_the_questions_show_the_last_score_and_nothing_where_there_is_none(language: Language) -> None:
    assert "4.25" in voice.risk(build((began(EN), SCORED))).body
    assert "ENISA" not in voice.risk(build((began(language),))).body


def test_a_decision_of_no_risk_is_shown_beside_the_answers_that_say_otherwise() -> None:
    said = confirm(*SOME, decided(RiskLevel.NONE)).body
    assert "Answered high or unknown: 2 data, 5 people" in said
    assert "Not answered: 1 type of breach, 3 identification" in said
    assert "No clock stops by it." in said
    assert "!waive GDPR-33-1 REASON" in said


def test_answers_that_say_nothing_else_are_not_listed() -> None:
    said = confirm(*ALL, decided(RiskLevel.NONE)).body
    assert "Answered high" not in said
    assert "Not answered" not in said


@pytest.mark.parametrize("level", RiskLevel)
def test_what_was_filed_is_not_asked_for_again(level: RiskLevel) -> None:
    filed = tuple(
        ClockFiled(at=OPENED, by=BOB, rule=rule, reference="n° 7", filed_at=OPENED) for rule in (CNIL, PEOPLE)
    )
    said = confirm(*filed, decided(level)).body
    assert "GDPR-33-1: filed Tue 24 Nov" in said
    assert "!filed" not in said
    assert "!waive" not in said


def test_a_notification_that_was_set_aside_can_be_taken_up_again_unless_no_risk_was_decided() -> None:
    aside = ClockSetAside(at=OPENED, by=BOB, rule=CNIL, reason="no data")
    kept = "GDPR-33-1 decision recorded by bob: not notified because no data"
    for level in RiskLevel:
        said = confirm(aside, decided(level)).body
        assert kept in said
        assert ("!aware GDPR-33-1" in said) is (level is not RiskLevel.NONE)


def test_a_duty_that_the_incident_does_not_watch_is_not_named() -> None:
    plain = replace(opened(EN), rules=())
    said = voice.confirm(decided(RiskLevel.HIGH), build((plain,)), build((plain, decided(RiskLevel.HIGH)))).body
    assert "GDPR-" not in said


@pytest.mark.parametrize("unit", ["\U0001f512", "&", "\n", "a"])
@each
def test_no_message_is_too_large_however_long_the_reasons(unit: str, language: Language) -> None:
    long = unit * 10_000 + "."
    told = [weighed(factor, RiskLevel.HIGH, long) for factor in RiskFactor]
    decision = replace(decided(RiskLevel.NONE), reason=long)
    aside = ClockSetAside(at=OPENED, by=BOB, rule=CNIL, reason=long)
    whole = build((began(language), *told, decision, aside))
    said = (voice.risk(whole), confirm(*told, decision, language=language), confirm(decision, aside, language=language))
    assert max(len(text.body.encode()) + len(text.html.encode()) for text in said) < 20_000


def test_the_drafts_that_are_named_exist() -> None:
    shipped = drafts.load(playbooks_folder())
    for language, word in ((Language("en"), "draft"), (Language("fr"), "brouillon")):
        said = "\n".join(catalogue(language)[key] for key in catalogue(language) if key.startswith("risk."))
        called = {one.called.get(language, id): id for (id, written), one in shipped.items() if written == language}
        named = {called[name] for name in re.findall(rf"`!{word} ([a-z-]+)`", said)}
        assert {"cnil-initial", "persons"} <= named


def test_what_people_typed_is_escaped() -> None:
    assert "&lt;avec RIB&gt;" in voice.risk(build((began(), *SOME))).html
    assert "sauvegarde *saine*" in confirm(decided(RiskLevel.RISK)).html
