"""Members who turn bad: one who may only read, and a leader whose words are not commands."""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile.scene import Scene, text
from tests.peers.peer import PeerError
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

FLOOD = 25
FILE = {"url": "mxc://example.org/none", "file": {"url": "mxc://example.org/none"}}
CAPTIONED = {"msgtype": "m.file", "body": "!note in a caption", "filename": "a.txt"} | FILE
NO_COMMANDS: dict[str, tuple[str, Json]] = {
    "a notice": ("m.room.message", {"msgtype": "m.notice", "body": "!note by a notice"}),
    "an emote": ("m.room.message", {"msgtype": "m.emote", "body": "!note by an emote"}),
    "the caption of a file": ("m.room.message", CAPTIONED),
    "the name of a file": ("m.room.message", {"msgtype": "m.image", "body": "!note as a name"} | FILE),
    "formatted text": (
        "m.room.message",
        text("hello") | {"formatted_body": "!note in HTML", "format": "org.matrix.custom.html"},
    ),
    "a quote": ("m.room.message", text("> !note in a quote\n\nno, not yet")),
    "the middle of talk": ("m.room.message", text("I would type !note now")),
    "the second line": ("m.room.message", text("well\n!note in a second line")),
    "a body that is none": ("m.room.message", {"msgtype": "m.text", "body": ["!note in a list"]}),
    "an event of another kind": ("org.example.command", text("!note of another kind")),
    "a poll": ("org.matrix.msc3381.poll.start", {"org.matrix.msc1767.text": "!note as a poll"}),
    "a sticker": ("m.sticker", {"body": "!note as a sticker", "url": "mxc://example.org/none", "info": {}}),
}
REFUSED = {
    "plain": "!note plain",
    "with an invisible sign": "!no\u200bte invisible",
    "behind an invisible sign": "\u200e!note behind",
    "with a mark from right to left": "!note \u202efrom the right",
    "in capitals": "!NOTE in capitals",
    "by its French word": "!fait D1",
    "that closes": "!close",
    "that makes an admin": "!role admin",
}


@pytest.mark.parametrize("name", NO_COMMANDS)
async def test_what_is_no_command_even_of_the_leader(scene: Scene, name: str) -> None:
    kind, content = NO_COMMANDS[name]
    before = await scene.alice.peer.send_event(scene.alice.room, kind, content)
    await scene.alice.ask("!status", "Progress")
    assert len(await scene.alice.heard(after=before)) == 1


@pytest.mark.parametrize("name", REFUSED)
async def test_a_command_without_the_right(scene: Scene, name: str) -> None:
    await scene.bob.ask(REFUSED[name], r"needs the role|changes the order of text|Missing|Write:")


async def test_a_command_in_a_thread_of_the_leaders(scene: Scene) -> None:
    root = await scene.alice.say("let us write it here")
    answer = await scene.bob.ask("!note in a thread", "needs the role", thread=root)
    assert (answer.relates_to or {}).get("event_id") == root


async def test_a_reply_that_quotes_a_command_of_the_leader(scene: Scene) -> None:
    said = await scene.alice.say("we shall write it down later")
    quoted = f"> <{scene.alice.peer.user}> !note by a quote\n\nyes"
    await scene.bob.say(quoted, reply_to=said, mentions=[scene.bot.user, scene.alice.peer.user])
    await scene.bob.ask("!status", "Progress")


async def test_an_edit_of_somebody_elses_words(scene: Scene) -> None:
    said = await scene.alice.say("nothing to do")
    edit = text("* !close") | {"m.new_content": text("!close")}
    edit["m.relates_to"] = {"rel_type": "m.replace", "event_id": said}
    await scene.bob.peer.send_event(scene.bob.room, "m.room.message", edit)
    await scene.named("an edit was passed over")


async def test_a_text_of_sixty_thousand_bytes(scene: Scene) -> None:
    with pytest.raises(PeerError, match=r"413|large"):
        await scene.bob.say("!note " + "x" * 60_000)
    await scene.bob.ask("!note " + "x" * 45_000, "needs the role")


async def test_a_flood_holds_up_nobody_else(scene: Scene) -> None:
    sent = asyncio.gather(*(scene.bob.say(f"!note flood {number}") for number in range(FLOOD)))
    scene.expected.append("beside a flood")
    await scene.alice.ask("!note beside a flood", "^Noted")
    await sent
