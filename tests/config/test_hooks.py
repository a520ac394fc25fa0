"""Machines that are told: an address and a secret in files, and what each is told."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.host.secret import Secret
from bot.ports import HookEvent
from tests.config.files import changed, fill, only_problem, problems_of, write

FILES = {
    "url": "https://tickets.example.org/hook/9f2c",
    "clear": "http://tickets.example.org/hook/9f2c",
    "here": "http://127.0.0.1:8000/hook",
    "none": "tickets",
    "key": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "bare": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "short": "whsec_AAECAwQFBgc=",
    "words": "correct horse battery staple",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / "secrets" / name
        path.write_text(f"{text}\n")
        path.chmod(0o600)
    return tmp_path


def hook(url: str = "url", secret: str = "key", **more: Any) -> dict[str, Any]:
    return {"tickets": {"url_file": f"secrets/{url}", "secret_file": f"secrets/{secret}", **more}}


def test_left_out_nobody_is_told(folder: Path) -> None:
    assert load(write(folder, changed())).hooks == {}
    assert load(write(folder, changed(hooks=None))).hooks == {}


@pytest.mark.parametrize("secret", ["key", "bare"])
def test_a_machine_has_an_address_a_secret_and_all_events_unless_some_are_named(folder: Path, secret: str) -> None:
    found = load(write(folder, changed(hooks=hook(secret=secret)))).hooks["tickets"]
    assert (found.url, found.secret) == (Secret(FILES["url"]), Secret(bytes(range(32))))
    assert found.events == set(HookEvent)
    assert "9f2c" not in repr(found)
    few = load(write(folder, changed(hooks=hook(url="here", events=["overdue"])))).hooks["tickets"]
    assert few.events == {HookEvent.OVERDUE}


@pytest.mark.parametrize("url", ["clear", "none"])
def test_an_address_in_clear_or_none_is_refused_and_not_shown(folder: Path, url: str) -> None:
    said = only_problem(folder, changed(hooks=hook(url=url)))
    assert said.startswith("hooks.tickets.url_file: ")
    assert "holds no address that can be called" in said
    assert "9f2c" not in said


@pytest.mark.parametrize("secret", ["short", "words"])
def test_a_secret_that_can_be_guessed_is_refused_and_not_shown(folder: Path, secret: str) -> None:
    said = only_problem(folder, changed(hooks=hook(secret=secret)))
    assert said == (
        f"hooks.tickets.secret_file: {folder / 'secrets' / secret} holds no secret of 24 to 64 bytes; write the one"
        " line into it that `echo whsec_$(openssl rand -base64 32)` prints"
    )


def test_what_is_missing_or_unknown_is_told(folder: Path) -> None:
    assert problems_of(folder, changed(hooks={"tickets": {}})) == [
        "hooks.tickets.url_file: is missing; write a file with the address to call, like secrets/hook-tickets",
        "hooks.tickets.secret_file: is missing; write a file with the secret that signs the calls, like"
        " secrets/hook-tickets-key",
    ]
    assert only_problem(folder, changed(hooks=hook(events=["reopened"]))).startswith('hooks.tickets.events: "reopened"')
    assert only_problem(folder, changed(hooks=[])).startswith("hooks: must be a group with a name of yours for each")
