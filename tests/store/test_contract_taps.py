"""One contract for votes, reactions and polls, in memory and in the encrypted file."""

from __future__ import annotations

from dataclasses import replace

from bot.core.names import EventId, IncidentId, InputId
from bot.core.replies.subjects import Guided
from bot.ports import Batch, Misnamed, Option, Poll, Reacted, Spoken, Store, Voted
from tests.store.samples import ALICE, NOW, PHONE, ROOM

VOTE = Voted(
    id=InputId("$1"),
    room=ROOM,
    sender=ALICE,
    device=PHONE,
    poll=EventId("$poll"),
    answers=("a1",),
    received_at=NOW,
    origin="o1",
)
TICK = Reacted(
    id=InputId("$2"), room=ROOM, sender=ALICE, event=EventId("$step"), key="\u2705", received_at=NOW, origin="o2"
)


async def test_both_wait_whole_until_they_are_applied(store: Store) -> None:
    received = await store.receive(Batch(events=(VOTE, TICK), token="s1"))
    assert received.new == (VOTE, TICK)
    assert await store.waiting() == (VOTE, TICK)


async def test_another_vote_under_the_id_of_one_is_refused_and_its_sender_told(store: Store) -> None:
    await store.receive(Batch(events=(VOTE,), token="s1"))
    received = await store.receive(Batch(events=(replace(VOTE, answers=("a2",), origin="o9"),), token="s2"))
    assert received.refused == {VOTE.id}
    assert [type(one) for one in received.new] == [Misnamed]
    again = await store.receive(Batch(events=(VOTE,), token="s3"))
    assert (again.new, again.refused) == ((), frozenset())


async def test_another_reaction_under_a_known_id_is_refused_and_nobody_waits_for_it(store: Store) -> None:
    await store.receive(Batch(events=(TICK,), token="s1"))
    received = await store.receive(Batch(events=(replace(TICK, event=EventId("$other"), origin="o9"),), token="s2"))
    assert (received.new, received.refused) == ((), frozenset({TICK.id}))


async def test_polls_that_are_not_over_are_found_newest_first(store: Store) -> None:
    poll = Poll(question='Is it "poll":{?', options=(Option(id="a1", text="yes", word="yes"),))
    polls = [Spoken(room=ROOM, event=EventId(f"${number}"), about=(), poll=poll) for number in range(25)]
    async with store.transaction() as tx:
        for one in polls:
            await tx.keep_spoken(one)
        await tx.keep_spoken(Spoken(room=ROOM, event=EventId("$24"), about=(), is_over=True, edited=True))
        await tx.keep_spoken(Spoken(room=ROOM, event=EventId("$words"), about=()))
    assert await store.open_polls(ROOM) == tuple(polls[23:3:-1])


async def test_a_poll_of_the_guide_that_ended_is_not_what_the_guide_said_last(store: Store) -> None:
    guided = Guided(user=ALICE, incident=IncidentId("1"))
    last = Spoken(room=ROOM, event=EventId("$2"), about=(guided,))
    async with store.transaction() as tx:
        await tx.keep_spoken(Spoken(room=ROOM, event=EventId("$1"), about=(guided,)))
        await tx.keep_spoken(last)
        await tx.keep_spoken(Spoken(room=ROOM, event=EventId("$1"), about=(guided,), is_over=True, edited=True))
    assert await store.last_of_guide(ROOM, None) == last


async def test_two_polls_under_one_id_are_none(store: Store) -> None:
    """A homeserver that gives a second poll the id of a first could let a vote be taken for the other."""
    polls = [Poll(question="?", options=(Option(id=id, text="yes", word="yes"),)) for id in ("a1", "b1")]
    async with store.transaction() as tx:
        for poll in polls:
            await tx.keep_spoken(Spoken(room=ROOM, event=EventId("$1"), about=(), poll=poll))
    known = await store.spoken(ROOM, EventId("$1"))
    assert known is not None
    assert known.poll is None
    assert await store.open_polls(ROOM) == ()
