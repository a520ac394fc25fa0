"""The operator's console at the running bot."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli import verify
from bot.config import Config, load
from bot.console.socket import FILE_NAME, ConsoleSocket, NotRunningError
from bot.console.verifications import Console, answers
from bot.core.names import DeviceId
from bot.ports import Comparison
from tests.config.files import changed, fill, write
from tests.console import cellule
from tests.core.build import ALICE, BOB
from tests.fakes.verifications import FakeVerifications

SHOWN = Comparison(
    id="v1", code="0471", user=BOB, device=DeviceId("PHONE"), emoji=(0, 1, 2, 3, 4, 5, 6), numbers=(1000, 2000, 3000)
)
OTHER = replace(SHOWN, id="v2", user=ALICE, emoji=())


@pytest.fixture
def verifications() -> FakeVerifications:
    return FakeVerifications()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    folder = fill(tmp_path)
    return load(write(folder, changed(locale={"language": "fr", "timezone": "Europe/Paris"})))


@pytest.fixture
async def folder(config: Config, verifications: FakeVerifications) -> AsyncIterator[Path]:
    """The state folder of a bot that runs."""
    folder = config.state.folder
    await asyncio.to_thread(folder.mkdir, mode=0o700, exist_ok=True)
    served = ConsoleSocket(answers(verifications))
    await served.open(folder)
    yield folder
    await served.close()
    assert not await asyncio.to_thread((folder / FILE_NAME).exists)


async def test_who_waits_is_shown_and_a_verdict_arrives_once(folder: Path, verifications: FakeVerifications) -> None:
    console = Console(folder)
    assert await console.waiting() == ()
    verifications.shown = [SHOWN, OTHER]
    assert await console.waiting() == (SHOWN, OTHER)
    assert await console.settle(SHOWN, same=True)
    assert not await console.settle(SHOWN, same=False)
    assert verifications.verdicts == [("v1", True)]


async def test_only_the_owner_may_open_it(folder: Path) -> None:
    mode = (await asyncio.to_thread((folder / FILE_NAME).stat)).st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b"[]\n",
        b"no json\n",
        b'{"ask": 1}\n',
        b'{"settle": "v1", "same": 1}\n',
        b"[" * 100_000 + b"\n",
        b"9" * 5_000 + b"\n",
        b"\xff\n",
        b"x" * 9_000_000,
    ],
    ids=["empty", "nothing", "list", "no-json", "number", "no-bool", "nested", "digits", "no-text", "endless"],
)
async def test_a_line_that_is_no_question_ends_the_conversation_and_nothing_else(
    folder: Path, verifications: FakeVerifications, line: bytes
) -> None:
    verifications.shown = [SHOWN]
    reader, writer = await asyncio.open_unix_connection(str(folder / FILE_NAME))
    writer.write(line)
    # What is not read to its end is a reset to whoever still writes.
    with suppress(ConnectionResetError):
        assert await reader.read() == b""
    writer.close()
    assert await Console(folder).waiting() == (SHOWN,)
    assert verifications.verdicts == []


async def test_where_no_bot_runs_the_console_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="does not run"):
        await Console(tmp_path).waiting()


async def test_a_socket_that_a_killed_bot_left_is_no_bot_and_is_replaced(
    tmp_path: Path, verifications: FakeVerifications
) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / FILE_NAME))
    left.close()
    with pytest.raises(NotRunningError):
        await Console(tmp_path).waiting()
    served = ConsoleSocket(answers(verifications))
    await served.open(tmp_path)
    assert await Console(tmp_path).waiting() == ()
    await served.close()


async def test_a_bot_that_breaks_off_is_no_bot(tmp_path: Path) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_unix_server(hang_up, str(tmp_path / FILE_NAME))
    with pytest.raises(NotRunningError):
        await Console(tmp_path).waiting()
    server.close()


async def test_a_folder_whose_path_is_too_long_costs_the_console_and_not_the_bot(
    tmp_path: Path, verifications: FakeVerifications, caplog: pytest.LogCaptureFixture
) -> None:
    served = ConsoleSocket(answers(verifications))
    await served.open(tmp_path / ("x" * 120))
    assert "the console will not find this bot" in caplog.text
    await served.close()


# --- cellule verify -----------------------------------------------------------------------------------------


def typed(*lines: str) -> Callable[[str], str]:
    waiting: Iterator[str] = iter(lines)

    def ask(question: str) -> str:
        assert question == "The same? [y/n] "
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("lines", "verdicts", "told"),
    [
        (("y",), [("v1", True)], "it is the same"),
        (("perhaps", " OUI "), [("v1", True)], "it is the same"),
        (("n",), [("v1", False)], "not the same"),
        (("perhaps", "", "later", "y"), [], "not answered"),
        ((), [], "not answered"),
    ],
)
async def test_the_operator_compares_and_answers(
    config: Config,
    verifications: FakeVerifications,
    capsys: pytest.CaptureFixture[str],
    lines: tuple[str, ...],
    verdicts: list[Any],
    told: str,
) -> None:
    verifications.shown = [SHOWN]
    await verify.compare(config, typed(*lines))
    said = capsys.readouterr().out
    assert "@bob:example.org is verifying the bot, from the device PHONE" in said
    assert "🐶 Chien · 🐱 Chat · 🦁 Lion" in said
    assert told in said
    assert verifications.verdicts == verdicts


@pytest.mark.usefixtures("folder")
async def test_an_answer_that_comes_too_late_is_said_to_be(
    config: Config, verifications: FakeVerifications, capsys: pytest.CaptureFixture[str]
) -> None:
    verifications.shown = [SHOWN]

    def slow(_: str) -> str:
        verifications.shown.clear()
        return "y"

    await verify.compare(config, slow)
    assert "Too late" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
async def test_nobody_waiting_is_said_with_how_to_begin(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    await verify.compare(config, typed())
    assert capsys.readouterr().out.startswith("Nobody is verifying the bot now. In Element")


async def test_the_command_says_plainly_that_the_bot_does_not_run(tmp_path: Path) -> None:
    ended = await cellule("verify", "--config", write(fill(tmp_path), changed()))
    assert ended.code == 1
    assert ended.err.startswith("the bot does not run on")
    assert json.dumps(ended.err).count("\\n") == 1
