"""A real Alertmanager reports to the real bot: proposed, opened by a tap in a strict client, followed to its end."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.patience import PATIENCE_S
from tests.peers.peer import Peer
from tests.peers.views import Message, Poll
from tests.servers import register
from tests.talks import Talk

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
SECRET = "0123456789abcdef0123456789abcdef"

pytestmark = [
    pytest.mark.peer,
    pytest.mark.long,
    pytest.mark.skipif(PROGRAM is None, reason="prometheus-alertmanager is not installed"),
]


class Alertmanager:
    """What Prometheus says to it, said by the test."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address = address
        self._session = session

    async def say(self, *, is_over: bool = False) -> None:
        """Say that the alert fires, or that it has ended."""
        now = datetime.now(UTC)
        ends = now - timedelta(seconds=1) if is_over else now + timedelta(hours=1)
        alert = {
            "labels": {"alertname": "HostDown", "severity": "critical", "instance": "db1"},
            "annotations": {"summary": "db1 does not answer @room <b>!open x</b>"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            "endsAt": ends.isoformat(),
        }
        async with self._session.post(f"{self._address}/api/v2/alerts", json=[alert]) as answer:
            assert answer.status == 200, await answer.text()

    async def is_ready(self) -> bool:
        try:
            async with self._session.get(f"{self._address}/-/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def alertmanager(folder: Path, port: int, url: str) -> AsyncIterator[Alertmanager]:
    """Run it with the configuration that docs/alerts.md shows, but for its pace."""
    assert PROGRAM is not None
    secret = folder / "alertmanager-secret"
    secret.write_text(f"{SECRET}\n")
    http = {"authorization": {"credentials_file": str(secret)}}
    hook = {"url": url, "send_resolved": True, "max_alerts": 100, "http_config": http}
    pace = {"group_wait": "1s", "group_interval": "1s", "repeat_interval": "5s"}
    written = {
        "receivers": [{"name": "cellule", "webhook_configs": [hook]}],
        "route": {"receiver": "cellule", "group_by": ["alertname"], **pace},
    }
    config = folder / "alertmanager.yml"
    config.write_text(yaml.safe_dump(written))
    command = (
        *(PROGRAM, f"--config.file={config}", f"--storage.path={folder / 'alertmanager'}"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="),
    )
    with (folder / "alertmanager.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session:
            running = Alertmanager(f"http://127.0.0.1:{port}", session)
            async with asyncio.timeout(PATIENCE_S):
                while not await running.is_ready():  # noqa: ASYNC110 - there is no event to wait for
                    await asyncio.sleep(0.1)
            yield running
    finally:
        process.terminate()
        await process.wait()


async def poll_after(talk: Talk, event: str) -> tuple[Message, Poll]:
    """Return the bot's first poll after *event*, as it came and as it is shown."""
    message = await talk.hear(r"what is it\?\n- 1\.", after=event)
    return message, await talk.peer.poll(talk.room, message.id)


async def test_it_fires_a_person_taps_and_its_end_is_a_line_in_the_incident(
    homeserver: Homeserver, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    alice, cellule = await register(homeserver), await register(homeserver, "cellule")
    port, its_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    secret = tmp_path / "secrets" / "alerts"
    secret.parent.mkdir(mode=0o700)
    secret.write_text(SECRET)
    secret.chmod(0o600)
    sources = {"prometheus": {"kind": "alertmanager", "secret_file": "secrets/alerts"}}
    alerts = {"alerts": {"listen": f"127.0.0.1:{port}", "sources": sources}}
    people = {alice.user: ["admin", "coordinator"]}
    bot = Bot(tmp_path, homeserver, cellule, people, more=alerts)
    async with (
        bot,
        Peer(homeserver, alice, meet=[bot.user]) as peer,
        alertmanager(tmp_path, its_port, f"http://127.0.0.1:{port}/alerts/prometheus") as prometheus,
    ):
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await control.ask("!list", "No incident")
        await prometheus.say()
        proposed = await control.hear("Alert 1, from a machine")
        assert "HostDown: db1 does not answer @room <b>!open x</b>" in (proposed.text or "")
        # Alertmanager says it again every five seconds; a kill in between changes nothing.
        await bot.kill()
        await bot.start()
        message, poll = await poll_after(control, proposed.id)
        answer = next(id for id, text in poll.answers.items() if text.startswith("1."))
        assert "No incident" in ((await control.ask("!list", "ncident")).text or "")
        await peer.vote(control.room, message.id, answer)
        talk = control.in_room((await peer.wait_room(inviter=bot.user, known=[control.room])).id)
        await talk.hear("alert 1 part of this incident")
        await prometheus.say(is_over=True)
        await talk.hear("a machine says that it is over")
        assert "it is over" in ((await talk.ask("!timeline", "it is over")).text or "")
        heard = [said.text or "" for said in await control.heard()]
    assert sum("from a machine" in text for text in heard) == 1
    assert SECRET not in bot.log.read_text()
    assert "HostDown" not in bot.log.read_text()
