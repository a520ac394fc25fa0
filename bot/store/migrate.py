"""Brings the file to the current schema: numbered scripts, each in one transaction together with its number."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from importlib.resources import files

from bot.store.errors import NewerStoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One script of the folder `migrations`, named `0001_what_it_does.sql`."""

    number: int
    script: str


def migrations(package: str = "bot.store") -> tuple[Migration, ...]:
    """Return the shipped migrations, in order."""
    scripts = (entry for entry in files(package).joinpath("migrations").iterdir() if entry.name.endswith(".sql"))
    found = (Migration(number=int(entry.name[:4]), script=entry.read_text("utf-8")) for entry in scripts)
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(connection: sqlite3.Connection, up_to: int | None = None) -> None:
    """Apply what is missing, *up_to* that number or all.

    Raises:
        NewerStoreError: the file has more than this version knows; it is left alone.
    """
    known = migrations()
    found = schema_of(connection)
    if found > known[-1].number:
        raise NewerStoreError(found=found, known=known[-1].number)
    for migration in known:
        if found < migration.number <= (migration.number if up_to is None else up_to):
            apply(connection, migration)


def schema_of(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration applied, or 0."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    return int(number)


def apply(connection: sqlite3.Connection, migration: Migration) -> None:
    """Run one script and note its number, both or neither."""
    number = f"PRAGMA user_version = {migration.number:d};"
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{migration.script}\n{number}\nCOMMIT;")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
