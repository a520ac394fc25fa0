"""A member of the room and the homeserver together: he speaks in sessions of his own, it shows them as it likes."""

from __future__ import annotations

import pytest

from tests.hostile.evil import delivered, each_event
from tests.hostile.scene import Scene
from tests.hostile.test_identity import told_the_truth
from tests.matrix.between import Changed, Instead
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


def relabelled(scene: Scene) -> Changed:
    """Return a change that shows what Bob says as said by Alice."""
    names = {scene.bob.peer.user: scene.alice.peer.user}

    def by_alice(room: str, event: Json) -> list[Json]:
        return [event | {"sender": names.get(event["sender"], event["sender"])}]

    return Changed(by=lambda answer: each_event(answer, by_alice))


@pytest.mark.parametrize("name", ["under its own name", "under the name of hers"])
async def test_a_members_device_that_is_listed_as_the_leaders(scene: Scene, name: str) -> None:
    """The device Bob writes with is listed as Alice's, and what he says is shown as hers: it is not obeyed."""
    alice, bob = scene.alice.peer, scene.bob.peer

    def change(answer: Json) -> Json:
        lists = answer["device_keys"]
        if alice.user in lists and bob.user in lists:
            id = bob.device if name == "under its own name" else alice.device
            lists[alice.user][id] = lists[bob.user][bob.device] | {"user_id": alice.user, "device_id": id}
        return answer

    lie = scene.evil.lie("POST", "keys/query", Changed(by=change))
    await scene.evil.sync(delivered(changed=[alice.user, bob.user]))
    await scene.evil.told(lie)
    scene.evil.lie("GET", "sync", relabelled(scene))
    await scene.bob.say("!note by a shared device")
    await scene.bob.say("!close")
    await scene.logged("not from a device of its sender")
    await told_the_truth(scene, alice.user)


async def test_a_member_who_is_removed_and_not_let_go(scene: Scene) -> None:
    """Bob is taken off the roster; the homeserver keeps him in the room, for everybody: he reads nothing more."""
    bob = scene.bob.peer
    scene.does["PersonRemoved"] = 1
    scene.may_happen.add("StrangerCame")
    refusal = {"errcode": "M_FORBIDDEN", "error": "no"}
    scene.evil.lie("POST", f"rooms/{scene.alice.room}/kick", Instead(status=403, body=refusal))
    await scene.alice.ask(f"!remove {bob.user}", "is out|removed|off")
    await scene.named("refused: remove (M_FORBIDDEN)")
    answer = await scene.alice.ask("!status", "Progress")
    event = await bob.event(scene.alice.room, answer.id)
    assert (await bob.decrypt(event)).text is None
    assert await scene.bob.say("!note by somebody who is out")
    scene.evil.be_honest()
    await scene.holds()
    await scene.begin()
    scene.does["PersonInvited"] = 1
    await scene.alice.ask(f"!invite {bob.user}", "is invited")
    await scene.bob.ask("!status", "Progress")
