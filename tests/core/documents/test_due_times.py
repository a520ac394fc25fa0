"""What a calendar is told of an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core.clocks.rules import Suspected
from bot.core.commands import AddClock, Answer, File, SetAware
from bot.core.details import NEXT_UPDATE
from bot.core.documents.due_times import DueTime, due_times
from tests.core.build import (
    ALICE,
    CHAINED_30_DAYS,
    FIVE_DAYS,
    HOUR,
    HOURS_72,
    NO_FIGURE,
    NOW,
    act,
    drill,
    incident,
    started,
    waived,
)

AWARE_72 = SetAware(rule=HOURS_72)


def test_an_incident_without_a_clock_that_ran_has_none() -> None:
    assert due_times(incident()) == ()
    assert due_times(waived(incident())) == ()
    assert due_times(act(incident(), File(rule=NO_FIGURE, reference="letter"))) == ()


def test_a_clock_without_a_figure_has_no_place_in_a_calendar() -> None:
    assert due_times(act(incident(), SetAware(rule=NO_FIGURE))) == ()


def test_running_clocks_come_with_the_earliest_first_and_keep_their_numbers() -> None:
    both = act(act(incident(), SetAware(rule=FIVE_DAYS)), AWARE_72)

    first, second = due_times(both)

    assert (first.name, first.number, first.at, first.stands) == (HOURS_72, 2, NOW + 72 * HOUR, True)
    assert (second.name, second.number) == (FIVE_DAYS, 1)


def test_a_correction_moves_a_due_time_under_its_own_name_and_number() -> None:
    running = incident(started())
    earlier = SetAware(rule=HOURS_72, when=NOW - 2 * HOUR, source="mail of the host")

    (corrected,) = due_times(act(running, earlier, now=NOW + HOUR))

    assert corrected == DueTime(name=HOURS_72, number=1, at=NOW + 70 * HOUR, stands=True)


def test_what_was_filed_or_set_aside_is_taken_out_and_what_chains_from_it_comes() -> None:
    running = act(incident(), AWARE_72)

    (aside,) = due_times(waived(running, now=NOW + HOUR))
    assert (aside.at, aside.stands) == (NOW + 72 * HOUR, False)

    filed, chained = due_times(act(running, File(rule=HOURS_72, reference="CNIL 1"), now=NOW + HOUR))
    assert (filed.name, filed.at, filed.stands) == (HOURS_72, NOW + 72 * HOUR, False)
    assert (chained.name, chained.stands) == (CHAINED_30_DAYS, True)


def test_a_clock_of_the_firm_is_one_like_the_others() -> None:
    due = NOW + 30 * HOUR

    (payroll,) = due_times(act(incident(), AddClock(name="Payroll", due=due)))

    assert (payroll.name, payroll.at) == ("PAYROLL", due)


def test_a_promised_bulletin_is_in_it_and_goes_when_its_time_is_unknown() -> None:
    promised = Answer(question=NEXT_UPDATE, value=(NOW + HOUR).isoformat())
    with_bulletin = act(incident(), promised)

    assert due_times(with_bulletin) == (DueTime(name=NEXT_UPDATE, number=0, at=NOW + HOUR, stands=True),)
    assert due_times(act(with_bulletin, Answer(question=NEXT_UPDATE, value="unknown"))) == ()


def test_in_a_drill_a_due_time_stands_where_it_comes_on_the_wall() -> None:
    (due,) = due_times(act(drill(), AWARE_72, by=ALICE))

    assert due.at == NOW + timedelta(seconds=72)


def test_a_clock_that_never_ran_has_no_due_time() -> None:
    assert due_times(replace(incident(), clock_states={NO_FIGURE: Suspected()})) == ()
