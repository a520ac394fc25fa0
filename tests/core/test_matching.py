"""Which organisations of a list are there already, and which incident the list is that of."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.facts import CascadeRow, Closed, Member
from bot.core.language import Language
from bot.core.names import Question, UserId
from bot.core.organisations.lists.matching import Cell, Difference, Line, match, parent_of
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, HOUR, NOW, incident
from tests.core.cascades import NAMES, parent, row

ADVISER = Member(user=BOB, roles=(Role.OBSERVER,))
ROWS = tuple(map(row, NAMES))
KNOWN = {one.key: one for one in ROWS}


def called(name: str, was: str) -> CascadeRow:
    """Return the line of an organisation that bears another name now."""
    return replace(row(was), key=name.casefold(), organisation=name)


def known(line: Line) -> str | None:
    return None if line.known is None else line.known.organisation


def test_a_name_is_known_however_it_is_spelled_and_whoever_stands_beside_it() -> None:
    other = replace(row("Alpha"), organisation="ALPHA", people=(Member(user=CAROL, roles=(Role.COORDINATOR,)),))
    (line,) = match((other,), KNOWN)
    assert (known(line), line.is_renamed) == ("Alpha", False)
    assert line.differences == (Difference.NAME, Difference.PEOPLE)


def test_a_name_that_was_corrected_is_known_by_its_people() -> None:
    (line,) = match((called("Alpha Sud", "Alpha"),), KNOWN)
    assert (known(line), line.is_renamed) == ("Alpha", True)


def test_who_stands_in_many_lines_tells_nothing_of_any() -> None:
    before = {key: replace(one, people=(*one.people, ADVISER)) for key, one in KNOWN.items()}
    new = replace(row("Omega"), people=(ADVISER,))
    assert [known(line) for line in match((new,), before)] == [None]
    lines = match((replace(called("Alpha Sud", "Alpha"), people=(*row("Alpha").people, ADVISER)),), before)
    assert [known(line) for line in lines] == ["Alpha"]


@pytest.mark.parametrize(
    "rows",
    [
        # The other is in the list as well: somebody is of two organisations now.
        (row("Alpha"), called("Omega", "Alpha")),
        # Both would be it.
        (
            replace(row("Omega"), people=(Member(user=CAROL, roles=()),)),
            replace(row("Psi"), people=(Member(user=ALICE, roles=()),)),
        ),
        # Its people were of two.
        (replace(row("Omega"), people=(*row("Alpha").people, *row("Beta").people)),),
    ],
)
def test_what_people_do_not_tell_for_sure_is_new(rows: tuple[CascadeRow, ...]) -> None:
    pair = replace(row("Alpha"), people=(Member(user=CAROL, roles=()), Member(user=ALICE, roles=())))
    before = {**KNOWN, "alpha": pair} if len(rows) == 2 and rows[0].key == "omega" else KNOWN
    assert [known(line) for line in match(rows, before) if line.row.key not in before] == [None] * len(
        [one for one in rows if one.key not in before]
    )


def test_names_alone_count_where_that_is_asked_for() -> None:
    assert [known(line) for line in match((called("Alpha Sud", "Alpha"),), KNOWN, by_people=False)] == [None]


def test_what_a_list_says_otherwise_is_told_each_thing_by_its_kind() -> None:
    changed = replace(row("Alpha"), language=Language("fr"), aware=NOW, columns={"Sector": "another"})
    (line,) = match((changed,), KNOWN)
    assert line.differences == (Difference.LANGUAGE, Difference.AWARE, Difference.REST)
    (new,) = match((row("Omega"),), KNOWN)
    assert (new.differences, new.cells, new.leaving, new.amended) == ((), (), (), None)


def test_what_a_list_leaves_empty_or_spells_otherwise_is_no_difference() -> None:
    there = replace(row("Alpha"), aware=NOW, columns={"Sector": "health", "City": "Lyon"})
    silent = replace(row("Alpha"), language=Language("fr"), columns={"SECTOR ": " health "})
    (line,) = match((silent,), {"alpha": there}, unsaid=frozenset({"alpha"}))
    assert (line.differences, line.amended) == ((), None)


def test_columns_that_are_more_than_cells_are_told_as_what_they_are() -> None:
    insured = Question("insured")
    there = replace(row("Alpha", DPO="@a:b.c", Assuré="non", City="Lyon"), answers={insured: "no"})
    reads = {"dpo": "", "assure": insured}
    now = replace(row("Alpha", DPO="@x:b.c", Assuré="oui", City="Paris", Phone="1"), answers={insured: "yes"})
    (line,) = match((now,), {"alpha": there}, reads=reads)
    assert line.cells == (
        Cell(name="Assuré", old="non", new="oui"),
        Cell(name="City", old="Lyon", new="Paris"),
        Cell(name="Phone", old="", new="1"),
    )
    (line,) = match((replace(there, columns={"Assuré": "NON"}),), {"alpha": there}, reads=reads)
    assert line.cells == ()
    (line,) = match((replace(now, columns={"Assuré": "oui"}),), {"alpha": replace(there, columns={})}, reads=reads)
    assert line.cells == (Cell(name="Assuré", old="no", new="oui"),)


def test_the_line_that_counts_has_what_is_new_and_keeps_what_was_not_said() -> None:
    there = replace(row("Alpha", City="Lyon", Phone="1"), aware=NOW, source="old.csv")
    now = replace(called("Alpha Sud", "Alpha"), columns={"CITY": "Paris"}, source="")
    (line,) = match((now,), {"alpha": there})
    assert line.amended == replace(
        there, called="alpha sud", organisation="Alpha Sud", columns={"City": "Paris", "Phone": "1"}
    )
    (later,) = match((replace(row("Alpha"), aware=NOW + HOUR, source="new.csv"),), {"alpha": there})
    assert later.amended is not None
    assert (later.amended.aware, later.amended.source, later.amended.called) == (NOW + HOUR, "new.csv", "")


def test_a_corrected_name_is_known_by_itself_and_the_one_before_as_long_as_it_stands_alone() -> None:
    there = {**KNOWN, "alpha": replace(row("Alpha"), organisation="Alpha Sud", called="alpha sud")}
    others = (Member(user=CAROL, roles=(Role.COORDINATOR,)),)
    new, old = replace(called("Alpha Sud", "Alpha"), people=others), replace(row("Alpha"), people=others)
    (line,) = match((new,), there)
    assert (known(line), line.is_renamed, line.differences) == ("Alpha Sud", False, (Difference.PEOPLE,))
    (line,) = match((old,), there)
    assert line.differences == (Difference.NAME, Difference.PEOPLE)
    assert line.amended is not None
    assert (line.amended.key, line.amended.called) == ("alpha", "")
    both = match((old, new), there)
    assert [line.is_double for line in both] == [True, False]
    assert [line.amended is None for line in both] == [True, False]


# --- which incident -----------------------------------------------------------------------------------------


def test_a_title_means_the_open_incident_of_that_title_whatever_its_accents_and_spaces() -> None:
    there = replace(parent(), title="Hébergeur tombé")
    closed = parent(Closed(at=NOW, by=ALICE, summary=""))
    incidents = (incident(), closed, there)
    assert parent_of(incidents, "hebergeur  TOMBÉ ", (), drill=False) == there
    assert parent_of(incidents, "another", (), drill=False) is None
    assert parent_of(incidents, closed.title, (), drill=False) is None


def test_a_list_means_the_incident_of_its_organisations_whatever_the_title() -> None:
    assert parent_of((incident(), parent()), "another", ROWS, drill=False) == parent()
    strangers = tuple(map(row, ("Eta", "Theta", "Iota", "Kappa")))
    assert parent_of((parent(),), "another", (*ROWS[:3], *strangers), drill=False) is None
    assert parent_of((parent(),), "another", (*ROWS[:4], *strangers), drill=False) == parent()
    assert parent_of((parent(),), "another", ROWS, drill=False, by_people=False) is None


def test_of_two_incidents_the_one_is_meant_of_which_more_are_listed() -> None:
    some = parent(rows=ROWS[:4])
    assert parent_of((some, parent()), "another", ROWS, drill=False) == parent()


def test_a_drill_adds_to_no_incident_and_an_incident_to_no_drill() -> None:
    drill = parent(drill=True)
    assert parent_of((parent(), drill), drill.title, ROWS, drill=True) == drill
    assert parent_of((drill,), drill.title, ROWS, drill=False) is None


@given(st.randoms(use_true_random=False), st.text(max_size=20))
def test_the_same_list_in_any_order_under_any_title_opens_nothing(chance: random.Random, title: str) -> None:
    rows = list(ROWS)
    chance.shuffle(rows)
    found = parent_of((incident(), parent()), title, rows, drill=False)
    assert found == parent()
    assert found.cascade is not None
    assert all(line.known is not None for line in match(rows, found.cascade.rows))


def test_five_thousand_lines_are_matched_in_a_moment() -> None:
    many = tuple(
        replace(row(f"Firm {number}"), people=(Member(user=UserId(f"@p{number}:example.org"), roles=()), ADVISER))
        for number in range(5_000)
    )
    there = parent(rows=many)
    begun = time.process_time()
    assert parent_of((there,), "another", many, drill=False) is there
    assert all(line.known for line in match(many, {one.key: one for one in many}))
    assert time.process_time() - begun < 0.5


def test_a_text_that_only_lost_its_accents_on_its_way_through_a_file_says_nothing_otherwise() -> None:
    there = row("Étude Brésard", City="Orléans")
    plain = replace(row("Etude Bresard", City="Orleans"), key=there.key)
    (line,) = match((plain,), {there.key: there})
    assert Difference.NAME not in line.differences
    assert line.cells == ()
    (back,) = match((there,), {plain.key: plain})
    assert Difference.NAME in back.differences
    assert [cell.new for cell in back.cells] == ["Orléans"]
    moved = replace(plain, language=Language("en" if there.language == "fr" else "fr"))
    (changed,) = match((moved,), {there.key: there})
    assert changed.amended is not None
    assert changed.amended.organisation == "Étude Brésard"
