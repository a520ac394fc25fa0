"""What lies on the disk and in the log, and the exit codes, of a bot that really ran."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.facts import Noted
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.peers.peer import Peer
from tests.servers import Account, register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.slow]

SECRET = "Quetzalcoatlus"
EXACT = (
    f"{SECRET}:\n  two spaces, \ttab\n\n«\u202fété\u202f» — 🔥👩🏽‍💻 مرحبا ✓ <b>&amp;</b> `!done D1` "
    + "long " * 3000
    + "end"
)
"""A note that every layer could spoil: newlines, emoji, Arabic, HTML, Markdown, length."""


async def test_after_a_run_neither_disk_nor_log_tells_anything_and_the_exit_codes_are_as_agreed(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator"]})
    async with bot:
        limits = await asyncio.to_thread(Path(f"/proc/{bot.pid}/limits").read_text)
        assert re.search(r"Max core file size +0 +0 ", limits), "a core file would hold every key"
        async with Peer(homeserver, alice, meet=[bot.user]) as peer:
            told = await run_an_incident(peer, bot)
            sealed = await peer.create_room(invite=[bot.user], direct=True)
            await peer.send(sealed, f"!open {SECRET} once more")
        assert await exit_of_a_second_instance(bot, tmp_path) == 4
        assert await bot.stop() == 0

    told |= {bot.user, alice.user, alice.localpart, cellule.password, SECRET, *await tokens(homeserver, bot.user)}
    forbidden = [word.encode() for word in told]
    files = [path for path in bot.state.rglob("*") if path.is_file()]
    assert {path.name for path in files} & {"state.db", "copy.db"}
    for path in files:
        assert path.stat().st_mode & 0o077 == 0, f"others may read {path.name}"
        for word in forbidden:
            assert word not in path.read_bytes(), f"{word!r} stands in {path.name}"
            assert word not in str(path.relative_to(bot.state)).encode(), f"{word!r} is in a name"
    log = bot.log.read_bytes()
    assert b"started:" in log
    assert [word for word in forbidden if word in log] == []
    notes = [fact.text for fact in await bot.facts() if isinstance(fact, Noted)]
    assert notes == [EXACT]


async def run_an_incident(peer: Peer, bot: Bot) -> set[str]:
    """Type the secret in every kind of place; return the rooms, the codename and the device."""
    control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
    await control.ask(f"!open {SECRET} down --playbook provider-hit --drill", SECRET)
    made = await peer.wait_room(inviter=bot.user, known=[control.room])
    talk = control.in_room(made.id)
    await talk.hear("Start here")
    await talk.ask(f"!note {EXACT}", "^Noted")
    await talk.ask(f"!done D1 {SECRET}", "^D1 done")
    await talk.ask(f"!{SECRET}", "I do not know")
    await talk.ask(f"!aware GDPR-33-1 03/04 {SECRET}", "reads two ways")
    await talk.say(f"just talk of {SECRET}")
    await talk.ask("!timeline 10", "Entry")
    return {control.room, made.id, str(made.name)}


async def exit_of_a_second_instance(bot: Bot, folder: Path) -> int:
    second = Bot.beside(bot, folder / "second.log")
    await second.spawn()
    return await second.wait()


async def tokens(homeserver: Homeserver, user: str) -> set[str]:
    """Return the access tokens the homeserver gave *user*."""

    def read() -> set[str]:
        with closing(sqlite3.connect(f"{homeserver.database.as_uri()}?mode=ro", uri=True)) as db:
            return {row[0] for row in db.execute("SELECT token FROM access_tokens WHERE user_id = ?", (user,))}

    found = await asyncio.to_thread(read)
    assert found
    return found


async def test_an_identity_that_is_not_ours_ends_the_bot_with_3(homeserver: Homeserver, tmp_path: Path) -> None:
    """Somebody with the password, the homeserver's administrator say, replaces the bot's cross-signing keys."""
    bot, cellule = await stopped_bot(homeserver, tmp_path)
    async with Peer(homeserver, cellule):
        await bot.spawn()
        assert await bot.wait() == 3
    assert "identity" in bot.tail()
    assert bot.user not in bot.log.read_text()


async def test_a_password_that_is_refused_ends_the_bot_with_3(homeserver: Homeserver, tmp_path: Path) -> None:
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin"]})
    (tmp_path / "secrets" / "password").write_text("not the password")
    await bot.spawn()
    assert await bot.wait() == 3
    assert "not the password" not in bot.log.read_text()


async def test_a_wrong_configuration_or_key_ends_the_bot_with_2_and_says_where(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    bot, _ = await stopped_bot(homeserver, tmp_path)
    right = bot.config.read_text()
    bot.config.write_text(right.replace("timezone: Europe/Paris", "timezone: Europe/Atlantis"))
    await bot.spawn()
    assert await bot.wait() == 2
    assert "locale.timezone" in bot.tail()
    bot.config.write_text(right)
    (tmp_path / "secrets" / "state.key").write_bytes(bytes(range(32)))
    await bot.spawn()
    assert await bot.wait() == 2


async def stopped_bot(homeserver: Homeserver, folder: Path) -> tuple[Bot, Account]:
    """Return a bot that ran once and was stopped, and its account."""
    alice, cellule = await register(homeserver, "alice"), await register(homeserver, "cellule")
    bot = Bot(folder, homeserver, cellule, {alice.user: ["admin"]})
    await bot.start()
    assert await bot.stop() == 0
    return bot, cellule
