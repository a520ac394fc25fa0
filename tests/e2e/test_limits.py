"""A homeserver with the rate limits it has when nobody sets any: ten messages at once, then one every five seconds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.core.facts import Noted
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.patience import PATIENCE_S, starved_s
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

ROSTER = 12
WITHIN_S = 20.0
EACH = 4
"""Commands of each of two people, at once: with the answers about the opening, more than the bot may send at once."""


async def test_twelve_people_see_card_and_first_step_in_time_and_a_burst_loses_nothing(
    limited_homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, bob, *others = [await register(limited_homeserver, f"person{number}") for number in range(ROSTER)]
    cellule = await register(limited_homeserver, "cellule")
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo"], **{other.user: ["it"] for other in others}}
    bot = Bot(tmp_path, limited_homeserver, cellule, people)
    met = [bot.user]
    async with bot, Peer(limited_homeserver, alice, meet=met) as a, Peer(limited_homeserver, bob, meet=met) as b:
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        loop = asyncio.get_running_loop()
        before, begun = starved_s(bot, limited_homeserver, a, b), loop.time()
        await control.say("!open Host down --playbook provider-hit --severity crisis")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await b.wait_room(inviter=bot.user)
        talks = [Talk(peer=peer, room=room, bot=bot.user) for peer in (a, b)]
        await asyncio.gather(*(talk.hear(rf"{word}") for talk in talks for word in ("severity crisis", "Start here")))
        took = loop.time() - begun
        starved = starved_s(bot, limited_homeserver, a, b) - before
        assert took < WITHIN_S + starved, f"card and first steps after {took:.1f} s, {starved:.1f} of them in vain"
        expected = {person.user for person in (alice, bob, *others)} | {bot.user}
        members = {key for kind, key in await talks[0].states() if kind == "m.room.member"}
        assert members == expected

        begun = loop.time()
        sent = [await talk.say(f"!note {talk.peer.user} {number}") for number in range(EACH) for talk in talks]
        async with asyncio.timeout(PATIENCE_S):
            while len(answers := await notes_answered(talks[0], after=sent[0])) < len(sent):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert loop.time() - begun > 5, "the limits were never met"
        assert len(answers) == len(sent)
        assert [await unread(peer, bot.user) for peer in (a, b)] == [[], []]
        assert await bot.stop() == 0
        kept = [fact.text for fact in await bot.facts() if isinstance(fact, Noted)]
    print(f"card and first steps after {took:.1f} s, {starved:.1f} of them in vain")  # noqa: T201 - the figure
    assert kept == [f"{talk.peer.user} {number}" for number in range(EACH) for talk in talks]


async def notes_answered(talk: Talk, *, after: str) -> list[str]:
    return [said.id for said in await talk.heard(after=after) if "Noted" in (said.text or "")]
