"""A purge keeps the checkpoints, and the record of a parent that is held."""

from __future__ import annotations

from bot.core.documents.purge import Record, remains, without_calls
from bot.core.facts import CheckpointPosted, Closed, Fact, FirmCalled, Held, HoldLifted, PurgeCause, Purged, Recorded
from bot.core.names import InputId
from tests.core.build import ALICE, DAVE, NOW, OPENED, incident
from tests.core.cascades import PARENT, child, row

SEALED = CheckpointPosted(at=NOW, number=1, size=1, line="x")
CLOSED = Closed(at=NOW, by=ALICE, summary="over")
HELD, LIFTED = Held(at=NOW, by=ALICE, reason="court"), HoldLifted(at=NOW, by=ALICE, confirmed_by=DAVE)
ALPHA = row("Alpha")
CALLED = FirmCalled(at=NOW, by=ALICE, key=ALPHA.key, text="mailbox")


def recorded(*happened: Fact) -> tuple[Record, ...]:
    return tuple(
        Recorded(number=number, fact=fact, input=InputId("$1"), device=None, digest="")
        for number, fact in enumerate(happened, 1)
    )


def test_every_checkpoint_stays_and_what_is_added_gets_the_next_number() -> None:
    room, purged = incident(SEALED, CLOSED), Purged(at=NOW, cause=PurgeCause.OPERATOR, entries=3, head="")
    left = remains(room, recorded(OPENED, SEALED, CLOSED), purged)
    assert [(record.number, type(record.fact)) for record in left[1:]] == [
        (2, CheckpointPosted),
        (3, Closed),
        (4, Purged),
    ]


def test_the_record_of_a_parent_that_is_held_keeps_its_calls() -> None:
    gone = child(ALPHA)
    assert gone.parent == PARENT
    assert len(without_calls(recorded(OPENED, CALLED), gone, NOW)) == 2
    assert without_calls(recorded(OPENED, HELD, CALLED), gone, NOW) == ()
    assert len(without_calls(recorded(OPENED, HELD, CALLED, LIFTED), gone, NOW)) == 4
