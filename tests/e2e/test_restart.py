"""Late reminders, a homeserver that is away, people who type meanwhile. Kills at random moments are in tests/chaos."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from bot.core.decide.ringing import ON_TIME_IN_DRILL
from bot.core.facts import Noted, Rang
from bot.core.incident import WHOLE_ROOM
from bot.core.names import RuleId
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.patience import starved_s
from tests.peers.peer import Peer
from tests.peers.views import Message
from tests.servers import register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]

RULE = RuleId("GDPR-33-1")
PACE = 3600
"""An hour of the law is a second."""
HOUR_S = 3600 / PACE
LADDER = {"T-48": 48, "T-24": 24, "T-12": 12, "T-6": 6, "T-3": 3, "T-1": 1, "T": 0}
"""The rungs, each with its hours before the due time."""
FROM_START_H = 49
"""How long a clock of 72 hours still runs that was started 23 hours late."""


@asynccontextmanager
async def incident(homeserver: Homeserver, folder: Path) -> AsyncIterator[tuple[Bot, Talk]]:
    """Run a bot and a strict client; yield them with an incident open."""
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(folder, homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]}, pace=PACE)
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("Start here")
        yield bot, talk
        assert await unread(peer, bot.user) == []


async def test_every_rung_of_a_ladder_rings_once_over_a_kill_and_late_ones_say_so(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with incident(homeserver, tmp_path) as (bot, talk):
        loop = asyncio.get_running_loop()
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        started = await talk.ask("!aware GDPR-33-1 -23h", "GDPR-33-1 runs")
        begun, before = loop.time(), starved_s(homeserver)
        # T-48, worded when it is sent: on a busy machine that is some seconds, which are hours, later.
        await talk.hear(r"GDPR-33-1[^\n]* in [34]", after=started.id)
        # It is an entry a moment after it was read; killed in between, it would be one of the next life.
        while "GDPR-33-1 T-48" not in ((await talk.ask("!timeline 9", r"Entry \d+")).text or ""):
            continue
        starved = starved_s(bot)
        killed_at = datetime.now(UTC)
        await bot.kill()
        rings_at = {rung: begun + (FROM_START_H - hours) * HOUR_S for rung, hours in LADDER.items()}
        # What comes after T-48, T-24 unless the machine is busy, is missed by more than what counts as late in a drill.
        missed = next(rung for rung, at in rings_at.items() if rung != "T-48" and at > loop.time())
        await asyncio.sleep(rings_at[missed] + 3 - loop.time())
        await bot.start()
        up_at = datetime.now(UTC)
        await talk.hear(r"GDPR-33-1[^\n]* (now|overdue)", after=started.id)
        await talk.ask("!ack GDPR-33-1", "^Seen: GDPR-33-1")
        # It would ring on, between what is read in the room and what is read in the store.
        await talk.ask("!filed GDPR-33-1 CNIL-1", "GDPR-33-1 stopped")
        rung = [said for said in await talk.heard(after=started.id) if _is_of_the_clock(said)]
        starved += starved_s(bot, homeserver) - before
        assert await bot.stop() == 0
        facts = [fact for fact in await bot.facts() if isinstance(fact, Rang)]

    ladder = [fact for fact in facts if fact.rule == RULE and fact.rung in LADDER]
    assert [fact.rung for fact in ladder] == [*LADDER]
    assert Counter((fact.rule, fact.rung) for fact in facts).most_common(1)[0][1] == 1
    assert missed in {fact.rung for fact in ladder if fact.late_by}
    late = [fact for fact in ladder if fact.late_by > ON_TIME_IN_DRILL + timedelta(seconds=starved)]
    assert [fact for fact in late if not killed_at < fact.at - fact.late_by < up_at] == [], "they came while it was up"
    # What rings at one moment is one message, with other clocks.
    together = [tuple(of_moment) for _, of_moment in groupby(facts, key=lambda fact: fact.at)]
    moments = [moment for moment in together if any(fact.rule == RULE for fact in moment)]
    assert len(rung) == len(moments)
    assert [is_late(said) for said in rung] == [any(fact.late_by for fact in moment) for moment in moments]
    for said, moment in zip(rung, moments, strict=True):
        # alice owns the clock and stands in for all the rest, until the room is meant
        levels = {fact.level for fact in moment}
        assert (said.mentions or {}).get("room", False) is (WHOLE_ROOM in levels)
        assert said.mentioned == {talk.peer.user}, "who is meant is named, though the room is"
    levels_of_rule = [next(fact.level for fact in moment if fact.rule == RULE) for moment in moments]
    # One higher each time that nobody was heard, up to the whole room; on a busy machine more ring at one moment.
    assert levels_of_rule[:4] == [0, 1, 2, 3][: len(moments)]


def _is_of_the_clock(said: Message) -> bool:
    """Say whether it is a reminder of the clock: those of steps ring besides, once a drill is a minute old."""
    return said.msgtype == "m.text" and "GDPR-33-1" in (said.text or "")


def is_late(reminder: Message) -> bool:
    return "late: Cellule was down" in (reminder.text or "")


async def test_nothing_is_lost_while_the_homeserver_is_away(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    async with (
        Homeserver(tmp_path / "synapse") as homeserver,
        incident(homeserver, tmp_path / "bot") as (bot, talk),
    ):
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        started = await talk.ask("!aware GDPR-33-1 -20h", "GDPR-33-1 runs")
        await talk.say("!note sent just before")
        await homeserver.stop()
        # T-48 rings four hours after the start, into the void.
        await bot.wait_log("sync failed")
        await asyncio.sleep(4.5)
        await homeserver.start()
        # A homeserver that starts slowly finds the next rung beside it: which one rang is read in the store.
        await talk.hear(r"GDPR-33-1[^\n]* (in|now|overdue)", after=started.id)
        await talk.ask("!note sent after", "^Noted")
        await talk.ask("!filed GDPR-33-1 CNIL-1", "GDPR-33-1 stopped")
        heard = await talk.heard(after=started.id)
        assert await bot.stop() == 0
        facts = await bot.facts()

    assert [fact.text for fact in facts if isinstance(fact, Noted)] == ["sent just before", "sent after"]
    rang = [fact for fact in facts if isinstance(fact, Rang)]
    rungs = [(fact.rule, fact.rung) for fact in rang]
    assert rungs.count((RULE, "T-48")) == 1
    assert len(rungs) == len(set(rungs))
    assert sum("Noted" in (said.text or "") for said in heard) == 2
    # Those that ring at one moment are one message.
    assert sum(map(_is_of_the_clock, heard)) == len({fact.at for fact in rang if fact.rule == RULE})


async def test_what_was_typed_while_the_bot_was_down_is_done_in_order(homeserver: Homeserver, tmp_path: Path) -> None:
    """More messages than one sync brings: the gap is filled."""
    async with incident(homeserver, tmp_path) as (bot, talk):
        assert await bot.stop() == 0
        for number in range(25):
            await talk.say(f"!note {number}")
        await bot.start()
        await talk.ask("!timeline 1", r"Entry \d+")
        answers = [said for said in await talk.heard() if "Noted" in (said.text or "")]
        assert await bot.stop() == 0
        notes = [fact.text for fact in await bot.facts() if isinstance(fact, Noted)]
    assert notes == [str(number) for number in range(25)]
    assert len(answers) == 25
