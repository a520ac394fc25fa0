from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import ports
from bot.core.effects import MoveCard
from bot.core.names import EventId, RoomId, UserId
from bot.ports import AskContact, Content, HookCall, Message, Page, PostCheckpoint, ProposeAlerts, SealRecord, Spoken
from bot.ports.outbox import NAMES, EndPoll, GatherQuestions, Say, SendLetters, ShowQuestions, TakeBack
from bot.store.errors import NewerStoreError
from bot.store.migrate import Migration, apply, migrate, migrations, schema_of
from bot.store.tables import inbox, outbox, spoken

OF_0_1 = 3
"""The last migration of version 0.1.0."""
REPLIES = 5
"""The migration with which our messages are known."""
MESSAGE_OF_BEFORE = json.dumps(
    {
        "id": "$1",
        "room": "!room:example.org",
        "sender": "@alice:example.org",
        "device": "PHONE",
        "body": "!next",
        "thread": None,
        "sent_at": "2026-11-24T18:00:00+00:00",
        "received_at": "2026-11-24T18:00:00+00:00",
        "is_late": False,
        "origin": "o1",
    }
)
SINCE = {
    *(EndPoll, GatherQuestions, MoveCard, SendLetters, ShowQuestions, TakeBack),
    *(AskContact, ports.Greet, HookCall, ports.OpenDoor, Page, ProposeAlerts),
    *(PostCheckpoint, SealRecord),
}
"""Kinds of rows that came after it."""


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


def test_rows_that_wait_are_done_by_the_next_version(connection: sqlite3.Connection) -> None:
    """One row of each kind, as 0.1.0 wrote it."""
    before = [migration for migration in migrations() if migration.number <= OF_0_1]
    for migration in before:
        apply(connection, migration)
    rows = json.loads(Path(__file__).with_name("rows_of_0_1.json").read_text("utf-8"))
    for row in rows:
        values = (row["id"], row["lane"], row["kind"], json.dumps(row), row["not_before"])
        connection.execute("INSERT INTO outbox (id, lane, kind, body, not_before) VALUES (?, ?, ?, ?, ?)", values)
    migrate(connection)
    migrate(connection)
    tasks = outbox.open_tasks(connection)
    assert [task.id for task in tasks] == [row["id"] for row in rows]
    assert {task.kind for task in tasks} == set(NAMES) - SINCE, "one of each kind there was"
    names = [name for (name,) in connection.execute("SELECT kind FROM outbox ORDER BY number")]
    assert names == [task.name for task in tasks]
    said = next(task for task, row in zip(tasks, rows, strict=True) if row["kind"] == "say" and row["user"])
    assert said.action == Say(
        content=Content(body="x <b>", html="x", rings=True),
        room=RoomId("!room:example.org"),
        readers=frozenset({UserId("@alice:example.org")}),
        asker=UserId("@alice:example.org"),
    )


def test_a_state_from_before_replies_is_kept_and_knows_of_no_message_yet(connection: sqlite3.Connection) -> None:
    for migration in (known for known in migrations() if known.number < REPLIES):
        apply(connection, migration)
    connection.execute("INSERT INTO inbox (id, kind, body) VALUES (?, ?, ?)", ("$1", "Message", MESSAGE_OF_BEFORE))
    migrate(connection)
    (message,) = inbox.waiting(connection)
    assert isinstance(message, Message)
    assert (message.body, message.reply_to, message.replies_to_us) == ("!next", None, False)
    assert spoken.find(connection, message.room, EventId("$card")) is None
    row = spoken.row(Spoken(room=message.room, event=EventId("$card"), about=()))
    spoken.keep(connection, row, row)
    assert spoken.find(connection, message.room, EventId("$card")) is not None


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
