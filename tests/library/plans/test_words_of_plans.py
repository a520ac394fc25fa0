"""The words of a plan: what stays out of a playbook, how soon, who."""

from __future__ import annotations

import re

import pytest

from bot.core.language import Language
from bot.core.people.roster import Role
from bot.library.plans.redact import Redactor
from bot.library.plans.words import Column, column_of, label_of, role_named, roles_in, target_of


@pytest.mark.parametrize(
    "private",
    [
        "06.39.98.00.07",
        "+33 (0)6 39 98 00 07",
        "01 99 00 12 34/06 39 98 00 07",
        "01632 960001",
        "(415) 555-0100",
        "415-555-0100",
        "bob.l@mail.example.org",
        "@bob:example.org",
        "M. Exemple",
        "Mme Bob Exemple",
        "Bob EXEMPLE",
    ],
)
def test_what_is_private_is_known_by_its_form(private: str) -> None:
    redactor = Redactor()
    left = redactor.clean(f"Joindre {private} sans attendre")
    assert not [part for part in private.split() if part in left]
    assert left.startswith("Joindre ")
    assert left.endswith(" sans attendre")
    assert sum(map(len, redactor.taken.values())) == 1


def test_figures_capitals_and_dates_are_no_private_things() -> None:
    words = "Prévenir CNIL et ANSSI avant le 01/02/2026, 72 h, 15 000 €, article 33, poste 1234"
    assert Redactor().clean(words) == words
    for date in ("01/02/2026 10:00", "01/02/2026 10 00 00", "1.2.2026 10:00", "du 01/02/2026-08/02/2026"):
        assert Redactor().clean(f"Relancer le {date}") == f"Relancer le {date}"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Appeler Bob Exemple vite", "Appeler * vite"),
        ("puis contacter Anne-Bob Exemple", "puis contacter *"),
        ("Astreinte de Bob Exemple : 06 39 98 00 07", "Astreinte de * : *"),
        ("Couper Active Directory", "Couper Active Directory"),
        ("Astreinte\nWindows Server\n06 39 98 00 07", "Astreinte\nWindows Server\n*"),
    ],
)
def test_who_is_called_or_stands_beside_a_number_is_somebody(said: str, left: str) -> None:
    assert re.sub("\ue000[a-z]+\ue001", "*", Redactor().clean(said)) == left


def test_names_of_the_list_of_contacts_are_known_wherever_they_stand() -> None:
    redactor = Redactor()
    redactor.learn(["Alice Exemple", "io"], sure=True)
    redactor.learn(["service paie", "Bob Exemple"], sure=False)
    left = redactor.clean("alice exemple, puis Exemple, Bob Exemple et le service paie")
    assert "service paie" in left
    assert "xemple" not in left


@pytest.mark.parametrize(
    ("contact", "said", "left"),
    [
        ("CNIL", "Notifier la CNIL", "Notifier la CNIL"),
        ("Police nationale", "La Police nationale", "La Police nationale"),
        ("Procureur de la République", "Le procureur de la République", "Le procureur de la République"),
        ("Support", "Support en panne", "Support en panne"),
        ("Hébergeur de données", "L’hébergeur de données", "L’hébergeur de données"),
        ("Cabinet Petit", "Petit bureau : voir le Cabinet Petit", "Petit bureau : voir le *"),
        ("Société Plan", "Plan de reprise de la société Plan", "Plan de reprise de la *"),
        ("Alice Petit", "Petit, un petit bureau, ALICE PETIT, PETIT", "*, un petit bureau, *, *"),
        ("ALICE", "Alice, ALICE ou alice", "*, * ou alice"),
        ("alice et son Plan", "Plan d’Alice et son plan", "Plan d’*"),
    ],
)
def test_a_list_of_contacts_hides_no_word_that_is_nobodys_name(contact: str, said: str, left: str) -> None:
    redactor = Redactor()
    redactor.learn([contact], sure=True)
    assert re.sub("\ue000[a-z]+\ue001", "*", redactor.clean(said)) == left


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("sous 24 h", "24 h"),
        ("72 heures", "72 h"),
        ("30 min", "30 min"),
        ("H+4", "4 h"),
        ("J + 2", "2 jours"),
        ("within 1 day", "1 jour"),
        ("1 semaine", "7 jours"),
        ("2 jours ouvrés", "2 jours; 2 jours ouvrés"),
        ("immédiatement", "immédiatement"),
        ("1h30", None),
        ("15", None),
        ("début 2026", None),
    ],
)
def test_how_soon_is_read_or_not_understood(said: str, written: str | None) -> None:
    assert target_of(said, Language("fr")) == written


@pytest.mark.parametrize(
    ("said", "roles", "others"),
    [
        ("DSI", (Role.IT,), ()),
        ("le Responsable informatique du siège", (Role.IT,), ()),
        ("Direction informatique", (Role.IT,), ()),
        ("Direction / DPO et avocat", (Role.MANAGEMENT, Role.DPO, Role.LEGAL), ()),
        ("Crisis manager (Alice Example)", (Role.COORDINATOR,), ("Alice Example",)),
        ("Chargé de communication, RH", (Role.COMMS, Role.HR), ()),
        ("Courtier", (Role.INSURANCE,), ()),
        ("Service paie", (), ("Service paie",)),
        ("", (), ()),
    ],
)
def test_who_is_a_role_of_the_house_or_is_not(said: str, roles: tuple[Role, ...], others: tuple[str, ...]) -> None:
    assert roles_in(said) == (roles, others)


def test_a_role_alone_is_no_sentence_about_one() -> None:
    assert role_named("Direction :") is Role.MANAGEMENT
    assert role_named("L’avocate") is Role.LEGAL
    assert role_named("La direction décide") is None


@pytest.mark.parametrize(
    ("head", "column"),
    [
        ("Qui ?", Column.WHO),
        ("Responsable (nom)", Column.WHO),
        ("Action à mener", Column.STEP),
        ("Délai", Column.BY),
        ("DEADLINE", Column.BY),
        ("Étape", Column.STAGE),
        ("Notes / remarks", Column.NOTE),
        ("Tél.", Column.CONTACT),
        ("Serveur", None),
        ("Qui fait quoi quand tout est éteint depuis le matin", None),
    ],
)
def test_a_column_is_known_by_its_head(head: str, column: Column | None) -> None:
    assert column_of(head) is column


def test_a_label_is_a_head_and_nothing_else() -> None:
    assert label_of("Responsable ") is Column.WHO
    assert label_of("Qui prévient le client") is None
