"""The audit of the locks, by the real auditor against a database on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from aiohttp import web

from requirements.audit import EXCEPTIONS, LOCKS, Accepted, Report, Weakness, accepted_in, ask, judge, main
from tests.web import Answers, running, serving

TODAY = date(2026, 11, 24)
LOCK = f"idna==3.6 \\\n    --hash=sha256:{'0' * 64}\n"
ADVISORY = {
    "id": "PYSEC-2024-60",
    "aliases": ["CVE-2024-3651"],
    "summary": "slow on a crafted name",
    "published": "2024-04-11T21:35:29Z",
    "affected": [
        {
            "package": {"name": "idna", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.7"}]}],
        }
    ],
}
WEAK = Weakness(package="idna", version="3.6", ids=("PYSEC-2024-60", "CVE-2024-3651"), mended_in=("3.7",))
LIVED_WITH = Accepted(package="idna", id="CVE-2024-3651", reason="We resolve no such names.", until=TODAY)
ONE_WEAK = Report(audited=1, weaknesses=(WEAK,), unasked=())
CLEAN = Report(audited=1, weaknesses=(), unasked=())


SILENT = "The advisory service cannot be reached: no package was audited.\n"


async def audit(tmp_path: Path, answers: Answers, exceptions: str = "") -> int:
    async with serving(answers) as service:
        return await ask_about(tmp_path, service, exceptions)


async def ask_about(tmp_path: Path, service: str, exceptions: str = "") -> int:
    lock, listed = tmp_path / "lock.txt", tmp_path / "exceptions.toml"
    lock.write_text(LOCK)
    listed.write_text(exceptions)
    return await asyncio.to_thread(main, [lock], exceptions=listed, service=f"{service}/v1/query")


def answering(body: Mapping[str, object], status: int = 200) -> Answers:
    return {"/v1/query": (status, body)}


def exception(until: date) -> str:
    return f'[[accepted]]\npackage = "idna"\nid = "CVE-2024-3651"\nreason = "Not used."\nuntil = {until}\n'


@pytest.mark.slow
async def test_a_lock_without_a_known_weakness_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await audit(tmp_path, answering({})) == 0
    assert capsys.readouterr().out == "Locked packages asked about: 1; known weaknesses: 0\n"


@pytest.mark.slow
async def test_a_known_weakness_fails_and_says_what_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await audit(tmp_path, answering({"vulns": [ADVISORY]})) == 1
    assert "idna 3.6: PYSEC-2024-60 = CVE-2024-3651, mended in 3.7" in capsys.readouterr().out


@pytest.mark.slow
async def test_an_exception_with_a_reason_lets_it_pass_until_its_day(tmp_path: Path) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    weak = answering({"vulns": [ADVISORY]})
    assert await audit(tmp_path, weak, exception(tomorrow)) == 0
    assert await audit(tmp_path, weak, exception(tomorrow - timedelta(days=2))) == 1


@pytest.mark.slow
async def test_a_database_that_falls_silent_after_its_first_answer_fails_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    async def once(request: web.Request) -> web.Response:
        asked.append(await request.text())
        return web.json_response({}, status=200 if len(asked) == 1 else 503)

    app = web.Application()
    app.router.add_post("/v1/query", once)
    async with running(app) as service:
        assert await ask_about(tmp_path, service) == 0
    assert len(asked) > 1
    assert capsys.readouterr().out == SILENT


@pytest.mark.slow
async def test_an_auditor_that_cannot_read_the_lock_is_no_silent_database(tmp_path: Path) -> None:
    unhashed = tmp_path / "lock.txt"
    unhashed.write_text("idna==3.6\n")
    async with serving(answering({})) as service:
        with pytest.raises(RuntimeError, match="hash"):
            await asyncio.to_thread(ask, [unhashed], f"{service}/v1/query")


async def test_a_database_that_is_out_of_order_fails_nothing_and_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await audit(tmp_path, answering({}, status=503)) == 0
    assert capsys.readouterr().out == SILENT


def test_a_database_that_nobody_answers_for_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    listed = tmp_path / "exceptions.toml"
    listed.touch()
    assert main([], exceptions=listed, service=f"http://127.0.0.1:{port}/v1/query") == 0
    assert "no package was audited" in capsys.readouterr().out


def test_an_exception_counts_under_any_name_of_the_weakness_and_to_the_end_of_its_day() -> None:
    assert judge(ONE_WEAK, [LIVED_WITH], TODAY)[0]
    passes, lines = judge(ONE_WEAK, [LIVED_WITH], TODAY + timedelta(days=1))
    assert not passes
    assert lines[-1].endswith("was accepted until 2026-11-24")


def test_an_exception_for_another_package_excuses_nothing() -> None:
    other = Accepted(package="yarl", id="CVE-2024-3651", reason="Not used.", until=TODAY)
    assert not judge(ONE_WEAK, [other], TODAY)[0]


def test_an_exception_that_nothing_needs_any_more_is_named() -> None:
    passes, lines = judge(CLEAN, [LIVED_WITH], TODAY)
    assert passes
    assert lines[-1] == "idna CVE-2024-3651: no longer reported, take the exception out"


def test_a_package_that_could_not_be_asked_about_is_no_pass() -> None:
    passes, lines = judge(Report(audited=0, weaknesses=(), unasked=("idna",)), [], TODAY)
    assert not passes
    assert "idna: could not be asked about" in lines


@pytest.mark.parametrize("flaw", ['reason = " "\nuntil = 2027-01-31', 'reason = "Not used."\nuntil = "soon"'])
def test_an_exception_without_a_reason_or_a_day_is_refused(flaw: str) -> None:
    with pytest.raises(ValueError, match="needs a reason, and a day"):
        accepted_in(f'[[accepted]]\npackage = "idna"\nid = "CVE-2024-3651"\n{flaw}\n')


def test_the_list_of_exceptions_can_be_read_and_names_locked_packages() -> None:
    locks = "".join(lock.read_text("utf-8") for lock in LOCKS)
    assert all(f"\n{one.package}==" in f"\n{locks}" for one in accepted_in(EXCEPTIONS.read_text("utf-8")))
