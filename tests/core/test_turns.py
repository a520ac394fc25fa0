"""A card says that a clock is overdue from its due time on, whatever rings then."""

from __future__ import annotations

from bot.core.commands import Close
from bot.core.facts import RoomReady
from bot.core.ringing.turns import next_turn
from tests.core.build import DAY, HOUR, NO_FIGURE, NOW, ROOM, RULES, act, drill, grow, incident, started

LAW = {"rules": RULES[:1]}
"""Only GDPR-33-1, 72 hours."""


def test_the_card_turns_when_a_clock_is_due_and_not_again() -> None:
    room = incident(started(), **LAW)
    assert next_turn(room, NOW) == NOW + 72 * HOUR
    assert next_turn(room, NOW + 72 * HOUR) is None


def test_the_card_turns_at_the_provisional_end_of_a_clock_that_nobody_started() -> None:
    assert next_turn(incident(**LAW), NOW) == NOW + 72 * HOUR


def test_the_card_of_a_drill_turns_on_the_wall() -> None:
    room = grow(drill(), RoomReady(at=NOW, room=ROOM), started())
    assert next_turn(room, NOW) == NOW + 72 * HOUR / 3600


def test_the_card_of_a_closed_incident_does_not_turn() -> None:
    assert next_turn(act(incident(**LAW), Close(summary="")), NOW) is None


def test_a_clock_without_figure_turns_no_card() -> None:
    without = tuple(rule for rule in RULES if rule.id == NO_FIGURE)
    assert next_turn(incident(started(NO_FIGURE), rules=without), NOW + DAY) is None
