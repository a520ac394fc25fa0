"""An awareness time of a list: it counts, and waits for the organisation's own word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.clocks.rules import Filed, Running
from bot.core.commands import File, SetAware
from bot.core.decide import decide
from bot.core.desk import Desk
from bot.core.errors import CorrectionNeedsReason
from bot.core.evolve import evolve, fold
from bot.core.facts import CascadeExtended, CascadeRow, ClockStarted, Fact, Member, Rang
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import UserId
from bot.core.organisations.children import AWARENESS, open_child
from bot.core.organisations.errors import NothingProposed, NotTheirsToConfirm
from bot.core.people.roster import Role
from tests.core.build import ALICE, DAY, ERIN, GUEST, HOUR, HOUSE, NOW, incident, started

ROW = CascadeRow(
    key="dupont",
    organisation="Dupont",
    people=(Member(user=GUEST, roles=(Role.COORDINATOR,)), Member(user=ERIN, roles=(Role.DPO,))),
    language=Language("en"),
    aware=NOW - HOUR,
    source="firms.csv",
)
"""GUEST is of the firm; ERIN is of the house."""
CONFIRMS = SetAware(rule=AWARENESS, confirms=True)


def firm(*facts: Fact) -> Incident:
    parent = incident(CascadeExtended(at=NOW, by=ALICE, playbook="provider-hit", rows=(ROW,)))
    made = fold((*open_child(parent, ROW, HOUSE, Desk(), NOW), *facts))
    assert made is not None
    return made


def running(made: Incident) -> Running:
    state = made.clock_states[AWARENESS]
    assert isinstance(state, Running)
    return state


def done(made: Incident, command: SetAware | File, by: UserId = GUEST, now: datetime = NOW + HOUR) -> Incident:
    for fact in decide(made, command, by, now, {}):
        made = evolve(made, fact)
    return made


def test_what_a_list_says_runs_and_is_proposed() -> None:
    state = running(firm())
    assert (state.proposed, state.by, state.source) == (True, ALICE, "firms.csv")
    assert state.due == NOW - HOUR + 3 * DAY


def test_somebody_of_the_organisation_confirms_it_and_it_goes_on_as_it_ran() -> None:
    due = running(firm()).due
    rang = firm(Rang(at=NOW, rule=AWARENESS, rung="T-48", due=due, late_by=timedelta(0)))
    (fact,) = decide(rang, CONFIRMS, GUEST, NOW + HOUR, {})
    assert fact == ClockStarted(
        at=NOW + HOUR,
        rule=AWARENESS,
        aware=NOW - HOUR,
        by=GUEST,
        source="firms.csv",
        previous=NOW - HOUR,
        confirms=True,
    )
    assert running(evolve(rang, fact)) == replace(running(rang), by=GUEST, proposed=False)
    assert running(rang).rung == ("T-48",)


def test_the_same_hour_typed_by_them_confirms_it() -> None:
    same = SetAware(rule=AWARENESS, when=NOW - HOUR)
    assert decide(firm(), same, GUEST, NOW, {}) == decide(firm(), CONFIRMS, GUEST, NOW, {})


def test_another_hour_needs_no_reason_and_moves_the_due_time() -> None:
    corrected = done(firm(), SetAware(rule=AWARENESS, when=NOW))
    assert (running(corrected).proposed, running(corrected).by) == (False, GUEST)
    assert running(corrected).due == NOW + 3 * DAY
    with pytest.raises(CorrectionNeedsReason):
        done(corrected, SetAware(rule=AWARENESS, when=NOW - HOUR))


def test_who_had_the_room_opened_confirms_nothing_and_what_they_correct_is_still_proposed() -> None:
    with pytest.raises(NotTheirsToConfirm):
        done(firm(), CONFIRMS, ERIN)
    for when in (NOW, NOW - HOUR):
        with pytest.raises(CorrectionNeedsReason):
            done(firm(), SetAware(rule=AWARENESS, when=when), ERIN)
        other = done(firm(), SetAware(rule=AWARENESS, when=when, source="mail"), ERIN)
        assert (running(other).proposed, running(other).aware, running(other).by) == (True, when, ERIN)


def test_there_is_nothing_to_confirm_where_nothing_was_proposed() -> None:
    for made in (incident(), incident(started()), done(firm(), CONFIRMS)):
        with pytest.raises(NothingProposed):
            done(made, CONFIRMS)
    filed = done(firm(), File(rule=AWARENESS, reference="CNIL 1"))
    with pytest.raises(NothingProposed):
        done(filed, CONFIRMS)
    state = filed.clock_states[AWARENESS]
    assert isinstance(state, Filed)
    assert state.running is not None
    assert state.running.proposed


def test_what_was_kept_before_counts_as_confirmed() -> None:
    assert not running(incident(started(AWARENESS))).proposed
