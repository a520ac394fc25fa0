"""Each entry of a record is of one kind, whatever happened."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.core import facts
from bot.core.chain import Entry as Kept
from bot.core.record.leaves import Place
from bot.core.report.entries import Entry, Kind, Written, kind_of
from tests.core.build import ALICE, NOW, OPENED

KNOWN = {
    facts.Opened: Kind.COURSE,
    facts.StepDone: Kind.STEP,
    facts.ClockStarted: Kind.CLOCK,
    facts.ClockSetAside: Kind.DECISION,
    facts.RiskDecided: Kind.DECISION,
    facts.DecisionTaken: Kind.DECISION,
    facts.ReviewRang: Kind.DECISION,
    facts.EvidenceTaken: Kind.EVIDENCE,
    facts.Noted: Kind.KNOWN,
    facts.DraftFrozen: Kind.PAPER,
    facts.Rang: Kind.RINGING,
    facts.Acknowledged: Kind.RINGING,
    facts.Joined: Kind.PEOPLE,
    facts.CheckpointPosted: Kind.RECORD,
    facts.Held: Kind.RECORD,
    facts.Purged: Kind.COURSE,
}


@pytest.mark.parametrize(("fact", "kind"), KNOWN.items(), ids=lambda value: getattr(value, "__name__", str(value)))
def test_a_fact_is_of_the_kind_by_which_people_look_for_it(fact: type[facts.Fact], kind: Kind) -> None:
    assert kind_of(object.__new__(fact)) is kind


def test_every_kind_has_a_fact() -> None:
    found = {kind_of(object.__new__(fact)) for fact in get_args(facts.Fact)}
    assert found == set(Kind)


def test_what_was_erased_is_an_entry_without_a_fact_and_a_device() -> None:
    entry = Kept(number=1, input="$1", device="PHONE", kind="Opened", body="{}")
    places = [Place(number=1, leaf=b"", entry=entry), Place(number=2, leaf=b"", entry=None)]
    noted = facts.Noted(at=NOW, by=ALICE, text="n")
    machine = Place(number=3, leaf=b"", entry=Kept(number=3, input="$3", device=None, kind="Noted", body="{}"))
    written = Written(places=[*places, machine], facts={1: OPENED, 3: noted}, named={}, parts={})
    first, second, third = written.entries()
    assert (first.fact, first.device) == (OPENED, "PHONE")
    assert second == Entry(number=2, fact=None)
    assert (third.fact, third.device) == (noted, None)
