"""A time-stamp authority over a real socket: good, away, refusing, lying, and answering for another hash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from bot.bridges import stamping
from bot.bridges.stamping import TimestampAuthority
from bot.core.record.checkpoint import Stamping
from bot.host.secret import Secret
from bot.matrix.http.connection import open_session
from bot.papers.record import verify_record
from bot.papers.record.stamps import RefusedStamp, WrongStamp, accept, authority_of, question
from tests.record.authority import OPENSSL, Authority

LINE = "cellule-checkpoint-1 i 41 00 2026-11-24T18:00:00Z KEY SIGNATURE"
REJECTED = bytes.fromhex("3005300302 0102".replace(" ", ""))
"""An answer that has a status, and it is `rejection`."""

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs OpenSSL")
Answer = Callable[[bytes], bytes]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@asynccontextmanager
async def asked_of(
    answer: Answer, status: int = 200
) -> AsyncIterator[tuple[TimestampAuthority, list[web.BaseRequest]]]:
    requests: list[web.BaseRequest] = []

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        requests.append(request)
        return web.Response(body=answer(await request.read()), status=status)

    runner = web.ServerRunner(web.Server(take), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/tsr"
    try:
        async with open_session(None) as session:
            yield TimestampAuthority(session, Secret(address)), requests
    finally:
        await runner.cleanup()


async def test_a_good_answer_is_taken_as_it_came(authority: Authority) -> None:
    async with asked_of(authority.answer) as (stamps, requests):
        stamping_, stamp = await stamps.stamp(LINE)
    assert stamping_ is Stamping.STAMPED
    assert stamp is not None
    assert authority_of(stamp, LINE) == "CN=Authority of the tests"
    digest, _ = verify_record.stamped(stamp)
    assert digest == verify_record.hash_of(LINE.encode())
    assert requests[0].headers["Content-Type"] == "application/timestamp-query"


async def test_it_is_told_a_hash_and_nothing_else(authority: Authority) -> None:
    told: list[bytes] = []

    def answer(asked: bytes) -> bytes:
        told.append(asked)
        return authority.answer(asked)

    async with asked_of(answer) as (stamps, _):
        await stamps.stamp(LINE)
    assert bytes.fromhex(verify_record.hash_of(LINE.encode())) in told[0]
    assert len(told[0]) < 100
    assert b"cellule" not in told[0]


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (lambda _: b"", 500, Stamping.AWAY),
        (lambda _: b"", 302, Stamping.AWAY),
        (lambda _: REJECTED, 200, Stamping.REFUSED),
        (lambda _: b"", 200, Stamping.WRONG),
        (lambda _: b"no time", 200, Stamping.WRONG),
        (lambda _: b"\x30" * 10_000_000, 200, Stamping.WRONG),
    ],
)
async def test_an_authority_that_is_away_refuses_or_talks_nonsense_is_told_apart(
    answer: Answer, status: int, said: Stamping
) -> None:
    async with asked_of(answer, status) as (stamps, _):
        assert await stamps.stamp(LINE) == (said, None)


async def test_one_that_does_not_listen_is_away() -> None:
    async with open_session(None) as session:
        assert await TimestampAuthority(session, Secret("http://127.0.0.1:1/tsr")).stamp(LINE) == (Stamping.AWAY, None)


async def test_one_that_never_answers_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamping, "TIMEOUT_S", 0.05)
    silent = await asyncio.start_server(_listen_only, "127.0.0.1", 0)
    address = Secret(f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/")
    async with silent, open_session(None) as session:
        assert await TimestampAuthority(session, address).stamp(LINE) == (Stamping.AWAY, None)


async def _listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        await reader.read()


def _said(answer: bytes, _: bytes) -> bytes:
    return answer


async def test_an_answer_for_another_hash_or_to_another_question_is_refused(authority: Authority) -> None:
    for other in ("another line", LINE):
        before = authority.answer(question(other).body)
        async with asked_of(partial(_said, before)) as (stamps, _):
            assert await stamps.stamp(LINE) == (Stamping.WRONG, None)


async def test_an_authority_that_lies_about_who_it_is_is_refused(authority: Authority, tmp_path: Path) -> None:
    """Its root is that of somebody else, under the same name."""
    (tmp_path / "other").mkdir()
    Authority(tmp_path / "other")
    (tmp_path / "root.pem").write_bytes((tmp_path / "other/root.pem").read_bytes())
    async with asked_of(authority.answer) as (stamps, _):
        assert await stamps.stamp(LINE) == (Stamping.WRONG, None)


def test_a_time_stamp_that_was_changed_is_refused_and_no_change_brings_it_down(authority: Authority) -> None:
    asked = question(LINE)
    good = authority.answer(asked.body)
    accept(good, LINE, asked)
    said = verify_record.stamped(good)
    for place in range(0, len(good), 3):
        changed = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        try:
            accept(changed, LINE, asked)
        except (RefusedStamp, WrongStamp):
            continue
        assert verify_record.stamped(changed) == said, "what was changed is around it: it says the same"


def test_without_its_root_an_authority_is_not_named(tmp_path: Path) -> None:
    stamp = Authority(tmp_path, is_rooted=False).stamp(LINE)
    assert authority_of(stamp, LINE) is None
    with pytest.raises(WrongStamp):
        authority_of(stamp, "another line")
