"""Content is typed by its id, or by its name in any language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands import Place
from bot.commands.names import names_in
from bot.commands.reasons import Why
from bot.core.commands import Acknowledge, Answer, File, MakeDraft, Open, ReviewDraft, SetAware, ShowClocks
from bot.core.incident import Incident
from bot.core.language import ENGLISH, Language
from bot.core.names import DraftId, Question, RuleId, name_of
from tests.commands.lines import command, refused
from tests.core.build import FIVE_DAYS, HOURS_72, HOUSE, PLAYBOOK, RULES, draft_template, incident

FRENCH = Language("fr")
NAMED_RULES = (
    replace(RULES[0], called={FRENCH: "CNIL", ENGLISH: "authority"}),
    replace(RULES[3], called={FRENCH: "assureur"}),
)
NAMED_QUESTION = replace(PLAYBOOK.questions[0], called={FRENCH: "données-personnelles"})
NAMED_PLAYBOOK = replace(PLAYBOOK, called={FRENCH: "prestataire"}, questions=(NAMED_QUESTION, *PLAYBOOK.questions[1:]))
PLAINT = draft_template("complaint", called={FRENCH: "plainte"})
NAMED_HOUSE = replace(
    HOUSE,
    playbooks={("provider-hit", ENGLISH): NAMED_PLAYBOOK},
    rules=NAMED_RULES,
    drafts={(PLAINT.id, ENGLISH): PLAINT},
)


def room() -> Incident:
    return incident(playbook=NAMED_PLAYBOOK, rules=NAMED_RULES)


@pytest.mark.parametrize("typed", ["CNIL", "cnil", "**Cnil**:", "authority", "GDPR-33-1", "gdpr-33-1"])
def test_a_clock_is_meant_by_its_id_and_by_each_of_its_names(typed: str) -> None:
    names = names_in(NAMED_HOUSE, room())
    assert command(f"!aware {typed} 14:00", names=names) == command("!aware GDPR-33-1 14:00")
    assert command(f"!filed {typed} 42", names=names) == File(rule=HOURS_72, reference="42")
    assert command(f"!ack {typed}", names=names) == Acknowledge(rules=(HOURS_72,))
    assert command(f"!clocks {typed}", names=names) == ShowClocks(rule=HOURS_72)


@pytest.mark.parametrize("typed", ["donnees-personnelles", "Données-Personnelles", "personal-data", "PERSONAL-DATA"])
def test_a_question_is_meant_by_its_id_and_by_each_of_its_names(typed: str) -> None:
    asked = command(f"!constat {typed} oui", names=names_in(NAMED_HOUSE, room()))
    assert asked == Answer(question=Question("personal-data"), value="yes", reason="")


def test_a_draft_and_a_playbook_are_meant_by_their_names() -> None:
    names = names_in(NAMED_HOUSE, room())
    assert command("!draft plainte", names=names) == MakeDraft(draft=DraftId("complaint"), again=False)
    assert command("!brouillon Plainte: relu", names=names) == ReviewDraft(draft=DraftId("complaint"))
    opening = command("!open Panne --playbook Prestataire", place=Place.CONTROL, names=names_in(NAMED_HOUSE, None))
    assert isinstance(opening, Open)
    assert opening.playbook == "provider-hit"


def test_an_id_goes_before_a_name() -> None:
    clash = replace(NAMED_RULES[1], id=RuleId("CNIL"), called={})
    names = names_in(NAMED_HOUSE, incident(rules=(*NAMED_RULES, clash)))
    assert command("!ack cnil", names=names) == Acknowledge(rules=(RuleId("CNIL"),))


def test_what_an_incident_of_before_has_no_name_for_the_content_of_today_names() -> None:
    assert command("!ack assureur", names=names_in(NAMED_HOUSE, incident())) == Acknowledge(rules=(FIVE_DAYS,))
    for typed, meant in (("donnees-personnelles", "personal-data"), ("Salaire", "salaire")):
        asked = command(f"!fact {typed} yes", names=names_in(NAMED_HOUSE, incident()))
        assert asked == Answer(question=Question(meant), value="yes", reason="")


def test_what_has_no_name_in_a_language_is_called_by_its_id() -> None:
    assert name_of("complaint", PLAINT.called, FRENCH) == "plainte"
    assert name_of("complaint", PLAINT.called, ENGLISH) == "complaint"


def test_a_confirmation_names_a_clock_in_an_incident_alone() -> None:
    confirms = SetAware(rule=HOURS_72, confirms=True)
    for typed in ("!confirm CNIL", "!confirmer **gdpr-33-1**"):
        assert command(typed, names=names_in(NAMED_HOUSE, room())) == confirms
        assert refused(typed, names=names_in(NAMED_HOUSE, None)).why == Why.NOT_A_COUNT
