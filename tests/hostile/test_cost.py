"""What one message costs: nobody who may type, and no homeserver, holds up the event loop or fills the memory."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Homeserver
from tests.hostile.evil import delivered, injected
from tests.hostile.phones import Phones
from tests.hostile.scene import Scene, forged
from tests.hostile.stages import staged
from tests.matrix.between import Instead
from tests.patience import starved_s
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

HOLD_S = 0.15
"""A message may cost 0.05 s, as the fuzzer of costs measures; here an answer of the homeserver brings several."""
LENGTH = 41_000
"""What fits into an encrypted event."""
LONG = {
    "an opening of words": ("!open ", "a "),
    "an opening of quotes": ("!open ", '"a '),
    "a cascade": ("!cascade open ", "a "),
    "help": ("!help ", "a"),
    "a link without an end": ("!fact tolerance ", "https://"),
    "a clock": ("!clock add ", "a "),
    "a word that is none": ("!", "a"),
}


def long(name: str) -> str:
    """Return a message that is as long as it may be, the escaped quotes counted."""
    head, shape = LONG[name]
    return head + shape * (LENGTH // len(json.dumps(shape)[1:-1]))


@pytest.mark.parametrize("name", LONG)
async def test_a_long_message_of_somebody_who_may_only_read(scene: Scene, name: str) -> None:
    """Bob types five of them; none is looked at for longer than any other, and Alice is answered meanwhile."""
    scene.hold_s = HOLD_S
    await asyncio.gather(*(scene.bob.say(long(name)) for _ in range(5)))
    await scene.alice.ask("!status", "Progress")


@pytest.mark.parametrize("name", LONG)
async def test_a_long_message_of_a_leader(scene: Scene, name: str) -> None:
    """Whoever has every right is told that it is too long, or what is wrong with it."""
    scene.hold_s = HOLD_S
    await scene.alice.ask(long(name), ".")


# --- a flood ------------------------------------------------------------------------------------------------

ASKED = 9


async def test_a_flood_of_long_messages_leaves_the_coordinators_answers_within_twice_their_time(scene: Scene) -> None:
    """By the homeserver's clock, half of them; what the machine had no processor for is nobody's doing here."""
    scene.hold_s = HOLD_S
    idle, _ = await answered_within_s(scene)
    typing = asyncio.create_task(_type_without_end(scene.bob))
    flooded, starved = await answered_within_s(scene)
    typing.cancel()
    print(f"idle {idle:.3f} s, flooded {flooded:.3f} s, starved {starved:.3f} s")  # noqa: T201 - the figures
    assert flooded < 2 * idle + starved


async def answered_within_s(scene: Scene) -> tuple[float, float]:
    """Return the median time from a `!status` to its answer, and for how long nothing could run meanwhile, for each."""
    before, took = starved_s(scene.bot, scene.homeserver), list[float]()
    for _ in range(ASKED):
        asked = await scene.alice.say("!status")
        answer = await scene.alice.hear("Progress", after=asked)
        took.append(await _moment_s(scene, answer.id) - await _moment_s(scene, asked))
    return statistics.median(took), (starved_s(scene.bot, scene.homeserver) - before) / ASKED


async def _moment_s(scene: Scene, event: str) -> float:
    found: Any = await scene.alice.peer.request("GET", f"/_matrix/client/v3/rooms/{scene.alice.room}/event/{event}")
    return float(found["origin_server_ts"]) / 1000


async def _type_without_end(talk: Talk) -> None:
    for name in itertools.cycle(LONG):
        await talk.say(long(name))


# --- the homeserver's answers -------------------------------------------------------------------------------

MOST_TIMES = 10
"""So many times its own length an answer may take in memory."""
ANSWER_BYTES = {"sync": 16_000_000, "/state": 8_000_000, "keys/query": 16_000_000}
"""The most that is read of an answer, nearly: it is refused for its parts, not for its length."""
PARTS = (
    *("[],", "{},", '"a",', "1,", "null,", '{"a":1},', "[[]],"),
    *('{"a":{"b":"longer"}},', '"aaaa\U0001f600",', '{"a":"\U0001f600\U0001f600"},', "[[1234567890123]],"),
)


async def peak_of(scene: Scene) -> int:
    """Return the most memory that the bot had since it was last asked for, in bytes."""
    folder = Path(f"/proc/{scene.bot.pid}")
    found = re.search(r"VmHWM:\s+(\d+) kB", (folder / "status").read_text())
    assert found is not None
    (folder / "clear_refs").write_text("5")
    return int(found[1]) * 1024


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("where", ["sync", "/state", "keys/query"])
async def test_an_answer_of_very_many_parts(scene: Scene, where: str, part: str) -> None:
    """Millions of bytes of nothing: they are not made into hundreds of millions of objects."""
    scene.hold_s, size = HOLD_S, ANSWER_BYTES[where]
    body = f'{{"next_batch": "s1", "x": [{part * (size // len(part.encode()))}1]}}'
    method = "POST" if where == "keys/query" else "GET"
    await peak_of(scene)
    before = await peak_of(scene)
    lie = scene.evil.lie(method, where, Instead(body=body), times=1)
    if where != "sync":
        changed = forged(scene.alice.peer.user, "org.example.changed", {}, state_key="")
        await scene.evil.sync(injected(scene.alice.room, changed))
        await scene.evil.sync(delivered(changed=[scene.bob.peer.user]))
        await scene.alice.say("!status")
    await scene.evil.told(lie)
    await scene.alice.ask("!status", "Progress")
    assert await peak_of(scene) - before < MOST_TIMES * size


# --- devices ------------------------------------------------------------------------------------------------

MANY, MOST = 1000, 50
"""How many devices somebody has, and how many of them are looked at."""


async def test_somebody_with_a_thousand_devices(homeserver: Homeserver, tmp_path: Path) -> None:
    """All of them signed, as a member can sign them: the others are answered as ever, and only some get keys."""
    carol = await register(homeserver, "carol")
    async with staged(homeserver, tmp_path, others={carol.user: ["dpo"]}) as scene:
        await scene.begin()
        phones = Phones(carol.user, MANY)
        phones.shown_by(scene.evil, scene.alice.room)
        joined = forged(carol.user, "m.room.member", {"membership": "join"}, state_key=carol.user)
        await scene.evil.sync(injected(scene.alice.room, joined))
        await scene.evil.sync(delivered(changed=[carol.user]))
        for _ in range(3):
            await scene.alice.ask("!status", "Progress")
        given = {(user, device) for user, device in scene.evil.given() if user == carol.user}
        assert len(given) <= MOST
        scene.known |= given
        await scene.holds()
