"""What `cellule check` says of other machines."""

from pathlib import Path
from typing import Any

import pytest

from bot.cli.checks.bridges import look_at_machines
from bot.config import load
from tests.config.files import changed, fill, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def found(folder: Path, **groups: Any) -> list[str]:
    return [str(finding) for finding in look_at_machines(load(write(folder, changed(**groups))))]


def test_nothing_is_said_of_what_is_off(folder: Path) -> None:
    assert found(folder) == []


def test_who_is_told_of_what_is_said(folder: Path) -> None:
    hook = {"url_file": "secrets/hook", "secret_file": "secrets/hook-key", "events": ["overdue", "filed"]}
    assert found(folder, hooks={"tickets": hook}) == [
        "ok  hooks: tickets (filed, overdue); whether they answer is seen when something happens"
    ]


def test_who_may_ask_the_api_is_told_and_that_it_is_in_clear_past_this_machine(folder: Path) -> None:
    tokens = {"wall": {"token_file": "secrets/api", "scopes": ["clocks", "content"]}}
    (here,) = found(folder, api={"listen": "[::1]:9466", "tokens": tokens})
    assert here == "ok  api: at [::1]:9466 while it runs, for wall (clocks, content)"
    (far,) = found(folder, api={"listen": "0.0.0.0:9466", "tokens": tokens})
    assert far.startswith("warning  api: 0.0.0.0:9466 is not on this machine, and the API speaks plain")
