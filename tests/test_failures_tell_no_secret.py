"""Whatever fails around a secret: neither the failure, nor its causes, nor the log of it has the secret in it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.backup.restoring import restore
from bot.config import Matrix, PasswordLogin
from bot.core.names import UserId
from bot.host import logs
from bot.host.secret import read_bytes, read_text
from bot.matrix.account.device_policy import FirstUse
from bot.matrix.account.session import Session
from bot.store.connection import STATE_FILE
from bot.store.sqlite import open_store
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.vault import MemoryVault
from tests.matrix.listeners import BOT
from tests.web import serving

KEY, OTHER = secrets.token_bytes(32), secrets.token_bytes(32)
PASSWORD = "correct-horse-battery-staple"
HIDDEN = [form for key in (KEY, OTHER) for form in (key.hex(), repr(key), repr(key)[2:-1])] + [PASSWORD]

Failing = Callable[[Path], Awaitable[object]]


async def wrong_key_of_the_state(folder: Path) -> None:
    async with await open_store(folder, KEY):
        pass
    await open_store(folder, OTHER)


async def a_key_of_another_length(folder: Path) -> None:
    await open_store(folder, KEY + OTHER)


async def a_damaged_state(folder: Path) -> None:
    async with await open_store(folder, KEY):
        pass
    with (folder / STATE_FILE).open("r+b") as opened:
        opened.seek(5000)
        opened.write(b"x" * 30_000)
    async with await open_store(folder, KEY) as store:
        await store.compact()


async def a_folder_where_the_state_should_be(folder: Path) -> None:
    (folder / STATE_FILE).mkdir(parents=True)
    await open_store(folder, KEY)


async def a_backup_that_is_none(folder: Path) -> None:
    (folder / "backup").write_bytes(b"cellule backup 1\n" + b"x" * 100)
    await restore(folder / "backup", KEY, folder / "state", OTHER, UserId(BOT))


async def a_password_that_others_may_read(folder: Path) -> None:
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o644)
    await asyncio.to_thread(read_text, folder / "password")


async def a_password_of_two_lines(folder: Path) -> None:
    (folder / "password").write_text(f"{PASSWORD}\n{PASSWORD}")
    (folder / "password").chmod(0o600)
    await asyncio.to_thread(read_text, folder / "password")


async def a_key_that_is_a_folder(folder: Path) -> None:
    await asyncio.to_thread(read_bytes, folder)


async def a_login_that_the_homeserver_refuses_with_our_password_in_its_answer(folder: Path) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    told = {"errcode": "M_FORBIDDEN", "error": f"{PASSWORD} is not it"}
    async with serving({"/_matrix/client/v3/login": (403, told)}) as address:
        account = Matrix(
            homeserver=address,
            user_id=UserId(BOT),
            login=PasswordLogin(file=password),
            device_name="Cellule",
        )
        session = Session(
            account,
            MemoryVault(),
            MemoryCrypto(),
            knows=lambda _: False,
            policy=FirstUse(),
        )
        try:
            await session.open()
        finally:
            await session.client.close()


FAILURES: tuple[Failing, ...] = (
    wrong_key_of_the_state,
    a_key_of_another_length,
    a_damaged_state,
    a_folder_where_the_state_should_be,
    a_backup_that_is_none,
    a_password_that_others_may_read,
    a_password_of_two_lines,
    a_key_that_is_a_folder,
    a_login_that_the_homeserver_refuses_with_our_password_in_its_answer,
)


def texts(failure: BaseException | None) -> Iterator[str]:
    """Give every text of a failure and of what led to it, printed or not."""
    while failure is not None:
        yield from (str(failure), repr(failure), repr(failure.args), repr(vars(failure)))
        yield from (repr(note) for note in getattr(failure, "__notes__", ()))
        failure = failure.__cause__ or failure.__context__


@pytest.mark.parametrize("fail", FAILURES, ids=lambda fail: fail.__name__)
async def test_a_failure_around_a_secret_does_not_tell_it(
    fail: Failing, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each fails in its own way
        await fail(tmp_path)
    failure = caught.value
    logged = logging.LogRecord("bot", logging.ERROR, "x.py", 1, "failed", (), (type(failure), failure, caught.tb))
    told = [
        *texts(failure),
        *traceback.format_exception(failure),
        logs.Line().format(logged),
        logs.JsonLine().format(logged),
        *(record.getMessage() for record in caplog.records),
    ]
    assert [hidden for hidden in HIDDEN if any(hidden in text for text in told)] == []
