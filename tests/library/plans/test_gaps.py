"""For which legal clocks a plan has a step: said with their sources, and never that one is not owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.core.clocks.rules import Rule, Standing, standing
from bot.core.language import Language
from bot.core.names import RuleId
from bot.host.shipped import playbooks_folder
from bot.library import rules
from bot.library.plans.gaps import WORDS, Found, look
from bot.library.plans.understood import PlanStep
from bot.library.plans.writing import gap_words
from bot.library.playbooks import load
from bot.papers.plans import Place, Where
from bot.sentences import languages

TODAY = date(2026, 11, 29)
RULES = rules.load(playbooks_folder())
PLAYBOOKS = tuple(load(playbooks_folder()).values())


def found(*titles: str, by: str = "", rules: tuple[Rule, ...] = RULES) -> Found:
    steps = [
        PlanStep(place=Place(where=Where.PARAGRAPH, number=number), title=title, by=by)
        for number, title in enumerate(titles, start=1)
    ]
    return look(steps, rules, PLAYBOOKS, TODAY)


def served(looked: Found) -> dict[RuleId, str]:
    return {one.rule.id: one.step.title for one in looked.served}


def watched() -> Iterator[Rule]:
    ids = {clock.rule for playbook in PLAYBOOKS for clock in playbook.clocks}
    return (rule for rule in RULES if rule.id in ids)


def test_a_plan_that_names_nothing_lacks_each_clock_in_force_that_the_playbooks_watch() -> None:
    looked = found("Restaurer la sauvegarde")

    assert {rule.id for rule in looked.missing} == {
        rule.id for rule in watched() if standing(rule, TODAY) is Standing.IN_FORCE
    }
    assert {"GDPR-33-1", "GDPR-34", "FR-LOPMI"} <= {rule.id for rule in looked.missing}
    assert [rule.id for rule in looked.off] == ["NIS2-24", "NIS2-72", "NIS2-FIN"]


def test_clocks_that_are_absent_proposed_to_come_or_ended_are_told_apart_from_gaps() -> None:
    rows = {rule.id: rule for rule in RULES if standing(rule, TODAY) is Standing.IN_FORCE}
    del rows[RuleId("GDPR-34")]
    rows[RuleId("FR-LOPMI")] = replace(rows[RuleId("FR-LOPMI")], valid_from=None)
    rows[RuleId("FR-INS-2")] = replace(rows[RuleId("FR-INS-2")], valid_from=date(2027, 1, 1))
    rows[RuleId("FR-FSN")] = replace(rows[RuleId("FR-FSN")], valid_to=date(2026, 11, 28))
    looked = found("Restaurer", rules=tuple(rows.values()))

    lacking = {"GDPR-34", "FR-LOPMI", "FR-INS-2", "FR-FSN", "NIS2-24", "NIS2-72", "NIS2-FIN"}
    assert set(looked.lacking) == lacking
    assert not lacking & {rule.id for rule in looked.missing}


def test_there_are_words_for_each_clock_that_is_looked_for() -> None:
    assert {rule.id for rule in found().missing} == set(WORDS)


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Notifier la violation à la CNIL sous 72 h", "GDPR-33-1"),
        ("Report the breach to the supervisory authority", "GDPR-33-1"),
        ("Informer les personnes concernées", "GDPR-34"),
        ("Tell each data subject", "GDPR-34"),
        ("Inscrire l’incident au registre des violations", "GDPR-33-5"),
        ("Prévenir les clients pour le compte de qui nous traitons", "GDPR-33-2"),
        ("Déposer plainte à la gendarmerie", "FR-LOPMI"),
        ("Aller au commissariat (art. L. 12-10-1)", "FR-LOPMI"),
        ("Appeler l’assureur", "FR-INS-5"),
        ("Déclarer le vol à l’assureur", "FR-INS-2"),
        ("Demander l’activité partielle", "FR-AP-30"),
        ("Demander (FR-FSN)", "FR-FSN"),
        ("Informez les personnes touchées", "GDPR-34"),
        ("Le DPO informe chaque personne ; personnes concernées : clients", "GDPR-34"),
        ("Information des personnes concernées", "GDPR-34"),
        ("Signalement à l’autorité de contrôle", "GDPR-33-1"),
        ("Saisir la CNIL", "GDPR-33-1"),
        ("La CNIL est notifiée par le DPO", "GDPR-33-1"),
        ("Call our insurer", "FR-INS-5"),
        ("On appelle le courtier", "FR-INS-5"),
        ("Record the breach", "GDPR-33-5"),
        ("Write to the data controllers", "GDPR-33-2"),
        ("Déposez plainte dès que possible", "FR-LOPMI"),
        ("Signalez la vulnérabilité à l’ANSSI", "FR-EDITEUR"),
    ],
)
def test_a_step_names_a_clock_by_words_article_or_id(title: str, rule: str) -> None:
    assert served(found("Restaurer", title)) == {rule: title}


@pytest.mark.parametrize(
    "title",
    [
        "Sauvegarder le registre des traitements",
        "Prévenir le sous-traitant informatique",
        "Prévenir nos clients du retard",
        "Relire le contrat d’assurance",
        "Signaler le logiciel malveillant à l’ANSSI",
        "Notify the staff",
        "Lire l’art. L113-2",
        "Le service informatique consulte le guide de la CNIL",
        "Le service informatique recense les personnes concernées",
        "Rappel du contrat d’assurance",
        "Souscrire une assurance pour le système d’information",
        "Prévention : relire l’assurance",
        "Reporter la réunion avec la CNIL",
        "Relire l’assurance vol",
        "Lire les bulletins de vulnérabilité de l’ANSSI",
        "Prendre la décision d’activité partielle",
        "Répondre à la plainte d’un client",
        "Mail 12-10-1",
        "Voir l’art. L. 12-10-15",
        "Voir GDPR-33-10",
        "Keep the insurance contract locally",
        "Ask threat intelligence about the insurer",
        "Read the report of the supervisory authority",
        "Keep the contact details of the insurer",
        "Count the records affected by the breach",
        "Tell IT to rebuild the domain controllers",
        "Ask the software maker, whatever ANSSI says",
    ],
)
def test_words_beside_the_point_serve_no_clock(title: str) -> None:
    assert served(found(title)) == {}


def test_what_completes_a_notification_counts_only_beside_it() -> None:
    complement = "Envoyer le complément à la CNIL"
    assert served(found(complement)) == {}
    assert served(found("Notifier la CNIL", complement)) == {"GDPR-33-1": "Notifier la CNIL", "GDPR-33-4": complement}
    assert served(found("Notifier la CNIL", "Lire le guide complet de la CNIL")) == {"GDPR-33-1": "Notifier la CNIL"}


def test_a_step_stops_one_clock_and_the_other_is_said_to_need_its_own() -> None:
    looked = found("Notifier la CNIL et informer les personnes concernées")
    assert len(looked.served) == len(looked.shared) == 1
    assert {one.rule.id for one in (*looked.served, *looked.shared)} == {"GDPR-33-1", "GDPR-34"}
    assert not {"GDPR-33-1", "GDPR-34"} & {rule.id for rule in looked.missing}


@pytest.mark.parametrize(("by", "late"), [("4 jours", True), ("72 h", False), ("dès que possible", False), ("", False)])
def test_a_plan_that_gives_itself_longer_than_the_clock_is_late(by: str, late: bool) -> None:
    (one,) = found("Notifier la CNIL", by=by).served
    assert one.is_late is late


def test_a_gap_is_the_row_of_the_catalogue_with_its_source_and_the_day_it_was_read() -> None:
    rows = {rule.id: rule for rule in RULES if standing(rule, TODAY) is Standing.IN_FORCE}
    assert gap_words(rows[RuleId("GDPR-33-1")]).to(Language("en")).replace("\u00a0", " ") == (
        "GDPR-33-1: Notify the data breach to the CNIL, 72 h, nights and weekends included. RGPD (GDPR) art. 33(1), "
        "read on 2026-11-24: https://eur-lex.europa.eu/eli/reg/2016/679/oj"
    )
    assert "un objectif et non une limite légale" in gap_words(rows[RuleId("GDPR-33-4")]).to(Language("fr"))
    for language in languages():
        for rule in watched():
            said = gap_words(rule).to(language)
            assert rule.source in said
            assert rule.source_url in said
            assert rule.read_on.isoformat() in said
