"""Outages have a begin and an end, or go on; what overlaps counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.commands import CancelOutage, EndOutage, NoteOutage, RetimeOutage
from bot.core.costs.errors import EndsBeforeItBegins, OutageGone, UnknownOutage
from bot.core.costs.ledger import counted, time_down
from bot.core.decide import Act
from bot.core.errors import NotAllowed, TimeInFuture
from bot.core.facts import OutageNoted
from bot.core.incident import Incident
from tests.core.build import CAROL, ERIN, HOUR, MINUTE, NOW, act, incident

MAIL = NoteOutage(system="mail", begin=NOW - 5 * HOUR)
FILES = NoteOutage(system="files", begin=NOW - 6 * HOUR, end=NOW - 4 * HOUR)


def room(*acts: Act) -> Incident:
    told = incident(rules=())
    for each in acts:
        told = act(told, each, CAROL)
    return told


def test_an_outage_is_kept_as_it_was_typed_and_begins_now_where_nobody_says_when() -> None:
    told = room(NoteOutage(system="Paie & <RH>"))
    assert told.outages[1].noted == OutageNoted(at=NOW, by=CAROL, number=1, system="Paie & <RH>", begin=NOW, end=None)
    assert told.outages[1].lasts(NOW + 90 * MINUTE) == 90 * MINUTE


def test_an_outage_ends_now_or_when_somebody_says_and_may_be_timed_anew() -> None:
    told = act(room(MAIL), EndOutage(number=1), CAROL, NOW + HOUR)
    assert (told.outages[1].end, told.outages[1].lasts(NOW + 9 * HOUR)) == (NOW + HOUR, 6 * HOUR)
    told = act(told, EndOutage(number=1, end=NOW), CAROL, NOW + HOUR)
    told = act(told, RetimeOutage(number=1, begin=NOW - HOUR), CAROL, NOW + HOUR)
    assert (told.outages[1].begin, told.outages[1].end) == (NOW - HOUR, NOW)
    told = act(told, RetimeOutage(number=1, begin=NOW - HOUR, end=NOW - MINUTE), CAROL, NOW + HOUR)
    assert told.outages[1].end == NOW - MINUTE


def test_what_is_cancelled_does_not_count() -> None:
    told = room(MAIL, FILES, CancelOutage(number=1, reason="the proxy"))
    assert [outage.number for outage in counted(told.outages)] == [2]
    for gone in (EndOutage(number=1), CancelOutage(number=1, reason="x"), RetimeOutage(number=1, begin=NOW)):
        with pytest.raises(OutageGone):
            act(told, gone)


def test_the_first_to_begin_stands_first_and_what_overlaps_counts_once() -> None:
    told = room(MAIL, FILES)
    found = counted(told.outages)
    assert [outage.number for outage in found] == [2, 1]
    assert time_down(found, NOW) == 6 * HOUR
    assert time_down((), NOW) == timedelta()
    apart = room(FILES, NoteOutage(system="web", begin=NOW - HOUR))
    assert time_down(counted(apart.outages), NOW) == 3 * HOUR


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (NoteOutage(system="x", begin=NOW + HOUR), TimeInFuture),
        (NoteOutage(system="x", begin=NOW - HOUR, end=NOW + HOUR), TimeInFuture),
        (NoteOutage(system="x", begin=NOW, end=NOW), EndsBeforeItBegins),
        (EndOutage(number=1, end=NOW - 9 * HOUR), EndsBeforeItBegins),
        (RetimeOutage(number=1, begin=NOW + HOUR), TimeInFuture),
        (EndOutage(number=2), UnknownOutage),
        (CancelOutage(number=2, reason="x"), UnknownOutage),
    ],
)
def test_times_that_cannot_be_and_numbers_that_are_not_there_are_refused(wrong: Act, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        act(room(MAIL), wrong)


def test_whoever_only_looks_notes_nothing() -> None:
    for each in (MAIL, EndOutage(number=1), RetimeOutage(number=1, begin=NOW), CancelOutage(number=1, reason="x")):
        with pytest.raises(NotAllowed):
            act(room(MAIL), each, ERIN)
