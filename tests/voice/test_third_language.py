"""Adding a language needs no Python: a copy of the house gets the files of an invented one, and is played in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.core.language import ENGLISH
from bot.sentences.po import sentences
from tests.voice import invented

ROOT = Path(__file__).parents[2]
_BETWEEN = re.compile(r"[*`\n]|\{\w+\}")

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one language makes of the README's exchange, a weekend, and all that has a golden file."""

    facts: list[str]
    said: list[str]
    problems: list[str]
    goldens: dict[str, str]

    def everything(self) -> str:
        return re.sub("[\N{NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}]", " ", "\n".join(self.said))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Play English and the invented language in a copy of the house in which only files were added."""
    house = tmp_path_factory.mktemp("house")
    for name in ("bot", "playbooks", "tests"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, house)
    _python(house, "-m", "tests.voice.invented", str(house))
    # Some of these tests ask for words of the two languages they know: here only what they wrote counts.
    golden = (
        "-k",
        invented.CODE,
        "--update-golden",
        "-p",
        "no:cacheprovider",
        "--ignore",
        f"tests/voice/{Path(__file__).name}",
    )
    _python(house, "-m", "pytest", "tests/voice", *golden, holds=False)
    return {language: _play(house, language) for language in (ENGLISH, invented.CODE)}


def _play(house: Path, language: str) -> Played:
    told: dict[str, Any] = json.loads(_python(house, "-m", "tests.voice.abroad", language))
    goldens = {
        path.name.split(".")[0]: path.read_text("utf-8").split("\n---\n")[0]
        for path in (house / "tests/voice/golden").glob(f"*.{language}.md")
    }
    return Played(
        facts=told["facts"], said=[*told["said"], *goldens.values()], problems=told["problems"], goldens=goldens
    )


def _python(house: Path, *arguments: str, holds: bool = True) -> str:
    command = [sys.executable, *arguments]
    ended = subprocess.run(command, cwd=house, capture_output=True, encoding="utf-8", timeout=400, check=False)
    assert ended.returncode == 0 or not holds, ended.stderr
    return ended.stdout


def test_the_same_happens_in_it(played: dict[str, Played]) -> None:
    english, own = played[ENGLISH], played[invented.CODE]
    assert len(english.facts) > 50
    assert own.facts == english.facts
    assert own.goldens.keys() == english.goldens.keys()
    assert len(own.said) == len(english.said)


def test_every_sentence_is_said_in_it_and_none_in_english(played: dict[str, Played]) -> None:
    english, own = played[ENGLISH].everything(), played[invented.CODE].everything()
    drafts = "".join(path.read_text("utf-8") for path in (ROOT / "playbooks/drafts").glob("*.en.md"))
    heard = {fragment for fragment in _fragments() if fragment in english and fragment not in drafts}
    assert len(heard) > 350
    assert {fragment for fragment in heard if fragment in own} == set()
    assert {fragment for fragment in heard if invented.marked(fragment) not in own} == set()


def test_only_what_was_not_translated_is_missing_and_stands_there_in_english(played: dict[str, Played]) -> None:
    drafts = {path.name.split(".")[0] for path in (ROOT / "playbooks/drafts").glob("*.en.md")}
    missing = {problem.split("`")[1] for problem in played[invented.CODE].problems}
    assert missing == {f"{draft}.{invented.CODE}.md" for draft in drafts}
    assert "DraftFrozen" in played[invented.CODE].facts


def _fragments() -> Iterator[str]:
    """Yield what stands in English sentences between holes, where that is more than a word or two."""
    for key, forms in sentences(ENGLISH).forms.items():
        if not key.startswith(("typed.", "command.")):
            fragments = (part.strip() for form in forms for part in _BETWEEN.split(form))
            yield from (fragment for fragment in fragments if len(fragment.split()) > 2 and "!" not in fragment)
