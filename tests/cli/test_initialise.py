"""`cellule init`: a configuration that loads, a key that is never written over, and questions that are asked again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.initialise import (
    InitError,
    _scalar,
    collect,
    proxy_given,
    render,
    session_made_elsewhere,
    write,
)
from bot.config import PasswordLogin, TokenLogin, load
from bot.core.people.roster import Role
from bot.host.shipped import example_configuration

GIVEN = {
    "--homeserver": "https://matrix.example.org",
    "--user-id": "@cellule:example.org",
    "--admin": "@alice:example.org @bob:example.org",
}
ALL = GIVEN | {
    "--language": "en",
    "--timezone": "Europe/Brussels",
    "--state-folder": "kept: here",
    "--device-name": "yes",
    "--password-file": "secrets/pass word",
}


def make(folder: Path, flags: dict[str, str], session: tuple[str, str] | None = None, proxy: str | None = None) -> Path:
    path = folder / "config.yaml"
    found = collect(flags, None)
    write(path, render(example_configuration(), found, session, proxy), found["--state-folder"], force=False)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- what is written ----------------------------------------------------------------------------------------


def test_the_fewest_flags_give_a_configuration_that_loads(tmp_path: Path) -> None:
    config = load(make(tmp_path / "new/folder", GIVEN))
    assert config.matrix.homeserver == "https://matrix.example.org"
    assert config.matrix.login == PasswordLogin(file=tmp_path / "new/folder/secrets/password")
    assert config.people == dict.fromkeys(GIVEN["--admin"].split(), frozenset({Role.ADMIN, Role.COORDINATOR}))
    assert config.locale.timezone.key == "Europe/Paris"
    assert config.health is not None


def test_every_flag_is_read_back_as_it_was_given(tmp_path: Path) -> None:
    config = load(make(tmp_path, ALL))
    assert (config.matrix.device_name, config.state.folder) == ("yes", tmp_path / "kept: here")
    assert config.matrix.login == PasswordLogin(file=tmp_path / "secrets/pass word")
    assert (config.locale.language, config.locale.timezone.key) == ("en", "Europe/Brussels")


def test_a_session_made_elsewhere_takes_the_place_of_the_password(tmp_path: Path) -> None:
    path = make(tmp_path, GIVEN, ("secrets/token", "ABCDEFGHIJ"))
    token = tmp_path / "secrets/token"
    token.write_text("a-token")
    token.chmod(0o600)
    login = load(path).matrix.login
    assert isinstance(login, TokenLogin)
    assert login.device_id == "ABCDEFGHIJ"


def test_a_proxy_is_written_where_one_is_given_and_only_an_address(tmp_path: Path) -> None:
    proxy = proxy_given("socks5://127.0.0.1:9050")
    assert load(make(tmp_path, GIVEN, proxy=proxy)).matrix.proxy == "socks5://127.0.0.1:9050"
    assert proxy_given(None) is None
    with pytest.raises(InitError, match="--proxy: is not a proxy's address"):
        proxy_given("127.0.0.1:9050")


def test_the_comments_of_the_example_stay(tmp_path: Path) -> None:
    comments = [line for line in example_configuration().splitlines() if line.strip().startswith("#")]
    written = make(tmp_path, ALL).read_text("utf-8").splitlines()
    assert [line for line in comments if line not in written] == []


def test_all_that_is_made_is_for_this_user_alone(tmp_path: Path) -> None:
    path = make(tmp_path, GIVEN)
    assert (mode(tmp_path / "secrets"), mode(tmp_path / "secrets/state.key"), mode(path)) == (0o700, 0o600, 0o600)
    assert len((tmp_path / "secrets/state.key").read_bytes()) == 32
    assert {file.name for file in tmp_path.iterdir()} == {"secrets", "config.yaml"}


def test_two_keys_are_never_the_same(tmp_path: Path) -> None:
    keys = {(make(tmp_path / name, GIVEN).parent / "secrets/state.key").read_bytes() for name in "ab"}
    assert len(keys) == 2


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1).filter(str.isprintable))
def test_any_printable_name_is_the_same_name_when_read(name: str) -> None:
    assert yaml.safe_load(f"key: {_scalar(name)}") == {"key": name}


# --- what is kept -------------------------------------------------------------------------------------------


def test_a_configuration_is_written_over_only_when_forced_and_the_key_never(tmp_path: Path) -> None:
    path = make(tmp_path, GIVEN)
    key = (tmp_path / "secrets/state.key").read_bytes()
    with pytest.raises(InitError, match="is there already; name another file, or write over it with --force"):
        write(path, "new", "state", force=False)
    assert "kept" in write(path, "new\n", "state", force=True)
    assert path.read_text() == "new\n"
    assert (tmp_path / "secrets/state.key").read_bytes() == key


def test_a_key_of_another_length_is_neither_used_nor_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    key = tmp_path / "secrets/state.key"
    key.write_bytes(b"short")
    key.chmod(0o600)
    with pytest.raises(InitError, match="holds 5 bytes, not the 32 of a key"):
        make(tmp_path, GIVEN)
    assert key.read_bytes() == b"short"
    assert not (tmp_path / "config.yaml").exists()


def test_a_key_that_others_may_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    key = tmp_path / "secrets/state.key"
    key.write_bytes(bytes(32))
    key.chmod(0o644)
    with pytest.raises(InitError, match="chmod 600"):
        make(tmp_path, GIVEN)


def test_no_new_key_is_made_for_a_state_that_has_one(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/state.db").touch()
    with pytest.raises(InitError, match="made with another key; bring that key back"):
        make(tmp_path, GIVEN)
    assert not (tmp_path / "secrets/state.key").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InitError, match="cannot be written"):
        make(tmp_path / "file/inside", GIVEN)


# --- what is asked ------------------------------------------------------------------------------------------


def test_without_a_terminal_the_missing_flags_are_named() -> None:
    with pytest.raises(InitError) as refused:
        collect({"--user-id": "@cellule:example.org"}, None)
    assert str(refused.value).splitlines() == [
        "--homeserver is missing",
        "--admin is missing",
        "without a terminal these flags are needed: --homeserver --user-id --admin",
    ]


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--homeserver", "http://matrix.example.org"),
        ("--user-id", "cellule"),
        ("--admin", "@alice:example.org bob"),
        ("--admin", ""),
        ("--language", "de"),
        ("--timezone", "Paris"),
        ("--device-name", " "),
    ],
)
def test_a_flag_that_cannot_be_used_is_told_by_name(flag: str, value: str) -> None:
    with pytest.raises(InitError, match=f"^{flag}: "):
        collect(GIVEN | {flag: value}, None)


def test_on_a_terminal_what_is_missing_is_asked_and_asked_again_until_it_can_be_used() -> None:
    answers = iter(["matrix.example.org", "https://matrix.example.org", '"@cellule:example.org"', "de", ""])
    asked: list[tuple[str, str]] = []

    def ask(question: str, otherwise: str) -> str:
        asked.append((question, otherwise))
        return next(answers)

    found = collect({"--admin": "@alice:example.org", "--timezone": "Europe/Paris"}, ask)
    assert found["--homeserver"] == "https://matrix.example.org"
    assert found["--language"] == "fr", "an empty answer takes what was shown"
    assert [otherwise for _, otherwise in asked] == ["", "", "", "fr", "fr"]
    assert "not a server's address" in asked[1][0]
    assert "There is no such language. Write fr / en." in asked[4][0]
    assert found["--user-id"] == "@cellule:example.org", "quotes are those of the file"
    assert next(answers, None) is None


@pytest.mark.parametrize("halves", [("token", None), (None, "ABC")])
def test_a_token_and_its_device_go_together(halves: tuple[str | None, str | None]) -> None:
    with pytest.raises(InitError, match="go together"):
        session_made_elsewhere(*halves)
    assert session_made_elsewhere(None, None) is None
    assert session_made_elsewhere("token", "ABC") == ("token", "ABC")
