"""Evidence: what may be taken in, named and handed on, who holds it, and which numbers a text names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import facts
from bot.core.commands import FinishStep, HandEvidence, NameEvidence, SourceEvidence
from bot.core.decide.steps import finish
from bot.core.errors import IncidentClosed, NotAllowed, UnknownPerson
from bot.core.evidence import deciding, errors
from bot.core.evidence.items import Arrived, Limits, bytes_kept, cited, cited_in_vain, items_after
from bot.core.evolve import evolve
from bot.core.facts import DeviceProof, FileOrigin, Keeping
from bot.core.incident import Incident, Status
from bot.core.names import DeviceId, EventId
from bot.core.people.errors import OwnerNotProved
from bot.core.people.roster import Role
from tests.core.build import ALICE, BOB, CAROL, DAY, ERIN, GUEST, NOW, grow, incident

HOUR = timedelta(hours=1)
DIGEST, OTHER = "a" * 64, "b" * 64
ORIGIN = FileOrigin(event=EventId("$file"), sender=BOB, device=DeviceId("PHONE"), proof=DeviceProof.SIGNED, sent_at=NOW)
FILE = Arrived(name="note.png", size=11, digest=DIGEST, origin=ORIGIN, source="")
KEPT = facts.EvidenceTaken(
    at=NOW,
    by=ALICE,
    number=1,
    name="note.png",
    digest=DIGEST,
    keeping=Keeping.KEPT,
    size=11,
    origin=ORIGIN,
)
NAMED = facts.EvidenceTaken(at=NOW, by=ALICE, number=2, name="disk", digest=OTHER, keeping=Keeping.WITH_HOLDER)
PHONE = (DeviceId("PHONE"), DeviceProof.COMPARED)


def with_file(**changes: object) -> Incident:
    room = incident()
    return evolve(room, deciding.take(room, replace(FILE, **changes), Keeping.KEPT, ALICE, NOW))  # type: ignore[arg-type]


def test_numbers_count_from_one_and_the_sender_holds_it_first() -> None:
    room = with_file()
    room = evolve(room, deciding.name(room, NameEvidence(digest=OTHER, name="disk"), CAROL, NOW + HOUR))
    assert {number: (item.number, item.holder) for number, item in room.evidence.items()} == {
        1: (1, BOB),
        2: (2, CAROL),
    }
    assert bytes_kept(room.evidence) == 11


def test_what_there_is_by_its_hash_gets_no_second_number() -> None:
    room = with_file()
    with pytest.raises(errors.EvidenceThere) as twice:
        deciding.take(room, replace(FILE, name="copy.png"), Keeping.KEPT, CAROL, NOW)
    assert (twice.value.number, twice.value.holder, twice.value.given) == (1, BOB, NOW)
    with pytest.raises(errors.EvidenceThere):
        deciding.name(room, NameEvidence(digest=DIGEST, name="disk"), CAROL, NOW)


def test_empty_and_large_files_are_refused() -> None:
    room = incident()
    with pytest.raises(errors.EvidenceEmpty):
        deciding.take(room, replace(FILE, size=0), Keeping.KEPT, ALICE, NOW)
    deciding.refuse_file(room, "note.png", 10, Limits(largest=10), ALICE)
    with pytest.raises(errors.EvidenceTooLarge):
        deciding.refuse_file(room, "disk.img", 11, Limits(largest=10), ALICE)


def test_who_may_only_read_takes_nothing_in_and_a_closed_incident_neither() -> None:
    with pytest.raises(NotAllowed):
        deciding.take(incident(), FILE, Keeping.KEPT, ERIN, NOW)
    closed = replace(with_file(), status=Status.CLOSED)
    with pytest.raises(IncidentClosed):
        deciding.source(closed, SourceEvidence(number=1, source="x"), ALICE, NOW)
    with pytest.raises(IncidentClosed):
        deciding.acknowledge(closed, 1, BOB, PHONE, NOW)


def test_whence_it_is_can_be_said_anew() -> None:
    room = with_file(source="the mail server")
    assert room.evidence[1].source == "the mail server"
    room = evolve(room, deciding.source(room, SourceEvidence(number=1, source="a laptop"), CAROL, NOW))
    assert room.evidence[1].source == "a laptop"
    assert len(room.evidence[1].custody) == 2


def test_a_hand_over_waits_for_whoever_it_is_for() -> None:
    room = with_file()
    with pytest.raises(errors.NothingHanded):
        deciding.acknowledge(room, 1, CAROL, PHONE, NOW)
    with pytest.raises(errors.HolderHasIt):
        deciding.hand(room, HandEvidence(number=1, who="bob"), ALICE, NOW)
    with pytest.raises(UnknownPerson):
        deciding.hand(room, HandEvidence(number=1, who="mallory"), ALICE, NOW)
    room = evolve(room, deciding.hand(room, HandEvidence(number=1, who="carol"), BOB, NOW))
    assert room.evidence[1].holder == BOB
    with pytest.raises(errors.HandedToAnother):
        deciding.acknowledge(room, 1, ALICE, PHONE, NOW)
    room = evolve(room, deciding.acknowledge(room, 1, CAROL, PHONE, NOW + HOUR))
    item = room.evidence[1]
    assert (item.holder, item.handed) == (CAROL, None)
    assert item.received is not None
    assert (item.received.device, item.received.proof) == PHONE


def test_nothing_is_handed_to_a_guest_until_somebody_proved_who_they_are() -> None:
    door = facts.DoorOpened(at=NOW, by=ALICE, number=1, door="d", roles=(Role.IT,), name="Guest", until=NOW + DAY)
    room = grow(with_file(), door, facts.GuestCame(at=NOW, number=1, user=GUEST))
    command = HandEvidence(number=1, who=GUEST)
    with pytest.raises(OwnerNotProved) as refused:
        deciding.hand(room, command, ALICE, NOW)
    assert refused.value.who == GUEST
    proved = grow(room, facts.GuestProved(at=NOW, by=ALICE, number=1, user=GUEST))
    assert deciding.hand(proved, command, ALICE, NOW).to == GUEST


def test_an_unknown_number_is_refused_with_the_last_one() -> None:
    for room, last in ((incident(), 0), (with_file(), 1)):
        with pytest.raises(errors.UnknownEvidence) as unknown:
            deciding.find(room, 9)
        assert (unknown.value.number, unknown.value.last) == (9, last)


def test_what_happens_to_evidence_that_was_never_taken_in_is_an_error() -> None:
    with pytest.raises(ValueError, match="taken in"):
        items_after({}, facts.EvidenceSourced(at=NOW, by=ALICE, number=1, source="x"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("kept E1", (1,)),
        ("e2, E1 and E1 again", (2, 1)),
        ("(E1).", (1,)),
        ("E9", ()),
        ("E01 E1x xE1 E-1 RE1 1", ()),
        ("E1-E2", ()),
    ],
)
def test_a_text_names_numbers_that_there_are(text: str, named: tuple[int, ...]) -> None:
    assert cited(text, {1, 2}) == named


def test_numbers_in_vain_are_told_only_where_there_is_evidence() -> None:
    assert cited_in_vain("E9 and E1", {1}) == (9,)
    assert cited_in_vain("E9 and E1", ()) == ()


def test_a_step_keeps_the_evidence_that_its_result_names() -> None:
    room = with_file()
    step = next(iter(room.open_steps())).id
    done = finish(room, FinishStep(step=step, result="kept E1 and E7"), ALICE, NOW)
    assert done.evidence == (1,)
    assert evolve(room, done).step_state(step).evidence == (1,)
