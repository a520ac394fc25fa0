"""`cellule trust` at a bot that runs: it is asked, and does it itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.trusting import TrustError, trust
from bot.config import load
from bot.console import trusting
from bot.console.socket import ConsoleSocket
from bot.core.facts import IdentityConfirmed
from bot.core.people.trust import TheirIdentity
from bot.ports import DESK
from bot.voice.trust.identities import grouped
from tests.cli.test_cli import config
from tests.config.files import fill
from tests.core.build import ALICE, BOB
from tests.service.shell import Shell

KNOWN, NEW = "K" * 43, "N" * 43


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return config(fill(tmp_path))


@pytest.fixture
async def bot(path: Path) -> AsyncIterator[Shell]:
    shell = Shell()
    shell.chat.identities[ALICE] = TheirIdentity(known=KNOWN, published=NEW)
    folder = load(path).state.folder
    folder.mkdir(mode=0o700)
    async with shell.life() as service:
        console = ConsoleSocket(trusting.answers(service.introducing))
        await console.open(folder)
        yield shell
        await console.close()


async def confirmed(bot: Shell) -> list[IdentityConfirmed]:
    history = await bot.store.history(DESK)
    return [kept.fact for kept in history if isinstance(kept.fact, IdentityConfirmed)]


async def test_it_shows_what_the_bot_knows(bot: Shell, path: Path) -> None:
    shown = "\n".join(await trust(path, "alice", None))
    assert grouped(KNOWN) in shown
    assert grouped(NEW) in shown
    assert await trust(path, BOB, None) == [f"{BOB} has never published an identity (cross-signing)"]
    with pytest.raises(TrustError, match="nobody it knows is nobody"):
        await trust(path, "nobody", None)


async def test_it_speaks_the_language_of_the_locale(bot: Shell, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "et en publie une autre" in "\n".join(await trust(path, "alice", None))


async def test_what_the_operator_confirms_is_known_and_written_down_and_no_other_key_is(bot: Shell, path: Path) -> None:
    with pytest.raises(TrustError, match="nothing was changed"):
        await trust(path, "alice", KNOWN)
    assert await confirmed(bot) == []
    assert (await trust(path, "alice", grouped(NEW)))[-1] == "and publishes it"
    await bot.settle()
    assert bot.chat.identities[ALICE] == TheirIdentity(known=NEW, published=NEW)
    (fact,) = await confirmed(bot)
    assert (fact.by, fact.user, fact.master) == (None, ALICE, NEW)
