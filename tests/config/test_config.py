"""The configuration: whole and checked, or every problem at once with the key's path and what to write."""

import dataclasses
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import GROUPS, DeviceTrust, Heartbeat, PasswordLogin, TokenLogin, load
from bot.config.reading import keys_of
from bot.config.record import RecordKeys
from bot.config.values import Listen
from bot.core.language import Language
from bot.core.names import DeviceId
from bot.core.people.roster import Role
from bot.host.secret import Secret, SecretFileError
from bot.host.shipped import playbooks_folder
from tests.config.files import PASSWORD, TOKEN, changed, fill, only_problem, problems_of, write

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


# ---------------------------------------------------------------- what is read


def test_an_onion_service_needs_a_proxy_and_plain_http_one_on_this_machine(folder: Path) -> None:
    tor, far = {"proxy": "socks5://127.0.0.1:9050"}, {"proxy": "socks5://tor.example.org:9050"}
    onion = {"homeserver": "http://cellule7homeserver.onion"}
    assert load(write(folder, changed(matrix=onion, network=tor))).matrix.proxy == tor["proxy"]
    assert only_problem(folder, changed(matrix=onion)) == (
        "matrix.homeserver: an .onion address is reached through Tor only; write network.proxy, like "
        "socks5://127.0.0.1:9050"
    )
    for plain in (onion, {"homeserver": "http://localhost:8008"}):
        assert only_problem(folder, changed(matrix=plain, network=far)) == (
            "matrix.homeserver: is not protected on the way to network.proxy; write https://, or use a proxy on this "
            "machine"
        )
    assert load(write(folder, changed(network=far))).matrix.proxy == far["proxy"]


def test_the_shortest_file_gives_a_whole_configuration(folder: Path) -> None:
    config = load(write(folder, changed()))
    assert config.matrix.homeserver == "https://matrix.example.org"
    assert config.matrix.device_name == "Cellule"
    assert config.state.folder == folder / "state"
    assert config.state.key == Secret(bytes(32))
    assert config.locale.language == Language("fr")
    assert config.locale.timezone.key == "Europe/Paris"
    assert config.people == {
        "@alice:example.org": frozenset({Role.ADMIN, Role.COORDINATOR}),
        "@bob:example.org": frozenset({Role.DPO}),
    }
    assert config.rooms.federate
    assert config.playbooks.folder == playbooks_folder()
    assert config.trust.devices is DeviceTrust.CROSS_SIGNED
    assert config.health is None
    assert config.drill.pace == 3600
    assert config.retention.closed_after is None
    assert config.clocks.enable == frozenset()


def test_every_key_can_be_set(folder: Path) -> None:
    (folder / "ours").mkdir()
    config = load(
        write(
            folder,
            changed(
                matrix={"device_name": "Salle", "homeserver": "http://127.0.0.1:8008/"},
                locale={"language": "en"},
                rooms={"federate": False},
                playbooks={"folder": "ours"},
                trust={"devices": "first-use"},
                network={"proxy": "socks5h://localhost:9050"},
                retention={"closed_after": "400 days"},
                health={"listen": "[::1]:9464"},
                drill={"pace": 60},
                clocks={"enable": ["NIS2-24", "GDPR-33-1@omnibus"]},
            ),
        )
    )
    assert (config.matrix.device_name, config.matrix.homeserver) == ("Salle", "http://127.0.0.1:8008")
    assert config.matrix.proxy == "socks5://localhost:9050"
    assert config.retention.closed_after == timedelta(days=400)
    assert config.locale.language == Language("en")
    assert not config.rooms.federate
    assert config.playbooks.folder == folder / "ours"
    assert config.trust.devices is DeviceTrust.FIRST_USE
    assert config.health is not None
    assert config.health.listen == Listen(host="::1", port=9464)
    assert config.drill.pace == 60
    assert config.clocks.enable == {"NIS2-24", "GDPR-33-1@omnibus"}


def test_a_time_stamp_authority_is_asked_where_its_address_is_in_a_file(folder: Path) -> None:
    assert load(write(folder, changed())).record == RecordKeys()
    (folder / "secrets/tsa").write_text("https://tsa.example.org/tsr\n")
    (folder / "secrets/tsa").chmod(0o600)
    named = changed(record={"timestamp_authority_file": "secrets/tsa"})
    assert load(write(folder, named)).record.timestamp_authority == Secret("https://tsa.example.org/tsr")
    (folder / "secrets/tsa").write_text("http://tsa.example.org/tsr\n")
    said = only_problem(folder, named)
    assert said.startswith("record.timestamp_authority_file: write the https address of a time-stamp authority")


def test_the_address_of_the_heartbeat_is_a_secret_in_a_file(folder: Path) -> None:
    address = "https://health.example.org/ping/0d4d7a3e"
    assert load(write(folder, changed())).heartbeat == Heartbeat()
    (folder / "secrets/heartbeat").write_text(f"{address}\n")
    (folder / "secrets/heartbeat").chmod(0o600)
    config = load(write(folder, changed(heartbeat={"url_file": "secrets/heartbeat", "file": "alive"})))
    assert config.heartbeat == Heartbeat(url=Secret(address), file=folder / "alive")
    assert "0d4d7a3e" not in repr(config)
    (folder / "secrets/heartbeat").chmod(0o644)
    assert "other users may read" in only_problem(folder, changed(heartbeat={"url_file": "secrets/heartbeat"}))


@pytest.mark.parametrize(
    "address",
    [
        "http://health.example.org/0d4d7a3e",
        "health.example.org/0d4d7a3e",
        "https://[0d4d7a3e",
        "ftp://h/x",
        f"https://{64 * 'd'}.example.org/0d4d7a3e",
    ],
)
def test_an_address_in_clear_or_none_is_refused_and_not_shown(folder: Path, address: str) -> None:
    (folder / "secrets/heartbeat").write_text(address)
    (folder / "secrets/heartbeat").chmod(0o600)
    said = only_problem(folder, changed(heartbeat={"url_file": "secrets/heartbeat"}))
    assert "holds no address; write one line like https://health.example.org/ping/ID into it" in said
    assert "0d4d7a3e" not in said


@pytest.mark.parametrize("name", ["nowhere/alive", "secrets"])
def test_a_file_that_cannot_be_touched_is_a_problem(folder: Path, name: str) -> None:
    said = only_problem(folder, changed(heartbeat={"file": name}))
    assert said.endswith("cannot be written; name a file in a folder that Cellule may write to")


def test_an_absolute_path_stays_as_it_is(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert load(write(folder, changed(state={"folder": str(elsewhere)}))).state.folder == elsewhere


def test_a_group_with_every_key_commented_out_is_as_if_left_out(folder: Path) -> None:
    config = load(write(folder, changed(playbooks=None, health=None, trust=None)))
    assert config.playbooks.folder == playbooks_folder()
    assert config.health is None


def test_the_folder_of_the_contracts_example_stands_for_the_shipped_playbooks_until_it_is_made(folder: Path) -> None:
    written = changed(playbooks={"folder": "playbooks"})
    assert load(write(folder, written)).playbooks.folder == playbooks_folder()
    (folder / "playbooks").mkdir()
    assert load(write(folder, written)).playbooks.folder == folder / "playbooks"


@pytest.mark.parametrize("name", ["./playbooks", "ours/playbooks", "playbook"])
def test_any_other_folder_that_is_not_there_is_a_problem(folder: Path, name: str) -> None:
    assert only_problem(folder, changed(playbooks={"folder": name})).startswith("playbooks.folder: there is no folder")


def test_nothing_in_a_configuration_can_be_changed(folder: Path) -> None:
    config = load(write(folder, changed()))
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.drill = config.drill  # type: ignore[misc]
    with pytest.raises(TypeError):
        config.people["@eve:example.org"] = frozenset()  # type: ignore[index]


# ---------------------------------------------------------------- logging in


def test_the_password_is_read_when_it_is_needed(folder: Path) -> None:
    login = load(write(folder, changed())).matrix.login
    assert isinstance(login, PasswordLogin)
    assert login.password().reveal() == PASSWORD


def test_a_password_file_that_is_gone_is_a_problem_only_for_who_must_log_in(folder: Path) -> None:
    (folder / "secrets/password").unlink()
    login = load(write(folder, changed())).matrix.login
    assert isinstance(login, PasswordLogin)
    with pytest.raises(SecretFileError, match=r"there is no file .*password; make it, then: chmod 600"):
        login.password()


def test_a_session_made_elsewhere_is_taken_with_its_device(folder: Path) -> None:
    keys = {"password_file": ..., "access_token_file": "secrets/access_token", "device_id": "ABCDEFGHIJ"}
    login = load(write(folder, changed(matrix=keys))).matrix.login
    assert login == TokenLogin(access_token=Secret(TOKEN), device_id=DeviceId("ABCDEFGHIJ"))


@pytest.mark.parametrize(
    "keys",
    [
        {"password_file": ...},
        {"access_token_file": "secrets/access_token", "device_id": "ABCDEFGHIJ"},
        {"access_token_file": "secrets/access_token"},
        {"device_id": "ABCDEFGHIJ"},
        {"password_file": ..., "access_token_file": "secrets/access_token"},
        {"password_file": ..., "device_id": "ABCDEFGHIJ"},
    ],
)
def test_there_is_exactly_one_way_to_log_in(folder: Path, keys: dict[str, Any]) -> None:
    assert only_problem(folder, changed(matrix=keys)) == (
        "matrix: write password_file, or access_token_file and device_id: one way to log in, not both"
    )


# ---------------------------------------------------------------- secrets stay secret


def _leaves(value: object) -> Iterator[str]:
    yield repr(value)
    yield str(value)
    yield f"{value}"
    if dataclasses.is_dataclass(value):
        for row in dataclasses.fields(value):
            yield from _leaves(getattr(value, row.name))


def test_no_repr_of_any_part_shows_a_secret(folder: Path) -> None:
    (folder / "secrets/state.key").write_bytes(b"k" * 32)
    keys = {"password_file": ..., "access_token_file": "secrets/access_token", "device_id": "ABCDEFGHIJ"}
    config = load(write(folder, changed(matrix=keys)))
    printed = "\n".join(_leaves(config))
    assert "hidden" in printed
    assert TOKEN not in printed
    assert "kkkk" not in printed


# ---------------------------------------------------------------- the example, and anything at all


def _example_keys() -> set[str]:
    """Every key of the example, commented out or not, as group.key."""
    found, group = set(), ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if top := re.match(r"([a-z_]+):", line):
            group = top[1]
        elif key := re.match(r"  (?:# )?([a-z_]+): ?\S", line):
            found.add(f"{group}.{key[1]}")
    return found


def test_the_example_shows_every_key_and_no_other() -> None:
    assert _example_keys() == {f"{group}.{key}" for group, rows in GROUPS.items() for key in keys_of(rows)}


def test_the_example_loads(folder: Path) -> None:
    config = load(write(folder, EXAMPLE.read_text("utf-8")))
    assert config.health is not None


WORDS = st.sampled_from(
    ["matrix", "state", "locale", "people", "rooms", "trust", "health", "folder", "admin", "", "<<"]
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.integers() | st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
SLOWLY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@SLOWLY
@given(tree=st.dictionaries(WORDS, TREES, max_size=6))
def test_whatever_tree_is_written_the_answer_is_one_line_a_problem(folder: Path, tree: dict[str, Any]) -> None:
    assert problems_of(folder, yaml.safe_dump(tree))


@SLOWLY
@given(text=st.binary(max_size=60) | st.text(alphabet="ab@:-[]{}&*!|>'\"%,?#\n\t <=1", max_size=40).map(str.encode))
def test_whatever_bytes_are_written_the_answer_is_one_line_a_problem(folder: Path, text: bytes) -> None:
    assert problems_of(folder, text)
