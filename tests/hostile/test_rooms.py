"""A homeserver that lies about rooms: what they are, who is in them, what they are called, who invites whom."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp
import pytest

from tests.hostile.evil import injected
from tests.hostile.scene import Scene, forged, text
from tests.matrix.between import Changed
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

MEGOLM = "m.megolm.v1.aes-sha2"


def setting(scene: Scene, kind: str, **content: object) -> Json:
    """Return a setting of the room that Alice never made."""
    return forged(scene.alice.peer.user, kind, content, state_key="")


@pytest.mark.parametrize(
    ("kind", "content", "line"),
    [
        ("m.room.topic", {"topic": "the host was hit"}, "somebody set its topic"),
        ("m.room.name", {"name": "!note by a name"}, "somebody set its name"),
        ("m.room.encryption", {"algorithm": "m.none"}, "somebody set its encryption"),
        ("m.room.encryption", {"algorithm": MEGOLM, "rotation_period_msgs": -1}, "somebody set its encryption"),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}, "set who may read its history"),
        ("m.room.join_rules", {"join_rule": "public"}, "somebody set who may join"),
        ("m.room.guest_access", {"guest_access": "can_join"}, "somebody set who may come as a guest"),
    ],
)
async def test_forged_setting(scene: Scene, kind: str, content: dict[str, object], line: str) -> None:
    await scene.evil.sync(injected(scene.alice.room, setting(scene, kind, **content)))
    await scene.named(line)


async def test_forged_power_levels(scene: Scene) -> None:
    """Power in the room is no right over the bot."""
    levels = setting(scene, "m.room.power_levels", users={scene.bob.peer.user: 100}, users_default=100)
    await scene.evil.sync(injected(scene.alice.room, levels))
    await scene.named("somebody set its power levels")
    await scene.bob.ask("!note by power", "needs the role")


@pytest.mark.parametrize(
    ("kind", "content", "refusal"),
    [
        ("m.room.encryption", None, "NOT_ENCRYPTED"),
        ("m.room.encryption", {"algorithm": "m.none"}, "NOT_ENCRYPTED"),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}, "WORLD_READABLE"),
    ],
)
async def test_forged_state_of_an_unsafe_room(scene: Scene, kind: str, content: Json | None, refusal: str) -> None:
    """The bot says nothing into a room that is shown as unsafe, and answers again once it is shown as it is.

    Whom it concerns is told in rooms of their own.
    """
    scene.may_happen |= {"DirectRoomAsked", "DirectRoomReady"}
    scene.rooms = 1

    def change(state: list[Json]) -> list[Json]:
        kept = [event for event in state if event["type"] != kind]
        return kept if content is None else [*kept, forged(scene.bot.user, kind, content, state_key="")]

    scene.evil.lie("GET", f"rooms/{scene.alice.room}/state", Changed(by=change))
    await scene.evil.sync(injected(scene.alice.room, setting(scene, "org.example.changed")))
    before = len(scene.evil.passed)
    await scene.alice.say("!status")
    await scene.named(f"refused: say ({refusal})")
    assert not [passed for passed in scene.evil.passed[before:] if f"{scene.alice.room}/send/" in passed.path]


async def test_forged_departure_of_the_bot(scene: Scene) -> None:
    def gone(answer: Json) -> Json:
        left: Json = {scene.alice.room: {"timeline": {"events": []}, "state": {"events": []}}}
        answer.setdefault("rooms", {}).setdefault("leave", {}).update(left)
        return answer

    await scene.evil.sync(gone)
    await scene.named("out of room")


async def test_forged_departure_of_the_bot_from_a_room_it_is_in(scene: Scene) -> None:
    gone = forged(scene.alice.peer.user, "m.room.member", {"membership": "ban"}, state_key=scene.bot.user)
    await scene.evil.sync(injected(scene.alice.room, gone))
    await scene.named("we are shown as gone")


async def test_a_room_that_the_bot_is_in_and_out_of(scene: Scene) -> None:
    """One answer says both: what is said in the room is heard all the same."""

    once = iter([True])

    def both(answer: Json) -> Json:
        left: Json = {scene.alice.room: {"timeline": {"events": []}}}
        joined = answer.get("rooms", {}).get("join", {})
        events = joined.get(scene.alice.room, {}).get("timeline", {}).get("events", ())
        says = any(event["sender"] == scene.alice.peer.user for event in events) and next(once, False)
        return answer | {"rooms": {"join": joined, "leave": left}} if says else answer

    scene.evil.lie("GET", "sync", Changed(by=both))
    scene.expected.append("in and out")
    said = await scene.alice.say("!note in and out")
    await scene.named("out of room")
    scene.evil.be_honest()
    await scene.alice.hear("^Noted", after=said)


async def test_forged_invitation_to_a_room_that_is_none(scene: Scene) -> None:
    await scene.evil.sync(invitation(scene, "!nowhere:example.org"))
    await scene.named("is void")


async def test_forged_inviter(scene: Scene) -> None:
    """A stranger invites, and the homeserver says that it was Alice: nobody there is told anything, or obeyed."""

    def by_alice(answer: Json) -> Json:
        invited = list(answer.get("rooms", {}).get("invite", {}))
        return invitation(scene, *invited)(answer)

    scene.evil.lie("GET", "sync", Changed(by=by_alice))
    room = await room_of_mallory(scene)
    await scene.named("followed")
    scene.evil.be_honest()
    await scene.evil.sync(injected(room, forged(scene.mallory.user, "m.room.message", text("!help"))))
    assert not [passed for passed in scene.evil.passed if f"rooms/{room}/send/" in passed.path]


def invitation(scene: Scene, *rooms: str) -> Callable[[Json], Json]:
    """Return a change that shows an invitation of Alice to each of *rooms*."""
    state = [
        forged(scene.alice.peer.user, "m.room.member", {"membership": "invite"}, state_key=scene.bot.user),
        forged(scene.alice.peer.user, "m.room.encryption", {"algorithm": MEGOLM}, state_key=""),
    ]
    shown = {room: {"invite_state": {"events": state}} for room in rooms}

    def change(answer: Json) -> Json:
        answer.setdefault("rooms", {}).setdefault("invite", {}).update(shown)
        return answer

    return change


async def room_of_mallory(scene: Scene) -> str:
    """Let Mallory make an encrypted room to which the bot is invited."""
    client = f"{scene.homeserver.url}/_matrix/client/v3"
    user = {"type": "m.id.user", "user": scene.mallory.localpart}
    login = {"type": "m.login.password", "identifier": user, "password": scene.mallory.password}
    encrypted = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": MEGOLM}}
    wanted = {"preset": "private_chat", "invite": [scene.bot.user], "initial_state": [encrypted]}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{client}/login", json=login) as answer:
            bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with session.post(f"{client}/createRoom", json=wanted, headers=bearer) as answer:
            return str((await answer.json())["room_id"])
