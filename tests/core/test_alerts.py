"""Alerts of other machines, folded: which wait, which were told, which belong to an incident."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core import alerts
from bot.core.alerts.waiting import LASTS, MOST_WAITING, STEADY, TOGETHER, Alerts, evolve_alerts
from bot.core.desk import Desk, evolve_desk
from bot.core.documents.purge import desk_remains
from bot.core.evolve import evolve
from bot.core.facts import (
    Alert,
    AlertChanged,
    AlertDeskFact,
    AlertFact,
    AlertReceived,
    AlertsDropped,
    AlertsTold,
    AlertTaken,
    DeskFact,
    Fact,
    Recorded,
    Severity,
)
from bot.core.names import IncidentId, InputId
from tests.core.build import ALICE, NOW, OPENED

HOST = Alert(source="prometheus", fingerprint="f1", title="Host down", severity=Severity.HIGH)
DISK = replace(HOST, fingerprint="f2", title="Disk full")
HERE = OPENED.incident
LATER = NOW + timedelta(minutes=5)
Happened = AlertFact | AlertDeskFact


def over(alert: Alert) -> Alert:
    return replace(alert, is_resolved=True)


def after(*facts: Happened) -> Alerts:
    known = Alerts()
    for fact in facts:
        known = evolve_alerts(known, fact)
    return known


def received(alert: Alert, number: int = 1, at: datetime = NOW) -> AlertReceived:
    return AlertReceived(at=at, number=number, alert=alert)


def reported(*reports: Alert, at: datetime = NOW) -> Alerts:
    """Return what is known after those *reports*, one after the other."""
    known = Alerts()
    for alert in reports:
        fact = alerts.receive(known, alert, at)
        known = known if fact is None else evolve_alerts(known, fact)
    return known


def has_place(known: Alerts, alert: Alert, at: datetime) -> bool:
    return alerts.fitting(known, [alert], at) == (alert,)


def told(number: int = 1, count: int = 1) -> AlertsTold:
    return AlertsTold(at=NOW, number=number, count=count)


def taken(alert: Alert = HOST, number: int = 1, incident: IncidentId = HERE, at: datetime = NOW) -> AlertTaken:
    return AlertTaken(at=at, by=ALICE, number=number, incident=incident, alert=alert)


def test_alerts_that_come_together_have_one_number_and_those_after_them_the_next() -> None:
    known = reported(*(replace(HOST, fingerprint=str(number)) for number in range(TOGETHER + 1)))
    assert [len(one.alerts) for one in known.waiting(NOW)] == [TOGETHER, 1]
    once = evolve_alerts(reported(HOST), told())
    assert alerts.receive(once, DISK, NOW) == received(DISK, 2)


def test_alerts_of_two_sources_never_have_one_number_and_the_gravest_are_told_first() -> None:
    other = replace(DISK, source="grafana")
    grave = replace(HOST, source="wazuh", severity=Severity.CRISIS)
    known = reported(HOST, other, DISK, grave)
    assert [list(one.alerts) for one in known.waiting(NOW)] == [[HOST.key, DISK.key], [other.key], [grave.key]]
    numbers = []
    while (untold := known.untold(NOW)) is not None:
        numbers.append(untold.number)
        for fact in alerts.told(known, untold, NOW):
            known = evolve_alerts(known, fact)
    assert numbers == [3, 1, 2]
    assert evolve_alerts(known, received(over(grave), 3)).proposals[3].weight == -1


def test_the_same_state_again_changes_nothing() -> None:
    known = reported(HOST)
    assert alerts.receive(known, HOST, NOW) is None
    assert alerts.receive(known, over(HOST), NOW) == received(over(HOST))
    assert alerts.receive(Alerts(), over(HOST), NOW) is None


def test_what_ends_before_it_is_told_is_forgotten_and_what_ends_later_waits_on() -> None:
    assert after(received(HOST), received(over(HOST))).waiting(NOW) == ()
    known = after(received(HOST), told(), received(over(HOST)))
    assert known.waiting(NOW)[0].is_over
    assert known.untold(NOW) is None


def test_what_joined_while_it_was_told_gets_a_number_of_its_own() -> None:
    known = reported(HOST)
    (proposal,) = known.waiting(NOW)
    known = evolve_alerts(known, received(DISK))
    facts = alerts.told(known, proposal, NOW)
    assert facts == (told(), received(DISK, 2))
    known = after(received(HOST), received(DISK), *facts)
    assert [list(one.alerts) for one in known.waiting(NOW)] == [[HOST.key], [DISK.key]]
    assert known.untold(NOW) == known.waiting(NOW)[1]


def test_what_was_settled_while_it_was_told_stays_so() -> None:
    (proposal,) = reported(HOST).waiting(NOW)
    known = after(received(HOST), taken())
    assert alerts.told(known, proposal, NOW) == (told(),)
    assert evolve_alerts(known, told()).waiting(NOW) == ()


def test_it_makes_no_difference_which_stream_is_read_first() -> None:
    desk: Sequence[Happened] = (received(HOST), told(), received(DISK, 2))
    incident: Sequence[Happened] = (taken(), AlertChanged(at=LATER, incident=HERE, alert=over(HOST)))
    assert after(*desk, *incident) == after(*incident, *desk)


def test_the_newest_state_of_an_alert_counts_whichever_incident_is_read_first() -> None:
    other = IncidentId("later")
    facts: list[Happened] = [taken(), taken(number=2, incident=other, at=LATER)]
    for order in (facts, facts[::-1]):
        assert after(*order).followed[HOST.key].incident == other


def test_all_alerts_of_a_number_are_taken_together() -> None:
    (proposal,) = reported(HOST, DISK).waiting(NOW)
    assert alerts.taken(proposal, HERE, ALICE, NOW) == (taken(), taken(DISK))


def test_an_alert_of_an_incident_changes_only_when_its_state_does() -> None:
    known = after(received(HOST), taken())
    assert alerts.changed(known, HOST, LATER) is None
    changed = alerts.changed(known, over(HOST), LATER)
    assert changed == AlertChanged(at=LATER, incident=HERE, alert=over(HOST))
    incident = evolve(None, OPENED)
    assert replace(evolve(incident, taken()), heard=incident.heard, acted={}) == incident
    assert evolve(incident, changed) == incident


def test_what_was_dropped_comes_back_only_after_it_ended() -> None:
    known = after(received(HOST), told(), AlertsDropped(at=NOW, by=ALICE, number=1))
    assert alerts.receive(known, HOST, NOW) is None
    ended = alerts.receive(known, over(HOST), NOW)
    assert ended == received(over(HOST))
    known = evolve_alerts(known, ended)
    assert alerts.receive(known, over(HOST), NOW) is None
    assert alerts.receive(known, HOST, NOW) == received(HOST, 2)
    assert evolve_alerts(known, received(HOST)) == known
    assert after(AlertsDropped(at=NOW, by=ALICE, number=7)).settled == {7}


def test_that_something_is_no_incident_lapses() -> None:
    known = after(received(HOST), told(), AlertsDropped(at=LATER, by=ALICE, number=1))
    assert alerts.receive(known, HOST, NOW + LASTS) is None
    assert alerts.receive(known, over(HOST), LATER + LASTS) is None
    again = alerts.receive(known, HOST, LATER + LASTS)
    assert again == received(HOST, 2, LATER + LASTS)
    assert evolve_alerts(known, again).dropped == {}


def test_what_becomes_graver_is_news() -> None:
    grave, mild = replace(HOST, severity=Severity.CRISIS), replace(HOST, severity=Severity.LOW)
    known = after(received(HOST), told())
    assert alerts.receive(known, mild, NOW) is None
    assert alerts.receive(known, grave, NOW) == received(grave)
    risen = evolve_alerts(known, received(grave))
    assert alerts.receive(risen, grave, NOW) is None
    assert alerts.receive(risen, DISK, NOW) == received(DISK, 2)
    assert risen.untold(NOW) == risen.waiting(NOW)[0]
    assert evolve_alerts(risen, told()).untold(NOW) is None
    dropped = evolve_alerts(known, AlertsDropped(at=NOW, by=ALICE, number=1))
    assert alerts.receive(dropped, mild, NOW) is None
    assert alerts.receive(dropped, grave, NOW) == received(grave, 2)
    followed = evolve_alerts(known, taken())
    assert alerts.changed(followed, mild, LATER) is None
    changed = alerts.changed(followed, grave, LATER)
    assert changed == AlertChanged(at=LATER, incident=HERE, alert=grave, is_graver=True)
    assert alerts.changed(evolve_alerts(followed, changed), grave, LATER) is None


def test_what_nobody_decided_on_lapses() -> None:
    known = reported(HOST)
    assert known.waiting(NOW + LASTS) == ()
    with pytest.raises(alerts.UnknownAlert):
        alerts.named(known, 1, NOW + LASTS)
    assert alerts.named(known, 1, NOW) == known.waiting(NOW)[0]
    assert list(evolve_alerts(known, received(DISK, 2, NOW + LASTS)).proposals) == [2]


def test_there_is_a_place_for_what_is_known_and_for_some_of_each_source() -> None:
    many = [replace(HOST, fingerprint=str(number)) for number in range(MOST_WAITING)]
    known = reported(*many)
    assert not has_place(known, HOST, NOW)
    assert has_place(known, over(many[5]), NOW)
    assert has_place(known, replace(HOST, source="grafana"), NOW)
    followed = evolve_alerts(known, taken())
    assert has_place(followed, over(HOST), NOW)
    followed = evolve_alerts(followed, AlertChanged(at=LATER, incident=HERE, alert=over(HOST)))
    assert not has_place(followed, HOST, LATER)
    assert has_place(followed, HOST, LATER + STEADY)
    dropped = evolve_alerts(known, AlertsDropped(at=NOW, by=ALICE, number=1))
    assert has_place(dropped, many[0], NOW)


def test_what_is_reported_together_has_places_together() -> None:
    many = [replace(HOST, fingerprint=str(number)) for number in range(MOST_WAITING + 20)]
    known = reported(*many[:-30])
    assert alerts.fitting(known, [*many, HOST, many[-25]], NOW) == (*many[:-20], many[-25])


def test_only_so_many_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.core.alerts.waiting.MOST_FOLLOWED", 20)
    known = Alerts()
    for number in range(21):
        known = evolve_alerts(known, taken(replace(HOST, fingerprint=str(number))))
    assert len(known.followed) == 20
    assert "prometheus/0" not in known.followed


def test_whatever_comes_in_whatever_order_memory_is_bounded_and_nothing_waits_twice() -> None:
    chance, known, now = random.Random(7), Alerts(), NOW
    for _ in range(600):
        now += timedelta(seconds=chance.randrange(60))
        alert = replace(HOST, fingerprint=str(chance.randrange(400)), is_resolved=chance.random() < 0.5)
        if not has_place(known, alert, now):
            continue
        fact = alerts.receive(known, alert, now)
        known = known if fact is None else evolve_alerts(known, fact)
        untold = known.untold(now)
        if untold is not None and chance.random() < 0.1:
            for each in alerts.told(known, untold, now):
                known = evolve_alerts(known, each)
        keys = [key for one in known.waiting(now) for key in one.alerts]
        assert len(keys) == len(set(keys)) <= MOST_WAITING


def test_the_desk_knows_them_and_a_purge_lets_go_of_what_lapsed() -> None:
    facts: tuple[Fact | DeskFact, ...] = (received(HOST), told(), taken())
    desk = Desk()
    for fact in facts:
        desk = evolve_desk(desk, fact)
    assert desk.alerts == after(received(HOST), told(), taken())
    records: list[Recorded[Fact | DeskFact]] = [
        Recorded(number=1, fact=fact, input=InputId("x"), device=None, digest="") for fact in facts
    ]
    assert [one.fact for one in desk_remains(records, NOW)] == list(facts)
    assert [one.fact for one in desk_remains(records, NOW + LASTS)] == [told(), taken()]
