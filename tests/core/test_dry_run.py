"""What would come of a list: who is reached, and how long it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.facts import CascadeRow, Member
from bot.core.names import UserId
from bot.core.organisations.lists.dry_run import DryRun, dry_run, to_look_up
from bot.core.organisations.lists.matching import match
from bot.core.people.accounts import Found
from bot.core.people.roster import Role
from tests.core.build import BOB, CAROL
from tests.core.cascades import NAMES, person_of, row

ROWS = tuple(map(row, NAMES))
ADVISER = Member(user=BOB, roles=(Role.OBSERVER,))


def look(
    rows: tuple[CascadeRow, ...],
    found: dict[UserId, Found] | None = None,
    each: timedelta | None = None,
) -> DryRun:
    lines = match(rows, {})
    numbers = {one.key: number for number, one in enumerate(rows, start=2)}
    return dry_run(lines, numbers, found or {}, each)


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
