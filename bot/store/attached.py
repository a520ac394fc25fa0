"""Another file of the same tables beside the one that is open: its rows are copied, and both compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.ports import ChainBrokenError

Tables = Mapping[str, tuple[str, ...]]
"""The columns of each table's key, by its name."""
MAIN, OTHER = "main", "other"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'mirror*'"


def tables_of(connection: sqlite3.Connection) -> Tables:
    """Return the tables of the state."""
    return {name: _key_of(connection, name) for (name,) in connection.execute(_TABLES)}


def _key_of(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return tuple(name for _, name, *_, place in sorted(columns, key=lambda column: column[-1]) if place)


@contextmanager
def attached(connection: sqlite3.Connection, file: Path, key: bytes) -> Iterator[None]:
    """Have *file*, encrypted under *key*, be `OTHER`. Not inside a transaction."""
    connection.execute("ATTACH DATABASE ? AS other KEY ?", (str(file), f"x'{key.hex()}'"))
    try:
        yield
    finally:
        connection.execute("DETACH DATABASE other")


def copy_rows(connection: sqlite3.Connection, source: str, target: str) -> None:
    """Put the rows of one in the place of those of the other. Raises ChainBrokenError when they differ afterwards."""
    for table in tables_of(connection):
        connection.execute(f"DELETE FROM {target}.{table}")
        connection.execute(f"INSERT INTO {target}.{table} SELECT * FROM {source}.{table}")
    if not agree(connection):
        raise ChainBrokenError("keeping.database.differs")


def agree(connection: sqlite3.Connection) -> bool:
    """Say whether both have the same rows."""
    return not any(
        connection.execute(f"SELECT 1 FROM (SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {two}.{table})").fetchone()
        for table in tables_of(connection)
        for one, two in ((MAIN, OTHER), (OTHER, MAIN))
    )
