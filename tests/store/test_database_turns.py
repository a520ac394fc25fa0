"""Whose turn it is to speak, what a machine that is killed leaves, and addresses that lead nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from bot.store.connection import STATE_FILE
from bot.store.errors import DatabaseAwayError, DatabaseRefusedError, LeaseLostError, StateInUseError
from bot.store.opening import open_alone, open_state
from bot.store.postgres.beginning import COPY_FILE
from bot.store.sqlite import open_store
from tests.cables import Cable
from tests.databases import Postgres, postgres, state_in
from tests.patience import PATIENCE_S
from tests.store.beside import Beside, append, texts
from tests.store.conftest import KEY, rows_of
from tests.store.files import fill
from tests.store.samples import STREAM


async def test_only_one_machine_uses_it(beside: Beside) -> None:
    async with open_alone(beside.machine()) as store:
        await append(store, "one")
        with pytest.raises(StateInUseError, match="another Cellule speaks"):
            await texts(beside.machine("another"))
        with pytest.raises(StateInUseError):
            await texts(beside.machine())


async def test_who_was_passed_over_writes_and_sends_no_more(beside: Beside) -> None:
    async with open_state(beside.machine()) as first, open_state(beside.machine("another")) as second:
        await first.lead()
        await append(first.store, "one")
        # Nobody holds it: it falls silent, as a process that stands still does.
        await second.lead()
        await append(second.store, "two")
        with pytest.raises(LeaseLostError):
            await append(first.store, "three")
        with pytest.raises(LeaseLostError):
            await first.store.crypto.settle()
        with pytest.raises(LeaseLostError):
            await asyncio.wait_for(first.hold(), PATIENCE_S)
    assert await texts(beside.machine("third")) == ["one", "two"]


async def test_who_waits_has_all_that_was_written_when_it_takes_over(beside: Beside) -> None:
    async with open_state(beside.machine("another")) as second:
        async with open_alone(beside.machine()) as store:
            waiting = asyncio.create_task(second.lead())
            await append(store, *(f"{number}" for number in range(50)))
        await asyncio.wait_for(waiting, PATIENCE_S)
        assert len(await second.store.history(STREAM)) == 50
        assert second.turn().stands_by is False


async def test_a_kill_between_the_database_and_the_file_loses_nothing(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_alone(beside.machine()) as store:
        elsewhere = store._database.elsewhere
        assert elsewhere is not None
        keep = elsewhere.keep

        def kept_and_killed(connection: object) -> None:
            keep(connection)  # type: ignore[arg-type]
            raise DatabaseAwayError("keeping.database.away", why="")

        monkeypatch.setattr(elsewhere, "keep", kept_and_killed)
        with pytest.raises(DatabaseAwayError):
            await append(store, "one")
    assert await texts(beside.machine()) == ["one"]


async def test_a_database_that_is_killed_fails_the_write_and_not_the_state(tmp_path: Path) -> None:
    with postgres() as server:
        beside = Beside(server, server.new_state(), tmp_path)
        async with open_alone(beside.machine()) as store:
            await append(store, "one")
            server.kill()
            with pytest.raises(DatabaseAwayError):
                await append(store, "two")
        with pytest.raises(DatabaseAwayError, match="does not answer"):
            await texts(beside.machine())
        server.start()
        assert await texts(beside.machine()) == ["one"]
        assert await texts(beside.machine("another")) == ["one"]


# --- what an operator may write -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda server, address: "nonsense", DatabaseRefusedError, "no address of a PostgreSQL"),
        (lambda server, address: "host=127.0.0.1", DatabaseRefusedError, "no address of a PostgreSQL"),
        (lambda server, address: address.replace("tests-only", "wrong"), DatabaseRefusedError, "refuses this user"),
        (lambda server, address: f"{address} user=nobody-there", DatabaseRefusedError, "refuses this user"),
        (lambda server, address: f"{address} dbname=none-there", DatabaseRefusedError, "no database of that name"),
        (lambda server, address: f"{address} sslmode=require", DatabaseRefusedError, "cannot be encrypted"),
        (lambda server, address: f"{address} port=1", DatabaseAwayError, "does not answer"),
        (lambda server, address: f"{address} host=db.invalid sslmode=disable", DatabaseAwayError, "does not answer"),
        (lambda server, address: server.new_database("SQL_ASCII"), DatabaseRefusedError, "not UTF-8"),
        (
            lambda server, address: f"{server.new_database()} options='-cdefault_transaction_read_only=on'",
            (DatabaseRefusedError, DatabaseAwayError),
            "takes no writes",
        ),
    ],
)
async def test_an_address_that_does_not_lead_there_says_what_to_mend(
    beside: Beside,
    change: Callable[[Postgres, str], str],
    error: type[Exception] | tuple[type[Exception], ...],
    words: str,
) -> None:
    address = change(beside.server, beside.address)
    with pytest.raises(error, match=words) as told:
        await texts(state_in(beside.place / "first", KEY, address))
    assert "tests-only" not in str(told.value)
    assert not (beside.place / "first" / COPY_FILE).exists()


async def test_a_first_host_that_swallows_everything_does_not_keep_us_from_the_second(beside: Beside) -> None:
    async with Cable(beside.server.port) as dead:
        dead.cut()
        ports = f"{dead.port},{beside.server.port}"
        address = make_conninfo(beside.address, host="127.0.0.1,127.0.0.1", port=ports)
        async with open_alone(state_in(beside.place / "first", KEY, address)) as store:
            await append(store, "one")
    assert await texts(beside.machine("another")) == ["one"]


async def test_a_write_that_is_never_answered_fails(beside: Beside) -> None:
    async with Cable(beside.server.port) as cable:
        address = make_conninfo(beside.address, port=cable.port)
        async with open_state(state_in(beside.place / "first", KEY, address)) as state:
            await state.lead()
            holding = asyncio.create_task(state.hold())
            cable.cut()
            with pytest.raises((DatabaseAwayError, LeaseLostError)):
                await append(state.store, "one")
            with pytest.raises((DatabaseAwayError, LeaseLostError)):
                await holding
    assert await texts(beside.machine("another")) == []


async def test_a_state_of_the_folder_is_not_passed_over(beside: Beside) -> None:
    async with await open_store(beside.machine().folder, KEY) as store:
        await fill(store)
    with pytest.raises(DatabaseRefusedError, match="cellule state move --to postgresql"):
        await texts(beside.machine())
    assert (beside.machine().folder / STATE_FILE).exists()


async def test_every_row_is_the_same_after_all_that(beside: Beside) -> None:
    async with open_alone(beside.machine()) as store:
        await fill(store)
        async with open_state(beside.machine("another")) as another:
            assert await another.store._database.read(rows_of) == await store._database.read(rows_of)
