"""A farewell from the parent ends incidents of organisations, and none in which a duty would fall silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import SendBulletin
from bot.core.evolve import evolve
from bot.core.facts import Announcing, Closed, Joined
from bot.core.happenings import BulletinCame
from bot.core.incident import Incident, Status
from bot.core.organisations.bulletins import (
    AllStillRun,
    NobodyToTell,
    announced,
    may_end,
    send,
    waits_for,
)
from tests.core.build import ALICE, HOUR, HOURS_72, NOW, met, started
from tests.core.cascades import child, parent, person_of, row

ALPHA, BETA, GAMMA = row("Alpha"), row("Beta"), row("Gamma")
RUNS = started(HOURS_72)


def there(name: str) -> Joined:
    return Joined(at=NOW, user=person_of(name))


EMPTY, OWES, DONE = child(ALPHA, RUNS), child(BETA, RUNS, there("Beta")), child(GAMMA, there("Gamma"))
FAREWELL = SendBulletin(text="Thank you, {organisation}.", closes=True)


def ended(one: Incident, text: str = "Bye") -> Incident:
    """Return what becomes of an organisation that is told a farewell."""
    act = Announcing(text=text, audience="all", next_update=None, recipients=(one.id,), told=1, closes=True)
    sent = announced(parent(), act, ALICE, NOW)
    return met(one, BulletinCame(bulletin=sent, ends=may_end(parent(), one)), NOW + HOUR)


def test_a_farewell_takes_a_second_person_and_leaves_out_where_a_duty_would_fall_silent() -> None:
    found = send(parent(), (EMPTY, OWES, DONE), FAREWELL, ALICE, NOW)
    act = found.act
    assert (act.recipients, act.told, act.kept, act.closes) == ((EMPTY.id, DONE.id), 2, 1, True)
    assert not act.alone
    assert [one.organisation for one in found.sending.told] == ["Alpha", "Gamma"]


def test_a_filter_says_whose_incidents_end() -> None:
    found = send(parent(), (EMPTY, OWES, DONE), replace(FAREWELL, audience="absent"), ALICE, NOW)
    assert found.act.recipients == (EMPTY.id,)


def test_a_farewell_to_nobody_is_refused() -> None:
    with pytest.raises(NobodyToTell):
        send(parent(), (), FAREWELL, ALICE, NOW)
    with pytest.raises(AllStillRun) as refused:
        send(parent(), (OWES,), FAREWELL, ALICE, NOW)
    assert refused.value.number == 1


def test_in_a_drill_it_takes_one_person_whatever_runs() -> None:
    drills = tuple(replace(one, drill=True) for one in (EMPTY, OWES))
    found = send(parent(drill=True), drills, FAREWELL, ALICE, NOW)
    assert (found.act.alone, len(found.sending.told)) == (True, 2)


def test_who_is_told_has_a_closed_incident_and_is_told_once() -> None:
    after = ended(DONE, "Bye, {organisation}")
    assert after.status is Status.CLOSED
    assert [(one.text, one.closes) for one in after.bulletins] == [("Bye, Gamma", True)]
    above = evolve(
        parent(),
        announced(
            parent(),
            Announcing(text="x", audience="all", next_update=None, recipients=(DONE.id,), told=1, closes=True),
            ALICE,
            NOW,
        ),
    )
    assert waits_for(above, after) == ()


def test_a_clock_that_was_started_meanwhile_keeps_the_incident_open() -> None:
    after = ended(OWES)
    assert after.status is Status.OPEN
    assert [one.closes for one in after.bulletins] == [False]


def test_what_is_closed_already_stays_out_of_it() -> None:
    with pytest.raises(NobodyToTell):
        send(parent(), (child(ALPHA, Closed(at=NOW, by=ALICE, summary="")),), FAREWELL, ALICE, NOW)
