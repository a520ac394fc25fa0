"""`cellule lifeboat`, as it is typed: what it says, on which of its two outputs, and what it exits with."""

from __future__ import annotations

import asyncio
import html
import importlib.util
import re
import shutil
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backup.making import make as make_backup
from bot.cli import Exit, main
from bot.cli.lifeboat import making as making_words
from bot.core.names import DeviceId, InputId, UserId
from bot.host import recovery_key
from bot.lifeboat import authority
from bot.lifeboat.folder import Folder
from bot.matrix.account.session import LOGIN, Login
from bot.store.sqlite import open_store
from tests.core.build import OPENED
from tests.core.cascades import opening, row
from tests.databases import state_in
from tests.kept_keys import machine_over
from tests.lifeboat.stage import NOW, PEOPLE, signed, texts

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(PEOPLE)
    return path


def made(tmp_path: Path, people: Path, *more: str, domain: str = "localhost") -> int:
    return main(["lifeboat", "make", str(tmp_path / "boat"), "--domain", domain, "--people", str(people), *more])


def run(tmp_path: Path, *more: str) -> int:
    return main(["lifeboat", "run", str(tmp_path / "boat"), *more])


def test_made_it_says_what_to_keep_and_what_to_type_next(tmp_path: Path, people: Path, capsys: Captured) -> None:
    assert made(tmp_path, people) == Exit.DONE
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == f"Run it: cellule lifeboat run {tmp_path / 'boat'}"
    assert "for 2 people" in out
    assert err == ""


def test_a_name_that_leads_nowhere_is_a_warning(
    tmp_path: Path, people: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert made(tmp_path, people, domain="rescue.example.org") == Exit.DONE
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: rescue.example.org leads nowhere yet. Point it to this machine")


def test_a_private_authority_has_a_sheet_to_print(tmp_path: Path, people: Path, capsys: Captured) -> None:
    assert made(tmp_path, people, domain="192.0.2.7") == Exit.DONE
    sheet = html.unescape((tmp_path / "boat" / making_words.SHEET).read_text("utf-8"))
    told = authority.fingerprint((tmp_path / "boat/tls/root.crt").read_bytes())
    assert (sheet.count("<svg"), told in sheet, "http://192.0.2.7/root.crt" in sheet) == (1, True, True)
    assert {'<section lang="fr">', '<section lang="en">'} <= set(re.findall(r"<section[^>]*>", sheet))
    assert making_words.SHEET in capsys.readouterr().out


def test_a_certificate_is_taken(tmp_path: Path, people: Path) -> None:
    certificate, key, _ = signed(tmp_path, "rescue.example.org", datetime.now(UTC))
    flags = ("--certificate", str(certificate), "--certificate-key", str(key))
    assert made(tmp_path, people, *flags, domain="rescue.example.org") == Exit.DONE


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--domain", "no name"), "is no name of a server"),
        (("--port", "70000"), "a port is a number from 1 to 65535"),
        (("--timezone", "Europe/Atlantis"), "Europe/Atlantis"),
        (("--people", "/nowhere.csv"), "cannot be read"),
        (("--client", "/nowhere.tar.gz"), "is no release of Element Web"),
        (("--certificate", "/nowhere.pem"), "needs no certificate"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    tmp_path: Path, people: Path, capsys: Captured, flags: tuple[str, str], told: str
) -> None:
    assert made(tmp_path, people, *flags) == Exit.WRONG
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not (tmp_path / "boat").exists()


def test_a_people_file_without_an_admin_is_one_sentence(tmp_path: Path, people: Path, capsys: Captured) -> None:
    people.write_text("name,role\nBob,dpo\n")
    assert made(tmp_path, people) == Exit.WRONG
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "list.csv has no admin: give at least one person this role"
    assert not (tmp_path / "boat").exists()


def test_where_it_runs_already_it_is_neither_made_nor_run(tmp_path: Path, people: Path, capsys: Captured) -> None:
    made(tmp_path, people)
    with Folder(tmp_path / "boat").held():
        assert (made(tmp_path, people), run(tmp_path)) == (Exit.IN_USE, Exit.IN_USE)
    assert capsys.readouterr().err.count("runs already") == 2


def test_where_there_is_none_it_does_not_run(tmp_path: Path, capsys: Captured) -> None:
    assert run(tmp_path) == Exit.WRONG
    assert "make one with cellule lifeboat make" in capsys.readouterr().err
    assert not (tmp_path / "boat").exists()


@pytest.mark.parametrize("name", ["people.csv", "door.yaml", "secrets/state.key", "synapse/homeserver.yaml"])
def test_half_of_one_does_not_run(tmp_path: Path, people: Path, capsys: Captured, name: str) -> None:
    made(tmp_path, people)
    (tmp_path / "boat" / name).unlink()
    assert run(tmp_path) == Exit.WRONG
    assert f"lacks {name}: call cellule lifeboat make again" in capsys.readouterr().err


def test_a_list_that_was_spoilt_since_is_one_sentence(tmp_path: Path, people: Path, capsys: Captured) -> None:
    made(tmp_path, people)
    (tmp_path / "boat/people.csv").write_text("name,role\nAlice,chief\n")
    assert run(tmp_path) == Exit.WRONG
    assert "line 2 of people.csv: chief is no role" in capsys.readouterr().err


def test_what_this_machine_lacks_is_named_with_its_package(
    tmp_path: Path, people: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, people, domain="rescue.example.org")
    which, find, missing = shutil.which, importlib.util.find_spec, set[str]()
    monkeypatch.setattr(shutil, "which", lambda name: None if name in missing else which(name))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else find(name))
    for name, told in (("caddy", "apt install caddy"), ("synapse", "extra lifeboat"), ("setpriv", "util-linux")):
        missing.clear()
        missing.add(name)
        before = texts(tmp_path / "boat")
        assert run(tmp_path) == Exit.FAILED
        assert told in capsys.readouterr().err.splitlines()[-1]
        assert texts(tmp_path / "boat") == before


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path, people: Path, capsys: Captured) -> None:
    made(tmp_path, people)
    boat = Folder(tmp_path / "boat").boat()
    assert boat is not None
    with socket.create_server(("127.0.0.1", boat.port)):
        assert run(tmp_path) == Exit.FAILED
    out, err = capsys.readouterr()
    assert err.splitlines()[-1].startswith(
        f"port {boat.port} cannot be used (Address already in use): stop what listens"
    )
    assert "door " not in out


# --- from a backup ----------------------------------------------------------------------------------------------------

RECOVERY = b"r" * 32


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A backup of a bot with an open incident, one of an organisation below it, and its recovery key beside it."""
    backup, key = tmp_path / "cellule.backup", tmp_path / "recovery.key"
    key.write_text(recovery_key.written(RECOVERY))
    key.chmod(0o600)
    asyncio.run(_save(tmp_path / "machine", backup))
    return backup


async def _save(folder: Path, backup: Path) -> None:
    key, device = b"o" * 32, DeviceId("DEVICE")
    child = opening(row("Alpha"))
    async with await open_store(folder, key) as store:
        async with store.transaction() as tx:
            for fact in (OPENED, child):
                await tx.append(fact.incident, (fact,), input=InputId(fact.codename), device=None)
        await store.put(LOGIN, Login(user=UserId("@cellule:example.org"), device=device, token="token").dump())
        async with machine_over(store, "@cellule:example.org", device):
            pass
    await make_backup(state_in(folder, key), backup, RECOVERY, NOW)


def brought(tmp_path: Path, people: Path, saved: Path, *more: str) -> int:
    key = tmp_path / "recovery.key"
    return made(tmp_path, people, "--from", str(saved), "--key-file", str(key), *more)


def test_from_a_backup_it_says_what_goes_on_and_who_is_missing(
    tmp_path: Path, people: Path, saved: Path, capsys: Captured
) -> None:
    people.write_text("name,role,was\nAlice Martin,admin,alice\nbob,dpo\nErin,it\n")
    assert brought(tmp_path, people, saved) == Exit.DONE
    told = capsys.readouterr().out
    assert "from    the backup made 2026-11-30 08:00 UTC" in told
    assert "goes on 2 open incidents" in told
    assert "without a room: 1 organisation of a cascade" in told
    assert "In nobody's place: Erin." in told
    assert "Nobody comes in the place of @carol:example.org, @dave:example.org" in told
    assert brought(tmp_path, people, saved) == Exit.DONE
    assert "The backup is in it already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--from", "cellule.backup"), "a backup needs both"),
        (("--key-file", "recovery.key"), "a backup needs both"),
        (("--from", "nowhere.backup", "--key-file", "recovery.key"), "cannot be read"),
        (("--from", "cellule.backup", "--key-file", "nowhere.key"), "nowhere.key"),
        (("--from", "recovery.key", "--key-file", "recovery.key"), "this is no backup of Cellule"),
        (("--from", "cellule.backup", "--key-file", "other.key"), "not the one this backup was made with"),
    ],
)
def test_a_backup_that_cannot_be_opened_is_one_sentence(
    tmp_path: Path, people: Path, saved: Path, capsys: Captured, flags: tuple[str, ...], told: str
) -> None:
    other = tmp_path / "other.key"
    other.write_text(recovery_key.written(b"x" * 32))
    other.chmod(0o600)
    assert saved.exists()
    words = [word if word.startswith("--") else str(tmp_path / word) for word in flags]
    assert made(tmp_path, people, *words) == Exit.WRONG
    lines = capsys.readouterr().err.splitlines()
    assert told in lines[-1]
    assert not (tmp_path / "boat").exists()


def test_a_damaged_backup_is_one_sentence(tmp_path: Path, people: Path, saved: Path, capsys: Captured) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: len(whole) // 2])
    assert brought(tmp_path, people, saved) == Exit.FAILED
    assert "take another one" in capsys.readouterr().err
    assert not (tmp_path / "boat").exists()


def test_a_lifeboat_that_ran_takes_no_backup(tmp_path: Path, people: Path, saved: Path, capsys: Captured) -> None:
    made(tmp_path, people)
    asyncio.run(_begin(tmp_path / "boat"))
    assert brought(tmp_path, people, saved) == Exit.WRONG
    assert "holds a state already" in capsys.readouterr().err


async def _begin(folder: Path) -> None:
    async with await open_store(folder / "state", (folder / "secrets/state.key").read_bytes()):
        pass
