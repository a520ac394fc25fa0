"""One contract for what our messages are about, in memory and in the encrypted file."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bot.core.names import EventId, IncidentId, Question, RoomId, RuleId, StepId
from bot.core.replies import subjects
from bot.core.replies.subjects import About, Guided, GuideOver, Steps, Subject
from bot.core.risk import RiskFactor
from bot.ports import KEPT_SPOKEN, Batch, Spoken, Store
from tests.store.samples import ALICE, NOW, ROOM, STREAM, input_id, message

OTHER = RoomId("!other:example.org")
GUIDED = Guided(user=ALICE, incident=IncidentId(STREAM))
D1, D2 = Steps(steps=(StepId("D1"),)), Steps(steps=(StepId("D2"),))
ONE_OF_EACH: About = (
    D1,
    subjects.Settled(step=StepId("D1"), following=None),
    subjects.Questions(questions=(Question("insured"),)),
    subjects.Risks(factors=tuple(RiskFactor)),
    subjects.Clocks(rules=(RuleId("GDPR-33-1"),)),
    subjects.Reminders(rules=(RuleId("GDPR-33-1"),), steps=(StepId("D1"),)),
    subjects.Waiting(number=3),
    subjects.Handed(number=7),
    subjects.Relay(number=8),
    subjects.PointAsked(due=NOW),
    subjects.Playbooks(offered_at=NOW, playbooks=("ransomware",)),
    subjects.Choice(word="!done", ids=("D1", "D2"), rest="capture \x00 \ud800"),
    subjects.YesTo(word="done", rest="D1"),
    subjects.RestOf(word="risk", begun="data high"),
    GUIDED,
    GuideOver(),
    subjects.Coordination(bulletin=3),
    subjects.Coordination(bulletin=None),
    subjects.OwnContact(),
)


class _Fault(Exception):
    pass


def said(event: str, *about: Subject, room: RoomId = ROOM, thread: str | None = None) -> Spoken:
    return Spoken(room=room, event=EventId(event), about=about, thread=EventId(thread) if thread else None)


async def keep(store: Store, *spoken: Spoken) -> None:
    async with store.transaction() as tx:
        for one in spoken:
            await tx.keep_spoken(one)


async def test_what_a_message_is_about_comes_back_whole(store: Store) -> None:
    assert {type(subject) for subject in ONE_OF_EACH} == set(get_args(Subject))
    await keep(store, said("$1", *ONE_OF_EACH, thread="$root"), said("$2"))
    assert await store.spoken(ROOM, EventId("$1")) == said("$1", *ONE_OF_EACH, thread="$root")
    assert await store.spoken(ROOM, EventId("$2")) == said("$2")


async def test_a_message_of_another_room_or_of_somebody_else_is_none_of_ours(store: Store) -> None:
    await keep(store, said("$1", D1))
    assert await store.spoken(OTHER, EventId("$1")) is None
    assert await store.spoken(ROOM, EventId("$theirs")) is None


async def test_an_edited_message_is_about_what_it_shows_now(store: Store) -> None:
    await keep(store, said("$card", D1))
    newer = replace(said("$card", D2), edited=True)
    await keep(store, newer)
    assert await store.spoken(ROOM, EventId("$card")) == newer


async def test_two_messages_under_one_id_are_about_nothing_but_the_same_one_again_is_itself(store: Store) -> None:
    await keep(store, said("$1", D1))
    await keep(store, said("$1", D1))
    assert await store.spoken(ROOM, EventId("$1")) == said("$1", D1)
    await keep(store, said("$1", D2))
    assert await store.spoken(ROOM, EventId("$1")) == said("$1")


@pytest.mark.parametrize("comes_first", [True, False])
async def test_an_id_under_which_something_else_came_is_none_of_ours(store: Store, comes_first: bool) -> None:
    theirs = Batch(events=(message(1),), token="s1")
    if comes_first:
        await store.receive(theirs)
    await keep(store, said(input_id(1), D1))
    if not comes_first:
        assert await store.spoken(ROOM, EventId(input_id(1))) is not None
        await store.receive(theirs)
    assert await store.spoken(ROOM, EventId(input_id(1))) is None


async def test_the_oldest_messages_of_a_room_go_but_not_a_card_that_is_edited(store: Store) -> None:
    await keep(store, said("$card"), said("$elsewhere", room=OTHER))
    await keep(store, *(said(f"${number}") for number in range(KEPT_SPOKEN - 1)))
    await keep(store, replace(said("$card"), edited=True), said("$last"))
    found = [await store.spoken(ROOM, EventId(event)) for event in ("$card", "$0", "$1", "$last")]
    assert [one is not None for one in found] == [True, False, True, True]
    assert await store.spoken(OTHER, EventId("$elsewhere")) is not None


async def test_the_newest_word_of_a_guide_is_found_in_its_place_alone(store: Store) -> None:
    assert await store.last_of_guide(ROOM, None) is None
    await keep(store, said("$1", GUIDED), said("$2", GUIDED, D1, thread="$root"), said("$3"))
    assert await store.last_of_guide(ROOM, None) == said("$1", GUIDED)
    assert await store.last_of_guide(ROOM, EventId("$other")) is None
    assert await store.last_of_guide(OTHER, None) is None
    await keep(store, said("$4", GuideOver(), thread="$root"))
    assert await store.last_of_guide(ROOM, EventId("$root")) == said("$4", GuideOver(), thread="$root")


async def test_a_purge_forgets_what_was_said_in_the_room_and_elsewhere_about_its_incident(store: Store) -> None:
    stays = said("$stays", Guided(user=ALICE, incident=IncidentId(f"{STREAM}0")), room=OTHER)
    await keep(store, said("$1"), said("$guide", GUIDED, room=OTHER), stays)
    async with store.transaction() as tx:
        await tx.forget_room(ROOM, lane=STREAM)
    assert await store.spoken(ROOM, EventId("$1")) is None
    assert await store.spoken(OTHER, EventId("$guide")) is None
    assert await store.spoken(OTHER, EventId("$stays")) == stays


async def test_what_a_message_is_about_is_kept_with_all_the_rest_or_not_at_all(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.keep_spoken(said("$1"))
            raise _Fault

    with pytest.raises(_Fault):
        await fail()
    assert await store.spoken(ROOM, EventId("$1")) is None
