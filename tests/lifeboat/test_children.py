"""What runs is started again when it ends, and goes when we go, however that is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.lifeboat import children
from bot.lifeboat.children import Child, kept
from bot.lifeboat.errors import AdriftError
from tests.patience import eventually

LIVES = "import pathlib, os, time, sys; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(1e6)"


def child(folder: Path, program: str = LIVES) -> Child:
    return Child(name="child", command=(sys.executable, "-c", program, str(folder / "pid")), log=folder / "l/log")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:1]


async def pid_of(folder: Path, but: int = 0) -> int:
    def is_there() -> bool:
        file = folder / "pid"
        return file.exists() and file.read_text() not in {"", str(but)}

    await eventually(is_there)
    return int((folder / "pid").read_text())


async def test_killed_it_is_started_again_and_ended_it_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_FIRST_PAUSE_S", 0.01)
    told: list[tuple[str, int]] = []
    async with kept(child(tmp_path), lambda name, code, _: told.append((name, code))):
        first = await pid_of(tmp_path)
        os.kill(first, signal.SIGKILL)
        second = await pid_of(tmp_path, but=first)
        assert told == [("child", -signal.SIGKILL)]
    assert not is_alive(second)


async def test_the_pause_grows_and_what_cannot_come_up_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_FIRST_PAUSE_S", 0.01)
    pauses: list[float] = []

    async def never() -> bool:
        return False

    with pytest.raises(ExceptionGroup) as failed:
        async with kept(child(tmp_path, "print('why'); exit(7)"), lambda _, __, pause: pauses.append(pause)) as watched:
            await watched.until(never)
    (why,) = failed.value.exceptions
    assert isinstance(why, AdriftError)
    assert "ended with code 7" in str(why)
    assert (tmp_path / "l/log").read_text().startswith("why\n")
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]


@pytest.mark.parametrize("code", [2, 3, 4])
async def test_what_another_start_would_not_mend_is_given_up_at_once(tmp_path: Path, code: int) -> None:
    async def never() -> bool:
        return False

    with pytest.raises(ExceptionGroup):
        async with kept(child(tmp_path, f"exit({code})"), lambda *_: None) as watched:
            await watched.until(never)
    assert watched.ends == [code]


async def test_what_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_PATIENCE_S", 0.1)

    async def never() -> bool:
        return False

    with pytest.raises(ExceptionGroup) as failed:
        async with kept(child(tmp_path), lambda *_: None) as watched:
            await watched.until(never)
    assert "did not answer" in str(failed.value.exceptions[0])


async def test_what_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_GRACE_S", 0.1)
    deaf = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {LIVES}"
    async with kept(child(tmp_path, deaf), lambda *_: None):
        pid = await pid_of(tmp_path)
    assert not is_alive(pid)


async def test_its_surroundings_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    shows = f"import os; print(sorted(os.environ)); {LIVES}"
    async with kept(child(tmp_path, shows), lambda *_: None):
        await pid_of(tmp_path)
    log = (tmp_path / "l/log").read_text()
    assert "NOTIFY_SOCKET" not in log


async def test_where_we_are_killed_it_goes_too(tmp_path: Path) -> None:
    parent = f"""
import asyncio, pathlib, sys
from bot.lifeboat.children import Child, kept
async def run():
    command = (sys.executable, "-c", {LIVES!r}, sys.argv[1])
    async with kept(Child(name="c", command=command, log=pathlib.Path(sys.argv[1] + "l/l")), print):
        await asyncio.Event().wait()
asyncio.run(run())
"""
    process = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-c", parent, str(tmp_path / "pid")])
    try:
        pid = await pid_of(tmp_path)
        assert is_alive(pid)
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
    await eventually(lambda: not is_alive(pid))
