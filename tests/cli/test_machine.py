"""What `cellule check` says of the disk and of whose the state folder is, as another user sees it."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import pytest

from bot.cli.checks.findings import Level
from bot.cli.checks.machine import MB, look_at_disk, look_at_folder, room_left
from tests.config.files import changed, fill, write

OTHER = pwd.getpwnam("nobody")
AS_NOBODY = f"""
import contextlib, io, os, sys
from bot.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(sys.argv[1:])
os.setgroups([]); os.setgid({OTHER.pw_gid}); os.setuid({OTHER.pw_uid})
sys.exit(main(sys.argv[1:]))
"""
"""Once as root before: Python itself and its packages may lie where nobody else may read them."""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


@pytest.mark.parametrize(
    ("free", "level"),
    [(49 * MB, Level.ERROR), (50 * MB, Level.WARNING), (499 * MB, Level.WARNING), (500 * MB, Level.OK)],
)
def test_little_room_is_a_warning_and_none_an_error(free: int, level: Level) -> None:
    found = room_left(free, Path("/srv/state"))
    assert (found.level, found.subject) == (level, "disk")
    assert found.text.startswith(f"{free // MB} MB free on the disk of /srv/state")


def test_the_disk_is_the_one_where_the_folder_is_or_will_be(tmp_path: Path) -> None:
    assert look_at_disk(tmp_path / "not/yet").text.endswith(f"on the disk of {tmp_path}")


def test_a_folder_of_ours_is_fine_before_it_is_there_and_after(tmp_path: Path) -> None:
    assert look_at_folder(tmp_path / "state") is None
    (tmp_path / "state").mkdir()
    (tmp_path / "state/state.db").touch()
    assert look_at_folder(tmp_path / "state") is None


def test_a_disk_that_is_mounted_read_only_is_an_error_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list(os.statvfs(tmp_path))
    seen[8] = os.ST_RDONLY
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result(seen))
    found = look_at_folder(tmp_path)
    assert found is not None
    assert (found.level, found.subject) == (Level.ERROR, "state")
    assert found.text.startswith(f"{tmp_path}, of {pwd.getpwuid(os.geteuid()).pw_name}, is mounted read-only")
    assert "; look at the disk, then: mount -o remount,rw /" in found.text


# --- as another user ------------------------------------------------------------------------------------------


@pytest.fixture
def folder() -> Iterator[Path]:
    """A configuration of somebody who is not root, where no pytest that starts beside this one shuts the folders."""
    with TemporaryDirectory() as made:
        folder = fill(Path(made))
        write(folder, changed(matrix={"homeserver": "http://127.0.0.1:9"}))
        for path in (folder, *folder.rglob("*")):
            os.chown(path, OTHER.pw_uid, OTHER.pw_gid)
        yield folder


def check(folder: Path) -> list[str]:
    words = ("check", "--config", str(folder / "config.yaml"))
    ended = run((sys.executable, "-c", AS_NOBODY, *words), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (1, "")
    return ended.stdout.splitlines()


def state_line(folder: Path) -> str:
    (line,) = [line for line in check(folder) if " state: " in line]
    return line


@pytest.mark.slow
@needs_root
def test_a_state_folder_of_somebody_else_is_an_error_with_its_owner_and_the_command(folder: Path) -> None:
    (folder / "state").mkdir(mode=0o700)
    assert state_line(folder) == (
        f"error  state: {folder}/state belongs to root, and nobody may not use it; "
        f"as root: chown -R nobody: {folder}/state"
    )


@pytest.mark.slow
@needs_root
def test_a_file_that_root_left_in_the_folder_is_named(folder: Path) -> None:
    (folder / "state").mkdir()
    os.chown(folder / "state", OTHER.pw_uid, OTHER.pw_gid)
    (folder / "state/crypto.db").touch(mode=0o600)
    assert state_line(folder).startswith(f"error  state: {folder}/state/crypto.db belongs to root, and nobody may not")


@pytest.mark.slow
@needs_root
def test_a_folder_that_cannot_be_made_or_reached_is_an_error(folder: Path) -> None:
    os.chown(folder, 0, 0)
    folder.chmod(0o755)
    assert state_line(folder).endswith(f"as root: install -d -m 700 -o nobody {folder}/state")
    inner = folder / "shut"
    inner.mkdir(mode=0o700)
    write(folder, changed(state={"folder": "shut/state"}))
    assert state_line(folder).endswith(
        f"{inner} belongs to root, and nobody may not go through it; as root: chmod o+x {inner}"
    )


@pytest.mark.slow
@needs_root
@pytest.mark.parametrize("name", ["config.yaml", "secrets/state.key"])
def test_a_file_that_may_not_be_read_is_named_with_its_owner_and_the_command(folder: Path, name: str) -> None:
    os.chown(folder / name, 0, 0)
    (folder / name).chmod(0o600)
    (line, summary) = check(folder)
    assert line.startswith("error  configuration: ")
    assert line.endswith(f"(Permission denied); it belongs to root; as root: chown -R nobody: {folder / name}")
    assert summary == "1 error, 0 warnings"
