"""Which dates of the firm's calendar run in an incident."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.clocks.rules import Filed, Running
from bot.core.commands import AddClock, AddDates, Close, File
from bot.core.decide.dates import NoDates, UnknownDate, add_dates, to_add
from bot.core.decide.lifecycle import silenced_by_closing
from bot.core.errors import IncidentClosed
from bot.core.evolve import evolve
from bot.core.incident import Incident
from bot.core.names import RuleId
from tests.core.build import ALICE, BOB, NOW, act, incident
from tests.core.dates import PAYROLL, VAT

# NOW is Friday 27 March 2026: 15 and 19 April lie within 45 days, 15 May does not.
CALENDAR = (PAYROLL, VAT)
DSN, TVA = RuleId("DSN-04-15"), RuleId("VAT-04-19")
YEAR = timedelta(days=365)


def added(room: Incident, *dates: str) -> Incident:
    return evolve(room, add_dates(room, AddDates(dates=dates), CALENDAR, BOB, NOW))


def test_all_that_is_near_runs_and_is_offered_no_more() -> None:
    room = added(incident())
    assert {id for id, state in room.clock_states.items() if isinstance(state, Running)} == {DSN, TVA}
    with pytest.raises(NoDates):
        to_add(room, CALENDAR, NOW)
    assert not silenced_by_closing(room)


def test_one_runs_by_its_id_or_by_the_name_of_any_language() -> None:
    room = added(incident(), "tva-04-19")
    assert set(room.clock_states) == {TVA}
    assert [rule.id for rule in to_add(room, CALENDAR, NOW)] == [DSN]
    assert set(added(room, "dsn-04-15").clock_states) == {DSN, TVA}


def test_a_date_that_is_not_near_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownDate) as refused:
        added(incident(), "DSN-04-15", "DSN-05-15")
    assert (refused.value.name, refused.value.known) == ("DSN-05-15", (DSN, TVA))


def test_without_a_calendar_or_in_a_closed_room_nothing_is_added() -> None:
    with pytest.raises(NoDates):
        add_dates(incident(), AddDates(), (), BOB, NOW)
    with pytest.raises(IncidentClosed):
        added(act(incident(), Close(summary="over"), ALICE))


def test_a_date_of_the_firms_own_of_that_name_stays() -> None:
    room = act(incident(), AddClock(name="VAT 04 19", due=NOW + timedelta(days=3)), BOB)
    assert [rule.id for rule in to_add(room, CALENDAR, NOW)] == [DSN]


def test_the_year_after_a_date_that_is_over_makes_room_and_one_that_still_runs_does_not() -> None:
    running = added(incident())
    filed = act(running, File(rule=DSN, reference="receipt 1"), BOB)
    assert isinstance(filed.clock_states[DSN], Filed)
    assert [rule.id for rule in to_add(filed, CALENDAR, NOW + YEAR)] == [DSN]
    with pytest.raises(NoDates):
        to_add(running, CALENDAR, NOW + YEAR)
