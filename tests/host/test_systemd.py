"""What systemd hears of us on its socket."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.homeserver import Homeserver
from bot.host.systemd import ServiceManager
from tests.bots import Bot
from tests.host.test_health import DEAF, HUNG, WELL
from tests.patience import PATIENCE_S
from tests.servers import Account


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """The socket of a service manager, in no folder: a path of pytest's may be too long for one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.settimeout(PATIENCE_S)
        bound.bind(f"\0cellule-test-{os.getpid()}")
        yield bound


@pytest.fixture
def address(listener: socket.socket) -> str:
    return f"@{listener.getsockname()[1:].decode()}"


def heard(listener: socket.socket) -> list[str]:
    return listener.recv(4096).decode().splitlines()


async def told(manager: ServiceManager) -> None:
    """Let it tell once."""
    running = asyncio.create_task(manager.run())
    await asyncio.sleep(0)
    running.cancel()


async def test_the_watchdog_is_fed_while_we_wait_for_a_homeserver_or_hear_it_no_more(
    listener: socket.socket, address: str
) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": address})
    manager.ready()
    assert heard(listener) == ["READY=1"]
    await told(manager)
    assert heard(listener) == ["STATUS=waiting for the homeserver", "WATCHDOG=1"]
    manager.watch(lambda: WELL)
    assert heard(listener) == ["STATUS=well", "WATCHDOG=1"]
    manager.watch(lambda: replace(DEAF, alarms_overdue_seconds=60, outbox_still_seconds=600))
    assert heard(listener) == ["STATUS=no sync; reminders are late; the outbox does not move", "WATCHDOG=1"]
    manager.stopping()
    assert heard(listener) == ["STOPPING=1", "STATUS=stopping"]


async def test_it_is_not_fed_while_what_came_in_is_not_applied(listener: socket.socket, address: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": address}).watch(lambda: HUNG)
    assert heard(listener) == ["STATUS=what comes in is not applied"]


@pytest.mark.parametrize(("microseconds", "seconds"), [(None, 20), ("10000000", 5), ("600000000", 20)])
async def test_it_is_fed_twice_in_the_time_that_systemd_gives(
    listener: socket.socket, address: str, microseconds: str | None, seconds: float
) -> None:
    slept: list[float] = []

    async def sleep(for_s: float) -> None:
        slept.append(for_s)
        await asyncio.Event().wait()

    limit = {} if microseconds is None else {"WATCHDOG_USEC": microseconds}
    await told(ServiceManager({"NOTIFY_SOCKET": address, **limit}, sleep=sleep))
    assert (slept, heard(listener)[-1]) == ([seconds], "WATCHDOG=1")


async def test_whoever_did_not_ask_is_told_nothing() -> None:
    manager = ServiceManager({})
    manager.ready()
    await manager.run()


async def test_a_socket_that_is_gone_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
    assert caplog.messages == ["systemd cannot be told how we are: No such file or directory"]


@pytest.mark.slow
async def test_a_bot_whose_homeserver_is_away_is_up_lives_and_stops(
    listener: socket.socket, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    account = Account(user="@cellule:example.org", localpart="cellule", password="password")
    nowhere = Homeserver(tmp_path / "never-started")
    bot = Bot(tmp_path, nowhere, account, {"@alice:example.org": ["admin"]}, url="http://127.0.0.1:9")
    await bot.spawn()
    said: list[str] = []
    while not {"READY=1", "WATCHDOG=1"} <= set(said):
        said += await asyncio.to_thread(heard, listener)
    assert await bot.stop() == 0
    while "STOPPING=1" not in said:
        said += await asyncio.to_thread(heard, listener)
    assert "STATUS=waiting for the homeserver" in said
