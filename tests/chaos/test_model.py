"""The judge is judged: evidence in which all is well, and the same with one thing taken out, doubled or put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.facts import ConfirmationAsked, Recorded, Waiving
from bot.core.names import InputId, RuleId, UserId
from tests.chaos import again
from tests.chaos.cases import ALICE, BOB, CAROL, ROSTER, START, rang
from tests.chaos.judge import content
from tests.chaos.judge.acts import Act
from tests.chaos.judge.case import Case
from tests.chaos.judge.ladder import due
from tests.chaos.judge.reminders import mentions, reminder
from tests.chaos.judge.table import told
from tests.chaos.judge.text import Text, Window, as_said
from tests.chaos.judge.times import HOUR
from tests.chaos.model import Evidence, House, Kept, Said, Sent, Verdict, judge, known_by, nearest
from tests.chaos.reading import as_kept

HOUSE = House(roster=ROSTER, pace=3600)
ROOM, CONTROL, STREAM, NAME = "!incident", "!control", "i1", "Calm Heron"
RUNGS = {"T-6": 6, "T-3": 9, "T-1": 11, "T": 12}
"""When the clock rings, in seconds: it has been known for sixty hours when it is started, and an hour is a second."""
CASE = Case(
    language="en",
    playbook=content.playbook("provider-hit", "en"),
    rules=content.rules("en", date(2026, 11, 24)),
    roster=ROSTER,
    title="x0",
    codename=NAME,
    opened_at=START,
    opened_by=ALICE,
    pace=3600,
    is_drill=True,
)
ACTS = {
    1: Act(kind="note", who=BOB, text="x1"),
    2: Act(kind="always", who=BOB, what="help.note"),
    3: Act(kind="note", who=CAROL, text="x3"),
    4: Act(kind="aware", who=ALICE, what="GDPR-33-1", text="x4", when=START - 60 * HOUR),
    5: Act(kind="filed", who=BOB, what="GDPR-33-1", text="x5"),
}
SENT_AT = {1: 1.0, 2: 2.0, 3: 3.0, 4: 0.0, 5: 15.0}


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def kept(kind: str, input: str, seconds: float = 0, **more: Any) -> Kept:
    return Kept(stream=STREAM, kind=kind, input=input, at=moment(seconds), **more)


def sent(number: int, *, is_unread: bool = False) -> Sent:
    return Sent(
        event=f"$c{number}", room=ROOM, thread=f"$t{number}", marker=f"x{number}", act=ACTS[number], is_unread=is_unread
    )


def said(text: str, seconds: float, *, thread: str | None = None, **more: Any) -> Said:
    return Said(**{"room": ROOM, "thread": thread, "text": text, "rings": False, "at": moment(seconds), **more})


def words(text: Text, left: str) -> str:
    return "".join(part if isinstance(part, str) else left for part in as_said(text))


@dataclass(slots=True)
class Found:
    """Evidence that can be changed."""

    sent: list[Sent] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def evidence(self) -> Evidence:
        times = {"$o": moment(-0.1), **{f"$c{number}": moment(at) for number, at in SENT_AT.items()}}
        said_ = sorted(self.said, key=lambda one: one.at)
        return Evidence(sent=self.sent, kept=self.kept, said=said_, times=times, names={ROOM: NAME})


def evidence() -> Found:
    """One incident: a note, a question, a note nobody could read, a clock that rang from its start to its end."""
    opening = Act(kind="open.drill", who=ALICE, what="en", text="x0")
    found = Found(sent=[Sent(event="$o", room=CONTROL, thread="$t0", marker="x0", act=opening)])
    found.sent += [sent(number, is_unread=number == 3) for number in ACTS]
    found.kept = [kept("Opened", "$o", words="x0"), kept("RoomReady", "result:1"), kept("CardPosted", "result:2")]
    opened = (
        f"[DRILL] x0 is being opened.\nJoin the encrypted room {NAME}: the invitation is on its way.\n"
        "Invited: alice, bob, carol"
    )
    found.said = [
        said(opened, 0, room=CONTROL, thread="$t0"),
        said(f"[DRILL] x0\n{NAME} · severity high · open", 0),
        said("Start here\n\nD1 ...", 0),
        said("A message of yours could not be decrypted, so it was not carried out.", 4),
    ]
    case = _answer(found, CASE, 4, "in 12 h", ("ClockStarted", "x4"))
    _answer(found, case, 1, "", ("Noted", "x1"))
    _answer(found, case, 2, "")
    for name, seconds in RUNGS.items():
        case = _ring(found, case, name, seconds)
    _answer(found, case, 5, "", ("ClockFiled", "x5"), ("ClockStarted", "GDPR-33-1"))
    return found


def _answer(found: Found, case: Case, number: int, left: str, *facts: tuple[str, str]) -> Case:
    at = SENT_AT[number] + 0.01
    (way,) = told(case, ACTS[number], moment(at))
    found.kept += [kept(kind, f"$c{number}", at, words=typed) for kind, typed in facts]
    found.said.append(said(words(way.text, left), at + 0.01, thread=f"$t{number}"))
    return way.case


def _ring(found: Found, case: Case, name: str, seconds: float) -> Case:
    at = moment(seconds + 0.02)
    (alarms,) = due(case, at)
    left = {"T-6": "in 5 h 59", "T-3": "in 2 h 59", "T-1": "in 59 min", "T": "overdue by 1 min"}[name]
    people, is_for_all = called = mentions(case, alarms)
    text = words(reminder(case, alarms, at, called)[0], left)
    found.said.append(said(text, seconds + 0.02, rings=True, people=people, is_for_all=is_for_all))
    found.kept.append(kept("Rang", f"alarm:{name}", seconds + 0.02, rule="GDPR-33-1", rung=name))
    return rang(case, "GDPR-33-1", name, at=at, circle=alarms[0].circle)


def judged(change: Callable[[Found], object] = lambda _: None) -> Verdict:
    found = evidence()
    change(found)
    return judge(HOUSE, found.evidence())


def test_where_all_is_well_nothing_is_found() -> None:
    verdict = judged()
    assert verdict.complaints == []
    assert verdict.held["reminder"] == verdict.held["reminder message"] == len(RUNGS)
    assert verdict.held["answer"] == 5
    assert verdict.held["fact"] == 4
    assert verdict.held["notice"] == 1


def _seal(found: Found, *numbers: int, facts: int = 1) -> None:
    found.said += [said(f"Checkpoint {number} of the record: 5 entries", 5) for number in numbers]
    found.kept += [kept("CheckpointPosted", f"result:seal{number}", 5) for number in range(facts)]


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [((1,), None), ((), "lost checkpoint"), ((1, 1), "doubled checkpoint"), ((1, 2), "invented checkpoint")],
)
def test_a_checkpoint_stands_once_as_it_is_written_down(numbers: tuple[int, ...], complaint: str | None) -> None:
    complaints = judged(lambda found: _seal(found, *numbers)).complaints
    assert [what.startswith(complaint or "") for what in complaints] == [True] * (complaint is not None)


FACTS = {"a note": "Noted", "the start of a clock": "ClockStarted", "a rung": "Rang", "the room": "RoomReady"}
TEXTS = {
    "an answer": "Noted in",
    "a reminder": "GDPR-33-1: in 2 h",
    "the card": "severity high",
    "a notice": "decrypted",
    "the first steps": "Start here",
}


def fact_at(found: Found, kind: str) -> int:
    return next(place for place, fact in enumerate(found.kept) if fact.kind == kind)


def text_at(found: Found, some: str) -> int:
    return next(place for place, one in enumerate(found.said) if some in one.text)


@pytest.mark.parametrize("what", FACTS)
def test_a_fact_that_is_missing_is_lost(what: str) -> None:
    verdict = judged(lambda found: found.kept.pop(fact_at(found, FACTS[what])))
    assert verdict.lost


@pytest.mark.parametrize("what", FACTS)
def test_a_fact_that_is_there_twice_is_found(what: str) -> None:
    verdict = judged(lambda found: found.kept.append(found.kept[fact_at(found, FACTS[what])]))
    assert verdict.doubled or any("written down" in what for what in verdict.lost)


def test_what_waits_for_a_second_person_is_kept_by_the_act_that_was_asked_for() -> None:
    waiving = Waiving(rule=RuleId("FR-INS-5"), reason="x1", due=None)
    fact = ConfirmationAsked(at=moment(1), by=UserId(ALICE), number=1, act=waiving)
    asked = as_kept("an incident", Recorded(number=1, fact=fact, input=InputId("$c1"), device=None, digest=""))
    assert (asked.kind, asked.words) == ("ConfirmationAsked", "x1")

    def change(found: Found) -> None:
        found.kept[fact_at(found, "Noted")] = asked

    assert not any("marker" in what for what in judged(change).lost)


@pytest.mark.parametrize(
    ("troubles", "known_at"),
    [
        ([], 0.0),
        ([(-0.1, 0.5)], 5.5),
        ([(-2.0, -0.5)], 4.5),
        ([(-0.1, 0.5), (5.0, 6.0)], 11.0),
        ([(-9.0, -6.0), (1.0, 2.0)], 0.0),
    ],
    ids=["none", "its answer was lost", "it came late", "the question whether it came met some too", "others met them"],
)
def test_when_the_bot_knew_what_it_said_is_told_by_what_its_requests_met(
    troubles: list[tuple[float, float]], known_at: float
) -> None:
    windows = [Window(moment(start), moment(end)) for start, end in troubles]
    assert known_by(moment(0), windows) == moment(known_at)


@pytest.mark.parametrize("what", TEXTS)
def test_a_message_that_is_missing_is_lost(what: str) -> None:
    verdict = judged(lambda found: found.said.pop(text_at(found, TEXTS[what])))
    assert verdict.lost
    assert not verdict.doubled


@pytest.mark.parametrize("what", TEXTS)
def test_a_message_that_stands_there_twice_is_doubled(what: str) -> None:
    verdict = judged(lambda found: found.said.append(found.said[text_at(found, TEXTS[what])]))
    assert verdict.doubled
    assert not verdict.lost


def test_one_lost_and_another_doubled_do_not_cancel_out() -> None:
    def change(found: Found) -> None:
        lost, doubled = (text_at(found, TEXTS[what]) for what in ("an answer", "a notice"))
        found.said[lost] = found.said[doubled]

    verdict = judged(change)
    assert verdict.lost
    assert verdict.doubled


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.kept.append(kept("Noted", "$nobody", words="of nobody")),
        lambda found: found.kept.append(kept("Noted", "$c3", words="x3")),
        lambda found: found.said.append(said("Noted in the timeline.", 4, thread="$t3")),
        lambda found: found.said.append(said("Noted in the timeline.", 4, thread="$t9")),
        lambda found: found.said.append(said("Something else", 4)),
        lambda found: found.said.append(said("GDPR-33-2: without undue delay", 4, rings=True)),
    ],
    ids=[
        "a fact of nobody",
        "a fact of what was unread",
        "its answer",
        "an answer to nobody",
        "a message",
        "a reminder",
    ],
)
def test_what_nobody_asked_for_is_invented(change: Callable[[Found], None]) -> None:
    assert judged(change).invented


@pytest.mark.parametrize(
    "change",
    [
        lambda found: _say(found, "Noted in", "Severity: high"),
        lambda found: _say(found, "is being opened", "[DRILL] x0 is being opened. Join it."),
        lambda found: found.kept.append(kept("Noted", "$c2", 2.01)),
    ],
    ids=["another answer", "another answer to the opening", "a fact of a question"],
)
def test_what_is_answered_or_kept_otherwise_is_wrong(change: Callable[[Found], None]) -> None:
    assert judged(change).wrong


def _say(found: Found, some: str, text: str) -> None:
    place = text_at(found, some)
    found.said[place] = replace(found.said[place], text=text)


def test_a_room_of_another_name_is_wrong() -> None:
    otherwise = replace(evidence().evidence(), names={ROOM: "Late Falcon"})
    assert judge(HOUSE, otherwise).wrong == ["room of x0: called Late Falcon, not Calm Heron"]


def test_what_the_bot_wrote_down_of_reminders_must_have_been_heard() -> None:
    def change(found: Found) -> None:
        found.kept.append(kept("StepsRang", "alarm:9", 14, steps=("D1",)))

    assert "reminder: x0 D1: it is written down, and was not heard" in judged(change).lost


def test_of_orders_of_events_the_one_counts_that_leaves_the_least_to_explain() -> None:
    written = Counter({"FR-INS-2 T-48": 1})
    both, one = Counter({"FR-INS-2 T-48": 1, "FR-INS-2 aim": 1}), Counter({"FR-INS-2 T-48": 1})
    assert nearest((both, one), written) == one
    assert nearest((one, both), both) == both


def test_before_the_end_only_what_is_lost_for_good_is_lost() -> None:
    found = evidence()
    found.said.pop(text_at(found, "Noted in"))
    found.said.pop(text_at(found, "GDPR-33-1: in 2 h"))
    verdict = judge(HOUSE, replace(found.evidence(), is_over=False))
    assert [what for what in verdict.lost if "reminder" not in what] == []
    assert verdict.lost


def test_what_a_run_was_judged_by_is_judged_alike_another_day(tmp_path: Path) -> None:
    found = evidence()
    found.said.pop(text_at(found, "Noted in"))
    again.keep(tmp_path, HOUSE, found.evidence())
    house, kept = again.kept(tmp_path / again.NAME)
    assert judge(house, kept).complaints == judge(HOUSE, found.evidence()).complaints != []
