"""How findings are shown: columns and colours on a terminal, and at the end how many want somebody."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator

import pytest
from rich.console import Console

from bot.cli.checks.findings import Finding, error, ok, warning
from bot.cli.checks.showing import show, show_on
from bot.cli.tongue import say
from bot.core.people.contacts import Way
from tests.docs.pages import ROOT

FOUND = (
    ok("configuration", "config.yaml is complete"),
    error("homeserver", "nothing answers there (see [1]); check matrix.homeserver, the server and the network"),
    warning("heartbeat", "none is given"),
)


async def made(failure: Exception | None = None) -> AsyncIterator[Finding]:
    for finding in FOUND:
        yield finding
    if failure is not None:
        raise failure


async def on_a_terminal(width: int = 80) -> str:
    written = io.StringIO()
    await show_on(Console(file=written, force_terminal=True, no_color=True, width=width, legacy_windows=False), made())
    return written.getvalue()


async def test_each_finding_has_its_columns_and_errors_stand_once_more_at_the_end() -> None:
    lines = [line.rstrip() for line in (await on_a_terminal()).splitlines()]
    (first,) = [n for n, line in enumerate(lines) if "config.yaml is complete" in line]
    assert "ok        configuration   config.yaml is complete" in plain(lines[first])
    end = [plain(line) for line in lines[-4:]]
    assert end[0] == "─" * 80
    assert end[1] == "error     homeserver      nothing answers there (see [1]); check"
    assert end[2] == f"{' ' * 26}matrix.homeserver, the server and the network"
    assert end[3] == "1 error, 1 warning"


async def test_a_terminal_of_a_french_speaker_says_it_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    end = [plain(line) for line in (await on_a_terminal(120)).splitlines()]
    assert end[-1] == "1 erreur, 1 avertissement"
    assert end[-2].startswith("erreur    serveur         nothing answers there")


async def test_elsewhere_each_finding_is_one_line_and_the_last_one_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert await show(made())
    assert capsys.readouterr().out.splitlines() == [*map(str, FOUND), "1 error, 1 warning"]


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (PermissionError(13, "Permission denied", "/srv/x"), "error  check: stopped: /srv/x: Permission denied; let "),
        (KeyError("secret"), "error  check: stopped by a failure of ours (KeyError); what stands above it in the log"),
    ],
)
async def test_a_failure_on_the_way_is_an_error_among_the_findings(
    failure: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await show(made(failure))
    line, summary = capsys.readouterr().out.splitlines()[-2:]
    assert line.startswith(told)
    assert summary == "2 errors, 1 warning"


def plain(line: str) -> str:
    from rich.text import Text

    return Text.from_ansi(line).plain.rstrip()


def test_every_subject_has_a_word_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "bot/cli/checks").rglob("*.py"))
    subjects = set(re.findall(r'(?:\b(?:ok|warning|error)\(\s*|^_SUBJECT = )"([^"]+)"', source, re.MULTILINE))
    subjects = {subject for subject in subjects if not subject.startswith("check.")}
    assert {"homeserver", "duty", "api"} < subjects
    for locale in ("en_GB.UTF-8", "fr_FR.UTF-8"):
        monkeypatch.setenv("LC_ALL", locale)
        for subject in (*subjects, *(f"channels.{way}" for way in Way)):
            assert say(f"check.subject.{subject.replace(' ', '_')}")
