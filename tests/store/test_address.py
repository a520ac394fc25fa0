"""Addresses of databases: how safely one is reached that says nothing of it, and what is not followed."""

from __future__ import annotations

import pytest

from bot.store.errors import DatabaseRefusedError
from bot.store.postgres.address import hosts_of, parameters

HERE = ("localhost", "127.0.0.1", "::1", "/run/postgresql", "localhost,127.0.0.1")
ELSEWHERE = ("db.example.org", "db1.example.org,db2.example.org", "localhost,db.example.org", "192.0.2.1")


@pytest.mark.parametrize("host", ELSEWHERE)
def test_another_machine_has_to_prove_its_name_before_it_is_told_anything(host: str) -> None:
    chosen = parameters(f"host={host} dbname=cellule")
    assert chosen["sslmode"] == "verify-full"
    assert chosen["require_auth"] == "scram-sha-256"
    assert chosen["sslrootcert"]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_needs_no_proof(host: str) -> None:
    assert "sslmode" not in parameters(f"host={host} dbname=cellule")


def test_whoever_writes_how_it_is_reached_decides_that() -> None:
    chosen = parameters("postgresql://db.example.org/cellule?sslmode=require&connect_timeout=9")
    assert (chosen["sslmode"], chosen["connect_timeout"]) == ("require", "9")
    assert "sslrootcert" not in chosen
    assert parameters("postgresql://db.example.org/c?sslrootcert=/ours.pem")["sslrootcert"] == "/ours.pem"


@pytest.mark.parametrize("written", ["host=db1,db2 hostaddr=127.0.0.1,192.0.2.1", "host=localhost hostaddr=192.0.2.1"])
def test_the_address_counts_and_not_the_name_beside_it(written: str) -> None:
    assert parameters(f"{written} dbname=cellule")["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "nonsense",
        "dbname=cellule",
        "host=localhost",
        "service=prod dbname=cellule host=localhost",
        "host=a,, dbname=c",
    ],
)
def test_what_would_be_filled_in_from_elsewhere_is_refused(written: str) -> None:
    with pytest.raises(DatabaseRefusedError, match="no address of a PostgreSQL database"):
        parameters(written)


def test_the_environment_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    assert parameters("host=localhost dbname=cellule")["hostaddr"] == ""
    assert hosts_of(parameters("host=a,b dbname=cellule")) == 2
