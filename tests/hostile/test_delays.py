"""A homeserver that holds things back, for as long as it likes: words that come late, and clocks that run meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from tests.hostile import told
from tests.hostile.evil import injected
from tests.hostile.kept import kept_by
from tests.hostile.ladder import LASTS_S, RULE, all_rang, last_rung, start_clock
from tests.hostile.scene import Scene
from tests.hostile.stages import LEADS, staged
from tests.hostile.test_events import noted, withhold
from tests.hostile.watched_bot import AHEAD
from tests.matrix.between import Instead
from tests.peers.views import Json

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

BUSY: Json = {"errcode": "M_UNKNOWN", "error": "not now"}


# --- words that come late -----------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["!close it is over", "!remove {bob}", "!clore", "!retirer {bob}"])
async def test_a_command_without_return_that_comes_after_later_words(scene: Scene, body: str) -> None:
    """Alice has said other things since: it is not carried out any more, and she is told."""
    late = await withhold(scene, body.format(bob=scene.bob.peer.user))
    await noted(scene, "said later")
    before = await scene.alice.say("what comes now is late")
    await scene.evil.sync(injected(scene.alice.room, late))
    await scene.logged(told.LATE_COMMAND)
    await scene.alice.hear(told.NOT_CARRIED_OUT, after=before)
    await scene.bob.ask("!status", "Progress")


@asynccontextmanager
async def two_who_lead(homeserver: Homeserver, folder: Path) -> AsyncIterator[Scene]:
    """Set up an incident with a clock of the law, which takes two persons to close."""
    async with staged(homeserver, folder, bob=LEADS) as scene:
        await scene.alice.ask("!fact personal-data yes", "personal-data = yes")
        await scene.alice.ask(f"!aware {RULE} now", f"{RULE} runs")
        await scene.begin()
        scene.does["ConfirmationAsked"] = 1
        yield scene


async def test_a_confirmation_that_comes_after_later_words(homeserver: Homeserver, tmp_path: Path) -> None:
    async with two_who_lead(homeserver, tmp_path) as scene:
        await scene.alice.ask("!close all is well", "!confirm 1")
        late = await withhold(scene, "!confirm 1", by=scene.bob)
        await scene.bob.ask("!status", "Progress")
        before = await scene.bob.say("what comes now is late")
        await scene.evil.sync(injected(scene.alice.room, late))
        await scene.bob.hear(told.NOT_CARRIED_OUT, after=before)
        await scene.holds()


async def test_a_confirmation_that_is_held_back_for_an_hour(homeserver: Homeserver, tmp_path: Path) -> None:
    """Nothing came after it. What it was for has lapsed; and it confirms nothing that was asked for since."""
    async with two_who_lead(homeserver, tmp_path) as scene:
        await scene.alice.ask("!close all is well", "!confirm 1")
        late = await withhold(scene, "!confirm 1", by=scene.bob)
        assert await scene.bot.stop() == 0
        (scene.bot.folder / AHEAD).write_text(str(timedelta(hours=1).total_seconds()))
        await scene.bot.start()
        scene.does["ConfirmationAsked"] = 2
        await scene.alice.ask("!close again", "!confirm 2")
        before = await scene.bob.peer.timeline(scene.bob.room)
        await scene.evil.sync(injected(scene.alice.room, late))
        await scene.bob.hear("lapsed|nothing|Nothing", after=before[-1].id)
        await scene.alice.ask("!status", "Progress")
        kept = await kept_by(scene.bot)
        assert not [act for act in kept.acts if act.startswith("Closed")]


# --- clocks that run meanwhile ------------------------------------------------------------------------------


async def test_reminders_while_nothing_is_heard_of_the_homeserver(drill: Scene) -> None:
    """For hours of the drill every sync fails: what is due is said all the same, and what was typed is done then."""
    started = await start_clock(drill)
    drill.evil.lie("GET", "sync", Instead(status=502, body=BUSY))
    said = await drill.alice.say("!note typed meanwhile")
    await last_rung(drill, started)
    await all_rang(drill)
    drill.evil.be_honest()
    drill.expected.append("typed meanwhile")
    await drill.alice.hear("^Noted", after=said)


async def test_reminders_while_the_homeserver_takes_no_message(drill: Scene) -> None:
    """For the whole ladder nothing can be said anywhere: afterwards all that is due is said, and that it is late."""
    drill.evil.lie("PUT", "/send/m.room.encrypted", Instead(status=503, body=BUSY))
    said = await start_clock(drill)
    await asyncio.sleep(LASTS_S)
    drill.evil.be_honest()
    late = await drill.bob.hear(rf"{RULE}: (in|now|overdue)", after=said)
    assert "late" in (late.text or "")
    drill.does["Acknowledged"] = 1
    await drill.bob.ask("!ack", "Seen")
    await all_rang(drill)
