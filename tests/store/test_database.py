"""A state in PostgreSQL, as its operator might alter it, lose it or bring it back."""

from __future__ import annotations

import asyncio

import pytest

from bot.ports import ChainBrokenError
from bot.store import migrate
from bot.store.errors import (
    DatabaseAwayError,
    LeaseLostError,
    NewerStoreError,
    RolledBackError,
    WrongKeyError,
)
from bot.store.opening import open_alone, open_state
from bot.store.postgres import beginning, replica, working_copy
from bot.store.postgres.beginning import COPY_FILE, remove_copy
from bot.store.postgres.server import Server
from tests.patience import PATIENCE_S
from tests.store.beside import Beside, append, texts, write
from tests.store.files import fill
from tests.store.samples import STREAM

OTHER_KEY = bytes(32)
WORDS = ("Alderney", "@alice:example.org", "payroll")


# --- what the operator of the database can see and do -------------------------------------------------------


async def test_no_word_name_or_kind_can_be_read_in_the_database(beside: Beside) -> None:
    await write(beside.machine(), *WORDS)
    seen = repr([beside.tell(f"SELECT * FROM {table}") for table in ("cellule_rows", "cellule_head")])
    for word in (*WORDS, STREAM, "Noted", "facts", "inbox"):
        assert word not in seen
        assert word.encode().hex() not in seen


ALTERED = {
    "a byte of a row": "UPDATE cellule_rows SET body = set_byte(body, 20, get_byte(body, 20) # 1) WHERE id = {one}",
    "a row that is gone": "DELETE FROM cellule_rows WHERE id = {one}",
    "a row that is said to be dropped": "UPDATE cellule_rows SET body = NULL WHERE id = {one}",
    "a row in the place of another": "UPDATE cellule_rows SET body = (SELECT body FROM cellule_rows WHERE id = {two})"
    " WHERE id = {one}",
    "a row under another name": "UPDATE cellule_rows SET id = '\\x00' WHERE id = {one}",
    "a row of another transaction": "UPDATE cellule_rows SET position = position - 1 WHERE id = {one}",
    "one row more": "INSERT INTO cellule_rows SELECT '\\x00', position, body FROM cellule_rows WHERE id = {one}",
    "one dropped row more": "INSERT INTO cellule_rows SELECT '\\x00', position FROM cellule_rows WHERE id = {one}",
    "an older form of a row": "UPDATE cellule_rows SET body = saved_rows.body, position = saved_rows.position"
    " FROM saved_rows WHERE saved_rows.id = cellule_rows.id",
    "all rows of an older day": "DELETE FROM cellule_rows; INSERT INTO cellule_rows TABLE saved_rows",
}


@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED)
async def test_what_was_not_written_by_us_there_and_then_is_refused(beside: Beside, statement: str) -> None:
    async with open_alone(beside.machine()) as store:
        await fill(store)
        await store.put("mark", b"older")
        beside.save()
        await store.put("mark", b"newer")
        await append(store, "four")
    one, two = (f"'\\x{row[0].hex()}'" for row in beside.tell("SELECT id FROM cellule_rows ORDER BY position DESC")[:2])  # type: ignore[attr-defined]
    beside.tell(statement.format(one=one, two=two))
    with pytest.raises(ChainBrokenError, match="not what was written"):
        await texts(beside.machine("another"))


@pytest.mark.parametrize("column", ["position = position + 1", "body = set_byte(body, 20, get_byte(body, 20) # 1)"])
async def test_a_head_that_was_changed_does_not_open(beside: Beside, column: str) -> None:
    await write(beside.machine(), "one")
    beside.tell(f"UPDATE cellule_head SET {column}")
    with pytest.raises(WrongKeyError):
        await texts(beside.machine("another"))


async def test_a_database_under_another_key_is_left_alone(beside: Beside) -> None:
    await write(beside.machine(), "one")
    with pytest.raises(WrongKeyError, match="does not open with this key"):
        await texts(beside.machine("another", OTHER_KEY))
    assert await texts(beside.machine()) == ["one"]


# --- an older day -------------------------------------------------------------------------------------------


async def test_a_database_that_lost_its_last_second_is_given_it_back(beside: Beside) -> None:
    await write(beside.machine(), "one", "two")
    beside.save()
    async with open_alone(beside.machine()) as store:
        await append(store, "three")
        await store.put("mark", b"newer")
        await store.drop("mark")
    beside.bring_back()
    assert await texts(beside.machine()) == ["one", "two", "three"]
    assert await texts(beside.machine("another")) == ["one", "two", "three"]


async def test_a_standby_gives_back_what_leader_and_database_lost_together(beside: Beside) -> None:
    async with open_state(beside.machine("standby")) as standby:
        assert standby._replica is not None
        async with open_alone(beside.machine()) as store:
            await append(store, "one")
            await standby._replica.follow()
            await append(store, "two")
            beside.save()
            await store.put("mark", b"between two looks")
            await store.drop("mark")
            await append(store, "three")
            await standby._replica.follow()
        beside.bring_back()
        remove_copy(beside.machine().folder)
        await asyncio.wait_for(standby.lead(), PATIENCE_S)
    assert await texts(beside.machine("another")) == ["one", "two", "three"]


async def test_two_lives_with_one_number_do_not_both_speak(beside: Beside) -> None:
    async with open_state(beside.machine()) as first, open_state(beside.machine("another")) as second:
        beside.save()
        await first.lead()
        # A copy of the database that lacks the last second is made its successor, and so lets another in.
        beside.bring_back()
        await second.lead()
        with pytest.raises(LeaseLostError):
            await asyncio.wait_for(first.hold(), PATIENCE_S)
        with pytest.raises(LeaseLostError):
            await append(first.store, "one")


async def test_a_leader_finds_that_the_database_went_back_and_goes_on_by_itself(beside: Beside) -> None:
    async with open_alone(beside.machine()) as store:
        await append(store, "one")
        beside.save()
        await append(store, "two")
        fence = beside.tell("SELECT fence FROM cellule_head")
        beside.bring_back()
        with pytest.raises(LeaseLostError):
            await append(store, "three")
    assert beside.tell("SELECT fence FROM cellule_head") == fence, "nobody was let in between"
    assert await texts(beside.machine()) == ["one", "two"]


async def test_a_database_of_an_older_day_is_refused_until_the_operator_takes_it(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_copy, "KEPT", 2)
    await write(beside.machine(), "one")
    beside.save()
    await write(beside.machine(), "two", "three", "four")
    beside.bring_back()
    with pytest.raises(RolledBackError, match="by 3 transactions"):
        await texts(beside.machine())
    remove_copy(beside.machine().folder)
    assert await texts(beside.machine()) == ["one"]


async def test_a_database_that_went_on_from_an_older_day_is_refused(beside: Beside) -> None:
    await write(beside.machine(), "one")
    beside.save()
    await write(beside.machine(), "two")
    beside.bring_back()
    await write(beside.machine("another"), "another two", "another three")
    with pytest.raises(RolledBackError, match="does not go on"):
        await texts(beside.machine())


@pytest.mark.parametrize("how", ["DELETE FROM cellule_head", "DROP TABLE cellule_schema, cellule_head, cellule_rows"])
async def test_an_emptied_database_is_refused(beside: Beside, how: str) -> None:
    await write(beside.machine(), "one")
    beside.tell(how)
    with pytest.raises(RolledBackError, match="empty"):
        await texts(beside.machine())


async def test_another_state_is_refused(beside: Beside) -> None:
    await write(beside.machine(), "one")
    other = Beside(beside.server, beside.server.new_state(), beside.place)
    await write(other.machine("another"), "of another bot")
    with pytest.raises(RolledBackError, match="another state"):
        await texts(other.machine())


# --- the copy -----------------------------------------------------------------------------------------------


async def test_a_copy_that_is_lost_broken_or_old_is_made_anew(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(beside.machine(), "one")
    copy = beside.machine().folder / COPY_FILE
    copy.write_bytes(b"\0" * 4096)
    assert await texts(beside.machine()) == ["one"]
    copy.unlink()
    assert await texts(beside.machine()) == ["one"]
    await write(beside.machine("another"), "two", "three")
    monkeypatch.setattr(beginning, "REAPED_AFTER", 1)
    assert await texts(beside.machine()) == ["one", "two", "three"]


async def test_rows_dropped_long_ago_leave_the_database_and_every_copy(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REAPED_AFTER", 2)
    monkeypatch.setattr(replica, "REAPED_EVERY", 1)
    async with open_state(beside.machine("standby")) as standby:
        async with open_alone(beside.machine()) as store:
            await store.put("mark", b"gone soon")
            await store.drop("mark")
            assert beside.tell("SELECT count(*) FROM cellule_rows WHERE body IS NULL") == [(1,)]
            assert standby._replica is not None
            await standby._replica.follow()
            beside.save()
            await append(store, "one", "two", "three")
            assert beside.tell("SELECT count(*) FROM cellule_rows WHERE body IS NULL") == [(0,)]
            await standby._replica.follow()
        beside.bring_back()
        await standby.lead()
    assert await texts(beside.machine("another")) == ["one", "two", "three"]
    assert beside.tell("SELECT count(*) FROM cellule_rows WHERE body IS NULL") == [(0,)]


async def test_a_newer_version_brings_all_rows_to_its_tables(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(beside.machine(), "one")
    known = migrate.migrations()
    script = "ALTER TABLE facts ADD COLUMN more TEXT; CREATE TABLE marks (name TEXT PRIMARY KEY);"
    newer = (*known, migrate.Migration(number=len(known) + 1, script=script))
    with monkeypatch.context() as later:
        for module in (migrate, replica, beginning):
            later.setattr(module, "migrations", lambda package="bot.store": newer)
        async with open_state(beside.machine("standby")) as waiting:
            await write(beside.machine(), "two")
            with pytest.raises(LeaseLostError):
                await asyncio.wait_for(waiting.lead(), PATIENCE_S)
        assert await texts(beside.machine("another")) == ["one", "two"]
    with pytest.raises(NewerStoreError):
        await texts(beside.machine("older"))


async def test_an_upgrade_whose_answer_was_lost_goes_on(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_alone(beside.machine()) as store:
        await append(store, "one")
        await store.put("mark", b"gone soon")
        await store.drop("mark")
    known = migrate.migrations()
    newer = (*known, migrate.Migration(number=len(known) + 1, script="ALTER TABLE facts ADD COLUMN more TEXT;"))
    for module in (migrate, replica, beginning):
        monkeypatch.setattr(module, "migrations", lambda package="bot.store": newer)
    beside.save()
    with monkeypatch.context() as cut:
        write_all = Server.write_all

        def lost(*args: object, **how: object) -> bool:
            assert write_all(*args, **how)  # type: ignore[arg-type]
            raise DatabaseAwayError("keeping.database.away", why="")

        cut.setattr(Server, "write_all", lost)
        with pytest.raises(DatabaseAwayError):
            await texts(beside.machine())
    assert await texts(beside.machine()) == ["one"]
    assert await texts(beside.machine("another")) == ["one"]
    # What was saved before it is of an older day, whatever its tables were.
    beside.bring_back()
    assert await texts(beside.machine()) == ["one"]
    assert await texts(beside.machine("third")) == ["one"]
