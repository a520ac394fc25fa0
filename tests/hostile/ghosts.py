"""Devices that only the homeserver knows of: they can encrypt for the bot, and what they send comes in its answers."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.peer import Peer
from tests.hostile.scene import Scene
from tests.peers.views import Json

_numbers = itertools.count(1)


async def ghost(scene: Scene, user: str, device: str | None = None) -> Peer:
    """Return a device that the homeserver made up for *user*; the bot's keys it has from the real homeserver."""
    server = FakeHomeserver()
    client = "/_matrix/client/v3"
    asked: Json = {"device_keys": {scene.bot.user: []}}
    lists = (await scene.alice.peer.request("POST", f"{client}/keys/query", asked))["device_keys"][scene.bot.user]
    ((own, keys),) = lists.items()
    wanted = {"one_time_keys": {scene.bot.user: {own: "signed_curve25519"}}}
    given = await scene.alice.peer.request("POST", f"{client}/keys/claim", wanted)
    server.add_device(scene.bot.user, own)
    held = server.devices[scene.bot.user, own]
    held.keys, held.one_time_keys = keys, given["one_time_keys"][scene.bot.user][own]
    return Peer(server, user, device or f"GHOST{next(_numbers)}")


def own_device(peer: Peer, bot: str) -> str:
    """Return the name of the bot's device."""
    return next(device for user, device in peer.server.devices if user == bot)


def curve_of_the_bot(peer: Peer, bot: str) -> str:
    """Return the key that messages to the bot's device are encrypted for."""
    return peer.identity_of(bot, own_device(peer, bot))["curve25519"]


def says_to_bot(peer: Peer, bot: str, type_: str, content: Any) -> Json:
    """Return a to-device message of the ghost, encrypted for the bot."""
    return peer.send_olm(bot, own_device(peer, bot), type_, content)


def shown(peer: Peer) -> Any:
    """Return a change that shows the ghost among the devices of its user."""

    def change(answer: Json) -> Json:
        listed = answer.get("device_keys", {}).get(peer.user)
        if listed is not None:
            listed[peer.device] = peer.device_keys()
        return answer

    return change


def claimed(peer: Peer) -> Any:
    """Return a change that hands out a one-time key of the ghost when one is asked for."""
    peer.account.generate_one_time_keys(1)
    (key,) = peer.account.one_time_keys.values()
    content: Json = {"key": key.to_base64()}
    content["signatures"] = {peer.user: {f"ed25519:{peer.device}": peer.sign({"key": content["key"]})}}

    def change(answer: Json) -> Json:
        given = answer.setdefault("one_time_keys", {}).setdefault(peer.user, {})
        given.setdefault(peer.device, {"signed_curve25519:AAAAAQ": content})
        return answer

    return change
