"""Somebody who types what a page says."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientSession

from bot.demo.homeserver import Homeserver
from tests.docs.pages import read
from tests.docs.shell import Answer, Block, script, type_into_a_terminal
from tests.patience import PATIENCE_S
from tests.servers import Account, register

ASK_FOR_THE_PASSWORD = (
    "cat",
    "runuser -u cellule -- sh -c 'umask 077; cat > secrets/password'",
    "docker run --rm -i -v cellule:/var/lib/cellule --entrypoint sh cellule -c 'umask 077; cat > secrets/password'",
)
"""How the shell shows the commands that wait for it."""
WHEN_THE_DEMO_SHOWS = ("4. Then", "Answer with its number", "Start here", "The rest: in the thread", " done.")
"""When each of the lines is typed that the README gives for the demo; after the last answer, `/quit`."""
THE_LAST = " runs: Notify"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody with a homeserver, an account for the bot and one of their own, at an empty folder."""

    homeserver: Homeserver
    folder: Path
    account: Account
    alice: Account
    alice_token: str
    admin_token: str
    invitations: list[str] = field(default_factory=list)
    """The names of the rooms to which alice saw herself invited."""

    @classmethod
    async def of(cls, homeserver: Homeserver, folder: Path) -> Self:
        machine = folder / "machine"
        machine.mkdir()
        account, alice = await register(homeserver, "cellule"), await register(homeserver, "alice")
        admin = await register(homeserver, "root", admin=True)
        return cls(
            homeserver=homeserver,
            folder=machine,
            account=account,
            alice=alice,
            alice_token=await _log_in(homeserver, alice),
            admin_token=await _log_in(homeserver, admin),
        )

    async def types(
        self, page: Sequence[Block], first: Sequence[Path], *, last: str = "", instead: Mapping[str, str] | None = None
    ) -> str:
        """Type the blocks, looking for commands in *first* at first, then *last*; return what the terminal shows."""
        named = {"https://matrix.example.org": self.homeserver.url, "@cellule:example.org": self.account.user}
        env = {
            "PATH": os.pathsep.join((*map(str, first), os.environ["PATH"])),
            "ADMIN_TOKEN": self.admin_token,
            "EDITOR": "true",
        }
        commands = script(page, {**named, **(instead or {})}) + last
        return await type_into_a_terminal(commands, self.folder, self._answers(), env)

    def _answers(self) -> tuple[Answer, ...]:
        """Return what is typed when the terminal shows these words: the questions of init, a password, Ctrl-C."""
        return (
            ("Address of the bot's homeserver", f"{self.homeserver.url}\n"),
            ("The bot's Matrix id", f"{self.account.user}\n"),
            ("Who administers the bot", f"{self.alice.user}\n"),
            ("Language of the control room", "en\n"),
            ("Time zone", "\n"),
            *((f"+ {asks}\r\n", f"{self.account.password}\n\x04") for asks in ASK_FOR_THE_PASSWORD),
            ("+ cellule run --config config.yaml\r\n", self._interrupt),
            *zip(WHEN_THE_DEMO_SHOWS, _typed_in_the_demo(), strict=True),
            (THE_LAST, "/quit\r"),
        )

    async def _interrupt(self) -> str:
        """Press Ctrl-C once the bot has invited alice."""
        seen = await self._sync()
        async with asyncio.timeout(PATIENCE_S):
            while not (names := _invited(seen)):
                seen = await self._sync(since=seen["next_batch"], timeout="10000")
        self.invitations.extend(names)
        return "\x03"

    async def _sync(self, **parameters: str) -> Any:
        headers = {"Authorization": f"Bearer {self.alice_token}"}
        return await _ask(self.homeserver, "GET", "sync", headers=headers, params=parameters)


async def _log_in(homeserver: Homeserver, account: Account) -> str:
    who = {"type": "m.id.user", "user": account.user}
    body = {"type": "m.login.password", "identifier": who, "password": account.password}
    return str((await _ask(homeserver, "POST", "login", json=body))["access_token"])


async def _ask(homeserver: Homeserver, method: str, path: str, **how: Any) -> Any:
    url = f"{homeserver.url}/_matrix/client/v3/{path}"
    async with ClientSession() as session, session.request(method, url, **how) as answer:
        return await answer.json()


def _invited(seen: Any) -> list[str]:
    """Return the names of the rooms to which one answer of sync invites."""
    rooms = [room["invite_state"]["events"] for room in seen.get("rooms", {}).get("invite", {}).values()]
    return [event["content"]["name"] for events in rooms for event in events if event["type"] == "m.room.name"]


def _typed_in_the_demo() -> list[str]:
    found = re.search(r"^```text\n(!open .*?)^```$", read("README.md"), re.DOTALL | re.MULTILINE)
    assert found
    return [f"{line}\r" for line in found[1].splitlines()]
