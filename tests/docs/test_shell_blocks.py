"""Every shell block of the pages that people type from, typed as it stands there, in order, into a clean folder.

A block that cannot be run here says so above itself, in a comment that does not show:

- `<!-- run by WHO: WHY -->`: a test, or a target of make, runs it;
- `<!-- not run: WHY -->`: nobody does, for it would change the machine or waits for a person.

Every other block is run here, against a real homeserver. What the reader has and a test machine has not (systemd, a
user of its own) is stood in for: `STAND_INS`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from bot.demo.homeserver import Homeserver
from tests.docs.pages import ROOT
from tests.docs.reader import Reader
from tests.docs.shell import Block, blocks

PAGES = ("README.md", "docs/operations.md", "docs/docker.md", "docs/fr/exploitation.md")
BEFORE_A_RELEASE = "run by make test-long"
OURS = Path(sys.executable).parent
"""Where `cellule` is here."""
STAND_INS = {
    # systemd: it starts and stops the one service there is.
    "systemctl": """#!/bin/sh -eu
case "$1" in
  stop) kill "$(cat pid)"; tail -s 0.1 -f /dev/null --pid "$(cat pid)" ;;
  *)
    cellule run --config config.yaml > log 2>&1 &
    echo $! > pid
    tail -s 0.1 -f -n +1 log --pid $! | grep -q started:
    ;;
esac
""",
    # A test has no user of the bot's own: what follows `--` is run by whoever runs the test.
    "runuser": '#!/bin/sh\nshift 3\nexec "$@"\n',
    # Docker: podman, as far as it runs on a machine that is a container itself.
    "docker": """#!/bin/bash -eu
case "$1" in
  run) shift; exec podman --cgroup-manager cgroupfs --runtime runc run --network host "$@" ;;
  build)
    shift
    limits="--ulimit nofile=$(ulimit -n):$(ulimit -n) --ulimit nproc=$(ulimit -u):$(ulimit -u)"
    exec podman build --isolation chroot --format docker --pull=missing --network host $limits "$@"
    ;;
  *) exec podman --cgroup-manager cgroupfs --runtime runc "$@" ;;
esac
""",
}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with the stand-ins, to be looked at first."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name, text in STAND_INS.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_a_block_that_is_not_run_here_says_who_runs_it_or_why_nobody_does(page: str) -> None:
    found = blocks(page)
    assert found
    assert len(found) == (ROOT / page).read_text("utf-8").count("```sh\n")
    print(*found, sep="\n")  # noqa: T201 - `pytest -rP` shows the list
    for block in found:
        who = block.how.removeprefix("run by ")
        assert block.how in {"", "not run", BEFORE_A_RELEASE} or (ROOT / who).is_file(), block
        assert not block.how or len(block.why) > len("it needs it"), block


def test_the_french_page_types_what_the_english_page_types() -> None:
    english, french = (
        [line.partition("#")[0].rstrip() for block in blocks(page) for line in block.text.splitlines()]
        for page in ("docs/operations.md", "docs/fr/exploitation.md")
    )
    assert french == english


TERMINAL = pytest.mark.skipif(not (which("script") and which("curl")), reason="a terminal and curl are needed")


@pytest.mark.slow
@TERMINAL
async def test_who_types_what_the_readme_says_is_invited_by_a_bot(homeserver: Homeserver, tmp_path: Path) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    shown = await reader.types([block for block in blocks("README.md") if not block.how], [OURS])
    assert "stopped" in shown
    assert reader.invitations == ["Lobby"], shown


@pytest.mark.long
@TERMINAL
async def test_who_types_all_of_the_readme_plays_the_demo_and_installs_the_wheel(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    instead = {"<this repository>": str(ROOT), "/opt/cellule": str(tmp_path / "opt")}
    typed = [block for block in blocks("README.md") if block.how != "not run"]
    shown = await reader.types(typed, [], instead=instead)
    assert "cellule demo" in shown or "Cellule demo" in shown
    assert reader.invitations == ["Lobby"], shown


@pytest.mark.long
@TERMINAL
async def test_who_types_what_the_operators_page_says_has_a_bot_with_a_backup(
    homeserver: Homeserver, tmp_path: Path, shelf: Path
) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    here = [block for block in blocks("docs/operations.md") if not block.how]
    instead = {"/var/lib/cellule": str(reader.folder)}
    shown = await reader.types(here, [shelf, OURS], last="systemctl stop cellule", instead=instead)
    assert "opened again on trial" in shown, shown
    assert '{"messages_per_second":0,"burst_count":0}' in shown


IMAGE = "docker.io/library/python:3.11-slim-bookworm"


def _podman(*words: str) -> bool:
    return bool(which("podman")) and not subprocess.run(("podman", *words), capture_output=True, check=False).returncode


@pytest.mark.long
@TERMINAL
@pytest.mark.skipif(not _podman("image", "exists", IMAGE), reason=f"podman with {IMAGE} is needed")
@pytest.mark.skipif(_podman("volume", "exists", "cellule"), reason="there is a bot in a container here")
async def test_who_types_what_the_page_on_containers_says_has_a_bot_with_a_backup(
    homeserver: Homeserver, tmp_path: Path, shelf: Path
) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    checkout = Block(page="", line=0, text=f"git clone --quiet {ROOT} checkout\ncd checkout\n", how="", why="")
    here = [block for block in blocks("docs/docker.md") if block.how != "not run"]
    try:
        shown = await reader.types([checkout, *here], [shelf])
        assert "opened again on trial" in shown, shown
    finally:
        _podman("rm", "--force", "cellule")
        _podman("volume", "rm", "cellule")
    assert (reader.folder / "checkout/cellule.backup").is_file()
