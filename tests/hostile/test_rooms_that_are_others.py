"""A homeserver that answers a request for a room with one that is there already, or with more in it than was asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.core.facts import Noted, Opened, RoomReady
from bot.demo.homeserver import Homeserver
from tests.hostile import told
from tests.hostile.ghosts import claimed, ghost, shown
from tests.hostile.kept import kept_by
from tests.hostile.ladder import incident_of
from tests.hostile.scene import Scene, forged
from tests.hostile.stages import staged
from tests.matrix.between import Changed, Instead
from tests.patience import PATIENCE_S
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


async def answered_with(scene: Scene, room: str) -> str:
    """Let a third incident be opened, whose room the homeserver says to be *room*; return what was asked."""
    scene.does["Opened"] = 1
    scene.happens["RoomReady"] = 1
    # The one that was lied about, and those in which the bot tells somebody alone.
    scene.rooms = 3
    scene.may_happen |= {"RoomRefused", "DirectRoomAsked", "DirectRoomReady"}
    lie = scene.evil.lie("POST", "createRoom", Instead(body={"room_id": room}), times=1)
    asked = await scene.control.say("!open Third incident --playbook provider-hit")
    await scene.evil.told(lie)
    return asked


async def gets_its_own(scene: Scene, asked: str) -> None:
    """See that the third incident gets a room of its own, and that people and the operator are told."""
    known = {scene.control.room, scene.alice.room, scene.other.room}
    async with asyncio.timeout(PATIENCE_S):
        while not (new := await room_of_the_third(scene)) or new in known:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.5)
    talk = scene.alice.in_room(new)
    await talk.peer.wait_member(new, talk.peer.user)
    await talk.hear("Start here")
    await talk.ask("!status", "Third incident")
    await scene.logged(told.ROOM_OF_ANOTHER)
    await scene.control.hear(told.OF_THE_ROOM, after=asked)


async def room_of_the_third(scene: Scene) -> str:
    """Return the room that the third incident has; empty while it has none."""
    streams = (await kept_by(scene.bot)).streams.values()
    third = [facts for facts in streams if isinstance(facts[0], Opened) and facts[0].title == "Third incident"]
    return next((str(fact.room) for facts in third for fact in facts if isinstance(fact, RoomReady)), "")


async def test_the_room_of_another_incident(homeserver: Homeserver, tmp_path: Path) -> None:
    """What is said there goes on going to the incident whose room it is."""
    async with staged(homeserver, tmp_path) as scene:
        await scene.begin()
        first = incident_of(scene, await kept_by(scene.bot))
        asked = await answered_with(scene, scene.alice.room)
        await scene.alice.ask("!status", "Host down")
        await gets_its_own(scene, asked)
        scene.expected.append("for the first incident")
        await scene.alice.ask("!note for the first incident", "^Noted")
        notes = [fact for fact in (await kept_by(scene.bot)).streams[first] if isinstance(fact, Noted)]
        assert [note.text for note in notes] == ["for the first incident"]
        await scene.holds()


async def test_the_control_room(homeserver: Homeserver, tmp_path: Path) -> None:
    """It stays the control room: what is typed there is nothing of an incident's."""
    async with staged(homeserver, tmp_path) as scene:
        await scene.begin()
        asked = await answered_with(scene, scene.control.room)
        await gets_its_own(scene, asked)
        await scene.control.ask(f"!trust {scene.bob.peer.user}", "is known by")
        await scene.holds()


async def test_a_room_that_somebody_else_made(homeserver: Homeserver, tmp_path: Path) -> None:
    """Alice's own room with the bot is no room of an incident, whatever it is called."""
    async with staged(homeserver, tmp_path) as scene:
        await scene.begin()
        alice = scene.alice.peer
        room = await alice.create_room(invite=[scene.bot.user], direct=True)
        await alice.wait_member(room, scene.bot.user)
        alone = scene.alice.in_room(room)
        await alone.ask("!list", "Host down")
        asked = await answered_with(scene, room)
        await gets_its_own(scene, asked)
        await alone.ask("!list", "Third incident")
        await scene.holds()


async def test_a_room_of_ours_that_is_called_otherwise(homeserver: Homeserver, tmp_path: Path) -> None:
    """The room is new, and made by the bot; but not the one that was asked for."""
    async with staged(homeserver, tmp_path) as scene:
        await scene.begin()
        asked = await answered_with(scene, scene.other.room)
        await gets_its_own(scene, asked)
        await scene.other.ask("!status", "Backups encrypted")
        kept = await kept_by(scene.bot)
        titles = [fact.title for fact in kept.facts if isinstance(fact, Opened)]
        assert sorted(titles) == ["Backups encrypted", "Host down", "Third incident"]
        await scene.holds()


async def test_a_stranger_in_a_room_that_is_being_made(homeserver: Homeserver, tmp_path: Path) -> None:
    """Somebody with a device stands in the new room before anything was said there: no key, and people are told."""
    async with staged(homeserver, tmp_path) as scene:
        await scene.begin()
        scene.does["Opened"] = 1
        scene.happens["RoomReady"] = 1
        scene.may_happen.add("StrangerCame")
        spy, user = await ghost(scene, scene.mallory.user), scene.mallory.user
        came = forged(user, "m.room.member", {"membership": "join"}, state_key=user)
        old = {await name_of(talk) for talk in (scene.alice, scene.other, scene.control)}

        def change(state: Any) -> Any:
            if not isinstance(state, list):
                return state
            names = {event["content"].get("name") for event in state if event["type"] == "m.room.name"}
            return state if names & old else [*state, came]

        scene.evil.lie("GET", "/state", Changed(by=change))
        scene.evil.lie("POST", "keys/query", Changed(by=shown(spy)))
        scene.evil.lie("POST", "keys/claim", Changed(by=claimed(spy)))
        asked = await scene.control.say("!open Third incident --playbook provider-hit")
        await scene.control.hear(f"{user} is in the room", after=asked)
        assert not [holder for holder in scene.evil.given() if holder[0] == user]
        await scene.holds()


async def name_of(talk: Talk) -> str:
    return str((await talk.states())["m.room.name", ""]["name"])
