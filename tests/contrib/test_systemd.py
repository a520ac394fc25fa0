"""The units, as systemd itself reads them. Left out where systemd is not."""

from __future__ import annotations

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from bot.cli import Exit

CONTRIB = Path(__file__).parents[2] / "contrib"
UNITS = CONTRIB / "systemd"
MOST_EXPOSED = 2.5
SERVICE = UNITS / "cellule.service"
DROP_IN = UNITS / "database.conf"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd (Debian: apt install systemd)"
)


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def read(unit: Path) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None, delimiters="=")
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(unit)
    return found


@needs_systemd
def test_every_line_of_the_units_is_known_to_systemd(tmp_path: Path) -> None:
    for unit in UNITS.glob("*.[st]*"):
        # It wants the commands to be there.
        text = unit.read_text("utf-8").replace("/opt/cellule/bin/cellule", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    units = sorted(tmp_path.iterdir())
    added = tmp_path / "cellule-backup.service.d"
    added.mkdir()
    shutil.copy(DROP_IN, added)
    ended = run("systemd-analyze", "verify", "--man=no", *units)
    assert (ended.returncode, ended.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("name", ["cellule.service", "cellule-backup.service", "cellule-door.service"])
def test_little_is_open_to_the_bot_should_it_be_taken_over(name: str) -> None:
    said = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNITS / name).stdout
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure is not None, said
    assert float(exposure[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("name", ["cellule.service", "cellule-door.service"])
def test_what_a_person_must_look_at_is_not_tried_again(name: str) -> None:
    unit = read(UNITS / name)
    never = {int(code) for code in unit["Service"]["RestartPreventExitStatus"].split()}
    assert never == {Exit.WRONG, Exit.REFUSED, Exit.IN_USE}
    assert unit["Service"]["Type"] == "notify"
    assert unit["Service"]["Restart"] == "on-failure"


def test_the_door_is_another_user_than_the_bot_and_the_bot_may_open_its_socket() -> None:
    bot, door = read(SERVICE)["Service"], read(UNITS / "cellule-door.service")["Service"]
    assert door["User"] != bot["User"]
    assert (door["Group"], door["RuntimeDirectoryMode"], door["StateDirectoryMode"]) == (bot["User"], "0750", "0700")


def test_a_backup_of_a_database_may_reach_it() -> None:
    added = read(DROP_IN)["Service"]
    assert added["PrivateNetwork"] == "false"
    assert {"AF_INET", "AF_INET6"} <= set(added["RestrictAddressFamilies"].split())


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="needs systemd-sysusers")
def test_the_user_and_the_folders_are_made_in_an_empty_root(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    made = run("systemd-sysusers", f"--root={tmp_path}", CONTRIB / "sysusers.d/cellule.conf")
    assert made.returncode == 0, made.stderr
    assert re.search(r"^cellule:.*:/var/lib/cellule:", (tmp_path / "etc/passwd").read_text(), re.MULTILINE)
    if shutil.which("systemd-tmpfiles") is not None:
        ended = run("systemd-tmpfiles", "--create", f"--root={tmp_path}", CONTRIB / "tmpfiles.d/cellule.conf")
        assert ended.returncode == 0, ended.stderr
        for folder in ("var/lib/cellule", "var/lib/cellule/secrets", "var/backups/cellule"):
            assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700
