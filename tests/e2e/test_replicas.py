"""Two machines beside one database: one speaks, the other takes over, and people never see that it did."""

from __future__ import annotations

import asyncio
import os
import signal
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.config import load
from bot.demo.homeserver import Homeserver
from bot.store.postgres.beginning import remove_copy
from tests.bots import Bot
from tests.console import cellule
from tests.databases import Postgres, database_server, postgres
from tests.e2e.test_at_rest import SECRET, run_an_incident, tokens
from tests.peers.peer import Peer
from tests.servers import register
from tests.store.beside import Beside
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow]
__all__ = ["database_server"]

ANIMALS = "alpaca bison civet dingo egret finch gecko heron ibis jackal kestrel lemur marmot newt"
WORDS = tuple(f"Planted-{animal}" for animal in ANIMALS.split())
STANDS_BY, SPEAKS = "standing by", "this Cellule speaks now"
TAKES_OVER_WITHIN_S = 15.0


@asynccontextmanager
async def machines(homeserver: Homeserver, database: Postgres, folder: Path) -> AsyncIterator[tuple[Bot, Bot, Talk]]:
    """Run two machines, the first of which speaks, and a strict client in the control room."""
    alice, bot = await register(homeserver, "alice"), await register(homeserver, "cellule")
    people = {alice.user: ["admin", "coordinator", "dpo"]}
    first = Bot(folder, homeserver, bot, people, pace=60, database=database.new_state())
    second = Bot.replica_of(first, folder / "second")
    async with first, Peer(homeserver, alice, meet=[first.user]) as peer:
        await second.spawn()
        try:
            await second.wait_log(STANDS_BY)
            room = await peer.wait_room(inviter=first.user)
            yield first, second, Talk(peer=peer, room=room.id, bot=first.user)
            assert await unread(peer, first.user) == []
        finally:
            await second.kill()


async def test_a_standby_goes_on_where_a_killed_leader_stopped(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with machines(homeserver, database_server, tmp_path) as (first, second, control):
        loop = asyncio.get_running_loop()
        await control.ask("!open Host down --playbook provider-hit --drill", "Host down")
        talk = control.in_room((await control.peer.wait_room(inviter=first.user, known=[control.room])).id)
        await talk.hear("Start here")
        await first.kill()
        killed = loop.time()
        await talk.ask("!note after the kill", "after the kill|Noted|entry")
        assert loop.time() - killed <= TAKES_OVER_WITHIN_S
        assert SPEAKS in second.log.read_text()
        # The one that comes back stands by, and takes over in its turn.
        await first.spawn()
        await first.wait_log(STANDS_BY)
        assert await second.stop() == 0
        await talk.ask("!note after the stop", "after the stop|Noted|entry")
        assert await first.stop() == 0


@pytest.mark.long
async def test_a_database_of_an_older_day_is_known_by_the_account_where_nobody_has_seen_a_newer_one(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with machines(homeserver, database_server, tmp_path) as (first, second, control):
        assert await second.stop() == 0
        assert await first.stop() == 0
        beside = Beside(database_server, load(first.config).state.database.reveal(), tmp_path)  # type: ignore[union-attr]
        beside.save()
        await first.start()
        await control.ask("!list", "no incident|No incident|none|nothing")
        assert await first.stop() == 0
        beside.bring_back()
        for machine in (first, second):
            await asyncio.to_thread(remove_copy, machine.state)
        await first.spawn()
        assert await first.wait() == 3
        assert "cellule state accept" in first.tail(1)
        taken = await cellule("state", "accept", "--config", first.config)
        assert taken.code == 0, taken.err
        await first.start()
        await control.ask("!list", "no incident|No incident|none|nothing")
        assert await first.stop() == 0


@pytest.mark.long
async def test_no_planted_word_id_or_name_is_in_the_files_or_a_dump_of_the_database(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    with postgres() as database:
        async with machines(homeserver, database, tmp_path) as (first, second, control):
            planted = await run_an_incident(control.peer, first)
            talk = control.in_room(next(room for room in planted if room.startswith("!") and room != control.room))
            for word in WORDS:
                await talk.ask(f"!note {word}", "^Noted")
            planted |= {*WORDS, first.user, control.peer.user, SECRET, *await tokens(homeserver, first.user)}
            assert await second.stop() == 0
            assert await first.stop() == 0
        kept = await asyncio.to_thread(database.everything)
        assert len(planted) >= 20
        for word in planted:
            for form in (word.encode(), word.encode().hex().encode(), b64encode(word.encode())[:-4]):
                assert form not in kept, word


@pytest.mark.long
async def test_a_leader_that_stood_still_says_nothing_when_it_comes_back(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with machines(homeserver, database_server, tmp_path) as (first, _, control):
        os.kill(first.pid, signal.SIGSTOP)
        await control.ask("!list", "no incident|No incident|none|nothing")
        os.kill(first.pid, signal.SIGCONT)
        await first.wait_log("everything waits for that")
        await first.wait_log(STANDS_BY)
        await control.ask("!help", "!open")
        said = [one.text for one in await control.heard()]
        assert len(said) == len(set(said)), "nothing was said by both"
        assert await first.stop() == 0
