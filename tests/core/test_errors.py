"""Refusals carry what their sentence needs."""

from dataclasses import fields

import pytest

from bot.core import errors
from bot.core.errors import NotAllowed, RuleError, StepNotNeeded, WrongRoom
from bot.core.names import StepId
from bot.core.people.roster import Role

ALL = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, RuleError)]


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind is not RuleError], ids=lambda kind: kind.__name__)
def test_a_refusal_keeps_its_data_by_name_and_is_a_rule_error(kind: type[RuleError]) -> None:
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    refusal = kind(*[f"the {name}" for name in names])
    assert [getattr(refusal, name) for name in names] == [f"the {name}" for name in names]
    with pytest.raises(RuleError):
        raise refusal


def test_two_refusals_are_two_things_even_when_they_say_the_same() -> None:
    one, other = StepNotNeeded(StepId("D1")), StepNotNeeded(StepId("D1"))
    assert one != other
    assert len({one, other}) == 2


def test_a_refusal_can_be_made_by_name() -> None:
    assert WrongRoom(incident_room=True).incident_room
    assert NotAllowed(needed=(Role.ADMIN,)).needed == (Role.ADMIN,)
