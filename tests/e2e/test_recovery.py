"""The machine is gone and the recovery key is on paper: the same bot again, for people and for their strict clients."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.backup.archive import FILES
from bot.demo.homeserver import Homeserver
from bot.matrix.account.seeds import ROLES
from tests.bots import Bot
from tests.console import Ended, cellule
from tests.docs.pages import passage, read
from tests.peers.peer import Peer, PeerError
from tests.servers import Account, register
from tests.talks import Talk, unread

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.long]

BEFORE, AFTER = re.findall(r"```sh\n(.*?)```", passage(read("docs/operations.md"), "The machine is lost"), re.DOTALL)
"""What the page says to type on the old machine, and on the new one."""
OTHER_KEY = "EsSz ygLv VP1b xF1C v7kE eBQx MxDP buG5 w25T L3b6 hfyG Kkrd"
LAST = "cellule run --config config.yaml\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An incident is open, and a strict client is in its room."""

    homeserver: Homeserver
    account: Account
    bot: Bot
    control: Talk
    talk: Talk
    folder: Path

    def on_another_machine(self) -> Bot:
        """Return the same bot with a configuration as it was, an empty folder, and a state key of its own."""
        folder = self.folder / "another machine"
        folder.mkdir()
        return Bot(folder, self.homeserver, self.account, {self.talk.peer.user: ["admin", "coordinator", "dpo"]})

    async def devices(self) -> dict[str, bool]:
        """Return the bot's devices as the strict client sees them, and whether its identity vouches for each."""
        return {device.id: device.signed for device in await self.talk.peer.devices(self.bot.user)}

    async def identity(self) -> str:
        """Return the master key that the homeserver shows of the bot."""
        path = "/_matrix/client/v3/keys/query"
        answer = await self.talk.peer.request("POST", path, {"device_keys": {self.bot.user: []}})
        (key,) = answer["master_keys"][self.bot.user]["keys"].values()
        return str(key)


@asynccontextmanager
async def incident(homeserver: Homeserver, folder: Path) -> AsyncIterator[Scene]:
    """Run a bot and a strict client; in the end it must have been able to read every message of the bot."""
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    machine = folder / "machine"
    machine.mkdir()
    bot = Bot(machine, homeserver, account, {alice.user: ["admin", "coordinator", "dpo"]})
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!open Host down --playbook provider-hit", "Host down")
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("Start here")
        yield Scene(homeserver=homeserver, account=account, bot=bot, control=control, talk=talk, folder=folder)
        assert await unread(peer, bot.user) == []


async def typed(commands: str, folder: Path) -> None:
    """Type *commands* into a shell in *folder*; each must succeed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euc", commands),
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0, told.decode()


async def in_state(command: str, bot: Bot, *words: str | Path) -> Ended:
    return await cellule(command, "--config", bot.config, *words)


# --- with a backup ------------------------------------------------------------------------------------------


async def test_whoever_types_what_the_page_says_has_the_same_bot_on_a_new_machine(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with incident(homeserver, tmp_path) as scene:
        talk, lost = scene.talk, scene.bot
        await talk.ask("!note before", "^Noted")
        about = await talk.ask("!about", "fingerprint|Fingerprint")
        identity, devices = await scene.identity(), await scene.devices()
        assert await lost.stop() == 0
        await typed(BEFORE, lost.folder)
        assert {path.name for path in lost.state.iterdir()} - FILES == {"lock"}, "all that is kept is in the backup"

        bot = scene.on_another_machine()
        for name in ("cellule.backup", "recovery.key"):
            shutil.copy(lost.folder / name, bot.folder)
        shutil.rmtree(lost.folder)
        shutil.rmtree(bot.folder / "secrets")
        while_down = await talk.say("!note while it was down")
        assert AFTER.endswith(LAST)
        await typed(AFTER.removesuffix(LAST), bot.folder)
        async with bot:
            await talk.hear("^Noted", after=while_down)
            again = await talk.ask("!about", "fingerprint|Fingerprint")
            assert again.text == about.text
            await talk.ask("!timeline 2", "before.*while it was down")
            await scene.control.ask("!list", "Host down")
            assert (await scene.identity(), await scene.devices()) == (identity, devices)
            assert all(devices.values())


async def test_from_an_older_backup_everybody_reads_on_and_what_was_typed_since_is_done_again(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with incident(homeserver, tmp_path) as scene:
        talk, saved, key = scene.talk, tmp_path / "cellule.backup", tmp_path / "recovery.key"
        assert await scene.bot.stop() == 0
        assert (await in_state("recovery-key", scene.bot, "--to", key)).code == 0
        await scene.bot.start()
        ended = await in_state("backup", scene.bot, "--to", saved, "--key-file", key)
        assert (ended.code, ended.err) == (0, ""), "while it runs"
        # The ratchets go on: each start has room keys of its own to send.
        for number in range(3):
            await talk.ask(f"!note since {number}", "^Noted")
            assert await scene.bot.stop() == 0
            await scene.bot.start()
        known = [room.id for room in await talk.peer.rooms()]
        await scene.control.ask("!open Opened since --playbook provider-hit", "Opened since")
        since = talk.in_room((await talk.peer.wait_room(inviter=scene.bot.user, known=known)).id)
        await since.hear("Start here")
        await scene.bot.kill()
        shutil.rmtree(scene.bot.folder)
        await talk.say("!note while it was down")

        bot = scene.on_another_machine()
        assert (await in_state("restore", bot, "--from", saved, "--key-file", key)).code == 0
        async with bot:
            await talk.ask("!timeline 4", "since 0.*since 1.*since 2.*while it was down")
            answers = [said for said in await talk.heard() if "Noted" in (said.text or "")]
            assert len(answers) == 4, "no answer twice"
            again = talk.in_room((await talk.peer.wait_room(inviter=bot.user, known=[*known, since.room])).id)
            await again.ask("!note in the second room", "^Noted")


async def test_a_bot_that_runs_is_saved_and_is_neither_given_a_key_nor_restored_over(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    alice = await register(homeserver, "alice")
    key, saved = tmp_path / "recovery.key", tmp_path / "saved"
    async with Bot(tmp_path, homeserver, await register(homeserver, "cellule"), {alice.user: ["admin"]}) as bot:
        assert (await in_state("recovery-key", bot, "--to", key)).code == 4
        assert not key.exists()
        assert await bot.stop() == 0
        assert (await in_state("recovery-key", bot, "--to", key)).code == 0
        again = await in_state("recovery-key", bot, "--to", tmp_path / "another.key")
        assert (again.code, "has a recovery key already" in again.err) == (2, True)
        assert not (tmp_path / "another.key").exists()
        await bot.start()
        assert (await in_state("backup", bot, "--to", saved, "--key-file", key)).code == 0
        ended = await in_state("restore", bot, "--from", saved, "--key-file", key)
        assert (ended.code, "another Cellule holds the state folder" in ended.err) == (4, True)
        assert await bot.stop() == 0
        ended = await in_state("restore", bot, "--from", saved, "--key-file", key)
        assert (ended.code, "is not empty" in ended.err) == (2, True)
        told = (await in_state("check", bot)).out
        assert "ok  recovery key: made" in told
        assert re.search(r"ok  backup: the last was made on [\d-]+, 0 days ago", told)
        assert key.read_text().strip() not in bot.log.read_text() + told


# --- without one --------------------------------------------------------------------------------------------


async def test_a_bot_that_lost_everything_takes_its_identity_out_of_secret_storage(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with incident(homeserver, tmp_path) as scene:
        peer, key = scene.talk.peer, tmp_path / "recovery.key"
        identity, devices = await scene.identity(), await scene.devices()
        assert await scene.bot.stop() == 0
        assert (await in_state("recovery-key", scene.bot, "--to", key)).code == 0
        shutil.rmtree(scene.bot.folder)

        bot = scene.on_another_machine()
        await bot.spawn()
        assert await bot.wait() == 3
        assert "name the recovery key in matrix.recovery_key_file" in bot.tail()
        bot.configure(matrix={"recovery_key_file": str(key)})
        known = [room.id for room in await peer.rooms()]
        async with bot:
            lobby = scene.talk.in_room((await peer.wait_room(inviter=bot.user, known=known)).id)
            await lobby.ask("!open Opened anew --playbook provider-hit", "Opened anew")
            now = await scene.devices()
            (new,) = now.keys() - devices.keys()
            assert now[new]
            assert await scene.identity() == identity
            key.unlink()
            assert await bot.stop() == 0
            await bot.start()
            await lobby.ask("!list", "Opened anew")


async def test_an_identity_made_in_element_is_taken_over_with_its_recovery_key(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    """Matrix-js-sdk makes the identity and the secret storage; the bot reads what it wrote."""
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    async with Peer(homeserver, account) as element:
        (tmp_path / "recovery.key").write_text(await element.make_recovery_key())
    (tmp_path / "recovery.key").chmod(0o600)
    bot = Bot(tmp_path, homeserver, account, {alice.user: ["admin"]})
    bot.configure(matrix={"recovery_key_file": str(tmp_path / "recovery.key")})
    async with bot, Peer(homeserver, alice, meet=[bot.user]) as peer:
        lobby = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await lobby.ask("!help", "Commands here")
        devices = await peer.devices(bot.user)
        assert len(devices) == 2
        assert all(device.signed for device in devices)


async def test_an_operator_logs_in_as_the_bot_with_the_key_and_the_bot_goes_on(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    """matrix-js-sdk opens the secret storage, takes the identity, and signs its own device with it."""
    async with incident(homeserver, tmp_path) as scene:
        key = tmp_path / "recovery.key"
        assert await scene.bot.stop() == 0
        assert (await in_state("recovery-key", scene.bot, "--to", key)).code == 0
        identity, typed_in = await scene.identity(), key.read_text().strip()
        with pytest.raises(PeerError, match="not the key of this secret storage"):
            async with Peer(homeserver, scene.account, recovery_key=OTHER_KEY, autojoin=False):
                pass
        async with Peer(homeserver, scene.account, recovery_key=typed_in, autojoin=False) as operator:
            seeds = {await operator.secret(f"m.cross_signing.{role}") for role in ROLES}
            assert len(seeds - {None}) == 3
            assert (await scene.devices())[operator.device]
            await scene.bot.start()
            await scene.talk.ask("!note the bot goes on", "^Noted")
        assert await scene.identity() == identity
