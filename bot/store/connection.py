"""The encrypted file and its one thread. Work is handed to the thread whole, so it is done whole or not at all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol, TypeVar, cast

import aiosqlite
import sqlcipher3

from bot.host.disk import DiskError, is_of_the_disk
from bot.sentences.told import Told
from bot.store.errors import StorageFailedError, WrongKeyError
from bot.store.lock import make_private_file
from bot.store.migrate import migrate

KEY_BYTES = 32
STATE_FILE = "state.db"

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""Runs on the thread of the file. SQLCipher's connection has the interface of the standard library's, not its class."""

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
)


class Elsewhere(Protocol):
    """Where all that is written is kept besides the file."""

    def keep(self, connection: sqlite3.Connection) -> None:
        """Keep what the open transaction changed; whatever this raises undoes it. On the thread of the file."""

    def refuse(self) -> None:
        """Raise CannotKeepError when it is not sure that writing and speaking are still ours."""

    def compact(self) -> None:
        """Leave no trace of what was dropped. Blocks, on any thread."""


class Database(aiosqlite.Connection):
    """aiosqlite with whole units of work instead of single statements.

    A unit costs one visit to the thread, where one `await` per statement would cost five to ten. And no transaction
    is ever open across an `await`: nothing can run in between, and a cancelled caller leaves nothing half done.
    """

    path: Path
    """The file, for what is said of it."""
    elsewhere: Elsewhere | None = None
    _stopping: asyncio.Future[object] | None = None

    def stop(self) -> asyncio.Future[object] | None:
        """Tell the thread to end, as aiosqlite does."""
        self._stopping = super().stop()
        return self._stopping

    async def stopped(self) -> None:
        """Return once the thread that was told to end has nothing left to do."""
        if self._stopping is not None:
            await self._stopping

    async def read(self, work: Work[T]) -> T:
        """Run *work*, which changes nothing."""
        return await self._hand_over(lambda: work(self._conn))

    async def write(self, work: Work[T]) -> T:
        """Run *work* in a transaction of its own. Durable on return; rolled back if it raises."""
        return await self._hand_over(lambda: _in_transaction(self._conn, work, self.elsewhere))

    def refuse(self) -> None:
        """Raise CannotKeepError when it is not sure that writing and speaking are still ours."""
        if self.elsewhere is not None:
            self.elsewhere.refuse()

    async def _hand_over(self, unit: Callable[[], T]) -> T:
        # The protected door of aiosqlite, used from a subclass: its public methods take one statement each.
        # A unit is a closure, because aiosqlite logs its repr at debug level: it shows no argument.
        try:
            return cast("T", await self._execute(unit))  # type: ignore[no-untyped-call]
        except sqlcipher3.Error as error:
            raise _failure(error, self.path) from None


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all that is inside, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _in_transaction(connection: sqlite3.Connection, work: Work[T], elsewhere: Elsewhere | None) -> T:
    with transaction(connection):
        result = work(connection)
        if elsewhere is not None:
            elsewhere.keep(connection)
    return result


async def open_database(path: Path, key: bytes, schema: int | None = None) -> Database:
    """Open or create the file at *path*, brought to *schema*, or to the current one.

    Raises:
        WrongKeyError: the key does not open it, or is not 32 bytes long.
        NewerStoreError: a newer version wrote it.
        DiskError: the disk is full, read-only or somebody else's.
    """
    if len(key) != KEY_BYTES:
        raise WrongKeyError(Told("keeping.key_size", size=len(key), needed=KEY_BYTES))
    database = Database(lambda: _connect(path, key, schema), iter_chunk_size=64)
    database.path = path
    try:
        await database
    except BaseException:
        # aiosqlite leaves its thread to end by itself, and the event loop may be gone before it does.
        await database.stopped()
        raise
    return database


def copy_file(path: Path, key: str, to: Path) -> None:
    """Write what stands in *path* at one moment into the new file *to*, under the same *key*, in hexadecimal. Blocks.

    Another process may go on with *path* meanwhile. Raises WrongKeyError, StorageFailedError or DiskError.
    """
    try:
        with closing(open_file(path, key)) as source, closing(open_file(to, key)) as copy:
            source.execute("SELECT count(*) FROM sqlite_master")
            try:
                source.backup(copy)
            except sqlcipher3.Error:
                # Here SQLite does not name its error; what can be read cannot be written.
                raise DiskError(to, "SQLITE_IOERR") from None
    except sqlcipher3.Error as error:
        raise _failure(error, path) from None


def open_file(path: Path, key: str) -> sqlite3.Connection:
    """Open the encrypted file at *path*, made if it is missing, under *key* in hexadecimal: not read yet. Blocks."""
    make_private_file(path)
    # aiosqlite keeps to one thread; only the last reference may be dropped on another.
    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    # SQLCipher would write to standard error by itself; what goes wrong is ours to say.
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return cast("sqlite3.Connection", connection)


def _connect(path: Path, key: bytes, schema: int | None) -> sqlite3.Connection:
    connection = open_file(path, key.hex())
    try:
        _prepare(connection, schema)
    except sqlcipher3.Error as error:
        connection.close()
        raise _failure(error, path) from None
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, schema: int | None) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master")
    for setting in _SETTINGS:
        connection.execute(setting)
    migrate(connection, schema)


def change_key(connection: sqlite3.Connection, key: bytes) -> None:
    """Encrypt the whole file anew, under *key*, which must have 32 bytes."""
    # Every page is written over; none may be left in a journal under the former key.
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")


def _failure(error: Exception, path: Path) -> DiskError | WrongKeyError | StorageFailedError:
    code = str(getattr(error, "sqlite_errorname", None) or type(error).__name__)
    if is_of_the_disk(code):
        return DiskError(path, code)
    return WrongKeyError() if code == "SQLITE_NOTADB" else StorageFailedError(code)
