"""Polls and reactions in Element Web's engine, strict: it reads them, votes, and is understood."""

from __future__ import annotations

import pytest

from tests.peers.conftest import Scene
from tests.peers.views import Message, Poll
from tests.talks import Talk

pytestmark = pytest.mark.peer

START, RESPONSE = "org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.response"


async def poll_after(talk: Talk, event: str) -> tuple[Message, Poll]:
    """Return the bot's first poll after *event*, as it came and as it is shown."""
    await talk.hear(r"\n- unknown$", after=event)
    polls = [said for said in await talk.heard(after=event) if said.type == START]
    return polls[0], await talk.peer.poll(talk.room, polls[0].id)


async def test_a_question_is_shown_as_a_poll_and_a_vote_answers_it(scene: Scene) -> None:
    bob = scene.bob
    message, poll = await poll_after(bob, await bob.say("!fact insured"))
    assert message.encrypted
    assert (poll.most, poll.kind) == (1, "org.matrix.msc3381.poll.disclosed")
    assert not poll.rings
    assert list(poll.answers.values()) == ["yes", "no", "unknown"]
    assert "insured" in poll.question
    first = await bob.peer.vote(bob.room, message.id, poll.id_of("unknown"))
    await bob.hear(r"insured = unknown", after=first)
    second = await bob.peer.vote(bob.room, message.id, poll.id_of("yes"))
    await bob.hear(r"insured = yes", after=second)
    assert {sender for sender, _ in (await bob.peer.poll(bob.room, message.id)).votes} == {bob.peer.user}
    # What the homeserver has of the vote: that it is about the poll, and nothing of what was chosen.
    raw = await bob.peer.event(bob.room, second)
    assert raw["type"] == "m.room.encrypted"
    assert raw["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": message.id}
    assert poll.id_of("yes") not in str(raw)


async def test_a_vote_for_two_or_for_nothing_is_answered_and_one_in_clear_is_not_heard(scene: Scene) -> None:
    bob = scene.bob
    message, poll = await poll_after(bob, await bob.say("!fact insured"))
    two = await bob.peer.vote(bob.room, message.id, poll.id_of("no"), poll.id_of("unknown"))
    await bob.hear("That vote changed nothing", after=two)
    none = await bob.peer.vote(bob.room, message.id, "elsewhere")
    await bob.hear("That vote changed nothing", after=none)
    relation = {"rel_type": "m.reference", "event_id": message.id}
    content = {RESPONSE: {"answers": [poll.id_of("no")]}, "m.relates_to": relation}
    before = await bob.entries()
    await bob.peer.send_clear(bob.room, content, RESPONSE)
    assert await bob.entries() == before


async def test_a_level_of_risk_is_tapped_and_its_reason_typed(scene: Scene) -> None:
    bob = scene.bob
    message, poll = await poll_after(bob, await bob.say("!risk people"))
    asked = await bob.hear(r"Why\?", after=await bob.peer.vote(bob.room, message.id, poll.id_of("risk")))
    await bob.hear("people", after=await bob.say("two apprentices are minors", reply_to=asked.id))
    assert "two apprentices" in ((await bob.ask("!risk", "people")).text or "")


async def test_a_tick_at_a_step_asks_and_a_yes_does_it(scene: Scene) -> None:
    alice = scene.alice
    shown = await alice.ask("!step I2", "I2")
    before = await alice.entries()
    tick = await alice.peer.react(alice.room, shown.id, "\u2705")
    asked = await alice.hear(r"Done\?", after=tick)
    assert (asked.relates_to or {}).get("m.in_reply_to") == {"event_id": shown.id}
    assert await alice.entries() == before
    raw = await alice.peer.event(alice.room, tick)
    assert raw["type"] == "m.reaction", "a reaction travels in clear"
    await alice.hear("I2", after=await alice.say("yes", reply_to=asked.id))
    assert await alice.entries() == before + 1


async def test_other_signs_and_ticks_at_other_messages_are_nothing(scene: Scene) -> None:
    alice = scene.alice
    shown = await alice.ask("!step P1", "P1")
    theirs = await alice.say("lunch?")
    await alice.peer.react(alice.room, shown.id, "\U0001f389")
    last = await alice.peer.react(alice.room, theirs, "\U0001f44d")
    known = await alice.ask("!about", "fingerprint|Fingerprint")
    said = [event for event in await alice.heard(after=last) if event.id != known.id]
    assert said == []
