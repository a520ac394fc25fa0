"""Ten thousand alerts a minute for five minutes: reminders ring in time, memory is bounded, nothing good is lost."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.core.facts import AlertReceived
from bot.demo.homeserver import Homeserver
from tests.bots import Bot
from tests.bridges.alerts.senders import mac, written
from tests.patience import PATIENCE_S, starved_s
from tests.peers.peer import Peer
from tests.servers import register
from tests.talks import Talk

pytestmark = [pytest.mark.peer, pytest.mark.long]

SECRET = "0123456789abcdef0123456789abcdef"
MINUTES, A_MINUTE = 5, 10_000
KINDS = 2_000
"""Of alerts in the flood; each is reported again and again."""
GOOD = 20
"""Alerts of another source, each of which has to get in."""
DRILLS, PACE = 10, 3_600
MEGABYTE = 1_000_000
MOST_GROWTH = 150 * MEGABYTE
STARVED_S = 10
"""A bot that waited longer than this for a processor is held to the next bucket: nothing of it is its own doing."""


Numbers = Mapping[tuple[str, str], float]


async def metrics(session: aiohttp.ClientSession, port: int) -> Numbers:
    """Return each number of /metrics by its name and its bucket or outcome."""
    async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
        return {
            (sample.name, sample.labels.get("le", sample.labels.get("outcome", ""))): sample.value
            for family in families
            for sample in family.samples
        }


async def report_good(session: aiohttp.ClientSession, url: str, number: int) -> int:
    """Report one good alert as a sender does that sends again until it is kept; return how often it had to."""
    alert = {"status": "firing", "fingerprint": f"good{number}", "labels": {"alertname": f"Good {number}"}}
    body = written({"alerts": [alert]})
    for tried in range(100):
        stamp = str(int(datetime.now(UTC).timestamp()))
        headers = {"X-Timestamp": stamp, "X-Grafana-Alerting-Signature": mac(f"{stamp}:".encode() + body, SECRET)}
        async with session.post(url, data=body, headers=headers) as answer:
            if answer.status == 200:
                return tried
            assert answer.status == 503, await answer.text()
            await asyncio.sleep(int(answer.headers["Retry-After"]))
    raise AssertionError("it was never kept")


async def begin_drills(control: Talk) -> None:
    """Open drills whose clocks ring all the while."""
    known = [control.room]
    for number in range(DRILLS):
        await control.ask(f"!open Drill {number} --playbook provider-hit --drill", f"Drill {number}")
        talk = control.in_room((await control.peer.wait_room(inviter=control.bot, known=known)).id)
        known.append(talk.room)
        await talk.ask("!fact personal-data yes", "personal-data = yes")
        await talk.ask("!aware GDPR-33-1 -1h", "GDPR-33-1 runs")


async def flood_of(url: str, seconds: float) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.bridges.alerts.flood")
    numbers = (str(seconds), str(A_MINUTE / 60), str(KINDS))
    process = await asyncio.create_subprocess_exec(*command, url, SECRET, *numbers, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    found: dict[str, Any] = json.loads(told)
    return found


async def goods_of(url: str, seconds: float) -> list[int]:
    """Report the good alerts, spread over the flood."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session:

        async def later(number: int) -> int:
            await asyncio.sleep(seconds * number / GOOD)
            return await report_good(session, url, number)

        return list(await asyncio.gather(*map(later, range(GOOD))))


def in_time(after: Numbers, before: Numbers, within: str) -> tuple[float, float]:
    """Return how many reminders rang since *before*, and how many of them *within* so many seconds."""
    name = "cellule_reminder_lateness_seconds"
    total, soon = (name + "_count", ""), (name + "_bucket", within)
    return after[total] - before[total], after[soon] - before[soon]


async def test_a_flood_of_alerts_takes_nobodys_reminder_no_memory_and_no_good_alert(
    homeserver: Homeserver, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    alice, cellule = await register(homeserver), await register(homeserver, "cellule")
    port, page = unused_tcp_port_factory(), unused_tcp_port_factory()
    secret = tmp_path / "secrets" / "alerts"
    secret.parent.mkdir(mode=0o700)
    secret.write_text(SECRET)
    secret.chmod(0o600)
    sources = {kind: {"kind": kind, "secret_file": "secrets/alerts"} for kind in ("alertmanager", "grafana")}
    more = {"alerts": {"listen": f"127.0.0.1:{port}", "sources": sources}, "health": {"listen": f"127.0.0.1:{page}"}}
    bot = Bot(tmp_path, homeserver, cellule, {alice.user: ["admin", "coordinator", "dpo"]}, pace=PACE, more=more)
    url, seconds = f"http://127.0.0.1:{port}/alerts", MINUTES * 60
    async with (
        bot,
        Peer(homeserver, alice, meet=[bot.user]) as peer,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_S)) as session,
    ):
        control = Talk(peer=peer, room=(await peer.wait_room(inviter=bot.user)).id, bot=bot.user)
        await begin_drills(control)
        before, waited = await metrics(session, page), starved_s(bot)
        flood, tries = await asyncio.gather(
            flood_of(f"{url}/alertmanager", seconds), goods_of(f"{url}/grafana", seconds)
        )
        after, starved = await metrics(session, page), starved_s(bot) - waited
        assert "Good" in ((await control.ask("!alert", "Alerts that wait")).text or "")
        assert await bot.stop() == 0
    facts = await bot.facts()
    kept = {fact.alert.fingerprint for fact in facts if isinstance(fact, AlertReceived)}
    rang, soon = in_time(after, before, "1.0")
    starving = in_time(after, before, "5.0")[1] if starved > STARVED_S else soon
    grown = after["process_resident_memory_bytes", ""] - before["process_resident_memory_bytes", ""]
    print(flood["statuses"], flood["lasted"], tries, rang, soon, starving, starved, grown)  # noqa: T201 - the figures
    assert flood["lasted"] < seconds + PATIENCE_S
    assert set(flood["statuses"]) == {"200", "503"}
    assert set(flood["kept"]) <= kept
    assert {f"good{number}" for number in range(GOOD)} <= kept
    assert rang > DRILLS
    assert max(soon, starving) >= 0.99 * rang
    assert grown < MOST_GROWTH
