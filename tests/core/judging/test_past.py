"""What was known at an hour is a replay of the facts up to it, whatever was remembered on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.decide import Act, decide
from bot.core.errors import RuleError
from bot.core.evolve import evolve, fold
from bot.core.facts import ControlRoomReady, DeskFact, Fact, Noted, Recorded, RoomReady
from bot.core.incident import Incident
from bot.core.judging.past import EVERY, Past, replay
from bot.core.names import InputId, UserId
from tests.core.acts import PEOPLE_ACTS, STEP_ACTS, USERS
from tests.core.build import ALICE, HOUR, MINUTE, NOW, OPENED, PEOPLE, ROOM, started

STEPS = st.sampled_from([timedelta(0), MINUTE, HOUR, -MINUTE])
ACTS: st.SearchStrategy[Act] = st.one_of(STEP_ACTS, PEOPLE_ACTS)


def recorded(facts: list[Fact]) -> list[Recorded[Fact | DeskFact]]:
    either: list[Fact | DeskFact] = [*facts]
    return [
        Recorded(number=number, fact=fact, input=InputId(f"${number}"), device=None, digest="")
        for number, fact in enumerate(either, 1)
    ]


def walked(facts: list[Fact]) -> Past:
    past, incident = Past(), None
    for number, fact in enumerate(facts, 1):
        incident = evolve(incident, fact)
        past = past.after(number, fact, incident)
    return past


def known(facts: list[Fact], past: Past, at: datetime) -> tuple[Incident, int, datetime] | None:
    """Return what a room answers: from the last place remembered, with the last facts, as many as lie between two."""
    start = past.before(at)
    until = (start.number if start else 0) + EVERY
    return replay(start, recorded(facts)[:until][-EVERY:], at)


def history(acts: list[tuple[Act, UserId, timedelta]]) -> list[Fact]:
    facts: list[Fact] = [OPENED, RoomReady(at=NOW, room=ROOM), started()]
    incident, now = fold(facts), NOW
    assert incident is not None
    for act, user, step in acts:
        now += step
        try:
            found = decide(incident, act, user, now, PEOPLE)
        except RuleError:
            found = (Noted(at=now, by=ALICE, text="refused"),)
        for fact in found:
            facts.append(fact)
            incident = evolve(incident, fact)
    return facts


@pytest.mark.no_cover
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ACTS, USERS, STEPS), min_size=EVERY, max_size=4 * EVERY), st.data())
def test_what_was_known_equals_a_replay_to_that_hour(
    acts: list[tuple[Act, UserId, timedelta]], data: st.DataObject
) -> None:
    facts = history(acts)
    past = walked(facts)
    at = data.draw(st.sampled_from(facts)).at + data.draw(STEPS)
    later = next((place for place, fact in enumerate(facts) if fact.at > at), len(facts))
    found = known(facts, past, at)
    assert (found and found[0]) == fold(facts[:later])
    assert found is None or found[1] == later


def test_nothing_was_known_before_the_opening() -> None:
    facts: list[Fact] = [OPENED]
    assert known(facts, walked(facts), NOW - MINUTE) is None
    assert replay(None, (), NOW) is None


def test_it_says_up_to_which_fact_and_when_that_was_recorded() -> None:
    facts: list[Fact] = [OPENED, *(Noted(at=NOW + number * MINUTE, by=ALICE, text="x") for number in range(1, 100))]
    past = walked(facts)
    assert [place.number for place in past.places] == [32, 64, 96]
    for number in (1, 31, 32, 33, 64, 99, 100):
        found = known(facts, past, NOW + (number - 1) * MINUTE)
        assert found is not None
        assert found[1:] == (number, NOW + (number - 1) * MINUTE)


def test_what_is_of_the_desk_ends_a_replay() -> None:
    ready: Fact | DeskFact = ControlRoomReady(at=NOW, room=ROOM)
    desk = Recorded(number=1, fact=ready, input=InputId("$1"), device=None, digest="")
    assert replay(None, (desk,), NOW) is None
