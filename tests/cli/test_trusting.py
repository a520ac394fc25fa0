"""`cellule trust`: on a bot that is stopped, for the admin nobody is left to confirm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.cli import main
from bot.config import load
from bot.core.facts import DeskFact, Fact, IdentityConfirmed
from bot.core.names import DeviceId, UserId
from bot.matrix.account.session import LOGIN, Login
from bot.matrix.guard.identities import Identities, Person
from bot.ports import DESK, CryptoKind
from bot.service.books import Books
from bot.store.lock import lock_folder
from bot.store.sqlite import open_store
from bot.voice.trust.identities import grouped
from tests.cli.test_cli import config
from tests.config.files import fill
from tests.fakes.identity import FakeIdentity, FakePhone, answer
from tests.kept_keys import machine_over

ALICE, BOB = UserId("@alice:example.org"), UserId("@bob:example.org")
DEVICE = DeviceId("CELLULE")
T = TypeVar("T")
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return config(fill(tmp_path))


def keep(path: Path, *identities: FakeIdentity) -> None:
    """Leave the state of a bot that was told *identities* of Alice, one after the other, and of Bob none."""

    def learn(known: Identities) -> None:
        for identity in identities:
            known.learn(answer(identity, FakePhone(ALICE, "PHONE").keys), {})
        known.learn(answer(None, FakePhone(BOB, "PHONE").keys), {BOB: {"PHONE"}})

    in_state(path, learn)


def in_state(path: Path, look: Callable[[Identities], T]) -> T:
    """Return what *look* finds in what is known of people; what it changes there is kept."""
    settings = load(path)
    user = settings.matrix.user_id

    async def looked() -> T:
        async with await open_store(settings.state.folder, settings.state.key.reveal()) as store:
            await store.put(LOGIN, Login(user=user, device=DEVICE, token="").dump())
            async with machine_over(store, user, DEVICE) as machine:
                return look(machine.identities)

    return asyncio.run(looked())


def lose_keys(path: Path) -> None:
    async def lose() -> None:
        async with await open_store(load(path).state.folder, load(path).state.key.reveal()) as store:
            store.crypto.drop_scope(CryptoKind.ACCOUNT, DEVICE)
            await store.crypto.settle()

    asyncio.run(lose())


def person(path: Path, user: UserId = ALICE) -> Person:
    return in_state(path, lambda known: known.person(user))


def told(path: Path) -> list[Fact | DeskFact]:
    """Return what stands at the desk, and see that the bot reads it at its start."""
    settings = load(path)

    async def read() -> list[Fact | DeskFact]:
        async with await open_store(settings.state.folder, settings.state.key.reveal()) as store:
            facts = [recorded.fact for recorded in await store.history(DESK)]
            confirmed = (await Books.load(store)).desk.confirmed
            assert [*confirmed.values()] == facts
            return facts

    return asyncio.run(read())


def trust(path: Path, *words: str) -> int:
    return main(["trust", "--config", str(path), *words])


def test_an_identity_is_shown(path: Path, capsys: Capture) -> None:
    first = FakeIdentity(ALICE)
    keep(path, first)
    assert trust(path, "alice") == 0
    assert grouped(first.master) in capsys.readouterr().out
    assert trust(path, BOB) == 0
    assert "has never published an identity" in capsys.readouterr().out


def test_a_changed_one_is_confirmed_by_the_key_that_was_read_on_the_phone(path: Path, capsys: Capture) -> None:
    first, second = FakeIdentity(ALICE), FakeIdentity(ALICE)
    keep(path, first, second)
    assert trust(path, "alice") == 0
    shown = capsys.readouterr().out
    assert grouped(first.master) in shown
    assert grouped(second.master) in shown
    assert trust(path, ALICE, "--confirm", first.master) == 1
    assert "nothing was changed" in capsys.readouterr().err
    assert person(path).pinned == first.master
    assert trust(path, ALICE, "--confirm", grouped(second.master)) == 0
    assert "and publishes it" in capsys.readouterr().out
    assert person(path).pinned == second.master
    (fact,) = told(path)
    assert isinstance(fact, IdentityConfirmed)
    assert (fact.by, fact.user, fact.master) == (None, ALICE, second.master)


def test_the_first_one_that_was_seen_is_confirmed_as_well_and_nothing_that_nobody_publishes(path: Path) -> None:
    first = FakeIdentity(ALICE)
    keep(path, first)
    assert trust(path, BOB, "--confirm", first.master) == 1
    assert told(path) == []
    assert trust(path, ALICE, "--confirm", first.master) == 0
    assert [type(fact) for fact in told(path)] == [IdentityConfirmed]


def test_an_identity_that_is_gone_is_told(path: Path, capsys: Capture) -> None:
    keep(path, FakeIdentity(ALICE))
    in_state(path, lambda known: known.learn(answer(None, FakePhone(ALICE, "PHONE").keys), {}))
    assert trust(path, "alice") == 0
    assert "none any more" in capsys.readouterr().out


def test_who_is_unknown_and_a_bot_that_never_ran_are_said(path: Path, capsys: Capture) -> None:
    assert trust(path, "alice") == 1
    assert "never logged in" in capsys.readouterr().err
    keep(path)
    assert trust(path, "carol") == 1
    assert "nobody it knows is carol" in capsys.readouterr().err
    lose_keys(path)
    assert trust(path, "alice") == 1
    assert "keys of the bot's device are not in the state folder" in capsys.readouterr().err


def test_a_running_bot_and_a_wrong_configuration_have_their_codes(path: Path, capsys: Capture) -> None:
    keep(path)
    lock = lock_folder(load(path).state.folder)
    try:
        assert trust(path, "alice") == 4
    finally:
        lock.release()
    path.write_text("people: []")
    assert trust(path, "alice") == 2
    assert capsys.readouterr().err
