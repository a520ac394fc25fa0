from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from bot.store.errors import NewerStoreError
from bot.store.migrate import Migration, apply, migrate, migrations, schema_of


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:", isolation_level=None)
    yield opened
    opened.close()


def schema_text(connection: sqlite3.Connection) -> list[object]:
    return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_the_shipped_migrations_are_numbered_without_a_gap() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_each_migration_applied_twice_is_harmless(connection: sqlite3.Connection) -> None:
    for migration in migrations():
        apply(connection, migration)
        once = schema_text(connection)
        apply(connection, migration)
        assert schema_text(connection) == once
        assert schema_of(connection) == migration.number


def test_the_whole_set_applied_twice_is_harmless(connection: sqlite3.Connection) -> None:
    migrate(connection)
    once = schema_text(connection)
    migrate(connection)
    for migration in migrations():
        apply(connection, migration)
    assert schema_text(connection) == once


def test_a_newer_file_is_refused(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA user_version = 77")
    with pytest.raises(NewerStoreError, match=r"schema 77.*install"):
        migrate(connection)
    assert schema_text(connection) == []


@pytest.mark.parametrize("script", ["CREATE TABLE a (b); CREATE TABLE a (b);", "CREATE TABLE a (b); nonsense;"])
def test_a_migration_that_fails_leaves_neither_table_nor_number(connection: sqlite3.Connection, script: str) -> None:
    with pytest.raises(sqlite3.OperationalError):
        apply(connection, Migration(number=1, script=script))
    assert (schema_text(connection), schema_of(connection), connection.in_transaction) == ([], 0, False)


def test_a_migration_that_cannot_begin_changes_nothing(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection)
    assert (schema_text(connection), schema_of(connection)) == ([], 0)
