import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.host.disk import DiskError, free_bytes, is_of_the_disk, refuse_full, using
from bot.host.ownership import ourselves
from tests.disks import disk, fill

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Who may do everything is refused nothing: be somebody else meanwhile."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if before == 0:
            os.seteuid(0)


def refusal(path: Path) -> str:
    with pytest.raises(DiskError) as said, using(path):
        path.mkdir()
    return str(said.value)


def test_what_belongs_to_somebody_else_is_told_with_its_owner_and_the_command_that_mends_it() -> None:
    with as_nobody():
        said, us = refusal(Path("/etc/state")), ourselves()
    assert said == f"/etc belongs to root, and this runs as {us}; as root: chown -R {us}: /etc"


def test_what_is_closed_to_its_own_user_is_told(tmp_path: Path) -> None:
    folder = Path("/tmp", f"closed-{os.getpid()}")
    with as_nobody():
        folder.mkdir(mode=0o500)
        try:
            assert refusal(folder / "state") == f"{folder} is closed to its own user: chmod -R u+rwX {folder}"
        finally:
            folder.rmdir()


def test_a_disk_that_is_full_is_told_and_nothing_is_begun_on_it(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "size=4m") as small:
        refuse_full(small)
        fill(small)
        full = f"the disk that holds {small / 'file'} is full: make room on it; nothing that was kept is lost"
        with pytest.raises(DiskError) as said, using(small / "file"):
            (small / "file").write_bytes(b"x")
        assert str(said.value) == full
        with pytest.raises(DiskError, match="is full"):
            refuse_full(small)


def test_a_disk_that_is_mounted_read_only_is_told(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "ro") as small:
        state = small / "state"
        assert refusal(state) == f"{state} lies on a file system that is mounted read-only: mount it for writing"


def test_anything_else_is_told_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    state = tmp_path / "file" / "state"
    assert refusal(state) == f"{state} cannot be read or written (ENOTDIR): look at the health of the disk"


def test_sqlite_names_the_disk_in_some_of_its_errors() -> None:
    assert all(map(is_of_the_disk, ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_READONLY_DBMOVED", "SQLITE_CANTOPEN")))
    assert not any(map(is_of_the_disk, ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR")))


def test_free_space_is_known_of_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "a" / "b") > 0
