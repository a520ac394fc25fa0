"""The health page: numbers for who watches us, and the container's own check of it."""

from __future__ import annotations

import asyncio
import json
import math
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import __version__
from bot.app import look_at_state
from bot.host.health import HealthPage
from bot.host.metrics import HELP, Kept, Metrics
from bot.ports import Ended
from bot.service.watchdog import DEAF_AFTER_S, HUNG_AFTER_S, LATE_AFTER_S, SILENT_AFTER_S, STUCK_AFTER_S, Vitals
from bot.store.errors import StorageFailedError
from tests.fakes.vault import MemoryVault

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
KEPT = Kept(free_bytes=6e9, backup_at=1.7e9)
LATE_AND_STUCK = replace(LATE, outbox_still_seconds=STUCK_AFTER_S)


@asynccontextmanager
async def serving(vitals: Vitals, metrics: Metrics | None = None, kept: Kept = KEPT) -> AsyncIterator[str]:
    async def looked_at() -> Kept:
        return kept

    page = HealthPage(metrics or Metrics(), lambda: vitals, looked_at)
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
    assert json.loads(text) == {"status": "ok", "role": "leader", **asdict(WELL)}


async def test_healthz_of_one_that_stands_by_is_green_while_its_database_answers() -> None:
    for seconds, status in ((2.0, 200), (SILENT_AFTER_S, 503)):
        async with serving(Vitals(stands_by=True, seconds_since_database=seconds)) as address:
            answered, _, text = await get(f"{address}/healthz")
        assert (answered, json.loads(text)["role"]) == (status, "standby")


async def read(vitals: Vitals = WELL, metrics: Metrics | None = None, kept: Kept = KEPT) -> dict[str, float]:
    """Return what the page says: each sample by its name and labels, as Prometheus names them."""
    async with serving(vitals, metrics, kept) as address:
        status, kind, text = await get(f"{address}/metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=")
    return {
        sample.name + "".join(f"{{{name}={value}}}" for name, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_metrics_say_how_cellule_is_doing() -> None:
    assert {
        "cellule_healthy": 1,
        "cellule_seconds_since_sync": 1.5,
        "cellule_outbox_rows": 2,
        "cellule_outbox_oldest_seconds": 2.5,
        "cellule_outbox_still_seconds": 0.5,
        "cellule_alarms_overdue": 3,
        "cellule_alarms_overdue_seconds": 3.5,
        "cellule_reminders_undelivered": 4,
        "cellule_applying_seconds": 4.5,
        "cellule_incidents_open": 4,
        "cellule_state_free_bytes": 6e9,
        "cellule_backup_timestamp_seconds": 1.7e9,
    }.items() <= (await read()).items()
    before = await read(NOT_YET)
    assert before["cellule_healthy"] == 0
    assert math.isnan(before["cellule_seconds_since_sync"])


async def test_metrics_say_which_program_it_is_and_what_it_uses() -> None:
    said = await read()
    assert said[f"cellule_build_info{{python={platform.python_version()}}}{{version={__version__}}}"] == 1
    assert said["process_resident_memory_bytes"] > 0


async def test_metrics_begin_at_zero_and_count_up() -> None:
    metrics = Metrics()
    counted = {
        "cellule_sync_failures_total": 0,
        "cellule_undecryptable_total": 0,
        "cellule_commands_dropped_total": 0,
        **{f"cellule_commands_total{{outcome={ended}}}": 0 for ended in Ended},
        "cellule_reminders_rung_total": 0,
        "cellule_reminder_lateness_seconds_count": 0,
        "cellule_answer_seconds_count": 0,
    }
    assert counted.items() <= (await read(metrics=metrics)).items()
    metrics.sync_failed()
    metrics.undecryptable()
    metrics.dropped()
    metrics.sent("card")
    metrics.rang(timedelta(seconds=20))
    metrics.answered(timedelta(seconds=0.2))
    for ended in Ended:
        metrics.command(ended)
    said = await read(metrics=metrics)
    assert dict.fromkeys(counted, 1).items() <= said.items()
    assert said["cellule_messages_sent_total{kind=card}"] == 1
    late, answers = "cellule_reminder_lateness_seconds", "cellule_answer_seconds"
    assert (said[f"{late}_sum"], said[f"{late}_bucket{{le=15.0}}"], said[f"{late}_bucket{{le=30.0}}"]) == (20, 0, 1)
    assert (said[f"{answers}_sum"], said[f"{answers}_bucket{{le=0.25}}"]) == (0.2, 1)


async def test_what_each_metric_says_stands_beside_it_as_a_sentence() -> None:
    async with serving(WELL) as address:
        _, _, text = await get(f"{address}/metrics")
    said = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
    assert {name: words for name, words in said.items() if not name.startswith("process_")} == HELP
    assert all(words.endswith(".") for words in said.values())
    assert said.keys() == set(re.findall(r"^# TYPE (\S+) ", text, re.MULTILINE))


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
async def test_promtool_finds_nothing_to_say_of_the_page() -> None:
    metrics = Metrics()
    metrics.sent("say")
    async with serving(WELL, metrics) as address:
        _, _, text = await get(f"{address}/metrics")
    checked = await asyncio.to_thread(
        subprocess.run, ["promtool", "check", "metrics"], input=text, text=True, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


async def no_state() -> Kept:
    return KEPT


async def test_an_address_that_is_taken_is_refused_and_the_page_stays_closed() -> None:
    async with serving(WELL) as address:
        second = HealthPage(Metrics(), lambda: WELL, no_state)
        with pytest.raises(OSError, match="address already in use"):
            await second.open("127.0.0.1", int(address.rpartition(":")[2]))
        assert second.port == 0
        await second.close()


# --- what is kept -------------------------------------------------------------------------------------------


async def test_the_page_says_when_the_last_backup_was_made_and_what_is_free(tmp_path: Path) -> None:
    vault = MemoryVault()
    never = await look_at_state(vault, tmp_path)
    assert never.backup_at == 0
    assert 0 < never.free_bytes <= shutil.disk_usage(tmp_path).total
    await vault.put("last-backup", b"2026-11-28T02:00:00+00:00")
    assert (await look_at_state(vault, tmp_path)).backup_at == 1_795_831_200


class DamagedVault(MemoryVault):
    async def get(self, name: str) -> bytes | None:
        raise StorageFailedError(name)


async def test_a_state_that_cannot_be_looked_at_leaves_the_page_open(tmp_path: Path) -> None:
    said = await read(kept=await look_at_state(DamagedVault(), tmp_path))
    assert math.isnan(said["cellule_state_free_bytes"])
    assert said["cellule_healthy"] == 1


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
