"""`cellule door many --bot`: the slips of people whom a running bot takes in, each as what the list says."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.door import Wanted, many
from bot.config import load
from bot.console import doors
from bot.console.doors import NotLetInError
from bot.console.socket import ConsoleSocket, NotRunningError
from bot.core.language import Language
from bot.core.people.roster import Role
from bot.door.errors import ManyError
from tests.cli.test_cli import config
from tests.config.files import fill
from tests.door.test_config import write
from tests.service.guests import COUNSEL, Doorway

LIST = "nom;rôle\nAlice;DPO + juridique\nBob;it\n"


@pytest.fixture
async def wanted(tmp_path: Path) -> Wanted:
    (tmp_path / "token").touch(mode=0o600)
    (tmp_path / "token").write_text("syt_secret")
    return Wanted(
        people=tmp_path / "people.csv",
        config=write(tmp_path),
        folder=tmp_path / "slips",
        until="24h",
        spoken=None,
        bot=config(fill(tmp_path)),
    )


@pytest.fixture
async def bot(wanted: Wanted) -> AsyncIterator[Doorway]:
    assert wanted.bot is not None
    shell, folder = Doorway(), load(wanted.bot).state.folder
    folder.mkdir(mode=0o700)
    async with shell.life() as service:
        console = ConsoleSocket(doors.answers(service.links))
        await console.open(folder)
        yield shell
        await console.close()


async def made(wanted: Wanted, shell: Doorway, text: str = LIST) -> list[dict[str, str]]:
    wanted.people.write_text(text, "utf-8")
    await many(wanted, shell.clock.now())
    written = await asyncio.to_thread((wanted.folder / "slips.csv").read_text, "utf-8-sig")
    return list(csv.DictReader(written.splitlines()))


async def test_each_person_has_a_slip_and_a_door_of_the_house(wanted: Wanted, bot: Doorway) -> None:
    rows = await made(wanted, bot)
    assert [(row["name"], row["link"].rpartition("#")[2]) for row in rows] == [
        ("Alice", "secret-1"),
        ("Bob", "secret-2"),
    ]
    opened = [door.opened for door in bot.service.books.desk.doors.values()]
    assert [(one.name, one.roles) for one in opened] == [("Alice", (Role.DPO, Role.LEGAL)), ("Bob", (Role.IT,))]
    bot.keeper.come(COUNSEL)
    await bot.look_at_door()
    assert bot.house_door.user == COUNSEL


async def test_a_role_that_is_none_is_named_and_nobody_is_let_in(wanted: Wanted, bot: Doorway) -> None:
    with pytest.raises(ManyError, match="insurer's expert") as refused:
        await made(wanted, bot, "name,role\nAlice,dpo\nBob,insurer's expert\n")
    assert refused.value.to(Language("fr")) != str(refused.value)
    assert bot.keeper.made == []


async def test_where_the_bot_lets_nobody_in_no_slip_is_left(wanted: Wanted, bot: Doorway) -> None:
    bot.keeper.is_silent = True
    with pytest.raises(NotLetInError):
        await made(wanted, bot)
    assert list(wanted.folder.iterdir()) == []


async def test_where_the_bot_does_not_run_it_says_so(wanted: Wanted) -> None:
    with pytest.raises(NotRunningError):
        await made(wanted, Doorway())
    assert list(wanted.folder.iterdir()) == []
