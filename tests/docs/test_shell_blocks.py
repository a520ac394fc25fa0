"""Every shell block of the pages that people type from, typed as it stands there, in order, into a clean folder.

A block that cannot be run here says so above itself, in a comment that does not show:

- `<!-- run by WHO: WHY -->`: a test, or a target of make, runs it;
- `<!-- not run: WHY -->`: nobody does, for it would change the machine or waits for a person.

Every other block is run here, against a real homeserver. What the reader has and a test machine has not (systemd, a
user of its own) is stood in for: `STAND_INS`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any, Self

import pytest
from aiohttp import ClientSession

from bot.demo.homeserver import Homeserver
from tests.docs.pages import ROOT
from tests.docs.shell import Answer, Block, blocks, script, type_into_a_terminal
from tests.patience import PATIENCE_S
from tests.servers import Account, register

PAGES = ("README.md", "docs/operations.md", "docs/docker.md", "docs/fr/exploitation.md")
BEFORE_A_RELEASE = "run by make test-long"
ASK_FOR_THE_PASSWORD = ("cat", "runuser -u cellule -- sh -c 'umask 077; cat > secrets/password'")
"""How the shell shows the commands that wait for it."""
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
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody with a homeserver, an account for the bot and one of their own, at an empty folder."""

    homeserver: Homeserver
    folder: Path
    account: Account
    alice: Account
    admin: Account

    @classmethod
    async def of(cls, homeserver: Homeserver, folder: Path) -> Self:
        machine = folder / "machine"
        machine.mkdir()
        account, alice = await register(homeserver, "cellule"), await register(homeserver, "alice")
        admin = await register(homeserver, "root", admin=True)
        return cls(homeserver=homeserver, folder=machine, account=account, alice=alice, admin=admin)

    async def types(self, page: Sequence[Block], shelf: Path, *, last: str = "") -> str:
        """Type the blocks of *page* that are run here, and return what the terminal shows."""
        instead = {
            "/var/lib/cellule": str(self.folder),
            "https://matrix.example.org": self.homeserver.url,
            "@cellule:example.org": self.account.user,
        }
        commands = script([block for block in page if not block.how], instead)
        env = {
            "PATH": os.pathsep.join((str(shelf), str(Path(sys.executable).parent), os.environ["PATH"])),
            "ADMIN_TOKEN": await self._log_in(self.admin),
        }
        return await type_into_a_terminal(commands + last, self.folder, self._answers(), env)

    def _answers(self) -> tuple[Answer, ...]:
        """Return what is typed when the terminal shows these words: the questions of init, a password, Ctrl-C."""
        return (
            ("Address of the bot's homeserver", f"{self.homeserver.url}\n"),
            ("The bot's Matrix id", f"{self.account.user}\n"),
            ("Who administers the bot", f"{self.alice.user}\n"),
            ("Language of the control room", "en\n"),
            ("Time zone", "\n"),
            *((f"+ {asks}\r\n", f"{self.account.password}\n\x04") for asks in ASK_FOR_THE_PASSWORD),
            ("started:", self._interrupt),
        )

    async def _interrupt(self) -> str:
        """Press Ctrl-C once the bot has invited alice."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.invitations():
                pass
        return "\x03"

    async def invitations(self) -> list[dict[str, str]]:
        """Return what alice sees of the rooms she is invited to: each state by its kind."""
        headers = {"Authorization": f"Bearer {await self._log_in(self.alice)}"}
        found = await self._ask("GET", "sync", headers=headers)
        rooms = [room["invite_state"]["events"] for room in found.get("rooms", {}).get("invite", {}).values()]
        return [
            {event["type"].removeprefix("m.room."): event["content"].get("name", "") for event in events}
            for events in rooms
        ]

    async def _log_in(self, account: Account) -> str:
        who = {"type": "m.id.user", "user": account.user}
        body = {"type": "m.login.password", "identifier": who, "password": account.password}
        return str((await self._ask("POST", "login", json=body))["access_token"])

    async def _ask(self, method: str, path: str, **how: Any) -> Any:
        url = f"{self.homeserver.url}/_matrix/client/v3/{path}"
        async with ClientSession() as session, session.request(method, url, **how) as answer:
            return await answer.json()


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
async def test_who_types_what_the_readme_says_is_invited_by_a_bot(
    homeserver: Homeserver, tmp_path: Path, shelf: Path
) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    shown = await reader.types(blocks("README.md"), shelf)
    assert "stopped" in shown
    assert [room["name"] for room in await reader.invitations()] == ["Lobby"], shown


@pytest.mark.long
@TERMINAL
async def test_who_types_what_the_operators_page_says_has_a_bot_with_a_backup(
    homeserver: Homeserver, tmp_path: Path, shelf: Path
) -> None:
    reader = await Reader.of(homeserver, tmp_path)
    shown = await reader.types(blocks("docs/operations.md"), shelf, last="systemctl stop cellule")
    assert "opened again on trial" in shown, shown
    assert '{"messages_per_second":0,"burst_count":0}' in shown
