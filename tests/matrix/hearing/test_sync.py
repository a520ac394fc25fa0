from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.matrix.account.session import LoginRefusedError
from bot.matrix.guard import client as guarded_module
from bot.matrix.guard.answers import WholeSync
from bot.matrix.guard.client import GuardedClient
from bot.matrix.hearing.sync import GIVE_UP_AFTER, LONG_POLL_MS, SyncLoop, sync_filter
from bot.matrix.http.backoff import Backoff
from bot.ports import UnreachableError
from tests.fakes.counts import FakeCounts
from tests.fakes.crypto import MemoryCrypto
from tests.fakes.homeserver import FakeHomeserver
from tests.matrix.listeners import ALICE, BOT, DEVICE, EVERY_DEVICE, ROOM, everybody, guarded
from tests.patience import PATIENCE_S


class Log:
    """Keeps answers, and remembers the waits that were asked for instead of waiting."""

    def __init__(self) -> None:
        self.answers: list[WholeSync] = []
        self.waits: list[float] = []
        self.renewals: list[bool] = []
        self.news = asyncio.Event()
        self.failures: list[Exception] = []

    async def keep(self, answer: WholeSync) -> None:
        self.answers.append(answer)
        self.news.set()
        if self.failures:
            raise self.failures.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    async def renew(self, *, soft_logout: bool) -> None:
        self.renewals.append(soft_logout)
        if not soft_logout:
            raise LoginRefusedError("entering.ended")

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not reached():
                self.news.clear()
                await self.news.wait()


async def run_until(loop: SyncLoop, log: Log, act: Callable[[], Awaitable[None]], since: str | None = None) -> None:
    """Run the loop while *act* does something and waits for what it leads to."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(loop.run(log.keep, since=since))
        await act()
        running.cancel()


def made(client: object, log: Log) -> SyncLoop:
    return SyncLoop(client, renew=log.renew, jitter=lambda: 1.0, sleep=log.sleep)  # type: ignore[arg-type]


async def test_failures_are_waited_out_longer_and_longer(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    server.refusals = [(500, {"errcode": "M_UNKNOWN", "error": "x"}), (502, {}), (200, {"nonsense": 1})]
    async with guarded(server, tmp_path) as client:
        client.counts = counts = FakeCounts()
        await run_until(made(client, log), log, lambda: log.until(lambda: bool(log.answers)))
    assert log.waits == [1.0, 2.0, 4.0]
    assert counts.failed_syncs == 3


@pytest.mark.parametrize(("asked_ms", "waited_s"), [(7000, 7.0), (-(10**9), 1.0), (10**12, 3600.0)])
async def test_a_limit_is_respected_for_an_hour_at_the_most(
    server: FakeHomeserver, tmp_path: Path, asked_ms: int, waited_s: float
) -> None:
    log = Log()
    server.refusals = [(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "x", "retry_after_ms": asked_ms})]
    async with guarded(server, tmp_path) as client:
        await run_until(made(client, log), log, lambda: log.until(lambda: bool(log.answers)))
    assert log.waits == [waited_s]


async def test_a_forgotten_token_is_renewed_when_that_is_allowed(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    server.refusals = [(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "expired", "soft_logout": True})]
    async with guarded(server, tmp_path) as client:
        await run_until(made(client, log), log, lambda: log.until(lambda: bool(log.answers)))
    assert log.renewals == [True]


async def test_a_session_that_was_ended_ends_the_loop(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    server.refusals = [(401, {"errcode": "M_UNKNOWN_TOKEN", "error": "gone"})]
    async with guarded(server, tmp_path) as client:
        with pytest.raises(LoginRefusedError):
            await made(client, log).run(log.keep, since=None)


async def test_an_error_that_only_mentions_401_is_no_logout(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    server.refusals = [(500, {"errcode": "M_UNKNOWN", "error": "401 M_UNKNOWN_TOKEN"})]
    async with guarded(server, tmp_path) as client:
        await run_until(made(client, log), log, lambda: log.until(lambda: bool(log.answers)))
    assert log.renewals == []


async def test_a_homeserver_that_is_away_is_waited_for(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    async with guarded(server, tmp_path) as client:
        address, client.homeserver = client.homeserver, "http://127.0.0.1:9"

        async def come_back(seconds: float) -> None:
            client.homeserver = address
            await log.sleep(seconds)

        client.counts = counts = FakeCounts()
        loop = SyncLoop(client, renew=log.renew, jitter=lambda: 1.0, sleep=come_back)
        await run_until(loop, log, lambda: log.until(lambda: bool(log.answers)))
    assert log.waits == [1.0]
    assert counts.failed_syncs == 1


async def test_an_answer_that_could_not_be_kept_is_given_again_and_only_then_gone_on_from(
    server: FakeHomeserver, tmp_path: Path
) -> None:
    log = Log()
    log.failures = [OSError("disk full"), ValueError("x")]
    server.make_room(ROOM, ALICE, BOT)
    async with guarded(server, tmp_path) as client:
        loop = made(client, log)
        assert loop.seconds_since_good is None

        async def act() -> None:
            await log.until(lambda: len(log.answers) == 3)
            server.say(ROOM, ALICE, {"msgtype": "m.text", "body": "x"}, "m.room.message")
            await server.tell()
            await log.until(lambda: len(log.answers) == 4)

        await run_until(loop, log, act)
        assert log.answers[0] is log.answers[1] is log.answers[2]
        (event,) = log.answers[3].rooms.join[ROOM].timeline.events
        assert event.source["content"]["body"] == "x"
        assert loop.seconds_since_good is not None


async def test_a_store_that_never_works_lets_the_program_fall(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    log.failures = [OSError("disk full") for _ in range(GIVE_UP_AFTER)]
    async with guarded(server, tmp_path) as client:
        with pytest.raises(OSError, match="disk full"):
            await made(client, log).run(log.keep, since=None)
        assert client.next_batch == ""


async def test_the_loop_stops_without_the_answer_that_it_asked_for(server: FakeHomeserver, tmp_path: Path) -> None:
    log = Log()
    async with guarded(server, tmp_path) as client:
        task = asyncio.get_running_loop().create_task(made(client, log).run(log.keep, since=None))
        await log.until(lambda: len(log.answers) >= 1)
        task.cancel()
        async with asyncio.timeout(LONG_POLL_MS / 1000 / 2):
            await asyncio.gather(task, return_exceptions=True)


def test_waits_double_up_to_a_minute_and_begin_again() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.fail() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    backoff.succeed()
    assert backoff.fail() == 1


def test_bots_that_failed_together_come_back_apart() -> None:
    early, late = Backoff(lambda: 0.0), Backoff(lambda: 1.0)
    for backoff in (early, late):
        for _ in range(4):
            backoff.fail()
    assert early.fail() == 8
    assert late.fail() == 16


def test_a_homeserver_is_asked_for_what_a_bot_acts_on_and_for_nothing_else() -> None:
    nothing = {"not_types": ["*"]}
    state = [
        *("m.room.create", "m.room.encryption", "m.room.guest_access", "m.room.history_visibility"),
        *("m.room.join_rules", "m.room.member", "m.room.name", "m.room.power_levels"),
    ]
    said = ["m.room.encrypted", "m.room.message", "m.reaction", "m.key.verification.*"]
    asked = sync_filter(whole_rooms=False, limit=7)
    room = {"account_data": nothing, "ephemeral": nothing, "state": nothing}
    timeline = {"types": [*said, *state], "limit": 7}
    assert asked == {"presence": nothing, "account_data": nothing, "room": {**room, "timeline": timeline}}
    assert sync_filter(whole_rooms=True)["room"]["state"] == {"types": state}


async def test_a_question_for_news_that_is_never_answered_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded_module, "TIMEOUT_S", 0.1)

    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side goes
        writer.close()
        await writer.wait_closed()
        gone.set()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    client = GuardedClient(
        address, BOT, DEVICE, crypto=MemoryCrypto(), knows=everybody, policy=EVERY_DEVICE, proxy=None
    )
    client.restore_login(BOT, DEVICE, "token")
    async with silent, asyncio.timeout(PATIENCE_S):
        with pytest.raises(UnreachableError):
            await client.sync(timeout=100)
        await client.close()
        await gone.wait()
