"""Who is on: since the first thing that they did after a rest, as far as a room can know."""

from __future__ import annotations

from bot.core.commands import GiveHandover, TakeHandover
from bot.core.facts import Joined, Noted, PersonRemoved
from bot.core.incident import Incident
from bot.core.names import UserId
from bot.core.rhythm.deciding import give, take
from bot.core.rhythm.state import REST
from bot.core.rhythm.watch import LONG, Watch, on_for_long, on_now
from tests.core.build import ALICE, BOB, DAVE, HOUR, MINUTE, NOW, grow, incident
from tests.core.rhythm.test_handovers import DEVICE


def note(user: UserId, hours: float) -> Noted:
    return Noted(at=NOW + hours * HOUR, by=user, text="x")


def on(incident: Incident, hours: float) -> tuple[UserId, ...]:
    return tuple(watch.user for watch in on_now(incident, NOW + hours * HOUR))


def test_whoever_opened_it_is_on_from_the_beginning_and_the_others_from_what_they_do() -> None:
    assert on_now(incident(), NOW + HOUR) == (Watch(user=ALICE, since=NOW),)
    room = incident(note(BOB, 1), note(ALICE, 2), note(BOB, 3))
    assert on_now(room, NOW + 4 * HOUR) == (Watch(user=ALICE, since=NOW), Watch(user=BOB, since=NOW + HOUR))


def test_after_a_rest_it_begins_anew_and_who_is_silent_for_one_is_off() -> None:
    hours = REST / HOUR
    short = incident(note(BOB, 0), note(BOB, hours - 0.1))
    assert on_now(short, NOW + REST)[-1] == Watch(user=BOB, since=NOW)
    rested = incident(note(BOB, 0), note(BOB, hours))
    assert on_now(rested, NOW + REST) == (Watch(user=BOB, since=NOW + REST),)
    assert on(rested, 2 * hours) == ()


def test_whoever_is_on_for_ten_hours_is_named() -> None:
    room = incident(*(note(ALICE, hours) for hours in (3, 6, 9)), note(BOB, 9))
    assert on_for_long(room, NOW + LONG - MINUTE) == ()
    assert on_for_long(room, NOW + LONG) == (Watch(user=ALICE, since=NOW),)


def test_who_handed_over_is_off_and_begins_anew_when_they_come_back() -> None:
    room = incident(Joined(at=NOW, user=DAVE), note(ALICE, 5))
    given = grow(room, give(room, GiveHandover(who="dave"), ALICE, NOW + 6 * HOUR))
    assert on(given, 7) == (ALICE,), "until it is acknowledged they stay on"
    after = grow(given, take(given, TakeHandover(), DAVE, DEVICE, NOW + 7 * HOUR))
    assert on(after, 7) == (DAVE,)
    assert on_now(grow(after, note(ALICE, 8)), NOW + 8 * HOUR)[-1] == Watch(user=ALICE, since=NOW + 8 * HOUR)


def test_who_is_off_the_roster_is_not_on() -> None:
    assert on(incident(note(BOB, 0), PersonRemoved(at=NOW, by=ALICE, user=BOB)), 1) == (ALICE,)
