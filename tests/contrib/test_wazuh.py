"""The script for Wazuh's integrator: it signs as the door wants it, tries again, and says why it gave up."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from aiohttp import web

from bot.bridges.alerts.signed import is_signed
from tests.bridges.alerts.senders import SECRET, SOURCES, WAZUH

SCRIPT = Path(__file__).parents[2] / "contrib/wazuh/custom-cellule"


async def sent(folder: Path, *statuses: int) -> tuple[int, str, list[bool]]:
    """Run it against a door that answers with *statuses*: its exit code, what it says, whether each was signed."""
    alert, signed, left = folder / "alert.json", list[bool](), list(statuses)
    alert.write_text(json.dumps(WAZUH))

    async def door(request: web.Request) -> web.Response:
        signed.append(is_signed(SOURCES["wazuh"], request.headers, await request.read()))
        return web.Response(status=left.pop(0), text="what it says\n")

    app = web.Application()
    app.add_routes([web.post("/alerts/wazuh", door)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/alerts/wazuh"
        command = (sys.executable, str(SCRIPT), str(alert), SECRET, address)
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        _, said = await process.communicate()
    finally:
        await runner.cleanup()
    assert process.returncode is not None
    return process.returncode, said.decode(), signed


async def test_it_signs_and_tries_again_what_is_to_be_sent_again(tmp_path: Path) -> None:
    assert await sent(tmp_path, 503, 200) == (0, "", [True, True])


async def test_what_is_refused_it_does_not_try_again(tmp_path: Path) -> None:
    assert await sent(tmp_path, 401) == (1, "cellule: not kept: 401 what it says\n", [True])
