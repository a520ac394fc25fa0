"""The console beside a database: the state moved there and back, backed up, checked, purged, taken as it is."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.checks.checkup import check
from bot.cli.state.backups import back_up, bring_back
from bot.cli.state.moving import accept, move
from bot.config import Config, load
from bot.core.names import DeviceId
from bot.host.recovery_key import written
from bot.store import moving
from bot.store.connection import STATE_FILE
from bot.store.errors import DatabaseRefusedError, NothingKeptError, RolledBackError, StateInUseError
from bot.store.moving import MOVED_FILE
from bot.store.opening import open_alone, open_copy
from bot.store.postgres.beginning import COPY_FILE
from bot.store.sqlite import open_store
from tests.cli.test_checkup import BOT, KEY, keep
from tests.config.files import changed, fill, write
from tests.console import cellule
from tests.databases import Postgres, database_server
from tests.kept_keys import machine_over
from tests.store.conftest import rows_of

__all__ = ["database_server"]


class _Killed(Exception):
    pass


@pytest.fixture
async def config(database_server: Postgres, tmp_path: Path) -> Config:
    """A bot that ran once and keeps all in its folder, with the address of an empty database."""
    await keep(fill(tmp_path))
    async with await open_store(tmp_path / "state", KEY) as store, machine_over(store, BOT, DeviceId("DEVICE")):
        await store.put("mark", b"kept")
    secret(tmp_path / "secrets/database", database_server.new_state())
    return load(write(tmp_path, changed(state={"database_file": "secrets/database"})))


def secret(path: Path, text: str) -> Path:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


async def rows_in_folder(config: Config, file: str = STATE_FILE) -> dict[str, set[tuple[object, ...]]]:
    (config.state.folder / file).rename(config.state.folder / STATE_FILE)
    async with await open_store(config.state.folder, KEY) as store:
        rows = await store._database.read(rows_of)
    (config.state.folder / STATE_FILE).rename(config.state.folder / file)
    return rows


async def rows_in_database(config: Config, place: Path) -> dict[str, set[tuple[object, ...]]]:
    async with open_copy(config.state, place) as copy:
        return await copy.read(rows_of)


def with_folder_only(config: Config) -> Config:
    return replace(config, state=replace(config.state, database=None))


async def test_there_and_back_every_row_is_the_same(config: Config, tmp_path: Path) -> None:
    before = await rows_in_folder(config)
    await move(config, "postgresql")
    assert await rows_in_database(config, tmp_path / "first") == before
    assert await rows_in_folder(config, MOVED_FILE) == before, "the file is left"
    (config.state.folder / MOVED_FILE).unlink()
    await move(config, "sqlite")
    assert await rows_in_folder(config) == before
    with pytest.raises(DatabaseRefusedError, match="moved into a file"):
        async with open_alone(replace(config.state, folder=tmp_path / "another")):
            pass
    with pytest.raises(DatabaseRefusedError, match="moved into a file"):
        await rows_in_database(config, tmp_path / "left")
    await move(config, "postgresql")
    assert await rows_in_database(config, tmp_path / "second") == before


async def test_the_old_one_goes_when_that_is_asked_for_and_the_place_is_free_again(
    config: Config, tmp_path: Path
) -> None:
    before = await rows_in_folder(config)
    words = ("state", "move", "--config", tmp_path / "config.yaml", "--drop-old", "--to")
    moved = await cellule(*words, "postgresql")
    assert (moved.code, len(moved.out.splitlines())) == (0, 1)
    assert not (config.state.folder / MOVED_FILE).exists()
    assert (await cellule(*words, "sqlite")).code == 0
    assert await rows_in_folder(config) == before
    with pytest.raises(NothingKeptError):
        await rows_in_database(config, tmp_path / "nothing")
    assert (await cellule(*words[:-2], "--to", "postgresql")).code == 0
    assert await rows_in_database(config, tmp_path / "again") == before


@pytest.mark.parametrize("cut_at", ["copy_rows", "_is_same", "opened_replica"])
async def test_a_move_cut_short_lets_nobody_speak_from_a_half_and_goes_on(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: str
) -> None:
    before = await rows_in_folder(config)

    def cut(*_: object, **__: object) -> None:
        raise _Killed

    with monkeypatch.context() as killed:
        killed.setattr(moving if cut_at != "copy_rows" else sys.modules["bot.store.postgres.replica"], cut_at, cut)
        with pytest.raises(_Killed):
            await move(config, "postgresql")
    with pytest.raises(DatabaseRefusedError, match="cellule state move --to postgresql"):
        async with open_alone(config.state):
            pass
    await move(config, "postgresql")
    assert await rows_in_database(config, tmp_path / "first") == before


async def test_nothing_is_moved_over_another_state_nor_while_somebody_uses_it(config: Config, tmp_path: Path) -> None:
    async with await open_store(config.state.folder, KEY):
        with pytest.raises(StateInUseError):
            await move(config, "postgresql")
    await move(config, "postgresql")
    with pytest.raises(NothingKeptError):
        await move(config, "postgresql")
    async with await open_store(tmp_path / "other", KEY) as store:
        await store.put("mark", b"another")
    (tmp_path / "other" / STATE_FILE).rename(config.state.folder / STATE_FILE)
    with pytest.raises(DatabaseRefusedError, match="holds another state"):
        await move(config, "postgresql")
    with pytest.raises(DatabaseRefusedError, match="lies in"):
        await move(config, "sqlite")


async def test_a_running_bot_is_not_moved(config: Config, tmp_path: Path) -> None:
    await move(config, "postgresql")
    async with open_alone(replace(config.state, folder=tmp_path / "elsewhere")):
        with pytest.raises(StateInUseError):
            await move(config, "sqlite")


async def test_a_backup_of_the_database_restores_into_a_folder(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await move(config, "postgresql")
    key = secret(tmp_path / "recovery.key", written(bytes(32)))
    await back_up(config, tmp_path / "saved", key, datetime.now(UTC))
    restored = replace(config, state=replace(config.state, folder=tmp_path / "new", database=None))
    await bring_back(restored, tmp_path / "saved", key)
    assert "1 chain" in capsys.readouterr().out
    async with open_alone(restored.state) as store:
        assert await store.get("mark") == b"kept"


async def test_a_backup_beside_a_machine_that_speaks_is_whole_and_says_that_it_is_not_noted(
    config: Config, tmp_path: Path
) -> None:
    await move(config, "postgresql")
    key = secret(tmp_path / "recovery.key", written(bytes(32)))
    another = replace(config.state, folder=tmp_path / "another")
    async with open_alone(another):
        saved = await cellule(
            *("backup", "--config", tmp_path / "config.yaml"), "--to", tmp_path / "b", "--key-file", key
        )
    assert (saved.code, saved.err) == (0, "")
    assert saved.out.splitlines()[-1].startswith("The backup is whole, but the Cellule that speaks could not be told")
    await bring_back(
        replace(config, state=replace(another, database=None, folder=tmp_path / "anew")), tmp_path / "b", key
    )


async def test_check_reads_all_of_a_database_that_is_in_use(config: Config, tmp_path: Path) -> None:
    before = [finding async for finding in check(tmp_path / "config.yaml", datetime.now(UTC))]
    assert any("state move" in str(finding.text) for finding in before), before
    await move(config, "postgresql")
    async with open_alone(config.state):
        found = [finding async for finding in check(tmp_path / "config.yaml", datetime.now(UTC))]
    told = {finding.subject: str(finding.text) for finding in found}
    assert "1 chain" in told["state"]
    assert "proves its name" in told["database"]
    assert not (tmp_path / "state" / "cellule-check").exists()


async def test_a_database_of_an_older_day_is_taken_only_when_the_operator_says_so(
    config: Config, database_server: Postgres
) -> None:
    await move(config, "postgresql")
    assert config.state.database is not None
    database_server.tell("DELETE FROM cellule_head", config.state.database.reveal())
    with pytest.raises(RolledBackError):
        async with open_alone(config.state):
            pass
    with pytest.raises(NothingKeptError):
        await accept(config)
    assert (config.state.folder / COPY_FILE).exists(), "what cannot be taken costs nothing"


async def test_the_console_says_it_in_one_line_with_the_right_code(config: Config, tmp_path: Path) -> None:
    secret(tmp_path / "secrets/database", "nonsense")
    ended = await cellule("run", "--config", tmp_path / "config.yaml")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    (config.state.folder / STATE_FILE).unlink()
    secret(tmp_path / "secrets/database", "host=127.0.0.1 port=1 dbname=cellule user=cellule")
    ended = await cellule("state", "move", "--to", "sqlite", "--config", tmp_path / "config.yaml")
    assert ended.code == 1
    assert "does not answer" in ended.err
