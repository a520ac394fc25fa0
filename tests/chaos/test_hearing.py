"""Reminders that were heard, held against what had to ring, by examples worked by hand: a drill in which an hour is a
second, and a clock of 72 hours that somebody has known of for 60. It rings after 6, 9, 11 and 12 seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.chaos.cases import ALICE, BOB, CAROL, START, case, known
from tests.chaos.judge.acts import Act
from tests.chaos.judge.case import Case
from tests.chaos.judge.evidence import Command, Heard, Trouble
from tests.chaos.judge.hearing import Listener, World, rings
from tests.chaos.judge.text import Window
from tests.chaos.judge.times import HOUR

DRILL = case(pace=3600, is_drill=True, playbook=replace(case().playbook, steps=()))
RUNS = known(DRILL, "LAW", when=START - 60 * HOUR)
HEAD = "[DRILL] LAW: {}\nDo LAW\nDue Tue 24 Nov 2026 22:00 (UTC+1)\n\nTo: The authority\n"
DO, DO_OVER = "Filed: !filed LAW REFERENCE · seen: !ack", "Filed: !filed LAW REFERENCE · seen, rest for a day: !ack"
DEPUTIES = "\nNobody acknowledged the last reminder: now for the deputies too."
COORDINATORS = "\nNobody acknowledged the last reminder: now for the coordinators too."
EVERYBODY = "\nNobody acknowledged the last reminder: now for everybody."
LATE = "\n\nSent {} s late: Cellule was down, did not reach the server, or could say nothing in this room."


def heard(seconds: float, left: str, *people: str, more: str = "", do: str = DO, rings: bool = True) -> Heard:
    at = START + timedelta(seconds=seconds)
    names = ", ".join(sorted(user[1:].partition(":")[0] for user in people)) or "the whole room"
    text = f"{HEAD.format(left)}{do}\n\nFor: {names}{more}"
    settled = at + timedelta(milliseconds=500)
    is_for_all = not people and rings
    named = frozenset(DRILL.roster if is_for_all else people)
    return Heard(text=text, people=named, is_for_all=is_for_all, rings=rings, at=at, settled=settled)


def over(seconds: float, left: str, *people: str, more: str = "") -> Heard:
    one = heard(seconds, left, *people, more=more, do=DO_OVER)
    return replace(one, text=one.text.replace("To: The", "Past due. Do it now.\n\nTo: The"))


def command(seconds: float, kind: str, *, answer: str = "", done: bool = True, **told: str | int) -> Command:
    at, act = START + timedelta(seconds=seconds), Act(kind=kind, who=ALICE, **told)  # type: ignore[arg-type]
    soon = timedelta(milliseconds=10)
    return Command(
        event=f"${at}", act=act, sent=at, answered=at + soon, answer=answer, done=at + soon / 2 if done else None
    )


def note(seconds: float) -> Command:
    return command(seconds, "note", answer="Noted in the timeline.")


UNANSWERED = (
    heard(6.1, "in 5 h 57", BOB),
    heard(9.1, "in 2 h 57", BOB, CAROL, more=DEPUTIES),
    heard(11.1, "in 57 min", BOB, CAROL, ALICE, more=COORDINATORS),
    heard(12.002, "now", more=EVERYBODY),
    over(22.1, "overdue by 10 h", more=EVERYBODY),
)
"""All as it must be when nobody answers, until more than ten hours after the due time."""


def listened(said: Sequence[Heard], commands: Sequence[Command] = (), room: Case = RUNS) -> World:
    return Listener(commands=[*commands, note(25)]).listen(room, said)[0]


def faults(said: Sequence[Heard], commands: Sequence[Command] = (), room: Case = RUNS) -> list[str]:
    return [f"{fault.kind} {fault.what}" for fault in listened(said, commands, room).faults]


def without(place: int) -> list[Heard]:
    return [one for number, one in enumerate(UNANSWERED) if number != place]


def changed(place: int, **changes: object) -> list[Heard]:
    return [replace(one, **changes) if number == place else one for number, one in enumerate(UNANSWERED)]  # type: ignore[arg-type]


def test_where_all_is_well_nothing_is_found() -> None:
    world = listened(UNANSWERED)
    assert world.faults == ()
    assert [[alarm.name for alarm in alarms] for alarms in world.rang] == [["T-6"], ["T-3"], ["T-1"], ["T"], ["T+10"]]


def test_a_reminder_that_never_rings_is_lost_once_others_were_served() -> None:
    (fault,) = faults(UNANSWERED[:-1])
    assert fault.startswith("lost reminder: LAW T+11 of 10:00:23 never rang"), "the newest that passed"
    assert Listener(commands=[note(23)]).listen(RUNS, UNANSWERED[:-1])[0].faults == (), "it may still come"


def test_a_rung_that_is_left_out_is_missed_though_the_next_one_rings() -> None:
    (fault,) = faults([UNANSWERED[0], heard(11.1, "in 57 min", BOB, CAROL, more=DEPUTIES), *_narrower(UNANSWERED[3:])])
    assert fault == "lost reminder: LAW T-3 of 10:00:09 did not ring, and LAW T-1 of 10:00:11 did"


def _narrower(said: Sequence[Heard]) -> list[Heard]:
    first = replace(
        said[0],
        text=said[0].text.replace("the whole room" + EVERYBODY, "alice, bob, carol" + COORDINATORS),
        people=frozenset({ALICE, BOB, CAROL}),
        is_for_all=False,
    )
    return [first, *said[1:]]


@pytest.mark.parametrize(
    ("at", "left", "more"),
    [(7.9, "in 4 h 06", ""), (8.5, "in 3 h 30", LATE.format(2)), (9.5, "in 2 h 30", LATE.format(3))],
    ids=["not called late yet", "late", "two at once, the first of them late"],
)
def test_what_a_dead_bot_missed_it_says_in_one_message_and_how_late_it_is(at: float, left: str, more: str) -> None:
    assert Listener(commands=[]).listen(RUNS, [heard(at, left, BOB, more=more)])[0].faults == ()


def test_whether_the_first_one_past_the_due_time_rang_with_it_stays_open_to_the_end() -> None:
    late = over(22.4, "overdue by 10 h", BOB, more=LATE.format(16))
    following = over(35.2, "overdue by 23 h", BOB, CAROL, more=DEPUTIES + LATE.format(3))
    worlds = Listener(commands=[]).listen(RUNS, [late, following])
    assert {len(world.rang[0]) for world in worlds} == {4, 5}, "what was written down tells"
    for world in worlds:
        written = [rings(alarms) for alarms in world.rang]
        nearest = min(
            Listener(commands=[], written=written).listen(RUNS, [late, following]), key=lambda one: one.astray
        )
        assert ([rings(alarms) for alarms in nearest.rang], nearest.astray) == (written, 0)


def test_a_late_reminder_that_does_not_say_so_is_wrong() -> None:
    (fault, *_) = faults([heard(8.5, "in 3 h 30", BOB)])
    assert fault.startswith("wrong reminder of LAW T-6")
    assert "Sent <...> late" in fault


def test_a_late_reminder_is_wrong_if_the_bot_served_others_meanwhile() -> None:
    said = [heard(8.8, "in 3 h 12", BOB, more=LATE.format(2)), *UNANSWERED[1:]]
    assert faults(said) == []
    assert faults(said, [note(8.3)]) == [
        "wrong reminder of LAW T-6 of 10:00:06: late, at 10:00:08, when others had been served"
    ]


@pytest.mark.parametrize(
    ("trouble", "is_excused"),
    [((6.5, 6.6), True), ((5.8, 5.9), False), ((8.85, 8.9), False)],
    ids=["it met it", "that was before it was due", "that was after it came"],
)
def test_a_reminder_whose_requests_came_to_nothing_may_be_passed(
    trouble: tuple[float, float], is_excused: bool
) -> None:
    said = [heard(8.8, "in 3 h 12", BOB, more=LATE.format(2)), *UNANSWERED[1:]]
    start, end = (START + timedelta(seconds=at) for at in trouble)
    met = Listener(commands=[note(8.3), note(25)], troubles=[Trouble(Window(start, end), "!room")])
    assert (met.listen(RUNS, said)[0].faults == ()) is is_excused


def test_an_early_reminder_is_invented() -> None:
    (fault, *_) = faults([heard(4, "in 8 h", BOB)])
    assert fault.startswith("invented reminder '[DRILL] LAW: in 8 h' at 10:00:04: nothing was due; next: LAW T-6 of")


def test_a_reminder_that_rings_twice_is_doubled() -> None:
    (fault,) = faults([UNANSWERED[0], replace(UNANSWERED[0], at=UNANSWERED[0].at), *UNANSWERED[1:]])
    assert fault.startswith("doubled reminder '[DRILL] LAW: in 5 h 57'")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"people": frozenset()}, "it mentions nobody, not @bob:example.org"),
        ({"people": frozenset({CAROL})}, "it mentions @carol:example.org, not @bob:example.org"),
        (
            {"people": frozenset({CAROL}), "text": UNANSWERED[0].text.replace("For: bob", "For: carol")},
            "it mentions @carol:example.org, not @bob:example.org",
        ),
        ({"is_for_all": True}, "it mentions @bob:example.org, the whole room, not @bob:example.org"),
        ({"rings": False}, "it is said quietly"),
        ({"text": UNANSWERED[0].text.replace("22:00", "23:00")}, "Due Tue 24 Nov 2026 23:00"),
        ({"text": UNANSWERED[0].text + DEPUTIES}, "now for the deputies too"),
        ({"text": UNANSWERED[0].text.replace("in 5 h 57", "in 7 h")}, "in 7 h"),
    ],
    ids=[
        "nobody",
        "somebody else",
        "somebody else, by name too",
        "everybody",
        "quietly",
        "another due time",
        "for more",
        "another time that is left",
    ],
)
def test_a_reminder_that_says_or_calls_something_else_is_wrong(change: dict[str, object], says: str) -> None:
    (fault,) = faults(changed(0, **change))
    assert fault.startswith("wrong reminder of LAW T-6 of 10:00:06: ")
    assert says in fault


SEEN = "Seen: LAW. What is still to come rings all the same."
OVERDUE = "Seen: LAW. Rings again within a day, until filed or set aside: !ack stops no clock."
NOTHING = "Nothing is waiting to be seen."


def test_what_was_seen_makes_the_circle_narrow_again_and_gives_a_day_of_rest_past_the_due_time() -> None:
    narrow = heard(9.1, "in 2 h 57", BOB)
    said = [UNANSWERED[0], narrow, heard(11.1, "in 57 min", BOB, CAROL, more=DEPUTIES)]
    said += _narrower(UNANSWERED[3:4])
    seen = [command(7, "ack", answer=SEEN), command(14, "ack", answer=OVERDUE)]
    assert faults(said, seen) == []
    (fault,) = faults([UNANSWERED[0], UNANSWERED[1], *said[2:]], seen)
    assert fault.startswith("wrong reminder of LAW T-3"), "it calls more people, though the last one was seen"
    (fault,) = faults(said, seen[:1])
    assert fault.startswith("lost reminder: LAW T+11"), "its due time was not seen"
    (fault, *_) = faults(said, [seen[0], command(14, "ack", answer=SEEN)])
    assert fault.startswith("wrong answer to !ack"), "nothing is still to come"


def test_only_who_is_asked_can_say_that_a_reminder_was_seen() -> None:
    room = replace(RUNS, roster={**RUNS.roster, CAROL: frozenset({"comms"})})
    first, refused = (
        heard(6.1, "in 5 h 57", BOB),
        (
            "Not acknowledged: that counts only from its owner, their deputy or a coordinator. "
            "Waiting: LAW (bob, alice)."
        ),
    )
    said = command(7, "ack", answer=refused, done=False)
    others = [replace(said, act=replace(said.act, who=CAROL)), said]
    (wrong,) = [{fault for fault in faults([first], [one], room) if "!ack" in fault} for one in others[1:]]
    assert wrong == {f"wrong answer to !ack: {refused!r}, though a reminder waited"}, "alice coordinates"
    assert not [fault for fault in faults([first], others[:1], room) if "!ack" in fault]


def test_an_acknowledgement_must_name_what_waits_and_may_be_refused_only_when_nothing_does() -> None:
    assert faults(UNANSWERED, [command(7, "ack", answer=NOTHING, done=False)]) == [
        f"wrong answer to !ack: {NOTHING!r}, though a reminder waited"
    ]
    assert faults(UNANSWERED, [command(5, "ack", answer=NOTHING, done=False)]) == []
    (fault, *_) = faults(UNANSWERED, [command(7, "ack", answer=SEEN.replace("LAW", "LAW, DAYS"))])
    assert fault.startswith("wrong answer to !ack: 'Seen: LAW, DAYS.")


def test_what_is_seen_at_the_moment_a_reminder_is_sent_may_be_that_reminder_or_not() -> None:
    """The bot may learn a moment after everybody else that something was said: both answers are right."""
    for answer, done in ((SEEN, True), (NOTHING, False)):
        early = command(6.3, "ack", answer=answer, done=done)
        following = [heard(9.1, "in 2 h 57", BOB)] if done else [UNANSWERED[1]]
        assert faults([UNANSWERED[0], *following], [early])[:0] == []
        assert not [fault for fault in faults([UNANSWERED[0], *following], [early]) if "T-3" in fault or "ack" in fault]


def test_a_clock_that_is_to_rest_does_not_ring_and_rings_at_the_end_of_its_rest() -> None:
    rest = command(5, "snooze", what="LAW", hours=5)
    (fault, *_) = faults(UNANSWERED, [rest])
    assert "invented" in fault
    assert "its clock was to rest" in fault
    said = [
        heard(10.1, "in 1 h 54", BOB),
        heard(11.1, "in 57 min", BOB, CAROL, more=DEPUTIES),
        *_narrower(UNANSWERED[3:]),
    ]
    assert faults(said, [rest]) == []


def test_a_clock_that_was_filed_is_silent() -> None:
    filed = command(10, "filed", what="LAW", text="no. 1")
    assert faults(UNANSWERED[:2], [filed]) == []
    (fault, *_) = faults(UNANSWERED, [filed])
    assert fault.startswith("invented reminder '[DRILL] LAW: in 57 min' at 10:00:11: of what is stopped")


def test_what_was_due_before_a_clock_was_filed_must_have_rung() -> None:
    filed = command(8.5, "filed", what="LAW", text="no. 1")
    assert faults([], [filed]) == ["lost reminder: LAW T-6 of 10:00:06 never rang"]
    assert faults([], [command(7.5, "filed", what="LAW", text="no. 1")]) == [], "too soon after it to be sure"


def test_what_was_chosen_before_a_command_may_be_said_after_it_as_things_are_then() -> None:
    said = [heard(9.5, "in 2 h 30", BOB, more=LATE.format(3)), heard(9.6, "in 2 h 24", BOB, CAROL, more=DEPUTIES)]
    meanwhile = replace(command(9.3, "severity", what="high"), sent=START + timedelta(seconds=7.9))
    world = listened([*said, *UNANSWERED[2:]], [meanwhile])
    assert world.faults == ()
    assert [[alarm.name for alarm in alarms] for alarms in world.rang[:2]] == [["T-6"], ["T-3"]]


def test_what_became_due_after_a_reminder_was_chosen_rings_after_it() -> None:
    late = over(23.1, "overdue by 11 h", more=EVERYBODY + LATE.format(11))
    following = over(23.3, "overdue by 11 h", more=EVERYBODY)
    meanwhile = replace(command(22.2, "severity", what="high"), sent=START + timedelta(seconds=12.1))
    world = listened([*UNANSWERED[:3], late, following], [meanwhile])
    assert world.faults == ()
    assert [[alarm.name for alarm in alarms] for alarms in world.rang[3:]] == [["T"], ["T+11"]]


def test_what_was_undone_before_it_was_said_is_left_out() -> None:
    filed = replace(command(9.3, "filed", what="LAW", text="no. 1"), sent=START + timedelta(seconds=7.9))
    assert faults([], [filed]) == []
    (fault, *_) = faults([heard(9.5, "in 2 h 30", BOB, more=LATE.format(3))], [filed])
    assert fault.startswith("wrong reminder of LAW T-6")
