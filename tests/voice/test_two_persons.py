"""What is said when an act needs a second person."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.core.evolve import evolve
from bot.core.facts import (
    Announcing,
    CascadeOpening,
    Closing,
    ConfirmationAsked,
    ConfirmationGiven,
    DeskFact,
    EncryptedFile,
    Fact,
    HouseAct,
    HouseConfirmationAsked,
    HouseConfirmationGiven,
    Irreversible,
    Removal,
    RoleGiven,
    Trusting,
    Waiving,
)
from bot.core.language import Language
from bot.core.names import RuleId
from bot.core.people.roster import Role
from bot.core.people.two_persons import ON_THEIR_OWN_AFTER
from bot.sentences import languages
from bot.voice import Text
from tests.voice.story import ALICE, BOB, CAROL, CNIL, COMPLAINT, OPENED, build, facts
from tests.voice.test_goldens import Golden

EN = Language("en")
LEADS = RoleGiven(at=OPENED - 2 * ON_THEIR_OWN_AFTER, by=ALICE, user=CAROL, role=Role.COORDINATOR)


def said(act: Irreversible, language: Language) -> Text:
    before = build((*facts(language)[:9], LEADS))
    fact: Fact = ConfirmationAsked(at=OPENED, by=ALICE, number=3, act=act)
    return voice.confirm(fact, before, evolve(before, fact))


@pytest.mark.parametrize("language", languages())
def test_what_is_asked_for_word_for_word(golden: Golden, language: Language) -> None:
    closing = said(Closing(summary="tout est <rétabli>", rules=(CNIL, COMPLAINT)), language)
    removal = said(Removal(user=BOB), language)
    waiving = said(Waiving(rule=CNIL, reason="chiffré <au repos>", due=None), language)
    text = "Coupez le lien de {organisation}."
    announcing = said(Announcing(text=text, audience="all", next_update=None, recipients=None, told=1200), language)
    acts = (closing, removal, waiving, announcing)
    whole = Text(body="\n\n".join(one.body for one in acts), html="\n\n".join(one.html for one in acts))
    golden(f"second-person.{language}", whole)


LIST = EncryptedFile(url="mxc://example.org/x", key="k", iv="i", sha256="s")
OPENING = CascadeOpening(
    list=LIST,
    name="cabinets.csv",
    title="Panne de l'hébergeur",
    playbook=None,
    severity=None,
    language=None,
    drill=False,
    organisations=1200,
    people=2400,
)


@pytest.mark.parametrize("language", languages())
def test_what_the_house_is_asked_word_for_word(golden: Golden, language: Language) -> None:
    acts: tuple[HouseAct, ...] = (OPENING, Trusting(user=BOB, master="A" * 43))
    told: list[HouseConfirmationAsked] = [
        HouseConfirmationAsked(at=OPENED, by=ALICE, number=7, act=act) for act in acts
    ]
    asked = [voice.house_asked(fact, (CAROL,), language, ZoneInfo("Europe/Paris")) for fact in told]
    given = HouseConfirmationGiven(at=OPENED, by=CAROL, number=7, asked_by=ALICE, act=OPENING)
    house: tuple[DeskFact, ...] = (*told, given)
    lines = [voice.announce(fact, build(facts(language))) for fact in house]
    whole = (*asked, *lines)
    golden(
        f"house-asked.{language}",
        Text(body="\n\n".join(one.body for one in whole), html="\n\n".join(one.html for one in whole)),
    )


def test_it_says_what_would_happen_who_can_confirm_how_and_until_when() -> None:
    body = said(Closing(summary="", rules=(CNIL, COMPLAINT)), EN).body
    assert "alice asks to close" in body
    assert "- ⏳ GDPR-33-1" in body
    assert "- ⏳ FR-LOPMI" in body
    assert "a second person (carol) types !confirm 3 by Tue 24 Nov 14:40." in body
    assert "Otherwise nothing happens" in body


def test_a_clock_that_is_there_no_more_does_not_keep_it_from_being_said() -> None:
    body = said(Closing(summary="", rules=(CNIL, RuleId("GONE"))), EN).body
    assert "GDPR-33-1" in body


def test_the_timeline_names_both_persons_and_the_act() -> None:
    incident = build(facts(EN))
    given = ConfirmationGiven(at=OPENED, by=CAROL, number=3, asked_by=ALICE, act=Removal(user=BOB))
    assert voice.announce(given, incident).body == "carol confirmed what alice asked for (no. 3): remove bob"
    asked = ConfirmationAsked(at=OPENED, by=ALICE, number=3, act=Closing(summary="x", rules=(CNIL,)))
    assert voice.announce(asked, incident).body == (
        "alice asked for a second person (no. 3): close the incident while legal clocks run (GDPR-33-1)"
    )
    assert voice.confirm(given, incident, incident) == voice.announce(given, incident)
