"""Reminders that are due while their room is not safe to speak in: they are heard elsewhere, and not lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from bot.core.facts import RoomReady
from tests.hostile.evil import injected
from tests.hostile.kept import RUNG_WITHIN, Kept, kept_by
from tests.hostile.ladder import LASTS_S, RULE, all_rang, due_times, rang, rung_in, start_clock
from tests.hostile.scene import Scene, forged
from tests.matrix.between import Changed
from tests.peers.views import Json
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

CLIENT = "/_matrix/client/v3"
VISIBLE, ENCRYPTED, MEMBER = "m.room.history_visibility", "m.room.encryption", "m.room.member"
MESSAGES = 2
"""What waits for its room, and what became due since it was tried last: in a drill of seconds there is always some."""
Change = Callable[[list[Json]], list[Json]]


class Heard(NamedTuple):
    """A message that rang outside of the incident's room."""

    at: datetime
    where: str


# --- what makes a room unsafe -------------------------------------------------------------------------------


@asynccontextmanager
async def world_readable(scene: Scene) -> AsyncIterator[None]:
    """Alice, who has every power in the room, opens its history to everybody for a while."""
    await _see(scene.alice, "world_readable")
    try:
        yield
    finally:
        await _see(scene.alice, "invited")


async def _see(talk: Talk, who: str) -> None:
    path = f"{CLIENT}/rooms/{talk.room}/state/{VISIBLE}/"
    await talk.peer.request("PUT", path, {"history_visibility": who})


@asynccontextmanager
async def shown(scene: Scene, change: Change) -> AsyncIterator[None]:
    """Show the bot alone another state of the room, for a while."""
    scene.evil.lie("GET", f"rooms/{scene.alice.room}/state", Changed(by=change))
    await _look_again(scene)
    try:
        yield
    finally:
        scene.evil.be_honest()
        await _look_again(scene)


async def _look_again(scene: Scene) -> None:
    changed = forged(scene.alice.peer.user, "org.example.changed", {}, state_key="")
    await scene.evil.sync(injected(scene.alice.room, changed))


def instead(kind: str, **content: str) -> Change:
    event = forged("@cellule:example.org", kind, content, state_key="")
    return lambda state: [*(one for one in state if one["type"] != kind), event]


def deserted(scene: Scene) -> AbstractAsyncContextManager[None]:
    """Show the bot as alone in the room: there is nobody who could read."""
    return shown(
        scene, lambda state: [one for one in state if one["type"] != MEMBER or one["state_key"] == scene.bot.user]
    )


UNSAFE: dict[str, Callable[[Scene], AbstractAsyncContextManager[None]]] = {
    "world-readable, by a member": world_readable,
    "world-readable, in the state": lambda scene: shown(scene, instead(VISIBLE, history_visibility="world_readable")),
    "not encrypted, in the state": lambda scene: shown(scene, instead(ENCRYPTED, algorithm="m.none")),
    "deserted, in the state": deserted,
}


# --- what is heard ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNSAFE)
async def test_reminders_of_a_room_that_is_not_safe(drill: Scene, name: str) -> None:
    """For the whole ladder of a clock nothing can be said in its room; afterwards it can.

    While it lasts the control room rings and the owner is told alone, and the timeline tells of no reminder that
    nobody heard. Then the room is told of all that is due, of each reminder once.
    """
    drill.may_happen |= {"NotDelivered", "DirectRoomAsked", "DirectRoomReady"}
    # The answer to what starts the clock can be said as little as the card.
    drill.may_lose = re.compile("refused: (card|ring|say)")
    drill.rooms = 2
    async with UNSAFE[name](drill):
        before = len(drill.evil.passed)
        said = await start_clock(drill)
        await asyncio.sleep(LASTS_S)
        elsewhere, kept = await accounted_for(drill, due_times(drill, await kept_by(drill.bot)))
        assert not rang(drill, kept), "the timeline tells of reminders that nobody heard"
        assert not [passed for passed in drill.evil.passed[before:] if f"{drill.alice.room}/send/" in passed.path]
        assert {one.where for one in elsewhere} >= {"control", "alone"}
    safe = datetime.now(UTC)
    late = await drill.bob.hear(RULE, after=said)
    assert await moment_of(drill.bob, late.id) < safe + RUNG_WITHIN
    await all_rang(drill)
    drill.does["Acknowledged"] = 1
    await drill.bob.ask("!ack", "Seen")
    rung = [one.text for one in await drill.bob.heard(after=said) if one.msgtype == "m.text"]
    assert len(rung) <= MESSAGES, "\n\n".join(map(str, rung))
    told = [fact.rung for fact in rung_in(drill, await kept_by(drill.bot))]
    assert sorted(told) == sorted({*told})


async def accounted_for(scene: Scene, due: dict[str, datetime]) -> tuple[list[Heard], Kept]:
    """Wait until each reminder that was due was heard somewhere within a minute, or reported as not delivered."""
    while True:
        elsewhere, kept = await heard_elsewhere(scene), await kept_by(scene.bot)
        reported = " ".join(str(fact) for fact in kept.facts if type(fact).__name__ == "NotDelivered")
        silent = [
            rung
            for rung, at in due.items()
            if f"'{rung}'" not in reported and not any(at <= one.at < at + RUNG_WITHIN for one in elsewhere)
        ]
        if not silent:
            return elsewhere, kept
        if datetime.now(UTC) >= max(due.values()) + RUNG_WITHIN:
            pytest.fail(f"nobody heard {silent}")
        await asyncio.sleep(1)


async def heard_elsewhere(scene: Scene) -> list[Heard]:
    """Return what rang in the control room and in direct rooms and tells of this incident or its clock."""
    kept = await kept_by(scene.bot)
    rooms = {str(fact.room) for fact in kept.facts if isinstance(fact, RoomReady)}
    names = await scene.alice.states()
    codename = names["m.room.name", ""]["name"]
    places = [(scene.control, "control"), *await alone(scene.bob, rooms), *await alone(scene.alice, rooms)]
    return [
        Heard(await moment_of(talk, said.id), where)
        for talk, where in places
        for said in await talk.heard()
        if said.msgtype == "m.text" and (codename in (said.text or "") or RULE in (said.text or ""))
    ]


async def alone(talk: Talk, incidents: set[str]) -> list[tuple[Talk, str]]:
    """Return the rooms that somebody has with the bot alone."""
    rooms = [room for room in await talk.peer.rooms() if room.id not in incidents and room.name != "Lobby"]
    return [(talk.in_room(room.id), "alone") for room in rooms if talk.bot in room.members]


async def moment_of(talk: Talk, event: str) -> datetime:
    """Return when the homeserver was given an event."""
    told = await talk.peer.event(talk.room, event)
    return datetime.fromtimestamp(told["origin_server_ts"] / 1000, UTC)
