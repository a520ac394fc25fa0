"""Whatever a homeserver, a stranger or a member of the room sends: the bot hears on, and hears nobody falsely."""

from __future__ import annotations

import json
from random import Random
from typing import Any
from urllib.parse import urlsplit

from unpaddedbase64 import encode_base64

from bot.core.names import RoomId
from bot.matrix.http.bodies import read_json
from bot.ports import FileSent, Message
from tests.fakes.peer import MEGOLM, OLM
from tests.hostile.fuzz.cases import case, fuzz, mutated
from tests.hostile.fuzz.listener import Listener, files, messages
from tests.matrix.listeners import ALICE, BOT, DEVICE, MALLORY, ROOM


def event(type_: str, content: Any, sender: str = MALLORY, **more: Any) -> dict[str, Any]:
    return {"type": type_, "sender": sender, "content": content, "event_id": "$e", "origin_server_ts": 1} | more


def olm(type_: int, body: bytes) -> dict[str, Any]:
    ciphertext = {"OWN": {"type": type_, "body": encode_base64(body)}}
    return {"algorithm": OLM, "sender_key": "A" * 43, "ciphertext": ciphertext}


ROOM_KEY = {"algorithm": MEGOLM, "room_id": ROOM, "session_id": "A" * 43, "session_key": "AQAAAAA" * 30}
FORWARDED = ROOM_KEY | {
    "sender_key": "A" * 43,
    "sender_claimed_ed25519_key": "A" * 43,
    "forwarding_curve25519_key_chain": ["A" * 43],
}
REQUEST = {
    "action": "request",
    "body": {"algorithm": MEGOLM, "room_id": ROOM, "sender_key": "A" * 43, "session_id": "A" * 43},
    "request_id": "1",
    "requesting_device_id": "EVIL",
}
TO_DEVICE = (
    event("m.room.encrypted", olm(0, b"\x03" + bytes(range(200)))),
    event("m.room.encrypted", olm(1, b"\x03" + bytes(80))),
    event("m.room_key", ROOM_KEY),
    event("m.forwarded_room_key", FORWARDED),
    event("m.room_key_request", REQUEST),
    event("m.room_key.withheld", ROOM_KEY | {"code": "m.blacklisted", "reason": "no"}),
    event("m.secret.request", {"action": "request", "name": "m.cross_signing.master", "request_id": "1"}),
    event("m.key.verification.request", {"methods": ["m.sas.v1"], "transaction_id": "1", "timestamp": 1}),
    event("m.key.verification.start", {"method": "m.sas.v1", "transaction_id": "1", "from_device": "EVIL"}),
    event("m.key.verification.mac", {"mac": {"ed25519:EVIL": "x"}, "keys": "x", "transaction_id": "1"}),
    event("m.dummy", {}),
)


@fuzz("to-device messages")
def test_to_device_messages(listener: Listener, chance: Random) -> None:
    with case("to-device messages") as count:
        messages = [mutated(chance, *TO_DEVICE) for _ in range(chance.randint(1, 3))]
        own = listener.client.machine.account.identity_keys["curve25519"]
        told = json.loads(json.dumps(messages).replace('"OWN"', json.dumps(own)))
        count.accepted += len(listener.hears(listener.answer(to_device=told)))
        assert listener.still_hears()
    assert count.accepted == 0


OLM_PAYLOADS: tuple[dict[str, Any], ...] = tuple(
    {"type": type_, "content": content} | more
    for type_, content, more in (
        ("m.room_key", ROOM_KEY, {}),
        ("m.forwarded_room_key", FORWARDED, {}),
        ("m.dummy", {}, {}),
        ("m.secret.send", {"request_id": "1", "secret": "x"}, {}),
        ("m.room_key", ROOM_KEY, {"sender_device_keys": {"keys": {}}}),
    )
)


@fuzz("inside Olm")
def test_inside_olm(listener: Listener, chance: Random) -> None:
    """What somebody says to the bot's device alone changes nobody else's keys."""
    with case("inside Olm") as count:
        alice, mallory = listener.alice, listener.mallory
        payload = mutated(chance, *OLM_PAYLOADS)
        parts = payload if isinstance(payload, dict) else {"type": payload, "content": payload}
        content = parts.get("content")
        if chance.random() < 0.5 and isinstance(content, dict):
            given = chance.choice((alice.room_key, alice.room_key_again))(ROOM)
            content |= {"session_id": given["session_id"], "session_key": given["session_key"]}
        if chance.random() < 0.5 and isinstance(content, dict):
            content["sender_key"] = mallory.curve25519
        mallory.send_olm(BOT, DEVICE, parts.get("type"), content)  # type: ignore[arg-type]
        (_, told) = listener.server.devices[BOT, DEVICE].inbox.pop()
        count.accepted += len(listener.hears(listener.answer(to_device=[told])))
        held = listener.client.machine.inbound_group_store.get(ROOM, alice.curve25519, alice.group.session_id)
        assert held is not None
        count.accepted += held.ed25519 != alice.ed25519 or held.first_known_index != 0
        assert listener.still_hears()
    assert count.accepted == 0


TEXT = {"msgtype": "m.text", "body": "!close"}
OPENER = {
    "v": "v2",
    "url": "mxc://example.org/abc",
    "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "key_ops": ["decrypt"], "k": "k" * 43},
    "iv": "i" * 22,
    "hashes": {"sha256": "h" * 43},
}
STEPS = {"", ".", ".."}
KINDS = {"m.file", "m.image", "m.video", "m.audio"}
FILE = {"msgtype": "m.file", "body": "!close", "filename": "firms.csv", "info": {"size": 7}, "file": OPENER}
SAID: tuple[dict[str, Any], ...] = tuple(
    {"room_id": room, "type": type_, "content": content} | more
    for room, type_, content, more in (
        (ROOM, "m.room.message", TEXT, {}),
        (ROOM, "m.room.message", TEXT | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$x"}}, {}),
        (ROOM, "m.room.message", TEXT | {"m.new_content": TEXT}, {}),
        (ROOM, "m.room.message", TEXT | {"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}}, {}),
        (ROOM, "m.room.message", TEXT | {"msgtype": "m.file", "url": "mxc://a/b", "filename": "!close"}, {}),
        (ROOM, "m.room.message", FILE, {}),
        (ROOM, "m.room.message", FILE | {"file": OPENER | {"url": "mxc://../abc"}}, {}),
        (ROOM, "m.room.power_levels", {"users": {MALLORY: 100}}, {"state_key": ""}),
        (ROOM, "m.room.member", {"membership": "join"}, {"state_key": "@ghost:example.org"}),
        (ROOM, "org.matrix.msc3381.poll.start", {"question": {"body": "!close"}}, {}),
        ("!other:example.org", "m.room.message", TEXT, {}),
    )
)
FILES = [said for said in SAID if said["content"].get("file")]


def may_be_heard(payload: Any, heard: Message) -> bool:
    """Say, from the payload alone, whether what was heard is what was said in it."""
    content = payload["content"]
    is_text = payload["type"] == "m.room.message" and content["msgtype"] == "m.text" and "m.new_content" not in content
    is_here = payload["room_id"] == ROOM == heard.room and "state_key" not in payload
    relation = content.get("m.relates_to")
    is_edit = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
    return is_text and is_here and not is_edit and heard.body in content["body"]


def may_be_kept(payload: Any, heard: FileSent) -> bool:
    """Say the same of a file: what opens it is what was said, and it lies at an address of a media repository.

    One that nothing opens is there for what was written below it.
    """
    content = payload["content"]
    is_file = payload["type"] == "m.room.message" and content["msgtype"] in KINDS and "m.new_content" not in content
    is_here = payload["room_id"] == ROOM == heard.room and "state_key" not in payload
    if heard.file is None:
        return is_file and is_here and heard.caption != "" and heard.caption in content["body"]
    file = content["file"]
    opens = (file["url"], file["key"]["k"], file["iv"], file["hashes"]["sha256"])
    server, media = urlsplit(heard.file.url).netloc, urlsplit(heard.file.url).path
    is_address = file["url"].startswith("mxc://") and media.count("/") == 1 and {server, media[1:]}.isdisjoint(STEPS)
    kept = (heard.file.url, heard.file.key, heard.file.iv, heard.file.sha256)
    return is_file and is_here and is_address and kept == opens and type(heard.size) is int


@fuzz("inside Megolm")
def test_inside_megolm(listener: Listener, chance: Random) -> None:
    """A member is heard as herself, in this room, saying just that, or not at all."""
    with case("inside Megolm") as count:
        plaintext = json.dumps(mutated(chance, *SAID)).encode()
        sender = chance.choice([MALLORY, MALLORY, ALICE, BOT])
        told = listener.server.event(sender, "m.room.encrypted", listener.mallory.megolm(plaintext))
        if chance.random() < 0.3:
            told = mutated(chance, told)
        incoming, said = listener.hears(listener.answer(timeline=[told])), read_json(plaintext)
        for heard in messages(incoming):
            count.accepted += heard.sender != MALLORY or sender != MALLORY or not may_be_heard(said, heard)
        for kept in files(incoming):
            count.accepted += kept.sender != MALLORY or sender != MALLORY or not may_be_kept(said, kept)
        assert listener.still_hears()
    assert count.accepted == 0


def sync_answer(*, left: str = "!left:example.org") -> dict[str, Any]:
    state = [
        event("m.room.member", {"membership": "join", "displayname": "x"}, state_key="@ghost:example.org"),
        event("m.room.member", {"membership": "leave"}, state_key=ALICE, unsigned={"prev_content": TEXT}),
        event("m.room.power_levels", {"users": {MALLORY: 100}, "events": {"m.room.name": 1}}, state_key=""),
        event("m.room.encryption", {"algorithm": MEGOLM, "rotation_period_msgs": 1}, state_key=""),
        event("m.room.join_rules", {"join_rule": "public"}, state_key=""),
        event("m.room.history_visibility", {"history_visibility": "world_readable"}, state_key=""),
        event("m.room.name", {"name": "x"}, state_key=""),
        event("m.room.create", {"creator": MALLORY, "room_version": "12"}, state_key=""),
    ]
    said = [event("m.room.message", TEXT), event("m.room.redaction", {"redacts": "$x"}, redacts="$x")]
    sealed = event("m.room.encrypted", {"algorithm": MEGOLM, "session_id": "x", "ciphertext": "AAAA"})
    room = {"state": {"events": state[:3]}, "timeline": {"events": [*state, *said, sealed], "limited": False}}
    invited = {"invite_state": {"events": [event("m.room.member", {"membership": "invite"}, ALICE, state_key=BOT)]}}
    return {
        "next_batch": "s7",
        "to_device": {"events": []},
        "device_lists": {"changed": [ALICE], "left": [MALLORY]},
        "device_one_time_keys_count": {"signed_curve25519": 50},
        "device_unused_fallback_key_types": ["signed_curve25519"],
        "rooms": {
            "join": {ROOM: room},
            "invite": {"!asked:example.org": invited},
            "leave": {left: room},
        },
    }


@fuzz("sync answers")
def test_sync_answers(listener: Listener, chance: Random) -> None:
    """Nothing in clear is ever heard as said by somebody, and no state of a room makes it unencrypted."""
    with case("sync answers") as count:
        count.accepted += len(messages(listener.hears(mutated(chance, sync_answer(), sync_answer(left=ROOM)))))
        count.accepted += RoomId(ROOM) not in listener.client.encrypted_rooms
        assert listener.still_hears()
    assert count.accepted == 0


def test_the_fuzzers_would_notice_somebody_who_is_believed(listener: Listener) -> None:
    said = listener.mallory.say(ROOM, "!note of Mallory's own")
    (heard,) = messages(listener.hears(listener.answer(timeline=[said])))
    assert heard.sender == MALLORY
    assert may_be_heard({"room_id": ROOM, "type": "m.room.message", "content": TEXT | {"body": heard.body}}, heard)
    assert not may_be_heard(SAID[2], heard)
    said = listener.mallory.megolm(json.dumps(FILES[0]).encode())
    (kept,) = files(
        listener.hears(listener.answer(timeline=[listener.server.event(MALLORY, "m.room.encrypted", said)]))
    )
    assert may_be_kept(FILES[0], kept)
    assert not may_be_kept(FILES[1], kept)
