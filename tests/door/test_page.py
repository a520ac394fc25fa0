"""The page: nothing from elsewhere, nothing that is not ours is run, and every sentence in every language."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from bot.door.errors import Why
from bot.door.page import FOLDER, SENTENCES, make
from bot.sentences import languages
from bot.sentences.po import catalogue
from tests.door.stage import browsing, standing

MADE = make("https://matrix.example.org:8448/somewhere")
TEXT = MADE.body.decode()
SCRIPT = (FOLDER / "script.js").read_text("utf-8")
MARKUP = (FOLDER / "index.html").read_text("utf-8")
NAMES = {key.removeprefix("door.page.") for key in SENTENCES}


def policy() -> dict[str, str]:
    parts = (part.strip().split(" ", 1) for part in MADE.headers["Content-Security-Policy"].split(";"))
    return dict(parts)


def inside(kind: str) -> str:
    (found,) = re.findall(rf"<{kind}>(.*?)</{kind}>", TEXT, re.DOTALL)
    return str(found)


def test_only_our_script_is_run_and_only_our_style_is_used() -> None:
    for kind in ("script", "style"):
        assert policy()[f"{kind}-src"] == f"'sha256-{b64encode(sha256(inside(kind).encode()).digest()).decode()}'"
    assert policy()["default-src"] == policy()["base-uri"] == policy()["form-action"] == "'none'"
    assert policy()["frame-ancestors"] == "'none'"
    assert "unsafe" not in MADE.headers["Content-Security-Policy"]


def test_it_talks_with_its_own_address_and_the_homeserver_alone() -> None:
    assert policy()["connect-src"] == "'self' https://matrix.example.org:8448"


def test_nothing_is_loaded_from_anywhere_and_no_handler_stands_in_the_markup() -> None:
    assert not re.findall(r"<(?:link|img|iframe|object|embed|form)\b|\b(?:src|action)\s*=", MARKUP)
    assert not re.findall(r"\son\w+\s*=|javascript:|style\s*=", MARKUP)
    assert re.findall(r"https?://[\w./-]+", SCRIPT) == ["https://mobile.element.io/element"]
    assert not re.findall(r"innerHTML|outerHTML|document\.write|eval\(|new Function|insertAdjacentHTML", SCRIPT)


def test_it_tells_nobody_where_one_comes_from_and_is_kept_nowhere() -> None:
    assert MADE.headers["Referrer-Policy"] == "no-referrer"
    assert MADE.headers["Cache-Control"] == "no-store"
    assert MADE.headers["X-Content-Type-Options"] == "nosniff"


def test_every_sentence_is_there_in_every_language_and_every_one_is_said() -> None:
    (told,) = re.findall(r'id="sentences">(.*?)</script>', TEXT, re.DOTALL)
    assert json.loads(told) == {
        language: {name: catalogue(language)[f"door.page.{name}"] for name in NAMES} for language in languages()
    }
    shown = set(re.findall(r'data-say="(\w+)"', MARKUP))
    said = set(re.findall(r'(?:say|work)\("(\w+)"\)', SCRIPT))
    failed = {f"error.{name}" for name in re.findall(r'fail\("(\w+)"', SCRIPT)}
    of_the_door = {f"error.{why}" for why in Why} | {"error.door"}
    assert shown | said | failed | of_the_door | {"no_script"} == NAMES


def test_every_part_that_the_script_touches_is_in_the_markup() -> None:
    touched = set(re.findall(r'\b(?:at|show|read)\("([\w-]+)"\)', SCRIPT))
    assert touched <= set(re.findall(r'id="([\w-]+)"', MARKUP))


def test_without_javascript_it_says_so_in_every_language() -> None:
    (said,) = re.findall(r"<noscript>(.*?)</noscript>", TEXT, re.DOTALL)
    assert all(catalogue(language)["door.page.no_script"] in said for language in languages())


def test_a_password_has_more_bits_than_anybody_can_try() -> None:
    (listed,) = re.findall(r'id="words">(.*?)</script>', TEXT, re.DOTALL)
    words = json.loads(listed)
    assert len(words) == len(set(words)) == 2048
    assert 65_536 % len(words) == 0
    assert all(re.fullmatch("[a-z]{3,8}", word) for word in words)
    assert len({word[:4] for word in words}) == len(words)


def test_it_is_small() -> None:
    assert len(MADE.body) < 64_000


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_the_script_can_be_read() -> None:
    ended = subprocess.run(["node", "--check", FOLDER / "script.js"], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_script_is_of_2017() -> None:
    later = (
        r"\?\.",
        r"\?\?",
        r"catch \{",
        r"\.\.\.\w",
        r"\bimport\b",
        r"\bclass\b",
        r"\.at\(",
        "flatMap",
        "replaceAll",
    )
    assert not [pattern for pattern in later if re.search(pattern, SCRIPT)]


async def test_it_is_served_as_it_was_made(tmp_path: Path) -> None:
    async with standing(tmp_path) as house, browsing(house) as browser:
        status, text, headers = await browser.get()
    served = make("https://matrix.example.org")
    assert (status, text.encode()) == (200, served.body)
    assert served.headers.items() <= dict(headers).items()
    assert headers["Content-Type"] == "text/html; charset=utf-8"
