"""What waits to be sealed, and until when; and what a hold keeps from being purged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.commands import Close, GiveConfirmation, Hold, LiftHold, Note, WitnessCheckpoint
from bot.core.decide import decide
from bot.core.documents.purge import AFTER_HOLD, due
from bot.core.errors import IncidentClosed, NotTheSecondPerson, Overtaken
from bot.core.evolve import fold
from bot.core.facts import (
    CheckpointPosted,
    CheckpointWitnessed,
    Closed,
    ConfirmationAsked,
    ConfirmationGiven,
    Held,
    HoldLifted,
    Lifting,
    Noted,
)
from bot.core.incident import Incident
from bot.core.record.errors import HeldAlready, NotHeld, UnknownCheckpoint, WitnessedAlready
from bot.core.record.sealing import SEALED_WITHIN, seal_due
from tests.core.build import ALICE, BOB, CAROL, DAVE, HOUR, NOW, OPENED, PEOPLE, grow, incident

SEALED = CheckpointPosted(at=NOW, number=1, size=2, line="x")
HELD = Held(at=NOW, by=ALICE, reason="the court asked")
CLOSED = Closed(at=NOW, by=ALICE, summary="")
ASKED = ConfirmationAsked(at=NOW, by=ALICE, number=1, act=Lifting(reason="the court asked"))
YEAR = timedelta(days=365)


def test_what_comes_is_sealed_within_a_day() -> None:
    room = incident()
    assert seal_due(room) == room.opened_at + SEALED_WITHIN
    sealed = grow(room, SEALED)
    assert seal_due(sealed) is None
    noted = grow(sealed, Noted(at=NOW + HOUR, by=BOB, text="x"), Noted(at=NOW + 2 * HOUR, by=BOB, text="y"))
    assert seal_due(noted) == NOW + HOUR + SEALED_WITHIN


def test_a_checkpoint_and_its_witnesses_ask_for_no_other_one() -> None:
    seen = CheckpointWitnessed(at=NOW, by=BOB, number=1)
    assert grow(incident(), SEALED, seen, SEALED).unsealed_since is None


def test_a_room_that_is_closed_or_not_made_yet_is_not_sealed_by_the_clock() -> None:
    closed, opening = incident(CLOSED), fold((OPENED,))
    assert opening is not None
    assert (seal_due(closed), seal_due(opening)) == (None, None)
    assert None not in (closed.unsealed_since, opening.unsealed_since)


# --- witnesses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", [incident(SEALED), incident(SEALED, CLOSED)])
def test_whoever_saw_a_checkpoint_says_so_once(room: Incident) -> None:
    seen = CheckpointWitnessed(at=NOW, by=BOB, number=1)
    assert decide(room, WitnessCheckpoint(number=1), BOB, NOW, PEOPLE) == (seen,)
    after = grow(room, seen)
    assert after.witnesses == {1: {BOB}}
    with pytest.raises(WitnessedAlready):
        decide(after, WitnessCheckpoint(number=1), BOB, NOW, PEOPLE)
    assert grow(after, CheckpointWitnessed(at=NOW, by=CAROL, number=1)).witnesses == {1: {BOB, CAROL}}


@pytest.mark.parametrize("number", [0, 2])
def test_a_checkpoint_that_there_is_not_is_not_witnessed(number: int) -> None:
    with pytest.raises(UnknownCheckpoint) as refused:
        decide(incident(SEALED), WitnessCheckpoint(number=number), BOB, NOW, PEOPLE)
    assert refused.value.offered == 1


# --- the hold ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [(), (CLOSED,)])
def test_a_hold_is_laid_on_an_open_incident_and_on_a_closed_one(closed: tuple[Closed, ...]) -> None:
    room = incident(*closed)
    assert decide(room, Hold(reason="the court asked"), ALICE, NOW, PEOPLE) == (HELD,)
    with pytest.raises(HeldAlready) as refused:
        decide(grow(room, HELD), Hold(reason="more"), ALICE, NOW, PEOPLE)
    assert refused.value.reason == "the court asked"


def test_what_is_held_is_never_due_to_be_purged() -> None:
    closed = incident(CLOSED)
    assert due(closed, YEAR) == NOW + YEAR
    held = grow(closed, HELD)
    assert due(held, YEAR) is None
    assert due(grow(held, HoldLifted(at=NOW, by=ALICE, confirmed_by=DAVE)), YEAR) == NOW + YEAR
    late = grow(held, HoldLifted(at=NOW + 2 * YEAR, by=ALICE, confirmed_by=DAVE))
    assert due(late, YEAR) == NOW + 2 * YEAR + AFTER_HOLD


@pytest.mark.parametrize("closed", [(), (CLOSED,)])
def test_two_persons_lift_a_hold(closed: tuple[Closed, ...]) -> None:
    room = incident(*closed, HELD)
    assert decide(room, LiftHold(), ALICE, NOW, PEOPLE) == (ASKED,)
    asked = grow(room, ASKED)
    with pytest.raises(NotTheSecondPerson):
        decide(asked, GiveConfirmation(number=1), ALICE, NOW, PEOPLE)
    given = ConfirmationGiven(at=NOW, by=DAVE, number=1, asked_by=ALICE, act=ASKED.act)
    lifted = HoldLifted(at=NOW, by=ALICE, confirmed_by=DAVE)
    assert decide(asked, GiveConfirmation(number=1), DAVE, NOW, PEOPLE) == (given, lifted)
    assert grow(asked, given, lifted).held is None


def test_nothing_is_lifted_where_nothing_is_held() -> None:
    with pytest.raises(NotHeld):
        decide(incident(), LiftHold(), ALICE, NOW, PEOPLE)
    lifted = HoldLifted(at=NOW, by=ALICE, confirmed_by=DAVE)
    with pytest.raises(Overtaken):
        decide(incident(HELD, ASKED, lifted), GiveConfirmation(number=1), DAVE, NOW, PEOPLE)


def test_a_closed_incident_takes_nothing_else() -> None:
    for refused in (Note(text="x"), Close(), GiveConfirmation()):
        with pytest.raises(IncidentClosed):
            decide(incident(HELD, CLOSED), refused, ALICE, NOW, PEOPLE)
