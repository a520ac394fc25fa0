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
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.health import STALE_AFTER_S, HealthPage, Vitals

DOCKERFILE = (Path(__file__).parents[1] / "Dockerfile").read_text("utf-8")
EXAMPLE = (Path(__file__).parents[1] / "config.example.yaml").read_text("utf-8")
WELL = Vitals(seconds_since_sync=1.5, rows_waiting=2, overdue_alarms=3, open_incidents=4, commands_dropped=5)
DEAF = replace(WELL, seconds_since_sync=STALE_AFTER_S)
NOT_YET = replace(WELL, seconds_since_sync=None)


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
    ("vitals", "status", "word"), [(WELL, 200, "ok"), (DEAF, 503, "no sync"), (NOT_YET, 503, "no sync")]
)
async def test_healthz_is_green_only_while_messages_come_in(vitals: Vitals, status: int, word: str) -> None:
    async with serving(vitals) as address:
        answered, _, text = await get(f"{address}/healthz")
    assert (answered, json.loads(text)["status"]) == (status, word)


async def test_healthz_tells_how_cellule_is_doing_in_numbers() -> None:
    async with serving(WELL) as address:
        _, _, text = await get(f"{address}/healthz")
    assert json.loads(text) == {"status": "ok", "seconds_since_sync": 1.5, "outbox_rows": 2, "alarms_overdue": 3}


@pytest.mark.parametrize(("vitals", "since"), [(WELL, "1.5"), (NOT_YET, "NaN")])
async def test_metrics_are_what_prometheus_reads(vitals: Vitals, since: str) -> None:
    async with serving(vitals) as address:
        status, kind, text = await get(f"{address}/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=")
    values = dict(line.split(" ") for line in text.splitlines() if not line.startswith("#"))
    assert values == {
        "cellule_seconds_since_sync": since,
        "cellule_outbox_rows": "2.0",
        "cellule_alarms_overdue": "3.0",
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
