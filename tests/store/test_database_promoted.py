"""A database with a follower of its own, as a firm runs it: the follower is promoted and lacks the last second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from bot.store.errors import RolledBackError
from bot.store.opening import open_alone, open_state
from tests.databases import Postgres, following, postgres
from tests.patience import eventually
from tests.store.beside import Beside, append, texts, write

APPLIED = "SELECT pg_last_wal_replay_lsn() >= '{}'"
DEAF = "ALTER SYSTEM SET primary_conninfo = ''"


@pytest.fixture
def primary() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def follower(primary: Postgres) -> Iterator[Postgres]:
    with following(primary) as server:
        yield server


@pytest.fixture
def both(primary: Postgres, follower: Postgres, tmp_path: Path) -> Beside:
    """Machines that know both, in one address."""
    address = make_conninfo(primary.new_state(), host="127.0.0.1,127.0.0.1", port=f"{primary.port},{follower.port}")
    return Beside(primary, address, tmp_path)


async def has_all(follower: Postgres, primary: Postgres) -> None:
    """Wait until it has what was written so far."""
    ((written,),) = primary.tell("SELECT pg_current_wal_flush_lsn()")
    await eventually(lambda: follower.tell(APPLIED.format(written))[0] == (True,))


async def hears_no_more(follower: Postgres) -> None:
    follower.tell(DEAF)
    follower.tell("SELECT pg_reload_conf()")
    await eventually(lambda: follower.tell("SELECT count(*) FROM pg_stat_wal_receiver")[0] == (0,))


def promoted(primary: Postgres, follower: Postgres) -> None:
    primary.kill()
    assert follower.tell("SELECT pg_promote()")[0] == (True,)


async def test_its_follower_is_promoted_and_every_machine_finds_it_by_itself(
    both: Beside, primary: Postgres, follower: Postgres
) -> None:
    await write(both.machine(), "one")
    await has_all(follower, primary)
    promoted(primary, follower)
    await write(both.machine(), "two")
    assert await texts(both.machine("another")) == ["one", "two"]


async def test_the_second_that_a_promoted_follower_lacks_is_given_back(
    both: Beside, primary: Postgres, follower: Postgres
) -> None:
    async with open_state(both.machine("standby")) as standby:
        async with open_alone(both.machine()) as store:
            await append(store, "one")
            await has_all(follower, primary)
            await hears_no_more(follower)
            await append(store, "two", "three")
        assert standby._replica is not None
        await standby._replica.follow()
    promoted(primary, follower)
    # The machine that wrote it is lost with the database: the other has it.
    await write(both.machine("standby"), "four")
    assert await texts(both.machine("third")) == ["one", "two", "three", "four"]


async def test_the_second_that_nobody_has_any_more_is_not_passed_over_in_silence(
    both: Beside, primary: Postgres, follower: Postgres
) -> None:
    await write(both.machine(), "one")
    await has_all(follower, primary)
    await hears_no_more(follower)
    await write(both.machine(), "two")
    promoted(primary, follower)
    # A new machine has seen nothing and goes on; the one that has seen more must not follow it without being told to.
    await write(both.machine("new"), "other")
    with pytest.raises(RolledBackError):
        await texts(both.machine())
