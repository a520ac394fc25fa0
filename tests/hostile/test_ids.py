"""Names that the homeserver chooses: of events, rooms and people. None of them is taken for one of ours, or said."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.e2e.test_recovery import in_state
from tests.hostile import told
from tests.hostile.evil import delivered, injected
from tests.hostile.ghosts import ghost
from tests.hostile.kept import kept_by
from tests.hostile.ladder import all_rang, incident_of, last_rung, start_clock
from tests.hostile.scene import Scene, forged, gone
from tests.hostile.stages import opened, staged
from tests.hostile.test_events import noted
from tests.hostile.test_identity import Identity, posing_as, told_the_truth
from tests.hostile.watched_bot import AHEAD
from tests.matrix.between import Changed, Instead
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]


def poison(scene: Scene, *ids: str) -> list[Json]:
    """Return comings of Alice, which are said in clear, under these ids."""
    alice = scene.alice.peer.user
    coming = {"membership": "join", "displayname": "Alice"}
    return [forged(alice, "m.room.member", coming, state_key=alice, event_id=id) for id in ids]


async def poisoned(scene: Scene, *ids: str) -> None:
    """Let the bot hear of events with these ids, and return once it has taken them in."""
    await scene.evil.sync(injected(scene.alice.room, *poison(scene, *ids)))
    await scene.alice.ask("!status", "Progress")


# --- the bot's own inputs -----------------------------------------------------------------------------------


async def test_reminders_whose_ids_are_taken_beforehand(drill: Scene) -> None:
    """The homeserver knows the incident's id, and names four hundred events as its alarms will be named."""
    id = incident_of(drill, await kept_by(drill.bot))
    await poisoned(drill, *(f"alarm:{id}:{count}" for count in range(400)))
    await last_rung(drill, await start_clock(drill))
    await all_rang(drill)
    assert drill.count(told.MALFORMED_ID) > 0


async def test_an_alarm_of_an_identity_whose_id_is_taken_beforehand(scene: Scene) -> None:
    """The homeserver makes an identity for Bob, and first an event that has the name of the alarm about it."""
    scene.happens["IdentityChangeSeen"] = 1
    bob = scene.bob.peer
    identity = Identity(bob.user)
    (master,) = identity.keys("master")["keys"].values()
    await poisoned(scene, *(f"identity:{bob.user}:{count}:{master}" for count in range(10)))
    before, spy = await scene.control.say("what comes now is about Bob"), await ghost(scene, bob.user)
    scene.evil.lie("POST", "keys/query", Changed(by=posing_as(identity, spy)))
    await scene.evil.sync(delivered(changed=[bob.user]))
    await scene.control.hear(rf"identity of {bob.user} changed", after=before)
    await told_the_truth(scene, bob.user)
    assert scene.count(told.MALFORMED_ID) > 0


async def test_a_stranger_who_comes_under_a_known_id(scene: Scene) -> None:
    """A stranger's coming has the id of a message that was heard: they are told of and taken out all the same."""
    scene.happens["StrangerCame"] = 1
    event = await noted(scene, "before a stranger comes")
    user = scene.mallory.user
    came = forged(user, "m.room.member", {"membership": "join"}, state_key=user, event_id=event["event_id"])
    member = f"rooms/{scene.alice.room}/state/m.room.member/{user}"
    scene.evil.lie("GET", member, Instead(body=came["content"]))
    scene.evil.lie("GET", f"rooms/{scene.alice.room}/state", Changed(by=lambda state: _with(state, came)))
    kick = scene.evil.lie("POST", f"rooms/{scene.alice.room}/kick", Instead(body={}), times=1)
    before = await scene.control.say("what comes now is about a stranger")
    await scene.evil.sync(injected(scene.alice.room, came))
    # What the bot itself sees in the room's state it tells of after half a minute.
    await scene.alice.say("!status")
    await scene.control.hear(rf"{user} is in the room", after=before)
    await scene.evil.told(kick)
    await scene.logged(told.SAME_ID)
    scene.evil.be_honest()
    await scene.evil.sync(injected(scene.alice.room, gone(user)))


def _with(state: object, came: Json) -> object:
    return [*state, came] if isinstance(state, list) else state


async def test_a_room_whose_making_is_taken_for_done(drill: Scene) -> None:
    """The result of the row that makes the room has its name beforehand: the room is made and used all the same."""
    drill.does["Opened"] = 1
    drill.happens["RoomReady"] = 1
    alice = drill.alice.peer
    named: list[str] = []

    def change(answer: Json) -> Json:
        events = answer.get("rooms", {}).get("join", {}).get(drill.control.room, {}).get("timeline", {})
        for event in events.get("events", ()):
            if event["sender"] == alice.user and event["type"] == "m.room.encrypted":
                named.append(event["event_id"])
                injected(drill.alice.room, *poison(drill, *results(event["event_id"])))(answer)
        return answer

    drill.evil.lie("GET", "sync", Changed(by=change))
    known = [room.id for room in await alice.rooms()]
    talk = await opened(drill.control, "Taken for done", known, "--drill")
    assert named
    await talk.ask("!status", "Progress")
    assert drill.count(told.MALFORMED_ID) > 0


def results(cause: str) -> Iterable[str]:
    """Return how the results of the first rows that an input causes may be named."""
    for input in (cause, f"event:{cause}"):
        for number in range(6):
            yield f"result:{sha256(f'{input}/{number}'.encode()).hexdigest()[:32]}"


# --- what is purged -----------------------------------------------------------------------------------------

DAYS_AHEAD = 401


@asynccontextmanager
async def closed(homeserver: Homeserver, folder: Path) -> AsyncIterator[tuple[Scene, str]]:
    """Set up an incident that was closed and is kept for four hundred days; with it its id."""
    kept = {"retention": {"closed_after": "400 days"}}
    async with staged(homeserver, folder, options="--drill", more=kept) as scene:
        await scene.begin()
        await scene.alice.ask("!close all is well", "closed|Closed")
        await scene.alice.ask("!status", ".")
        yield scene, incident_of(scene, await kept_by(scene.bot))


async def is_purged(scene: Scene, id: str) -> bool:
    """Say whether nothing is left of the incident but what the register says."""
    facts = (await kept_by(scene.bot)).streams.get(id, [])
    kinds = {type(fact).__name__ for fact in facts}
    return not kinds or ("Purged" in kinds and not kinds & {"Joined", "RoomReady", "CardPosted"})


async def test_a_purge_whose_result_is_taken_beforehand(homeserver: Homeserver, tmp_path: Path) -> None:
    """When people are told that an incident was purged, it was."""
    async with closed(homeserver, tmp_path) as (scene, id):
        count = len((await kept_by(scene.bot)).streams[id])
        inputs = [f"purge:{id}:{facts}" for facts in range(count - 2, count + 8)]
        await poisoned(scene, *(result for input in inputs for result in results(input)))
        assert await scene.bot.stop() == 0
        (scene.bot.folder / AHEAD).write_text(str(timedelta(days=DAYS_AHEAD).total_seconds()))
        await scene.bot.start()
        await scene.control.hear("was purged")
        assert await is_purged(scene, id)
        await scene.logged(told.MALFORMED_ID)


async def test_a_purge_that_the_homeserver_hinders(homeserver: Homeserver, tmp_path: Path) -> None:
    """It deletes nothing, shows no message, and lets nobody go: what the bot keeps is erased all the same."""
    refusal = {"errcode": "M_FORBIDDEN", "error": "no"}
    async with closed(homeserver, tmp_path) as (scene, id):
        for method, part in (("PUT", "/redact/"), ("POST", "/kick"), ("POST", "/leave"), ("POST", "/forget")):
            scene.evil.lie(method, f"rooms/{scene.alice.room}{part}", Instead(status=403, body=refusal))
        scene.evil.lie("GET", f"rooms/{scene.alice.room}/messages", Instead(body={"chunk": [], "start": "s1"}))
        assert await scene.bot.stop() == 0
        (scene.bot.folder / AHEAD).write_text(str(timedelta(days=DAYS_AHEAD).total_seconds()))
        await scene.bot.start()
        await scene.control.hear("was purged")
        assert await is_purged(scene, id)


async def test_a_purge_of_the_operator_whose_id_is_taken_beforehand(homeserver: Homeserver, tmp_path: Path) -> None:
    async with closed(homeserver, tmp_path) as (scene, id):
        await poisoned(scene, f"purge:{id}:operator")
        assert await scene.bot.stop() == 0
        ended = await in_state("purge", scene.bot, id, "--yes", "--offline")
        assert (ended.code, await is_purged(scene, id)) == (0, True), ended.err
        await scene.logged(told.MALFORMED_ID)
