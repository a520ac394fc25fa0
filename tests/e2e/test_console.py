"""The console against a real homeserver: it starts, it stops, and it refuses an identity that is not ours."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from bot.demo.homeserver import Homeserver
from tests.config.files import GOOD, changed, write
from tests.patience import PATIENCE_S
from tests.servers import register


async def _start(path: Path) -> asyncio.subprocess.Process:
    words = (sys.executable, "-m", "bot", "run", "--config", str(path))
    return await asyncio.create_subprocess_exec(*words, stderr=subprocess.PIPE)


async def _until(process: asyncio.subprocess.Process, word: bytes) -> bytes:
    """Return what the process said up to the line with *word*, or up to its end."""
    assert process.stderr is not None
    told = b""
    async with asyncio.timeout(PATIENCE_S):
        while line := await process.stderr.readline():
            told += line
            if word in line:
                break
    return told


async def _make(homeserver: Homeserver, folder: Path) -> Path:
    account, admin = await register(homeserver, "cellule"), await register(homeserver, "alice")
    (folder / "secrets").mkdir()
    for name, kept in (("password", account.password.encode()), ("state.key", bytes(32))):
        (folder / "secrets" / name).write_bytes(kept)
        (folder / "secrets" / name).chmod(0o600)
    matrix = {**GOOD["matrix"], "homeserver": homeserver.url, "user_id": account.user}
    return write(folder, changed(matrix=matrix, people={admin.user: ["admin"]}))


async def _check(path: Path) -> tuple[int | None, str]:
    words = (sys.executable, "-m", "bot", "check", "--config", str(path))
    process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_it_runs_until_it_is_told_to_stop_and_refuses_an_identity_it_does_not_hold(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    path = await _make(homeserver, tmp_path)
    running = await _start(path)
    assert b"bot.app: started" in await _until(running, b"started")
    code, during = await _check(path)
    assert code == 0
    assert "warning  state: in use by a running Cellule" in during

    running.send_signal(signal.SIGTERM)
    told = await _until(running, b"nothing")
    assert await running.wait() == 0
    assert told.endswith(b"bot.app: stopped\n")
    code, after = await _check(path)
    assert code == 0
    assert "ok  login: the session is good" in after
    assert "ok  identity: the homeserver shows ours, " in after

    shutil.rmtree(tmp_path / "state")
    refused = await _start(path)
    told = await _until(refused, b"nothing")
    assert await refused.wait() == 3
    assert b"Restore the state folder" in told
    assert b"Traceback" not in told
    code, after = await _check(path)
    assert code == 1
    assert "error  identity: the account has a cross-signing identity that is not in the state folder" in after
