"""Who may ask the API: tokens in files, and what each opens."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.config.api import Scope
from bot.config.values import Listen
from bot.host.secret import Secret
from tests.config.files import changed, fill, only_problem, problems_of, write

TOKEN = "0123456789abcdef0123456789abcdef"
GOOD = {
    "listen": "127.0.0.1:9466",
    "tokens": {"wall": {"token_file": "secrets/wall", "scopes": ["clocks", "incidents"]}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path)
    for name, text in {
        "wall": TOKEN,
        "copy": TOKEN,
        "other": TOKEN[::-1],
        "short": "x" * 31,
        "blank": f"{TOKEN} 1",
    }.items():
        path = tmp_path / "secrets" / name
        path.write_text(f"{text}\n")
        path.chmod(0o600)
    return tmp_path


def with_tokens(**tokens: Any) -> str:
    return changed(api={**GOOD, "tokens": tokens})


def one(file: str, *scopes: str) -> dict[str, Any]:
    return {"token_file": f"secrets/{file}", "scopes": list(scopes or ("clocks",))}


def test_left_out_or_with_every_key_commented_out_nothing_is_served(folder: Path) -> None:
    assert load(write(folder, changed())).api is None
    assert load(write(folder, changed(api=None))).api is None


def test_a_token_is_read_from_its_file_with_what_it_opens(folder: Path) -> None:
    api = load(write(folder, changed(api=GOOD))).api
    assert api is not None
    assert api.listen == Listen(host="127.0.0.1", port=9466)
    assert api.tokens["wall"].token == Secret(TOKEN)
    assert api.tokens["wall"].scopes == {Scope.CLOCKS, Scope.INCIDENTS}
    assert TOKEN not in repr(api)


@pytest.mark.parametrize("file", ["short", "blank"])
def test_a_token_that_can_be_guessed_is_refused_and_not_shown(folder: Path, file: str) -> None:
    path = folder / "secrets" / file
    assert only_problem(folder, with_tokens(wall=one(file))) == (
        f"api.tokens.wall.token_file: {path} holds no token; write one line of 32 signs or more into it, as `openssl"
        " rand -hex 32` makes one"
    )


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (
            {"wall": one("wall"), "desk": one("copy")},
            "api.tokens: two names have the same token",
        ),
        ({"wall": one("wall", "all")}, 'api.tokens.wall.scopes: "all" '),
        (
            {"wall": {"token_file": "secrets/wall"}},
            "api.tokens.wall.scopes: is missing; write what it opens",
        ),
        ({"The Wall": one("wall")}, "is no name; write small letters, digits and hyphens, 40 at the most"),
        ({"wall": None}, "api.tokens.wall.token_file: is missing"),
        ({}, "api.tokens: must be a group with a name of yours for each, not a group"),
    ],
)
def test_a_wrong_token_is_told_with_its_path(folder: Path, tokens: dict[str, Any], said: str) -> None:
    assert [line for line in problems_of(folder, with_tokens(**tokens)) if said in line]


def test_both_keys_are_needed(folder: Path) -> None:
    assert problems_of(folder, changed(api={"listen": "127.0.0.1:9466"})) == [
        "api.tokens: is missing; write a name for each who may ask, with token_file and scopes below it"
    ]
    assert problems_of(folder, changed(api={"tokens": GOOD["tokens"]})) == [
        "api.listen: is missing; write host and port, like 127.0.0.1:9466"
    ]
