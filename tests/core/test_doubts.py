"""What about a list is likely a mistake, and is told before anybody says yes to it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from bot.core.facts import CascadeRow, Member
from bot.core.names import UserId
from bot.core.organisations.lists.doubts import Doubts, doubts
from bot.core.organisations.lists.matching import match
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, incident
from tests.core.cascades import NAMES, parent, person_of, row

KNOWN = {one.key: one for one in map(row, NAMES)}


def found(*rows: CascadeRow, known: Iterable[CascadeRow] = (), own: Iterable[UserId] = ()) -> Doubts:
    there = {one.key: one for one in known}
    return doubts(match(rows, there), there, frozenset(own))


def line(name: str, *users: UserId) -> CascadeRow:
    return replace(row(name), people=tuple(Member(user=user, roles=(Role.COORDINATOR,)) for user in users))


def test_a_list_in_order_raises_no_doubt() -> None:
    assert found(*map(row, NAMES)) == found(*map(row, NAMES), known=map(row, NAMES)) == Doubts()


def test_who_is_not_in_a_newer_list_is_named() -> None:
    assert found(*map(row, NAMES[2:]), row("Eta"), known=map(row, NAMES)).missing == NAMES[:2]


def test_an_organisation_that_stands_twice_under_two_names_is_told_by_its_people() -> None:
    doubt = found(row("Alpha"), line("Alpha Sud", person_of("Alpha")), row("Beta"))
    assert (doubt.alike, doubt.strays) == ((("Alpha", "Alpha Sud"),), ())
    again = found(row("Alpha"), line("Alpha Sud", person_of("Alpha")), known=map(row, NAMES))
    assert again.alike == (("Alpha", "Alpha Sud"),)
    both = (row("Alpha"), line("Alpha Sud", person_of("Alpha")))
    assert found(*both, known=both) == Doubts(), "what was opened in spite of it is not told again"


def test_names_that_differ_by_signs_alone_may_be_one_organisation() -> None:
    south = row("Compta Sud"), line("Compta'Sud", BOB)
    assert found(*map(row, NAMES), *south) == Doubts(spelled=(("Compta Sud", "Compta'Sud"),))
    assert found(south[1], known=south[:1]).spelled == (("Compta'Sud", "Compta Sud"),), "one has a room already"
    assert found(*south, known=south) == Doubts(), "both have one, and nothing would be opened"
    assert found(row("!!!"), row("???")) == Doubts(), "a name of signs alone is like no other"


def test_two_lines_of_one_organisation_are_told_as_that() -> None:
    there = replace(row("Alpha"), organisation="Alpha Sud", called="alpha sud")
    sud = replace(row("Alpha Sud"), people=there.people)
    doubt = found(row("Alpha"), sud, known=[there])
    assert doubt == Doubts(double=(("Alpha", "Alpha Sud"),))


def test_somebody_elses_id_in_a_line_is_told() -> None:
    theirs = line("Alpha", person_of("Alpha"), person_of("Beta"))
    assert found(theirs, row("Beta")).strays == ((person_of("Beta"), ("Alpha", "Beta")),)
    changed = found(theirs, known=map(row, NAMES))
    assert changed.strays == ((person_of("Beta"), ("Alpha", "Beta")),)


def test_who_has_a_room_by_another_list_is_told_by_either_name() -> None:
    sud = replace(row("Beta"), organisation="Beta Sud", called="beta sud")
    other = parent(rows=(row("Alpha"), sud))
    lines = match((row("Alpha"), row("Beta"), row("Eta")), {})
    assert doubts(lines, {}, others=[other, incident()]).elsewhere == (("Alpha", "Calm Heron"), ("Beta", "Calm Heron"))
    assert doubts(match((row("Alpha"),), KNOWN), KNOWN, others=[other]).elsewhere == ()


def test_an_adviser_and_who_speaks_for_all_are_no_mistake() -> None:
    advised = [line(name, person_of(name), BOB) for name in NAMES]
    assert found(*advised).strays == ()
    assert found(*(line(name, person_of(name), ALICE, CAROL) for name in NAMES[:2]), own=[ALICE, CAROL]) == Doubts()


def test_five_thousand_lines_are_looked_at_in_a_moment() -> None:
    many = [line(f"Firm {number}", UserId(f"@p{number}:example.org"), BOB) for number in range(5_000)]
    begun = time.process_time()
    assert found(*many, known=many) == Doubts()
    assert time.process_time() - begun < 1
