"""What would come of a list: who is reached, what may be in it twice, how long it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.facts import CascadeRow, Member
from bot.core.names import UserId
from bot.core.organisations.dry_run import Alike, DryRun, dry_run, to_look_up
from bot.core.organisations.matching import match
from bot.core.people.accounts import Found
from bot.core.people.roster import Role
from tests.core.build import BOB, CAROL
from tests.core.cascades import NAMES, person_of, row

ROWS = tuple(map(row, NAMES))
ADVISER = Member(user=BOB, roles=(Role.OBSERVER,))


def called(key: str, *people: UserId) -> CascadeRow:
    members = tuple(Member(user=user, roles=(Role.COORDINATOR,)) for user in people or (person_of(key),))
    return replace(row(key), people=members)


def look(
    rows: tuple[CascadeRow, ...],
    known: tuple[CascadeRow, ...] = (),
    found: dict[UserId, Found] | None = None,
    each: timedelta | None = None,
) -> DryRun:
    lines = match(rows, {one.key: one for one in known})
    numbers = {one.key: number for number, one in enumerate(rows, start=2)}
    return dry_run(lines, numbers, known, found or {}, each)


def twice(run: DryRun) -> list[tuple[Alike, list[str]]]:
    return [(one.alike, [each.organisation for each in one.rows]) for one in run.twice]


def test_only_who_is_new_in_the_list_is_asked_about() -> None:
    changed = replace(ROWS[1], people=(*ROWS[1].people, Member(user=CAROL, roles=(Role.DPO,))))
    lines = match((ROWS[0], changed, ROWS[2]), {one.key: one for one in ROWS[:2]})
    assert to_look_up(lines) == {CAROL, person_of("Gamma")}


def test_each_is_counted_once_where_they_stand_first_and_is_unasked_until_something_is_said() -> None:
    rows = tuple(replace(one, people=(*one.people, ADVISER)) for one in ROWS[:3])
    run = look(rows, found={person_of("Alpha"): Found.PROVED, BOB: Found.NO_ACCOUNT, person_of("Beta"): Found.AWAY})
    assert {found: [(one.number, one.user) for one in listed] for found, listed in run.people.items()} == {
        Found.NO_ACCOUNT: [(2, BOB)],
        Found.AWAY: [(3, person_of("Beta"))],
        Found.UNASKED: [(4, person_of("Gamma"))],
        Found.PROVED: [(2, person_of("Alpha"))],
    }
    assert (run.total, run.not_reached, run.rooms) == (4, 3, 3)


def test_how_long_it_takes_is_known_where_a_limit_is() -> None:
    assert look(ROWS).takes is None
    assert look(ROWS, each=timedelta(seconds=10)).takes == timedelta(minutes=1)


def test_names_that_differ_by_signs_alone_may_be_one_organisation() -> None:
    south = called("Compta Sud"), called("Compta'Sud")
    assert twice(look((*ROWS, *south))) == [(Alike.NAMES, ["Compta Sud", "Compta'Sud"])]
    # One has a room already.
    assert twice(look(south[1:], known=south[:1])) == [(Alike.NAMES, ["Compta'Sud", "Compta Sud"])]
    # Both have one: nothing would be opened.
    assert twice(look(south, known=south)) == []
    # A name of signs alone is like no other.
    assert twice(look((called("!!!"), called("???")))) == []


def test_the_same_people_may_be_one_organisation_but_for_who_advises_many() -> None:
    same = called("Alpha", CAROL), called("Beta", CAROL)
    assert twice(look(same)) == [(Alike.PEOPLE, ["Alpha", "Beta"])]
    advised = tuple(replace(one, people=(ADVISER,)) for one in ROWS)
    assert twice(look(advised)) == []
    # Told once, whatever else is alike.
    assert twice(look((called("A B", CAROL), called("A-B", CAROL)))) == [(Alike.NAMES, ["A B", "A-B"])]
