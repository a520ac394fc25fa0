"""The manual page and the completions know every command and flag of the console."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli.words import parser
from requirements.manual import COMPLETIONS, commands, completion, page

_ACTIONS = [action for command in commands(parser()) for action in command._actions]
FLAGS = sorted({flag for action in _ACTIONS for flag in action.option_strings})
_BASH = """. {file}; COMP_WORDS=(cellule recov); COMP_CWORD=1
$(complete -p cellule | sed 's/.*-F \\([^ ]*\\).*/\\1/'); echo "${{COMPREPLY[@]}}"
"""


def test_the_manual_page_names_every_command_and_flag_and_every_exit_code() -> None:
    text = page().replace("\\-", "-")
    assert [command.prog for command in commands(parser()) if command.description and command.prog not in text] == []
    assert [flag for flag in FLAGS if flag not in text] == []
    assert "4 another instance holds the state folder" in text


@pytest.mark.skipif(shutil.which("man") is None, reason="needs man")
def test_man_has_no_complaint(tmp_path: Path) -> None:
    (tmp_path / "cellule.1").write_text(page(), "utf-8")
    environment = {"MANWIDTH": "80", "PATH": "/usr/bin:/bin"}
    command = ["man", "--warnings", "-l", str(tmp_path / "cellule.1")]
    seen = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "cellule - incident rooms on Matrix" in seen.stdout


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_a_shell_is_told_every_flag(shell: str) -> None:
    text = completion(shell)
    assert [flag for flag in FLAGS if flag.lstrip("-") not in text] == []


@pytest.mark.parametrize("shell", COMPLETIONS)
def test_a_shell_can_read_it(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    (tmp_path / "it").write_text(completion(shell), "utf-8")
    read = subprocess.run([program, "-n", tmp_path / "it"], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_a_command(tmp_path: Path) -> None:
    (tmp_path / "it").write_text(completion("bash"), "utf-8")
    asked = _BASH.format(file=tmp_path / "it")
    ended = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["recovery-key"]
