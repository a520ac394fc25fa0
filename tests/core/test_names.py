"""Names of things from outside, and whose roles count."""

from __future__ import annotations

from bot.core.names import EventId, input_of
from bot.core.people.roster import Right, Role, roles_for


def test_an_event_is_an_input_under_its_own_name() -> None:
    assert input_of(EventId("$event")) == "$event"


def test_rights_of_the_house_are_had_by_roles_of_the_house_alone() -> None:
    here, house = frozenset({Role.ADMIN}), frozenset({Role.DPO})
    assert roles_for(Right.OPEN, here, house) == house
    assert roles_for(Right.LEAD, here, house) == here
