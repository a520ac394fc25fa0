"""Who is on duty when, what comes, and what nobody has."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.desk import Desk, duty_plan, evolve_desk
from bot.core.duty.plan import AHEAD, Kept, Plan, Turn, evolve_duty, untold
from bot.core.duty.rota import Rota
from bot.core.facts import DutyChanged, DutyHoleTold
from bot.core.names import UserId
from bot.core.people.contacts import Contact
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, DAVE, DAY, HOUR, HOUSE, PEOPLE

PARIS = ZoneInfo("Europe/Paris")
ROTA = Rota(weeks=(ALICE, DAVE), since=date(2026, 3, 23), hour=time(9))
PLAN = Plan(rotas={Role.COORDINATOR: ROTA}, people=PEOPLE, zone=PARIS)
FIRST, SECOND, THIRD = (ROTA.begins(number, PARIS) for number in range(3))
LEAD = Role.COORDINATOR


def changed(user: UserId, start: datetime, end: datetime, *, away: bool = False, at: datetime = FIRST) -> DutyChanged:
    return DutyChanged(at=at, by=ALICE, role=LEAD, user=user, start=start, end=end, away=away)


def told(start: datetime, end: datetime, *, at: datetime = FIRST) -> DutyHoleTold:
    return DutyHoleTold(at=at, role=LEAD, start=start, end=end)


def with_changes(*changes: DutyChanged, plan: Plan = PLAN) -> Plan:
    return replace(plan, changes=changes)


def test_who_is_on_duty_is_whose_week_it_is() -> None:
    assert PLAN.on_duty(LEAD, FIRST) == ALICE
    assert PLAN.on_duty(LEAD, SECOND) == DAVE
    assert PLAN.everybody_on_duty(SECOND) == {LEAD: DAVE}


def test_of_a_role_without_a_rota_and_before_the_first_week_nobody_is() -> None:
    assert PLAN.on_duty(Role.DPO, FIRST) is None
    assert PLAN.on_duty(LEAD, FIRST - HOUR) is None
    assert PLAN.everybody_on_duty(FIRST - HOUR) == {}
    assert PLAN.holes(LEAD, FIRST - DAY, SECOND) == ()


def test_a_swap_counts_for_its_time_alone_and_the_last_word_counts() -> None:
    plan = with_changes(changed(DAVE, FIRST + DAY, FIRST + 3 * DAY), changed(ALICE, FIRST + 2 * DAY, FIRST + 3 * DAY))
    assert [plan.on_duty(LEAD, FIRST + days * DAY) for days in range(4)] == [ALICE, DAVE, ALICE, ALICE]
    assert plan.turns(LEAD, FIRST, SECOND) == (
        Turn(start=FIRST, end=FIRST + DAY, user=ALICE),
        Turn(start=FIRST + DAY, end=FIRST + 2 * DAY, user=DAVE),
        Turn(start=FIRST + 2 * DAY, end=SECOND, user=ALICE),
    )


def test_what_was_said_of_another_role_changes_nothing() -> None:
    plan = with_changes(replace(changed(DAVE, FIRST, SECOND), role=Role.DPO))
    assert plan.turns(LEAD, FIRST, SECOND) == (Turn(start=FIRST, end=SECOND, user=ALICE),)


def test_whose_person_is_away_nobody_is_on_duty_and_coming_back_is_a_word_too() -> None:
    away = changed(ALICE, FIRST, SECOND, away=True)
    plan = with_changes(away, changed(ALICE, FIRST + DAY, FIRST + 2 * DAY))
    assert plan.on_duty(LEAD, FIRST) is None
    assert plan.on_duty(LEAD, FIRST + DAY) == ALICE
    assert plan.holes(LEAD, FIRST, THIRD) == (
        Turn(start=FIRST, end=FIRST + DAY, user=None),
        Turn(start=FIRST + 2 * DAY, end=SECOND, user=None),
    )


def test_the_deputy_takes_over_while_they_can_and_have_the_role() -> None:
    away = changed(ALICE, FIRST, SECOND, away=True)
    plan = replace(PLAN, changes=(away,), deputies={ALICE: DAVE})
    assert plan.on_duty(LEAD, FIRST) == DAVE
    assert replace(plan, deputies={ALICE: BOB}).on_duty(LEAD, FIRST) is None
    both = replace(plan, changes=(away, changed(DAVE, FIRST, SECOND, away=True)))
    assert both.on_duty(LEAD, FIRST) is None


def test_the_weeks_of_who_left_or_has_the_role_no_more_are_nobodys() -> None:
    gone = {user: roles for user, roles in PEOPLE.items() if user != DAVE}
    assert replace(PLAN, people=gone).on_duty(LEAD, SECOND) is None
    assert replace(PLAN, people={**PEOPLE, DAVE: frozenset({Role.IT})}).on_duty(LEAD, SECOND) is None


def test_the_house_and_the_desk_make_the_plan() -> None:
    house = replace(HOUSE, rotas={LEAD: ROTA}, contacts={ALICE: Contact(deputy=DAVE), DAVE: Contact()})
    desk = evolve_desk(Desk(), changed(ALICE, FIRST, SECOND, away=True))
    plan = duty_plan(house, desk)
    assert plan.deputies == {ALICE: DAVE}
    assert plan.on_duty(LEAD, FIRST) == DAVE
    assert evolve_desk(desk, told(FIRST, SECOND)).duty.told == (told(FIRST, SECOND),)


# --- holes --------------------------------------------------------------------------------------------------------

HOLED = replace(PLAN, rotas={LEAD: replace(ROTA, weeks=(ALICE, None, None, DAVE))})


def test_a_hole_is_told_once_whatever_its_length() -> None:
    (hole,) = {turn for role, turn in untold(HOLED, (), FIRST) if turn.start == SECOND}
    assert hole.end - hole.start == timedelta(days=14)
    assert not [one for _, one in untold(HOLED, (told(hole.start, hole.end),), FIRST) if one.start == hole.start]
    in_it = untold(HOLED, (told(hole.start, hole.end),), THIRD)
    assert not [one for _, one in in_it if one.start == THIRD], "it is the same"


def test_the_holes_of_the_next_weeks_are_found_first_come_first_told() -> None:
    found = untold(HOLED, (), FIRST)
    assert [turn.start for _, turn in found] == sorted(turn.start for _, turn in found)
    assert len(found) == 2
    assert found[-1][1].end <= FIRST + AHEAD


def test_what_is_over_is_forgotten_when_the_next_of_its_kind_comes() -> None:
    kept = Kept(changes=(changed(DAVE, FIRST, FIRST + DAY),), told=(told(FIRST, FIRST + DAY),))
    later = changed(DAVE, SECOND, THIRD, at=SECOND)
    assert evolve_duty(kept, later).changes == (later,)
    assert evolve_duty(kept, told(SECOND, THIRD, at=SECOND)).told == (told(SECOND, THIRD, at=SECOND),)


def test_a_hole_that_was_filled_is_told_anew_when_it_opens_again() -> None:
    kept = Kept(told=(told(SECOND, THIRD),))
    assert evolve_duty(kept, changed(DAVE, SECOND, THIRD)).told == ()
    assert evolve_duty(kept, changed(DAVE, FIRST, SECOND)).told == kept.told
    assert evolve_duty(kept, changed(DAVE, SECOND, THIRD, away=True)).told == kept.told


MOMENTS = st.integers(0, 60 * 24).map(lambda hours: FIRST + hours * HOUR)
CHANGES = st.lists(
    st.builds(
        lambda user, start, hours, away: changed(user, start, start + hours * HOUR, away=away),
        st.sampled_from([ALICE, DAVE]),
        MOMENTS,
        st.integers(1, 400),
        st.booleans(),
    ),
    max_size=6,
)


@given(CHANGES, MOMENTS, st.integers(1, 60 * 24), st.lists(st.sampled_from([ALICE, DAVE, CAROL, None]), min_size=1))
def test_turns_have_no_gap_and_say_at_each_moment_who_is_on_duty(
    changes: list[DutyChanged], since: datetime, hours: int, weeks: list[UserId | None]
) -> None:
    plan = replace(PLAN, changes=tuple(changes), rotas={LEAD: replace(ROTA, weeks=tuple(weeks))})
    until = since + hours * HOUR
    turns = plan.turns(LEAD, since, until)
    assert (turns[0].start, turns[-1].end) == (since, until)
    assert all(one.end == other.start and one.user != other.user for one, other in pairwise(turns))
    for turn in turns:
        middle = turn.start + (turn.end - turn.start) / 2
        assert {plan.on_duty(LEAD, at) for at in (turn.start, middle)} == {turn.user}
    assert all(turn.start.tzinfo is UTC for turn in turns)
