"""The judge is judged: evidence in which all is well, and the same with one thing taken out, doubled or put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.model import CLOCK, LADDER, Becomes, Kept, Said, Sent, Verdict, judge

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PACE = 3600
ROOM, STREAM = "!incident", "i1"

Evidence = tuple[list[Sent], list[Kept], list[Said]]


def kept(kind: str, input: str, **more: Any) -> Kept:
    return replace(Kept(stream=STREAM, kind=kind, input=input, at=START), **more)


def command(number: int, becomes: Becomes, kind: str = "") -> Sent:
    name = f"x{number}"
    return Sent(event=f"$c{number}", room=ROOM, thread=f"$t{number}", marker=name, becomes=becomes, kind=kind)


def answer(number: int) -> Said:
    return Said(room=ROOM, thread=f"$t{number}", text="Noted in the timeline.", rings=False)


def evidence() -> Evidence:
    """One incident: a note, a look, a note nobody could read, a clock that rang from its start to its end."""
    sent = [
        command(1, Becomes.FACT, "Noted"),
        command(2, Becomes.ANSWER),
        command(3, Becomes.NOTICE),
        command(4, Becomes.FACT, "ClockStarted"),
        command(5, Becomes.FACT, "ClockFiled"),
    ]
    rungs = [
        kept("Rang", f"alarm:{name}", rule=CLOCK, rung=name, at=START + timedelta(seconds=52 - hours))
        for name, hours in LADDER.items()
    ]
    facts = [
        kept("Opened", "$open"),
        kept("RoomReady", "result:1", room=ROOM),
        kept("CardPosted", "result:2"),
        kept("Noted", "$c1", words="x1"),
        kept("ClockStarted", "$c4", words="x4", rule=CLOCK, aware=START - timedelta(hours=20)),
        *rungs,
        kept("ClockFiled", "$c5", words="x5", rule=CLOCK, at=START + timedelta(seconds=60)),
    ]
    quiet = ["**Start here**", "Codename · severity high · open", "A message of yours could not be decrypted"]
    said = [
        *(Said(room=ROOM, thread=None, text=text, rings=False) for text in quiet),
        *(answer(number) for number in (1, 2, 4, 5)),
        *(Said(room=ROOM, thread=None, text=f"{CLOCK}: {name}", rings=True) for name in LADDER),
    ]
    return sent, facts, said


def judged(change: Callable[[Evidence], object] = lambda _: None) -> Verdict:
    found = evidence()
    change(found)
    return judge(*found, pace=PACE)


def test_where_all_is_well_nothing_is_found() -> None:
    verdict = judged()
    assert verdict.is_clean, verdict
    assert verdict.held["reminder"] == verdict.held["reminder message"] == len(LADDER)
    assert verdict.held["answer"] == 4
    assert verdict.held["notice"] == 1


FACTS = {"a note": "Noted", "the start of a clock": "ClockStarted", "a rung": "Rang", "the room": "RoomReady"}
TEXTS = {"an answer": "Noted", "a reminder": f"{CLOCK}: T-24", "the card": "severity", "a notice": "decrypted"}


def fact_at(found: Evidence, kind: str) -> int:
    return next(place for place, fact in enumerate(found[1]) if fact.kind == kind)


def text_at(found: Evidence, words: str) -> int:
    return next(place for place, one in enumerate(found[2]) if words in one.text)


@pytest.mark.parametrize("what", [what for what in FACTS if what != "the room"])
def test_a_fact_that_is_missing_is_lost(what: str) -> None:
    verdict = judged(lambda found: found[1].pop(fact_at(found, FACTS[what])))
    assert verdict.lost


@pytest.mark.parametrize("what", FACTS)
def test_a_fact_that_is_there_twice_is_doubled(what: str) -> None:
    verdict = judged(lambda found: found[1].append(found[1][fact_at(found, FACTS[what])]))
    assert verdict.doubled


@pytest.mark.parametrize("what", TEXTS)
def test_a_message_that_is_missing_is_lost(what: str) -> None:
    verdict = judged(lambda found: found[2].pop(text_at(found, TEXTS[what])))
    assert verdict.lost
    assert not verdict.doubled


@pytest.mark.parametrize("what", TEXTS)
def test_a_message_that_stands_there_twice_is_doubled(what: str) -> None:
    verdict = judged(lambda found: found[2].append(found[2][text_at(found, TEXTS[what])]))
    assert verdict.doubled
    assert not verdict.lost


def test_one_lost_and_another_doubled_do_not_cancel_out() -> None:
    def change(found: Evidence) -> None:
        found[2][text_at(found, "T-24")] = found[2][text_at(found, "T-12")]

    verdict = judged(change)
    assert verdict.lost
    assert verdict.doubled


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found[1].append(kept("Noted", "$c2", words="of a look")),
        lambda found: found[1].append(kept("Noted", "$nobody", words="of nobody")),
        lambda found: found[2].append(answer(3)),
        lambda found: found[2].append(answer(9)),
        lambda found: found[2].append(Said(room=ROOM, thread=None, text="Something else", rings=False)),
        lambda found: found[2].append(Said(room=ROOM, thread=None, text=f"{CLOCK}: T-5", rings=True)),
    ],
    ids=["a fact of a look", "a fact of nobody", "an answer", "an answer to nobody", "a message", "a reminder"],
)
def test_what_nobody_asked_for_is_invented(change: Callable[[Evidence], None]) -> None:
    assert judged(change).invented


def test_a_rung_that_was_not_due_when_the_clock_was_stopped_is_not_missed() -> None:
    def change(found: Evidence) -> None:
        found[1][-1] = replace(found[1][-1], at=START + timedelta(seconds=50))
        found[1][:] = [fact for fact in found[1] if fact.rung not in {"T-1", "T"}]
        found[2][:] = [one for one in found[2] if one.text not in {f"{CLOCK}: T-1", f"{CLOCK}: T"}]

    assert judged(change).is_clean


@pytest.mark.parametrize(("times", "is_clean"), [(1, False), (2, True), (3, False)])
def test_reminders_long_after_the_end_read_alike_and_are_held_by_their_number(times: int, *, is_clean: bool) -> None:
    def change(found: Evidence) -> None:
        found[1].extend(kept("Rang", f"alarm:{name}", rule=CLOCK, rung=name) for name in ("T+170", "T+180"))
        late = Said(room=ROOM, thread=None, text=f"{CLOCK}: overdue by 7\xa0days", rings=True)
        found[2].extend([late] * times)

    assert judged(change).is_clean is is_clean
