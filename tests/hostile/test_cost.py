"""What one message costs: nobody who may type, and no homeserver, holds up the event loop or fills the memory."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.hostile.scene import Scene

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
