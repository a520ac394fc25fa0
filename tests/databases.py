"""States in a real PostgreSQL: one server a run, a place of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.database import Postgres, following, postgres
from bot.config import Secret, State

__all__ = ["Postgres", "following", "postgres"]

everywhere: Postgres | None = None
"""Where every bot keeps its state, if they are to be tried beside a database."""


def state_in(folder: Path, key: bytes, address: str | None = None) -> State:
    """Return the configuration of a state, in *folder* or in the database at *address*."""
    return State(folder=folder, key=Secret(key), database=None if address is None else Secret(address))


@pytest.fixture(scope="session")
def database_server() -> Iterator[Postgres]:
    """A PostgreSQL of this run."""
    with postgres() as server:
        yield server
