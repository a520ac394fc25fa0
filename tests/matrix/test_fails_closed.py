"""Nothing of the gateway is open until somebody closes it: without its rules there is no part to speak or hear with."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nio import LocalProtocolError, MegolmEvent

from bot.config import Matrix, TokenLogin
from bot.core.names import DeviceId, UserId
from bot.host.clock import WallClock
from bot.host.secret import Secret
from bot.matrix import gateway
from bot.matrix.account.cross_signing import Identity, ensure_identity
from bot.matrix.account.device_policy import CrossSigned
from bot.matrix.account.session import LoginRefusedError, Session
from bot.matrix.gateway import Gateway, Surroundings, open_gateway
from bot.matrix.guard.client import GuardedClient
from bot.matrix.guard.decryption import open_event
from bot.matrix.guard.olm import GuardedOlm
from bot.matrix.guard.trust import Trust
from bot.matrix.speaking.chat import MatrixChat
from bot.ports import UNCOUNTED
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.homeserver import FakeHomeserver
from tests.fakes.vault import MemoryVault
from tests.kept_keys import keys_in
from tests.matrix.hearer import MemorySealed
from tests.matrix.listeners import BOT, DEVICE, guarded

SOURCES = sorted(Path(gateway.__file__).parent.rglob("*.py"))


def nobody(_: UserId) -> bool:
    return False


def account(url: str) -> Matrix:
    login = TokenLogin(access_token=Secret("of nobody"), device_id=DeviceId(DEVICE))
    return Matrix(homeserver=url, user_id=UserId(BOT), login=login, device_name="Cellule")


def surroundings(url: str) -> dict[str, Any]:
    async def no_token() -> str | None:
        return None

    return {
        "account": account(url),
        "crypto": MemoryCrypto(),
        "vault": MemoryVault(),
        "sealed": MemorySealed(),
        "sync_token": no_token,
        "people": frozenset[UserId](),
        "may_verify": nobody,
        "knows": nobody,
        "holds": lambda _: False,
        "policy": CrossSigned(),
        "clock": WallClock(),
        "federate": False,
        "counts": UNCOUNTED,
    }


def left_out(make: Callable[..., object], needed: dict[str, Any]) -> list[str]:
    """Return which of what is *needed* can be left out all the same."""
    spare = []
    for name in needed:
        try:
            make(**{other: value for other, value in needed.items() if other != name})
        except TypeError:
            continue
        spare.append(name)
    return spare


def test_there_is_no_client_without_its_rules() -> None:
    rules: dict[str, Any] = {"crypto": MemoryCrypto(), "knows": nobody, "policy": CrossSigned(), "proxy": None}
    named = {"homeserver": "http://127.0.0.1:9", "user": BOT, "device_id": DEVICE}
    assert left_out(GuardedClient, named | rules) == []
    assert GuardedClient(**(named | rules)).homeserver == named["homeserver"]


def test_there_is_no_login_and_no_gateway_without_its_rules() -> None:
    session = {"account": account("http://127.0.0.1:9"), "vault": MemoryVault(), "crypto": MemoryCrypto()}
    assert left_out(Session, session | {"knows": nobody, "policy": CrossSigned()}) == []
    assert left_out(Surroundings, surroundings("http://127.0.0.1:9")) == []


def test_there_is_no_machine_and_nothing_is_opened_without_its_rules(tmp_path: Path) -> None:
    store = keys_in(tmp_path, DEVICE)
    needed: dict[str, Any] = {"user_id": BOT, "device_id": DEVICE, "store": store, "knows": nobody}
    assert left_out(GuardedOlm, needed) == []
    machine = GuardedOlm(**needed)
    event = MegolmEvent.from_dict({"content": {}})
    assert left_out(open_event, {"olm": machine, "event": event, "room": "!a:b.c", "trusts": nobody}) == []
    assert left_out(Trust, {"machine": machine, "policy": CrossSigned()}) == []


async def test_nothing_is_said_through_a_client_that_is_not_logged_in(server: FakeHomeserver, tmp_path: Path) -> None:
    rules: dict[str, Any] = {"vault": MemoryVault(), "holds": nobody, "federate": False}
    client = GuardedClient(
        server.url, BOT, DEVICE, crypto=MemoryCrypto(), knows=nobody, policy=CrossSigned(), proxy=None
    )
    with pytest.raises(LocalProtocolError):
        MatrixChat(client, **rules)
    async with guarded(server, tmp_path) as opened:
        assert left_out(MatrixChat, {"client": opened} | rules) == []
        with pytest.raises(AttributeError):
            opened.trust = client  # type: ignore[assignment, misc]


async def test_an_identity_is_not_made_unless_somebody_says_that_there_is_none(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    async with guarded(server, tmp_path) as client:
        with pytest.raises(TypeError):
            await ensure_identity(client, MemoryVault())  # type: ignore[call-arg]


async def test_there_is_no_gateway_before_the_homeserver_let_us_in(server: FakeHomeserver) -> None:
    given = Surroundings(**surroundings(server.url))
    with pytest.raises(LoginRefusedError):
        async with open_gateway(given):
            raise AssertionError("there is one")
    session = Session(given.account, given.vault, MemoryCrypto(), knows=nobody, policy=CrossSigned())
    with pytest.raises(LocalProtocolError):
        Gateway(given, session, Identity(device=DEVICE, fingerprint="", master_key=""))
    await session.client.close()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_rule_is_a_yes_or_a_no_whoever_asks(path: Path) -> None:
    """A default that says one thing to everything is a rule that somebody forgets to replace."""
    constant = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Lambda) and isinstance(node.body, ast.Constant) and isinstance(node.body.value, bool)
    ]
    assert constant == []
