"""What the homeserver can read of the bot's rooms, which is state: it says nothing and it lets nobody in."""

from __future__ import annotations

import json

import pytest

from bot.demo.seen import events
from tests.peers.conftest import TITLE, Scene

pytestmark = [pytest.mark.peer, pytest.mark.slow]


async def test_the_state_of_an_incident_room_locks_it_and_tells_only_its_codename(scene: Scene) -> None:
    states = await scene.alice.states()
    encryption = states["m.room.encryption", ""]
    power = states["m.room.power_levels", ""]
    assert encryption["algorithm"] == "m.megolm.v1.aes-sha2"
    assert encryption["rotation_period_msgs"] == 100
    assert encryption["rotation_period_ms"] == 24 * 60 * 60 * 1000
    assert states["m.room.join_rules", ""]["join_rule"] == "invite"
    assert states["m.room.guest_access", ""]["guest_access"] == "forbidden"
    assert states["m.room.history_visibility", ""]["history_visibility"] == "invited"
    assert power["users"][scene.alice.peer.user] == 100
    assert power["users"].get(scene.bob.peer.user, power["users_default"]) == 0
    assert states["m.room.create", ""]["room_version"] == "12"
    assert scene.bot.user not in power["users"]
    kinds = {kind for kind, _ in states}
    assert not kinds & {"m.room.topic", "m.room.canonical_alias", "m.room.avatar"}
    codename = states["m.room.name", ""]["name"]
    status = await scene.alice.ask("!status", TITLE)
    assert codename in (status.text or "")
    # A shorter word stands in an id by chance.
    telling = [word for word in TITLE.replace(",", "").split() if len(word) >= 4]
    assert telling
    assert [word for word in telling if word in json.dumps(list(states.values()))] == []


async def test_the_homeserver_holds_no_message_of_the_bot_in_clear(scene: Scene) -> None:
    held = [event for event in await events(scene.homeserver.database) if event.sender == scene.bot.user]
    said = {event.type for event in held if not event.type.startswith("m.room.") or event.type == "m.room.message"}
    assert said == set()
    assert any(event.type == "m.room.encrypted" for event in held)
    stored = scene.homeserver.database.read_bytes()
    assert TITLE.encode() not in stored
