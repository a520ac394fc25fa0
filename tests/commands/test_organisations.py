"""A list of organisations: what its columns mean, and every mistake by its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.organisations import (
    LONGEST_NAME,
    MOST_PEOPLE,
    MOST_ROWS,
    MOST_WRONG,
    Flaw,
    Ground,
    Meaning,
    Organisations,
    Wrong,
    read_organisations,
)
from bot.core.facts import CascadeRow, Member
from bot.core.language import Language, key_of
from bot.core.names import Question, UserId
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, NOW, PLAYBOOK

GROUND = Ground(
    playbook=PLAYBOOK,
    language=Language("fr"),
    own=UserId("@cellule:example.org"),
    zone=ZoneInfo("Europe/Paris"),
    now=NOW,
)


def read(*lines: str, ground: Ground = GROUND) -> Organisations:
    """Read lines whose cells are parted by bars."""
    return read_organisations([(number, line.split("|")) for number, line in enumerate(lines, start=1)], ground)


def one(*lines: str) -> CascadeRow:
    found = read(*lines)
    assert found.wrong == ()
    (row,) = found.rows
    return row


def flaws(*lines: str) -> list[tuple[int, Flaw, str]]:
    found = read(*lines)
    assert found.rows == ()
    return [(wrong.line, wrong.flaw, wrong.given) for wrong in found.wrong]


def test_a_row_says_who_in_which_language_since_when_and_all_that_it_knows() -> None:
    row = one(
        "Organisation|people|language|aware|personal-data|secteur|Contract no",
        f"Dupont  & Cie|{ALICE} coordinator, {BOB} (dpo legal)|en|27/03/2026 10:30|oui|santé|A-12",
    )
    assert row == CascadeRow(
        key="dupont & cie",
        organisation="Dupont & Cie",
        people=(
            Member(user=ALICE, roles=(Role.COORDINATOR,)),
            Member(user=BOB, roles=(Role.DPO, Role.LEGAL)),
        ),
        language=Language("en"),
        aware=datetime(2026, 3, 27, 9, 30, tzinfo=UTC),
        answers={Question("personal-data"): "yes", Question("sector"): "santé"},
        columns={
            "people": f"{ALICE} coordinator, {BOB} (dpo legal)",
            "language": "en",
            "aware": "27/03/2026 10:30",
            "personal-data": "oui",
            "secteur": "santé",
            "Contract no": "A-12",
        },
    )


@pytest.mark.parametrize(
    "organisation", ["organisation", "Organization", "organisme", "ENTREPRISE", "Société", "client"]
)
@pytest.mark.parametrize("people", ["people", "Personnes", "personne", "people 2", "coordinateur", "Coordinator"])
def test_columns_are_known_in_both_languages(organisation: str, people: str) -> None:
    row = one(f"{organisation}|{people}", f"Dupont|{ALICE}")
    assert (row.organisation, row.people) == ("Dupont", (Member(user=ALICE, roles=(Role.COORDINATOR,)),))


def test_several_columns_of_people_and_of_roles_make_one_roster() -> None:
    row = one(
        "organisme|personnes 1|personnes 2|dpo|informatique|communication",
        f"Dupont|{ALICE},,|{BOB} observateur|{BOB}; {ALICE}|{CAROL}|",
    )
    assert row.people == (
        Member(user=ALICE, roles=(Role.COORDINATOR, Role.DPO)),
        Member(user=BOB, roles=(Role.OBSERVER, Role.DPO)),
        Member(user=CAROL, roles=(Role.IT,)),
    )


def test_a_person_can_be_a_link_that_a_client_copies() -> None:
    assert one("client|people", "Dupont|https://matrix.to/#/@alice:example.org dpo coordination").people == (
        Member(user=ALICE, roles=(Role.DPO, Role.COORDINATOR)),
    )


def test_a_person_can_be_written_as_address_books_do() -> None:
    assert one("client|people", f"Dupont|Alice at work <{ALICE}> dpo coordination").people == (
        Member(user=ALICE, roles=(Role.DPO, Role.COORDINATOR)),
    )


def test_what_each_column_is_taken_for_is_said() -> None:
    header = "Raison sociale|Contact|Personnes 2|DPO|Langue|Connaissance|Personal data|SIREN|N° adhérent|"
    found = read(header, f"Dupont|03 20|{ALICE}||||yes|900 000 000|12|scribble")
    assert found.wrong == ()
    assert [(column.name, column.meaning, column.of) for column in found.columns] == [
        ("Raison sociale", Meaning.ORGANISATION, ""),
        ("Contact", Meaning.ANSWER, "contact"),
        ("Personnes 2", Meaning.PEOPLE, ""),
        ("DPO", Meaning.ROLE, "dpo"),
        ("Langue", Meaning.LANGUAGE, ""),
        ("Connaissance", Meaning.AWARE, ""),
        ("Personal data", Meaning.ANSWER, "personal-data"),
        ("SIREN", Meaning.ANSWER, "siren"),
        ("N° adhérent", Meaning.KEPT, ""),
    ]
    assert found.reads == {
        "raison sociale": "",
        "contact": "contact",
        "personnes 2": "",
        "dpo": "",
        "langue": "",
        "connaissance": "",
        "personal data": "personal-data",
        "siren": "siren",
    }


def test_who_names_no_language_is_told_apart_from_who_names_that_of_the_ground() -> None:
    found = read("client|people|langue", f"Dupont|{ALICE}|fr", f"Durand|{BOB}|")
    assert [row.language for row in found.rows] == [Language("fr")] * 2
    assert found.unsaid == {"durand"}


@pytest.mark.parametrize("typed", ["900000000", "900 000 000", "unknown"])
def test_a_siren_has_nine_digits(typed: str) -> None:
    assert one("client|people|siren", f"Dupont|{ALICE}|{typed}").answers == {Question("siren"): typed}
    assert flaws("client|people|siren", f"Dupont|{ALICE}|12345") == [(2, Flaw.NO_SIREN, "12345")]


def test_a_name_that_stands_twice_names_the_line_where_it_stands_first() -> None:
    (wrong,) = read("client|people", f"Dupont|{ALICE}", f"Durand|{BOB}", f"DUPONT|{CAROL}").wrong
    assert (wrong.line, wrong.other) == (4, 2)


def test_what_a_row_does_not_say_is_the_parents_or_nothing() -> None:
    row = one("client|people|langue|connaissance|insured|note", f"Dupont|{ALICE}")
    assert (row.language, row.aware, row.answers) == (Language("fr"), None, {})
    assert row.columns == {"people": ALICE}


def test_a_name_of_a_detail_is_no_role_and_a_column_without_a_name_is_left_out() -> None:
    row = one("client|people|assureur|", f"Dupont|{ALICE}|Assur & Co|scribble")
    assert row.answers == {Question("insurer"): "Assur & Co"}
    assert row.columns == {"people": ALICE, "assureur": "Assur & Co"}


def test_the_key_does_not_mind_case_accents_or_spaces() -> None:
    assert key_of(" Société  GÉNÉRALE\tx") == "societe generale x"


def test_a_time_is_read_as_people_type_it_or_as_a_spreadsheet_writes_it() -> None:
    for typed in ("2026-03-27 10:00", "2026-03-27T10:00:00", "27/03/2026 10h", "aujourd'hui 10:00"):
        assert one("client|people|aware", f"Dupont|{ALICE}|{typed}").aware == datetime(2026, 3, 27, 9, tzinfo=UTC)


# --- mistakes -----------------------------------------------------------------------------------------------

HEADER = "organisation|people|language|aware|entry|attack-start"
FINE = f"Martin|{ALICE}"


@pytest.mark.parametrize(
    ("line", "flaw", "given"),
    [
        (f"|{BOB}", Flaw.NO_ORGANISATION, ""),
        (f"{'x' * (LONGEST_NAME + 1)}|{BOB}", Flaw.LONG_NAME, str(LONGEST_NAME)),
        (f"MARTIN |{BOB}", Flaw.TWICE, "MARTIN"),
        ("Dupont|bob@example.org dpo", Flaw.NO_ID, "bob@example.org dpo"),
        (f"Dupont|{BOB}, bob", Flaw.NO_ID, "bob"),
        ("Dupont|@cellule:example.org", Flaw.OURSELVES, "@cellule:example.org"),
        (f"Dupont|{BOB} boss", Flaw.UNKNOWN_ROLE, "boss"),
        (f"Dupont|{BOB} admin", Flaw.UNKNOWN_ROLE, "admin"),
        (f"Dupont|{BOB} dpo", Flaw.NOBODY_LEADS, ""),
        ("Dupont|", Flaw.NOBODY_LEADS, ""),
        (f"Dupont|{BOB}|de", Flaw.UNKNOWN_LANGUAGE, "de"),
        (f"Dupont|{BOB}||last week", Flaw.UNREADABLE_TIME, "last week"),
        (f"Dupont|{BOB}||2026-03-27", Flaw.TIME_WITHOUT_HOUR, "2026-03-27"),
        (f"Dupont|{BOB}||03/02/2026 18:30", Flaw.AMBIGUOUS_DATE, "03/02/2026 18:30"),
        (f"Dupont|{BOB}||2026-03-28 10:00", Flaw.FUTURE, "2026-03-28 10:00"),
        (f"Dupont|{BOB}|||carrier pigeon", Flaw.WRONG_ANSWER, "entry = carrier pigeon"),
        (f"Dupont|{BOB}||||last week", Flaw.WRONG_ANSWER, "attack-start = last week"),
        (f"Dupont|{BOB}||||2026-03-28 10:00", Flaw.WRONG_ANSWER, "attack-start = 2026-03-28 10:00"),
        (
            "Dupont|" + ";".join(f"@p{number}:example.org" for number in range(MOST_PEOPLE + 1)),
            Flaw.TOO_MANY_PEOPLE,
            str(MOST_PEOPLE),
        ),
    ],
)
def test_a_mistake_is_told_by_its_line_and_nothing_of_the_list_counts(line: str, flaw: Flaw, given: str) -> None:
    assert (3, flaw, given) in flaws(HEADER, FINE, line)


def test_all_mistakes_are_told_in_the_order_of_the_lines() -> None:
    told = flaws(HEADER, FINE, "Dupont|bob|de", f"Durand|{BOB} dpo", f"Martin|{BOB}")
    assert [(line, flaw) for line, flaw, _ in told] == [
        (3, Flaw.NO_ID),
        (3, Flaw.UNKNOWN_LANGUAGE),
        (4, Flaw.NOBODY_LEADS),
        (5, Flaw.TWICE),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("name|people", [(Flaw.NO_ORGANISATION_COLUMN, "name, people")]),
        ("client|who", [(Flaw.NO_PEOPLE_COLUMN, "client, who")]),
        ("x|admin", [(Flaw.NO_ORGANISATION_COLUMN, "x, admin"), (Flaw.NO_PEOPLE_COLUMN, "x, admin")]),
        ("client|people|Organisme", [(Flaw.SAME_COLUMN, "Organisme")]),
        (
            "client|people|lang|langue|aware|connaissance",
            [(Flaw.SAME_COLUMN, "langue"), (Flaw.SAME_COLUMN, "connaissance")],
        ),
    ],
)
def test_a_header_must_name_what_is_needed_and_once(header: str, expected: list[tuple[Flaw, str]]) -> None:
    assert flaws(header, "Dupont") == [(1, flaw, given) for flaw, given in expected]


def test_a_list_without_organisations_and_one_with_too_many_are_refused() -> None:
    assert read_organisations([], GROUND).wrong == (Wrong(line=1, flaw=Flaw.EMPTY),)
    assert flaws(HEADER) == [(1, Flaw.EMPTY, "")]
    many = [f"Firm {number}|{ALICE}" for number in range(MOST_ROWS + 1)]
    assert flaws(HEADER, *many) == [(MOST_ROWS + 2, Flaw.TOO_MANY, str(MOST_ROWS))]
    assert len(read(HEADER, *many[:-1]).rows) == MOST_ROWS


def test_the_questions_are_those_of_the_playbook() -> None:
    bare = replace(GROUND, playbook=replace(PLAYBOOK, questions=()))
    (row,) = read("client|people|entry", f"Dupont|{ALICE}|mail", ground=bare).rows
    assert (row.answers, row.columns) == ({}, {"people": ALICE, "entry": "mail"})


HEADERS = st.sampled_from(
    ["organisation", "people", "people 2", "dpo", "lang", "aware", "entry", "attack-start", "x", ""]
)
CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["Dupont", f"{ALICE} dpo, {BOB}", "fr", "-2h", "0001-01-01 00:00", "2026-03-27T10:00", "99h"]),
)


@given(st.lists(HEADERS, max_size=8), st.lists(st.lists(CELLS, max_size=10), max_size=5))
def test_no_table_makes_it_raise_and_what_is_wrong_makes_nothing_count(
    header: list[str], rows: list[list[str]]
) -> None:
    found = read_organisations(list(enumerate([header, *rows], start=1)), GROUND)
    assert not (found.rows and found.wrong)
    assert found.wrong or len(found.rows) == len(rows)


def test_of_one_line_no_more_mistakes_are_kept_than_anybody_reads() -> None:
    for cell in ("x," * 5_000, f"{ALICE} {'x ' * 5_000}"):
        found = read("organisation|people|people 2", f"A|{cell}|{cell}", f"B|{BOB} x")
        assert [wrong.line for wrong in found.wrong] == [2] * MOST_WRONG + [3]


def test_of_too_many_people_no_more_are_read() -> None:
    people = ",".join(f"@a{number}:example.org" for number in range(MOST_PEOPLE + 1))
    assert flaws("organisation|people", f"A|{people},not read") == [(2, Flaw.TOO_MANY_PEOPLE, str(MOST_PEOPLE))]


def test_a_column_can_be_called_as_a_question_is_in_any_language() -> None:
    named = replace(PLAYBOOK.questions[0], called={Language("fr"): "données-personnelles"})
    ground = replace(GROUND, playbook=replace(PLAYBOOK, questions=(named,)))
    found = read("Organisation|people|Données personnelles", "Firm|@alice:example.org|oui", ground=ground)
    assert [row.answers for row in found.rows] == [{"personal-data": "yes"}]
