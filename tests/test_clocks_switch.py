"""From the configuration to an incident: which clocks are watched, whatever a playbook says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.app import build_house
from bot.config import ConfigError, load
from bot.core.clocks.lengths import Elapsed, WorkingDays
from bot.core.clocks.rules import Rule
from bot.core.commands import Open
from bot.core.desk import Desk, open_incident
from bot.core.evolve import fold
from bot.core.facts import Opened
from bot.core.language import Language
from bot.core.names import InputId, RuleId
from bot.core.people.quiet import QuietHours
from bot.core.playbook import Watched
from tests.config.files import changed, fill, write
from tests.core.build import ALICE, asker

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
EARLY_WARNING, CNIL = RuleId("NIS2-24"), RuleId("GDPR-33-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def opened(folder: Path, *enable: str, **groups: Any) -> Opened:
    """Open an incident whose playbook watches the early warning too."""
    house = build_house(load(write(folder, changed(clocks={"enable": list(enable)}, **groups))), NOW)
    key = ("provider-hit", Language("en"))
    book = house.playbooks[key]
    watching = replace(book, clocks=(*book.clocks, Watched(rule=EARLY_WARNING)))
    house = replace(house, playbooks={key: watching})
    command = Open(title="Host down", playbook="provider-hit", language=Language("en"))
    fact = open_incident(Desk(), house, command, asker(ALICE), InputId("$in"), NOW)
    assert isinstance(fact, Opened)
    return fact


def watched(fact: Opened) -> dict[RuleId, Rule]:
    incident = fold((fact,))
    assert incident is not None
    return {clock.rule.id: clock.rule for clock in incident.clocks()}


def test_a_clock_that_is_off_is_watched_by_no_incident(folder: Path) -> None:
    clocks = watched(opened(folder))

    assert EARLY_WARNING not in clocks
    assert clocks[CNIL].length == Elapsed(hours=72)


def test_a_clock_that_the_configuration_switches_on_is_watched(folder: Path) -> None:
    assert watched(opened(folder, "NIS2-24"))[EARLY_WARNING].length == Elapsed(hours=24)


def test_a_proposal_that_the_configuration_switches_on_never_takes_the_place_of_the_rule_in_force(folder: Path) -> None:
    assert watched(opened(folder, "GDPR-33-1@omnibus"))[CNIL].length == Elapsed(hours=72)


def test_the_profile_reaches_an_incident_whole(folder: Path) -> None:
    firm = {"roles": ["processor"], "insured": True, "insurer": {"delay_days": 8}, "sectors": ["uk"]}
    fact = opened(folder, organisation=firm | {"region": "Moselle"})

    clocks = watched(fact)
    assert fact.prefilled == {"processor": "yes", "insured": "yes"}
    assert clocks[RuleId("FR-INS-5")].length == WorkingDays(days=8)
    assert RuleId("UK-72") in clocks
    assert date(2026, 12, 26) in fact.closed_days
    assert fact.quiet == QuietHours(start=time(21), end=time(7))


def test_a_house_with_an_unknown_calendar_is_not_built(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"organisation\.region: "):
        opened(folder, organisation={"roles": ["controller"], "region": "Alsac"})


def test_a_house_with_a_clock_that_nobody_knows_is_not_built(folder: Path) -> None:
    with pytest.raises(ConfigError, match="NIS2-42"):
        opened(folder, "NIS2-42")


def test_the_calendar_of_the_profile_is_offered_and_nothing_of_it_runs(folder: Path) -> None:
    fact = opened(folder, organisation={"roles": ["controller"], "calendar": ["dsn-15", "cfe"]})
    assert fact.has_calendar
    assert not opened(folder).has_calendar
    incident = fold((fact,))
    assert incident is not None
    assert not incident.clock_states


def test_a_date_that_there_is_not_stops_the_start(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"organisation.calendar: there is no date dsn-6; did you mean dsn-5\?"):
        opened(folder, organisation={"roles": ["controller"], "calendar": ["dsn-6"]})
