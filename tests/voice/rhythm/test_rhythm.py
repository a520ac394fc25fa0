"""Points, who is on, and handovers in words, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    CadenceSet,
    Certainty,
    Closing,
    ConfirmationAsked,
    DecisionTaken,
    DeviceProof,
    EvidenceTaken,
    Fact,
    HandoverGiven,
    HandoverTaken,
    Keeping,
    Noted,
    PointRang,
    PointWritten,
    ReviewRang,
    Severity,
    StepAssigned,
    StepDone,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DeviceId, Question, StepId
from bot.core.people.roster import Role
from bot.core.playbook import Phase
from bot.core.replies.subjects import PointAsked, Relay
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import ALICE, BOB, CAROL, HOUR, OPENED, incident

Golden = Callable[[str, Text], None]
pytestmark = pytest.mark.parametrize("language", languages())
START = OPENED + 25 * HOUR
"""After all that happened in the story."""
NOW = START + 12 * HOUR
RANG = PointRang(at=NOW, due=NOW)
DECIDED = DecisionTaken(
    at=START + HOUR,
    by=BOB,
    number=1,
    text="Couper le VPN",
    options=(),
    reason="x",
    review_at=NOW + 2 * HOUR,
    roles=(Role.DPO,),
    known=3,
    digest="d",
)
GIVEN = HandoverGiven(
    at=NOW, by=ALICE, number=1, to=BOB, roles=(Role.COORDINATOR,), text="L'hébergeur rappelle <à 8 h>"
)


def grown(language: Language, *facts: Fact) -> Incident:
    told = incident(language)
    for fact in facts:
        told = evolve(told, fact)
    return replace(told, rhythm=replace(told.rhythm, usual={Severity.HIGH: 4 * HOUR, told.severity: 4 * HOUR}))


def night(language: Language, *more: Fact) -> Incident:
    return grown(
        language,
        StepAssigned(at=START, by=ALICE, step=StepId("D1"), to=ALICE),
        StepAssigned(at=START, by=ALICE, step=StepId("D2"), to=ALICE),
        Noted(at=START + 5 * HOUR, by=ALICE, text="x"),
        Noted(at=START + 10 * HOUR, by=ALICE, text="x"),
        Noted(at=START + 11 * HOUR, by=CAROL, text="x"),
        Answered(at=START + HOUR, by=BOB, question=Question("entry"), value="mail", certainty=Certainty.SUPPOSED),
        DECIDED,
        EvidenceTaken(at=NOW, by=CAROL, number=1, name="x", digest="d", keeping=Keeping.WITH_HOLDER),
        ConfirmationAsked(at=NOW, by=ALICE, number=1, act=Closing(summary="", rules=())),
        *more,
    )


def test_a_point_tells_what_came_what_is_due_and_who_is_on_for_long(golden: Golden, language: Language) -> None:
    told = voice.remind([RANG], night(language))
    golden(f"point.{language}", told)
    assert told.about == (PointAsked(due=NOW),)
    assert told.ballot is not None
    assert [offered.word for offered in told.ballot.offered] == ["nothing"]


def test_a_point_after_which_nothing_came(golden: Golden, language: Language) -> None:
    quiet = grown(language, PointRang(at=START + HOUR, due=START + HOUR))
    golden(f"point-nothing.{language}", voice.remind([replace(RANG, at=START + 5 * HOUR)], quiet))


def test_a_point_among_other_reminders_is_short(golden: Golden, language: Language) -> None:
    review = ReviewRang(at=NOW + 2 * HOUR, number=1, due=NOW + 2 * HOUR)
    told = voice.remind([review, RANG], night(language))
    golden(f"point-digest.{language}", told)
    assert told.about == ()
    assert told.ballot is not None


def test_a_point_of_which_the_cadence_is_gone_is_worded_all_the_same(language: Language) -> None:
    off = grown(language, CadenceSet(at=START, by=ALICE, every=None))
    assert voice.remind([RANG], off).body


def test_a_point_of_an_incident_where_all_is_settled(language: Language) -> None:
    told = night(language)
    steps = (StepDone(at=NOW, by=BOB, step=step.id, result="x") for step in told.open_steps())
    for fact in steps:
        told = evolve(told, fact)
    bare = replace(told, playbook=replace(told.playbook, clocks=(), questions=()), rules={}, supposed={})
    body = voice.remind([RANG], bare).body
    assert {"fr": "Ouvert", "en": "Open:"}[language] not in body
    assert {"fr": "finit d’abord", "en": "ends first"}[language] not in body


def test_the_answers_to_points_and_cadences(golden: Golden, language: Language) -> None:
    facts: tuple[Fact, ...] = (
        PointWritten(at=NOW, by=BOB, text=""),
        PointWritten(at=NOW, by=BOB, text="La messagerie <revient>"),
        CadenceSet(at=NOW, by=BOB, every=3 * HOUR),
        CadenceSet(at=NOW, by=BOB, every=None),
    )
    for number, fact in enumerate(facts, start=1):
        before = night(language)
        golden(f"point-answer-{number}.{language}", voice.confirm(fact, before, evolve(before, fact)))
        assert voice.announce(fact, before).body


def test_what_is_read_back_to_whoever_takes_over(golden: Golden, language: Language) -> None:
    before = night(language)
    told = voice.confirm(GIVEN, before, evolve(before, GIVEN))
    golden(f"handover.{language}", told)
    assert told.about == (Relay(number=1),)
    poll = voice.relay_poll(GIVEN, evolve(before, GIVEN))
    assert poll.ballot is not None
    assert [offered.word for offered in poll.ballot.offered] == ["received"]


def test_a_handover_with_nothing_to_pass(golden: Golden, language: Language) -> None:
    before, bare = grown(language), replace(GIVEN, at=START + HOUR, roles=(), text="", by=CAROL)
    golden(f"handover-bare.{language}", voice.confirm(bare, before, evolve(before, bare)))


def test_of_many_steps_the_first_pass_by_name(language: Language) -> None:
    told = evolve(night(language), GIVEN)
    steps = tuple(
        replace(step, id=StepId(f"X{number}"))
        for number, step in enumerate((*told.playbook.steps(), *told.playbook.steps()))
    )
    many = replace(told, playbook=replace(told.playbook, phases=(Phase(name="X", steps=steps),)))
    taken = HandoverTaken(
        at=NOW,
        by=BOB,
        number=1,
        steps=tuple(step.id for step in steps),
        roles=(),
        device=DeviceId("PHONE"),
        proof=DeviceProof.SIGNED,
    )
    assert f" +{len(steps) - 4}" in voice.confirm(taken, many, evolve(many, taken)).body


def test_who_took_over_and_who_may_rest(golden: Golden, language: Language) -> None:
    before = evolve(night(language), GIVEN)
    taken = HandoverTaken(
        at=NOW + HOUR,
        by=BOB,
        number=1,
        steps=tuple(step.id for step in before.playbook.steps()),
        roles=(Role.COORDINATOR,),
        device=DeviceId("PHONE"),
        proof=DeviceProof.COMPARED,
    )
    after = evolve(before, taken)
    golden(f"handover-taken.{language}", voice.confirm(taken, before, after))
    assert voice.confirm(replace(taken, roles=()), before, after).body
    golden(f"handovers.{language}", voice.handovers(evolve(after, replace(GIVEN, number=2, by=CAROL)), NOW + HOUR))
    assert voice.announce(taken, after).body
    assert voice.announce(GIVEN, after).body


def test_nobody_is_on(golden: Golden, language: Language) -> None:
    golden(f"handovers-nobody.{language}", voice.handovers(incident(language), OPENED + 96 * HOUR))


def test_the_brief_says_when_the_next_point_rings(language: Language) -> None:
    word = {"fr": "Prochain point de situation", "en": "Next situation point"}[language]
    assert word in voice.brief(night(language, RANG), NOW).body
    assert word not in voice.brief(incident(language), NOW).body
