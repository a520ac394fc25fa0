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
from bot.matrix.guard.crypto_store import CryptoFile
from bot.matrix.guard.olm import GuardedOlm
from bot.service.books import Books
from bot.store.sqlite import open_store

KEPT = Path(__file__).with_name("state_of_0_1")
KEY, RECOVERY, NEW = (KEPT / "state.key").read_bytes(), b"r" * 32, b"n" * 32
SAID: dict[str, Any] = json.loads((KEPT / "said.json").read_text("utf-8"))
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
    assert fingerprint(folder, KEY) == SAID["fingerprint"]
    made = await make(folder, KEY, tmp_path / "backup", RECOVERY, datetime.now(UTC))
    assert made.manifest.device == DEVICE
    await restore(tmp_path / "backup", RECOVERY, tmp_path / "new", NEW, USER)
    assert fingerprint(tmp_path / "new", NEW) == SAID["fingerprint"]
    async with await open_store(tmp_path / "new", NEW) as store:
        kept = await store.get(LOGIN)
        assert kept is not None
        assert Login.load(kept).device == DEVICE
        assert await kept_seeds(store) is not None


def fingerprint(folder: Path, key: bytes) -> str:
    store = CryptoFile(folder=folder, secret=key).open(USER, DEVICE)
    account = store.load_account()
    store.close()
    assert account is not None
    return str(account.identity_keys["ed25519"])


def test_the_machine_of_the_device_reads_all_its_keys(folder: Path) -> None:
    machine = GuardedOlm(USER, DEVICE, CryptoFile(folder=folder, secret=KEY).open(USER, DEVICE), lambda _: True)
    assert machine.account.identity_keys["ed25519"] == SAID["fingerprint"]
    (device,) = machine.device_store
    assert device.verified
    assert machine.identities.person(UserId(device.user_id)).pinned is not None
    assert list(machine.inbound_group_store)
    machine.store.close()


def test_what_is_heard_from_now_on_is_remembered_beside_what_was_heard_then(folder: Path) -> None:
    for _ in range(2):  # the first brings the table up to date
        store = CryptoFile(folder=folder, secret=KEY).open(USER, DEVICE)
        store.keep_heard("sender", "session", 1, "$said", last=0)
        assert (store.heard_as("sender", "session", 1), store.heard_after("sender", "session", 1)) == ("$said", 0)
        store.close()
