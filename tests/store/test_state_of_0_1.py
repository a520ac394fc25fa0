"""A state folder that version 0.1.0 left opens in this one, with nothing lost.

Made by revision 2f531ef at its test homeserver: one incident, `!fact`, `!aware GDPR-33-1 -20h`, `!note`, `!done D1`,
`!severity`, and SIGTERM. `said.json` is what that version read in it before it was put here.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backup.making import make
from bot.backup.restoring import restore
from bot.core import facts
from bot.core.clocks.rules import Running
from bot.core.names import DeviceId, UserId
from bot.matrix.account.seeds import kept_seeds
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.crypto_store import holds, open_crypto
from bot.matrix.guard.heard import Place
from bot.matrix.guard.olm import GuardedOlm
from bot.service.books import Books
from bot.store.connection import open_file
from bot.store.former_keys import FORMER_FILE, former_key
from bot.store.sqlite import SqliteStore, open_store
from tests.databases import state_in

KEPT = Path(__file__).with_name("state_of_0_1")
KEY, RECOVERY, NEW = (KEPT / "state.key").read_bytes(), b"r" * 32, b"n" * 32
Logged = pytest.LogCaptureFixture
SAID: dict[str, Any] = json.loads((KEPT / "said.json").read_text("utf-8"))
ROOMS = {"!nBAh8dqSG3myfgEC22RHJj7IdZSzzRPhK0Lg1ZTUyEE", "!gARc24TeT9OLV6qd-rmhLTKxz5pf2BhHu2l6gU0v0CY"}
"""Those it was in."""
USER, DEVICE = UserId(SAID["user"]), DeviceId(SAID["device"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "state"
    place.mkdir(mode=0o700)
    for name in ("state.db", "crypto.db"):
        shutil.copyfile(KEPT / name, place / name)
    return place


async def test_every_fact_is_there_in_its_order_and_the_chain_holds(folder: Path) -> None:
    for _ in range(2):  # the first migrates it
        async with await open_store(folder, KEY) as store:
            assert await store.verify() == ()
            found = {
                str(stream): [
                    f"{type(kept.fact).__name__} {kept.fact.at.isoformat()}" for kept in await store.history(stream)
                ]
                for stream in await store.streams()
            }
            assert found == SAID["facts"]
            assert (await store.sync_token(), len(await store.tasks())) == (SAID["token"], SAID["tasks"])


async def test_the_incident_goes_on_where_it_was(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        (incident,) = (await Books.load(store)).incidents()
        noted = [kept.fact.text for kept in await store.history(incident.id) if isinstance(kept.fact, facts.Noted)]
    (running,) = [clock.state for clock in incident.clocks() if isinstance(clock.state, Running)]
    (started,) = [fact for fact in SAID["facts"][incident.id] if fact.startswith("ClockStarted")]
    assert datetime.fromisoformat(started.split()[1]) - running.aware == timedelta(hours=20)
    assert (incident.title, incident.severity, noted) == (
        "Our host is encrypted",
        facts.Severity.HIGH,
        ["first seen by the night shift"],
    )


async def test_the_device_and_the_identity_are_the_same_and_go_into_a_backup(folder: Path, tmp_path: Path) -> None:
    assert await fingerprint(folder, KEY) == SAID["fingerprint"]
    made = await make(state_in(folder, KEY), tmp_path / "backup", RECOVERY, datetime.now(UTC))
    assert made.manifest.device == DEVICE
    await restore(tmp_path / "backup", RECOVERY, tmp_path / "new", NEW, USER)
    assert await fingerprint(tmp_path / "new", NEW) == SAID["fingerprint"]
    async with await open_store(tmp_path / "new", NEW) as store:
        kept = await store.get(LOGIN)
        assert kept is not None
        assert Login.load(kept).device == DEVICE
        assert await kept_seeds(store) is not None


async def fingerprint(folder: Path, key: bytes) -> str:
    async with await open_store(folder, key) as store:
        account = (await open_crypto(store.crypto, DEVICE)).load_account()
    assert account is not None
    return str(account.identity_keys["ed25519"])


async def machine_of(store: SqliteStore) -> GuardedOlm:
    return GuardedOlm(USER, DEVICE, await open_crypto(store.crypto, DEVICE), lambda _: True)


async def test_the_machine_of_the_device_reads_all_its_keys_and_their_former_file_goes(folder: Path) -> None:
    for _ in range(2):  # the first takes them over
        async with await open_store(folder, KEY) as store:
            machine = await machine_of(store)
            assert machine.account.identity_keys["ed25519"] == SAID["fingerprint"]
            assert machine.account.shared
            (device,) = machine.device_store
            assert device.verified
            assert machine.session_store.get(device.curve25519) is not None
            assert machine.identities.person(UserId(device.user_id)).pinned is not None
            assert len(list(machine.inbound_group_store)) == 4
            assert machine.store.load_encrypted_rooms() == ROOMS
    assert not (folder / FORMER_FILE).exists()


async def test_what_is_heard_from_now_on_is_remembered_beside_what_was_heard_then(folder: Path) -> None:
    async with await open_store(folder, KEY) as store:
        heard = (await machine_of(store)).store.heard
        ((sender, session), *_) = heard._places
        then = heard.last(sender, session)
        assert then is not None
        assert heard.place(sender, session, then) is not None
        heard.keep(sender, session, then + 1, Place("!room:example.org", "$said", then))
        await store.crypto.settle()
    async with await open_store(folder, KEY) as store:
        heard = (await machine_of(store)).store.heard
        assert heard.place(sender, session, then) is not None
        assert heard.place(sender, session, then + 1) == Place("!room:example.org", "$said", then)


async def test_a_stop_after_they_were_taken_over_loses_nothing_that_came_since(folder: Path, tmp_path: Path) -> None:
    shutil.copyfile(folder / FORMER_FILE, tmp_path / "copy")
    async with await open_store(folder, KEY) as store:
        machine = await machine_of(store)
        machine.account.shared = False
        machine.save_account()
        await store.crypto.settle()
    shutil.copyfile(tmp_path / "copy", folder / FORMER_FILE)
    async with await open_store(folder, KEY) as store:
        assert not (await machine_of(store)).account.shared
    assert not (folder / FORMER_FILE).exists()


async def test_keys_of_another_state_are_left_where_they_are(folder: Path, tmp_path: Path, caplog: Logged) -> None:
    other = tmp_path / "other"
    async with await open_store(other, NEW) as store:
        assert not await holds(store.crypto, DEVICE)
    shutil.copyfile(folder / FORMER_FILE, other / FORMER_FILE)
    for _ in range(2):
        async with await open_store(other, NEW) as store:
            (await machine_of(store)).save_account()
            await store.crypto.settle()
        assert (other / FORMER_FILE).exists()
        assert "belongs to another state" in caplog.text
        caplog.clear()


async def test_a_file_without_tables_has_nothing_to_take_over(folder: Path) -> None:
    (folder / FORMER_FILE).unlink()
    open_file(folder / FORMER_FILE, former_key(KEY)).close()
    async with await open_store(folder, KEY) as store:
        assert not await holds(store.crypto, DEVICE)
    assert not (folder / FORMER_FILE).exists()
