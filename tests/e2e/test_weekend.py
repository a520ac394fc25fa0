"""The weekend of December 2023 as a drill on a real homeserver, an hour of it in a second, read by strict clients."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.clocks.rules import Filed, Running
from bot.core.decide.ringing import ON_TIME_IN_DRILL
from bot.core.evolve import fold
from bot.core.facts import ClockStarted, DeskFact, DraftFrozen, Fact, Opened, Rang
from bot.core.incident import Incident
from bot.core.language import Language
from bot.core.names import DraftId, RuleId
from bot.demo.homeserver import Homeserver
from tests.bots import PACE, Bot
from tests.patience import starved_s
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk, unread
from tests.weekend import ALICE, FIRST_INFORMATION, LINES, OPENING, Line

pytestmark = [pytest.mark.peer, pytest.mark.slow]

CNIL, COMPLAINT = RuleId("GDPR-33-1"), RuleId("FR-LOPMI")
ORGANISATION = {
    "name": "Cabinet Exemple",
    "siren": "000 000 000",
    "roles": ["controller", "processor"],
    "insured": True,
    "dpo": "dpo@example.org",
    "contact": "crise@example.org",
}
ASKED, COMMANDS_IN_AN_HOUR = 3, 2
"""How often it is tried how fast people can type; how much of it an hour of the drill leaves time for at the least."""
PASSED = {"attack-start": "-31h", "outage-start": "-15h", "FR-INS-2": "-8min", "next-update": "+1min", "DSN": "+92h"}
"""What stands for a date of 2023 in a drill of today."""


def in_drill(line: Line) -> str:
    """Return what is typed in the drill: times that have passed are told by how long ago."""
    if not line.when:
        return line.text(Language("en"))
    known = next((when for word, when in PASSED.items() if word in line.en), None)
    minutes = line.at.minute - int(line.when.rpartition(":")[2])
    return line.text(Language("en"), known or f"-{minutes}min")


async def pace_of(bot: Bot, control: Talk) -> int:
    """Have the drill go as fast as people can type on this machine, and return its pace."""
    await control.ask("!help")  # the first answer waits for its key
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for _ in range(ASKED):
        await control.ask("!help")
    hour_s = COMMANDS_IN_AN_HOUR * (loop.time() - begun) / ASKED
    pace = min(PACE, round(3600 / hour_s))
    print(f"an hour in {hour_s:.2f} s at the least: pace {pace}")  # noqa: T201 - the figure
    if pace < PACE:
        assert await bot.stop() == 0
        bot.configure(drill={"pace": pace})
        await bot.start()
    return pace


async def play(alice: Talk, bob: Talk, pace: int) -> None:
    """Type everything at its hour; who is late types on."""
    loop = asyncio.get_running_loop()
    begun = loop.time() - (OPENING.at - FIRST_INFORMATION) / timedelta(seconds=pace)
    for line in LINES:
        if line is OPENING:
            continue
        await asyncio.sleep(max(0.0, begun + (line.at - FIRST_INFORMATION) / timedelta(seconds=pace) - loop.time()))
        await (alice if line.who == ALICE else bob).ask(in_drill(line))


def incident_of(facts: list[Fact | DeskFact]) -> tuple[Incident, list[Fact]]:
    start = next(place for place, fact in enumerate(facts) if isinstance(fact, Opened))
    told = [fact for fact in facts[start:] if not isinstance(fact, DeskFact)]
    incident = fold(told)
    assert incident is not None
    return incident, told


async def test_the_weekend_in_a_drill(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, bob, cellule = [await register(homeserver, name) for name in ("alice", "bob", "cellule")]
    people = {alice.user: ["admin", "coordinator"], bob.user: ["dpo", "it", "hr", "comms", "insurance"]}
    bot = Bot(tmp_path, homeserver, cellule, people, more={"organisation": ORGANISATION})
    met, before = [bot.user], starved_s(homeserver)
    async with bot, Peer(homeserver, alice, meet=met) as a, Peer(homeserver, bob, meet=met) as b:
        control = Talk(peer=a, room=(await a.wait_room(inviter=bot.user)).id, bot=bot.user)
        pace = await pace_of(bot, control)
        await control.say(OPENING.en + " --drill")
        room = (await a.wait_room(inviter=bot.user, known=[control.room])).id
        await b.wait_room(inviter=bot.user)
        leads, works = (Talk(peer=peer, room=room, bot=bot.user) for peer in (a, b))
        for talk in (leads, works):
            await talk.hear("Start here")
        await play(leads, works, pace)
        assert [*await unread(a, bot.user), *await unread(b, bot.user)] == []
        files = [said for said in await works.heard() if said.msgtype == "m.file"]
        names = {(await b.file(said)).name for said in files}
        starved = timedelta(seconds=starved_s(bot, homeserver) - before)
        assert await bot.stop() == 0
        incident, facts = incident_of(await bot.facts())

    starts = {fact.rule: fact for fact in facts if isinstance(fact, ClockStarted)}
    assert starts[CNIL].aware > starts[COMPLAINT].aware + timedelta(seconds=10)
    rang = [fact for fact in facts if isinstance(fact, Rang)]
    assert {fact.rung for fact in rang if fact.rule == COMPLAINT} >= {"T-48"}
    assert max(fact.late_by for fact in rang) <= ON_TIME_IN_DRILL + starved
    frozen = next(fact for fact in facts if isinstance(fact, DraftFrozen) and fact.draft == DraftId("cnil-initial"))
    assert (frozen.at - starts[CNIL].at) * pace < timedelta(hours=48)
    assert "about 400" in frozen.text.replace("\\", "")
    assert any(f"cnil-initial-v{frozen.version}-" in name and name.endswith(".md") for name in names)
    for rule in (CNIL, COMPLAINT):
        state = incident.clock_states[rule]
        assert isinstance(state, Filed)
        assert isinstance(state.running, Running)
        assert state.running.due is not None
        assert not any(name == "T" or name.startswith("T+") for name in state.running.rung)
