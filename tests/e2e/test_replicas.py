"""Two machines beside one database: one speaks, the other takes over, and people never see that it did."""

from __future__ import annotations

import asyncio
import signal
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo
from yarl import URL

from bot.config import load
from bot.demo.homeserver import Homeserver
from bot.store.postgres.beginning import remove_copy
from tests.bots import Bot
from tests.cables import Cable
from tests.console import cellule
from tests.databases import Postgres, database_server, postgres
from tests.disks import disk, fill
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
NONE = "no incident|No incident|none|nothing"
TAKES_OVER_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Cables:
    """What joins the first machine with the others."""

    homeserver: Cable
    database: Cable


@asynccontextmanager
async def cables(homeserver: Homeserver, database: Postgres) -> AsyncIterator[Cables]:
    async with Cable(URL(homeserver.url).port or 0) as there, Cable(database.port) as below:
        yield Cables(there, below)


@asynccontextmanager
async def machines(
    homeserver: Homeserver, database: Postgres, folder: Path, by: Cables | None = None
) -> AsyncIterator[tuple[Bot, Bot, Talk]]:
    """Run two machines, the first of which speaks, and a strict client in the control room."""
    alice, bot = await register(homeserver, "alice"), await register(homeserver, "cellule")
    people, state = {alice.user: ["admin", "coordinator", "dpo"]}, database.new_state()
    first = Bot(folder, homeserver, bot, people, pace=60, database=state)
    second = Bot.replica_of(first, folder / "second")
    if by is not None:
        first.configure(matrix={"homeserver": f"http://127.0.0.1:{by.homeserver.port}"})
        second.configure(state={"database_file": str(put(folder / "second/database", state))})
        put(folder / "secrets/database", make_conninfo(state, port=by.database.port))
    async with first, Peer(homeserver, alice, meet=[first.user]) as peer:
        await second.spawn()
        try:
            await second.wait_log(STANDS_BY)
            room = await peer.wait_room(inviter=first.user)
            yield first, second, Talk(peer=peer, room=room.id, bot=first.user)
            assert await unread(peer, first.user) == []
        finally:
            await second.kill()


def put(path: Path, address: str) -> Path:
    path.write_text(address)
    path.chmod(0o600)
    return path


async def test_a_standby_goes_on_where_a_killed_leader_stopped(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with machines(homeserver, database_server, tmp_path) as (first, second, control):
        loop = asyncio.get_running_loop()
        waits = await cellule("status", "--config", second.config)
        assert (waits.code, "stands by: another machine speaks" in waits.out) == (0, True), waits
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
        await control.ask("!list", NONE)
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
        await control.ask("!list", NONE)
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
async def test_a_leader_that_stood_still_for_a_minute_says_nothing_when_it_comes_back(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with machines(homeserver, database_server, tmp_path) as (first, _, control):
        first.signal(signal.SIGSTOP)
        stopped = asyncio.get_running_loop().time()
        await control.ask("!list", NONE)
        await asyncio.sleep(60 - (asyncio.get_running_loop().time() - stopped))
        first.signal(signal.SIGCONT)
        await only_the_other_speaks(first, control)


@pytest.mark.long
@pytest.mark.parametrize("cut", [("database",), ("database", "homeserver")])
async def test_a_leader_cut_off_from_the_database_falls_silent_and_stands_by_when_it_is_back(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path, cut: Sequence[str]
) -> None:
    async with (
        cables(homeserver, database_server) as by,
        machines(homeserver, database_server, tmp_path, by) as (first, second, control),
    ):
        for name in cut:
            getattr(by, name).cut()
        asked = asyncio.get_running_loop().time()
        await control.ask("!list", NONE)
        assert asyncio.get_running_loop().time() - asked <= TAKES_OVER_WITHIN_S
        assert SPEAKS in second.log.read_text()
        for name in cut:
            getattr(by, name).mend()
        await only_the_other_speaks(first, control)
        assert await second.stop() == 0


@pytest.mark.long
async def test_while_the_homeserver_is_away_nobody_takes_over_and_the_leader_goes_on(
    homeserver: Homeserver, database_server: Postgres, tmp_path: Path
) -> None:
    async with (
        cables(homeserver, database_server) as by,
        machines(homeserver, database_server, tmp_path, by) as (first, second, control),
    ):
        by.homeserver.cut()
        asked = await control.say("!list")
        await asyncio.sleep(TAKES_OVER_WITHIN_S)
        assert SPEAKS not in second.log.read_text()
        by.homeserver.mend()
        await control.hear(NONE, after=asked)
        assert await first.stop() == 0


async def only_the_other_speaks(first: Bot, control: Talk) -> None:
    """See that a leader of before stands by once it is back, and that nothing was said by both."""
    await first.wait_log("everything waits for that")
    await first.wait_log(STANDS_BY)
    await control.ask("!help", "!open")
    said = [one.text for one in await control.heard()]
    assert len(said) == len(set(said))
    assert await first.stop() == 0


@pytest.mark.long
async def test_while_the_database_is_full_nobody_speaks_and_what_was_typed_is_answered_once(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)  # PostgreSQL runs as nobody where we are root
    with disk(tmp_path / "disk", "size=300m,mode=0777") as small, postgres(small) as database:
        async with machines(homeserver, database, tmp_path) as (first, _, control):
            ballast = fill(small)
            asked = await control.say("!open Host down --playbook mailbox --drill")
            await first.wait_log("everything waits for that")
            ballast.unlink()
            database.start()
            await control.hear("Host down", after=asked)
            talk = control.in_room((await control.peer.wait_room(inviter=first.user, known=[control.room])).id)
            await talk.hear("Start here")
            await control.ask("!list", "Host down")
            assert len([one for one in await talk.heard() if "Start here" in (one.text or "")]) == 1
