"""A lifeboat is made whole, or goes on where it was cut short; what was made once stays."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Config, load
from bot.core.language import Language
from bot.door import config as door
from bot.host.shipped import playbooks_folder
from bot.lifeboat import making
from bot.lifeboat.boat import Tls
from bot.lifeboat.errors import AfloatError, LifeboatError
from bot.lifeboat.folder import Folder
from bot.lifeboat.making import NEEDED, make
from tests.lifeboat.stage import NOW, signed, texts, wanted


def test_all_that_is_needed_is_there_and_for_nobody_else(tmp_path: Path) -> None:
    made = make(wanted(tmp_path), NOW)
    folder = tmp_path / "boat"
    assert [person.name for person in made.people] == ["Alice", "Bob"]
    assert all((folder / name).is_file() for name in (*NEEDED, "compose.yaml", "README.md", "containers/Caddyfile"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    own = [path for path in folder.rglob("*") if "playbooks" not in path.parts]
    assert not [path for path in own if path.stat().st_mode & 0o077]


def test_bot_and_door_read_what_was_written_for_them(tmp_path: Path) -> None:
    made = make(wanted(tmp_path), NOW)
    folder = Folder(tmp_path / "boat")
    folder.write("secrets/admin-token", "syt_token\n")
    config: Config = load(folder / "config.yaml")
    assert (config.matrix.homeserver, config.matrix.user_id) == (made.boat.homeserver, "@cellule:localhost")
    for name in ("door.yaml", "containers/door.yaml"):
        read = door.load(folder / name)
        assert (read.page, read.for_browsers, read.client) == (made.boat.page, made.boat.address, None)
        assert read.socket.resolve() == folder.path.resolve() / "door.sock"
    assert texts(folder / "playbooks") == texts(playbooks_folder())


def test_the_homeserver_lets_in_by_token_alone_and_speaks_to_no_other(tmp_path: Path) -> None:
    made = make(wanted(tmp_path), NOW)
    for name in ("homeserver", "containers"):
        told = yaml.safe_load((tmp_path / f"boat/synapse/{name}.yaml").read_text())
        assert (told["enable_registration"], told["registration_requires_token"]) == (True, True)
        assert told["listeners"][0]["resources"] == [{"names": ["client"]}]
        assert (told["federation_domain_whitelist"], told["trusted_key_servers"]) == ([], [])
        assert (told["presence"]["enabled"], told["url_preview_enabled"], told["allow_guest_access"]) == (False,) * 3
        assert told["public_baseurl"] == f"{made.boat.address}/"
        assert not {"registration_shared_secret", "macaroon_secret_key", "form_secret"} & set(told)


def test_made_again_it_keeps_every_secret_port_and_what_the_operator_changed(tmp_path: Path) -> None:
    make(wanted(tmp_path), NOW)
    folder = tmp_path / "boat"
    config = folder / "config.yaml"
    config.write_text(f"{config.read_text()}# mine\n")
    before = texts(folder)
    make(wanted(tmp_path), NOW)
    assert texts(folder) == before


def test_made_again_it_takes_another_list(tmp_path: Path) -> None:
    make(wanted(tmp_path), NOW)
    before = texts(tmp_path / "boat")
    (tmp_path / "list.csv").write_text("carol,admin\n")
    make(wanted(tmp_path), NOW)
    after = texts(tmp_path / "boat")
    assert {name for name in after if after[name] != before[name]} == {"people.csv"}
    assert after["people.csv"] == b"name,role\ncarol,admin\n"


@pytest.mark.parametrize("name", ["localhost", "192.0.2.7", "rescue.example.org"])
def test_killed_at_any_write_it_goes_on_and_makes_no_secret_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A kill is played by an end at each renaming in turn, which is when a file comes to be there."""
    whole = tmp_path / "whole"
    whole.mkdir()
    make(wanted(whole, domain=name), NOW)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(making, "_free_ports", lambda: (18_001, 18_002, 18_003))
    rename, left = Path.replace, 0

    def dies(path: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", dies)
    seen: dict[str, bytes] = {}
    for step in range(100):
        left = step
        try:
            make(wanted(scratch, domain=name), NOW)
        except KeyboardInterrupt:
            found = texts(scratch / "boat")
            drafts = {place for place in found if ".draft-" in place}
            assert not [place for place in seen if place not in drafts and found.get(place) != seen[place]]
            seen = {place: data for place, data in found.items() if place not in drafts}
            continue
        break
    assert step > 7
    found = texts(scratch / "boat")
    assert set(found) == set(texts(whole / "boat"))
    assert not [place for place in seen if found[place] != seen[place]]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"domain": "https://example.org"}, "is no name of a server"),
        ({"domain": "localhost", "is_private": True}, "needs no certificate"),
        ({"domain": "example.org", "port": 8443}, "leave --port out"),
        ({"domain": "example.org", "certificate": Path("nowhere.pem")}, "go together"),
        ({"client": Path("/nowhere/element.tar.gz")}, "is no release of Element Web"),
        ({"people": Path("/nowhere/people.csv")}, "cannot be read: No such file"),
        ({"folder": Path("/proc/boat")}, "cannot be written"),
        ({"folder": Path("/tmp") / ("x" * 100)}, "is longer than 88 signs"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_made(tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    with pytest.raises(LifeboatError, match=told) as refused:
        make(wanted(tmp_path, **changed), NOW)
    assert "\n" not in str(refused.value)
    assert refused.value.to(Language("fr")) != str(refused.value)
    assert not (tmp_path / "boat").exists()


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "boat"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(LifeboatError, match="holds no lifeboat: name a new folder"):
        make(wanted(tmp_path), NOW)
    assert texts(folder) == {"notes.txt": b"mine"}


def test_a_file_in_the_place_of_the_folder_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "boat").write_text("mine")
    with pytest.raises(LifeboatError, match="name a new folder"):
        make(wanted(tmp_path), NOW)


@pytest.mark.parametrize("changed", [{"domain": "rescue.example.org"}, {"port": 18_900}])
def test_a_folder_of_another_lifeboat_is_left_as_it_is(tmp_path: Path, changed: dict[str, Any]) -> None:
    make(wanted(tmp_path), NOW)
    before = texts(tmp_path / "boat")
    with pytest.raises(LifeboatError, match="holds the lifeboat of localhost"):
        make(wanted(tmp_path, **changed), NOW)
    assert texts(tmp_path / "boat") == before


@pytest.mark.parametrize("text", ["", "domain: [", "domain: example.org\n", "domain: localhost\nmore: 1\n"])
def test_a_folder_whose_plan_is_damaged_says_so(tmp_path: Path, text: str) -> None:
    make(wanted(tmp_path), NOW)
    (tmp_path / "boat/boat.yaml").write_text(text)
    with pytest.raises(LifeboatError, match="bring it back from a copy"):
        make(wanted(tmp_path), NOW)


def test_two_at_once_are_one_too_many(tmp_path: Path) -> None:
    make(wanted(tmp_path), NOW)
    with Folder(tmp_path / "boat").held(), pytest.raises(AfloatError, match="runs already"):
        make(wanted(tmp_path), NOW)


def test_a_certificate_that_is_given_is_kept_and_may_be_renewed(tmp_path: Path) -> None:
    certificate, key, _ = signed(tmp_path)
    asked = {"domain": "rescue.example.org", "certificate": certificate, "certificate_key": key}
    made = make(wanted(tmp_path, **asked), NOW)
    folder = tmp_path / "boat"
    assert made.boat.tls is Tls.GIVEN
    assert (folder / "tls/server.pem").read_bytes() == certificate.read_bytes() + key.read_bytes()
    make(wanted(tmp_path, domain="rescue.example.org"), NOW)
    signed(tmp_path)
    make(wanted(tmp_path, **asked), NOW)
    assert (folder / "tls/server.pem").read_bytes() == certificate.read_bytes() + key.read_bytes()


def test_where_the_disk_refuses_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LifeboatError, match=r"No space left on device\. What was begun goes on"):
        make(wanted(tmp_path), NOW)
