"""From `!open` to eight responders reading the first step, against the bare sequence of calls that needs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from nio import RoomCreateError, RoomPreset

from bench.people import Person

FIRST_STEP = "Start here"
CARD = "x" * 900
STEPS = f"{FIRST_STEP} {'x' * 600}"


async def by_cellule(alice: Person, others: Sequence[Person], lobby: str, bot: str, title: str) -> float:
    """Return milliseconds from typing `!open` until all can read the first step."""
    started = time.perf_counter()
    typed = await alice.send(lobby, f"!open {title} --playbook provider-hit")
    return await _until_all_read(alice, others, bot, typed, started)


async def by_bare_calls(bare: Person, readers: Sequence[Person]) -> float:
    """Return milliseconds for the same room made by hand: one creation, two messages, one pin, nothing kept or checked."""
    started = time.perf_counter()
    await _make_room(bare, readers)
    return await _until_all_read(readers[0], readers[1:], bare.user, started, started)


async def _make_room(bare: Person, readers: Sequence[Person]) -> None:
    state = [
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}},
    ]
    invite = [reader.user for reader in readers]
    answer = await bare.client.room_create(
        preset=RoomPreset.private_chat, name="Bare Room", invite=invite, initial_state=state
    )
    if isinstance(answer, RoomCreateError):
        raise RuntimeError(f"no room: {answer.status_code}")
    room = await _until_known(bare, answer.room_id)
    card = await _say(bare, room, CARD)
    await _say(bare, room, STEPS)
    await bare.client.room_put_state(room, "m.room.pinned_events", {"pinned": [card]})


async def _until_known(bare: Person, room: str) -> str:
    """Wait for the sync that brings the room, as a nio client must before it can encrypt there."""
    while room not in bare.client.rooms or not bare.client.rooms[room].encrypted:
        await asyncio.sleep(0.001)
    return room


async def _say(bare: Person, room: str, body: str) -> str:
    answer = await bare.client.room_send(
        room, "m.room.message", {"msgtype": "m.notice", "body": body}, ignore_unverified_devices=True
    )
    return str(answer.event_id)


async def _until_all_read(first: Person, others: Sequence[Person], bot: str, typed: float, after: float) -> float:
    reads = await asyncio.gather(*(_first_step(person, bot, after) for person in (first, *others)))
    return (max(reads) - typed) * 1000


async def _first_step(person: Person, bot: str, after: float) -> float:
    found = await person.wait(
        lambda: next(
            (read for read in person.read if read.sender == bot and read.at > after and FIRST_STEP in read.body), None
        )
    )
    return found.at
