"""Files that an operator or an author of playbooks may have spoilt: told what is wrong, and nothing but that."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest
import yaml

from bot.config import ConfigError, load
from bot.library import drafts, playbooks, rules
from bot.library.problems import ContentError
from tests.config.files import GOOD, fill, write
from tests.hostile.fuzz.cases import any_text, case, fuzz, mutated
from tests.library.draft_texts import TEMPLATE
from tests.library.texts import RULES, SAMPLE

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PIECES = (
    "---",
    "- ",
    "  ",
    "\t",
    "{{",
    "}}",
    "[",
    "]",
    ": ",
    "&a *a",
    "!!python/object:os.system",
    "|",
    "\x00",
    "\u202e",
    "1" * 5000,
)


def spoilt(chance: Random, text: str, pieces: Sequence[str] = PIECES) -> str:
    """Return *text* with a few of its lines or characters taken away, moved, doubled or replaced."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0 if len(lines) > 1:
                del lines[place]
            case 1:
                lines.insert(place, lines[other])
            case 2:
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines[place] = lines[place][: chance.randint(0, len(lines[place]))]
            case _:
                cut = chance.randint(0, len(lines[place]))
                piece = chance.choice(pieces) if chance.random() < 0.6 else any_text(chance, 8)
                lines[place] = lines[place][:cut] + piece + lines[place][cut + chance.randint(0, 3) :]
    # A file has no halves of characters.
    return "\n".join(lines).encode("utf-8", "replace").decode()


@fuzz("content files")
def test_content_files(chance: Random) -> None:
    read, text = chance.choice(((playbooks.parse, SAMPLE), (rules.parse, RULES), (drafts.read_template, TEMPLATE)))
    with case("content files"), contextlib.suppress(ContentError):
        read(spoilt(chance, text))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = fill(tmp_path_factory.mktemp("configuration"))
    # The first one imports what all others use.
    load(write(folder, yaml.safe_dump(GOOD).encode()))
    return folder


@fuzz("configuration")
def test_configuration(folder: Path, chance: Random) -> None:
    """Nothing that is read sends a password over an open line."""
    with case("configuration") as count:
        texts = (yaml.safe_dump(GOOD, allow_unicode=True), json.dumps(mutated(chance, GOOD)), any_text(chance, 300))
        text = spoilt(chance, chance.choices(texts, (5, 4, 1))[0])
        with contextlib.suppress(ConfigError):
            address = urlsplit(load(write(folder, text.encode("utf-8", "replace"))).matrix.homeserver)
            count.accepted += address.scheme != "https" and address.hostname not in LOOPBACK
    assert count.accepted == 0
