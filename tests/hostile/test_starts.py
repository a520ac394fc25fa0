"""A homeserver that lies while the bot starts: about its keys, its identity, and after a restore."""

from __future__ import annotations

import asyncio
import re
import resource
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.demo.homeserver import Homeserver
from tests.bots import STARTED, Bot
from tests.e2e.test_homeserver import call, log_in
from tests.e2e.test_recovery import in_state
from tests.hostile import told
from tests.hostile.evil import Evil
from tests.hostile.stages import WATCHED
from tests.matrix.between import Changed, Instead
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.peers.views import Json
from tests.servers import Account, register
from tests.talks import Talk

pytestmark = pytest.mark.slow
long = pytest.mark.long

OURS = {"user_id", "device_id", "algorithms", "keys", "usage", "signatures", "unsigned"}
"""What stands in the keys of a device and of an identity: nothing else gets a signature of ours."""
K = "hNf7vQ3zRzZ0m0l4hE3d2Yk0l1mS9yq2bqKpCw0u6E8"
"""The public key of a backup that the homeserver can open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A bot that was started once by an honest homeserver, and stopped."""

    homeserver: Homeserver
    evil: Evil
    account: Account
    bot: Bot
    alice: Account
    token: str

    async def published(self) -> Json:
        """Return the keys of the bot's account as the real homeserver has them, without unsigned additions."""
        answer: Any
        _, answer = await call(self.homeserver, "keys/query", {"device_keys": {self.bot.user: []}}, self.token)
        return {role: answer[f"{role}_keys"][self.bot.user]["keys"] for role in ("master", "self_signing")}

    def signed(self) -> Iterator[Json]:
        """Return every object with a signature that the bot ever sent about its keys."""
        for passed in self.evil.passed:
            if "keys/signatures/upload" in passed.path or "device_signing" in passed.path:
                yield from _signed_in(passed.body)

    def lines(self) -> list[str]:
        """Return what the bot logged; nothing before its first start."""
        return self.bot.log.read_text(errors="replace").splitlines() if self.bot.log.exists() else []

    async def tries(self) -> tuple[int | None, list[str]]:
        """Start the bot until it listens, None, or ends, with what code; and return what it logged."""
        said = len(self.lines())
        await self.bot.spawn()
        try:
            async with asyncio.timeout(PATIENCE_S):
                while self.bot.is_running and not self._listens(said):  # noqa: ASYNC110 - a file of another process
                    await asyncio.sleep(0.05)
            code = None if self.bot.is_running else await self.bot.wait()
        finally:
            await self.bot.kill()
        return code, self.lines()[said:]

    def _listens(self, said: int) -> bool:
        return any(STARTED in line for line in self.lines()[said:])

    async def refuses(self, words: re.Pattern[str]) -> None:
        """Start the bot, and see that it ends with what code a person must look at, and says why."""
        code, lines = await self.tries()
        assert code == 3, lines
        assert [line for line in lines if words.search(line)], lines


def _signed_in(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        if "signatures" in part:
            yield part
        for value in part.values():
            yield from _signed_in(value)


@asynccontextmanager
async def started_once(homeserver: Homeserver, folder: Path) -> AsyncIterator[Start]:
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    async with Evil(homeserver.url) as evil:
        bot = Bot(folder, homeserver, account, {alice.user: ["admin", "coordinator"]}, url=evil.url, module=WATCHED)
        async with bot:
            assert await bot.stop() == 0
            token = await log_in(homeserver, alice)
            yield Start(homeserver=homeserver, evil=evil, account=account, bot=bot, alice=alice, token=token)


def of_ours(section: str, user: str, by: Callable[[Json], Json]) -> Changed:
    """Return a change of each key object of ours in one *section* of an answer about devices."""

    def change(answer: Json) -> Json:
        found = answer.get(section, {}).get(user)
        if found is not None:
            devices = section == "device_keys"
            answer[section][user] = {id: by(one) for id, one in found.items()} if devices else by(found)
        return answer

    return Changed(by=change)


def unsigned(shown: Json, **more: Any) -> Json:
    """Return *shown* without any signature, and with *more*."""
    return {name: part for name, part in shown.items() if name != "signatures"} | more


# --- what we sign -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "more"),
    [
        ("master_keys", {"public_key": K}),
        pytest.param("device_keys", {"public_key": K}, marks=long),
        pytest.param("device_keys", {"key": K}, marks=long),
        pytest.param("master_keys", {"usage": ["master", "self_signing"]}, marks=long),
        pytest.param("self_signing_keys", {"public_key": K}, marks=long),
        pytest.param("user_signing_keys", {"public_key": K}, marks=long),
    ],
)
async def test_what_the_homeserver_adds_to_our_keys_is_not_signed(
    homeserver: Homeserver, tmp_path: Path, section: str, more: Json
) -> None:
    """Our signature is taken away, and something is added: signed anew, it would be a backup that the server reads."""
    async with started_once(homeserver, tmp_path) as start:
        lie = of_ours(section, start.bot.user, lambda shown: unsigned(shown, **more))
        start.evil.lie("POST", "keys/query", lie)
        start.evil.lie("POST", "keys/signatures/upload", Instead(body={}))
        await start.refuses(told.OTHER_THAN_OURS)
        assert [signed for signed in start.signed() if not signed.keys() <= OURS] == []
        assert [signed for signed in start.signed() if len(signed.get("usage", ())) > 1] == []


async def test_a_signature_of_ours_that_is_taken_away_is_made_again(homeserver: Homeserver, tmp_path: Path) -> None:
    """That alone is no reason to stop: a homeserver may have lost it."""
    async with started_once(homeserver, tmp_path) as start:
        signed = len([*start.signed()])
        start.evil.lie("POST", "keys/query", of_ours("master_keys", start.bot.user, unsigned))
        async with start.bot:
            assert len([*start.signed()]) == signed + 1
        assert [one for one in start.signed() if not one.keys() <= OURS] == []


@long
@pytest.mark.peer
async def test_nothing_of_ours_makes_a_backup_of_the_homeservers_trusted(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    """To the end: the operator logs in as the bot, and is shown a backup that our device seems to vouch for."""
    async with started_once(homeserver, tmp_path) as start:
        bot, evil, key = start.bot, start.evil, tmp_path / "recovery.key"
        assert (await in_state("recovery-key", bot, "--to", key)).code == 0
        await bot.start()
        async with Peer(homeserver, start.alice, meet=[bot.user]) as alice:
            talk = Talk(peer=alice, room=(await alice.wait_room(inviter=bot.user)).id, bot=bot.user)
            await talk.ask("!list", "No incident|no incident")
            assert await bot.stop() == 0
            evil.lie(
                "POST", "keys/query", of_ours("master_keys", bot.user, lambda shown: unsigned(shown, public_key=K))
            )
            evil.lie("POST", "keys/signatures/upload", Instead(body={}))
            await start.tries()
            evil.be_honest()
            shown = _as_backup([*start.signed()][-1])
            evil.lie("GET", "room_keys/version", Instead(body=shown))
            evil.lie("PUT", "room_keys/keys", Instead(body={"count": 1, "etag": "2"}))
            async with Peer(
                homeserver, start.account, url=evil.url, recovery_key=key.read_text().strip(), autojoin=False
            ) as operator:
                await talk.say("the account number is 4711")
                await operator.wait_for(talk.room, "account number is 4711")
                assert await operator.backup() == {"trusted": False, "active": None}
                assert evil.count("PUT", "room_keys/keys") == 0


def _as_backup(signed: Json) -> Json:
    """Return what was signed last as a backup: one that nobody signed, when it has no key of the homeserver's."""
    data = signed if "public_key" in signed else {"public_key": K, "signatures": signed["signatures"]}
    return {
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": data,
        "count": 0,
        "etag": "1",
        "version": "1",
    }


# --- our identity -------------------------------------------------------------------------------------------


def without_identity(user: str) -> Changed:
    def change(answer: Json) -> Json:
        for role in ("master", "self_signing", "user_signing"):
            answer.get(f"{role}_keys", {}).pop(user, None)
        return answer

    return Changed(by=change)


async def lost(start: Start, *, recovery_key: bool) -> None:
    """Lose the state, with or without a recovery key that is named in the configuration."""
    key = start.bot.folder / "recovery.key"
    if recovery_key:
        assert (await in_state("recovery-key", start.bot, "--to", key)).code == 0
        written = yaml.safe_load(start.bot.config.read_text())
        written["matrix"]["recovery_key_file"] = str(key)
        start.bot.config.write_text(yaml.safe_dump(written))
    shutil.rmtree(start.bot.state)


@pytest.mark.parametrize(
    ("recovery_key", "times"),
    [
        (True, 1),
        pytest.param(True, 10**9, marks=long),
        pytest.param(False, 1, marks=long),
        pytest.param(False, 10**9, marks=long),
    ],
    ids=["once, with a recovery key", "always, with one", "once, without one", "always, without one"],
)
async def test_an_identity_that_is_hidden_is_not_overwritten(
    homeserver: Homeserver, tmp_path: Path, *, recovery_key: bool, times: int
) -> None:
    """The state is lost, and the homeserver shows no identity of ours: it is not replaced by a new one."""
    async with started_once(homeserver, tmp_path) as start:
        identity = await start.published()
        await lost(start, recovery_key=recovery_key)
        hidden = start.evil.lie("POST", "keys/query", without_identity(start.bot.user), times=times)
        code, lines = await start.tries()
        assert hidden.left < times
        assert await start.published() == identity
        # With its key, the identity that is shown when the bot looks again may be taken over.
        assert code in ({3, None} if recovery_key and times == 1 else {3})
        assert code is None or [line for line in lines if told.HIDDEN_IDENTITY.search(line)], lines


@long
async def test_the_password_is_not_given_for_a_first_identity(homeserver: Homeserver, tmp_path: Path) -> None:
    """A homeserver of today takes the first identity without it: one that asks wants to have another replaced."""
    alice, account = await register(homeserver, "alice"), await register(homeserver, "cellule")
    asked = {"flows": [{"stages": ["m.login.password"]}], "params": {}, "session": "s"}
    async with Evil(homeserver.url) as evil:
        evil.lie("POST", "device_signing/upload", Instead(status=401, body=asked))
        bot = Bot(tmp_path, homeserver, account, {alice.user: ["admin"]}, url=evil.url, module=WATCHED)
        start = Start(homeserver=homeserver, evil=evil, account=account, bot=bot, alice=alice, token="")
        await start.refuses(told.PASSWORD_WANTED)
        given = [passed for passed in evil.passed if "device_signing" in passed.path and "auth" in passed.body]
        assert given == []


# --- after a restore ----------------------------------------------------------------------------------------


async def restored(start: Start) -> None:
    """Make a backup, lose the state, and restore it."""
    key, saved = start.bot.folder / "recovery.key", start.bot.folder / "saved"
    assert (await in_state("recovery-key", start.bot, "--to", key)).code == 0
    assert (await in_state("backup", start.bot, "--to", saved, "--key-file", key)).code == 0
    shutil.rmtree(start.bot.state)
    assert (await in_state("restore", start.bot, "--from", saved, "--key-file", key)).code == 0


@long
async def test_a_restore_against_a_homeserver_that_hides_our_identity(homeserver: Homeserver, tmp_path: Path) -> None:
    """Ours is known and shown again; no other one is made."""
    async with started_once(homeserver, tmp_path) as start:
        identity = await start.published()
        await restored(start)
        start.evil.lie("POST", "keys/query", without_identity(start.bot.user), times=1)
        await start.tries()
        assert await start.published() == identity


@long
async def test_a_restore_against_a_homeserver_that_adds_to_our_keys(homeserver: Homeserver, tmp_path: Path) -> None:
    async with started_once(homeserver, tmp_path) as start:
        await restored(start)
        lie = of_ours("device_keys", start.bot.user, lambda shown: unsigned(shown, key=K))
        start.evil.lie("POST", "keys/query", lie)
        start.evil.lie("POST", "keys/signatures/upload", Instead(body={}))
        await start.refuses(told.OTHER_THAN_OURS)
        assert [signed for signed in start.signed() if not signed.keys() <= OURS] == []


@long
async def test_a_restore_against_a_homeserver_that_shows_another_identity(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with started_once(homeserver, tmp_path) as start:
        identity = await start.published()
        await restored(start)

        def change(shown: Json) -> Json:
            return shown | {"keys": {f"ed25519:{K}": K}}

        start.evil.lie("POST", "keys/query", of_ours("master_keys", start.bot.user, change))
        await start.refuses(re.compile("replaced"))
        assert await start.published() == identity


# --- the process --------------------------------------------------------------------------------------------


@long
async def test_a_crash_would_leave_no_image_of_the_memory(homeserver: Homeserver, tmp_path: Path) -> None:
    """Whoever starts it, and whatever they allow: nothing of what the bot knows would be written down."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("no process here may leave an image of its memory")
    async with started_once(homeserver, tmp_path) as start:
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        try:
            await start.bot.start()
        finally:
            resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
        assert _longest_image(start.bot.pid) == "0"


def _longest_image(process: int) -> str:
    found = re.search(r"Max core file size +(\S+)", Path(f"/proc/{process}/limits").read_text())
    assert found is not None
    return found[1]
