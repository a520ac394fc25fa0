"""The flags and the environment of `cellule demo`."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.language import Language
from bot.demo.main import main
from bot.demo.stage import scratch_folder
from bot.demo.tour import _in_order
from bot.demo.words import TOOLBAR, tell
from bot.host.locale import language_of
from bot.sentences import languages
from tests.patience import PATIENCE_S, eventually


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language("en")),
        ({"LANG": "C.UTF-8"}, Language("en")),
        ({"LANG": "fr_FR.UTF-8"}, Language("fr")),
        ({"LANG": "fr_CA"}, Language("fr")),
        ({"LANG": "de_DE.UTF-8"}, Language("en")),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, Language("fr")),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, Language("en")),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, Language("fr")),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], language: Language) -> None:
    assert language_of(environment) == language


def test_a_wrong_flag_is_refused_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--lang", "de"])
    assert leaving.value.code == 2
    assert "usage: cellule demo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("rang", "is_right"),
    [
        (["T-6", "T-3"], True),
        (["T-6", "T-3", "T-1", "T", "T+5", "T+10"], True),
        ([], True),
        (["T-3", "T-6"], False),
        (["T-6", "T-6"], False),
        (["T-6", "T-1"], False),
        (["T-6", "T-3", "T+5"], False),
        (["T-6", "T-3", "T-1", "T", "T+10", "T+5"], False),
    ],
)
def test_reminders_out_of_order_doubled_or_missing_are_seen(rang: list[str], is_right: bool) -> None:
    assert (_in_order(rang) == rang) is is_right


@pytest.mark.parametrize(("ends_with", "stays"), [(None, False), (KeyboardInterrupt(), False), (RuntimeError(), True)])
def test_the_folder_is_gone_unless_its_log_is_needed(
    ends_with: BaseException | None, *, stays: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nothing"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    try:
        with scratch_folder(None) as folder:
            (folder / "demo.log").touch()
            if ends_with is not None:
                raise ends_with
    except (KeyboardInterrupt, RuntimeError):
        pass
    assert folder.exists() is stays


def test_a_folder_to_keep_is_made_and_stays(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "kept") as folder:
        pass
    assert folder == tmp_path / "kept"
    assert folder.exists()


def _is_anything_in(folder: Path) -> bool:
    return any(folder.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_however_the_demo_is_stopped_its_folder_is_gone_and_no_traceback_is_shown(
    number: signal.Signals, tmp_path: Path
) -> None:
    # As a shell starts what it puts into the background: SIGINT is ignored.
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ignoring, sys.executable, "-m", "bot", "demo", "--tour"),
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    await eventually(lambda: any(tmp_path.glob("cellule-demo-*/demo.log")), lambda: "it did not start")
    process.send_signal(number)
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")
    assert b"Traceback" not in out
    assert not _is_anything_in(tmp_path)


@pytest.mark.parametrize("language", languages())
def test_a_narrow_toolbar_still_says_how_to_get_help_and_out(language: Language) -> None:
    assert "/help /quit" in tell(TOOLBAR, language, room="Maple Pebble")[:60]
