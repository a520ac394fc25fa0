"""`cellule backup`, `restore`, `recovery-key` at the console: a key is shown once, to a terminal, or written away."""

from __future__ import annotations

import asyncio
import io
import os
import pty
import re
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.console import Console

from bot.backup.errors import DamagedBackupError
from bot.cli.progress import working
from bot.core.language import Language
from bot.core.names import DeviceId, UserId
from bot.host.recovery_key import read, written
from bot.matrix.guard.olm import GuardedOlm
from bot.store.sqlite import open_store
from tests.cli.test_checkup import BOT, KEY, keep
from tests.config.files import changed, fill, write
from tests.console import Ended, cellule
from tests.fakes.identity import FakeIdentity, FakePhone, answer
from tests.kept_keys import machine_over
from tests.patience import PATIENCE_S
from tests.web import serving

CLIENT = "/_matrix/client/v3"
SHOWN = re.compile(r"(?:[1-9A-HJ-NP-Za-km-z]{4} ){11}[1-9A-HJ-NP-Za-km-z]{4}")


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A bot that ran once, its configuration beside it, and a recovery key."""
    await keep(fill(tmp_path))
    async with machine_in(tmp_path):
        pass
    put(tmp_path / "recovery.key", written(bytes(32)))
    return tmp_path


@asynccontextmanager
async def machine_in(folder: Path) -> AsyncIterator[GuardedOlm]:
    """Give the machine over the state in *folder*; what it learns is kept."""
    state, device = folder / "state", DeviceId("DEVICE")
    async with await open_store(state, KEY) as store, machine_over(store, BOT, device) as machine:
        yield machine


def put(path: Path, text: str) -> None:
    path.write_text(text + "\n")
    path.chmod(0o600)


def config(folder: Path, address: str = "http://127.0.0.1:9") -> Path:
    return write(folder, changed(matrix={"homeserver": address}))


def another_state(folder: Path) -> Path:
    """Return a configuration with another folder and another key."""
    key = folder / "secrets/another.key"
    key.write_bytes(b"n" * 32)
    key.chmod(0o600)
    return write(folder, changed(state={"folder": "another", "key_file": "secrets/another.key"}))


async def at_a_terminal(*words: str | Path) -> Ended:
    """Run the command with a terminal for its output, and return what was shown there."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, words)), stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    async with asyncio.timeout(PATIENCE_S):
        code = await process.wait()
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    return Ended(code, shown.replace("\r\n", "\n"), "")


async def test_without_a_key_file_one_is_made_and_shown_once_and_it_restores(folder: Path) -> None:
    ended = await at_a_terminal("backup", "--config", config(folder), "--to", folder / "saved")
    assert ended.code == 0
    assert f"wrote   {folder / 'saved'} (1 chain of facts verified, device DEVICE)" in ended.out
    (shown,) = SHOWN.findall(ended.out)
    put(folder / "typed.key", shown)
    words = ("--config", another_state(folder), "--from", folder / "saved", "--key-file", folder / "typed.key")
    restored = await cellule("restore", *words)
    assert (restored.code, restored.err) == (0, "")
    assert "1 chain of facts verified, device DEVICE" in restored.out
    assert shown not in restored.out


async def test_whose_identity_a_backup_does_not_know_is_named_when_it_is_restored(folder: Path) -> None:
    alice = UserId("@alice:example.org")
    async with machine_in(folder) as machine:
        machine.identities.learn(answer(FakeIdentity(alice), FakePhone(alice, "PHONE").keys), {})
    words = ("--to", folder / "saved", "--key-file", folder / "recovery.key")
    assert (await cellule("backup", "--config", config(folder), *words)).code == 0
    words = ("--from", folder / "saved", "--key-file", folder / "recovery.key")
    restored = await cellule("restore", "--config", another_state(folder), *words)
    assert "unknown @bob:example.org: the identity that the homeserver shows of them first is taken" in restored.out
    assert "@alice" not in restored.out


async def test_without_a_terminal_no_key_is_shown_and_nothing_written(folder: Path) -> None:
    ended = await cellule("backup", "--config", config(folder), "--to", folder / "saved")
    assert (ended.code, ended.out) == (2, "")
    assert "--key-file" in ended.err
    assert not (folder / "saved").exists()
    ended = await cellule("recovery-key", "--config", config(folder))
    assert (ended.code, ended.out, "--to" in ended.err) == (2, "", True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (written(bytes(32))[:-1] + "e", "a sign is wrong"),
        ("correct horse battery staple", "holds no recovery key"),
        ("", "is empty"),
        (written(b"x" * 32), "not the one this backup was made with"),
    ],
)
async def test_a_key_that_does_not_fit_ends_with_2_one_line_and_an_empty_folder(
    folder: Path, typed: str, said: str
) -> None:
    words = ("--to", folder / "saved", "--key-file", folder / "recovery.key")
    assert (await cellule("backup", "--config", config(folder), *words)).code == 0
    put(folder / "typed.key", typed)
    words = ("--from", folder / "saved", "--key-file", folder / "typed.key")
    ended = await cellule("restore", "--config", another_state(folder), *words)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert said in ended.err
    assert not typed or typed not in ended.err
    assert not (folder / "another/state.db").exists()


async def test_a_damaged_backup_ends_with_1_and_one_line(folder: Path) -> None:
    words = ("--to", folder / "saved", "--key-file", folder / "recovery.key")
    assert (await cellule("backup", "--config", config(folder), *words)).code == 0
    os.truncate(folder / "saved", 10_000)
    words = ("--from", folder / "saved", "--key-file", folder / "recovery.key")
    ended = await cellule("restore", "--config", another_state(folder), *words)
    assert (ended.code, ended.err) == (1, "the backup is damaged or cut off; nothing was written: take another one\n")


async def test_a_configuration_that_cannot_be_used_ends_with_2(folder: Path) -> None:
    path = write(folder, changed(locale={"language": "de"}))
    for words in (("backup", "--to", "x"), ("restore", "--from", "x", "--key-file", "x"), ("recovery-key",)):
        ended = await cellule(words[0], "--config", path, *words[1:])
        assert (ended.code, ended.err.startswith("locale.language: ")) == (2, True)


# --- recovery-key -------------------------------------------------------------------------------------------


async def test_a_homeserver_that_does_not_answer_ends_with_1_and_leaves_no_key_behind(folder: Path) -> None:
    ended = await cellule("recovery-key", "--config", config(folder), "--to", folder / "new.key")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "the homeserver did not take it" in ended.err
    assert not (folder / "new.key").exists()


async def test_a_login_that_ended_ends_with_3(folder: Path) -> None:
    gone: dict[str, tuple[int, object]] = {f"{CLIENT}/account/whoami": (401, {"errcode": "M_UNKNOWN_TOKEN"})}
    async with serving(gone) as address:
        ended = await cellule("recovery-key", "--config", config(folder, address), "--to", folder / "new.key")
    assert (ended.code, "has ended the bot's session" in ended.err) == (3, True)


async def test_before_the_first_start_there_is_nothing_to_make_a_key_for(folder: Path) -> None:
    path = another_state(folder)
    ended = await cellule("recovery-key", "--config", path, "--to", folder / "new.key")
    assert (ended.code, "no identity yet" in ended.err) == (2, True)
    assert not (folder / "another").exists()


async def test_a_key_is_written_over_no_file(folder: Path) -> None:
    ended = await cellule("recovery-key", "--config", config(folder), "--to", folder / "recovery.key")
    assert (ended.code, "is not written over" in ended.err) == (2, True)
    assert read((folder / "recovery.key").read_text()) == bytes(32)
    assert stat.S_IMODE((folder / "recovery.key").stat().st_mode) == 0o600


# --- in French ----------------------------------------------------------------------------------------------

FRENCH = {"LC_ALL": "fr_FR.UTF-8"}


def broken_as_it_should(text: str) -> str:
    return text.replace("~", "\N{NO-BREAK SPACE}")


async def test_all_of_it_is_said_in_the_language_of_the_locale(folder: Path) -> None:
    words = ("--to", folder / "saved", "--key-file", folder / "recovery.key")
    saved = await cellule("backup", "--config", config(folder), *words, env=FRENCH)
    assert saved.out == broken_as_it_should(
        f"écrit   {folder}/saved (faits vérifiés~: 1 chaîne, appareil DEVICE)~; rouvert à l’essai\n"
    )
    words = ("--from", folder / "saved", "--key-file", folder / "recovery.key")
    filled = await cellule("restore", "--config", another_state(folder), *words, env=FRENCH)
    assert filled.out.startswith(f"rempli  {folder}/another (faits vérifiés")
    assert "\ndepuis  la sauvegarde du 20" in filled.out
    assert "\ninconnu @alice:example.org, @bob:example.org" in filled.out
    again = await cellule("restore", "--config", another_state(folder), *words, env=FRENCH)
    assert again.err.startswith(f"{folder}/another n’est pas vide, et une ")
    os.truncate(folder / "saved", 10_000)
    damaged = await cellule("restore", "--config", config(folder), *words, env=FRENCH)
    assert (damaged.code, damaged.out) == (2, ""), "its state folder is full"
    silent = await cellule("recovery-key", "--config", config(folder), env=FRENCH)
    assert silent.err == broken_as_it_should(
        "il n’y a pas de terminal où montrer la clé~; nommez un fichier pour elle par --to\n"
    )


async def test_what_is_wrong_inside_of_another_sentence_is_said_in_the_same_language(folder: Path) -> None:
    put(folder / "typed.key", written(bytes(32))[:-1] + "e")
    words = ("--from", folder / "saved", "--key-file", folder / "typed.key")
    ended = await cellule("restore", "--config", another_state(folder), *words, env=FRENCH)
    assert ended.err == broken_as_it_should(
        f"{folder}/typed.key ne contient pas de clé de secours~: un signe est faux~: la parité ne tombe pas juste~; "
        "écrivez la ligne qui a été montrée\n"
    )
    assert DamagedBackupError("saving.cut_off").to(Language("fr")) == broken_as_it_should(
        "la sauvegarde est tronquée~; rien n’a été écrit~: prenez-en une autre"
    )


# --- that it lasts ------------------------------------------------------------------------------------------


async def test_what_lasts_is_shown_on_a_terminal_until_it_is_done() -> None:
    shown = io.StringIO()
    with working("saving.making", Console(file=shown, force_terminal=True), after_s=0):
        async with asyncio.timeout(PATIENCE_S):
            while "making the backup" not in shown.getvalue():  # noqa: ASYNC110 - a terminal tells nobody
                await asyncio.sleep(0.01)
    assert "\x1b[2K" in shown.getvalue().rpartition("making the backup")[2], "its line is cleared"


@pytest.mark.parametrize(("is_terminal", "after_s"), [(False, 0), (True, PATIENCE_S)])
async def test_what_is_done_at_once_and_what_is_piped_shows_nothing(*, is_terminal: bool, after_s: float) -> None:
    shown = io.StringIO()
    with working("saving.making", Console(file=shown, force_terminal=is_terminal), after_s=after_s):
        await asyncio.sleep(0)
    assert not shown.getvalue()
