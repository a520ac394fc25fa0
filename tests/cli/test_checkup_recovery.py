"""What `cellule check` says of the day the machine is lost: a recovery key, and how old the last backup is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.store.sqlite import open_store
from tests.cli.test_checkup import BOT, CLIENT, KEY, NOW, about, findings_of, keep
from tests.config.files import fill

DEFAULT_KEY = f"{CLIENT}/user/{BOT}/account_data/m.secret_storage.default_key"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (None, "warning  backup: none was made of this state; `cellule backup` makes one"),
        (NOW - timedelta(hours=3), "ok  backup: the last was made on 2026-11-24, 0 days ago"),
        (NOW - timedelta(days=8), "warning  backup: the last was made on 2026-11-16, 8 days ago; make another"),
    ],
)
async def test_the_age_of_the_last_backup_is_told(folder: Path, made: datetime | None, told: str) -> None:
    await keep(folder)
    if made is not None:
        async with await open_store(folder / "state", KEY) as store:
            await store.put("last-backup", made.isoformat().encode())
    assert about("backup", await findings_of(folder)) == told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((200, {"key": "name"}), "ok  recovery key: made"),
        ((404, {"errcode": "M_NOT_FOUND"}), "warning  recovery key: none was made"),
        ((200, {}), "warning  recovery key: none was made"),
        ((429, {"errcode": "M_LIMIT_EXCEEDED"}), "warning  recovery key: the homeserver does not say"),
    ],
)
async def test_whether_there_is_a_recovery_key_is_asked(folder: Path, answer: tuple[int, object], told: str) -> None:
    await keep(folder)
    assert about("recovery key", await findings_of(folder, {DEFAULT_KEY: answer})).startswith(told)


async def test_a_recovery_key_that_is_named_is_no_riddle_before_the_first_start(folder: Path) -> None:
    keys = {"recovery_key_file": "secrets/recovery.key"}
    line = about("identity", await findings_of(folder, matrix=keys))
    assert line == (
        "ok  identity: made at the first start, or taken out of the account's secret storage by the recovery key"
    )
