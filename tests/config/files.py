"""A good configuration with its secret files, and what is said of a changed one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import ConfigError, load
from bot.core.language import Language

PASSWORD = "correct horse battery staple"
TOKEN = "a-token-nobody-may-see"
HOOK = {"hook": "https://tickets.example.org/9f2c", "hook-key": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
API = "0123456789abcdef0123456789abcdef"

GOOD: dict[str, Any] = {
    "matrix": {
        "homeserver": "https://matrix.example.org",
        "user_id": "@cellule:example.org",
        "password_file": "secrets/password",
    },
    "state": {"folder": "state", "key_file": "secrets/state.key"},
    "locale": {"language": "fr", "timezone": "Europe/Paris"},
    "people": {"@alice:example.org": ["admin", "coordinator"], "@bob:example.org": ["dpo"]},
}


def fill(folder: Path) -> Path:
    """Make the secret files of GOOD in *folder*."""
    secrets = folder / "secrets"
    secrets.mkdir()
    kept_in = {"password": PASSWORD, "access_token": TOKEN, "api": API, "state.key": "\0" * 32, **HOOK}
    for name, kept in kept_in.items():
        (secrets / name).write_bytes(kept.encode())
        (secrets / name).chmod(0o600)
    return folder


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def changed(**groups: Any) -> str:
    """GOOD with some keys changed: a group given as a mapping is merged, None takes a key or a group away."""
    whole: dict[str, Any] = {**GOOD}
    for group, keys in groups.items():
        merged = {**whole.get(group, {}), **keys} if isinstance(keys, dict) and group != "people" else keys
        whole[group] = {k: v for k, v in merged.items() if v is not ...} if isinstance(merged, dict) else merged
    return yaml.safe_dump({k: v for k, v in whole.items() if v is not ...}, sort_keys=False)


def problems_of(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text))
    lines = str(refused.value).splitlines()
    assert lines == [str(problem) for problem in refused.value.problems], "one line each"
    french = refused.value.to(Language("fr")).splitlines()
    assert len(french) == len(lines), "one line each"
    # Of another sentence, not of another place: what stands before the colon is no words of ours.
    assert not [line for line in french if line.partition("\N{NO-BREAK SPACE}: ")[2] in "\n".join(lines)]
    return lines


def only_problem(folder: Path, text: str | bytes) -> str:
    lines = problems_of(folder, text)
    assert len(lines) == 1, lines
    return lines[0]
