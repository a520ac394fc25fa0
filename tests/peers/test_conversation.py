"""What people write beside plain commands: threads, edits, notices, replies, talk."""

from __future__ import annotations

import pytest

from tests.peers.conftest import Scene

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_a_command_in_a_thread_is_answered_in_that_thread(scene: Scene) -> None:
    root = await scene.alice.say("let us keep the status here")
    answer = await scene.alice.ask("!status", "Progress", thread=root)
    assert answer.relates_to is not None
    assert answer.relates_to["rel_type"] == "m.thread"
    assert answer.relates_to["event_id"] == root
    outside = await scene.alice.ask("!status", "Progress")
    assert outside.relates_to is None


async def test_edits_notices_emotes_and_talk_are_never_executed(scene: Scene) -> None:
    talk = scene.bob
    before = await talk.entries()
    first = await talk.say("thinking aloud")
    edited = {"msgtype": "m.text", "body": "!note by an edit", "m.relates_to": {"rel_type": "m.replace"}}
    edited["m.relates_to"] = {"rel_type": "m.replace", "event_id": first}
    edited["m.new_content"] = {"msgtype": "m.text", "body": "!note by an edit"}
    await talk.peer.send_event(talk.room, "m.room.message", edited)
    await talk.say("!note by an edit", edit=first)
    await talk.say("!note by a notice", msgtype="m.notice")
    await talk.say("!note by an emote", msgtype="m.emote")
    await talk.say("I would type !note by talk")
    await talk.say("> !note by a quote of nobody")
    last = await talk.say("!note the only one")
    await talk.hear("^Noted", after=last)
    assert await talk.entries() == before + 1
    assert len([answer for answer in await talk.heard(after=first) if "Noted" in (answer.text or "")]) == 1


async def test_the_quote_before_a_reply_is_taken_off(scene: Scene) -> None:
    talk = scene.bob
    first = await scene.alice.say("who writes it down?")
    quoted = f"> <{scene.alice.peer.user}> who writes it down?\n\n!note written down by Bob"
    answer = await talk.ask(quoted, "^Noted", reply_to=first)
    assert answer.relates_to is None
    shown = await talk.ask("!timeline 1", "Entry")
    assert "written down by Bob" in (shown.text or "")


async def test_a_reaction_changes_nothing(scene: Scene) -> None:
    before = await scene.alice.entries()
    await scene.alice.peer.react(scene.alice.room, (await scene.alice.heard())[0].id, "✅")
    assert await scene.alice.entries() == before
