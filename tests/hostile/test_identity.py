"""A homeserver that invents devices, identities and members, and whom the bot gives no key and does not obey."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nio import Api
from unpaddedbase64 import encode_base64

from tests.fakes.peer import Peer
from tests.hostile.evil import delivered, injected
from tests.hostile.ghosts import claimed, ghost, says_to_bot, shown
from tests.hostile.scene import Scene, forged, gone, text
from tests.matrix.between import Changed, Instead
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


class Identity:
    """A cross-signing identity that the homeserver made up for *user*."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.master, self.signer = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    def keys(self, role: str) -> Json:
        own = self.master if role == "master" else self.signer
        name = f"ed25519:{public(own)}"
        return self.signed({"user_id": self.user, "usage": [role], "keys": {name: public(own)}}, self.master)

    def vouching_for(self, device: Json) -> Json:
        mine = self.signed({key: part for key, part in device.items() if key != "signatures"}, self.signer)
        mine["signatures"][self.user] |= device["signatures"][self.user]
        return mine

    def signed(self, content: Json, by: Ed25519PrivateKey) -> Json:
        signature = encode_base64(by.sign(Api.to_canonical_json(content).encode()))
        return content | {"signatures": {self.user: {f"ed25519:{public(by)}": signature}}}


def public(key: Ed25519PrivateKey) -> str:
    return str(encode_base64(key.public_key().public_bytes_raw()))


async def test_ghost_device(scene: Scene) -> None:
    """A device that Alice never had is listed as hers. It is given no key, and what it says is not obeyed."""
    spy = await ghost(scene, scene.alice.peer.user)
    scene.evil.lie("POST", "keys/query", Changed(by=shown(spy)))
    scene.evil.lie("POST", "keys/claim", Changed(by=claimed(spy)))
    await speaks(scene, spy, "!note by a ghost")
    await scene.named("unsigned-device")
    await scene.alice.ask("!status", "Progress")
    assert (spy.user, spy.device) not in scene.evil.given()
    await told_the_truth(scene, spy.user)


async def test_fake_identity(scene: Scene) -> None:
    """Alice is shown with another master key, and with a device that it vouches for."""
    scene.happens["IdentityChangeSeen"] = 1
    spy, identity = await ghost(scene, scene.alice.peer.user), Identity(scene.alice.peer.user)
    scene.evil.lie("POST", "keys/query", Changed(by=posing_as(identity, spy)))
    scene.evil.lie("POST", "keys/claim", Changed(by=claimed(spy)))
    await speaks(scene, spy, "!note by a fake identity")
    await scene.named("cross-signing identity changed")
    await scene.named("identity-changed")
    await scene.bob.ask("!status", "Progress")
    await told_the_truth(scene, spy.user)


async def test_identity_that_is_another_once_it_was_compared(scene: Scene) -> None:
    """Bob verifies the bot and is verified; only then the homeserver shows another identity of his."""
    bob = scene.bob.peer
    room = await bob.create_room(invite=[scene.bot.user], direct=True)
    await bob.wait_member(room, scene.bot.user)
    await bob.verify(scene.bot.user, room=room)
    asked = await scene.control.hear(r"!verify \S+ yes \d{4}")
    typed = re.search(r"!verify \S+ yes \d{4}", asked.text or "")
    assert typed is not None
    await scene.control.ask(typed[0], "it is the same")
    await bob.compare(same=True)
    await scene.control.hear("I have verified them as well")
    await scene.begin()
    scene.happens["IdentityChangeSeen"] = 1

    spy, identity = await ghost(scene, bob.user), Identity(bob.user)
    scene.evil.lie("POST", "keys/query", Changed(by=posing_as(identity, spy)))
    scene.evil.lie("POST", "keys/claim", Changed(by=claimed(spy)))
    await speaks(scene, spy, "!note by another than was compared")
    await scene.named("cross-signing identity changed")
    await scene.named("identity-changed")
    await scene.alice.ask("!status", "Progress")
    assert (spy.user, spy.device) not in scene.evil.given()
    await told_the_truth(scene, spy.user)
    await scene.holds()
    told = await scene.control.ask(f"!trust {bob.user}", "is known by")
    assert f"Compared by {scene.alice.peer.user}" in (told.text or "")
    assert public(identity.master) not in (told.text or "")
    await scene.begin()


async def test_identity_taken_away(scene: Scene) -> None:
    """Bob is shown as somebody without an identity: he is not taken for one who never had any."""
    scene.happens["IdentityChangeSeen"] = 1

    def without(answer: Json) -> Json:
        for role in ("master_keys", "self_signing_keys"):
            answer.get(role, {}).pop(scene.bob.peer.user, None)
        return answer

    scene.evil.lie("POST", "keys/query", Changed(by=without))
    await scene.evil.sync(delivered(changed=[scene.bob.peer.user]))
    await scene.named("cross-signing identity changed")
    await told_the_truth(scene, scene.bob.peer.user)
    await scene.bob.ask("!status", "Progress")


async def test_signature_of_somebody_else(scene: Scene) -> None:
    """A device of Alice's is signed by the identity of Mallory, or says that it is signed."""
    spy, identity = await ghost(scene, scene.alice.peer.user), Identity(scene.alice.peer.user)

    def change(answer: Json) -> Json:
        if spy.user in answer["device_keys"]:
            answer["device_keys"][spy.user][spy.device] = identity.vouching_for(spy.device_keys())
        return answer

    scene.evil.lie("POST", "keys/query", Changed(by=change))
    await speaks(scene, spy, "!note by a false signature")
    await scene.named("unsigned-device")
    await told_the_truth(scene, spy.user)


async def test_forged_member(scene: Scene) -> None:
    """A stranger is shown as joined, in the sync and in the state, with a device: no key, no right, and an alarm."""
    scene.happens["StrangerCame"] = 1
    spy = await ghost(scene, scene.mallory.user)
    came = forged(spy.user, "m.room.member", {"membership": "join"}, state_key=spy.user)
    scene.evil.lie("GET", f"rooms/{scene.alice.room}/state", Changed(by=lambda state: with_member(state, came)))
    scene.evil.lie("POST", "keys/query", Changed(by=shown(spy)))
    scene.evil.lie("POST", "keys/claim", Changed(by=claimed(spy)))
    await scene.evil.sync(injected(scene.alice.room, came))
    await scene.named("not on the roster came")
    await speaks(scene, spy, "!note by a stranger")
    await scene.alice.hear("not on the roster")
    await scene.alice.ask("!status", "Progress")
    assert not [holder for holder in scene.evil.given() if holder[0] == spy.user]
    scene.evil.be_honest()
    await scene.evil.sync(injected(scene.alice.room, gone(spy.user)))


async def test_stranger_who_is_not_let_out(scene: Scene) -> None:
    """A stranger is shown as joined, and the homeserver does not let the bot take them out: people are told."""
    scene.happens["StrangerCame"] = 1
    user = scene.mallory.user
    came = forged(user, "m.room.member", {"membership": "join"}, state_key=user)
    scene.evil.lie("GET", f"rooms/{scene.other.room}/state/m.room.member/{user}", Instead(body=came["content"]))
    refusal = {"errcode": "M_FORBIDDEN", "error": "no"}
    kick = scene.evil.lie("POST", f"rooms/{scene.other.room}/kick", Instead(status=403, body=refusal))
    await scene.evil.sync(injected(scene.other.room, came))
    await scene.evil.told(kick)
    await scene.named("not on the roster came")
    await scene.named("refused: remove (M_FORBIDDEN)")
    await scene.other.hear(f"{user} is still in this room")
    await scene.control.hear(f"{user} is still in the room")
    scene.evil.be_honest()
    await scene.evil.sync(injected(scene.other.room, gone(user)))


async def test_member_of_one_room_in_another(scene: Scene) -> None:
    """Bob is shown as joined to the room of an incident that he has nothing to do with."""
    scene.happens["StrangerCame"] = 1
    came = forged(scene.bob.peer.user, "m.room.member", {"membership": "join"}, state_key=scene.bob.peer.user)
    scene.evil.lie("GET", f"rooms/{scene.other.room}/state", Changed(by=lambda state: with_member(state, came)))
    await scene.evil.sync(injected(scene.other.room, came))
    await scene.named("not on the roster came")
    answer = await scene.other.ask("!status", "Progress")
    event = await scene.other.peer.event(scene.other.room, answer.id)
    assert (await scene.bob.peer.decrypt(event)).text is None


def with_member(state: Any, came: Json) -> Any:
    """Return *state* with one member more; anything but a whole state as it is."""
    return [*state, came] if isinstance(state, list) else state


def posing_as(identity: Identity, spy: Peer) -> Any:
    """Return a change that shows *identity*, and *spy* as vouched for by it, in the place of the person's own."""

    def change(answer: Json) -> Json:
        if spy.user in answer["device_keys"]:
            answer["device_keys"][spy.user] = {spy.device: identity.vouching_for(spy.device_keys())}
            for role in ("master", "self_signing"):
                answer.setdefault(f"{role}_keys", {})[spy.user] = identity.keys(role)
        return answer

    return change


async def speaks(scene: Scene, spy: Peer, body: str) -> None:
    """Let *spy* give the bot a room key and say *body* in the room."""
    key = says_to_bot(spy, scene.bot.user, "m.room_key", spy.room_key(scene.alice.room))
    await scene.evil.sync(delivered(key, changed=[spy.user]))
    said = spy.payload(scene.alice.room, "m.room.message", text(body))
    await scene.evil.sync(injected(scene.alice.room, forged(spy.user, "m.room.encrypted", said)))


async def told_the_truth(scene: Scene, user: str) -> None:
    """Let the homeserver be honest again, and the bot look again at *user*."""
    scene.evil.be_honest()
    before = scene.evil.count("POST", "keys/query")
    await scene.evil.sync(delivered(changed=[user]))
    await scene.evil.told(scene.evil.lie("POST", "keys/query", Changed(by=lambda answer: answer), times=1))
    assert scene.evil.count("POST", "keys/query") > before
