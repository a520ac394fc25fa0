"""Costs and outages in words, in both languages: sums, one cost, the answers, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot import voice
from bot.commands import UsageError
from bot.core.costs.amounts import Amount, CostKind, Effort, Money
from bot.core.costs.errors import UnknownCost, UnknownOutage
from bot.core.documents.compose import compose
from bot.core.evolve import evolve
from bot.core.facts import (
    Answered,
    Certainty,
    CostCancelled,
    CostCorrected,
    CostNoted,
    DraftMade,
    Fact,
    OutageCancelled,
    OutageNoted,
    OutageTimed,
)
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DraftId, Question
from bot.core.people.roster import Role
from bot.host.shipped import playbooks_folder
from bot.library import drafts
from bot.sentences import languages
from bot.sentences.money import figure
from bot.voice import Text
from bot.voice.incident.happened import happened
from bot.voice.losses.amounts import amount_words, hours_words
from bot.voice.losses.papers import downtime
from tests.commands.lines import read
from tests.voice.story import ALICE, BOB, HOUR, OPENED, incident

Golden = Callable[[str, Text], None]
PARIS = ZoneInfo("Europe/Paris")
NOW = OPENED + 30 * HOUR
DRAFTS = drafts.load(playbooks_folder())
pytestmark = pytest.mark.parametrize("language", languages())


def noted(number: int, amount: Amount, kind: CostKind, text: str = "", **more: object) -> CostNoted:
    fact = CostNoted(
        at=OPENED + number * HOUR, by=BOB, number=number, amount=amount, estimated=False, kind=kind, text=text
    )
    return replace(fact, **more)  # type: ignore[arg-type]  # fields of the fact


def euros(units: int) -> Money:
    return Money(units=units, digits=2, currency="EUR")


REBUILT = noted(1, Effort(minutes=750, role=Role.IT), CostKind.RECONSTRUCTION)
EXPERT = noted(2, euros(420050), CostKind.EXPERTISE, "<disque> de la paie", evidence=(7,))
SWISS = noted(3, Money(units=120000, digits=2, currency="CHF"), CostKind.OTHER, "câbles")
GUESS = noted(4, euros(9_000_000), CostKind.LOST_REVENUE, "deux jours", estimated=True)
TWICE = noted(5, euros(420050), CostKind.EXPERTISE)
CORRECTED = CostCorrected(
    at=OPENED + 6 * HOUR,
    by=ALICE,
    number=2,
    amount=euros(390000),
    estimated=False,
    kind=CostKind.EXPERTISE,
    text="<disque> de la paie",
    evidence=(7,),
)
GONE = CostCancelled(at=OPENED + 7 * HOUR, by=ALICE, number=5, reason="en double")
MAIL = OutageNoted(at=OPENED, by=BOB, number=1, system="Messagerie <interne>", begin=OPENED - 5 * HOUR, end=None)
PAYROLL = OutageNoted(at=OPENED, by=BOB, number=2, system="Paie", begin=OPENED - 6 * HOUR, end=OPENED - 4 * HOUR)
BACK = OutageTimed(at=OPENED + HOUR, by=BOB, number=1, begin=MAIL.begin, end=OPENED + HOUR / 2)
PROXY = OutageCancelled(at=OPENED + HOUR, by=BOB, number=2, reason="c'était le proxy")
COSTLY = (REBUILT, EXPERT, SWISS, GUESS, TWICE, CORRECTED, GONE)


def grown(language: Language, *facts: Fact) -> Incident:
    told = incident(language)
    for fact in facts:
        told = evolve(told, fact)
    return told


def answered(language: Language, fact: Fact, *before: Fact) -> str:
    told = grown(language, *before)
    return voice.confirm(fact, told, evolve(told, fact)).body


def test_the_sums_and_the_latest_costs(golden: Golden, language: Language) -> None:
    golden(f"costs.{language}", voice.costs(grown(language, *COSTLY)))


def test_one_cost_with_all_that_was_said_of_it(golden: Golden, language: Language) -> None:
    told = grown(language, *COSTLY)
    golden(f"cost.{language}", voice.cost(told, told.costs[2]))
    gone = voice.cost(told, told.costs[5]).body
    assert "en double" in gone


def test_the_table_has_every_entry_exactly_and_no_formula(language: Language) -> None:
    typed = noted(6, euros(100), CostKind.OTHER, "=1+1")
    mark = {"en": ".", "fr": ","}[language]
    heads, *lines = voice.costs_table(grown(language, *COSTLY, typed)).splitlines()
    assert len(lines) == 6
    assert f'"3900{mark}00"' in lines[1]
    assert '"EUR"' in lines[1]
    assert '"750"' in lines[0]
    assert "en double" in lines[4]
    assert "'=1+1" in lines[5]
    assert heads.count('"') == 24
    assert "7a" in voice.costs_note(grown(language, *COSTLY), "7a").body


def test_the_outages_and_how_long_they_last(golden: Golden, language: Language) -> None:
    golden(f"outages.{language}", voice.outages(grown(language, MAIL, PAYROLL), NOW))


def test_nothing_is_noted_yet(language: Language) -> None:
    how = {"en": "!cost 12h it reconstruction", "fr": "!cout 12h it reconstruction"}[language]
    assert how in voice.costs(incident(language)).body
    assert {"en": "!outage SYSTEM", "fr": "!panne SYSTEME"}[language] in voice.outages(incident(language), NOW).body
    only = grown(language, TWICE, GONE)
    assert {"en": "none that counts", "fr": "aucun qui compte"}[language] in voice.costs(only).body


def test_of_very_many_the_latest_are_shown(language: Language) -> None:
    many = grown(language, *(noted(number, euros(100), CostKind.LEGAL) for number in range(1, 31)))
    body = voice.costs(many).body
    assert {"en": "22 costs", "fr": "22 coûts"}[language] in body
    assert f"{figure(30, 0, language)}\u00a0EUR" in body
    outages = (replace(MAIL, number=number) for number in range(1, 24))
    assert {"en": "3 outages", "fr": "3 pannes"}[language] in voice.outages(grown(language, *outages), NOW).body


def test_the_answers_say_what_all_add_up_to(golden: Golden, language: Language) -> None:
    golden(
        f"cost-noted.{language}", voice.confirm(SWISS, told := grown(language, REBUILT, EXPERT), evolve(told, SWISS))
    )
    corrected = answered(language, CORRECTED, REBUILT, EXPERT)
    assert {"en": "stays in the timeline", "fr": "reste dans la chronologie"}[language] in corrected
    assert figure(390000, 2, language) in corrected
    assert figure(420050, 2, language) not in corrected
    assert {"en": "estimated", "fr": "estimé"}[language] in answered(language, GUESS)
    gone = answered(language, GONE, TWICE)
    assert {"en": "does not count", "fr": "ne compte plus"}[language] in gone


def test_the_answers_on_outages(language: Language) -> None:
    assert {"en": "!outage 1 ended", "fr": "!panne 1 finie"}[language] in answered(language, MAIL)
    assert f"{hours_words(330, language)}" in answered(language, BACK, MAIL)
    assert {"en": "does not count", "fr": "ne compte plus"}[language] in answered(language, PROXY, PAYROLL)


def test_every_amount_is_short_and_exact(language: Language) -> None:
    role = {"en": "IT", "fr": "informatique"}[language]
    said = {
        "en": ["4,200.50\u00a0EUR", f"12\u00a0h\u00a030 ({role})", "45\u00a0min", "1,200\u00a0h", "100\u00a0JPY"],
        "fr": [
            "4\u202f200,50\u00a0EUR",
            f"12\u00a0h\u00a030 ({role})",
            "45\u00a0min",
            "1\u202f200\u00a0h",
            "100\u00a0JPY",
        ],
    }[language]
    amounts: list[Amount] = [
        euros(420050),
        Effort(minutes=750, role=Role.IT),
        Effort(minutes=45),
        Effort(minutes=72_000),
        Money(units=100, digits=0, currency="JPY"),
    ]
    assert [amount_words(amount, language) for amount in amounts] == said


def test_a_language_without_figures_of_its_own_has_those_of_english(language: Language) -> None:
    assert figure(420050, 2, Language("xx-none")) == "4,200.50"
    assert figure(420000, 2, language).strip("0,.\u202f").startswith("4")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("quatre mille euros", {"en": "In figures", "fr": "En chiffres"}),
        ("-40 EUR", {"en": "more than zero", "fr": "supérieur à zéro"}),
        ("4200 ZZZ", {"en": "no currency ZZZ", "fr": "pas de devise ZZZ"}),
        ("4200.5", {"en": "of what?", "fr": "de quoi"}),
    ],
)
def test_bad_amounts_are_answered_in_one_sentence(language: Language, typed: str, words: dict[str, str]) -> None:
    refused = read(f"!cost {typed}", language=language)
    assert isinstance(refused, UsageError)
    assert words[language] in voice.usage(refused.row.usage, refused.reason, language).body


def test_numbers_that_are_not_there_say_which_are(language: Language) -> None:
    assert "!cost 9 EUR" in voice.refusal(UnknownCost(9, 0), Language("en"), PARIS).body
    assert "3" in voice.refusal(UnknownCost(9, 3), language, PARIS).body
    assert "4" in voice.refusal(UnknownOutage(9, 4), language, PARIS).body
    assert voice.refusal(UnknownOutage(9, 0), language, PARIS).body


@pytest.mark.parametrize("fact", [*COSTLY, MAIL, PAYROLL, BACK, PROXY], ids=lambda fact: type(fact).__name__)
def test_the_timeline_says_who_did_it(language: Language, fact: Fact) -> None:
    told = grown(language, *COSTLY, MAIL, PAYROLL)
    said = happened(fact, told)
    assert "bob" in said.values or "alice" in said.values


def test_the_schedule_of_loss_and_the_worksheets_say_what_the_room_has(language: Language) -> None:
    told = grown(language, *COSTLY, MAIL, PAYROLL, PROXY)
    for id in ("claim-file", "dora-major", "nis2-significant"):
        made = evolve(told, DraftMade(at=NOW, by=BOB, draft=DraftId(id), version=1, digest=""))
        draft = compose(DRAFTS[DraftId(id), language], made)
        file = voice.draft_file(draft, made, NOW)
        assert f"{figure(390000, 2, language)}\u00a0EUR" in file
        assert f"{figure(420050, 2, language)}\u00a0EUR" not in file
        assert "Messagerie \\<interne\\>" in file
        assert hours_words(35 * 60, language) in file
        assert "Paie" not in file
        later = voice.draft_file(draft, made, NOW + HOUR)
        assert later != file
        assert "en double" not in file


def test_what_is_missing_in_the_schedule_says_how_it_is_given(language: Language) -> None:
    empty = incident(language)
    made = evolve(empty, DraftMade(at=NOW, by=BOB, draft=DraftId("claim-file"), version=1, digest=""))
    draft = compose(DRAFTS[DraftId("claim-file"), language], made)
    shown = voice.draft_shown(draft, made, voice.draft_text(draft, made, NOW), is_outdated=False).body
    assert {"en": "!cost 12h it", "fr": "!cout 12h it"}[language] in shown
    assert {"en": "!outage SYSTEM", "fr": "!panne SYSTEME"}[language] in shown


def test_an_outage_that_is_over_has_its_length_in_a_paper(language: Language) -> None:
    over = grown(language, PAYROLL).outages[2]
    assert hours_words(120, language) in downtime(over, incident(language), None).values


def test_what_is_in_doubt_stands_in_the_worksheet_as_that(language: Language) -> None:
    count = Answered(at=OPENED, by=BOB, question=Question("people-count"), value="350", certainty=Certainty.UNCONFIRMED)
    made = grown(language, count, DraftMade(at=NOW, by=BOB, draft=DraftId("dora-major"), version=1, digest=""))
    file = voice.draft_file(compose(DRAFTS[DraftId("dora-major"), language], made), made, NOW)
    (line,) = [line for line in file.splitlines() if "350" in line]
    assert {"en": "not confirmed", "fr": "non confirmé"}[language] in line
