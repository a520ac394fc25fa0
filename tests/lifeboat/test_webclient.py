"""A release of Element Web is taken as its makers hand it out, and nothing else is."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from bot.lifeboat.errors import LifeboatError
from bot.lifeboat.making import make
from tests.lifeboat.stage import NOW, texts, wanted

INDEX = b"<!doctype html><head></head>"
RELEASE = {"index.html": INDEX, "version": b"1.12.0", "bundles/app.js": b"1", "config.sample.json": b"{}"}


def packed(path: Path, files: dict[str, bytes], top: str = "element-v1.12.0/") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"{top}{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def unpacked(folder: Path) -> Path:
    for name, data in RELEASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("kind", ["archive", "folder"])
def test_it_is_served_with_a_configuration_of_ours(tmp_path: Path, kind: str) -> None:
    given = packed(tmp_path / "element.tar.gz", RELEASE) if kind == "archive" else unpacked(tmp_path / "element")
    made = make(wanted(tmp_path, client=given), NOW)
    found = texts(tmp_path / "boat/web")
    config = json.loads(found.pop("config.json"))
    style = found.pop("narrow.css")
    assert style.startswith(b"/*")
    assert found == {**RELEASE, "index.html": INDEX.replace(b"</", b'<link rel="stylesheet" href="narrow.css"></')}
    assert config["default_server_config"]["m.homeserver"]["base_url"] == made.boat.address
    assert f"client: {made.boat.address}\n" in (tmp_path / "boat/door.yaml").read_text()


def test_added_later_it_is_known_to_the_door(tmp_path: Path) -> None:
    make(wanted(tmp_path), NOW)
    assert "client" not in (tmp_path / "boat/door.yaml").read_text()
    make(wanted(tmp_path, client=packed(tmp_path / "a.tar.gz", RELEASE)), NOW)
    newer = {**RELEASE, "version": b"1.13.0"}
    make(wanted(tmp_path, client=packed(tmp_path / "b.tar.gz", newer)), NOW)
    assert (tmp_path / "boat/web/version").read_bytes() == b"1.13.0"
    make(wanted(tmp_path), NOW)
    assert "client" in (tmp_path / "boat/door.yaml").read_text()


@pytest.mark.parametrize("files", [{}, {"index.html": b""}, {"../../outside": b"x", **RELEASE}])
def test_what_is_no_release_is_refused_and_reaches_nothing_outside(tmp_path: Path, files: dict[str, bytes]) -> None:
    given = packed(tmp_path / "element.tar.gz", files)
    with pytest.raises(LifeboatError, match="is no release of Element Web"):
        make(wanted(tmp_path, client=given), NOW)
    assert not (tmp_path / "boat/web").exists()
    assert not list(tmp_path.rglob("outside"))
