"""What must ring and when, by examples worked by hand. `START` is Tuesday 10:00 in Paris."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.chaos.cases import ALICE, BOB, CAROL, PLAYBOOK, START, after, case, known, rang, shown, waits
from tests.chaos.judge.acts import Act
from tests.chaos.judge.case import Work
from tests.chaos.judge.ladder import due, waiting
from tests.chaos.judge.text import Window
from tests.chaos.judge.times import DAY, HOUR, MINUTE

SECOND = timedelta(seconds=1)
DRILL = {"pace": 3600.0, "is_drill": True}
"""An hour of the law is a second."""


def test_a_clock_rings_up_to_its_due_time_and_then_every_hour() -> None:
    ladder = ["T-48 Wed 10:00", "T-24 Thu 10:00", "T-12 Thu 22:00", "T-6 Fri 04:00", "T-3 Fri 07:00", "T-1 Fri 09:00"]
    assert waits(known(case(), "LAW")) == [*ladder, "T Fri 10:00", "T+1 Fri 11:00"]


def test_what_lay_before_the_start_of_a_clock_does_not_ring() -> None:
    assert waits(known(case(), "LAW", when=START - 62 * HOUR))[0] == "T-6 Tue 14:00"
    assert waits(known(case(), "LAW", when=START - 75 * HOUR)) == ["T+4 Tue 11:00"]


def test_working_days_leave_out_weekends_and_free_days() -> None:
    assert "T Tue 23:59" in waits(known(case(), "DAYS"))
    assert "T Wed 23:59" in waits(known(case(free_days=frozenset({date(2026, 11, 30)})), "DAYS"))


def test_what_rang_is_done_and_of_the_repeated_ones_only_the_newest_that_passed_stands() -> None:
    one = rang(known(case(), "LAW"), "LAW", "T-48", "T-24", at=START + 2 * DAY, is_seen=True)
    assert waits(one)[0] == "T-12 Thu 22:00"
    overdue = rang(one, "LAW", "T", at=START + 3 * DAY)
    assert waits(overdue, START + 3 * DAY) == ["T+1 Fri 11:00"]
    assert waits(overdue, START + 3 * DAY + 5.5 * HOUR) == ["T+5 Fri 15:00"]


def test_an_overdue_clock_rests_for_a_day_once_its_due_time_was_seen_and_not_before() -> None:
    seen_early = rang(known(case(), "LAW"), "LAW", "T-1", at=START, is_seen=True)
    assert waits(seen_early)[-1] == "T+1 Fri 11:00"
    seen = rang(seen_early, "LAW", "T", at=START + 3 * DAY, is_seen=True)
    assert waits(seen, START + 3 * DAY) == ["T+24 Sat 10:00"]
    again = rang(seen, "LAW", "T+24", at=START + 4 * DAY)
    assert waits(again, START + 4 * DAY) == ["T+25 Sat 11:00"]
    late = rang(again, "LAW", "T+25", at=START + 4 * DAY + 1.5 * HOUR, is_seen=True)
    assert waits(late, START + 4 * DAY + 2 * HOUR) == ["T+49 Sun 11:00"], "the last full hour of that day"


def test_a_soft_line_rings_where_no_rung_is_near() -> None:
    assert waits(known(case(), "AIMED"))[:2] == ["T-48 Wed 10:00", "aim Wed 16:00"]
    near = {**case().rules, "AIMED": replace(case().rules["AIMED"], aim=24 * HOUR + 20 * MINUTE)}
    assert "aim" not in str(waits(known(case(rules=near), "AIMED")))


def test_from_its_soft_line_to_the_first_rung_a_clock_rings_once_a_day() -> None:
    early = {**case().rules, "DAYS": replace(case().rules["DAYS"], aim=DAY)}
    one = known(case(rules=early), "DAYS")
    assert waits(one)[:2] == ["aim Wed 10:00", "T-48 Sun 23:59"]
    again = rang(one, "DAYS", "aim", at=START + DAY, is_seen=True)
    assert waits(again, START + DAY)[:2] == ["aim+24 Thu 10:00", "T-48 Sun 23:59"]
    last = rang(again, "DAYS", "aim+96", at=START + 5 * DAY)
    assert waits(last, START + 5 * DAY)[0] == "T-48 Sun 23:59", "the next day would be past it"


def test_a_clock_without_figure_rings_at_its_soft_line_and_once_a_day_seen_or_not() -> None:
    one = known(case(), "OPEN")
    assert waits(one) == ["aim Wed 10:00"]
    again = rang(one, "OPEN", "aim", at=START + DAY)
    assert waits(again, START + DAY) == ["aim+24 Thu 10:00"]
    assert waits(again, START + 5 * DAY) == ["aim+96 Sun 10:00"]
    assert waits(rang(one, "OPEN", "aim", at=START + DAY, is_seen=True), START + DAY) == ["aim+24 Thu 10:00"]


def test_each_reminder_that_nobody_answers_is_for_more_people() -> None:
    one, circles = known(case(), "LAW"), []
    for width, name in enumerate(("T-48", "T-24", "T-12", "T-6", "T-3")):
        circle = next(alarm for alarm in waiting(one, START) if alarm.name == name).circle
        circles.append(one.circle("LAW", circle))
        one = rang(one, "LAW", name, at=START, circle=min(3, width))
    assert circles == [[BOB], [BOB, CAROL], [BOB, CAROL, ALICE], [], []]
    seen = rang(known(case(), "LAW"), "LAW", "T-48", at=START, circle=2, is_seen=True)
    assert waiting(seen, START)[0].circle == 0


def test_a_clock_that_may_wait_calls_nobody_but_its_owners() -> None:
    one = rang(known(case(), "SOFT"), "SOFT", "T-48", at=START)
    assert {alarm.circle for alarm in waiting(one, START)} == {0}
    assert one.circle("SOFT", 0) == [ALICE], "nobody has that role: the coordinators"


def test_unanswered_it_is_said_once_more_after_an_eighth_of_what_is_left() -> None:
    at = START + 2 * DAY
    one = rang(known(case(), "LAW"), "LAW", "T-48", "T-24", at=at)
    assert (waits(one, at)[0], waiting(one, at)[0].circle) == ("T-24 Thu 13:00", 1)
    twice = rang(one, "LAW", "T-24", at=at + 3 * HOUR, circle=1)
    assert waits(twice, at)[0] == "T-12 Thu 22:00", "once more, and no oftener"
    late = rang(known(case(), "LAW"), "LAW", "T-1", at=START + 71 * HOUR)
    assert waits(late)[0] == "T-1 Fri 09:20", "it rests for twenty minutes at the least"
    in_a_drill = rang(known(case(**DRILL), "LAW"), "LAW", "T-24", at=START + 48 * SECOND)
    assert waiting(in_a_drill, START)[0].name == "T-12"


def test_in_quiet_hours_only_the_law_rings() -> None:
    night = case(quiet=(time(21), time(7)))
    soft = waits(known(night, "SOFT", at=START))
    assert soft == [
        "T-48 Wed 10:00",
        "T-24 Thu 10:00",
        "T-3 Fri 07:00",
        "T-1 Fri 09:00",
        "T Fri 10:00",
        "T+1 Fri 11:00",
    ]
    assert "T-12 Thu 22:00" in waits(known(night, "LAW"))
    by_night = known(night, "SOFT", when=START - 14 * HOUR)
    assert "T-1 Thu 19:00" in waits(by_night)
    assert "T Thu 20:00" in waits(by_night)
    assert "T+1 Fri 07:00" in waits(by_night)
    before_dawn = known(night, "SOFT", when=START - 4.5 * HOUR)
    assert "T-1 Fri 04:30" in waits(before_dawn), "never past the due time"


def test_what_was_missed_until_a_night_waits_for_the_morning() -> None:
    one = known(case(quiet=(time(21), time(7))), "SOFT")
    assert waits(one, START + 11.5 * HOUR + DAY)[0] == "T-48 Thu 07:00"
    assert waits(one, START + 9 * HOUR + DAY)[0] == "T-48 Wed 10:00"


def test_in_a_rest_only_the_last_rung_rings_at_its_end() -> None:
    one = known(case(), "LAW")
    resting = after(one, Act(kind="snooze", who=ALICE, what="LAW", hours=26), START + 23 * HOUR)
    assert waits(resting)[:2] == ["T-24 Thu 11:00", "T-12 Thu 22:00"]
    longer = after(resting, Act(kind="snooze", who=ALICE, what="LAW", hours=40), START + 24 * HOUR)
    assert waits(longer)[:2] == ["T-12 Fri 02:00", "T-6 Fri 04:00"], "what it swallowed so far stays swallowed"


def test_in_a_drill_hours_are_seconds_and_an_overdue_clock_rings_every_ten() -> None:
    one = known(case(**DRILL), "LAW", when=START - 60 * HOUR)
    at = [(alarm.name, (alarm.at - START) / SECOND) for alarm in waiting(one, START)]
    assert at == [("T-6", 6), ("T-3", 9), ("T-1", 11), ("T", 12), ("T+10", 22)]
    overdue = rang(one, "LAW", "T", at=START + 12 * SECOND)
    assert waiting(overdue, START + 47.5 * SECOND)[0].name == "T+35", "the newest that passed"
    later = rang(overdue, "LAW", "T+35", at=START + 47.5 * SECOND)
    assert waiting(later, START + 50 * SECOND)[0].name == "T+45"


def test_steps_ring_at_the_times_aimed_at_unless_they_are_done_or_their_clock_is_stopped() -> None:
    one = case(playbook=PLAYBOOK)
    assert waits(one) == ["D1 Tue 10:15", "D2 N1 Tue 11:00"]
    assert waits(replace(one, works={"D1": Work(status="done")}))[0] == "D2 N1 Tue 11:00"
    filed = after(one, Act(kind="filed", who=BOB, what="LAW", text="no. 1"))
    assert waits(filed) == ["D1 Tue 10:15", "D2 Tue 11:00"]
    assert waits(replace(one, rung_steps=frozenset({"D1", "D2"}))) == ["N1 Tue 11:00"]


def test_in_a_drill_steps_ring_once_a_minute_and_what_is_not_known_exactly_is_a_window() -> None:
    one = case(playbook=PLAYBOOK, **DRILL)
    assert waits(one) == ["D1 D2 N1 Tue 10:01"]
    rung = replace(one, rung_steps=frozenset({"D1"}), steps_rang=Window(START + 60 * SECOND, START + 63 * SECOND))
    (alarm,) = waiting(rung, START)
    assert ((alarm.at - START) / SECOND, (alarm.by - START) / SECOND) == (120, 123)
    assert due(rung, START + 121 * SECOND) == [(alarm,)]
    assert due(rung, START + 119 * SECOND) == []


@pytest.mark.parametrize(
    ("said", "settled", "aims"),
    [(28, 29, [("aim", 30, 30)]), (29, 31, [("aim", 30, 72)]), (31, 32, [])],
    ids=["before the soft line", "perhaps after it", "after it"],
)
def test_a_reminder_that_the_bot_takes_for_said_after_the_soft_line_says_it_too(
    said: int, settled: int, aims: list[tuple[str, int, int]]
) -> None:
    one = rang(known(case(**DRILL), "AIMED"), "AIMED", "T-48", at=START + said * SECOND)
    clock = one.clocks["AIMED"]
    ring = replace(clock.rings[-1], settled=START + settled * SECOND)
    one = replace(one, clocks={"AIMED": replace(clock, rings=(ring,))})
    found = [(alarm.name, (alarm.at - START) / SECOND, (alarm.by - START) / SECOND) for alarm in waiting(one, START)]
    assert [alarm for alarm in found if alarm[0] == "aim"] == aims


@pytest.mark.parametrize(
    ("step", "work", "whom"),
    [
        ("D1", Work(), [ALICE]),
        ("D2", Work(to=CAROL), [CAROL]),
        ("D2", Work(to="legal"), [CAROL]),
        ("N2", Work(), [ALICE]),
    ],
    ids=["of its role", "given to a person", "given to a role", "of a role that nobody has"],
)
def test_a_step_calls_whoever_is_to_do_it(step: str, work: Work, whom: list[str]) -> None:
    assert case(playbook=PLAYBOOK, works={step: work}).workers([step]) == whom


def test_a_promised_bulletin_rings_a_quarter_of_an_hour_before() -> None:
    def promised(minutes: int) -> list[str]:
        when = START + minutes * MINUTE
        return waits(after(case(), Act(kind="fact", who=ALICE, what="next-update", when=when)))

    assert promised(60) == ["update Tue 10:45"]
    assert promised(10) == ["update Tue 10:10"], "it was promised later than that"
    rung = replace(case(promised=START + HOUR, promised_at=START), update_rang=START + HOUR)
    assert waits(rung) == []


def test_at_the_pace_of_real_life_what_is_due_within_a_minute_rings_together() -> None:
    one = known(known(case(), "LAW"), "DAYS", at=START)
    one = known(one, "AIMED", when=START + 40 * SECOND, at=START + MINUTE)
    (together,) = due(one, START + DAY)
    assert [shown(alarm) for alarm in together] == ["T-48 Wed 10:00", "T-48 Wed 10:00"]
    assert due(one, START + DAY - 30 * SECOND) == []
    in_a_drill = known(known(case(**DRILL), "LAW"), "AIMED", when=START + SECOND)
    assert [len(alarms) for alarms in due(in_a_drill, START + 24 * SECOND)] == [1]


def test_a_closed_incident_stays_silent_and_rings_what_it_missed_once_it_is_open_again() -> None:
    closed = after(known(case(**DRILL), "LAW"), Act(kind="close", who=ALICE, text="over"))
    assert waits(closed) == []
    opened = after(closed, Act(kind="resume", who=ALICE), START + 25 * SECOND)
    assert [alarm.name for alarm in due(opened, START + 25 * SECOND)[0]] == ["T-48"]
