"""The door's own file: what is read, and every mistake told in one line of each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import ConfigError
from bot.config.reading import keys_of
from bot.core.language import Language
from bot.door.config import Door, Mas, load

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "contrib/door.example.yaml"
GOOD = {
    "homeserver": "http://127.0.0.1:8008",
    "public_homeserver": "https://matrix.example.org",
    "admin_token_file": "token",
    "state": "kept",
    "socket": "door.sock",
    "listen": "127.0.0.1:9468",
    "page": "https://rescue.example.org/join/",
}


MAS = {
    "service": "https://account.example.org",
    "client_id": "01J44RKQYM4G3TNVANTMTDYTX6",
    "client_secret_file": "token",
}
BY_MAS = {"kind": "mas", "admin_token_file": ...}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "token").write_text("syt_secret\n")
    (tmp_path / "token").chmod(0o600)
    return tmp_path


def write(folder: Path, **changed: Any) -> Path:
    path = folder / "door.yaml"
    path.write_text(yaml.safe_dump(_said({**GOOD, **changed})))
    return path


def _said(keys: dict[str, Any]) -> dict[str, Any]:
    inner = {key: _said(value) if isinstance(value, dict) else value for key, value in keys.items()}
    return {key: value for key, value in inner.items() if value is not ...}


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(path)
    english, french = (refused.value.to(Language(code)).splitlines() for code in ("en", "fr"))
    assert len(english) == len(french)
    assert not set(english) & set(french)
    return english


def test_what_is_written_is_what_is_read(folder: Path) -> None:
    door = load(write(folder))
    assert (door.homeserver, door.for_browsers) == ("http://127.0.0.1:8008", "https://matrix.example.org")
    assert (door.page, door.client, door.kind) == ("https://rescue.example.org/join", None, "synapse")
    assert not door.other_servers
    assert (door.state, door.socket) == (folder / "kept", folder / "door.sock")
    assert door.admin_token.reveal() == "syt_secret"
    assert "syt_secret" not in repr(door)


def test_the_example_has_every_key_and_can_be_read(folder: Path) -> None:
    written = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    assert {*written, "mas"} == set(keys_of(Door))
    door = load(write(folder, **{**written, "admin_token_file": "token", "socket": "door.sock", "state": "kept"}))
    assert door.client == written["client"]


def test_the_part_of_the_example_for_matrix_authentication_service_can_be_read(folder: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("\n# ", "\n").partition("kind: synapse")[2].partition("\n")[2]
    group = yaml.safe_load(text)["mas"]
    assert set(group) == set(keys_of(Mas))
    door = load(write(folder, **BY_MAS, mas={**group, "client_secret_file": "token"}))
    assert door.mas is not None
    assert door.mas.client_secret.reveal() == "syt_secret"
    assert door.registering("amber-fern-10") == f"{group['service']}/register/password?username=amber-fern-10"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"homeserver": ...}, "homeserver: "),
        ({"homeserver": "http://matrix.example.org"}, "homeserver: "),
        ({"page": "http://rescue.example.org"}, 'page: "http://rescue.example.org" is not an address'),
        ({"page": "https://rescue.example.org/#x"}, "page: "),
        ({"page": 7}, "page: "),
        ({"page": "https://u:p@rescue.example.org"}, "page: "),
        ({"client": "chat.example.org"}, "client: "),
        ({"client": "https://chat.example.org/; script-src *"}, "client: "),
        ({"public_homeserver": ...}, "public_homeserver: people who open the page cannot reach"),
        ({"admin_token_file": "nowhere"}, "admin_token_file: "),
        ({"admin_token_file": ...}, "admin_token_file: "),
        ({"socket": "x" * 120}, "socket: "),
        ({"socket": "nowhere/door.sock"}, "socket: "),
        ({"listen": "9468"}, "listen: "),
        ({"kind": "matrix"}, "kind: "),
        ({"kind": "mas", "admin_token_file": ...}, "mas: is missing; write a group with service"),
        ({"kind": "mas", "mas": MAS}, "admin_token_file: goes with kind: synapse alone"),
        ({"mas": MAS}, "mas: goes with kind: mas alone"),
        ({**BY_MAS, "mas": {**MAS, "service": ...}}, "mas.service: is missing"),
        ({**BY_MAS, "mas": {**MAS, "service": "http://account.example.org"}}, "mas.service: "),
        (
            {**BY_MAS, "mas": {**MAS, "service": "http://127.0.0.1:8080"}},
            "mas.service: people who open",
        ),
        ({**BY_MAS, "mas": {**MAS, "admin_api": "account.example.org"}}, "mas.admin_api: "),
        ({**BY_MAS, "mas": {**MAS, "client_id": "a secret by mistake"}}, "mas.client_id: this is not the id"),
        ({**BY_MAS, "mas": {**MAS, "client_secret_file": "nowhere"}}, "mas.client_secret_file: "),
        ({**BY_MAS, "mas": {**MAS, "scope": "x"}}, "mas.scope: "),
        ({**BY_MAS, "mas": "https://account.example.org"}, "mas: "),
        ({"other_servers": "yes please"}, "other_servers: "),
        ({"state": "token"}, "state: "),
        ({"clients": "https://chat.example.org"}, "clients: "),
    ],
)
def test_a_mistake_is_one_line_that_names_its_key(folder: Path, changed: dict[str, Any], told: str) -> None:
    (line,) = problems(write(folder, **changed))
    assert line.startswith(told), line


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    assert len(problems(write(folder, page=..., listen=..., kind="x"))) == 3


def test_a_token_that_others_can_read_is_refused_and_not_shown(folder: Path) -> None:
    (folder / "token").chmod(0o644)
    (line,) = problems(write(folder))
    assert line.startswith("admin_token_file: ")
    assert "syt_secret" not in line


def test_on_one_machine_everything_may_be_there(folder: Path) -> None:
    assert load(write(folder, public_homeserver=..., page="http://localhost:9468")).page == "http://localhost:9468"
