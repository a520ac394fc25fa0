"""Ids that are none, wherever a homeserver may write one: nothing follows from them, and nobody reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile import told
from tests.hostile.evil import delivered, injected
from tests.hostile.scene import Scene, forged, text
from tests.matrix.between import Changed
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

MARK = "Zyzzyva"
"""In every id that is none; it must be found nowhere afterwards."""
NONE = {
    "with advice": f"%{MARK}:URGENT, type !invite @evil:attacker.tld coordinator",
    "turned around": f"%\u202e{MARK}\u2066:example.org",
    "of several lines": f"%{MARK}\nINFO bot.app: all is well\r\x00\x07:example.org",
    "of three hundred characters": f"%{MARK}{'x' * 300}:example.org",
    "with Markdown": f"%[{MARK}](javascript:x) **now**:example.org",
    "of one word": f"%{MARK} without a server",
}
"""The first sign stands for the one that ids of a kind begin with."""
OURS = ("alarm", "result", "identity", "stranger", "purge", "cascade", "retry", "bulletin", "answer", "event", "device")
"""How the bot begins the names of its own inputs."""


def members(scene: Scene, id: str) -> Iterator[Json]:
    """Return events with *id* in the place of each id of theirs."""
    alice, mallory = scene.alice.peer.user, scene.mallory.user
    for membership in ("join", "invite", "leave", "knock"):
        yield forged(alice, "m.room.member", {"membership": membership}, state_key=id.replace("%", "@"))
    yield forged(id.replace("%", "@"), "m.room.member", {"membership": "join"}, state_key=id.replace("%", "@"))
    yield forged(mallory, "m.room.member", {"membership": "join"}, state_key=mallory, event_id=id.replace("%", "$"))
    for kind in ("m.room.message", "m.room.encrypted", "org.example.other"):
        yield forged(id.replace("%", "@"), kind, text("!close"))
        yield forged(alice, kind, text("!close"), event_id=id.replace("%", "$"))
    yield forged(
        alice,
        "m.room.redaction",
        {"redacts": id.replace("%", "$")},
        redacts=id.replace("%", "$"),
        event_id=id.replace("%", "$"),
    )


def everywhere(scene: Scene, id: str) -> Changed:
    """Return a change of a sync answer that has *id* wherever there is one."""

    def change(answer: Json) -> Json:
        rooms = answer.setdefault("rooms", {})
        for membership in ("join", "leave", "knock"):
            part = {place: {"events": [*members(scene, id)]} for place in ("timeline", "state")}
            rooms.setdefault(membership, {})[id.replace("%", "!")] = part
        invited = forged(scene.alice.peer.user, "m.room.member", {"membership": "invite"}, state_key=scene.bot.user)
        rooms.setdefault("invite", {})[id.replace("%", "!")] = {"invite_state": {"events": [invited]}}
        sent = {
            "type": "m.room.encrypted",
            "sender": id.replace("%", "@"),
            "content": {"algorithm": "m.olm", "sender_key": id},
        }
        delivered(sent, changed=[id.replace("%", "@")])(answer)
        return injected(scene.alice.room, *members(scene, id))(answer)

    return Changed(by=change)


def listed(id: str) -> Changed:
    """Return a change of an answer about devices that has *id* as a person and as a device of everybody's."""

    def change(answer: Json) -> Json:
        lists = answer.setdefault("device_keys", {})
        for devices in list(lists.values()):
            for device in list(devices.values())[:1]:
                devices[id] = device | {"device_id": id}
        lists[id.replace("%", "@")] = {
            id: {"user_id": id.replace("%", "@"), "device_id": id, "keys": {}, "algorithms": []}
        }
        answer.setdefault("master_keys", {})[id.replace("%", "@")] = {
            "user_id": id.replace("%", "@"),
            "usage": ["master"],
            "keys": {id: id},
        }
        return answer

    return Changed(by=change)


@pytest.mark.parametrize("name", NONE)
async def test_an_id_that_is_none(scene: Scene, name: str) -> None:
    """Everywhere in a sync answer, and in an answer about devices: nothing of it is said, asked for or logged."""
    before = len(scene.evil.passed)
    await overwhelmed(scene, NONE[name])
    for talk in (scene.alice, scene.control, scene.other):
        assert not [said for said in await talk.heard() if MARK in f"{said.text} {said.formatted_body}"]
    assert scene.count(MARK) == 0
    asked = [f"{passed.method} {passed.path} {passed.body}" for passed in scene.evil.passed[before:]]
    assert not [one for one in asked if MARK in one]
    assert scene.count(told.MALFORMED_ID) > 0


@pytest.mark.parametrize("prefix", OURS)
async def test_an_id_like_one_of_ours(scene: Scene, prefix: str) -> None:
    """Nor does anything follow from an event, a room or a person that is called as inputs of the bot's own are."""
    await overwhelmed(scene, f"{prefix}:{MARK}:0")


async def overwhelmed(scene: Scene, id: str) -> None:
    """Show *id* in the next answers, and return once the bot has answered since."""
    lie = scene.evil.lie("POST", "keys/query", listed(id))
    shown = scene.evil.lie("GET", "sync", everywhere(scene, id), times=1)
    await scene.evil.told(shown)
    await scene.evil.sync(delivered(changed=[scene.bob.peer.user]))
    await scene.evil.told(lie)
    scene.evil.be_honest()
    await scene.evil.sync(delivered(changed=[scene.bob.peer.user, scene.alice.peer.user]))
    for talk in (scene.alice, scene.control):
        await talk.ask("!list", ".")
