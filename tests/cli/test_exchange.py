"""`cellule playbook export` and `cellule playbook import`: what is written, what is said, and the exit codes."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import cli
from bot.exchange.formats import Format
from bot.host.shipped import playbooks_folder
from bot.library.playbooks import parse
from tests.console import cellule
from tests.docs.pages import ROOT
from tests.docs.shell import blocks
from tests.exchange.files import A, B, action, cacao, chain, mattermost

both = pytest.mark.parametrize("written_in", Format)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C.UTF-8")


def bring(file: Path, to: Path) -> int:
    return cli.main(["playbook", "import", str(file), "--to", str(to)])


def written(folder: Path, found: object) -> Path:
    file = folder / "theirs.json"
    file.write_text(json.dumps(found), "utf-8")
    return file


@both
async def test_a_playbook_goes_out_and_comes_back_by_the_console(tmp_path: Path, written_in: Format) -> None:
    out, back = tmp_path / "out.json", tmp_path / "mailbox.fr.md"
    words = ("playbook", "export", "mailbox", "--lang", "fr", "--format", written_in, "--to", out)
    assert (await cellule(*words)).code == 0
    ended = await cellule("playbook", "import", out, "--to", back, env={"LC_ALL": "fr_FR.UTF-8"})
    assert ended.code == 0
    assert ended.out.splitlines()[:2] == ["rien n’a été perdu", f"écrit\u00a0: {back}"]
    ours = parse((playbooks_folder() / "mailbox.fr.md").read_text("utf-8"))
    assert replace(parse(back.read_text("utf-8")), sha256=ours.sha256) == ours


def test_the_language_of_the_console_is_the_one_that_goes_out_and_a_copy_of_the_folder_can_be_named(
    tmp_path: Path,
) -> None:
    ours, out = Path(shutil.copytree(playbooks_folder(), tmp_path / "ours")), tmp_path / "out.json"
    file = ours / "mailbox.en.md"
    file.write_text(file.read_text("utf-8").replace("title: ", "title: Ours, ", 1), "utf-8")
    words = ["playbook", "export", "mailbox", "--format", "cacao", "--to", str(out), "--folder", str(ours)]
    assert cli.main(words) == 0
    assert json.loads(out.read_text("utf-8"))["name"].startswith("Ours, ")


def test_each_loss_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, cacao(chain("One"), labels=["laptop"], severity=50))
    assert bring(file, tmp_path / "laptop.en.md") == 0
    assert capsys.readouterr().out.splitlines() == [
        "“One”: kept as text only: agent",
        "kept above the first phase, as text only: agent_definitions",
        "kept above the first phase, as text only: labels",
        "kept above the first phase, as text only: severity",
        f"wrote {tmp_path}/laptop.en.md",
        "Read it as you would a stranger’s advice, write the same in the other language, then: "
        f"cellule playbook check {tmp_path}",
    ]


def test_a_hundred_losses_are_told_and_the_rest_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, {**mattermost({"title": "One"}), **{f"key-{number}": 1 for number in range(150)}})
    assert bring(file, tmp_path / "laptop.en.md") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[99].endswith("key-99")
    assert told[100:102] == ["and 50 more", f"wrote {tmp_path}/laptop.en.md"]


def test_what_cannot_be_read_ends_with_2_and_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "laptop.en.md"
    loop = written(tmp_path, cacao({A: action("One", B), B: action("Two", A)}))
    large = tmp_path / "large.json"
    large.write_bytes(b" " * (10 << 20))
    for file, told in (
        (loop, "the steps go in a circle: “Two” leads back to “One”, and a list of steps has an end\n"),
        (large, "the file is larger than 1 MB, and no playbook is\n"),
        (tmp_path / "none.json", f"{tmp_path}/none.json cannot be read: No such file or directory\n"),
    ):
        assert bring(file, to) == 2
        assert capsys.readouterr() == ("", told)
    assert not to.exists()


def test_fields_of_ours_that_cannot_be_are_told_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, to = tmp_path / "out.json", tmp_path / "mailbox.en.md"
    assert cli.main(["playbook", "export", "mailbox", "--format", "mattermost", "--to", str(out)]) == 0
    out.write_text(out.read_text("utf-8").replace('\\"who\\": \\"it\\"', '\\"who\\": \\"wizard\\"', 1), "utf-8")
    assert bring(out, to) == 2
    assert f"{to}:" in (told := capsys.readouterr().err)
    assert "unknown role `wizard`" in told


@pytest.mark.parametrize("name", ["laptop.md", "Laptop.en.md", "laptop.xx.md", "laptop.en.txt", "a..md"])
def test_a_playbook_is_named_after_its_id_and_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert bring(written(tmp_path, cacao(chain("One"))), tmp_path / name) == 2
    assert "is no name for a playbook" in capsys.readouterr().err


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "laptop.en.md"
    to.write_text("mine", "utf-8")
    assert bring(written(tmp_path, cacao(chain("One"))), to) == 2
    assert cli.main(["playbook", "export", "mailbox", "--format", "cacao", "--to", str(to)]) == 2
    assert to.read_text("utf-8") == "mine"
    assert capsys.readouterr().err == f"{to} is there already; nothing was written\n" * 2


def test_what_cannot_be_written_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "none" / "laptop.en.md"
    assert bring(written(tmp_path, cacao(chain("One"))), to) == 1
    assert capsys.readouterr().err == f"{to} cannot be written: No such file or directory\n"


def test_a_playbook_that_is_not_there_ends_with_2_and_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["playbook", "export", "no-such", "--format", "cacao", "--to", str(tmp_path / "out.json")]
    assert cli.main(words) == 2
    assert capsys.readouterr().err.startswith("there is no no-such.en.md; this folder has: coordinator.en.md, ")
    assert cli.main([*words, "--folder", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "there is no no-such.en.md; this folder has: -\n"


def test_a_playbook_with_mistakes_does_not_go_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.en.md").write_text("# Bad", "utf-8")
    words = ["playbook", "export", "bad", "--format", "cacao", "--to", str(tmp_path / "out.json")]
    assert cli.main([*words, "--folder", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"{tmp_path}/bad.en.md:1: a playbook begins with its front matter")


def test_who_types_what_the_page_says_has_the_playbooks_it_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for typed in (line for block in blocks("docs/formats.md") for line in block.text.splitlines()):
        program, *words = typed.split()
        if program == "mkdir":
            Path(*words).mkdir()
        else:
            assert (program, cli.main(words)) == ("cellule", 0), typed
    assert sorted(path.name for path in Path("ours").iterdir()) == ["lost-mailbox.en.md", "lost-mailbox.fr.md"]


def test_the_page_names_twenty_playbooks_of_others_at_the_least() -> None:
    rows = [
        line
        for line in (ROOT / "docs/formats.md").read_text("utf-8").splitlines()
        if re.search(r"\| (no|\d.* step)", line)
    ]
    assert len(rows) >= 20
