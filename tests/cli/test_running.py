"""`cellule status` and `cellule list` at a bot that runs in this process, on fakes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import __version__
from bot.cli.running import show_incidents, show_status
from bot.config import Config, load
from bot.console import running
from bot.console.socket import ConsoleSocket, NotRunningError
from bot.service.watchdog import Vitals
from tests.config.files import changed, fill, write
from tests.service.shell import Shell

SINCE = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def vitals(**changed: float | bool | None) -> Vitals:
    nothing: dict[str, Any] = dict.fromkeys((field.name for field in fields(Vitals)), 0) | {"stands_by": False}
    well = {"seconds_since_sync": 2.0, "outbox_rows": 3, "incidents_open": 1}
    return Vitals(**nothing | well | changed)


class Bot:
    """What answers on the socket, and how it is."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.vitals = vitals()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(write(fill(tmp_path), changed(locale={"language": "fr", "timezone": "Europe/Paris"})))


@pytest.fixture
async def bot(config: Config) -> AsyncIterator[Bot]:
    await asyncio.to_thread(config.state.folder.mkdir, mode=0o700)
    bot = Bot(Shell())
    async with bot.shell.life() as service:
        console = ConsoleSocket(running.answers(service.books, lambda: bot.vitals, SINCE))
        await console.open(config.state.folder)
        try:
            yield bot
        finally:
            await console.close()


async def test_how_the_bot_is_stands_in_two_columns(
    config: Config, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    await show_status(config, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Cellule", __version__]
    assert lines[1].startswith("running since            2026-11-24 08:00 (")
    assert lines[2:] == [
        "last good sync           2\N{NO-BREAK SPACE}s ago",
        "open incidents           1",
        "rows waiting to be sent  3",
        "reminders overdue        0",
        "health                   well",
    ]


async def test_one_that_stands_by_says_so_and_who_is_to_be_asked(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.to_thread(config.state.folder.mkdir, mode=0o700)
    waiting = vitals(stands_by=True, seconds_since_sync=None)
    console = ConsoleSocket(running.answers_while_standing_by(lambda: waiting, SINCE))
    async with console.opened(config.state.folder):
        await show_status(config, as_json=False)
        told = capsys.readouterr().out.splitlines()
        assert (
            told[2] == "role           stands by: another machine speaks, and this one takes over when it falls silent"
        )
        assert told[3:] == ["health         well"]
        await show_status(config, as_json=True)
        assert json.loads(capsys.readouterr().out)["stands_by"] is True
        with pytest.raises(NotRunningError, match="this machine stands by; ask on the one that speaks"):
            await show_incidents(config, as_json=False)


async def test_troubles_are_those_of_the_health_page_and_come_in_json_too(
    config: Config, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    bot.vitals = vitals(seconds_since_sync=None, alarms_overdue=2, alarms_overdue_seconds=90)
    await show_status(config, as_json=False)
    assert capsys.readouterr().out.endswith("\nhealth                   no sync; reminders are late\n")
    await show_status(config, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "version": __version__,
        "since": "2026-11-24T07:00:00+00:00",
        "seconds_since_sync": None,
        "incidents_open": 1,
        "outbox_rows": 3,
        "alarms_overdue": 2,
        "troubles": ["no sync", "reminders are late"],
        "stands_by": False,
    }


async def test_incidents_are_listed_with_what_is_due_next(
    config: Config, bot: Bot, capsys: pytest.CaptureFixture[str]
) -> None:
    await show_incidents(config, as_json=False)
    assert capsys.readouterr().out == "No incident is kept.\n"
    await bot.shell.open()
    await bot.shell.type("!aware GDPR-33-1 now call from the host")
    await show_incidents(config, as_json=False)
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["codename", "title", "severity", "playbook", "state", "next", "due"]
    assert line.endswith("  2026-11-27 10:00 GDPR-33-1")
    await show_incidents(config, as_json=True)
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["rule"], row["due"], row["state"]) == ("GDPR-33-1", "2026-11-27T09:00:00+00:00", "open")
    assert line.startswith(f"{row['codename']}  {row['title']}")


async def test_of_what_is_closed_nothing_is_due(config: Config, bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    await bot.shell.open(options="--playbook provider-hit --drill")
    await bot.shell.type("!aware GDPR-33-1 now call from the host")
    await bot.shell.type("!close all is well")
    await show_incidents(config, as_json=False)
    line = capsys.readouterr().out.splitlines()[1]
    assert line.endswith("closed, drill  –")


async def test_the_words_are_those_of_the_locale(
    config: Config, bot: Bot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    await show_status(config, as_json=False)
    assert "\ndernière synchronisation  il y a 2\N{NO-BREAK SPACE}s\n" in capsys.readouterr().out
    await show_incidents(config, as_json=False)
    assert capsys.readouterr().out == "Aucun incident n’est gardé.\n"


async def test_where_no_bot_runs_both_say_so(config: Config) -> None:
    for ask in (show_status, show_incidents):
        with pytest.raises(NotRunningError, match="the bot does not run on"):
            await ask(config, as_json=False)
