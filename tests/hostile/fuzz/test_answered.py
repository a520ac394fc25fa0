"""Answers to what the bot asks: the state of a room, device lists, one-time keys, files, its own words, refusals."""

from __future__ import annotations

import contextlib
import json
from random import Random
from types import SimpleNamespace
from typing import Any

from nio import KeysQueryResponse
from nio.crypto.attachments import encrypt_attachment
from yarl import URL

from bot.core.facts import EncryptedFile
from bot.core.names import RoomId, UserId
from bot.matrix.guard.answers import WholeKeysQuery, read_events
from bot.matrix.hearing.invitations import Invitation
from bot.matrix.http.bodies import read_json
from bot.matrix.http.errors import chat_error
from bot.matrix.http.wire import Wire
from bot.matrix.speaking.devices import Devices
from bot.matrix.speaking.media import Media
from bot.matrix.speaking.room_state import room_state
from bot.matrix.speaking.sending import _sent_as
from bot.ports import ChatError
from tests.hostile.fuzz.cases import any_text, case, fuzz, junk, mutated
from tests.hostile.fuzz.listener import Listener
from tests.hostile.fuzz.test_heard import sync_answer
from tests.matrix.listeners import ALICE, BOT, MALLORY, ROOM


def received(answer: Any) -> Any:
    """Return *answer* as it is after the way through a body; None when it is no body."""
    try:
        return read_json(json.dumps(answer).encode())
    except (ValueError, RecursionError):
        return None


@fuzz("other answers")
def test_other_answers(listener: Listener, chance: Random) -> None:
    with case("other answers") as count:
        states(chance)
        refusals(chance)
        count.accepted += device_lists(listener, chance) + one_time_keys(listener, chance)
        count.accepted += downloads(listener, chance) + looked_up(chance)
    assert count.accepted == 0


def states(chance: Random) -> None:
    events = received(mutated(chance, sync_answer()["rooms"]["join"][ROOM]["timeline"]["events"]))
    read_events(events)
    parts = events if isinstance(events, list) else []
    state = room_state(parts)
    assert state.present | state.invited <= state.members.keys()
    assert all(isinstance(seconds, float | int) and seconds >= 0 for seconds in state.joined_for.values())
    stripped = tuple(event for event in parts if isinstance(event, dict))
    Invitation.read(RoomId(ROOM), stripped, UserId(BOT))


def refusals(chance: Random) -> None:
    told = received(mutated(chance, {"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": 5}))
    waits = (None, "5", "-5", "9" * 5000, "\u0665", "soon")
    error = chat_error(
        chance.choice([400, 401, 403, 404, 413, 429, 500, 503, 599]), told, retry_after=chance.choice(waits)
    )
    assert isinstance(error, ChatError)


def device_lists(listener: Listener, chance: Random) -> bool:
    """Be told of devices; say whether a known one changed its signing key, or one was believed that nobody signed."""
    alice, mallory = listener.alice, listener.mallory
    keys = {ALICE: {"PHONE": alice.device_keys()}, MALLORY: {"EVIL": mallory.device_keys()}}
    master = {"user_id": ALICE, "usage": ["master"], "keys": {"ed25519:x": "x"}, "signatures": {}}
    answer = received(mutated(chance, {"device_keys": keys, "master_keys": {ALICE: master}, "failures": {}}))
    read = WholeKeysQuery.from_dict(answer if isinstance(answer, dict) else {})
    if isinstance(read, KeysQueryResponse):
        listener.learn(read)
    known = {device.id: device for device in listener.client.device_store.active_user_devices(ALICE)}
    changed = any(id != "PHONE" or device.ed25519 != alice.ed25519 for id, device in known.items())
    listener.learn(WholeKeysQuery.from_dict({"device_keys": keys}))
    return changed or not known.keys() <= {"PHONE"}


def one_time_keys(listener: Listener, chance: Random) -> bool:
    """Be given keys to reach Alice by; say whether one that she did not sign was taken."""
    machine = listener.client.machine
    device = next(listener.client.device_store.active_user_devices(ALICE))
    key: dict[str, Any] = {"key": listener.mallory.curve25519}
    key["signatures"] = {ALICE: {"ed25519:PHONE": listener.mallory.sign(key)}}
    given = received(mutated(chance, {ALICE: {"PHONE": {"signed_curve25519:AAAA": key}}}, junk(chance)))
    before = machine.session_store.get(device.curve25519)
    Devices(listener.client, Wire(listener.client))._open_sessions([device], given)
    after = machine.session_store.get(device.curve25519)
    return (None if after is None else after.id) != (None if before is None else before.id)


CIPHERTEXT, OPENED = encrypt_attachment(b"organisation;people")
HASH = OPENED["hashes"]["sha256"]
ADDRESSES = (
    *("mxc://example.org/abc", "mxc://example.org:8448/abc", "mxc://[::1]/abc", "mxc://../abc", "mxc://./abc"),
    *("mxc://example.org/../x", "mxc://example.org/..", "mxc://example.org/a/b", "mxc://a?b/abc", "mxc://a#b/abc"),
    *(
        "mxc://%2e%2e/abc",
        "mxc://a@b/abc",
        "mxc://..\\a/abc",
        "mxc:///abc",
        "https://example.org/abc",
        "mxc://\u2025/abc",
    ),
)


class Repository(Wire):
    """A media repository that gives what it wants, and remembers where it was asked."""

    def __init__(self, listener: Listener, status: int, given: bytes) -> None:
        super().__init__(listener.client)
        self.status, self.given = status, given
        self.asked: list[str] = []

    async def _request(self, method: str, address: str, *_: Any) -> tuple[Any, bytes]:
        self.asked.append(URL("https://example.org" + address).path)
        return SimpleNamespace(status=self.status, headers={}), self.given


def downloads(listener: Listener, chance: Random) -> bool:
    """Fetch a file; say whether what is not what was sent was opened, or another place was asked than for files."""
    file = EncryptedFile(
        url=chance.choice(ADDRESSES),
        key=chance.choice((OPENED["key"]["k"], OPENED["key"]["k"], any_text(chance), "A" * 43)),
        iv=chance.choice((OPENED["iv"], OPENED["iv"], any_text(chance), "A" * 22)),
        sha256=chance.choice((HASH, HASH, any_text(chance), "A" * 43)),
    )
    place = chance.randrange(len(CIPHERTEXT))
    changed = CIPHERTEXT[:place] + bytes([CIPHERTEXT[place] ^ 1]) + CIPHERTEXT[place + 1 :]
    given = chance.choice((CIPHERTEXT, CIPHERTEXT, changed, b"", CIPHERTEXT[:-1], CIPHERTEXT + b"x", b"<html>"))
    repository = Repository(listener, chance.choice((200, 200, 200, 302, 404, 429, 502, 999)), given)
    opened = False
    with contextlib.suppress(ChatError):
        listener.run(Media(repository).fetch(file))
        opened = True
    elsewhere = any(not path.startswith("/_matrix/client/v1/media/download/") for path in repository.asked)
    return elsewhere or (opened and (given != CIPHERTEXT or file.sha256 != HASH))


SENT = [{"event_id": f"$e{n}", "sender": BOT, "unsigned": {"transaction_id": f"t{n}", "age": 1}} for n in range(3)]


def looked_up(chance: Random) -> bool:
    """Be shown what stands in a room; say whether something was taken for a message of ours that is none."""
    answer = received(mutated(chance, {"chunk": SENT, "start": "s1", "end": "s0"}, SENT))
    shown = answer.get("chunk") if isinstance(answer, dict) else answer
    found = _sent_as("t1", shown)
    events = [event for event in shown if isinstance(event, dict)] if isinstance(shown, list) else []
    said = [event.get("event_id") for event in events if '"transaction_id": "t1"' in json.dumps(event)]
    return found is not None and found not in said


def test_the_bot_still_hears_after_all_of_it(listener: Listener) -> None:
    assert listener.still_hears()
