"""A homeserver, or anybody who can write to a device, that meddles with keys."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.peer import MEGOLM, OLM
from tests.hostile import told
from tests.hostile.evil import delivered, injected
from tests.hostile.ghosts import curve_of_the_bot, ghost, says_to_bot
from tests.hostile.scene import Scene, forged, text
from tests.matrix.between import Changed
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize("body", ["!!!", "", "AwogAAAA"])
async def test_garbage_to_the_device(scene: Scene, body: str) -> None:
    peer = await ghost(scene, scene.bob.peer.user)
    ciphertext = {curve_of_the_bot(peer, scene.bot.user): {"type": 0, "body": body}}
    content: Json = {"algorithm": OLM, "sender_key": "A" * 43, "ciphertext": ciphertext}
    await scene.evil.sync(delivered({"type": "m.room.encrypted", "sender": peer.user, "content": content}))
    await scene.named("to-device message dropped")


async def test_a_flood_to_the_device(scene: Scene) -> None:
    """A thousand messages of a stranger at once: nothing of them is kept, and the bot still answers."""
    content: Json = {
        "algorithm": OLM,
        "sender_key": "A" * 43,
        "ciphertext": {"A" * 43: {"type": 0, "body": "A" * 1000}},
    }
    message = {"type": "m.room.encrypted", "sender": scene.mallory.user, "content": content}
    await scene.evil.sync(delivered(*[message] * 1000))
    await scene.named("1000 to-device messages of strangers passed over")


async def test_forwarded_room_key(scene: Scene) -> None:
    """Somebody passes on a room key and says that it is Alice's."""
    bob = await ghost(scene, scene.bob.peer.user)
    hers = await keys_of(scene, scene.alice.peer.user, scene.alice.peer.device)
    forwarded = bob.room_key(scene.alice.room) | {
        "sender_key": hers["curve25519"],
        "sender_claimed_ed25519_key": hers["ed25519"],
        "forwarding_curve25519_key_chain": [],
    }
    await scene.evil.sync(delivered(says_to_bot(bob, scene.bot.user, "m.forwarded_room_key", forwarded)))
    await scene.named("passed on by another than its author")
    event = bob.payload(scene.alice.room, "m.room.message", text("!note by a passed-on key"))
    await say_as(scene, scene.alice.peer.user, event)


async def test_overwritten_room_key(scene: Scene) -> None:
    """A room key comes under the name of Alice's session, and is another."""
    bob = await ghost(scene, scene.bob.peer.user)
    session = (await said_by_alice(scene))["content"]["session_id"]
    key = bob.room_key(scene.alice.room) | {"session_id": session}
    await scene.evil.sync(delivered(says_to_bot(bob, scene.bot.user, "m.room_key", key)))
    await scene.named("it is not the session it says")


async def test_request_for_old_room_keys(scene: Scene) -> None:
    """Somebody asks for the keys of what was said, in the name of one of Alice's devices and of their own."""
    session = (await said_by_alice(scene))["content"]["session_id"]
    body = {"algorithm": MEGOLM, "room_id": scene.alice.room, "session_id": session, "sender_key": "A" * 43}
    content: Json = {"action": "request", "body": body, "request_id": "1", "requesting_device_id": "GHOST"}
    message = {"type": "m.room_key_request", "sender": scene.alice.peer.user, "content": content}
    await scene.evil.sync(delivered(message))
    await scene.named("request for a room key passed over")


async def test_replaced_keys_of_a_known_device(scene: Scene) -> None:
    """The device that Alice writes with is shown with other keys: the known ones stay, and she is still heard."""
    false = await ghost(scene, scene.alice.peer.user, scene.alice.peer.device)

    def change(answer: Json) -> Json:
        answer["device_keys"].get(false.user, {})[false.device] = false.device_keys()
        return answer

    lie = scene.evil.lie("POST", "keys/query", Changed(by=change))
    await scene.evil.sync(delivered(changed=[false.user]))
    await scene.named("a known device has another signing key")
    await scene.evil.told(lie)
    await say_as(scene, false.user, false.payload(scene.alice.room, "m.room.message", text("!note x")))
    scene.evil.be_honest()
    await scene.evil.sync(delivered(changed=[false.user]))


async def test_hidden_devices(scene: Scene) -> None:
    """While Alice is shown without a device she cannot be heard; what she said is heard once she has hers again."""

    def change(answer: Json) -> Json:
        answer["device_keys"][scene.alice.peer.user] = {}
        return answer

    lie = scene.evil.lie("POST", "keys/query", Changed(by=change))
    await scene.evil.sync(delivered(changed=[scene.alice.peer.user]))
    await scene.evil.told(lie)
    scene.expected.append("while hidden")
    said = await scene.alice.say("!note while hidden")
    scene.evil.be_honest()
    await scene.evil.sync(delivered(changed=[scene.alice.peer.user]))
    await scene.alice.hear("^Noted", after=said)


async def test_a_device_that_was_gone_and_is_back(scene: Scene) -> None:
    """A phone that was logged out keeps its keys, and a homeserver can show it again: people hear of it."""
    bob = scene.bob.peer

    def change(answer: Json) -> Json:
        if bob.user in answer["device_keys"]:
            answer["device_keys"][bob.user] = {}
        return answer

    lie = scene.evil.lie("POST", "keys/query", Changed(by=change), times=1)
    await scene.evil.sync(delivered(changed=[bob.user]))
    await scene.evil.told(lie)
    before = await scene.control.say("what comes now is about a device")
    await scene.evil.sync(delivered(changed=[bob.user]))
    heard = await scene.control.hear(told.DEVICE_IS_BACK, after=before)
    assert bob.device in (heard.text or "")
    assert bob.user in (heard.text or "")


async def keys_of(scene: Scene, user: str, device: str) -> dict[str, Any]:
    asked: Json = {"device_keys": {user: []}}
    listed = await scene.alice.peer.request("POST", "/_matrix/client/v3/keys/query", asked)
    keys = listed["device_keys"][user][device]["keys"]
    return {kind: keys[f"{kind}:{device}"] for kind in ("curve25519", "ed25519")}


async def said_by_alice(scene: Scene) -> Json:
    """Return something that Alice said, as the homeserver has it."""
    said = await scene.alice.say("nothing to do")
    return await scene.alice.peer.event(scene.alice.room, said)


async def say_as(scene: Scene, sender: str, content: Json) -> None:
    """Show an encrypted event in the room as said by *sender*."""
    await scene.evil.sync(injected(scene.alice.room, forged(sender, "m.room.encrypted", content)))
