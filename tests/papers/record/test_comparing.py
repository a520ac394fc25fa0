"""Two things that the bot signed, and whether both can be true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.papers.record.comparing import NoStatement, Statement, are_tied, contradiction, statement
from bot.papers.record.keys import RecordKey
from bot.papers.record.payload import Record
from tests.core.build import NOW
from tests.record.build import KEY, exported, record

OTHER = RecordKey(bytes(32))


def rewritten(number: int) -> str:
    """Say something else in the third note alone."""
    return "rewritten" if number == 2 else f"note {number}"


TRUE = record(12, texts="note {}".format)
FALSE = record(12, texts=rewritten)
BEFORE = record(6, texts="note {}".format)
WHOLE, LIE, EARLIER = (statement(exported(one)) for one in (TRUE, FALSE, BEFORE))


def part(*numbers: int, of: Record = TRUE) -> Statement:
    """Return what a part says that shows these entries."""
    parts = of.parts if 1 in numbers else {}
    return statement(exported(replace(of, wanted=frozenset(numbers), parts=parts)))


def line(number: int, of: Statement = WHOLE) -> Statement:
    """Return a checkpoint as somebody copied it from the room."""
    posted = (TRUE if of is WHOLE else FALSE).checkpoints[number]
    return statement(f"Point de contrôle\n> {posted.line}\nmerci\n".encode())


@pytest.mark.parametrize("other", [WHOLE, EARLIER, part(1, 2), line(0), line(2)])
def test_what_was_told_at_other_hours_agrees_with_a_whole_record(other: Statement) -> None:
    assert contradiction(WHOLE, other) is None
    assert contradiction(other, WHOLE) is None
    assert are_tied(WHOLE, other)
    assert are_tied(other, WHOLE)


def test_a_rewritten_history_is_shown_with_the_first_entry_that_is_another() -> None:
    assert contradiction(WHOLE, LIE) == ("entry", {"number": 5})


def test_a_checkpoint_that_somebody_kept_shows_it_too() -> None:
    assert contradiction(LIE, line(0)) == ("root", {"size": 5})
    assert contradiction(line(0), line(0, LIE)) == ("root", {"size": 5})
    assert contradiction(part(1, 2), line(1, LIE)) == ("root", {"size": 10})


@pytest.mark.parametrize(
    "other",
    [
        part(3, 5, 7),
        part(1, 2),
        part(5, of=BEFORE),
        part(5, of=record(12, texts="note {}".format, purged=(5,))),
        part(*range(1, 18)),
        WHOLE,
        EARLIER,
        line(0),
        line(2),
    ],
)
def test_what_a_part_shows_agrees_with_what_was_told_elsewhere(other: Statement) -> None:
    shown = part(3, 4, 5)
    assert contradiction(shown, other) is None
    assert contradiction(other, shown) is None
    assert are_tied(shown, other)


LATER = record(6, texts=rewritten)


@pytest.mark.parametrize(
    "other",
    [
        part(4, 5, of=FALSE),
        part(2, 5, 6, of=LATER),
        part(5, of=record(6, texts=rewritten, purged=(5,))),
        LIE,
        statement(exported(LATER)),
    ],
)
def test_an_entry_that_two_show_is_named_when_it_is_not_the_same(other: Statement) -> None:
    shown = part(3, 5)
    assert contradiction(shown, other) == ("entry", {"number": 5})
    assert contradiction(other, shown) == ("entry", {"number": 5})


def test_a_part_and_a_checkpoint_of_another_history_contradict() -> None:
    assert contradiction(part(3, 5), line(2, LIE)) == ("root", {"size": 15})


def test_two_parts_that_show_other_entries_are_tied_by_their_checkpoints_alone() -> None:
    assert contradiction(part(3), part(5, of=FALSE)) == ("root", {"size": 17})
    lone, other = (replace(shown, lines=shown.lines[:1]) for shown in (part(3), part(5, of=LATER)))
    assert contradiction(lone, other) is None
    assert not are_tied(lone, other)
    assert are_tied(lone, replace(other, leaves=lone.leaves))


def test_two_checkpoints_of_other_sizes_alone_show_nothing() -> None:
    assert contradiction(line(0), line(1, LIE)) is None
    assert not are_tied(line(0), line(1, LIE))


def test_fewer_entries_after_more_of_them_contradict() -> None:
    early = Statement(lines=[{**WHOLE.lines[1], "at": "2027-01-01T00:00:00Z"}])
    assert contradiction(early, line(2)) == ("hours", {"size": 5, "at": "2027-01-01T00:00:00Z"})
    assert NOW.year == 2026


def test_another_key_contradicts() -> None:
    foreign = statement(exported(record(12, key=OTHER), OTHER))
    assert contradiction(WHOLE, foreign) == ("key", {"one": KEY.public, "other": OTHER.public})


@pytest.mark.parametrize("data", [b"", b"nothing", b"cellule-checkpoint-1 i 1 root"])
def test_what_is_neither_a_record_nor_a_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(NoStatement) as refused:
        statement(data)
    assert refused.value.args == ()


def test_a_checkpoint_with_a_forged_signature_is_none() -> None:
    forged = TRUE.checkpoints[0].line.replace(" 5 ", " 6 ")
    with pytest.raises(NoStatement):
        statement(forged.encode())


def test_checkpoints_of_two_incidents_in_one_text_are_refused() -> None:
    mixed = TRUE.checkpoints[0].line + "\n" + record(12, key=OTHER).checkpoints[0].line
    with pytest.raises(NoStatement):
        statement(mixed.encode())


def test_an_altered_record_is_no_statement_and_says_why() -> None:
    data = exported(TRUE)
    with pytest.raises(NoStatement) as refused:
        statement(data[:-300])
    assert refused.value.args == (("cut", {}),)
