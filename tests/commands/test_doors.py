"""What is typed about doors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands import Place
from bot.commands.reasons import Why
from bot.core.commands import AskToProve, EndDoor, OpenDoor, ShowDoors
from bot.core.people.roster import Role
from tests.commands.lines import command, refused

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("place", [Place.INCIDENT, Place.CONTROL])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("!door", ShowDoors()),
        ("!porte", ShowDoors()),
        ("!door 2 close", EndDoor(number=2)),
        ("!porte 2 fermer", EndDoor(number=2)),
        ("!door legal", OpenDoor(role=Role.LEGAL)),
        (
            "!porte juridique Maître  Dupont 2h",
            OpenDoor(role=Role.LEGAL, name="Avocat externe", lasts=2 * HOUR),
        ),
        ("!door insurance 3d", OpenDoor(role=Role.INSURANCE, lasts=timedelta(days=3))),
    ],
)
def test_a_door_is_opened_shown_and_closed(place: Place, typed: str, meant: object) -> None:
    assert command(typed, place=place) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("!door nobody", Why.UNKNOWN_ROLE),
        ("!door 2", Why.MISSING),
        ("!door 2 open", Why.NOT_ONE_OF),
        ("!door legal Dupont 24", Why.NOT_A_SPAN),
        (f"!door legal {'x' * 61}", Why.ARGUMENTS_TOO_LONG),
    ],
)
def test_what_is_none_of_these_is_refused(typed: str, why: Why) -> None:
    assert refused(typed, place=Place.INCIDENT).why is why


def test_whoever_types_no_verdict_asks_for_another_comparison() -> None:
    assert command("!verify dupont", place=Place.INCIDENT) == AskToProve(who="dupont")
