"""Secrets hide themselves, and their files are fit for use or told."""

import copy
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import load
from bot.config.values import recovery_key
from bot.host.recovery_key import written
from bot.host.secret import Secret, SecretFileError, SecretMissingError, new_file, read_bytes, read_text
from tests.config.files import changed, fill, only_problem, write


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hush")
    assert secret.reveal() == "hush"
    assert "hush" not in f"{secret} {secret!r} {[secret]} {secret!s}"


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize("give_away", [pickle.dumps, copy.deepcopy])
def test_a_secret_is_not_copied_to_where_nobody_looks(give_away: object) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        give_away(Secret("hush"))  # type: ignore[operator]


def test_bytes_are_kept_whole_and_text_loses_only_its_line_end(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b" a secret \r\n")
    path.chmod(0o600)
    assert read_bytes(path).reveal() == b" a secret \r\n"
    assert read_text(path).reveal() == " a secret "


# ---------------------------------------------------------------- the files, as the configuration names them


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


def _spoil(name: str, kept: bytes | None = None, mode: int = 0o600) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "secrets" / name
        if kept is not None:
            path.write_bytes(kept)
        path.chmod(mode)

    return spoil


def _replace_by_folder(folder: Path) -> None:
    (folder / "secrets/state.key").unlink()
    (folder / "secrets/state.key").mkdir(mode=0o700)


def _replace_by_pipe(folder: Path) -> None:
    (folder / "secrets/state.key").unlink()
    os.mkfifo(folder / "secrets/state.key", 0o600)


SPOILT = [
    (_spoil("password", mode=0o604), "matrix.password_file: other users may read {p}; shut it: chmod 600 {p}"),
    (_spoil("password", mode=0o640), "matrix.password_file: other users may read {p}; shut it: chmod 600 {p}"),
    (_spoil("password", b"\n"), "matrix.password_file: {p} is empty; write the secret alone into it"),
    (_spoil("password", b"a\nb"), "matrix.password_file: {p} holds several lines; write the secret alone into it"),
    (_spoil("password", b"\xff"), "matrix.password_file: {p} is not UTF-8 text; write the secret alone into it"),
    (
        _spoil("password", bytes(65537)),
        "matrix.password_file: {p} is too long for a secret (65537 bytes); name the right file",
    ),
    (_spoil("state.key", mode=0o660), "state.key_file: other users may read {k}; shut it: chmod 600 {k}"),
    (
        _spoil("state.key", bytes(33)),
        "state.key_file: {k} holds 33 bytes, not 32 random ones; `cellule init` makes such a file",
    ),
    (_replace_by_folder, "state.key_file: {k} is not a file; write the secret into a file of its own"),
    (_replace_by_pipe, "state.key_file: {k} is not a file; write the secret into a file of its own"),
    (
        lambda folder: (folder / "secrets/state.key").unlink(),
        "state.key_file: there is no file {k}; `cellule init` makes it, or bring back the one you saved",
    ),
]


@pytest.mark.parametrize(("spoil", "said"), SPOILT)
def test_a_secret_file_unfit_for_use_is_told_with_what_to_do(
    folder: Path, spoil: Callable[[Path], None], said: str
) -> None:
    spoil(folder)
    expected = said.format(p=folder / "secrets/password", k=folder / "secrets/state.key")
    assert only_problem(folder, changed()) == expected


def test_a_token_file_that_is_not_there_is_a_problem_at_once(folder: Path) -> None:
    keys = {"password_file": ..., "access_token_file": "secrets/none", "device_id": "ABCDEFGHIJ"}
    gone = folder / "secrets/none"
    assert only_problem(folder, changed(matrix=keys)) == (
        f"matrix.access_token_file: there is no file {gone}; make it, then: chmod 600 {gone}"
    )


def test_a_secret_file_that_cannot_be_reached_is_told(folder: Path) -> None:
    said = only_problem(folder, changed(state={"key_file": "secrets/password/state.key"}))
    assert said == (
        f"state.key_file: {folder}/secrets/password/state.key cannot be read (Not a directory);"
        " give it to the user who runs Cellule"
    )


def test_a_playbook_folder_that_is_not_there_is_told(folder: Path) -> None:
    said = only_problem(folder, changed(playbooks={"folder": "nowhere"}))
    assert said.startswith(f"playbooks.folder: there is no folder {folder}/nowhere to read; make it, or leave this out")


def test_the_state_folder_may_be_missing_but_not_a_file(folder: Path) -> None:
    said = only_problem(folder, changed(state={"folder": "secrets/password"}))
    assert said == f"state.folder: {folder}/secrets/password is not a folder; name one that Cellule may fill"


# --- the recovery key -----------------------------------------------------------------------------------------


def test_a_file_of_a_recovery_key_may_be_gone_and_is_read_while_it_is_there(folder: Path) -> None:
    path = folder / "secrets/recovery.key"
    text = changed(matrix={"recovery_key_file": "secrets/recovery.key"})
    assert load(write(folder, text)).matrix.recovery_key_file == path
    path.write_text(written(bytes(32)) + "\n")
    path.chmod(0o600)
    assert load(write(folder, text)).matrix.recovery_key_file == path
    assert recovery_key(path) == Secret(bytes(32))


def test_a_recovery_key_that_is_not_there_is_not_to_be_made_but_written_down(tmp_path: Path) -> None:
    with pytest.raises(SecretMissingError) as missing:
        recovery_key(tmp_path / "none")
    told = "write into it the line that was shown when the recovery key was made"
    assert str(missing.value) == f"there is no file {tmp_path}/none; {told}"


def test_a_file_that_holds_no_recovery_key_is_a_problem_and_is_not_shown(folder: Path) -> None:
    said = only_problem(folder, changed(matrix={"recovery_key_file": "secrets/password"}))
    assert said.startswith(f"matrix.recovery_key_file: {folder}/secrets/password holds no recovery key: ")
    assert "battery" not in said


# --- what is written ------------------------------------------------------------------------------------------


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with new_file(tmp_path / "new") as opened:
        opened.write(b"kept")
    assert read_bytes(tmp_path / "new") == Secret(b"kept")


def test_a_file_that_is_there_is_not_written_over_and_stays(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"kept")
    with pytest.raises(SecretFileError, match="not written over"), new_file(tmp_path / "old"):
        raise AssertionError
    assert (tmp_path / "old").read_bytes() == b"kept"


def test_a_file_whose_writing_fails_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "new") as opened:
        opened.write(bytes(1 // 0))
    assert not (tmp_path / "new").exists()
