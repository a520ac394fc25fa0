"""A backup and a restore without a homeserver: all or nothing, over nothing, and under another state key."""

from __future__ import annotations

import asyncio
import resource
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backup.archive import FILES, Manifest, pack
from bot.backup.errors import DamagedBackupError, OtherKeyError, RecoveryError, RecoveryFailedError
from bot.backup.making import last_made, make, note_made
from bot.backup.restoring import restore
from bot.core.names import DeviceId, UserId
from bot.host.secret import SecretFileError
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.crypto_store import holds, open_crypto
from bot.ports import CryptoKind
from bot.store.connection import STATE_FILE
from bot.store.errors import NewerStoreError, StateInUseError, WrongKeyError
from bot.store.lock import lock_folder
from bot.store.sqlite import open_store
from tests.databases import state_in
from tests.kept_keys import machine_over
from tests.store.files import fill, opened_from_outside
from tests.store.samples import STREAM, notes

OLD, NEW, RECOVERY = b"o" * 32, b"n" * 32, b"r" * 32
BOT, DEVICE = UserId("@cellule:example.org"), DeviceId("DEVICE")
NOW = datetime(2026, 11, 24, 18, 5, tzinfo=UTC)
LEFT = {STATE_FILE, "lock"}


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """A state as a bot leaves it that has logged in and heard something."""
    folder = tmp_path / "state"
    async with await open_store(folder, OLD) as store:
        await store.put(LOGIN, Login(user=BOT, device=DEVICE, token="kept-token").dump())
        await fill(store)
        async with machine_over(store, BOT, DEVICE):
            pass
    return folder


@pytest.fixture
async def saved(state: Path, tmp_path: Path) -> Path:
    file = tmp_path / "cellule.backup"
    await make(state_in(state, OLD), file, RECOVERY, NOW)
    return file


async def kept(folder: Path, key: bytes) -> tuple[list[str], bytes | None]:
    async with await open_store(folder, key) as store:
        assert await store.verify() == ()
        return notes(await store.history(STREAM)), await store.get(LOGIN)


async def fingerprint(folder: Path, key: bytes) -> str:
    async with await open_store(folder, key) as store:
        account = (await open_crypto(store.crypto, DEVICE)).load_account()
    assert account is not None
    return str(account.identity_keys["ed25519"])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def copy_open_files(folder: Path, place: Path) -> None:
    """Copy what a kill would leave."""
    place.mkdir()
    for name in FILES & names(folder):
        shutil.copyfile(folder / name, place / name)


def damage(file: Path, part: float) -> None:
    """Change one byte of *file*."""
    whole = bytearray(file.read_bytes())
    whole[int(len(whole) * part)] ^= 1
    file.write_bytes(whole)


def cut(file: Path, part: float) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * part)])


# --- there and back -----------------------------------------------------------------------------------------


async def test_a_restored_state_is_the_same_under_another_key(state: Path, saved: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another" / "state"
    restored = await restore(saved, RECOVERY, elsewhere, NEW, BOT)

    assert (restored.manifest.user, restored.manifest.device, restored.manifest.made_at) == (BOT, DEVICE, NOW)
    assert restored.streams == 1
    assert names(elsewhere) == LEFT
    assert await kept(elsewhere, NEW) == await kept(state, OLD)
    assert await fingerprint(elsewhere, NEW) == await fingerprint(state, OLD)
    with pytest.raises(WrongKeyError):
        await open_store(elsewhere, OLD)


async def test_writes_that_a_killed_bot_left_in_the_journal_are_in_the_backup(state: Path, tmp_path: Path) -> None:
    async with await open_store(state, OLD) as running:
        await fill(running, "incident-2")
        copy_open_files(state, tmp_path / "killed")
    assert f"{STATE_FILE}-wal" in names(tmp_path / "killed")
    found = await make(state_in(tmp_path / "killed", OLD), tmp_path / "backup", RECOVERY, NOW)
    assert found.streams == 2


async def test_a_bot_that_runs_is_saved_as_it_is_at_one_moment_and_goes_on(state: Path, tmp_path: Path) -> None:
    async with await open_store(state, OLD) as running:
        saving = asyncio.create_task(make(state_in(state, OLD), tmp_path / "backup", RECOVERY, NOW))
        written = 0
        while not saving.done():
            await fill(running, f"while it is saved {written}")
            written += 1
        found = await saving
        await fill(running, "afterwards")
        assert len(await running.streams()) == written + 2
    restored = await restore(tmp_path / "backup", RECOVERY, tmp_path / "new", NEW, BOT)
    assert restored.streams == found.streams
    assert 1 <= found.streams <= written + 1, "each chain verified"
    assert await fingerprint(tmp_path / "new", NEW) == await fingerprint(state, OLD)


def test_a_backup_is_for_its_owner_alone_and_shows_nothing(state: Path, saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    data = saved.read_bytes()
    for word in (OLD, RECOVERY, b"kept-token", BOT.encode(), DEVICE.encode(), b"SQLite", STATE_FILE.encode()):
        assert word not in data


async def test_the_state_knows_when_its_last_backup_was_made(state: Path) -> None:
    async with await open_store(state, OLD) as store:
        assert await last_made(store) is None
        await note_made(store, NOW)
        assert await last_made(store) == NOW


async def test_a_restored_state_can_be_saved_and_restored_again(saved: Path, tmp_path: Path) -> None:
    await restore(saved, RECOVERY, tmp_path / "second", NEW, BOT)
    await make(state_in(tmp_path / "second", NEW), tmp_path / "again.backup", RECOVERY, NOW)
    await restore(tmp_path / "again.backup", RECOVERY, tmp_path / "third", OLD, BOT)
    assert len((await kept(tmp_path / "third", OLD))[0]) == 3


# --- what is refused when saving ----------------------------------------------------------------------------


async def test_a_backup_writes_over_nothing(state: Path, saved: Path) -> None:
    before = contents(saved.parent)
    with pytest.raises(SecretFileError, match="not written over"):
        await make(state_in(state, OLD), saved, RECOVERY, NOW)
    assert contents(saved.parent) == before


async def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(RecoveryError, match="nothing is kept"):
        await make(state_in(tmp_path / "state", OLD), tmp_path / "backup", RECOVERY, NOW)
    assert names(tmp_path) == set()
    async with await open_store(tmp_path / "state", OLD):
        pass
    with pytest.raises(RecoveryError, match="never logged in"):
        await make(state_in(tmp_path / "state", OLD), tmp_path / "backup", RECOVERY, NOW)
    assert names(tmp_path) == {"state"}


async def test_a_place_that_cannot_be_written_is_told(state: Path, tmp_path: Path) -> None:
    with pytest.raises(SecretFileError, match="No such file or directory"):
        await make(state_in(state, OLD), tmp_path / "no" / "backup", RECOVERY, NOW)


@contextmanager
def little_room() -> Iterator[None]:
    """Let no file grow past 40 kB, as on a disk that fills up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk_leaves_no_half_backup(state: Path, tmp_path: Path) -> None:
    with little_room(), pytest.raises(RecoveryFailedError, match="could not be written and tried"):
        await make(state_in(state, OLD), tmp_path / "backup", RECOVERY, NOW)
    assert not (tmp_path / "backup").exists()


async def test_a_backup_that_would_not_open_is_not_left_behind(state: Path, tmp_path: Path) -> None:
    async with await open_store(state, OLD) as store:
        store.crypto.drop_scope(CryptoKind.ACCOUNT, DEVICE)
        await store.crypto.settle()
        assert not await holds(store.crypto, DEVICE)
    with pytest.raises(DamagedBackupError, match="lacks the encryption keys"):
        await make(state_in(state, OLD), tmp_path / "backup", RECOVERY, NOW)
    assert not (tmp_path / "backup").exists()
    async with await open_store(state, OLD) as store:
        assert await last_made(store) is None


async def test_a_state_that_was_changed_from_outside_is_not_saved(state: Path, tmp_path: Path) -> None:
    with opened_from_outside(state, OLD) as connection:
        connection.execute("UPDATE facts SET input = 'another'")
    with pytest.raises(DamagedBackupError, match="changed from outside"):
        await make(state_in(state, OLD), tmp_path / "backup", RECOVERY, NOW)
    assert not (tmp_path / "backup").exists()


# --- what is refused when restoring -------------------------------------------------------------------------


async def refused(saved: Path, folder: Path, kind: type[Exception], said: str, key: bytes = RECOVERY) -> None:
    before = names(folder)
    with pytest.raises(kind, match=said):
        await restore(saved, key, folder, NEW, BOT)
    assert names(folder) == before | {"lock"}


async def test_another_key_restores_nothing(saved: Path, tmp_path: Path) -> None:
    await refused(saved, tmp_path / "new", OtherKeyError, "nothing was written", b"x" * 32)


@pytest.mark.parametrize("part", [0.1, 0.5, 0.999])
@pytest.mark.parametrize("spoil", [damage, cut])
async def test_a_damaged_or_shortened_backup_restores_nothing(
    saved: Path, tmp_path: Path, spoil: Callable[[Path, float], None], part: float
) -> None:
    spoil(saved, part)
    await refused(saved, tmp_path / "new", DamagedBackupError, "damaged or cut off")


async def test_a_folder_with_something_in_it_is_left_alone(state: Path, saved: Path) -> None:
    before = contents(state)
    await refused(saved, state, RecoveryError, "writes over nothing")
    assert contents(state) == before


async def test_a_folder_in_use_is_left_alone(saved: Path, tmp_path: Path) -> None:
    lock = lock_folder(tmp_path / "new")
    await refused(saved, tmp_path / "new", StateInUseError, "holds the state folder")
    lock.release()


async def test_what_a_restore_that_was_cut_short_left_does_not_hinder_the_next(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "new" / ".restore").mkdir(parents=True)
    (tmp_path / "new" / ".restore" / STATE_FILE).write_bytes(b"half")
    await restore(saved, RECOVERY, tmp_path / "new", NEW, BOT)
    assert names(tmp_path / "new") == LEFT


async def test_a_backup_of_another_account_is_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(RecoveryError, match="another account"):
        await restore(saved, RECOVERY, tmp_path / "new", NEW, UserId("@other:example.org"))
    assert names(tmp_path / "new") == {"lock"}


async def test_what_is_no_backup_or_not_there_is_told(state: Path, tmp_path: Path) -> None:
    await refused(tmp_path / "nothing", tmp_path / "new", RecoveryError, "No such file")
    await refused(state / STATE_FILE, tmp_path / "new", RecoveryError, "no backup of Cellule")


async def test_a_backup_of_a_newer_version_is_refused(state: Path, saved: Path, tmp_path: Path) -> None:
    with opened_from_outside(state, OLD) as connection:
        connection.execute("PRAGMA user_version = 999")
    manifest = Manifest(user=BOT, device=DEVICE, made_at=NOW, version="999")
    with saved.open("wb") as opened:
        pack(state, manifest, OLD, opened, RECOVERY)
    await refused(saved, tmp_path / "new", NewerStoreError, "install the version that wrote it")


async def test_a_backup_without_its_key_is_refused(state: Path, saved: Path, tmp_path: Path) -> None:
    manifest = Manifest(user=BOT, device=DEVICE, made_at=NOW, version="1")
    with saved.open("wb") as opened:
        pack(state, manifest, b"short", opened, RECOVERY)
    await refused(saved, tmp_path / "new", DamagedBackupError, "lacks what a restore needs")


async def test_a_disk_that_is_full_restores_nothing(saved: Path, tmp_path: Path) -> None:
    with little_room():
        await refused(saved, tmp_path / "new", RecoveryFailedError, "nothing was restored")
