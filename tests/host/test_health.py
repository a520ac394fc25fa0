"""The health page: numbers for who watches us, and the container's own check of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path

import aiohttp
import pytest

from bot.host.health import HealthPage
from bot.service.watchdog import DEAF_AFTER_S, HUNG_AFTER_S, LATE_AFTER_S, STUCK_AFTER_S, Vitals

DOCKERFILE = (Path(__file__).parents[2] / "Dockerfile").read_text("utf-8")
EXAMPLE = (Path(__file__).parents[2] / "config.example.yaml").read_text("utf-8")
WELL = Vitals(
    seconds_since_sync=1.5,
    outbox_rows=2,
    outbox_oldest_seconds=2.5,
    outbox_still_seconds=0.5,
    alarms_overdue=3,
    alarms_overdue_seconds=3.5,
    reminders_undelivered=4,
    applying_seconds=4.5,
    incidents_open=4,
    commands_dropped=5,
)
DEAF = replace(WELL, seconds_since_sync=DEAF_AFTER_S)
NOT_YET = replace(WELL, seconds_since_sync=None)
LATE = replace(WELL, alarms_overdue_seconds=LATE_AFTER_S)
STUCK = replace(WELL, outbox_still_seconds=STUCK_AFTER_S)
HUNG = replace(WELL, applying_seconds=HUNG_AFTER_S)
LATE_AND_STUCK = replace(LATE, outbox_still_seconds=STUCK_AFTER_S)


@asynccontextmanager
async def serving(vitals: Vitals) -> AsyncIterator[str]:
    page = HealthPage(lambda: vitals)
    await page.open("127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{page.port}"
    finally:
        await page.close()


async def get(address: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return answer.status, answer.headers["Content-Type"], await answer.text()


@pytest.mark.parametrize(
    ("vitals", "status", "words"),
    [
        (WELL, 200, "ok"),
        (DEAF, 503, "no sync"),
        (NOT_YET, 503, "no sync"),
        (LATE, 503, "reminders are late"),
        (STUCK, 503, "the outbox does not move"),
        (HUNG, 503, "what comes in is not applied"),
        (LATE_AND_STUCK, 503, "reminders are late; the outbox does not move"),
    ],
)
async def test_healthz_is_green_only_while_all_is_well(vitals: Vitals, status: int, words: str) -> None:
    async with serving(vitals) as address:
        answered, _, text = await get(f"{address}/healthz")
    assert (answered, json.loads(text)["status"]) == (status, words)


async def test_healthz_tells_how_cellule_is_doing_in_numbers() -> None:
    async with serving(WELL) as address:
        _, _, text = await get(f"{address}/healthz")
    assert json.loads(text) == {"status": "ok", **asdict(WELL)}


@pytest.mark.parametrize(("vitals", "since"), [(WELL, "1.5"), (NOT_YET, "NaN")])
async def test_metrics_are_what_prometheus_reads(vitals: Vitals, since: str) -> None:
    async with serving(vitals) as address:
        status, kind, text = await get(f"{address}/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=")
    values = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    assert values == {
        "cellule_healthy": "0.0" if vitals is NOT_YET else "1.0",
        "cellule_seconds_since_sync": since,
        "cellule_outbox_rows": "2.0",
        "cellule_outbox_oldest_seconds": "2.5",
        "cellule_outbox_still_seconds": "0.5",
        "cellule_alarms_overdue": "3.0",
        "cellule_alarms_overdue_seconds": "3.5",
        "cellule_reminders_undelivered": "4.0",
        "cellule_applying_seconds": "4.5",
        "cellule_incidents_open": "4.0",
        "cellule_commands_dropped": "5.0",
    }


async def test_an_address_that_is_taken_is_refused_and_the_page_stays_closed() -> None:
    async with serving(WELL) as address:
        second = HealthPage(lambda: WELL)
        with pytest.raises(OSError, match="address already in use"):
            await second.open("127.0.0.1", int(address.rpartition(":")[2]))
        assert second.port == 0
        await second.close()


# --- the container ------------------------------------------------------------------------------------------


def _healthcheck() -> list[str]:
    found = re.search(r"HEALTHCHECK(?:.*\\\n)*\s*CMD (\[.*\])", DOCKERFILE)
    assert found
    command: list[str] = json.loads(found[1])
    return [sys.executable if word == "python" else word for word in command]


@pytest.mark.parametrize(("vitals", "green"), [(WELL, True), (DEAF, False), (NOT_YET, False)])
async def test_the_containers_check_agrees_with_the_page_even_behind_a_proxy(vitals: Vitals, green: bool) -> None:
    async with serving(vitals) as address:
        environment = {**os.environ, "CELLULE_HEALTH": f"{address}/healthz", "http_proxy": "http://127.0.0.1:9"}
        process = await asyncio.create_subprocess_exec(*_healthcheck(), env=environment, stderr=subprocess.DEVNULL)
        assert (await process.wait() == 0) is green


def test_the_container_looks_where_the_example_configuration_listens() -> None:
    listen = re.search(r"listen: (\S+)", EXAMPLE)
    assert listen
    assert f"CELLULE_HEALTH=http://{listen[1]}/healthz" in DOCKERFILE
